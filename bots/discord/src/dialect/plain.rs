//! A refused message, one step plainer: without the picture, then nothing but its text.

use platform::Message;
use serde_json::{Value, json};

pub(super) fn plainer(message: &Message) -> Option<Message> {
    let mut embeds = message.payload["embeds"].as_array()?.clone();
    if !message.pictures.is_empty() {
        for embed in embeds.iter_mut().filter_map(Value::as_object_mut) {
            embed.remove("image");
        }
        embeds.retain(|embed| embed.as_object().is_some_and(|fields| !fields.is_empty()));
        let mut payload = message.payload.clone();
        payload.as_object_mut()?.remove("attachments");
        payload["embeds"] = embeds.into();
        return says_something(payload);
    }
    let bare: Vec<Value> = embeds.iter().filter(|embed| embed["description"].is_string()).map(bare).collect();
    let payload = json!({ "embeds": bare, "allowed_mentions": { "parse": [] } });
    if payload == message.payload { None } else { says_something(payload) }
}

/// The text of an embed, and what counts the parts.
fn bare(embed: &Value) -> Value {
    let mut bare = json!({ "description": embed["description"] });
    if embed["footer"].is_object() {
        bare["footer"] = json!({ "text": embed["footer"]["text"] });
    }
    bare
}

fn says_something(payload: Value) -> Option<Message> {
    let says = payload["embeds"].as_array().is_some_and(|embeds| !embeds.is_empty());
    says.then(|| Message { method: "createMessage".to_owned(), payload, pictures: Vec::new() })
}

#[cfg(test)]
mod tests {
    use platform::PictureId;

    use super::*;

    #[test]
    fn the_picture_goes_first_and_then_everything_but_the_text() {
        let none = json!({ "parse": [] });
        let payload = json!({
            "embeds": [{ "image": { "url": "attachment://a.jpg" } }, { "description": "今天", "color": 7 }],
            "attachments": [{ "id": 0, "filename": "a.jpg" }],
            "allowed_mentions": none,
        });
        let whole = Message { method: "createMessage".into(), payload, pictures: vec![PictureId("a".into())] };
        let steps: Vec<_> = std::iter::successors(Some(whole), plainer).map(|one| one.payload).collect();
        assert_eq!(
            steps[1..],
            [
                json!({ "embeds": [{ "description": "今天", "color": 7 }], "allowed_mentions": none }),
                json!({ "embeds": [{ "description": "今天" }], "allowed_mentions": none }),
            ]
        );
    }

    #[test]
    fn a_picture_alone_has_nothing_plainer() {
        let payload = json!({ "embeds": [{ "image": { "url": "attachment://a.jpg" } }] });
        let whole = Message { method: "createMessage".into(), payload, pictures: vec![PictureId("a".into())] };
        assert_eq!(plainer(&whole), None);
    }
}
