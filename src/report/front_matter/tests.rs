use proptest::prelude::*;

use super::*;

fn front(text: &str) -> FrontMatter {
    split(text).unwrap().0
}

fn body(text: &str) -> (&str, usize) {
    let body = split(text).unwrap().1;
    (body.text, body.first_line)
}

fn title(text: &str) -> Option<String> {
    front(text).title
}

#[test]
fn the_block_is_split_off_whatever_its_line_ends() {
    let cases = [
        ("---\ntitle: a\n---\nbody\n", "body\n", 4),
        ("\u{feff}---\r\ntitle: a\r\n---\r\nbody\r\n", "body\r\n", 4),
        ("---  \ntitle: a\n---\t\nbody", "body", 4),
        ("---\ntitle: a\n...\nbody", "body", 4),
        ("\n \n---\ntitle: a\n---\nbody", "body", 6),
        ("---\n\ntitle: a\n\n---\n\nbody", "\nbody", 6),
        ("---\ntitle: a\n---", "", 4),
    ];
    for (text, expected, line) in cases {
        assert_eq!(body(text), (expected, line), "{text:?}");
        assert_eq!(title(text).as_deref(), Some("a"), "{text:?}");
    }
}

#[test]
fn a_file_without_front_matter_is_all_body() {
    let cases = [
        "# Title\n\ntext",
        "---\n# Title\n\nText between two rules\n\n---\n\nmore",
        "---\nno front matter, and never closed\n",
        "----\ntitle: a\n----\n",
        " ---\ntitle: a\n---\n",
        "text\n---\ntitle: a\n---\n",
        "\n---\ntitle: a\n",
        "---",
        "",
    ];
    for text in cases {
        assert_eq!(body(text), (text, 1), "{text:?}");
        assert_eq!(title(text), None, "{text:?}");
    }
}

#[test]
fn an_empty_block_says_nothing() {
    for text in ["---\n---\nbody", "---\n\n---\nbody", "---\n \n...\nbody"] {
        assert_eq!(body(text).0, "body", "{text:?}");
        assert_eq!(title(text), None, "{text:?}");
    }
}

#[test]
fn front_matter_that_is_never_closed_is_an_error_on_its_first_line() {
    assert_eq!(split("---\ntitle: a\n\n# Heading\n"), Err((1, Problem::UnclosedFrontMatter)));
    assert_eq!(split("\u{feff}---\r\ntitle: a\r\n"), Err((1, Problem::UnclosedFrontMatter)));
}

#[test]
fn a_title_is_read_however_it_is_written() {
    let cases = [
        ("title: plain", "plain"),
        ("title: \"quoted: with colon\"", "quoted: with colon"),
        ("title: 'it''s'", "it's"),
        ("title: AI: the day", "AI: the day"),
        ("layout: post\ntitle: AI: 今日: 要闻\ntags:\n  - a\n  - b", "AI: 今日: 要闻"),
        ("title: \"unfinished", "\"unfinished"),
        ("title: [AI] the day", "[AI] the day"),
        ("title: @home", "@home"),
        ("title: {{ site.title }} today", "{{ site.title }} today"),
        ("title: * star", "* star"),
        ("title: 100%", "100%"),
        ("title: 2025", "2025"),
        ("title: 007", "007"),
        ("title: no", "no"),
        ("title: >-\n  folded\n  text", "folded text"),
        ("\ttitle: tabbed\n\tdate: 2025-11-27", "tabbed"),
        ("title:\ttab after the colon", "tab after the colon"),
        ("title: first\ntitle: second", "second"),
        ("title: a # note", "a"),
        ("{title: flow}", "flow"),
        ("title: \"quoted\" and more", "\"quoted\" and more"),
    ];
    for (block, expected) in cases {
        assert_eq!(title(&format!("---\n{block}\n---\nbody")).as_deref(), Some(expected), "{block:?}");
    }
}

#[test]
fn broken_yaml_is_an_error_on_its_line() {
    for (block, line) in [("title: a\nno key here", 3), ("title: a\n  b: c: d\n]x", 0), ("tags: [a\nb", 0)] {
        let (found, problem) = split(&format!("---\n{block}\n---\nbody")).unwrap_err();
        assert!(matches!(problem, Problem::Yaml(_)), "{block:?}: {problem}");
        assert!(!problem.to_string().contains('\n'), "{problem}");
        assert!((2..=5).contains(&found) && (line == 0 || found == line), "{block:?}: line {found}, {problem}");
    }
}

#[test]
fn the_date_is_the_day_as_written() {
    let day = NaiveDate::from_ymd_opt(2025, 11, 27);
    let cases = [
        "date: \"2025-11-27 15:31:51 +0800\"",
        "date: 2025-11-27 15:31:51 +0800",
        "date: 2025-11-27",
        "date: 2025-11-27T23:31:51-08:00",
        "posttime: '2025-11-27'",
        "date: soon\nposttime: 2025-11-27",
        "date:\nposttime: 2025/11/27",
    ];
    for block in cases {
        assert_eq!(front(&format!("---\n{block}\n---\nbody")).day, day, "{block}");
    }
}

#[test]
fn only_a_plain_no_holds_a_report_back() {
    for (value, published) in [
        ("false", false),
        ("False", false),
        ("\"false\"", false),
        ("no", false),
        ("off", false),
        ("false # until noon", false),
        ("true", true),
        ("yes", true),
        ("", true),
        ("2025", true),
    ] {
        assert_eq!(front(&format!("---\npublished: {value}\n---\nbody")).published, published, "{value}");
        let beside_broken_yaml = format!("---\ntitle: a: b\npublished: {value}\n---\nbody");
        assert_eq!(front(&beside_broken_yaml).published, published, "{value}");
    }
}

#[test]
fn the_picture_is_a_path_or_a_mapping() {
    let image = |block: &str| {
        let front = front(&format!("---\ntitle: a\n{block}\n---\nbody"));
        (front.image, front.image_alt, front.image_line)
    };
    assert_eq!(image("image: cloud.jpg"), (Some("cloud.jpg".to_owned()), None, 3));
    let mapping = "image:\n  path: /assets/cloud.jpg\n  alt: words";
    assert_eq!(image(mapping), (Some("/assets/cloud.jpg".to_owned()), Some("words".to_owned()), 3));
    assert_eq!(image("image_alt: words\nimage: c.png"), (Some("c.png".to_owned()), Some("words".to_owned()), 4));
    assert_eq!(image("image:"), (None, None, 3));
}

#[test]
fn an_alias_bomb_is_an_error_and_not_a_full_memory() {
    let mut block = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, before) in ["b", "c", "d", "e", "f", "g", "h", "i"].iter().zip("abcdefgh".chars()) {
        let many = vec![format!("*{before}"); 10].join(", ");
        block.push_str(&format!("{name}: &{name} [{many}]\n"));
    }
    // Nothing that is asked for refers to the bomb, so the lines may still be read; what counts is that it ends.
    drop(split(&format!("---\n{block}---\nbody")));
}

proptest! {
    #[test]
    fn any_text_is_split_without_panic_and_the_body_is_its_end(text in "(---\n)?[ -~\n\t\r:#\"'\\[{&*|>-]{0,80}(\n---\n)?\\PC{0,40}") {
        if let Ok((_, body)) = split(&text) {
            prop_assert!(text.ends_with(body.text));
            let before = &text[..text.len() - body.text.len()];
            prop_assert_eq!(body.first_line, before.matches('\n').count() + 1 + usize::from(!before.is_empty() && !before.ends_with('\n')));
        }
    }
}
