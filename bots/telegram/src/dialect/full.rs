//! The layout `full`: the picture with what fits below it, then everything else, in as few messages as it takes.

use platform::{
    Message, Sheet,
    flow::Flow,
    pack::{Room, Size, pack},
    text::utf16_len,
};
use serde_json::{Value, json};

use super::{CAPTION, ENTITIES, ENTITY_BYTES, TEXT, entities::Written, weigh::weigh};

/// The widest table that stands in columns: what a phone shows of a code block without scrolling.
const COLUMNS: usize = 40;

pub(super) fn render(sheet: &Sheet<'_>) -> Vec<Message> {
    let flow = Flow::new(sheet.document, COLUMNS);
    let weights = weigh(&flow);
    let room = |counter: usize| Room {
        first: size(if sheet.picture.is_some() { CAPTION } else { TEXT } - counter),
        other: size(TEXT - counter),
    };
    let mut parts = pack(&weights, room(0));
    if parts.len() > 1 {
        // With its counter, each message has a little less room.
        parts = pack(&weights, room(utf16_len(&counter(sheet, 9_999, 9_999)) + 2));
    }
    let of = parts.len();
    let written = parts.into_iter().enumerate().map(|(n, lines)| {
        let mut written = Written::of(&flow, lines);
        if of > 1 {
            written.push_footer(&counter(sheet, n + 1, of));
        }
        written.finish()
    });
    let mut written = written.filter(|(text, _)| !text.is_empty());
    let mut messages = Vec::with_capacity(of);
    if let Some(picture) = sheet.picture {
        let mut payload = json!({ "photo": "attach://picture0" });
        if let Some((text, entities)) = written.next() {
            payload["caption"] = text.into();
            put_entities(&mut payload, "caption_entities", entities);
        }
        messages.push(Message { method: "sendPhoto".to_owned(), payload, pictures: vec![picture.id.clone()] });
    }
    messages.extend(written.map(|(text, entities)| {
        let mut payload = json!({ "text": text, "link_preview_options": { "is_disabled": true } });
        put_entities(&mut payload, "entities", entities);
        Message { method: "sendMessage".to_owned(), payload, pictures: Vec::new() }
    }));
    messages
}

fn size(text: usize) -> Size {
    Size { entities: ENTITIES, bytes: ENTITY_BYTES, ..Size::text(text) }
}

fn put_entities(payload: &mut Value, name: &str, entities: Vec<Value>) {
    if !entities.is_empty() {
        payload[name] = entities.into();
    }
}

fn counter(sheet: &Sheet<'_>, n: usize, of: usize) -> String {
    sheet.labels.part.replace("{n}", &n.to_string()).replace("{of}", &of.to_string())
}
