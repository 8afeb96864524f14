//! `/digest`, days typed as they are, and days offered while typing.

use platform::{ChatKind, Desk, Language, Uploaded};

use super::{
    counter::Counter,
    reader::Reader,
    shown::{buttons, text, texts},
};

const DAYS: [&str; 4] = ["2025-11-20", "2025-11-24", "2025-11-25", "2025-11-27"];

async fn counter() -> Counter {
    let counter = Counter::new().await;
    counter.archive("twitter_ai", &DAYS).await;
    counter
}

#[tokio::test]
async fn a_stranger_reads_any_day() {
    let counter = counter().await;
    let stranger = Reader::new("1");
    for (line, day) in [
        ("/digest", "2025-11-27"),
        ("/digest latest", "2025-11-27"),
        ("/digest yesterday", "2025-11-27"),
        ("/digest 昨天", "2025-11-27"),
        ("/digest 2025-11-20", "2025-11-20"),
        ("/digest 11-25", "2025-11-25"),
        ("/digest 11月24日", "2025-11-24"),
        // In a private chat a day alone will do.
        ("2025-11-24", "2025-11-24"),
        ("昨天", "2025-11-27"),
    ] {
        let said = texts(&counter.says(&stranger, line).await).join("\n");
        assert!(said.contains(&format!("twitter_ai {day}")), "{line}: {said}");
    }
    assert_eq!(counter.count("select count(*) from subscribers").await, 0);
}

#[tokio::test]
async fn a_digest_comes_with_its_picture_and_its_upload_is_reused() {
    let counter = Counter::new().await;
    let picture = counter.archive_with_picture("twitter_ai", "2025-11-27").await;
    let reader = Reader::new("1");
    let reply = counter.says(&reader, "/digest").await;
    let first = &reply.messages[0];
    assert_eq!(first.message.method, "sendPhoto");
    assert_eq!((&first.attachments[0].picture.id, &first.attachments[0].uploaded), (&picture, &None));

    let uploaded = Uploaded { picture, file: "AgAC".to_owned() };
    counter.desk.uploaded(&reader.bot, &[uploaded]).await;
    let again = counter.says(&reader, "/digest").await;
    assert_eq!(again.messages[0].attachments[0].uploaded.as_deref(), Some("AgAC"));
    // Another bot has its own.
    let elsewhere = counter.says(&reader.on("discord"), "/digest").await;
    assert_eq!(elsewhere.messages[0].attachments[0].uploaded, None);
}

#[tokio::test]
async fn a_day_without_a_digest_offers_the_nearest() {
    let counter = counter().await;
    let reader = Reader::new("1");
    let reply = counter.says(&reader, "/digest 2025-11-26").await;
    assert_eq!(text(&reply), "11月26日（周三）没有日报。离得最近的是：");
    let offered: Vec<(String, String)> = buttons(&reply);
    let actions: Vec<&str> = offered.iter().map(|(_, action)| action.as_str()).collect();
    assert_eq!(actions, ["/digest 2025-11-27", "/digest 2025-11-25", "/digest 2025-11-24", "/digest 2025-11-20"]);
    assert_eq!(offered[0].0, "11月27日（周四）");
    let shown = counter.presses(&reader, actions[1], "5").await;
    assert!(texts(&shown).join("\n").contains("twitter_ai 2025-11-25"));
}

#[tokio::test]
async fn today_and_the_future_are_told_apart() {
    let counter = counter().await;
    let reader = Reader::new("1").speaking(Some(Language::En));
    let today = counter.says(&reader, "/digest today").await;
    assert_eq!(text(&today), "Today’s digest is not out yet. The latest are:");
    assert_eq!(buttons(&today)[0], ("Thu 27 Nov".to_owned(), "/digest 2025-11-27".to_owned()));
    let future = counter.says(&reader, "/digest 2026-01-05").await;
    assert_eq!(text(&future), "Mon 5 Jan 2026 is still to come. The latest are:");
    assert_eq!(buttons(&future).len(), DAYS.len());
}

#[tokio::test]
async fn days_are_counted_where_the_feed_is_written() {
    let counter = counter().await;
    let reader = Reader::new("1");
    // Half past four in the afternoon in London is the next day in Shanghai.
    counter.wait(14 * 3600 + 30 * 60);
    let reply = counter.says(&reader, "/digest 昨天").await;
    assert_eq!(text(&reply), "11月28日（周五）没有日报。离得最近的是：");
}

#[tokio::test]
async fn a_month_and_a_day_reach_back_over_new_year() {
    let counter = Counter::new().await;
    counter.archive("twitter_ai", &["2025-12-31"]).await;
    counter.wait(40 * 24 * 3600);
    let reader = Reader::new("1");
    let said = texts(&counter.says(&reader, "/digest 12-31").await).join("\n");
    assert!(said.contains("twitter_ai 2025-12-31"), "{said}");
    // The year is named where it is not this one.
    let offered = counter.says(&reader, "/digest 12-30").await;
    assert_eq!(text(&offered), "2025年12月30日（周二）没有日报。离得最近的是：");
}

#[tokio::test]
async fn a_chat_reads_the_feeds_that_it_receives() {
    let counter = Counter::with_feeds(&["tech", "twitter_ai"]).await;
    counter.archive("tech", &["2025-11-26", "2025-11-27"]).await;
    counter.archive("twitter_ai", &["2025-11-25", "2025-11-27"]).await;
    let reader = Reader::new("1");
    assert_eq!(texts(&counter.says(&reader, "/digest 11-27").await).len(), 2, "a stranger sees all");
    counter.says(&reader, "/start twitter_ai").await;
    let said = texts(&counter.says(&reader, "/digest").await);
    assert!(said.len() == 1 && said[0].contains("twitter_ai 2025-11-27"), "{said:?}");
    let offered = buttons(&counter.says(&reader, "/digest 11-26").await);
    assert_eq!(offered.len(), 2, "only days of its own feed: {offered:?}");
    counter.says(&reader, "/start tech").await;
    assert_eq!(texts(&counter.says(&reader, "/digest 11-27").await).len(), 2);
}

#[tokio::test]
async fn what_is_not_understood_is_shown_back_short() {
    let counter = counter().await;
    let reader = Reader::new("1");
    assert_eq!(
        text(&counter.says(&reader, "/digest 13-45").await),
        "没看懂「13-45」是哪天。可以写 2025-11-27、11-27 或昨天。"
    );
    assert_eq!(text(&counter.says(&reader, "/fly away").await), "没有 /fly 这个命令。发 /help 看有哪些。");
    assert_eq!(
        text(&counter.says(&reader, "你好").await),
        "发 /digest 看最新一期，发日期（如 11-27）看那一天，发 /help 看怎么用。"
    );
    let group = reader.among("-100", ChatKind::Group, false);
    for line in ["你好", "昨天"] {
        assert!(counter.says(&group, line).await.messages.is_empty(), "a group talks to itself: {line}");
    }
    assert!(text(&counter.says(&group, "/digest 2025-02-30").await).starts_with("没看懂"));
}

#[tokio::test]
async fn days_are_offered_while_typing() {
    let counter = Counter::with_feeds(&["tech", "twitter_ai"]).await;
    counter.archive("twitter_ai", &DAYS).await;
    counter.archive("tech", &["2025-11-26", "2025-11-27"]).await;
    let all = counter.desk.suggest_days(Some(Language::En), "").await;
    let values: Vec<&str> = all.iter().map(|day| day.value.as_str()).collect();
    assert_eq!(values, ["2025-11-27", "2025-11-26", "2025-11-25", "2025-11-24", "2025-11-20"]);
    assert_eq!(all[0].label, "Thu 27 Nov");
    let some = counter.desk.suggest_days(None, "11-20").await;
    assert_eq!(some[0].label, "11月20日（周四）");
    assert_eq!(some.len(), 1);
    assert!(counter.desk.suggest_days(Some(Language::Zh), "'; drop table").await.is_empty());
}

#[tokio::test]
async fn no_more_than_25_days_are_offered() {
    let counter = Counter::new().await;
    let days: Vec<String> = (1..=30).map(|day| format!("2025-09-{day:02}")).collect();
    counter.archive("twitter_ai", &days.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let offered = counter.desk.suggest_days(Some(Language::Zh), "").await;
    assert_eq!((offered.len(), offered[24].value.as_str()), (25, "2025-09-06"));
}

#[tokio::test]
async fn a_database_that_is_away_is_an_apology() {
    let counter = counter().await;
    counter.db().close().await;
    let reader = Reader::new("1");
    assert_eq!(text(&counter.says(&reader, "/digest").await), "抱歉，刚才出了点问题，请过一会儿再试。");
    let english = reader.speaking(Some(Language::En));
    let said = text(&counter.says(&english, "/start").await);
    assert_eq!(said, "Sorry, something went wrong here. Please try again in a little while.");
    assert!(counter.desk.suggest_days(Some(Language::Zh), "").await.is_empty());
}
