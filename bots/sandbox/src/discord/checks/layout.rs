//! Components V2: the whole message is a tree of components.

use std::collections::HashSet;

use serde_json::Value;

use super::super::problem::{Complaints, Problem};
use super::{components, length};

const TEXT: u64 = 10;

/// Over all texts of a message, in characters.
const CHARACTERS: usize = 4000;
/// Components of a message, nested ones counted.
const COMPONENTS: usize = 40;
/// Beyond this sum of UTF-8 bytes and 12 for each text Discord answers 500 (discord-api-docs #8554).
const BYTES: usize = 10_170;

pub(super) fn check(payload: &Value, files: &[String], complaints: &mut Complaints) {
    for field in ["content", "embeds"] {
        let value = &payload[field];
        let set = value.as_str().is_some_and(|text| !text.is_empty())
            || value.as_array().is_some_and(|list| !list.is_empty());
        if set {
            let message = "This field cannot be used when using MessageFlags.IS_COMPONENTS_V2";
            complaints.add(field, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message);
        }
    }
    let mut seen = Seen::default();
    for (at, component) in payload["components"].as_array().into_iter().flatten().enumerate() {
        walk(component, &format!("components.{at}"), files, &mut seen, complaints);
    }
    if seen.components > COMPONENTS {
        complaints.add("components", "BASE_TYPE_BAD_LENGTH", "Must be 40 or fewer in total.");
    }
    complaints.at_most("components", seen.characters, CHARACTERS);
}

/// The server error that a message with too many bytes of text meets.
pub(super) fn weigh(components: &Value) -> Result<(), Problem> {
    if components.as_array().into_iter().flatten().map(weight).sum::<usize>() > BYTES {
        return Err(Problem::new(500, 0, "500: Internal Server Error"));
    }
    Ok(())
}

#[derive(Default)]
struct Seen {
    components: usize,
    characters: usize,
    ids: HashSet<String>,
}

fn walk(component: &Value, path: &str, files: &[String], seen: &mut Seen, complaints: &mut Complaints) {
    seen.components += 1;
    let children = component["components"].as_array().map_or(&[][..], Vec::as_slice);
    match component["type"].as_u64() {
        Some(1) => {
            seen.components += children.len();
            components::row(component, path, &mut seen.ids, complaints);
        }
        Some(9) => {
            if children.is_empty() || children.len() > 3 {
                let message = "Must be between 1 and 3 in length.";
                complaints.add(format!("{path}.components"), "BASE_TYPE_BAD_LENGTH", message);
            }
            walk_all(children, path, files, seen, complaints);
            if component["accessory"]["type"].as_u64() == Some(2) {
                seen.components += 1;
                components::button(&component["accessory"], &format!("{path}.accessory"), &mut seen.ids, complaints);
            } else {
                walk(&component["accessory"], &format!("{path}.accessory"), files, seen, complaints);
            }
        }
        Some(TEXT) => {
            seen.characters += length(&component["content"]);
            if length(&component["content"]) == 0 {
                complaints.required(format!("{path}.content"));
            }
        }
        Some(11) => media(&component["media"], &format!("{path}.media"), files, complaints),
        Some(12) => {
            let items = component["items"].as_array().map_or(&[][..], Vec::as_slice);
            if items.is_empty() || items.len() > 10 {
                let message = "Must be between 1 and 10 in length.";
                complaints.add(format!("{path}.items"), "BASE_TYPE_BAD_LENGTH", message);
            }
            for (at, item) in items.iter().enumerate() {
                media(&item["media"], &format!("{path}.items.{at}.media"), files, complaints);
            }
        }
        Some(13) => media(&component["file"], &format!("{path}.file"), files, complaints),
        Some(14) => {}
        Some(17) => walk_all(children, path, files, seen, complaints),
        _ => complaints.add(format!("{path}.type"), "UNION_TYPE_CHOICES", "This type cannot stand here."),
    }
}

fn walk_all(children: &[Value], path: &str, files: &[String], seen: &mut Seen, complaints: &mut Complaints) {
    for (at, child) in children.iter().enumerate() {
        walk(child, &format!("{path}.components.{at}"), files, seen, complaints);
    }
}

fn media(media: &Value, path: &str, files: &[String], complaints: &mut Complaints) {
    let Some(address) = media["url"].as_str() else {
        complaints.required(format!("{path}.url"));
        return;
    };
    if let Some(name) = address.strip_prefix("attachment://")
        && !files.iter().any(|known| known == name)
    {
        let message = format!("The referenced attachment \"{name}\" could not be found.");
        complaints.add(path, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message);
    }
}

fn weight(component: &Value) -> usize {
    let own = match (component["type"].as_u64(), component["content"].as_str()) {
        (Some(TEXT), Some(text)) => text.len() + 12,
        _ => 0,
    };
    own + component["components"].as_array().into_iter().flatten().map(weight).sum::<usize>()
}
