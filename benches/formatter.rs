//! How long it takes to turn a report into messages: `cargo bench --bench formatter [-- FILE…]`.
//!
//! Prints the median of many runs on one core, for the sample or the files that are named, and for reports from
//! 1 KB to 4 MB, which shows that the time grows no faster than the text.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use paperboy::{platforms, report::markdown, wording};
use platform::{Document, Language, Layout, Pages, PictureId, Sheet, SheetPicture};

const PAGES: Pages<'static> = Pages { open: "/page 1", turn: "/turn 1", most: Pages::MOST };

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let sample = vec!["reports/2025-11-27-twitter_ai_20251127_20251127.md".to_owned()];
    for file in if named.is_empty() { sample } else { named } {
        let text = std::fs::read_to_string(&file).expect("a report");
        report(&file, body(&text));
    }
    let text = std::fs::read_to_string("reports/2025-11-27-twitter_ai_20251127_20251127.md").expect("the sample");
    println!("\nby length: parse, render and split for Telegram and for Discord");
    for kilobytes in [1, 4, 16, 64, 256, 1_024, 4_096] {
        let long = repeated(body(&text), kilobytes * 1_024);
        let times = [
            time(|| messages("telegram", &markdown::parse(&long))),
            time(|| messages("discord", &markdown::parse(&long))),
        ];
        println!("{kilobytes:>6} KB  {}", times.map(shown).join("  "));
    }
    println!("\na table by rows");
    for rows in [100, 1_000, 5_000, 25_000] {
        let table: String = (0..rows).map(|n| format!("|{n}|模型{n}|\n")).collect();
        let table = format!("|编号|名称|\n|-|-|\n{table}");
        let times = [
            time(|| messages("telegram", &markdown::parse(&table))),
            time(|| messages("discord", &markdown::parse(&table))),
        ];
        println!("{rows:>6} rows {}", times.map(shown).join("  "));
    }
    println!("\nby shape, about 1 MB each");
    for (name, piece) in [
        ("one paragraph without a space", "字".repeat(2_000)),
        ("one letter a line", "a\n\n".repeat(1_000)),
        ("a table of many rows", format!("\n\n|a|b|\n|-|-|\n{}", "|12|字|\n".repeat(30_000))),
        ("stars", "**a".repeat(1_000)),
        ("links", "[a](https://x.example/b) ".repeat(100)),
        ("open brackets", "[".repeat(1_000)),
        ("emoji", "👩‍👩‍👧‍👦🇨🇳".repeat(200)),
    ] {
        let long = repeated(&piece, 1_024 * 1_024);
        let times = [
            time(|| messages("telegram", &markdown::parse(&long))),
            time(|| messages("discord", &markdown::parse(&long))),
        ];
        println!("{name:<32} {}", times.map(shown).join("  "));
    }
}

fn report(file: &str, text: &str) {
    println!("{file}: {} bytes", text.len());
    let document = markdown::parse(text);
    println!("  pulldown-cmark alone     {}", shown(time(|| pulldown_cmark::Parser::new(text).count())));
    println!("  parse                    {}", shown(time(|| markdown::parse(text))));
    for adapter in platforms::ADAPTERS {
        for &layout in adapter.dialect.layouts() {
            let name = format!("{} {}", adapter.name, layout.as_str());
            let count = render(adapter.name, &document, layout).len();
            println!("  {name:<24} {} ({count} messages)", shown(time(|| render(adapter.name, &document, layout))));
        }
    }
    println!("  parse + telegram full    {}", shown(time(|| messages("telegram", &markdown::parse(text)))));
}

/// What follows the front matter.
fn body(text: &str) -> &str {
    text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or(text, |(_, body)| body)
}

fn repeated(piece: &str, length: usize) -> String {
    let mut text = String::with_capacity(length + piece.len());
    while text.len() < length {
        text.push_str(piece);
    }
    let end = (0..=length).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    text.truncate(end);
    text
}

fn messages(platform: &str, document: &Document) -> usize {
    render(platform, document, Layout::Full).len()
}

fn render(platform: &str, document: &Document, layout: Layout) -> Vec<platform::Message> {
    let picture =
        SheetPicture {
            id: PictureId("0".repeat(64)), file_name: "wordcloud.jpg".to_owned(), alt: "词云图".to_owned()
        };
    let sheet = Sheet {
        document,
        picture: Some(&picture),
        labels: wording::labels(Language::Zh),
        pages: Some(PAGES),
        file: None,
    };
    platforms::dialect(platform).expect("a platform").render(&sheet, layout)
}

/// The median of as many runs as fit into half a second, at least three.
fn time<T>(work: impl Fn() -> T) -> Duration {
    let mut times = Vec::new();
    let started = Instant::now();
    while times.len() < 3 || started.elapsed() < Duration::from_millis(500) && times.len() < 5_000 {
        let start = Instant::now();
        black_box(work());
        times.push(start.elapsed());
    }
    times.sort_unstable();
    times[times.len() / 2]
}

fn shown(time: Duration) -> String {
    format!("{:>10.1} µs", time.as_secs_f64() * 1e6)
}
