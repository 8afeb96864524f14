//! The bot is added, removed, and chats move.

use platform::{ChatEvent, ChatId, ChatKind, Language};

use super::{counter::Counter, reader::Reader, shown::text};

#[tokio::test]
async fn a_channel_is_subscribed_when_the_bot_is_added_and_greeted_once() {
    let counter = Counter::new().await;
    let channel = Reader::new("1").among("-200", ChatKind::Channel, true);
    let reply = counter.notices(&channel, ChatEvent::Added).await;
    assert!(text(&reply).starts_with("本频道已订阅「推特 AI 日报」。"), "{}", text(&reply));
    assert_eq!(counter.received(&channel).await, ["twitter_ai"]);
    // A change of rights comes as the same event.
    assert!(counter.notices(&channel, ChatEvent::Added).await.messages.is_empty());
    counter.says(&channel, "/stop").await;
    assert!(counter.notices(&channel, ChatEvent::Added).await.messages.is_empty());
    assert!(counter.received(&channel).await.is_empty(), "a /stop is not undone");
}

#[tokio::test]
async fn a_group_is_told_how_to_begin() {
    let counter = Counter::new().await;
    let group = Reader::new("1").among("-100", ChatKind::Group, true);
    let reply = counter.notices(&group, ChatEvent::Added).await;
    assert!(text(&reply).contains("/start"), "{}", text(&reply));
    assert!(counter.received(&group).await.is_empty());
    assert!(counter.notices(&group, ChatEvent::Added).await.messages.is_empty());
}

#[tokio::test]
async fn a_chat_that_comes_back_receives_what_it_did_before() {
    let counter = Counter::with_feeds(&["tech", "twitter_ai"]).await;
    let group = Reader::new("1").among("-100", ChatKind::Group, true).speaking(Some(Language::En));
    counter.says(&group, "/start twitter_ai").await;
    counter.notices(&group, ChatEvent::Removed("bot was kicked".to_owned())).await;
    assert!(counter.received(&group).await.is_empty());
    let reply = counter.notices(&group, ChatEvent::Added).await;
    let said = text(&reply);
    assert!(said.starts_with("Hello! This group is now subscribed to “Twitter AI daily”."), "{said}");
    assert_eq!(counter.received(&group).await, ["twitter_ai"]);
}

#[tokio::test]
async fn a_chat_that_moves_keeps_its_subscription() {
    let counter = Counter::new().await;
    let group = Reader::new("1").among("-100", ChatKind::Group, true);
    counter.says(&group, "/start").await;
    let reply = counter.notices(&group, ChatEvent::Moved(ChatId("-1001".to_owned()))).await;
    assert!(reply.messages.is_empty());
    assert!(counter.received(&group).await.is_empty());
    let moved = Reader::new("1").among("-1001", ChatKind::Group, true);
    assert_eq!(counter.received(&moved).await, ["twitter_ai"]);
}

#[tokio::test]
async fn a_chat_that_never_subscribed_leaves_without_a_word() {
    let counter = Counter::new().await;
    let reader = Reader::new("1");
    assert!(counter.notices(&reader, ChatEvent::Removed("blocked".to_owned())).await.messages.is_empty());
    assert_eq!(counter.count("select count(*) from subscribers").await, 0);
}
