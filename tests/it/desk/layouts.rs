//! `/layout`, and the pages behind the buttons of a digest in brief.

use platform::{PictureFormat, Place};

use super::{
    counter::Counter,
    reader::Reader,
    shown::{buttons, text, texts},
};

const DAY: &str = "2025-11-27";

async fn counter() -> Counter {
    let counter = Counter::new().await;
    let section = |name: &str| format!("## {name}\n\n{}\n\n", format!("{name}里的一句话。").repeat(40));
    let report = ["# 日报\n\n".to_owned(), section("概要"), section("技术"), section("产业")].concat();
    counter.archive_text("twitter_ai", DAY, &report).await;
    counter
}

#[tokio::test]
async fn a_digest_in_brief_is_one_message_whose_pages_turn_in_place() {
    let counter = counter().await;
    for platform in ["telegram", "discord"] {
        let reader = Reader::new("1").on(platform);
        counter.says(&reader, "/start twitter_ai").await;
        counter.presses(&reader, "/layout brief", "5").await;

        let brief = counter.says(&reader, "/digest").await;
        assert_eq!(brief.messages.len(), 1);
        assert!(texts(&brief)[0].contains("概要"));
        let offered = buttons(&brief);
        assert_eq!(offered.iter().map(|(label, _)| label.as_str()).collect::<Vec<_>>(), ["技术", "产业"]);

        let page = counter.presses(&reader, &offered[1].1, "6").await;
        assert_eq!(page.place, Place::Below);
        assert!(text(&page).contains("产业里的一句话"));
        let back = buttons(&page);
        assert_eq!(back[0].0, "‹ 技术");
        let turned = counter.presses(&reader, &back[0].1, "7").await;
        assert_eq!(turned.place, Place::Instead);
        assert!(text(&turned).contains("技术里的一句话"));
    }
}

#[tokio::test]
async fn the_rich_layout_is_chosen_by_who_has_seen_a_sample() {
    let counter = counter().await;
    let reader = Reader::new("1");
    counter.says(&reader, "/start twitter_ai").await;
    let choices = buttons(&counter.says(&reader, "/layout").await);
    assert!(choices.iter().any(|(_, action)| action == "/layout rich"), "{choices:?}");

    let sample = counter.presses(&reader, "/layout rich", "5").await;
    assert_eq!(sample.messages[0].message.method, "sendRichMessage");
    let layout = "select count(*) from subscribers where layout = 'rich'";
    assert_eq!(counter.count(layout).await, 0);
    counter.presses(&reader, &buttons(&sample)[0].1, "6").await;
    assert_eq!(counter.count(layout).await, 1);
    counter.presses(&reader, &buttons(&sample)[1].1, "6").await;
    assert_eq!(counter.count(layout).await, 0);
}

#[tokio::test]
async fn a_page_that_is_not_there_leaves_the_chat_as_it_is() {
    let counter = counter().await;
    let reader = Reader::new("1");
    for action in ["/page 1 99", "/page 99 1", "/turn 1 0"] {
        let reply = counter.presses(&reader, action, "5").await;
        assert!(reply.messages.is_empty() && reply.notice.is_some(), "{action}");
    }
}

#[tokio::test]
async fn a_report_that_is_too_long_ends_with_buttons_and_the_whole_of_it_as_a_file() {
    let counter = Counter::new().await;
    let section = |n: usize| format!("## 第{n}节\n\n{}\n\n", format!("第{n}节里的一句话。").repeat(300));
    let report = format!("# 日报\n\n{}", (1..60).map(section).collect::<String>());
    counter.archive_text("twitter_ai", DAY, &report).await;
    for platform in ["telegram", "discord"] {
        let reader = Reader::new("1").on(platform);
        let digest = counter.says(&reader, "/digest").await;
        assert_eq!(digest.messages.len(), 12, "{platform}");
        let last = digest.messages.last().unwrap();
        let file = &last.attachments[0].picture;
        assert_eq!(file.format, PictureFormat::Markdown);
        assert!(String::from_utf8_lossy(&file.bytes).ends_with(&report));

        let all: String = texts(&digest).concat();
        let sent = (1..60).rfind(|n| all.contains(&format!("第{n}节"))).unwrap();
        let page = counter.presses(&reader, &buttons(&digest)[0].1, "5").await;
        let shown = text(&page);
        assert!(shown.contains(&format!("第{sent}节")) || shown.contains(&format!("第{}节", sent + 1)), "{shown}");
    }
}
