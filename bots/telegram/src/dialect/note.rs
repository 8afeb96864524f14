//! A short plain text of ours, with buttons.

use platform::{
    Button, Message,
    text::{clipped, utf16_len},
};
use serde_json::{Value, json};

use super::TEXT;

pub(super) fn note(text: &str, buttons: &[Vec<Button>]) -> Message {
    let text = clipped(text.trim(), TEXT, utf16_len);
    let mut payload = json!({ "text": text, "link_preview_options": { "is_disabled": true } });
    if !buttons.is_empty() {
        payload["reply_markup"] = keyboard(buttons);
    }
    Message { method: "sendMessage".to_owned(), payload, pictures: Vec::new() }
}

/// Rows of buttons under a message.
pub(super) fn keyboard(buttons: &[Vec<Button>]) -> Value {
    let button = |button: &Button| json!({ "text": button.label, "callback_data": button.action });
    let rows: Vec<Vec<Value>> = buttons.iter().map(|row| row.iter().map(button).collect()).collect();
    json!({ "inline_keyboard": rows })
}
