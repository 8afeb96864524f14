//! Messages and pictures on their way.

use std::{sync::Arc, time::Duration};

use platform::{Message, MessageId, Picture, PictureFormat, Scope, SendError};
use sandbox::{Fault, Match};
use serde_json::{Value, json};

use crate::stage::{Stage, chat, photo, picture, plain, send, soon, text};

#[tokio::test]
async fn a_long_text_with_entities_arrives_as_it_was_rendered() {
    let stage = Stage::with_reader().await;
    let body = "汉字 😀 ".repeat(800);
    let entities = json!([{ "type": "bold", "offset": 0, "length": 5 },
        { "type": "text_link", "offset": 6, "length": 2, "url": "https://example.org" }]);
    let payload = json!({ "text": body, "entities": entities, "link_preview_options": { "is_disabled": true },
        "reply_markup": { "inline_keyboard": [[{ "text": "more", "callback_data": "/digest" }]] } });
    send(&stage.bot(), "1", &plain("sendMessage", payload.clone())).await.unwrap();
    let mut expected = payload;
    expected["chat_id"] = json!(1);
    assert_eq!(stage.seen("1", 1).await, [expected]);
}

#[tokio::test]
async fn a_picture_goes_up_once_for_many_chats() {
    let stage = Stage::new().await;
    let bot = stage.bot();
    for reader in 1..=5 {
        stage.telegram.add_private(reader, "Reader", "zh");
    }
    let first = send(&bot, "1", &photo("一", None)).await.unwrap();
    let file = first.uploaded[0].file.clone();
    for reader in 2..=5 {
        let sent = send(&bot, &reader.to_string(), &photo("一", None)).await.unwrap();
        assert_eq!(sent.uploaded, []);
        assert_eq!(stage.seen(&reader.to_string(), 1).await[0]["photo"], json!(file));
    }
    assert_eq!(stage.telegram.uploads(), 1);
    // The id is that of the whole picture, not of its preview.
    assert_eq!(stage.telegram.file(&file).unwrap().1, crate::stage::picture(800, 600).bytes);
}

#[tokio::test]
async fn an_id_from_an_earlier_run_saves_the_upload() {
    let stage = Stage::with_reader().await;
    let file = send(&stage.bot(), "1", &photo("", None)).await.unwrap().uploaded[0].file.clone();
    send(&stage.bot(), "1", &photo("", Some(&file))).await.unwrap();
    assert_eq!(stage.telegram.uploads(), 1);
}

#[tokio::test]
async fn while_a_picture_goes_up_others_with_it_are_told_to_wait() {
    let stage = Stage::with_reader().await;
    stage.telegram.add_private(2, "Ben", "en");
    stage.faults.plan(Match::chat("1"), Fault::Slow(Duration::from_millis(400)), 1);
    let bot = stage.bot();
    let first = tokio::spawn({
        let bot = bot.clone();
        async move { send(&bot, "1", &photo("", None)).await }
    });
    stage.seen("1", 1).await;
    let wait = SendError::RateLimited { retry_after: Duration::from_millis(300), scope: Scope::Chat };
    assert_eq!(send(&bot, "2", &photo("", None)).await, Err(wait));
    soon(first).await.unwrap().unwrap();
    send(&bot, "2", &photo("", None)).await.unwrap();
    assert_eq!(stage.telegram.uploads(), 1);
}

#[tokio::test]
async fn a_picture_that_was_refused_in_one_chat_goes_up_with_the_next() {
    let stage = Stage::with_reader().await;
    stage.telegram.add_private(2, "Ben", "en");
    stage.telegram.block(2);
    let bot = stage.bot();
    assert!(matches!(send(&bot, "2", &photo("", None)).await, Err(SendError::Gone { .. })));
    assert_eq!(send(&bot, "1", &photo("", None)).await.unwrap().uploaded.len(), 1);
}

#[tokio::test]
async fn an_id_that_the_service_has_forgotten_is_replaced_by_the_bytes() {
    let stage = Stage::with_reader().await;
    let bot = stage.bot();
    let old = send(&bot, "1", &photo("", None)).await.unwrap().uploaded[0].file.clone();
    assert!(stage.telegram.forget_file(&old));
    assert!(matches!(send(&bot, "1", &photo("", Some(&old))).await, Err(SendError::Transient { .. })));
    // The engine still has the old id.
    let again = send(&bot, "1", &photo("", Some(&old))).await.unwrap();
    assert_ne!(again.uploaded[0].file, old);
}

#[tokio::test]
async fn a_topic_gets_its_messages_and_general_has_no_number() {
    let stage = Stage::new().await;
    stage.telegram.add_group(-100_500, "Forum", &[1]);
    stage.telegram.add_topic(-100_500, 42, false);
    stage.telegram.add_topic(-100_500, 43, true);
    let bot = stage.bot();
    send(&bot, "-100500/42", &photo("a", None)).await.unwrap();
    send(&bot, "-100500/1", &text("b")).await.unwrap();
    let seen = stage.seen("-100500", 2).await;
    assert_eq!((&seen[0]["message_thread_id"], seen[1].get("message_thread_id")), (&json!(42), None));
    for closed_or_gone in ["-100500/43", "-100500/44"] {
        assert!(matches!(send(&bot, closed_or_gone, &text("c")).await, Err(SendError::Suspended { .. })));
    }
}

#[tokio::test]
async fn an_edit_replaces_text_and_buttons_and_may_change_nothing() {
    let stage = Stage::with_reader().await;
    let bot = stage.bot();
    let id = send(&bot, "1", &text("old")).await.unwrap().id;
    let payload =
        json!({ "text": "new", "reply_markup": { "inline_keyboard": [[{ "text": "x", "callback_data": "/help" }]] } });
    let new = Message { method: "sendMessage".to_owned(), payload, pictures: vec![] };
    for _ in 0..2 {
        soon(bot.edit(&chat("1"), &id, &new)).await.unwrap();
    }
    let now = stage.telegram.message(1, id.0.parse().unwrap()).unwrap();
    assert_eq!((&now["text"], &now["reply_markup"]["inline_keyboard"][0][0]["text"]), (&json!("new"), &json!("x")));
    let gone = soon(bot.edit(&chat("1"), &MessageId("99".to_owned()), &new)).await;
    assert!(matches!(gone, Err(SendError::Refused { .. })));
}

#[tokio::test]
async fn an_edit_of_a_picture_replaces_its_caption() {
    let stage = Stage::with_reader().await;
    let bot = stage.bot();
    let id = send(&bot, "1", &photo("old", None)).await.unwrap().id;
    soon(bot.edit(&chat("1"), &id, &photo("new", None).message)).await.unwrap();
    let now = stage.telegram.message(1, id.0.parse().unwrap()).unwrap();
    assert_eq!((&now["caption"], now["photo"].is_array()), (&json!("new"), true));
}

#[tokio::test]
async fn rich_messages_and_documents_are_posted_as_they_stand() {
    let stage = Stage::with_reader().await;
    let bot = stage.bot();
    send(&bot, "1", &plain("sendRichMessage", json!({ "rich_message": { "html": "<h1>Hi</h1>" } }))).await.unwrap();
    let mut document = photo("", None);
    document.message.method = "sendDocument".to_owned();
    document.message.payload = json!({ "document": "attach://picture0" });
    let sent = send(&bot, "1", &document).await.unwrap();
    // A file's id could not be sent as a photo later.
    assert_eq!(sent.uploaded, []);
    let seen: Vec<Value> = stage.seen("1", 2).await;
    assert_eq!(seen[0]["rich_message"]["html"], json!("<h1>Hi</h1>"));
    assert_eq!(seen[1]["document"]["mime_type"], json!("image/png"));
}

#[tokio::test]
async fn a_whole_report_goes_up_once_as_a_file() {
    let stage = Stage::with_reader().await;
    let bot = stage.bot();
    let mut outgoing = photo("后面还有", None);
    outgoing.message.method = "sendDocument".to_owned();
    outgoing.message.payload = json!({ "document": "attach://picture0", "caption": "后面还有" });
    let bytes = "# 日报".as_bytes().to_vec();
    let file = Picture { format: PictureFormat::Markdown, width: 0, height: 0, bytes, ..picture(1, 1) };
    outgoing.attachments[0].picture = Arc::new(file);
    let first = send(&bot, "1", &outgoing).await.unwrap();
    send(&bot, "1", &outgoing).await.unwrap();
    assert_eq!(stage.telegram.uploads(), 1);
    assert_eq!(stage.telegram.file(&first.uploaded[0].file).unwrap().1, "# 日报".as_bytes());
}
