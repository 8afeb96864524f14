//! What the service checks of a text and its entities.

use serde_json::Value;

use super::answer::Refusal;

/// Code points of a message's text.
pub(super) const MAX_TEXT: usize = 4096;
/// Code points of a caption.
pub(super) const MAX_CAPTION: usize = 1024;
/// Bytes of a text before anything else is looked at.
const MAX_RAW: usize = 32_768;
/// Entities that are kept; the real service drops further ones without a word.
const MAX_ENTITIES: usize = 100;
/// Bytes of all entities on the wire: "about 9,500", says the service's author.
const MAX_ENTITY_BYTES: usize = 9_500;

/// Entity types that a bot may send.
const TYPES: &[&str] = &[
    "blockquote",
    "bold",
    "bot_command",
    "cashtag",
    "code",
    "custom_emoji",
    "date_time",
    "email",
    "expandable_blockquote",
    "hashtag",
    "italic",
    "mention",
    "phone_number",
    "pre",
    "spoiler",
    "strikethrough",
    "text_link",
    "text_mention",
    "underline",
    "url",
];

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

/// Where code points begin and end, in UTF-16 units.
struct Units {
    starts: Vec<bool>,
}

impl Units {
    fn of(text: &str) -> Self {
        let mut starts = Vec::with_capacity(text.len() + 1);
        for character in text.chars() {
            starts.push(true);
            if character.len_utf16() == 2 {
                starts.push(false);
            }
        }
        starts.push(true);
        Self { starts }
    }

    fn len(&self) -> usize {
        self.starts.len() - 1
    }
}

struct Entity<'a> {
    kind: &'a str,
    from: usize,
    to: usize,
    bytes: usize,
}

impl<'a> Entity<'a> {
    fn read(value: &'a Value, units: &Units) -> Result<Self, Refusal> {
        let place = |name: &str| value[name].as_u64().and_then(|number| usize::try_from(number).ok());
        let wrong = |name: &str| Refusal::bad(format_args!("can't parse MessageEntity: Field \"{name}\" is invalid"));
        let kind = value["type"].as_str().ok_or_else(|| wrong("type"))?;
        let from = place("offset").ok_or_else(|| wrong("offset"))?;
        let length = place("length").ok_or_else(|| wrong("length"))?;
        let to = from.saturating_add(length);
        if !TYPES.contains(&kind) {
            return Err(Refusal::strict(format_args!("unknown entity type {kind} is ignored by the service")));
        }
        if length == 0 {
            return Err(Refusal::strict("an entity without length is dropped by the service"));
        }
        if to > units.len() {
            return Err(Refusal::bad(format_args!(
                "entity beginning at UTF-16 offset {from} ends after the end of the text at UTF-16 offset {}",
                units.len()
            )));
        }
        if !units.starts[from] {
            return Err(Refusal::bad(format_args!("entity begins in a middle of a UTF-16 symbol at offset {from}")));
        }
        if !units.starts[to] {
            return Err(Refusal::bad(format_args!(
                "entity beginning at UTF-16 offset {from} ends in a middle of a UTF-16 symbol at offset {to}"
            )));
        }
        let extra = match kind {
            "text_link" => {
                let url = value["url"].as_str().ok_or_else(|| wrong("url"))?;
                check_link(url)?;
                tl_string(url)
            }
            "pre" => tl_string(value["language"].as_str().unwrap_or("")),
            "custom_emoji" => 8,
            _ => 0,
        };
        // On the wire: constructor, offset and length, four bytes each.
        Ok(Self { kind, from, to, bytes: 12 + extra })
    }
}

/// Bytes of a string in Telegram's own serialisation: a length of one or four bytes, padded to four.
fn tl_string(text: &str) -> usize {
    let prefix = if text.len() < 254 { 1 } else { 4 };
    (prefix + text.len()).next_multiple_of(4)
}

/// Whether the service takes a link; one bad link refuses the whole message.
pub(super) fn check_link(url: &str) -> Result<(), Refusal> {
    let invalid = |why: &str| Refusal::bad(format_args!("URL '{url}' is invalid: {why}"));
    let (scheme, rest) = url.split_once(':').unwrap_or(("http", url));
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => {
            let rest = rest.trim_start_matches('/');
            let host = rest.split(['/', '?', '#']).next().unwrap_or("");
            let host = host.rsplit('@').next().unwrap_or(host);
            let ipv6 = host.starts_with('[');
            let name = if ipv6 { host } else { host.split(':').next().unwrap_or(host) };
            if name.is_empty() || name.chars().any(char::is_whitespace) || !(ipv6 || name.contains('.')) {
                return Err(invalid("Wrong HTTP URL"));
            }
            Ok(())
        }
        "tg" | "ton" | "tonsite" | "mailto" | "tel" => Ok(()),
        _ => Err(invalid("Unsupported URL protocol")),
    }
}

fn check_list(mut entities: Vec<Entity<'_>>) -> Result<(), Refusal> {
    if entities.len() > MAX_ENTITIES {
        return Err(Refusal::strict(format_args!(
            "{} entities; the service drops those above {MAX_ENTITIES}",
            entities.len()
        )));
    }
    if entities.iter().map(|one| one.bytes).sum::<usize>() > MAX_ENTITY_BYTES {
        return Err(Refusal::bad("ENTITIES_TOO_LONG"));
    }
    entities.sort_by_key(|one| (one.from, usize::MAX - one.to));
    let quote = |one: &Entity<'_>| one.kind.ends_with("blockquote");
    let code = |one: &Entity<'_>| matches!(one.kind, "code" | "pre");
    for (at, outer) in entities.iter().enumerate() {
        for inner in entities[at + 1..].iter().take_while(|inner| inner.from < outer.to) {
            let names = format!("{} at {} and {} at {}", outer.kind, outer.from, inner.kind, inner.from);
            if inner.to > outer.to {
                return Err(Refusal::strict(format_args!("{names} overlap; the service splits them")));
            }
            // A quote may hold code; nothing else may touch code, and a quote holds no quote.
            if quote(outer) && quote(inner) || code(outer) || code(inner) && !quote(outer) {
                return Err(Refusal::strict(format_args!("{names} do not nest; the service drops one")));
            }
            if outer.kind == inner.kind {
                return Err(Refusal::strict(format_args!("{names} are the same style twice")));
            }
        }
    }
    Ok(())
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
