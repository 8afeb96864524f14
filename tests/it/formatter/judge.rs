//! Judges messages as the platforms and the readers would.

use std::collections::BTreeMap;

use platform::{
    Block, Document, Message, Span,
    text::{are_apart, code_points, is_closing},
};
use serde_json::Value;

use super::documents::HEADING;

/// Whether every message keeps its platform's limits.
pub(crate) fn limits(messages: &[Message]) -> Result<(), String> {
    for (n, message) in messages.iter().enumerate() {
        let at = |problem: String| format!("message {}: {problem}", n + 1);
        match message.method.as_str() {
            "sendMessage" => telegram(&message.payload, "text", "entities", 4_096).map_err(at)?,
            "sendPhoto" if n == 0 && message.pictures.len() == 1 => {
                telegram(&message.payload, "caption", "caption_entities", 1_024).map_err(at)?;
            }
            "sendDocument" if n + 1 == messages.len() && message.pictures.len() == 1 => {
                telegram(&message.payload, "caption", "caption_entities", 1_024).map_err(at)?;
            }
            "sendRichMessage" if messages.len() == 1 => rich(&message.payload).map_err(at)?,
            "createMessage" if message.payload["flags"] == 1 << 15 => components(&message.payload).map_err(at)?,
            "createMessage" => discord(&message.payload).map_err(at)?,
            method => return Err(at(format!("unexpected {method}"))),
        }
    }
    Ok(())
}

fn telegram(payload: &Value, text: &str, entities: &str, limit: usize) -> Result<(), String> {
    let Some(text) = payload[text].as_str() else {
        return if limit == 1_024 { Ok(()) } else { Err("no text".to_owned()) };
    };
    let units: Vec<u16> = text.encode_utf16().collect();
    if units.is_empty() || units.len() > limit || text.trim() != text {
        return Err(format!("{} of {limit} UTF-16 units, or white space at an end", units.len()));
    }
    let none = Vec::new();
    let entities = payload[entities].as_array().unwrap_or(&none);
    if entities.len() > 100 || Value::from(entities.clone()).to_string().len() > 20_000 {
        return Err(format!("{} entities", entities.len()));
    }
    let mut bytes = 0;
    let mut last = (0, usize::MAX);
    let mut open: Vec<usize> = Vec::new();
    for entity in entities {
        let number = |key: &str| usize::try_from(entity[key].as_u64().unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
        let (start, length) = (number("offset"), number("length"));
        let end = start.saturating_add(length);
        bytes += 16 + entity["url"].as_str().map_or(0, str::len);
        if length == 0 || end > units.len() {
            return Err(format!("out of bounds: {entity}"));
        }
        let is_low = |at: usize| units.get(at).is_some_and(|unit| (0xDC00..0xE000).contains(unit));
        if is_low(start) || is_low(end) {
            return Err(format!("inside a surrogate pair: {entity}"));
        }
        if (start, std::cmp::Reverse(end)) < (last.0, std::cmp::Reverse(last.1)) {
            return Err(format!("not sorted: {entity}"));
        }
        last = (start, end);
        open.retain(|&outer| outer > start);
        if open.iter().any(|&outer| outer < end) {
            return Err(format!("not nested: {entity}"));
        }
        open.push(end);
    }
    if bytes >= 9_000 {
        return Err(format!("{bytes} bytes of entities"));
    }
    same_kind_apart(entities)
}

/// Entities of one type do not touch: they would be one.
fn same_kind_apart(entities: &[Value]) -> Result<(), String> {
    let mut ends: BTreeMap<&str, u64> = BTreeMap::new();
    for entity in entities {
        let kind = entity["type"].as_str().unwrap_or_default();
        let start = entity["offset"].as_u64().unwrap_or_default();
        let end = start + entity["length"].as_u64().unwrap_or_default();
        if ends.get(kind).is_some_and(|&before| before > start) {
            return Err(format!("{kind} within {kind}: {entity}"));
        }
        ends.insert(kind, end);
    }
    Ok(())
}

fn discord(payload: &Value) -> Result<(), String> {
    let embeds = payload["embeds"].as_array().ok_or("no embeds")?;
    if embeds.is_empty() || embeds.len() > 10 || payload["allowed_mentions"] != serde_json::json!({ "parse": [] }) {
        return Err(format!("{} embeds", embeds.len()));
    }
    let mut sum = 0;
    for embed in embeds {
        let description = embed["description"].as_str().unwrap_or_default();
        let length = code_points(description);
        let shown = !description.trim().is_empty() || embed.get("image").is_some();
        if length > 4_096 || !shown {
            return Err(format!("an embed of {length} characters"));
        }
        if description.matches("```").count() % 2 != 0 {
            return Err("a fence is left open".to_owned());
        }
        sum += length + embed["footer"]["text"].as_str().map_or(0, code_points);
    }
    if sum > 6_000 { Err(format!("{sum} characters in all embeds")) } else { Ok(()) }
}

fn rich(payload: &Value) -> Result<(), String> {
    let html = payload["rich_message"]["html"].as_str().ok_or("no HTML")?;
    let tags = |name: &str| html.matches(&format!("<{name}")).count();
    let blocks: usize = [
        "p>",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "ol",
        "tr",
        "table",
        "pre",
        "blockquote",
        "details",
        "hr",
    ]
    .into_iter()
    .map(tags)
    .sum();
    let open: usize = html.matches("</").count();
    let void = tags("img") + tags("hr/");
    if html.chars().count() > 32_768 || blocks > 500 || html.matches('<').count() != 2 * open + void {
        return Err(format!("{} characters, {blocks} blocks, or an open tag", html.chars().count()));
    }
    Ok(())
}

fn components(payload: &Value) -> Result<(), String> {
    let inside = payload["components"][0]["components"].as_array().ok_or("no container")?;
    let texts: Vec<&str> = inside.iter().filter_map(|part| part["content"].as_str()).collect();
    let length: usize = texts.iter().map(|text| code_points(text)).sum();
    let bytes: usize = texts.iter().map(|text| text.len() + 12).sum();
    if inside.is_empty()
        || inside.len() > 39
        || texts.iter().any(|text| text.is_empty())
        || payload.get("embeds").is_some()
    {
        return Err(format!("{} components", inside.len()));
    }
    if length > 4_000 || bytes > 10_170 { Err(format!("{length} characters, {bytes} bytes")) } else { Ok(()) }
}

/// A message's texts in reading order.
pub(crate) fn texts(message: &Message) -> Vec<&str> {
    let payload = &message.payload;
    let mut texts: Vec<&str> = ["caption", "text"].into_iter().filter_map(|key| payload[key].as_str()).collect();
    for embed in payload["embeds"].as_array().into_iter().flatten() {
        texts.extend(embed["description"].as_str());
    }
    for part in payload["components"][0]["components"].as_array().into_iter().flatten() {
        texts.extend(part["content"].as_str());
    }
    texts.extend(payload["rich_message"]["html"].as_str());
    texts
}

/// Whether every visible character of the document is there, in order.
pub(crate) fn loss(document: &Document, messages: &[Message]) -> Result<(), String> {
    let mut expected = String::new();
    blocks(&document.blocks, &mut expected);
    let shown: String = messages.iter().flat_map(texts).collect();
    let shown = match messages {
        [message] if message.method == "sendRichMessage" => {
            shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
        }
        _ => shown,
    };
    let mut shown = shown.chars();
    for (at, wanted) in expected.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        if !shown.any(|c| c == wanted) {
            let before: String = expected[..at].chars().rev().take(20).collect::<Vec<_>>().into_iter().rev().collect();
            return Err(format!("{wanted:?} is lost after {before:?}"));
        }
    }
    Ok(())
}

fn blocks(blocks: &[Block], out: &mut String) {
    for block in blocks {
        match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => spans(text, out),
            Block::List { items, .. } => items.iter().for_each(|item| self::blocks(&item.blocks, out)),
            Block::Quote(inner) => self::blocks(inner, out),
            Block::Details { summary, blocks } => {
                spans(summary, out);
                self::blocks(blocks, out);
            }
            Block::Code { text, .. } => out.push_str(text),
            Block::Table { head, rows, .. } => table(head, rows, out),
            Block::Picture { alt, .. } => out.push_str(alt),
            Block::Rule => {}
        }
    }
}

/// A table's heads may stand before each cell, so only the cells are told to be in order, and heads without cells.
fn table(head: &[Vec<Span>], rows: &[Vec<Vec<Span>>], out: &mut String) {
    if rows.is_empty() {
        head.iter().for_each(|cell| spans(cell, out));
    }
    rows.iter().flatten().for_each(|cell| spans(cell, out));
}

fn spans(spans: &[Span], out: &mut String) {
    spans.iter().for_each(|span| out.push_str(&span.text));
}

/// Whether the messages part where a reader would have them part.
pub(crate) fn edges(messages: &[Message]) -> Result<(), String> {
    let texts: Vec<&str> = messages.iter().flat_map(texts).collect();
    for pair in texts.windows(2) {
        let (before, after) = (without_counter(pair[0]), pair[1]);
        if after.starts_with(is_closing) {
            return Err(format!("begins with closing punctuation: {after:.20}"));
        }
        if !are_apart(before, after) {
            return Err(format!("{before:?} and {after:?} were one character"));
        }
    }
    Ok(())
}

/// Whether no message but the last ends with a heading.
pub(crate) fn headings(messages: &[Message]) -> Result<(), String> {
    for message in messages {
        let last = texts(message).last().map_or("", |text| without_counter(text));
        if last.lines().last().is_some_and(|line| line.contains(HEADING)) {
            return Err(format!("a heading ends a message: {last}"));
        }
    }
    Ok(())
}

pub(crate) fn without_counter(text: &str) -> &str {
    match text.rsplit_once("\n\n（") {
        Some((before, counter)) if counter.ends_with('）') && counter.contains('/') => before,
        _ => text,
    }
}
