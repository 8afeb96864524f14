//! A refused message, one step plainer: photo → file → text with styles → text.

use platform::Message;
use serde_json::Value;

pub(super) fn plainer(message: &Message) -> Option<Message> {
    let mut plainer = message.clone();
    let payload = plainer.payload.as_object_mut()?;
    match message.method.as_str() {
        "sendPhoto" => {
            let photo = payload.remove("photo")?;
            payload.insert("document".to_owned(), photo);
            "sendDocument".clone_into(&mut plainer.method);
        }
        // A file that is no picture is the message itself.
        "sendDocument" if !message.pictures.is_empty() => {
            payload.remove("document");
            let caption = payload.remove("caption")?;
            payload.insert("text".to_owned(), caption);
            if let Some(entities) = payload.remove("caption_entities") {
                payload.insert("entities".to_owned(), entities);
            }
            payload.insert("link_preview_options".to_owned(), serde_json::json!({ "is_disabled": true }));
            "sendMessage".clone_into(&mut plainer.method);
            plainer.pictures.clear();
        }
        "sendMessage" => {
            let styled: Vec<Value> =
                ["entities", "reply_markup"].iter().filter_map(|name| payload.remove(*name)).collect();
            if styled.is_empty() {
                return None;
            }
        }
        _ => return None,
    }
    Some(plainer)
}

#[cfg(test)]
mod tests {
    use platform::PictureId;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_photo_becomes_a_file_then_text_then_text_without_styles() {
        let entities = json!([{ "type": "bold", "offset": 0, "length": 2 }]);
        let payload = json!({ "photo": "attach://picture0", "caption": "今天", "caption_entities": entities });
        let photo = Message { method: "sendPhoto".into(), payload, pictures: vec![PictureId("a".into())] };
        let steps: Vec<_> = std::iter::successors(Some(photo), plainer).map(|one| (one.method, one.payload)).collect();
        assert_eq!(
            steps[1..],
            [
                (
                    "sendDocument".into(),
                    json!({ "document": "attach://picture0", "caption": "今天", "caption_entities": entities })
                ),
                (
                    "sendMessage".into(),
                    json!({ "text": "今天", "entities": entities, "link_preview_options": { "is_disabled": true } })
                ),
                ("sendMessage".into(), json!({ "text": "今天", "link_preview_options": { "is_disabled": true } })),
            ]
        );
    }

    #[test]
    fn a_rich_message_has_nothing_plainer_of_its_own() {
        let rich = Message { method: "sendRichMessage".into(), payload: json!({}), pictures: Vec::new() };
        assert_eq!(plainer(&rich), None);
    }
}
