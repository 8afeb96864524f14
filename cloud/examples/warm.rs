//! How long a word cloud takes once the dictionary is loaded. Usage: `warm REPORT RUNS`; a benchmark, `benches/cloud.sh`
//! runs it. The first drawing, which loads the dictionary, is not counted.

use std::{error::Error, fs, time::Instant};

use cloud::{
    Style, draw,
    text::Paragraph,
    words::{Archive, Dictionary, words},
};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("give a report")?;
    let runs: usize = std::env::args().nth(2).ok_or("say how often")?.parse()?;
    let report = fs::read_to_string(path)?;
    let text: Vec<Paragraph> = report.lines().skip_while(|line| !line.starts_with('#')).map(paragraph).collect();
    let mut times = Vec::with_capacity(runs);
    for run in 0..=runs {
        let start = Instant::now();
        let words = words(&text, &Dictionary::default(), &Archive::default());
        draw(&words, "benchmark", &Style::default())?;
        if run > 0 {
            times.push(start.elapsed());
        }
    }
    times.sort();
    if let (Some(half), Some(most)) = (times.get(runs / 2), times.get(runs * 95 / 100)) {
        println!("p50 {half:.1?}, p95 {most:.1?} of {runs}");
    }
    Ok(())
}

fn paragraph(line: &str) -> Paragraph {
    let heading = line.starts_with('#');
    let text = line.trim_start_matches(['#', '-', ' ']).replace("**", "");
    Paragraph { heading, ..Paragraph::plain(if text.starts_with("![") { "" } else { &text }) }
}
