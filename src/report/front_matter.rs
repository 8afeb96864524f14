//! Jekyll's front matter: the block between two lines `---` at the top of a file.
//!
//! It is split off by hand, before the Markdown parser sees the file: a Markdown parser's own metadata block may
//! neither be empty nor begin with a blank line, and real files do both.

use chrono::NaiveDate;
use serde::Deserialize;

use super::{Problem, name};

/// What the front matter says, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontMatter {
    /// `title`, as written.
    pub title: Option<String>,
    /// The file's line of `title`, from 1.
    pub title_line: usize,
    /// The day of `date`, or else of `posttime`.
    pub day: Option<NaiveDate>,
    /// `image`: a path, or a mapping with `path` (or `src`, `url`).
    pub image: Option<String>,
    /// What the picture shows: `alt` in the `image` mapping, or `image_alt`.
    pub image_alt: Option<String>,
    /// The file's line of `image`, from 1.
    pub image_line: usize,
    /// `false` for `published: false`.
    pub published: bool,
}

/// What follows the front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Body<'a> {
    /// The Markdown.
    pub text: &'a str,
    /// The file's line that it begins on, from 1.
    pub first_line: usize,
}

/// Parts a file into front matter and body. A file without front matter is all body; a byte order mark is dropped.
///
/// # Errors
/// Front matter that is never closed or cannot be read, with the file's line.
pub fn split(text: &str) -> Result<(FrontMatter, Body<'_>), (usize, Problem)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let whole = (interpret(Written::default(), "", 1), Body { text, first_line: 1 });
    let blank_lines = text.split_inclusive('\n').take_while(|line| line.trim().is_empty()).count();
    let start: usize = text.split_inclusive('\n').take(blank_lines).map(str::len).sum();
    let mut lines = text[start..].split_inclusive('\n');
    let Some(opening) = lines.next().filter(|line| line.trim_end() == "---") else { return Ok(whole) };

    let block_start = start + opening.len();
    let mut end = block_start;
    let closing = lines.find(|line| {
        let closes = matches!(line.trim_end(), "---" | "...");
        end += if closes { 0 } else { line.len() };
        closes
    });
    let block = &text[block_start..end];
    if !begins_with_a_key(block) {
        // Two rules with text between them, as some reports begin. Only an empty block is still front matter.
        let empty = block.lines().all(|line| line.trim().is_empty());
        if !(empty && closing.is_some()) {
            return Ok(whole);
        }
    }
    let opening_line = blank_lines + 1;
    let Some(closing) = closing else {
        return if blank_lines == 0 { Err((opening_line, Problem::UnclosedFrontMatter)) } else { Ok(whole) };
    };
    let written = read(block).map_err(|(line, why)| (opening_line + line, Problem::Yaml(why)))?;
    let front = interpret(written, block, opening_line + 1);
    let body_start = end + closing.len();
    let first_line = opening_line + block.matches('\n').count() + 2;
    Ok((front, Body { text: &text[body_start..], first_line }))
}

/// The values as they stand in the file. All are text: a title may be a number, and `no` is a word.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Written {
    title: Option<String>,
    date: Option<String>,
    posttime: Option<String>,
    published: Option<String>,
    image: Option<Image>,
    image_alt: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Image {
    Path(String),
    Mapping {
        #[serde(alias = "src", alias = "url")]
        path: Option<String>,
        alt: Option<String>,
    },
}

/// The block as YAML, or, where that is broken, line by line.
fn read(block: &str) -> Result<Written, (usize, String)> {
    if block.lines().all(|line| line.trim().is_empty() || line.starts_with('#')) {
        return Ok(Written::default());
    }
    let options = serde_saphyr::options! {
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins,
        with_snippet: false,
    };
    let bad = match serde_saphyr::from_str_with_options(block, options) {
        Ok(written) => return Ok(written),
        Err(bad) => bad,
    };
    read_by_line(block).ok_or_else(|| {
        let line = bad.location().map_or(1, |at| usize::try_from(at.line()).unwrap_or(1)).max(1);
        // The first line of the text is the reason; the place in it counts from the block's beginning, and what follows
        // repeats it.
        let why = bad.to_string();
        let why = why.lines().next().unwrap_or_default().trim_start_matches("error: ");
        (line, why.split(" at line ").next().unwrap_or(why).to_owned())
    })
}

/// Reads `title: AI: the day` and other lines that are plain to a person and broken to YAML. Lines that belong to the
/// key above them (indented, list items) say nothing that matters here; anything else is not front matter.
fn read_by_line(block: &str) -> Option<Written> {
    let mut written = Written::default();
    let mut inside_a_key = false;
    for line in block.lines() {
        let outdented = line.trim_start_matches('\t');
        if outdented.trim().is_empty() || outdented.starts_with('#') {
            continue;
        }
        if let Some((key, value)) = key_and_value(outdented) {
            inside_a_key = true;
            let value = Some(unquoted(value).to_owned()).filter(|value| !value.is_empty());
            match key {
                "title" => written.title = value,
                "date" => written.date = value,
                "posttime" => written.posttime = value,
                "published" => written.published = value,
                "image" => written.image = value.map(Image::Path),
                "image_alt" => written.image_alt = value,
                _ => {}
            }
        } else if !(inside_a_key && outdented.starts_with([' ', '-'])) {
            return None;
        }
    }
    Some(written)
}

fn key_and_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim_end().trim_matches(['"', '\'']);
    let plain = !key.is_empty() && key.chars().all(|letter| letter.is_alphanumeric() || "_-. ".contains(letter));
    let value_apart = value.is_empty() || value.starts_with(char::is_whitespace);
    (plain && !key.starts_with([' ', '-']) && value_apart).then(|| (key, value.trim()))
}

fn unquoted(value: &str) -> &str {
    let inner = |mark| value.strip_prefix(mark).and_then(|rest: &str| rest.strip_suffix(mark));
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

/// Whether the first line that says something is a key, which tells front matter from text between two rules.
fn begins_with_a_key(block: &str) -> bool {
    let first = block.lines().map(|line| line.trim_start_matches('\t')).find(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#')
    });
    first.is_some_and(|line| key_and_value(line).is_some() || line.starts_with('{'))
}

fn interpret(written: Written, block: &str, first_line: usize) -> FrontMatter {
    let line_of = |key: &str| {
        let at = block.lines().position(|line| key_and_value(line.trim_start()).is_some_and(|(found, _)| found == key));
        first_line + at.unwrap_or(0)
    };
    let day = |text: Option<String>| text.as_deref().and_then(name::written_day);
    let (image, alt) = match written.image {
        Some(Image::Path(path)) => (Some(path), None),
        Some(Image::Mapping { path, alt }) => (path, alt),
        None => (None, None),
    };
    let held_back = written.published.as_deref().and_then(|value| value.split_whitespace().next());
    FrontMatter {
        title: written.title,
        title_line: line_of("title"),
        day: day(written.date).or_else(|| day(written.posttime)),
        image: image.map(|path| path.trim().to_owned()).filter(|path| !path.is_empty()),
        image_alt: alt.or(written.image_alt),
        image_line: line_of("image"),
        published: !held_back.is_some_and(|word| ["false", "no", "off"].iter().any(|no| word.eq_ignore_ascii_case(no))),
    }
}

#[cfg(test)]
mod tests;
