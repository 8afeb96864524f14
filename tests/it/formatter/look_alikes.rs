//! Markdown as large public documents have it: wide and long tables, hundreds of footnotes, HTML between everything.

use std::fmt::Write as _;

use paperboy::report::markdown;
use platform::Layout;

use super::{judge, judge_all, render};

fn check(text: &str) {
    judge_all(&markdown::parse(text)).unwrap();
}

#[test]
fn a_long_list_of_projects_with_badges_arrives_whole() {
    let mut text = "<h1 align=\"center\">\n  Awesome <a href=\"https://a.example\">Things</a>\n</h1>\n\n".to_owned();
    for n in 0..120 {
        let _ = write!(
            text,
            "- [Project {n}](https://x.example/{n}) [![CI](https://x.example/{n}.svg)](https://x.example/ci) - Does `x{n}` \
             & more, *fast*.\n  - <img src=\"https://x.example/{n}.png\" alt=\"shot {n}\" width=200>\n"
        );
    }
    check(&text);
}

#[test]
fn a_table_of_comparisons_and_its_footnotes_arrive_whole() {
    let mut text = "| Feature | A[^1] | 人工智能 | Notes |\n|:--|:-:|--:|---|\n".to_owned();
    for n in 0..150 {
        let _ =
            writeln!(text, "| **f{n}** <br> second | ✅ | {n}.5 | see [docs](https://x.example/{n}) \\| {n}[^n{n}] |");
    }
    text.push_str("\n[^1]: First.\n");
    for n in 0..150 {
        let _ = writeln!(text, "[^n{n}]: Note {n}, with `code` and <sup>{n}</sup>.\n\n    A second paragraph.");
    }
    check(&text);
}

#[test]
fn a_change_log_with_folded_parts_arrives_whole() {
    let mut text = String::new();
    for n in (0..40).rev() {
        let _ = write!(
            text,
            "## [1.{n}.0] - 2025-11-{:02}\n\n<details>\n<summary><b>Fixed</b> ({n})</summary>\n\n* **core:** fix #{n} (@user{n})\n\n\
             ```rust\nlet x = vec![{n}];\n```\n\n</details>\n\n> [!NOTE]\n> Since 1.{n} <kbd>Ctrl</kbd>+<kbd>C</kbd> works.\n\n---\n\n",
            n % 28 + 1
        );
    }
    check(&text);
}

#[test]
fn a_table_of_25_000_rows_takes_messages_in_proportion() {
    let rows = |count: usize| {
        let mut text = "|编号|名称|\n|-|-|\n".to_owned();
        for n in 0..count {
            let _ = writeln!(text, "|{n}|模型{n}|");
        }
        markdown::parse(&text)
    };
    let messages = render("telegram", &rows(25_000), Layout::Full, false);
    judge::limits(&messages).unwrap();
    judge::loss(&rows(25_000), &messages).unwrap();
    assert!(messages.len() < 400, "{}", messages.len());
}
