//! What the service checks of a rich message.

use serde_json::Value;

use super::answer::Refusal;

/// Characters of a rich message.
const MAX_CHARACTERS: usize = 32_768;
/// Blocks of a rich message, list items and table rows counted.
const MAX_BLOCKS: usize = 500;
/// How deep blocks may lie in blocks.
const MAX_DEPTH: usize = 16;

/// Checks an `InputRichMessage`.
pub(super) fn check(rich: Option<&Value>) -> Result<(), Refusal> {
    let rich = rich.filter(|rich| rich.is_object()).ok_or_else(|| Refusal::bad("RICH_MESSAGE_CONTENT_REQUIRED"))?;
    let given = ["html", "markdown", "blocks"].iter().filter(|name| rich.get(**name).is_some()).count();
    if given != 1 {
        return Err(Refusal::bad("RICH_MESSAGE_CONTENT_REQUIRED"));
    }
    let text = rich["html"].as_str().or_else(|| rich["markdown"].as_str());
    let (characters, blocks) = match text {
        Some(text) if text.trim().is_empty() => return Err(Refusal::bad("RICH_MESSAGE_EMPTY")),
        Some(text) => (text.chars().count(), text.split("\n\n").filter(|block| !block.trim().is_empty()).count()),
        None => {
            let mut size = (0, 0);
            measure(&rich["blocks"], 0, &mut size)?;
            size
        }
    };
    if blocks == 0 {
        return Err(Refusal::bad("RICH_MESSAGE_EMPTY"));
    }
    if characters > MAX_CHARACTERS {
        return Err(Refusal::bad("RICH_MESSAGE_TOO_LONG"));
    }
    if blocks > MAX_BLOCKS {
        return Err(Refusal::bad("RICH_MESSAGE_BLOCKS_TOO_MUCH"));
    }
    Ok(())
}

/// Adds up the characters of all texts, and the blocks: objects with a type that do not stand inside a text.
fn measure(value: &Value, depth: usize, size: &mut (usize, usize)) -> Result<(), Refusal> {
    if depth > MAX_DEPTH {
        return Err(Refusal::bad("RICH_MESSAGE_DEPTH_INVALID"));
    }
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| measure(item, depth, size)),
        Value::Object(fields) => {
            size.1 += usize::from(fields.contains_key("type"));
            fields.iter().try_for_each(|(name, value)| {
                if name == "text" {
                    size.0 += characters(value);
                    return Ok(());
                }
                measure(value, depth + 1, size)
            })
        }
        _ => Ok(()),
    }
}

/// Characters of a text: a string, a styled text, or a list of both.
fn characters(text: &Value) -> usize {
    match text {
        Value::String(text) => text.chars().count(),
        Value::Array(parts) => parts.iter().map(characters).sum(),
        Value::Object(styled) => styled.get("text").map_or(0, characters),
        _ => 0,
    }
}
