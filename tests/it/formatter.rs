//! What readers see: every message of every report keeps the platforms' limits and loses nothing.

mod documents;
mod emphasis;
mod fewest;
mod judge;
mod look_alikes;
mod samples;
mod spec;

use paperboy::platforms::{self, ADAPTERS};
use platform::{Dialect, Document, Language, Layout, Message, Pages, PictureId, Sheet, SheetFile, SheetPicture};
use proptest::prelude::*;

/// Where the buttons lead.
const PAGES: Pages<'static> = Pages { open: "/page 1", turn: "/turn 1", most: 1_000 };

fn on_sheet<T>(
    name: &str,
    document: &Document,
    with_picture: bool,
    work: impl FnOnce(&dyn Dialect, &Sheet<'_>) -> T,
) -> T {
    let picture =
        SheetPicture {
            id: PictureId("0".repeat(64)), file_name: "wordcloud.jpg".to_owned(), alt: "词云图".to_owned()
        };
    let labels = paperboy::wording::labels(Language::Zh);
    let sheet = Sheet { document, picture: with_picture.then_some(&picture), labels, pages: Some(PAGES), file: None };
    work(platforms::dialect(name).expect("an adapter of that name"), &sheet)
}

/// Everything a platform makes of a document in one layout, with a picture or without.
fn render(name: &str, document: &Document, layout: Layout, with_picture: bool) -> Vec<Message> {
    on_sheet(name, document, with_picture, |dialect, sheet| dialect.render(sheet, layout))
}

/// The pages behind the buttons of the layout `brief`.
fn pages(name: &str, document: &Document, with_picture: bool) -> Vec<Message> {
    on_sheet(name, document, with_picture, |dialect, sheet| {
        (1..).map_while(|number| dialect.page(sheet, number)).collect()
    })
}

/// Every way in which a platform can show a document, judged.
fn judge_all(document: &Document) -> Result<(), String> {
    for (adapter, with_picture) in ADAPTERS.iter().flat_map(|adapter| [(adapter, true), (adapter, false)]) {
        for &layout in adapter.dialect.layouts() {
            let mut messages = render(adapter.name, document, layout, with_picture);
            let place = |problem: String| format!("{} {}: {problem}", adapter.name, layout.as_str());
            judge::limits(&messages).map_err(place)?;
            if layout == Layout::Brief {
                let one = messages.len() <= 1;
                messages.extend(pages(adapter.name, document, with_picture));
                judge::limits(&messages[messages.len().min(1)..]).map_err(place)?;
                if !one {
                    return Err(place("more than one message".to_owned()));
                }
            }
            judge::loss(document, &messages).map_err(place)?;
            judge::edges(&messages).map_err(place)?;
            if !messages.starts_with(&render(adapter.name, document, layout, with_picture)) {
                return Err(place("the same document gave other messages".to_owned()));
            }
        }
    }
    Ok(())
}

proptest! {
    // As many cases as PROPTEST_CASES says, or 256; `script/test-formatter` asks for 100,000.
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_random_document_arrives_whole_and_within_the_limits(document in documents::document()) {
        judge_all(&document).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn random_markdown_arrives_whole_and_within_the_limits(text in documents::markdown()) {
        let document = paperboy::report::markdown::parse(&text);
        judge_all(&document).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn a_heading_never_ends_a_message(document in documents::sections()) {
        for adapter in ADAPTERS {
            for messages in [true, false].map(|picture| render(adapter.name, &document, Layout::Full, picture)) {
                judge::headings(&messages).map_err(TestCaseError::fail)?;
            }
        }
    }
}

#[test]
fn what_shows_nothing_at_the_beginning_takes_no_room_from_the_picture() {
    // A cut behind the empty item hurts less than one between words; then nothing of the first message would be seen.
    let item = format!("命令`{}` 参数`{}`", "a".repeat(328), "b".repeat(757));
    for hidden in ["- - [^1]: ", "- \n- [^1]: ", "- \n\n---\n\n", "- ---\n\n", "- ---\n\n> ", "```\n\n```\n\n"] {
        let text = format!("{hidden}{item}");
        judge_all(&paperboy::report::markdown::parse(&text)).unwrap();
    }
}

#[test]
fn what_stands_below_a_rule_is_no_part_of_the_section_above() {
    let section = "一句话。".repeat(100);
    let text = format!(
        "# 日报\n\n## 一\n\n{section}\n\n## 二\n\n{section}\n\n## 三\n\n{section}\n\n---\n\n**总结**：{section}"
    );
    let document = paperboy::report::markdown::parse(&text);
    let brief = render("telegram", &document, Layout::Brief, false);
    let labels: Vec<_> = brief[0].payload["reply_markup"]["inline_keyboard"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|row| row.as_array())
        .flatten()
        .map(|button| &button["text"])
        .collect();
    assert_eq!(labels, ["二", "三", "总结"]);
    let rich = render("telegram", &document, Layout::Rich, false);
    let html = rich[0].payload["rich_message"]["html"].as_str().unwrap();
    assert!(html.contains("</details><hr/><p><b>总结</b>"), "{html}");
}

#[test]
fn a_rule_right_below_a_heading_divides_nothing() {
    let section = "一句话。".repeat(150);
    let text = format!("# 日报\n\n## 一\n\n---\n\n{section}\n\n## 二\n\n---\n\n{section}\n\n## 三\n\n---\n\n{section}");
    let document = paperboy::report::markdown::parse(&text);
    let shown: Vec<String> =
        pages("telegram", &document, false).iter().map(|page| page.payload["text"].to_string()).collect();
    assert_eq!(shown.len(), 2);
    assert!(
        shown.iter().zip(["二", "三"]).all(|(page, title)| page.contains(title) && page.contains("一句话")),
        "{shown:?}"
    );
    let rich = render("telegram", &document, Layout::Rich, false);
    assert_eq!(rich[0].payload["rich_message"]["html"].as_str().unwrap().matches("<details>").count(), 2);
}

#[test]
fn what_stands_below_a_rule_begins_no_page_with_closing_punctuation() {
    let text = format!("{}\n\n---\n](https://x.example){}", "一句话，".repeat(400), "又一句，".repeat(60));
    judge_all(&paperboy::report::markdown::parse(&text)).unwrap();
}

#[test]
fn signs_stand_where_their_items_do() {
    let shown = |text: &str| {
        let messages = render("telegram", &paperboy::report::markdown::parse(text), Layout::Full, false);
        messages[0].payload["text"].as_str().unwrap().to_owned()
    };
    assert_eq!(shown("1. ```\n   a\n   ```\n2. b"), "1. \na\n2. b");
    assert_eq!(shown("- a\n  - > q"), "• a\n   ◦ q");
}

#[test]
fn short_code_that_begins_like_closing_punctuation_stays_whole() {
    let messages = render("discord", &paperboy::report::markdown::parse("`.gitignore`"), Layout::Full, false);
    assert_eq!(messages[0].payload["embeds"][0]["description"], "`.gitignore`");
}

#[test]
fn a_long_heading_in_a_list_is_weighed_as_it_is_written() {
    // It is written in bold, whose signs end and begin anew around code. With one more short item each time, the message
    // comes to be full to its brim.
    for items in 600..1_000 {
        let text = format!("- # {}\n{}", "一`二`，".repeat(100), "- 字\n".repeat(items));
        let document = paperboy::report::markdown::parse(&text);
        judge::limits(&render("discord", &document, Layout::Components, false)).unwrap();
    }
}

#[test]
fn long_code_whose_second_line_begins_with_closing_punctuation_begins_no_message_with_it() {
    // The separator is a line end, in code too.
    let text = format!("字`{}\u{2028}](https{}`す。👍", "a".repeat(260), "b".repeat(900));
    judge_all(&paperboy::report::markdown::parse(&text)).unwrap();
}

#[test]
fn what_is_too_much_for_one_delivery_says_where_the_rest_is() {
    let text = "## 标题\n\n一句话。".to_owned() + &"这是一段很长的文字，讲的是模型。".repeat(300);
    let document = paperboy::report::markdown::parse(&[text.as_str(); 30].join("\n\n"));
    let whole = SheetFile { id: PictureId("1".repeat(64)), name: "report.md".to_owned() };
    let ways = [("telegram", "reply_markup"), ("discord", "components")];
    for ((name, keyboard), file) in ways.into_iter().flat_map(|way| [(way, None), (way, Some(&whole))]) {
        let few = Pages { most: 5, ..PAGES };
        let (messages, pages) = on_sheet(name, &document, false, |dialect, sheet| {
            let sheet = Sheet { pages: Some(few), file, ..*sheet };
            let messages = dialect.render(&sheet, Layout::Full);
            let first = messages.last().map(|last| last.payload[keyboard].to_string()).unwrap_or_default();
            let number: usize =
                first.split("/page 1 ").nth(1).and_then(|rest| rest.split('"').next()?.parse().ok()).expect("a button");
            let pages: Vec<Message> = (number..).map_while(|number| dialect.page(&sheet, number)).collect();
            (messages, pages)
        });
        assert_eq!(messages.len(), 5);
        let files = messages.iter().filter(|message| message.pictures.contains(&whole.id)).count();
        assert_eq!(files, usize::from(file.is_some()));
        judge::limits(&messages).unwrap();
        judge::limits(&pages).unwrap();
        // What the buttons show begins no later than what was sent ends.
        let all: Vec<Message> = messages.into_iter().chain(pages).collect();
        judge::loss(&document, &all).unwrap();
    }
}
