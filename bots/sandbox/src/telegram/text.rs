//! What the service checks of a text and its entities.

use serde_json::Value;

use super::answer::Refusal;

mod entities;

pub(super) use entities::check_link;
use entities::{Entity, Units, check_list};

/// Code points of a message's text.
pub(super) const MAX_TEXT: usize = 4096;
/// Code points of a caption.
pub(super) const MAX_CAPTION: usize = 1024;
/// Bytes of a text before anything else is looked at.
const MAX_RAW: usize = 32_768;
/// A message's text with its entities, checked and trimmed as the service does.
pub(super) fn message(text: Option<&str>, entities: Option<&Value>) -> Result<String, Refusal> {
    let text = text.filter(|text| !text.is_empty()).ok_or_else(|| Refusal::bad("message text is empty"))?;
    let trimmed = formatted(text, entities)?;
    if trimmed.is_empty() {
        return Err(Refusal::bad("text must be non-empty"));
    }
    if trimmed.chars().count() > MAX_TEXT {
        return Err(Refusal::bad("message is too long"));
    }
    Ok(trimmed)
}

/// A caption with its entities; it may be empty.
pub(super) fn caption(text: Option<&str>, entities: Option<&Value>) -> Result<String, Refusal> {
    let trimmed = formatted(text.unwrap_or(""), entities)?;
    if trimmed.chars().count() > MAX_CAPTION {
        return Err(Refusal::bad("message caption is too long"));
    }
    Ok(trimmed)
}

fn formatted(text: &str, entities: Option<&Value>) -> Result<String, Refusal> {
    if text.len() > MAX_RAW {
        return Err(Refusal::bad("text is too long"));
    }
    if text.contains('\0') {
        return Err(Refusal::strict("a NUL in a text is removed by the service"));
    }
    let units = Units::of(text);
    let entities = match entities {
        None => Vec::new(),
        Some(Value::Array(list)) => {
            list.iter().map(|one| Entity::read(one, &units)).collect::<Result<Vec<_>, Refusal>>()?
        }
        Some(_) => return Err(Refusal::bad("can't parse entities JSON object")),
    };
    check_list(entities)?;
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(text: &str, entities: &Value) -> String {
        message(Some(text), Some(entities)).unwrap_err().description
    }

    #[test]
    fn text_is_measured_in_code_points_after_trimming() {
        assert!(message(Some(&format!("  {}\n", "😀".repeat(MAX_TEXT))), None).is_ok());
        let long = "字".repeat(MAX_TEXT + 1);
        assert_eq!(message(Some(&long), None).unwrap_err().description, "Bad Request: message is too long");
        assert_eq!(message(Some(""), None).unwrap_err().description, "Bad Request: message text is empty");
        let caption = caption(Some(&"字".repeat(MAX_CAPTION + 1)), None);
        assert_eq!(caption.unwrap_err().description, "Bad Request: message caption is too long");
    }

    #[test]
    fn an_entity_may_not_leave_the_text_nor_cut_a_surrogate_pair() {
        let past = refused("abc", &json!([{ "type": "bold", "offset": 1, "length": 3 }]));
        assert!(past.contains("ends after the end of the text"), "{past}");
        let torn = refused("😀", &json!([{ "type": "bold", "offset": 0, "length": 1 }]));
        assert!(torn.contains("in a middle of a UTF-16 symbol"), "{torn}");
    }

    #[test]
    fn one_bad_link_refuses_the_whole_message() {
        let link = |url: &str| json!([{ "type": "text_link", "offset": 0, "length": 1, "url": url }]);
        for url in ["javascript:alert(1)", "ftp://example.org", "http://localhost/", "http://"] {
            assert!(refused("a", &link(url)).contains("is invalid"), "{url}");
        }
        for url in ["https://example.org/a?b=c", "tg://user?id=1", "mailto:a@example.org", "example.org"] {
            assert!(message(Some("a"), Some(&link(url))).is_ok(), "{url}");
        }
    }

    #[test]
    fn too_many_or_too_large_entities_are_refused() {
        let text = "a ".repeat(101);
        let bold: Vec<Value> = (0..101).map(|n| json!({ "type": "bold", "offset": n * 2, "length": 1 })).collect();
        assert!(refused(&text, &Value::Array(bold)).contains("drops"));
        let url = format!("https://example.org/{}", "x".repeat(900));
        let links = |n: i32| json!({ "type": "text_link", "offset": n * 2, "length": 1, "url": url });
        let links: Vec<Value> = (0..11).map(links).collect();
        assert_eq!(refused(&text, &Value::Array(links)), "Bad Request: ENTITIES_TOO_LONG");
    }

    #[test]
    fn entities_nest_as_the_service_keeps_them() {
        let pair = |outer: &str, inner: &str| json!([{ "type": outer, "offset": 0, "length": 4 }, { "type": inner, "offset": 1, "length": 2 }]);
        assert!(message(Some("abcd"), Some(&pair("bold", "italic"))).is_ok());
        assert!(message(Some("abcd"), Some(&pair("blockquote", "code"))).is_ok());
        for (outer, inner) in [("code", "bold"), ("bold", "code"), ("blockquote", "expandable_blockquote")] {
            assert!(refused("abcd", &pair(outer, inner)).contains("do not nest"), "{outer} {inner}");
        }
    }
}
