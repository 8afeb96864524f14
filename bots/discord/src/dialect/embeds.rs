//! The layout `full`: embeds, the picture in the first.

use std::ops::Range;

use platform::{
    Message, Sheet, SheetPicture,
    flow::{Flow, Kind},
    pack::{Room, Size, Weight, pack},
    text::{clipped, code_points},
};
use serde_json::{Value, json};

use super::lines::{weigh, write};

/// The most of one embed's description, in code points.
const EMBED: usize = 4_096;
/// The most of all embeds of one message.
const MESSAGE: usize = 6_000;
/// Kept free for what a message that needs two embeds repeats at their seam.
const SEAM: usize = 64;
/// The most that stands over the picture.
const OPENING: u32 = 256;
/// The longest description of a picture.
const ALT: usize = 1_024;
/// The widest table that stands in columns.
const COLUMNS: usize = 40;

pub(super) fn render(sheet: &Sheet<'_>) -> Vec<Message> {
    let flow = Flow::new(sheet.document, COLUMNS);
    let weights = weigh(&flow);
    let room = |text: usize| Room { first: Size::text(text), other: Size::text(text) };
    let mut parts = pack(&weights, room(MESSAGE - SEAM));
    if parts.len() > 1 {
        // With its counter, each message has a little less room.
        parts = pack(&weights, room(MESSAGE - SEAM - code_points(&counter(sheet, 9_999, 9_999))));
    }
    let of = parts.len().max(1);
    let mut messages = Vec::with_capacity(of);
    for (n, part) in parts.into_iter().enumerate() {
        let picture = sheet.picture.filter(|_| n == 0);
        let opening = picture.map_or(part.start, |_| end_of_opening(&flow, &weights, &part));
        let mut embeds = Vec::new();
        if picture.is_some() {
            embeds.push(described(&write(&flow, part.start..opening)));
        }
        let rest = pack(&weights[opening..part.end], room(EMBED));
        embeds
            .extend(rest.into_iter().map(|lines| described(&write(&flow, opening + lines.start..opening + lines.end))));
        if let Some(last) = embeds.last_mut().filter(|_| of > 1) {
            last["footer"] = json!({ "text": counter(sheet, n + 1, of) });
        }
        messages.push(message(sheet, embeds, picture.is_some()));
    }
    if messages.is_empty() && sheet.picture.is_some() {
        messages.push(message(sheet, vec![json!({})], true));
    }
    messages
}

/// Where the lines end that stand over the picture: behind the title, if the document begins with one.
fn end_of_opening(flow: &Flow<'_>, weights: &[Weight], part: &Range<usize>) -> usize {
    let lines = &flow.lines[part.clone()];
    let title = lines.iter().take(3).position(|line| matches!(line.kind, Kind::Heading(_)));
    let end = title.map_or(part.start, |title| part.start + title + 1);
    let length: u32 = weights[part.start..end].iter().map(|weight| weight.gap.text + weight.body.text).sum();
    // A title in several parts stays below, and so does one that has nothing below it.
    if length <= OPENING && end < part.end && flow.lines[end].gap != platform::flow::Gap::Joined {
        end
    } else {
        part.start
    }
}

fn described(text: &str) -> Value {
    if text.is_empty() { json!({}) } else { json!({ "description": text }) }
}

fn message(sheet: &Sheet<'_>, mut embeds: Vec<Value>, shows_picture: bool) -> Message {
    let mut pictures = Vec::new();
    let mut attachments = Vec::new();
    if let Some(picture) = sheet.picture.filter(|_| shows_picture) {
        let name = file_name(picture);
        embeds[0]["image"] = json!({ "url": format!("attachment://{name}") });
        let mut attachment = json!({ "id": 0, "filename": name });
        if !picture.alt.trim().is_empty() {
            attachment["description"] = clipped(picture.alt.trim(), ALT, code_points).into();
        }
        attachments.push(attachment);
        pictures.push(picture.id.clone());
    }
    let mut payload = json!({ "embeds": embeds, "allowed_mentions": { "parse": [] } });
    if !attachments.is_empty() {
        payload["attachments"] = attachments.into();
    }
    Message { method: "createMessage".to_owned(), payload, pictures }
}

/// The picture's name as Discord keeps it: it takes other letters out, and the address would then lead nowhere.
fn file_name(picture: &SheetPicture) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    picture.file_name.chars().map(kept).collect()
}

fn counter(sheet: &Sheet<'_>, n: usize, of: usize) -> String {
    sheet.labels.part.replace("{n}", &n.to_string()).replace("{of}", &of.to_string())
}
