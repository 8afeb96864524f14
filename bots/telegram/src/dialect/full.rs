//! The layout `full`: the picture with what fits below it, then everything else, in as few messages as it takes.

use platform::{
    Message, Sheet, SheetFile,
    flow::Flow,
    outline::{Outline, in_rows},
    pack::{Room, Size, Weight, fits_one, pack},
    text::utf16_len,
};
use serde_json::{Value, json};

use super::{CAPTION, ENTITIES, ENTITY_BYTES, TEXT, entities::Written, note::keyboard, weigh::weigh};

/// The widest table that stands in columns: what a phone shows of a code block without scrolling.
const COLUMNS: usize = 40;

pub(super) fn render(sheet: &Sheet<'_>) -> Vec<Message> {
    let flow = Flow::new(sheet.document, COLUMNS);
    let weights = weigh(&flow);
    let most = sheet.pages.map_or(usize::MAX, |pages| pages.most.max(2));
    let seen = &weights[..within(&weights, most)];
    // With its counter, each of several messages has a little less room.
    let one = fits_one(seen, room(sheet, 0).first);
    let reserve = if one { 0 } else { utf16_len(&counter(sheet, 9_999, 9_999)) + 2 };
    let mut parts = flow.parts(pack(seen, room(sheet, reserve)));
    let of = parts.len() + rest(&weights[seen.len()..]);
    let too_many = of > most;
    if too_many {
        let footer = utf16_len(&counter(sheet, 9_999, 9_999)) + utf16_len(sheet.labels.more) + 4;
        parts = flow.parts(pack(seen, room(sheet, footer)));
        // The file is a message of its own.
        parts.truncate(most - usize::from(sheet.file.is_some()));
    }
    let sent = parts.last().map_or(0, |lines| lines.end);
    let last = parts.len();
    let written = parts.into_iter().enumerate().map(|(n, lines)| {
        let mut written = Written::of(&flow, &weights, lines);
        if too_many && n + 1 == last && sheet.file.is_none() {
            written.push_footer(sheet.labels.more);
        }
        if of > 1 {
            written.push_footer(&counter(sheet, n + 1, of));
        }
        written.finish()
    });
    let mut messages = messages(sheet, written);
    messages.extend(sheet.file.filter(|_| too_many).map(|file| file_message(sheet, file)));
    if let (Some(pages), Some(last)) = (sheet.pages.filter(|_| too_many), messages.last_mut()) {
        let outline = Outline::new(&flow, &weights, room(sheet, 0));
        let next = outline.page_with(sent).unwrap_or(1);
        last.payload["reply_markup"] = keyboard(&in_rows(outline.buttons(pages.open, next)));
    }
    messages
}

/// The layout `brief`: how the report begins, and a button for each page of the rest.
pub(super) fn brief(sheet: &Sheet<'_>) -> Vec<Message> {
    let Some(pages) = sheet.pages else { return render(sheet) };
    let flow = Flow::new(sheet.document, COLUMNS);
    let weights = weigh(&flow);
    let outline = Outline::new(&flow, &weights, room(sheet, 0));
    let opening = Written::of(&flow, &weights, outline.opening.clone()).finish();
    let mut messages = messages(sheet, std::iter::once(opening).filter(|(text, _)| !text.is_empty()));
    if let Some(message) = messages.last_mut().filter(|_| !outline.pages.is_empty()) {
        message.payload["reply_markup"] = keyboard(&in_rows(outline.buttons(pages.open, 1)));
    }
    messages
}

/// One page of the rest, with buttons that turn to its neighbours.
pub(super) fn page(sheet: &Sheet<'_>, number: usize) -> Option<Message> {
    let pages = sheet.pages?;
    let flow = Flow::new(sheet.document, COLUMNS);
    let weights = weigh(&flow);
    let outline = Outline::new(&flow, &weights, room(sheet, 0));
    let page = outline.pages.get(number.checked_sub(1)?)?;
    let (text, entities) = Written::of(&flow, &weights, page.lines.clone()).finish();
    let mut message = text_message(&text, entities);
    let turns = outline.neighbours(pages.turn, number);
    if !turns.is_empty() {
        message.payload["reply_markup"] = keyboard(&[turns]);
    }
    Some(message)
}

/// The room in each message when `counter` of it is taken by what stands at its end.
fn room(sheet: &Sheet<'_>, counter: usize) -> Room {
    Room { first: size(if sheet.picture.is_some() { CAPTION } else { TEXT } - counter), other: size(TEXT - counter) }
}

/// How many lines can at all be seen in `most` messages and the one after: no more need be packed.
fn within(weights: &[Weight], most: usize) -> usize {
    let mut room = most.saturating_add(1).saturating_mul(TEXT);
    weights
        .iter()
        .position(|weight| {
            let text = (weight.gap.text + weight.body.text) as usize;
            let fits = text <= room;
            room = room.saturating_sub(text);
            !fits
        })
        .unwrap_or(weights.len())
}

/// About how many messages these lines would take.
fn rest(weights: &[Weight]) -> usize {
    let text: usize = weights.iter().map(|weight| (weight.gap.text + weight.body.text) as usize).sum();
    text.div_ceil(TEXT)
}

/// The picture with the first text below it, and the other texts.
fn messages(sheet: &Sheet<'_>, mut written: impl Iterator<Item = (String, Vec<Value>)>) -> Vec<Message> {
    let mut messages = Vec::new();
    if let Some(picture) = sheet.picture {
        let mut payload = json!({ "photo": "attach://picture0" });
        if let Some((text, entities)) = written.next() {
            payload["caption"] = text.into();
            put_entities(&mut payload, "caption_entities", entities);
        }
        messages.push(Message { method: "sendPhoto".to_owned(), payload, pictures: vec![picture.id.clone()] });
    }
    messages.extend(written.map(|(text, entities)| text_message(&text, entities)));
    messages
}

/// The whole report as a file, with a word on how to read on without it.
fn file_message(sheet: &Sheet<'_>, file: &SheetFile) -> Message {
    let payload = json!({ "document": "attach://picture0", "caption": sheet.labels.more_in_file });
    Message { method: "sendDocument".to_owned(), payload, pictures: vec![file.id.clone()] }
}

fn text_message(text: &str, entities: Vec<Value>) -> Message {
    let mut payload = json!({ "text": text, "link_preview_options": { "is_disabled": true } });
    put_entities(&mut payload, "entities", entities);
    Message { method: "sendMessage".to_owned(), payload, pictures: Vec::new() }
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
