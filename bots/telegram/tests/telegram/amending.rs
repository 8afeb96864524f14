//! Messages that were posted before are changed, replied to and deleted.

use std::{sync::Arc, time::Duration};

use platform::{Amended, Attachment, MessageId, Outgoing, SendError, SendKey};
use sandbox::{Fault, Match};
use serde_json::json;

use crate::stage::{Stage, chat, photo, picture, plain, send, soon, text};

const DONE: Result<Amended, SendError> = Ok(Amended::Done(Vec::new()));
const MISSING: Result<Amended, SendError> = Ok(Amended::Missing);
const BARRED: Result<Amended, SendError> = Ok(Amended::Barred);

fn other_photo(caption: &str) -> Outgoing {
    let (old, picture) = (photo(caption, None), Arc::new(picture(640, 480)));
    let mut message = old.message;
    message.pictures = vec![picture.id.clone()];
    Outgoing { message, attachments: vec![Attachment { picture, uploaded: None }] }
}

#[tokio::test]
async fn a_text_is_changed_as_often_as_it_is_asked_for() {
    let stage = Stage::with_reader().await;
    let bot = stage.bot();
    let id = send(&bot, "1", &text("old")).await.unwrap().id;
    for _ in 0..2 {
        assert_eq!(soon(bot.amend(&chat("1"), &id, &text("new"), false)).await, DONE);
    }
    let rich = plain("sendRichMessage", json!({ "rich_message": { "html": "<h1>Hi</h1>" } }));
    assert_eq!(soon(bot.amend(&chat("1"), &id, &rich, false)).await, DONE);
    let now = stage.telegram.message(1, id.0.parse().unwrap()).unwrap();
    assert_eq!((&now["rich_message"]["html"], now.get("text")), (&json!("<h1>Hi</h1>"), None));
}

#[tokio::test]
async fn below_the_same_picture_only_the_words_change_and_another_one_goes_up_once() {
    let stage = Stage::with_reader().await;
    let bot = stage.bot();
    let id = send(&bot, "1", &photo("old", None)).await.unwrap().id;
    assert_eq!(soon(bot.amend(&chat("1"), &id, &photo("new", None), true)).await, DONE);
    assert_eq!(stage.telegram.uploads(), 1);
    let amended = soon(bot.amend(&chat("1"), &id, &other_photo("newest"), false)).await.unwrap();
    let Amended::Done(uploaded) = amended else { panic!("{amended:?}") };
    assert_eq!((uploaded.len(), stage.telegram.uploads()), (1, 2));
    // A text may get the picture too; it is there already.
    let words = send(&bot, "1", &text("words")).await.unwrap().id;
    assert_eq!(soon(bot.amend(&chat("1"), &words, &other_photo("picture"), false)).await, DONE);
    assert_eq!(stage.telegram.uploads(), 2);
    let now = stage.telegram.message(1, words.0.parse().unwrap()).unwrap();
    assert_eq!((&now["caption"], now.get("text"), &now["photo"][1]["width"]), (&json!("picture"), None, &json!(640)));
}

#[tokio::test]
async fn what_is_gone_or_of_another_kind_is_told_from_what_went_wrong() {
    let stage = Stage::with_reader().await;
    let bot = stage.bot();
    let nowhere = MessageId("99".to_owned());
    assert_eq!(soon(bot.amend(&chat("1"), &nowhere, &text("new"), false)).await, MISSING);
    assert_eq!(soon(bot.delete(&chat("1"), &nowhere)).await, MISSING);
    let picture = send(&bot, "1", &photo("old", None)).await.unwrap().id;
    assert_eq!(soon(bot.amend(&chat("1"), &picture, &text("new"), false)).await, BARRED);
    stage.faults.plan(Match::method("deleteMessage"), Fault::AcceptThenDrop, 1);
    let lost = soon(bot.delete(&chat("1"), &picture)).await;
    assert!(matches!(lost, Err(SendError::Unknown { .. })), "{lost:?}");
    assert_eq!(soon(bot.delete(&chat("1"), &picture)).await, MISSING, "the first try was heard");
}

#[tokio::test]
async fn a_message_is_deleted_within_48_hours_and_not_later() {
    let stage = Stage::with_reader().await;
    let bot = stage.bot();
    let early = send(&bot, "1", &text("early")).await.unwrap().id;
    stage.telegram.pass_time(Duration::from_secs(47 * 60 * 60));
    assert_eq!(soon(bot.delete(&chat("1"), &early)).await, DONE);
    let late = send(&bot, "1", &text("late")).await.unwrap().id;
    stage.telegram.pass_time(Duration::from_secs(49 * 60 * 60));
    assert_eq!(soon(bot.delete(&chat("1"), &late)).await, BARRED);
    assert_eq!(soon(bot.amend(&chat("1"), &late, &text("gone"), true)).await, DONE);
}

#[tokio::test]
async fn a_reply_goes_out_even_when_what_it_replies_to_is_gone() {
    let stage = Stage::with_reader().await;
    let bot = stage.bot();
    let first = send(&bot, "1", &text("first")).await.unwrap().id;
    let key = SendKey("k".to_owned());
    for (to, replied) in [(first.clone(), json!(1)), (MessageId("99".to_owned()), json!(null))] {
        let reply = soon(bot.reply(&chat("1"), &to, &text("more"), &key)).await.unwrap().id;
        let now = stage.telegram.message(1, reply.0.parse().unwrap()).unwrap();
        let expected = if replied.is_null() { json!(null) } else { json!(first.0.parse::<i64>().unwrap()) };
        assert_eq!(now["reply_to_message"]["message_id"], expected);
    }
}
