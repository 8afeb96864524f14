//! A message that counts no more.

use platform::{Message, text::utf16_len};
use serde_json::{Value, json};

use super::{CAPTION, TEXT, note::note};

/// The message with its text struck through below the word that it is gone; without it where there is no room for both.
/// A rich message becomes that word alone.
pub(super) fn struck(message: &Message, gone: &str) -> Message {
    let (text, entities, most) = match message.method.as_str() {
        "sendPhoto" => ("caption", "caption_entities", CAPTION),
        "sendMessage" => ("text", "entities", TEXT),
        _ => return note(gone, &[]),
    };
    let said = message.payload[text].as_str().unwrap_or_default();
    let opening = if said.is_empty() { gone.to_owned() } else { format!("{gone}\n\n") };
    let from = if utf16_len(&opening) + utf16_len(said) <= most { opening } else { String::new() };
    let mut payload = message.payload.clone();
    if let Some(fields) = payload.as_object_mut() {
        fields.remove("reply_markup");
        fields.remove(entities);
    }
    payload[text] = Value::String(format!("{from}{said}"));
    if !said.is_empty() {
        let line = json!({ "type": "strikethrough", "offset": utf16_len(&from), "length": utf16_len(said) });
        payload[entities] = json!([line]);
    }
    Message { payload, ..message.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(said: &str) -> Message {
        let payload = json!({ "text": said, "entities": [{ "type": "bold", "offset": 0, "length": 1 }],
                              "reply_markup": { "inline_keyboard": [] } });
        Message { method: "sendMessage".to_owned(), payload, pictures: Vec::new() }
    }

    #[test]
    fn what_was_said_stands_struck_through_below_the_word() {
        let struck = struck(&text("词😀"), "已撤回");
        let line = json!([{ "type": "strikethrough", "offset": 5, "length": 3 }]);
        assert_eq!(struck.payload, json!({ "text": "已撤回\n\n词😀", "entities": line }));
    }

    #[test]
    fn a_full_message_has_no_room_for_the_word() {
        let struck = struck(&text(&"字".repeat(TEXT)), "已撤回");
        assert_eq!(struck.payload["entities"], json!([{ "type": "strikethrough", "offset": 0, "length": TEXT }]));
    }

    #[test]
    fn a_picture_without_words_gets_the_word_alone() {
        let payload = json!({ "photo": "attach://picture0" });
        let photo = Message { method: "sendPhoto".to_owned(), payload, pictures: Vec::new() };
        let expected = json!({ "photo": "attach://picture0", "caption": "已撤回" });
        assert_eq!(struck(&photo, "已撤回").payload, expected);
    }
}
