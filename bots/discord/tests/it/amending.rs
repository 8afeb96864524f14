//! Messages that were posted before are changed, replied to and deleted.

use platform::{Amended, ChatId, MessageId, SendError, SendKey};
use sandbox::{Fault, Match};
use serde_json::json;

use crate::stage::{CHANNEL, Stage, illustrated, outgoing, words};

const DONE: Result<Amended, SendError> = Ok(Amended::Done(Vec::new()));
const MISSING: Result<Amended, SendError> = Ok(Amended::Missing);

#[tokio::test]
async fn a_picture_takes_the_place_of_the_old_one() {
    let stage = Stage::new().await;
    let id = stage.bot.send(&stage.dm(), &illustrated("old"), &SendKey("k".into())).await.unwrap().id;
    assert_eq!(stage.bot.amend(&stage.dm(), &id, &illustrated("new"), true).await, DONE);
    let message = stage.discord.message(&id.0).unwrap();
    assert_eq!(message["embeds"][0]["description"], "new");
    assert_eq!(message["attachments"].as_array().unwrap().len(), 1);
    assert_eq!(message["embeds"][0]["image"]["url"], message["attachments"][0]["url"]);
    assert_eq!(stage.bot.amend(&stage.dm(), &id, &words("alone"), false).await, DONE);
    let message = stage.discord.message(&id.0).unwrap();
    assert_eq!((&message["embeds"], &message["attachments"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn a_message_made_of_components_is_changed_without_the_older_fields() {
    let stage = Stage::new().await;
    let card = |text: &str| outgoing(json!({ "flags": 1 << 15, "components": [{ "type": 10, "content": text }] }), &[]);
    let id = stage.bot.send(&stage.dm(), &card("old"), &SendKey("k".into())).await.unwrap().id;
    assert_eq!(stage.bot.amend(&stage.dm(), &id, &card("new"), false).await, DONE);
    let seen = stage.seen(&stage.dm());
    let edit = &seen.last().unwrap().payload;
    assert_eq!((edit.get("content"), edit.get("embeds")), (None, None));
}

#[tokio::test]
async fn what_is_deleted_is_gone_however_often_it_is_asked_for() {
    let stage = Stage::new().await;
    let id = MessageId(stage.send(&stage.dm(), "old").await.unwrap());
    stage.faults.plan(Match::method("deleteMessage"), Fault::AcceptThenDrop, 1);
    let lost = stage.bot.delete(&stage.dm(), &id).await;
    assert!(matches!(lost, Err(SendError::Unknown { .. })), "{lost:?}");
    assert_eq!(stage.bot.delete(&stage.dm(), &id).await, MISSING);
    assert_eq!(stage.bot.amend(&stage.dm(), &id, &words("new"), false).await, MISSING);
    let other = MessageId(stage.send(&stage.dm(), "other").await.unwrap());
    assert_eq!(stage.bot.delete(&stage.dm(), &other).await, DONE);
}

#[tokio::test]
async fn a_reply_goes_out_even_when_it_cannot_be_one() {
    let stage = Stage::new().await;
    let channel = ChatId(CHANNEL.to_string());
    let first = MessageId(stage.send(&channel, "first").await.unwrap());
    let reply = async |to: &MessageId, key: &str| {
        let sent = stage.bot.reply(&channel, to, &words("more"), &SendKey(key.into())).await.unwrap();
        stage.discord.message(&sent.id.0).unwrap()["message_reference"]["message_id"].clone()
    };
    assert_eq!(reply(&first, "1").await, first.0.as_str());
    assert_eq!(reply(&MessageId("99".into()), "2").await, json!(null));
    // To see, to write and to embed, but not to read what was said before.
    stage.discord.permit(CHANNEL, (1 << 10) | (1 << 11) | (1 << 14));
    assert_eq!(reply(&first, "3").await, json!(null));
}
