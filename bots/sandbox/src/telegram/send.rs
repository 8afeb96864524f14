//! The methods that post.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::chats::Posted;
use super::files::Kind;
use super::world::World;
use super::{markup, rich, text};

/// `sendMessage`.
pub(super) fn message(world: &mut World, call: &mut Call) -> Answer {
    check_parse_mode(call)?;
    let text = text::message(call.text("text"), call.fields.get("entities"))?;
    let mut content = json!({ "text": text });
    copy(call, "entities", &mut content);
    copy(call, "link_preview_options", &mut content);
    post(world, call, "text messages", content)
}

/// `sendPhoto`.
pub(super) fn photo(world: &mut World, call: &mut Call) -> Answer {
    file(world, call, "photo", Kind::Photo, "photos")
}

/// `sendDocument`.
pub(super) fn document(world: &mut World, call: &mut Call) -> Answer {
    file(world, call, "document", Kind::Document, "documents")
}

/// `sendRichMessage`.
pub(super) fn rich_message(world: &mut World, call: &mut Call) -> Answer {
    rich::check(call.fields.get("rich_message"))?;
    let content = json!({ "rich_message": call.fields.get("rich_message") });
    post(world, call, "rich messages", content)
}

fn file(world: &mut World, call: &mut Call, field: &str, kind: Kind, what: &str) -> Answer {
    check_parse_mode(call)?;
    let caption = text::caption(call.text("caption"), call.fields.get("caption_entities"))?;
    let chat = chat_id(call)?;
    // The service looks at the chat first: a blocked reader's picture is not even stored.
    world.chats.get(chat)?.check_post(what, call.integer("message_thread_id"))?;
    let uploaded = !call.uploads.is_empty();
    let id = world.files.take(call, field, kind)?;
    if uploaded {
        call.fields.insert(field.to_owned(), world.files.facts(&id));
    }
    let mut content = json!({});
    content[field] = world.files.describe(&id);
    if !caption.is_empty() {
        content["caption"] = json!(caption);
        copy(call, "caption_entities", &mut content);
    }
    post(world, call, what, content)
}

/// Paperboy sends text and entities; a parse mode would make the text a markup that can break.
pub(super) fn check_parse_mode(call: &Call) -> Result<(), Refusal> {
    match call.text("parse_mode") {
        Some(_) => Err(Refusal::strict("parse_mode is never used here: send entities")),
        None => Ok(()),
    }
}

/// The chat that is spoken to.
pub(super) fn chat_id(call: &Call) -> Result<i64, Refusal> {
    if call.chat().is_empty() {
        return Err(Refusal::bad("chat_id is empty"));
    }
    call.integer("chat_id").ok_or_else(|| Refusal::bad("chat not found"))
}

/// Counts a message against the limits, if they are enforced.
pub(super) fn check_pace(world: &mut World, chat: i64, pays: bool) -> Result<(), Refusal> {
    if world.enforce_limits {
        let paid = world.limits.take(chat, pays, Instant::now()).map_err(Refusal::too_many)?;
        world.paid += usize::from(paid);
    }
    Ok(())
}

/// The message that a new one replies to, if there is one and it is still there.
fn replied(world: &mut World, call: &Call, chat: i64) -> Result<Option<Value>, Refusal> {
    let Some(reply) = call.fields.get("reply_parameters") else { return Ok(None) };
    let to = reply["message_id"].as_i64().ok_or_else(|| Refusal::bad("message identifier is not specified"))?;
    match world.chats.get(chat)?.messages.get(&to) {
        Some(posted) => Ok(Some(json!({ "message_id": to, "date": posted.message["date"] }))),
        None if reply["allow_sending_without_reply"] == true => Ok(None),
        None => Err(Refusal::bad("message to be replied not found")),
    }
}

fn copy(call: &Call, field: &str, content: &mut Value) {
    if let Some(value) = call.fields.get(field) {
        content[field] = value.clone();
    }
}

fn post(world: &mut World, call: &Call, what: &str, content: Value) -> Answer {
    markup::check(call.fields.get("reply_markup"))?;
    let (id, topic) = (chat_id(call)?, call.integer("message_thread_id"));
    world.chats.get(id)?.check_post(what, topic)?;
    let replied = replied(world, call, id)?;
    check_pace(world, id, call.flag("allow_paid_broadcast"))?;
    let (message, date, bot) = (world.chats.next_message(id)?, world.date(), world.bot());
    let chat = world.chats.get(id)?;
    let mut posted = json!({ "message_id": message, "chat": chat.describe(), "date": date });
    match chat.kind {
        super::chats::Kind::Channel => posted["sender_chat"] = chat.describe(),
        _ => posted["from"] = bot,
    }
    if let Some(topic) = topic {
        posted["message_thread_id"] = json!(topic);
        posted["is_topic_message"] = json!(true);
    }
    if let Some(replied) = replied {
        posted["reply_to_message"] = replied;
    }
    if let Value::Object(content) = content {
        content.into_iter().for_each(|(name, value)| posted[name] = value);
    }
    copy(call, "reply_markup", &mut posted);
    chat.messages.insert(message, Posted { message: posted.clone(), ours: true });
    Ok(posted)
}
