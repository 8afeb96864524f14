//! How long a word cloud takes once the dictionary is loaded. Usage: `warm REPORT`; a benchmark, `benches/cloud.sh` runs it.

use std::{error::Error, fs, time::Instant};

use cloud::{
    Style, draw,
    text::Paragraph,
    words::{Archive, Dictionary, words},
};

const RUNS: usize = 101;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("give a report")?;
    let report = fs::read_to_string(path)?;
    let text: Vec<Paragraph> = report.lines().skip_while(|line| !line.starts_with('#')).map(paragraph).collect();
    let mut times = Vec::with_capacity(RUNS);
    for run in 0..=RUNS {
        let start = Instant::now();
        let words = words(&text, &Dictionary::default(), &Archive::default());
        draw(&words, "benchmark", &Style::default())?;
        // The first run loads the dictionary.
        if run > 0 {
            times.push(start.elapsed());
        }
    }
    times.sort();
    println!("p50 {:.1?}, p95 {:.1?} of {RUNS}", times[RUNS / 2], times[RUNS * 95 / 100]);
    Ok(())
}

fn paragraph(line: &str) -> Paragraph {
    let heading = line.starts_with('#');
    let text = line.trim_start_matches(['#', '-', ' ']).replace("**", "");
    Paragraph { heading, ..Paragraph::plain(if text.starts_with("![") { "" } else { &text }) }
}
