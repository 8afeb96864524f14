use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn feed_and_days_come_from_the_name_or_the_title_or_the_date() {
    let titled = "---\ntitle: ai_20251121_20251127\ndate: 2025-12-01\n---\ntext";
    let dated = "---\ndate: 2025-12-01 08:00:00 +0800\n---\ntext";
    let cases = [
        ("ml_20251120_20251120.md", titled, "ml", "2025-11-20", "2025-11-20"),
        ("2025-11-30-ml_20251120_20251120.md", titled, "ml", "2025-11-20", "2025-11-20"),
        ("notes.md", titled, "ai", "2025-11-21", "2025-11-27"),
        ("2025-11-30-notes.md", titled, "ai", "2025-11-21", "2025-11-27"),
        ("2025-11-30-notes.md", dated, "fallback", "2025-12-01", "2025-12-01"),
        ("2025-11-30-notes.md", "text", "fallback", "2025-11-30", "2025-11-30"),
    ];
    for (file, text, feed, from, to) in cases {
        let report = draft(file, text).unwrap().into_report(Some("fallback")).unwrap();
        assert_eq!((report.feed.as_str(), report.from, report.to), (feed, day(from), day(to)), "{file}: {text}");
    }
}

#[test]
fn what_is_missing_or_wrong_is_told_with_its_line() {
    let cases = [
        ("2025-11-30-notes.md", "text", 1, "which feed"),
        ("notes.md", "text", 1, "which day"),
        ("ai_20251301_20251301.md", "text", 1, "there is no day 20251301; write the days as"),
        ("notes.md", "---\nlayout: post\ntitle: ai_20251128_20251127\n---\ntext", 3, "the report ends on 2025-11-27"),
        ("ai_20251127_20251127.md", "---\ntitle: a\n---\n \n\n", 4, "the report is empty"),
        ("ai_20251127_20251127.md", "", 1, "the report is empty"),
        ("ai_20251127_20251127.md", "---\ntitle: a\n", 1, "the front matter that begins here is never closed"),
        ("ai_20251127_20251127.md", "---\ntitle: a\n???\n---\ntext", 3, "the front matter cannot be read"),
        ("ai_20251127_20251127.md", "---\ntitle: a\n---\nte\0xt", 4, "a zero byte"),
        ("ai_20251127_20251127.md", "---\npublished: false\n---\ntext", 1, "held back"),
    ];
    for (file, text, line, reason) in cases {
        let error = parse(file, text).unwrap_err();
        let shown = error.to_string();
        assert!(shown.starts_with(&format!("{file}:{line}: {reason}")), "{shown} is not {line}: {reason}");
        assert!(!shown.contains('\n'), "{shown}");
    }
}

#[test]
fn the_title_is_the_one_that_tells_something() {
    let title = |text: &str| parse("ai_20251127_20251127.md", text).unwrap().title;
    assert_eq!(title("---\ntitle: 今日要闻\n---\n# Heading"), "今日要闻");
    assert_eq!(title("---\ntitle: ai_20251127_20251127\n---\ntext\n\n## The *day*\n"), "The day");
    assert_eq!(title("---\ntitle: ai_20251127_20251127\n---\ntext"), "ai_20251127_20251127");
    assert_eq!(title("text"), "ai_20251127_20251127");
}

#[test]
fn the_sample_is_read_whole() {
    let name = "2025-11-27-twitter_ai_20251127_20251127.md";
    let text = include_str!("../../reports/2025-11-27-twitter_ai_20251127_20251127.md");
    for text in [text.to_owned(), text.replace('\n', "\r\n"), format!("\u{feff}{text}")] {
        let report = parse(name, &text).unwrap();
        assert_eq!((report.feed.as_str(), report.from, report.to), ("twitter_ai", day("2025-11-27"), report.from));
        assert_eq!(report.title, "人工智能领域Twitter讨论日报");
        let picture = report.picture.unwrap();
        assert_eq!(picture.source, "wordcloud_twitter_ai_20251127_20251127.jpg");
        assert!(text.lines().nth(picture.line - 1).unwrap().contains(&picture.source));
        assert!(report.document.blocks.len() > 20);
    }
}

proptest! {
    #[test]
    fn any_bytes_give_a_report_or_an_error_inside_the_file(
        head in prop::sample::select(vec!["", "---\n", "\u{feff}---\r\n", "---\ntitle: a\n---\n", "![](a.jpg)\n"]),
        tail: Vec<u8>,
    ) {
        let bytes = [head.as_bytes(), &tail].concat();
        let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let name = "ai_20251127_20251127.md";
        match encoding::decode(name, &bytes).and_then(|text| parse(name, &text)) {
            Ok(report) => prop_assert!(report.picture.is_none_or(|picture| (1..=lines).contains(&picture.line))),
            Err(error) => prop_assert!((1..=lines).contains(&error.line), "{} in {} lines", error, lines),
        }
    }
}
