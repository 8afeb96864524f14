//! What the service checks of entities: bounds, links, number, size and nesting.

use serde_json::Value;

use crate::telegram::answer::Refusal;

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

/// Where code points begin and end, in UTF-16 units.
pub(super) struct Units {
    starts: Vec<bool>,
}

impl Units {
    pub(super) fn of(text: &str) -> Self {
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

/// One entity.
pub(super) struct Entity<'a> {
    kind: &'a str,
    from: usize,
    to: usize,
    bytes: usize,
}

impl<'a> Entity<'a> {
    /// Reads and checks one by itself.
    pub(super) fn read(value: &'a Value, units: &Units) -> Result<Self, Refusal> {
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
pub(in crate::telegram) fn check_link(url: &str) -> Result<(), Refusal> {
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

/// Checks them together.
pub(super) fn check_list(mut entities: Vec<Entity<'_>>) -> Result<(), Refusal> {
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
