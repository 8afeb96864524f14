//! The methods that change or remove what was posted.

use serde_json::{Value, json};

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::chats::Posted;
use super::files::Kind;
use super::send::{chat_id, check_pace, check_parse_mode};
use super::world::World;
use super::{markup, rich, text};

/// A bot may delete its own messages for so many seconds.
const DELETABLE: u64 = 48 * 60 * 60;

/// `editMessageText`.
pub(super) fn text(world: &mut World, call: &mut Call) -> Answer {
    check_parse_mode(call)?;
    if call.fields.contains_key("rich_message") {
        rich::check(call.fields.get("rich_message"))?;
        return edit(world, call, &["text", "entities", "rich_message"], &[("rich_message", "rich_message")]);
    }
    let text = text::message(call.text("text"), call.fields.get("entities"))?;
    call.fields.insert("text".to_owned(), json!(text));
    has(world, call, &["text", "rich_message"], "there is no text in the message to edit")?;
    edit(world, call, &["text", "entities", "rich_message"], &[("text", "text"), ("entities", "entities")])
}

/// `editMessageCaption`.
pub(super) fn caption(world: &mut World, call: &mut Call) -> Answer {
    check_parse_mode(call)?;
    let caption = text::caption(call.text("caption"), call.fields.get("caption_entities"))?;
    call.fields.insert("caption".to_owned(), json!(caption));
    has(world, call, &["photo", "document"], "there is no caption in the message to edit")?;
    let fields = [("caption", "caption"), ("caption_entities", "caption_entities")];
    edit(world, call, &["caption", "caption_entities"], &fields)
}

/// `editMessageMedia`: puts another photo in the place of a photo, or to a text.
pub(super) fn media(world: &mut World, call: &mut Call) -> Answer {
    let media = call.fields.get("media").cloned().unwrap_or_default();
    if media["type"] != "photo" {
        return Err(Refusal::strict("only photos are put into messages here"));
    }
    let caption = text::caption(media["caption"].as_str(), media.get("caption_entities"))?;
    has(world, call, &["photo", "text"], "there is no media in the message to edit")?;
    for (name, value) in [("photo", &media["media"]), ("caption_entities", &media["caption_entities"])] {
        call.fields.insert(name.to_owned(), value.clone());
    }
    let uploaded = !call.uploads.is_empty();
    let id = world.files.take(call, "photo", Kind::Photo)?;
    if uploaded {
        call.fields["media"]["media"] = world.files.facts(&id);
    }
    call.fields.insert("photo".to_owned(), world.files.describe(&id));
    call.fields.insert("caption".to_owned(), json!(caption));
    let fields = [("photo", "photo"), ("caption", "caption"), ("caption_entities", "caption_entities")];
    let edited = edit(world, call, &["photo", "caption", "caption_entities", "text", "entities"], &fields);
    // The ledger shows what was sent: all that is within `media`.
    fields.iter().for_each(|(name, _)| drop(call.fields.remove(*name)));
    edited
}

/// `editMessageReplyMarkup`.
pub(super) fn reply_markup(world: &mut World, call: &mut Call) -> Answer {
    edit(world, call, &[], &[])
}

/// `deleteMessage`.
pub(super) fn delete(world: &mut World, call: &mut Call) -> Answer {
    let date = world.date();
    let chat = world.chats.get(chat_id(call)?)?;
    chat.check_member()?;
    let message = call.integer("message_id").unwrap_or(0);
    let Some(posted) = chat.messages.get(&message) else {
        return Err(Refusal::bad("message to delete not found"));
    };
    let posted_at = posted.message["date"].as_u64().unwrap_or(date);
    if date.saturating_sub(posted_at) > DELETABLE {
        return Err(Refusal::bad("message can't be deleted for everyone"));
    }
    chat.messages.remove(&message);
    Ok(json!(true))
}

/// `deleteMessages`: those that are not there are skipped.
pub(super) fn delete_many(world: &mut World, call: &mut Call) -> Answer {
    let chat = world.chats.get(chat_id(call)?)?;
    chat.check_member()?;
    let ids = call.fields.get("message_ids").and_then(Value::as_array);
    let ids = ids.filter(|ids| (1..=100).contains(&ids.len())).ok_or_else(|| Refusal::bad("MESSAGE_IDS_INVALID"))?;
    for id in ids.iter().filter_map(Value::as_i64) {
        chat.messages.remove(&id);
    }
    Ok(json!(true))
}

fn posted<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Posted, Refusal> {
    let chat = world.chats.get(chat_id(call)?)?;
    chat.check_member()?;
    let message = call.integer("message_id").ok_or_else(|| Refusal::bad("message identifier is not specified"))?;
    let posted = chat.messages.get_mut(&message).ok_or_else(|| Refusal::bad("message to edit not found"))?;
    if posted.ours { Ok(posted) } else { Err(Refusal::bad("message can't be edited")) }
}

fn has(world: &mut World, call: &Call, fields: &[&str], otherwise: &str) -> Result<(), Refusal> {
    let posted = posted(world, call)?;
    let found = fields.iter().any(|field| posted.message.get(*field).is_some());
    if found { Ok(()) } else { Err(Refusal::bad(otherwise)) }
}

/// Removes `old` fields of the message, takes the `new` ones (argument, field) and the buttons from the call.
fn edit(world: &mut World, call: &Call, old: &[&str], new: &[(&str, &str)]) -> Answer {
    markup::check(call.fields.get("reply_markup"))?;
    let date = world.date();
    let posted = posted(world, call)?;
    let mut edited = posted.message.clone();
    let fields = edited.as_object_mut().ok_or_else(|| Refusal::bad("message can't be edited"))?;
    // Buttons that are not sent again go away, as in the real service.
    for field in old.iter().chain(&["reply_markup", "edit_date"]) {
        fields.remove(*field);
    }
    let before = without_edit_date(&posted.message);
    for (argument, field) in new.iter().chain(&[("reply_markup", "reply_markup")]) {
        if let Some(value) = call.fields.get(*argument).filter(|value| !is_empty(value)) {
            fields.insert((*field).to_owned(), value.clone());
        }
    }
    if edited == before {
        return Err(Refusal::bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a \
             current content and reply markup of the message",
        ));
    }
    edited["edit_date"] = json!(date);
    check_pace(world, chat_id(call)?, false)?;
    self::posted(world, call)?.message = edited.clone();
    Ok(edited)
}

fn without_edit_date(message: &Value) -> Value {
    let mut message = message.clone();
    if let Some(fields) = message.as_object_mut() {
        fields.remove("edit_date");
    }
    message
}

/// An empty caption, no entities and no rows of buttons are the same as none.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => {
            fields.get("inline_keyboard").and_then(Value::as_array).is_some_and(std::vec::Vec::is_empty)
        }
        _ => false,
    }
}
