//! Posting and editing.

use std::time::Duration;

use platform::{ChatId, ChatKind, MessageId, Scope, SendError, SendKey};
use sandbox::discord::Settings;
use sandbox::{Fault, Match};
use serde_json::json;

use crate::stage::{CHANNEL, Stage, illustrated, outgoing, picture, words};

#[tokio::test]
async fn the_bot_knows_itself_from_its_token() {
    let stage = Stage::new().await;
    assert_eq!(stage.bot.key().platform, "discord");
    assert_eq!(stage.bot.key().account, "1100000000000000000");
    assert_eq!(stage.bot.pace().per_second, 45.0);
    assert_eq!(stage.bot.chat_interval(ChatKind::Private), Duration::from_secs(1));
    // Less than the stand-in remembers a nonce for.
    assert!(stage.bot.drops_copies_for().unwrap() < Settings::default().nonce_window);
}

#[tokio::test]
async fn an_embed_arrives_with_its_picture() {
    let stage = Stage::new().await;
    for chat in [stage.dm(), ChatId(CHANNEL.to_string())] {
        let sent = stage.bot.send(&chat, &illustrated("今天"), &SendKey("1/1/0".into())).await.unwrap();
        assert_eq!(sent.uploaded, []);
        let (mime, bytes) = stage.discord.attachment(&sent.id.0, "picture0.png").unwrap();
        assert_eq!((mime.as_str(), &bytes), ("image/png", &picture().bytes));
        let message = stage.discord.message(&sent.id.0).unwrap();
        assert_eq!(message["embeds"][0]["description"], "今天");
        assert_eq!(message["embeds"][0]["image"]["url"], message["attachments"][0]["url"]);
        assert_eq!(message["attachments"][0]["description"], "a cloud of words");
    }
}

#[tokio::test]
async fn the_same_key_twice_gives_one_message() {
    let stage = Stage::new().await;
    let first = stage.send(&stage.dm(), "once").await.unwrap();
    let second = stage.send(&stage.dm(), "once").await.unwrap();
    assert_eq!(first, second);
    assert_eq!(stage.seen(&stage.dm()).len(), 1);
}

#[tokio::test]
async fn a_key_longer_than_discord_takes_works_as_well() {
    let stage = Stage::new().await;
    let key = SendKey("publication 123456789 subscriber 987654321 message 0".into());
    let first = stage.bot.send(&stage.dm(), &words("a"), &key).await.unwrap();
    assert_eq!(stage.bot.send(&stage.dm(), &words("a"), &key).await.unwrap(), first);
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_is_not_doubled_by_a_second_try() {
    let stage = Stage::with(Settings { enforce_limits: false, ..Settings::default() }).await;
    for fault in [Fault::AcceptThenDrop, Fault::HalfAnswer, Fault::BadGateway { accepted: true }] {
        let text = format!("{fault:?}");
        stage.faults.plan(Match::chat(stage.dm().0), fault, 1);
        assert!(matches!(stage.send(&stage.dm(), &text).await, Err(SendError::Unknown { .. })), "{text}");
        let id = stage.send(&stage.dm(), &text).await.unwrap();
        let seen = stage.seen(&stage.dm()).into_iter().filter(|entry| entry.payload["content"] == text.as_str());
        assert_eq!(seen.count(), 1, "{text}");
        assert!(stage.discord.message(&id).is_some());
    }
}

#[tokio::test]
async fn a_copy_of_a_message_deleted_since_is_no_fault_of_its_content() {
    let stage = Stage::new().await;
    let id = stage.send(&stage.dm(), "short-lived").await.unwrap();
    stage.discord.delete_message(&id);
    let again = stage.send(&stage.dm(), "short-lived").await;
    assert!(matches!(again, Err(SendError::Unknown { .. })), "{again:?}");
}

#[tokio::test]
async fn a_message_is_found_again_in_the_history_once_its_nonce_is_forgotten() {
    let stage = Stage::new().await;
    let before = "2020-01-01T00:00:00Z".parse().unwrap();
    let look = |text: &'static str| async {
        stage.bot.look_back(&stage.dm(), &words(text), before).await.map(|id| id.map(|id| id.0))
    };
    assert!(stage.bot.can_look_back());
    let blind = look("ours").await;
    assert!(matches!(blind, Err(SendError::Unknown { .. })), "an empty history proves nothing: {blind:?}");
    let id = stage.send(&stage.dm(), "ours").await.unwrap();
    assert_eq!(look("ours").await, Ok(Some(id)));
    assert_eq!(look("never posted").await, Ok(None));
}

#[tokio::test]
async fn an_exhausted_bucket_holds_the_next_message_back_without_a_call() {
    let settings = Settings { channel_window: Duration::from_mins(1), ..Settings::default() };
    let stage = Stage::with(settings).await;
    for number in 0..5 {
        stage.send(&stage.dm(), &number.to_string()).await.unwrap();
    }
    let calls = stage.ledger.entries().len();
    match stage.send(&stage.dm(), "sixth").await {
        Err(SendError::RateLimited { retry_after, scope: Scope::Chat }) => {
            assert!(retry_after > Duration::from_secs(50), "{retry_after:?}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(stage.ledger.entries().len(), calls);
    assert_eq!(stage.discord.invalid_requests(), 0);
    stage.send(&ChatId(CHANNEL.to_string()), "another channel").await.unwrap();
}

#[tokio::test]
async fn a_channel_has_one_request_in_flight_and_nobody_waits_for_it() {
    let stage = Stage::new().await;
    stage.faults.plan(Match::chat(stage.dm().0), Fault::Slow(Duration::from_millis(300)), 1);
    let dm = stage.dm();
    let (first, second) = tokio::join!(stage.send(&dm, "first"), stage.send(&dm, "second"));
    assert!(first.is_ok(), "{first:?}");
    match second {
        Err(SendError::RateLimited { retry_after, scope: Scope::Chat }) => {
            assert!(retry_after < Duration::from_secs(1));
        }
        other => panic!("{other:?}"),
    }
    stage.send(&dm, "third").await.unwrap();
}

#[tokio::test]
async fn a_global_limit_stops_the_whole_bot() {
    let stage = Stage::new().await;
    let retry_after = Duration::from_secs(30);
    stage.faults.plan(Match::chat(stage.dm().0), Fault::RateLimited { retry_after, global: true }, 1);
    let stopped = Err(SendError::RateLimited { retry_after, scope: Scope::Bot });
    assert_eq!(stage.send(&stage.dm(), "first").await, stopped);
    let calls = stage.ledger.entries().len();
    let second = stage.send(&ChatId(CHANNEL.to_string()), "second").await;
    assert!(matches!(second, Err(SendError::RateLimited { scope: Scope::Bot, .. })), "{second:?}");
    assert_eq!(stage.ledger.entries().len(), calls);
}

#[tokio::test]
async fn an_edit_takes_the_place_of_everything() {
    let stage = Stage::new().await;
    let id = stage.bot.send(&stage.dm(), &illustrated("old"), &SendKey("k".into())).await.unwrap().id;
    let row = json!([{ "type": 2, "style": 1, "label": "L", "custom_id": "/status" }]);
    let new = json!({ "content": "new", "components": [{ "type": 1, "components": row }] });
    stage.bot.edit(&stage.dm(), &id, &outgoing(new, &[]).message).await.unwrap();
    let message = stage.discord.message(&id.0).unwrap();
    assert_eq!((&message["content"], &message["embeds"]), (&json!("new"), &json!([])));
    assert_eq!(message["attachments"], json!([]));
    assert_eq!(message["components"][0]["components"][0]["custom_id"], "/status");
    assert_eq!(stage.seen(&stage.dm()).last().unwrap().method, "editMessage");
}

#[tokio::test]
async fn an_edit_of_a_message_that_is_gone_is_refused() {
    let stage = Stage::new().await;
    let edit = stage.bot.edit(&stage.dm(), &MessageId("1".into()), &words("new").message).await;
    assert!(matches!(edit, Err(SendError::Refused { .. })), "{edit:?}");
}

#[tokio::test]
async fn a_message_with_too_many_bytes_is_refused_for_good_and_not_tried_for_ever() {
    let stage = Stage::new().await;
    let text = json!({ "type": 10, "content": "字".repeat(3500) });
    let heavy = outgoing(json!({ "flags": 1 << 15, "components": [text] }), &[]);
    let sent = stage.bot.send(&stage.dm(), &heavy, &SendKey("k".into())).await;
    assert!(matches!(sent, Err(SendError::Refused { .. })), "{sent:?}");
}
