//! What a call carries: the rendered payload, the chat, and the pictures.

use platform::{Attachment, ChatId, Message, MessageId, Outgoing, PictureFormat, SendError};
use reqwest::multipart::{Form, Part};
use serde_json::{Map, Value, json};

use crate::wire::Body;

/// A chat and a topic in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The chat's id.
    pub(crate) chat: i64,
    /// The topic's id. The topic "General" has none on the wire: its number 1 would be refused.
    topic: Option<i64>,
}

impl Target {
    /// Reads `-1001234567890/42`.
    pub(crate) fn read(chat: &ChatId) -> Result<Self, SendError> {
        let unreadable = || SendError::Suspended { reason: format!("{chat} is no Telegram chat") };
        let (id, topic) = chat.0.split_once('/').map_or((chat.0.as_str(), None), |(id, topic)| (id, Some(topic)));
        let id = id.parse().map_err(|_| unreadable())?;
        let topic = topic.map(|topic| topic.parse::<i64>().map_err(|_| unreadable())).transpose()?;
        Ok(Self { chat: id, topic: topic.filter(|topic| *topic != 1) })
    }
}

/// The body that posts a message, as a reply to an earlier one if that still exists.
pub(crate) fn new_message(
    target: Target,
    outgoing: &Outgoing,
    files: &[Option<String>],
    to: Option<&MessageId>,
    paid: bool,
) -> Result<Body, SendError> {
    let mut arguments = arguments(target, &outgoing.message)?;
    if paid {
        arguments.insert("allow_paid_broadcast".to_owned(), json!(true));
    }
    if let Some(topic) = target.topic {
        arguments.insert("message_thread_id".to_owned(), json!(topic));
    }
    if let Some(to) = to {
        let reply = json!({ "message_id": number(to)?, "allow_sending_without_reply": true });
        arguments.insert("reply_parameters".to_owned(), reply);
    }
    body(arguments, outgoing, files)
}

/// The method and body that change a posted message into this one: its text or, below a picture, its caption.
pub(crate) fn edit(target: Target, id: &MessageId, message: &Message) -> Result<(&'static str, Body), SendError> {
    let (method, arguments) = changed(target, id, message)?;
    Ok((method, Body::Json(Value::Object(arguments))))
}

/// The same for a message with its pictures; below those that it shows already, only the caption is changed.
pub(crate) fn amendment(
    target: Target,
    id: &MessageId,
    outgoing: &Outgoing,
    files: &[Option<String>],
    same_pictures: bool,
) -> Result<(&'static str, Body), SendError> {
    let message = &outgoing.message;
    let (method, mut arguments) = changed(target, id, message)?;
    if method != "editMessageCaption" {
        return Ok((method, body(arguments, outgoing, files)?));
    }
    if same_pictures {
        return Ok((method, Body::Json(Value::Object(arguments))));
    }
    let kind = if message.method == "sendDocument" { "document" } else { "photo" };
    let mut media = json!({ "type": kind, "media": message.payload[kind] });
    for field in ["caption", "caption_entities"] {
        if let Some(value) = arguments.remove(field) {
            media[field] = value;
        }
    }
    arguments.insert("media".to_owned(), media);
    Ok(("editMessageMedia", body(arguments, outgoing, files)?))
}

/// The chat and the id of a message, for the calls that need no more.
pub(crate) fn message(target: Target, id: &MessageId) -> Result<Body, SendError> {
    Ok(Body::Json(json!({ "chat_id": target.chat, "message_id": number(id)? })))
}

fn changed(target: Target, id: &MessageId, message: &Message) -> Result<(&'static str, Map<String, Value>), SendError> {
    let mut arguments = arguments(target, message)?;
    let method = match message.method.as_str() {
        "sendPhoto" | "sendDocument" => "editMessageCaption",
        _ => "editMessageText",
    };
    for field in ["photo", "document", "disable_notification", "protect_content"] {
        arguments.remove(field);
    }
    arguments.insert("message_id".to_owned(), json!(number(id)?));
    Ok((method, arguments))
}

fn number(id: &MessageId) -> Result<i64, SendError> {
    id.0.parse().map_err(|_| SendError::Refused { why: format!("{} is no message id", id.0) })
}

/// JSON, or a form when bytes go up.
fn body(mut arguments: Map<String, Value>, outgoing: &Outgoing, files: &[Option<String>]) -> Result<Body, SendError> {
    let mut parts = Vec::new();
    for (at, (attachment, file)) in outgoing.attachments.iter().zip(files).enumerate() {
        let name = format!("picture{at}");
        match file {
            Some(file) => arguments.values_mut().for_each(|value| put(value, &format!("attach://{name}"), file)),
            None => parts.push((name, part(attachment)?)),
        }
    }
    if parts.is_empty() {
        return Ok(Body::Json(Value::Object(arguments)));
    }
    let form = arguments.into_iter().fold(Form::new(), |form, (name, value)| match value {
        Value::String(text) => form.text(name, text),
        other => form.text(name, other.to_string()),
    });
    Ok(Body::Form(parts.into_iter().fold(form, |form, (name, part)| form.part(name, part))))
}

fn arguments(target: Target, message: &Message) -> Result<Map<String, Value>, SendError> {
    let Value::Object(mut arguments) = message.payload.clone() else {
        return Err(SendError::Refused { why: format!("the payload of {} is no JSON object", message.method) });
    };
    arguments.insert("chat_id".to_owned(), json!(target.chat));
    Ok(arguments)
}

fn part(attachment: &Attachment) -> Result<Part, SendError> {
    let picture = &attachment.picture;
    let stem = if picture.format == PictureFormat::Markdown { "report" } else { "picture" };
    let part = Part::bytes(picture.bytes.clone()).file_name(format!("{stem}.{}", picture.format.extension()));
    part.mime_str(picture.format.mime()).map_err(|error| SendError::Refused { why: error.to_string() })
}

/// Replaces the text `from` by `to`, wherever it stands as a whole value.
fn put(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) if text == from => to.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| put(item, from, to)),
        Value::Object(fields) => fields.values_mut().for_each(|item| put(item, from, to)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_stands_behind_a_slash_and_general_has_no_number() {
        let read = |text: &str| Target::read(&ChatId(text.to_owned()));
        assert_eq!(read("-1001234567890/42"), Ok(Target { chat: -1_001_234_567_890, topic: Some(42) }));
        assert_eq!(read("-1001234567890/1"), Ok(Target { chat: -1_001_234_567_890, topic: None }));
        assert_eq!(read("7"), Ok(Target { chat: 7, topic: None }));
        assert!(matches!(read("7/x"), Err(SendError::Suspended { .. })));
    }
}
