//! The layout `full`: embeds, the picture in the first.

use std::ops::Range;

use platform::{
    Message, Sheet, SheetFile, SheetPicture,
    flow::{Flow, Kind},
    outline::Outline,
    pack::{Room, Size, Weight, fits_one, pack},
    text::{clipped, code_points},
};
use serde_json::{Value, json};

use super::{
    lines::{weigh, write},
    note::{choices, rows},
};

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
pub(super) const COLUMNS: usize = 40;

pub(super) fn render(sheet: &Sheet<'_>) -> Vec<Message> {
    let flow = Flow::new(sheet.document, COLUMNS);
    let weights = weigh(&flow);
    let most = sheet.pages.map_or(usize::MAX, |pages| pages.most.max(2));
    let seen = &weights[..within(&weights, most)];
    // With its counter, each of several messages has a little less room.
    let one = fits_one(seen, room(MESSAGE - SEAM).first);
    let reserve = if one { 0 } else { code_points(&counter(sheet, 9_999, 9_999)) };
    let mut parts = flow.parts(pack(seen, room(MESSAGE - SEAM - reserve)));
    let of = parts.len() + rest(&weights[seen.len()..]);
    if of > most {
        let footer = footer(sheet, 9_999, 9_999, true);
        parts = flow.parts(pack(seen, room(MESSAGE - SEAM - code_points(&footer))));
        parts.truncate(most);
    }
    let sent = parts.last().map_or(0, |lines| lines.end);
    let mut messages = Vec::with_capacity(parts.len());
    for (n, part) in parts.into_iter().enumerate() {
        let picture = sheet.picture.filter(|_| n == 0);
        let mut embeds = embeds(&flow, &weights, part, picture.is_some());
        if let Some(last) = embeds.last_mut().filter(|_| of > 1) {
            last["footer"] = json!({ "text": footer(sheet, n + 1, of, of > most && n + 1 == most) });
        }
        messages.push(message(sheet, embeds, picture.is_some()));
    }
    if messages.is_empty() && sheet.picture.is_some() {
        messages.push(message(sheet, vec![json!({})], true));
    }
    if let (Some(pages), Some(last)) = (sheet.pages.filter(|_| of > most), messages.last_mut()) {
        if let Some(file) = sheet.file {
            attach(last, file);
        }
        let outline = outline(&flow, &weights);
        let next = outline.page_with(sent).unwrap_or(1);
        last.payload["components"] = choices(outline.buttons(pages.open, next));
    }
    messages
}

/// The layout `brief`: how the report begins, and a way to each page of the rest.
pub(super) fn brief(sheet: &Sheet<'_>) -> Vec<Message> {
    let Some(pages) = sheet.pages else { return render(sheet) };
    let flow = Flow::new(sheet.document, COLUMNS);
    let weights = weigh(&flow);
    let outline = outline(&flow, &weights);
    let mut embeds = embeds(&flow, &weights, outline.opening.clone(), sheet.picture.is_some());
    if embeds.is_empty() {
        if sheet.picture.is_none() {
            return Vec::new();
        }
        embeds.push(json!({}));
    }
    let mut message = message(sheet, embeds, sheet.picture.is_some());
    if !outline.pages.is_empty() {
        message.payload["components"] = choices(outline.buttons(pages.open, 1));
    }
    vec![message]
}

/// One page of the rest, with buttons that turn to its neighbours.
pub(super) fn page(sheet: &Sheet<'_>, number: usize) -> Option<Message> {
    let pages = sheet.pages?;
    let flow = Flow::new(sheet.document, COLUMNS);
    let weights = weigh(&flow);
    let outline = outline(&flow, &weights);
    let lines = outline.pages.get(number.checked_sub(1)?)?.lines.clone();
    let mut message = message(sheet, embeds(&flow, &weights, lines, false), false);
    let turns = outline.neighbours(pages.turn, number);
    if !turns.is_empty() {
        message.payload["components"] = rows(&[turns]);
    }
    Some(message)
}

/// An opening and pages of one embed each, so that turning a page never leaves a second one behind.
fn outline(flow: &Flow<'_>, weights: &[Weight]) -> Outline {
    Outline::new(flow, weights, room(EMBED - SEAM))
}

fn room(text: usize) -> Room {
    let size = Size { bytes: u32::MAX, ..Size::text(text) };
    Room { first: size, other: size }
}

/// These lines as embeds; the first has the place of the picture if there is one.
fn embeds(flow: &Flow<'_>, weights: &[Weight], part: Range<usize>, with_picture: bool) -> Vec<Value> {
    let opening = if with_picture { end_of_opening(flow, weights, &part) } else { part.start };
    let mut embeds = Vec::new();
    if with_picture {
        embeds.push(described(&write(flow, weights, part.start..opening)));
    }
    let rest = pack(&weights[opening..part.end], room(EMBED));
    let written = rest.into_iter().map(|lines| write(flow, weights, opening + lines.start..opening + lines.end));
    embeds.extend(written.filter(|text| !text.trim().is_empty()).map(|text| described(&text)));
    embeds
}

/// How many lines can at all be seen in `most` messages and the one after: no more need be packed.
fn within(weights: &[Weight], most: usize) -> usize {
    let mut room = most.saturating_add(1).saturating_mul(MESSAGE);
    let fits = |weight: &Weight| {
        let text = (weight.gap.text + weight.body.text) as usize;
        let fits = text <= room;
        room = room.saturating_sub(text);
        !fits
    };
    weights.iter().position(fits).unwrap_or(weights.len())
}

/// About how many messages these lines would take.
fn rest(weights: &[Weight]) -> usize {
    let text: usize = weights.iter().map(|weight| (weight.gap.text + weight.body.text) as usize).sum();
    text.div_ceil(MESSAGE)
}

/// Where the lines end that stand over the picture: behind the title, if the document begins with one.
pub(super) fn end_of_opening(flow: &Flow<'_>, weights: &[Weight], part: &Range<usize>) -> usize {
    let lines = &flow.lines[part.clone()];
    let title = lines.iter().take(3).position(|line| matches!(line.kind, Kind::Heading(_)));
    let end = title.map_or(part.start, |title| part.start + title + 1);
    let length: u32 = weights[part.start..end].iter().map(|weight| weight.gap.text + weight.body.text).sum();
    // A title in several parts stays below, and so does one that has nothing below it.
    if length <= OPENING && end < part.end && flow.may_begin(end) { end } else { part.start }
}

fn described(text: &str) -> Value {
    if text.trim().is_empty() { json!({}) } else { json!({ "description": text }) }
}

fn message(sheet: &Sheet<'_>, mut embeds: Vec<Value>, shows_picture: bool) -> Message {
    let mut pictures = Vec::new();
    let mut attachments = Vec::new();
    if let Some(picture) = sheet.picture.filter(|_| shows_picture) {
        embeds[0]["image"] = json!({ "url": format!("attachment://{}", file_name(picture)) });
        attachments.push(attachment(picture));
        pictures.push(picture.id.clone());
    }
    let mut payload = json!({ "embeds": embeds, "allowed_mentions": { "parse": [] } });
    if !attachments.is_empty() {
        payload["attachments"] = attachments.into();
    }
    Message { method: "createMessage".to_owned(), payload, pictures }
}

/// Lets the whole report go along as a file.
fn attach(message: &mut Message, file: &SheetFile) {
    let attached = json!({ "id": message.pictures.len(), "filename": file.name });
    match message.payload["attachments"].as_array_mut() {
        Some(attachments) => attachments.push(attached),
        None => message.payload["attachments"] = json!([attached]),
    }
    message.pictures.push(file.id.clone());
}

/// What a payload says of the picture that goes with it.
pub(super) fn attachment(picture: &SheetPicture) -> Value {
    let mut attachment = json!({ "id": 0, "filename": file_name(picture) });
    if !picture.alt.trim().is_empty() {
        attachment["description"] = clipped(picture.alt.trim(), ALT, code_points).into();
    }
    attachment
}

/// The picture's name as Discord keeps it: it takes other letters out, and the address would then lead nowhere.
pub(super) fn file_name(picture: &SheetPicture) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    picture.file_name.chars().map(kept).collect()
}

/// What stands at a message's end.
fn footer(sheet: &Sheet<'_>, n: usize, of: usize, more: bool) -> String {
    let counter = counter(sheet, n, of);
    let words = if sheet.file.is_some() { sheet.labels.more_in_file } else { sheet.labels.more };
    if more { format!("{words} {counter}") } else { counter }
}

pub(super) fn counter(sheet: &Sheet<'_>, n: usize, of: usize) -> String {
    sheet.labels.part.replace("{n}", &n.to_string()).replace("{of}", &of.to_string())
}
