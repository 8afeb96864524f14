//! Every report in tests/fixtures/reports, and what becomes of it.

use std::path::Path;

use paperboy::report::{
    Problem, ReportError,
    folder::{self, Opened, PictureFound},
};

/// File → what a reader of the log would see: days, title and picture, or the error.
const TABLE: &[(&str, &str)] = &[
    ("2025-11-24-nameless.md", "2025-11-24..2025-11-24 标题 -"),
    ("_posts/2025-11-28-nested.md", "2025-11-27..2025-11-27 标题 jpg"),
    ("ai_20251101_20251101.md", "2025-11-01..2025-11-01 标题 jpg 词云"),
    ("ai_20251102_20251102.md", "2025-11-02..2025-11-02 BOM and CRLF -"),
    ("ai_20251103_20251103.md", "2025-11-03..2025-11-03 AI: 今日: 要闻 -"),
    ("ai_20251104_20251104.md", "1: the front matter that begins here is never closed"),
    ("ai_20251105_20251105.md", "3: the front matter cannot be read"),
    ("ai_20251106_20251106.md", "held back"),
    ("ai_20251107_20251107.md", "2025-11-07..2025-11-07 标题 -"),
    ("ai_20251108_20251108.md", "2025-11-08..2025-11-08 tabs -"),
    ("ai_20251109_20251109.md", "2: not UTF-8 here (byte 0xb9), likely GB18030"),
    ("ai_20251110_20251110.md", "1: the file is UTF-16"),
    ("ai_20251111_20251111.md", "7: a zero byte"),
    ("ai_20251112_20251112.md", "6: the file ends in the middle of a letter"),
    ("ai_20251113_20251113.md", "4: the report is empty"),
    ("ai_20251114_20251114.md", "2025-11-14..2025-11-14 标题 -"),
    ("ai_20251115_20251115.md", "2025-11-15..2025-11-15 2025 jpg words"),
    ("ai_20251116_20251116.md", "2025-11-16..2025-11-16 标题 5: picture `half.jpg`: the JPEG file is broken"),
    ("ai_20251117_20251117.md", "2025-11-17..2025-11-17 标题 5: picture `../../../Cargo.toml`: it leads out"),
    ("ai_20251118_20251118.md", "2025-11-18..2025-11-18 标题 5: picture `page.jpg`: its bytes are not an image"),
    ("ai_20251119_20251119.md", "2025-11-19..2025-11-19 标题 gif"),
    ("ai_20251120_20251120.md", "2025-11-20..2025-11-20 标题 5: picture `thin.png`: it is 400×4"),
    ("ai_20251121_20251121.md", "2025-11-21..2025-11-21 标题 png"),
    ("ai_20251123_20251122.md", "1: the report ends on 2025-11-22, before it begins on 2025-11-23"),
    ("ai_20251131_20251131.md", "1: there is no day 20251131"),
    ("dayless.md", "1: which day is it of?"),
    ("nameless.md", "2025-11-25..2025-11-26 标题 -"),
];

fn outcome(opened: Result<Opened, ReportError>) -> String {
    let opened = match opened {
        Ok(opened) => opened,
        Err(ReportError { problem: Problem::Withheld, .. }) => return "held back".to_owned(),
        Err(error) => return format!("{}: {}", error.line, error.problem),
    };
    let report = opened.report;
    assert_eq!(report.feed, "ai");
    let picture = match opened.picture {
        PictureFound::None => "-".to_owned(),
        PictureFound::Picture { picture, alt, .. } => format!("{} {alt}", picture.format.extension()),
        PictureFound::Warning(warning) => {
            format!("{}: picture `{}`: {}", warning.line, warning.source_written, warning.problem)
        }
    };
    format!("{}..{} {} {picture}", report.from, report.to, report.title)
}

#[test]
fn every_nasty_report_has_the_outcome_in_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/reports");
    let found = folder::list(&root).expect("the fixtures");
    let names: Vec<_> = found.iter().filter_map(|found| found.path.strip_prefix(&root).ok()?.to_str()).collect();
    assert_eq!(names, TABLE.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for (name, expected) in TABLE {
        let outcome = outcome(folder::open(&root, &root.join(name), Some("ai")));
        assert!(outcome.starts_with(expected) && !outcome.contains('\n'), "{name}: {outcome}");
    }
}
