//! Embeds.

use serde_json::Value;

use super::super::problem::Complaints;
use super::length;

/// Over all embeds of a message.
const TOTAL: usize = 6000;

pub(super) fn check(embeds: &Value, files: &[String], complaints: &mut Complaints) {
    let Some(embeds) = embeds.as_array() else { return };
    if embeds.len() > 10 {
        complaints.add("embeds", "BASE_TYPE_BAD_LENGTH", "Must be 10 or fewer in length.");
    }
    for (at, embed) in embeds.iter().enumerate() {
        let path = |field: &str| format!("embeds.{at}.{field}");
        complaints.at_most(path("title"), length(&embed["title"]), 256);
        complaints.at_most(path("description"), length(&embed["description"]), 4096);
        complaints.at_most(path("footer.text"), length(&embed["footer"]["text"]), 2048);
        complaints.at_most(path("author.name"), length(&embed["author"]["name"]), 256);
        if embed["color"].as_u64().is_some_and(|color| color > 0xff_ff_ff) {
            complaints.add(path("color"), "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.");
        }
        for address in ["url", "image.url", "thumbnail.url", "author.url", "author.icon_url", "footer.icon_url"] {
            let value = &embed[address.split('.').next().unwrap_or(address)];
            let value = address.split_once('.').map_or(value, |(_, inner)| &value[inner]);
            link(value.as_str(), address != "url", files, &path(address), complaints);
        }
        fields(&embed["fields"], &path("fields"), complaints);
    }
    if embeds.iter().map(total).sum::<usize>() > TOTAL {
        let message = format!("Embed size exceeds maximum size of {TOTAL}");
        complaints.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", message);
    }
}

pub(super) fn is_empty(embed: &Value) -> bool {
    total(embed) == 0 && embed["image"].is_null() && embed["thumbnail"].is_null()
}

fn fields(fields: &Value, path: &str, complaints: &mut Complaints) {
    let Some(fields) = fields.as_array() else { return };
    if fields.len() > 25 {
        complaints.add(path, "BASE_TYPE_BAD_LENGTH", "Must be 25 or fewer in length.");
    }
    for (at, field) in fields.iter().enumerate() {
        for (part, most) in [("name", 256), ("value", 1024)] {
            if length(&field[part]) == 0 {
                complaints.required(format!("{path}.{at}.{part}"));
            }
            complaints.at_most(format!("{path}.{at}.{part}"), length(&field[part]), most);
        }
    }
}

fn link(address: Option<&str>, file: bool, files: &[String], path: &str, complaints: &mut Complaints) {
    let Some(address) = address else { return };
    if let Some(name) = address.strip_prefix("attachment://").filter(|_| file) {
        let plain = name.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '_' | '-' | '.'));
        // Other names are changed on upload, so that nothing can refer to them.
        if !plain || !files.iter().any(|known| known == name) {
            let message = format!("The referenced attachment \"{name}\" could not be found.");
            complaints.add(path, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message);
        }
    } else if !(address.starts_with("http://") || address.starts_with("https://")) {
        let scheme = address.split(':').next().unwrap_or(address);
        let message = format!("Scheme \"{scheme}\" is not supported. Scheme must be one of ('http', 'https').");
        complaints.add(path, "URL_TYPE_INVALID_SCHEME", message);
    }
}

fn total(embed: &Value) -> usize {
    let fields = embed["fields"].as_array().into_iter().flatten();
    let fields: usize = fields.map(|field| length(&field["name"]) + length(&field["value"])).sum();
    let rest = [&embed["title"], &embed["description"], &embed["footer"]["text"], &embed["author"]["name"]];
    rest.into_iter().map(length).sum::<usize>() + fields
}
