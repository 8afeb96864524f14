//! What the service checks of the buttons under a message.

use serde_json::Value;

use super::answer::Refusal;
use super::text::check_link;

/// Bytes of a button's `callback_data`.
const MAX_CALLBACK_DATA: usize = 64;
/// Buttons under one message.
const MAX_BUTTONS: usize = 100;
/// Buttons in one row.
const MAX_ROW: usize = 8;

/// Checks a `reply_markup`.
pub(super) fn check(markup: Option<&Value>) -> Result<(), Refusal> {
    let Some(markup) = markup else { return Ok(()) };
    let wrong = || Refusal::bad("object expected as reply markup");
    let object = markup.as_object().ok_or_else(wrong)?;
    // Other keyboards (replies, force reply) are not checked: Paperboy has none.
    let Some(rows) = object.get("inline_keyboard") else { return Ok(()) };
    let unreadable = || Refusal::bad("can't parse inline keyboard: expected an Array of Array");
    let mut count = 0;
    for row in rows.as_array().ok_or_else(unreadable)? {
        let row = row.as_array().ok_or_else(unreadable)?;
        if row.len() > MAX_ROW {
            return Err(Refusal::strict(format_args!("{} buttons in a row; the service shows {MAX_ROW}", row.len())));
        }
        count += row.len();
        row.iter().try_for_each(check_button)?;
    }
    if count > MAX_BUTTONS {
        return Err(Refusal::bad("REPLY_MARKUP_TOO_LONG"));
    }
    Ok(())
}

fn check_button(button: &Value) -> Result<(), Refusal> {
    let unreadable = |why: &str| Refusal::bad(format_args!("can't parse inline keyboard button: {why}"));
    let text = button["text"].as_str().ok_or_else(|| unreadable("Field \"text\" must be of type String"))?;
    if text.trim().is_empty() {
        return Err(Refusal::strict("a button without a label is dropped by the service"));
    }
    if let Some(data) = button["callback_data"].as_str() {
        let fits = (1..=MAX_CALLBACK_DATA).contains(&data.len());
        return if fits { Ok(()) } else { Err(Refusal::bad("BUTTON_DATA_INVALID")) };
    }
    if let Some(url) = button["url"].as_str() {
        let invalid = |_| Refusal::bad(format_args!("inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"));
        return check_link(url).map_err(invalid);
    }
    let others = ["web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat", "copy_text"];
    if others.iter().any(|name| button.get(name).is_some()) {
        return Ok(());
    }
    Err(unreadable("Text buttons are unallowed in the inline keyboard"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn callback_data_is_measured_in_bytes() {
        let with = |data: &str| json!({ "inline_keyboard": [[{ "text": "ok", "callback_data": data }]] });
        assert_eq!(check(Some(&with(&"x".repeat(64)))), Ok(()));
        for data in [String::new(), "x".repeat(65), "字".repeat(22)] {
            assert_eq!(check(Some(&with(&data))), Err(Refusal::bad("BUTTON_DATA_INVALID")), "{data}");
        }
    }
}
