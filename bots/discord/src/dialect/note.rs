//! A short plain text of ours, with buttons.

use platform::{
    Button, Message,
    text::{clipped, code_points},
};
use serde_json::{Value, json};

use super::escape;

/// The most of a message's content, in code points.
const CONTENT: usize = 2_000;
/// The most of a button's label and of its action.
const LABEL: usize = 80;
/// Discord takes five rows of five buttons.
const IN_ROW: usize = 5;
const ROWS: usize = 5;
/// And a menu of 25 lines.
const IN_MENU: usize = 25;

pub(super) fn note(text: &str, buttons: &[Vec<Button>]) -> Message {
    // What is cut is the text, not its escapes.
    let written = |text: &str| code_points(&escape::escaped(text));
    let content = escape::escaped(&clipped(text.trim(), CONTENT, written));
    let mut payload = json!({ "content": content, "allowed_mentions": { "parse": [] } });
    if !buttons.is_empty() {
        payload["components"] = rows(buttons);
    }
    Message { method: "createMessage".to_owned(), payload, pictures: Vec::new() }
}

/// Rows of buttons under a message; a row that is too long goes on in the next.
pub(super) fn rows(buttons: &[Vec<Button>]) -> Value {
    let button = |button: &Button| {
        let label = clipped(&button.label, LABEL, code_points);
        json!({ "type": 2, "style": 2, "label": label, "custom_id": button.action })
    };
    let row = |row: &[Button]| json!({ "type": 1, "components": row.iter().map(button).collect::<Vec<_>>() });
    buttons.iter().flat_map(|buttons| buttons.chunks(IN_ROW)).take(ROWS).map(row).collect()
}

/// Buttons for a few choices, a menu for many.
pub(super) fn choices(buttons: Vec<Button>) -> Value {
    if buttons.len() <= IN_ROW {
        return rows(&[buttons]);
    }
    let option =
        |button: &Button| json!({ "label": clipped(&button.label, LABEL, code_points), "value": button.action });
    let options: Vec<Value> = buttons.iter().take(IN_MENU).map(option).collect();
    json!([{ "type": 1, "components": [{ "type": 3, "custom_id": "pages", "options": options }] }])
}
