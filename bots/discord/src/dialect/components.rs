//! The layout `components`: Discord's Components V2, with the picture between the title and the text.

use platform::{
    Message, Sheet,
    flow::Flow,
    pack::{Room, Size, pack},
    text::code_points,
};
use serde_json::{Value, json};

use super::{
    embeds::{self, COLUMNS, attachment, counter, end_of_opening, file_name},
    escape::escaped,
    lines::{weigh, write},
};

/// The most text of one message, in code points.
const TEXT: usize = 4_000;
/// The most bytes of text, with twelve for each piece: beyond that Discord answers 500. It is 10,170; three pieces
/// are the most that a message of ours has.
const BYTES: usize = 10_100 - 3 * 12;
/// The flag that a message is made of components.
const FLAG: u64 = 1 << 15;

pub(super) fn render(sheet: &Sheet<'_>) -> Vec<Message> {
    let flow = Flow::new(sheet.document, COLUMNS);
    let weights = weigh(&flow);
    let mut parts = flow.parts(pack(&weights, room(0)));
    if parts.len() > 1 {
        parts = flow.parts(pack(&weights, room(code_points(&small(sheet, 9_999, 9_999)))));
    }
    // What is too long, or no more than a picture, is shown as in the layout `full`.
    if parts.is_empty() || parts.len() > sheet.pages.map_or(usize::MAX, |pages| pages.most) {
        return embeds::render(sheet);
    }
    let of = parts.len();
    let mut messages = Vec::with_capacity(of);
    for (n, part) in parts.into_iter().enumerate() {
        let picture = sheet.picture.filter(|_| n == 0);
        let opening = picture.map_or(part.start, |_| end_of_opening(&flow, &weights, &part));
        let mut inside: Vec<Value> = Vec::new();
        inside.extend(text(&write(&flow, &weights, part.start..opening)));
        let mut payload = json!({ "flags": FLAG, "allowed_mentions": { "parse": [] } });
        let mut pictures = Vec::new();
        if let Some(picture) = picture {
            let mut item = json!({ "media": { "url": format!("attachment://{}", file_name(picture)) } });
            let attached = attachment(picture);
            if let Some(alt) = attached.get("description") {
                item["description"] = alt.clone();
            }
            inside.push(json!({ "type": 12, "items": [item] }));
            payload["attachments"] = json!([attached]);
            pictures.push(picture.id.clone());
        }
        inside.extend(text(&write(&flow, &weights, opening..part.end)));
        if of > 1 {
            inside.extend(text(&small(sheet, n + 1, of)));
        }
        payload["components"] = json!([{ "type": 17, "components": inside }]);
        messages.push(Message { method: "createMessage".to_owned(), payload, pictures });
    }
    messages
}

/// Whether a message is made of components.
pub(super) fn is_made_of(message: &Message) -> bool {
    message.payload["flags"].as_u64().unwrap_or(0) & FLAG != 0
}

/// A short text of ours, made of components.
pub(super) fn note(said: &str) -> Message {
    let payload = json!({
        "flags": FLAG, "allowed_mentions": { "parse": [] }, "components": [text(&escaped(said))],
    });
    Message { method: "createMessage".to_owned(), payload, pictures: Vec::new() }
}

/// The room in each message. Chinese fills the bytes before it fills the characters.
fn room(footer: usize) -> Room {
    let size = Size { bytes: u32::try_from(BYTES - footer * 3).unwrap_or(0), ..Size::text(TEXT - footer) };
    Room { first: size, other: size }
}

fn text(content: &str) -> Option<Value> {
    (!content.trim().is_empty()).then(|| json!({ "type": 10, "content": content }))
}

/// The part counter in small print.
fn small(sheet: &Sheet<'_>, n: usize, of: usize) -> String {
    format!("-# {}", counter(sheet, n, of))
}
