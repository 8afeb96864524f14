//! A message's body: the payload, and its pictures under the names that the payload uses.

use std::sync::Arc;

use platform::{Outgoing, Picture};
use serde_json::{Map, Value, json};

/// The flag of a message made of Components V2.
const COMPONENTS_V2: u64 = 1 << 15;
/// Beyond this sum of UTF-8 bytes and 12 for each text Discord answers 500 (discord-api-docs #8554).
const MOST_BYTES: usize = 10_170;

/// What is posted.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) payload: Value,
    pub(crate) files: Vec<File>,
}

/// A picture on its way.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) picture: Arc<Picture>,
}

impl Form {
    /// A message with its pictures.
    pub(crate) fn new(outgoing: &Outgoing) -> Self {
        let mut payload = outgoing.message.payload.clone();
        let mut files = Vec::new();
        for (at, attachment) in outgoing.attachments.iter().enumerate() {
            let plain = format!("picture{at}.{}", attachment.picture.format.extension());
            let name = match name_in(&payload, at) {
                Some(name) if is_plain(&name) => name,
                Some(name) => {
                    rename(&mut payload, &format!("attachment://{name}"), &format!("attachment://{plain}"));
                    plain
                }
                None => plain,
            };
            files.push(File { name, picture: attachment.picture.clone() });
        }
        if !files.is_empty() {
            payload["attachments"] = listed(&payload["attachments"], &files);
        }
        Self { payload, files }
    }
}

/// Whether embeds can refer to a file of this name: letters, digits, underscores, dashes and dots.
fn is_plain(name: &str) -> bool {
    name.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '_' | '-' | '.'))
}

/// Puts another text in the place of every text that is just this one.
fn rename(value: &mut Value, old: &str, new: &str) {
    match value {
        Value::String(text) if text == old => new.clone_into(text),
        Value::Array(list) => list.iter_mut().for_each(|one| rename(one, old, new)),
        Value::Object(fields) => fields.values_mut().for_each(|one| rename(one, old, new)),
        _ => {}
    }
}

/// The attachments, each with its number and its name; what the payload says of them stays.
fn listed(attachments: &Value, files: &[File]) -> Value {
    let described = |at: usize| {
        let mut found = attachments.as_array().into_iter().flatten();
        found.find(|one| is_number(&one["id"], at)).and_then(Value::as_object).cloned()
    };
    let list = files.iter().enumerate().map(|(at, file)| {
        let mut one: Map<String, Value> = described(at).unwrap_or_default();
        one.insert("id".into(), at.into());
        one.insert("filename".into(), file.name.clone().into());
        Value::Object(one)
    });
    list.collect()
}

fn is_number(id: &Value, at: usize) -> bool {
    id.as_u64() == Some(at as u64) || id.as_str() == Some(&at.to_string())
}

/// The name by which the payload calls the picture at this place.
fn name_in(payload: &Value, at: usize) -> Option<String> {
    let attachments = payload["attachments"].as_array().into_iter().flatten();
    let listed = attachments.into_iter().find(|one| is_number(&one["id"], at));
    if let Some(name) = listed.and_then(|one| one["filename"].as_str()) {
        return Some(name.to_owned());
    }
    referred(payload, &format!("attachment://picture{at}."))
}

fn referred(value: &Value, start: &str) -> Option<String> {
    match value {
        Value::String(text) if text.starts_with(start) => text.strip_prefix("attachment://").map(str::to_owned),
        Value::Array(list) => list.iter().find_map(|one| referred(one, start)),
        Value::Object(fields) => fields.values().find_map(|one| referred(one, start)),
        _ => None,
    }
}

/// The payload of an edit after which nothing of the old message is left.
pub(crate) fn replacing(mut payload: Value) -> Value {
    let blanks = [("content", json!("")), ("embeds", json!([])), ("components", json!([])), ("attachments", json!([]))];
    if let Some(fields) = payload.as_object_mut() {
        for new_only in ["nonce", "enforce_nonce", "tts", "message_reference"] {
            fields.remove(new_only);
        }
        // A message made of components has no content and no embeds, not even empty ones.
        let v2 = fields.get("flags").and_then(Value::as_u64).unwrap_or(0) & COMPONENTS_V2 != 0;
        for (field, blank) in blanks {
            if !(v2 && matches!(field, "content" | "embeds")) {
                fields.entry(field).or_insert(blank);
            }
        }
    }
    payload
}

/// Whether Discord answers this payload with a server error however often it is sent.
pub(crate) fn is_heavy(payload: &Value) -> bool {
    let v2 = payload["flags"].as_u64().unwrap_or(0) & COMPONENTS_V2 != 0;
    v2 && weight(&payload["components"]) > MOST_BYTES
}

fn weight(components: &Value) -> usize {
    const TEXT: u64 = 10;
    let of = |component: &Value| {
        let own = match (component["type"].as_u64(), component["content"].as_str()) {
            (Some(TEXT), Some(text)) => text.len() + 12,
            _ => 0,
        };
        own + weight(&component["components"])
    };
    components.as_array().into_iter().flatten().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::{Attachment, Message, PictureFormat, PictureId};

    fn outgoing(payload: Value, pictures: usize) -> Outgoing {
        let id = PictureId("0".into());
        let picture = Picture { id: id.clone(), format: PictureFormat::Png, width: 1, height: 1, bytes: vec![0] };
        let attachment = Attachment { picture: Arc::new(picture), uploaded: None };
        let message = Message { method: "createMessage".into(), payload, pictures: vec![id; pictures] };
        Outgoing { message, attachments: vec![attachment; pictures] }
    }

    #[test]
    fn a_picture_goes_under_the_name_that_the_payload_uses() {
        let embeds = json!([{ "image": { "url": "attachment://picture1.jpg" } }]);
        let form = Form::new(&outgoing(json!({ "embeds": embeds }), 2));
        let names: Vec<&str> = form.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["picture0.png", "picture1.jpg"]);
        let listed = json!([{ "id": 0, "filename": "picture0.png" }, { "id": 1, "filename": "picture1.jpg" }]);
        assert_eq!(form.payload["attachments"], listed);
    }

    #[test]
    fn what_is_said_of_a_picture_stays() {
        let attachments = json!([{ "id": 0, "filename": "cloud.jpg", "description": "words" }]);
        let form = Form::new(&outgoing(json!({ "attachments": &attachments }), 1));
        assert_eq!(form.files[0].name, "cloud.jpg");
        assert_eq!(form.payload["attachments"], attachments);
    }

    #[test]
    fn a_name_that_embeds_cannot_refer_to_is_replaced_everywhere() {
        let embeds = json!([{ "description": "词云 1.png", "image": { "url": "attachment://词云 1.png" } }]);
        let attachments = json!([{ "id": 0, "filename": "词云 1.png", "description": "words" }]);
        let form = Form::new(&outgoing(json!({ "embeds": embeds, "attachments": attachments }), 1));
        assert_eq!(form.files[0].name, "picture0.png");
        assert_eq!(form.payload["embeds"][0]["image"]["url"], "attachment://picture0.png");
        assert_eq!(form.payload["embeds"][0]["description"], "词云 1.png");
        let listed = json!([{ "id": 0, "filename": "picture0.png", "description": "words" }]);
        assert_eq!(form.payload["attachments"], listed);
    }

    #[test]
    fn an_edit_leaves_nothing_of_the_old_message() {
        let edit = replacing(json!({ "content": "new", "nonce": "n", "enforce_nonce": true }));
        assert_eq!(edit, json!({ "content": "new", "embeds": [], "components": [], "attachments": [] }));
    }

    #[test]
    fn only_components_v2_can_be_too_heavy() {
        let payload = |flags: u64, length: usize| {
            let inner = json!([{ "type": 10, "content": "字".repeat(length) }]);
            json!({ "flags": flags, "components": [{ "type": 17, "components": inner }] })
        };
        assert!(is_heavy(&payload(COMPONENTS_V2, 3387)));
        assert!(!is_heavy(&payload(COMPONENTS_V2, 3386)));
        assert!(!is_heavy(&payload(0, 3387)));
    }
}
