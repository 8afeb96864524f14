//! What a reply shows: its texts and its buttons.

use platform::{Message, Reply};
use serde_json::Value;

/// The texts of a reply's messages.
pub(super) fn texts(reply: &Reply) -> Vec<String> {
    reply.messages.iter().map(|outgoing| message_text(&outgoing.message)).collect()
}

/// The only message's text.
pub(super) fn text(reply: &Reply) -> String {
    let texts = texts(reply);
    assert_eq!(texts.len(), 1, "{texts:?}");
    texts[0].clone()
}

/// A message's text on either platform.
pub(super) fn message_text(message: &Message) -> String {
    let text = ["text", "content", "caption"].iter().find_map(|name| message.payload[name].as_str());
    text.or_else(|| message.payload["embeds"][0]["description"].as_str()).unwrap_or_default().to_owned()
}

/// The buttons of a reply: label and action.
pub(super) fn buttons(reply: &Reply) -> Vec<(String, String)> {
    reply.messages.iter().flat_map(|outgoing| message_buttons(&outgoing.message)).collect()
}

/// The buttons of one message.
pub(super) fn message_buttons(message: &Message) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&message.payload, &mut found);
    found
}

/// Finds buttons in Telegram's and in Discord's payloads.
fn collect(value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            let action = ["callback_data", "custom_id", "value"].iter().find_map(|name| value[name].as_str());
            let label = ["text", "label"].iter().find_map(|name| value[name].as_str());
            if let (Some(action), Some(label)) = (action, label) {
                found.push((label.to_owned(), action.to_owned()));
            }
            fields.values().for_each(|value| collect(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}
