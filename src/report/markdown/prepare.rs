//! Mends the source so that pulldown-cmark reads it as people mean it.
//!
//! CommonMark decides by the letters around a `**` whether it opens or closes, and that rule was made for languages
//! with spaces: in `**专家：**观点` the stars would stand. Where a run of stars touches Chinese, Japanese or Korean,
//! an invisible letter is put between it and the punctuation beside it, which is what the CJK-friendly amendment
//! to CommonMark comes to. A lone `~` (`5~10`) is no strike-through. Everything that is put in is taken out again by
//! [`Prepared::restore`]. Before that [`liquid`] takes out what only a site's generator reads, and [`math`] keeps what
//! stands in formulas from being read as markup; [`code`] is left alone by both.

mod code;
mod liquid;
mod math;

use std::borrow::Cow;

/// The source as pulldown-cmark gets it.
pub(super) struct Prepared<'a> {
    pub(super) source: Cow<'a, str>,
    /// The letters that stand for nothing and for `~`; they occur nowhere in the report itself.
    placeholders: Option<(char, char)>,
}

impl Prepared<'_> {
    /// Text as the report has it.
    pub(super) fn restore<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.placeholders {
            Some(placeholders) if text.as_bytes().contains(&PRIVATE) => Cow::Owned(without(text, placeholders)),
            _ => Cow::Borrowed(text),
        }
    }
}

/// What the letters that are put in begin with in UTF-8: they are private ones.
const PRIVATE: u8 = 0xEE;

/// The text with the first letter taken out and the second turned back into a tilde.
fn without(text: &str, (letter, tilde): (char, char)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte == PRIVATE) {
        let mut tail = rest[at..].chars();
        out.push_str(&rest[..at]);
        match tail.next() {
            Some(c) if c == letter => {}
            Some(c) if c == tilde => out.push('~'),
            other => out.extend(other),
        }
        rest = tail.as_str();
    }
    out.push_str(rest);
    out
}

/// Mends a report's body.
pub(super) fn prepare(body: &str) -> Prepared<'_> {
    let text = math::shielded(liquid::removed(body));
    let Some(placeholders) = placeholders(&text) else {
        return Prepared { source: text, placeholders: None };
    };
    match mended(&text, placeholders) {
        Some(source) => Prepared { source: Cow::Owned(source), placeholders: Some(placeholders) },
        None => Prepared { source: text, placeholders: None },
    }
}

/// Two private letters that the text does not have.
fn placeholders(text: &str) -> Option<(char, char)> {
    let mut free = ('\u{E0F0}'..='\u{E0FF}').filter(|&letter| !text.contains(letter));
    if text.as_bytes().contains(&PRIVATE) { Some((free.next()?, free.next()?)) } else { Some(('\u{E0F0}', '\u{E0F1}')) }
}

/// The text with the letters put in, or `None` if there is nothing to do.
fn mended(text: &str, (letter, tilde): (char, char)) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let mut copied = 0;
    let next = |sign: char, from: usize| text[from..].find(sign).map_or(text.len(), |at| from + at);
    let (mut star, mut wave) = (next('*', 0), next('~', 0));
    loop {
        let start = star.min(wave);
        if start == text.len() {
            break;
        }
        let sign = bytes[start];
        let run = bytes[start..].iter().take_while(|&&byte| byte == sign).count();
        let backslashes = bytes[..start].iter().rev().take_while(|&&byte| byte == b'\\').count();
        // A star after a backslash is text, and stands as punctuation before the rest of the run.
        let escaped = backslashes % 2 == 1;
        let (start, run) = if escaped { (start + 1, run - 1) } else { (start, run) };
        let at = start + run;
        if sign == b'*' {
            star = next('*', at);
        } else {
            wave = next('~', at);
        }
        if run == 0 {
            continue;
        }
        if sign == b'~' && run == 1 && !escaped {
            out.push_str(&text[copied..start]);
            out.push(tilde);
            copied = at;
            continue;
        }
        let before = text[..start].chars().next_back().unwrap_or('\n');
        let after = text[at..].chars().next().unwrap_or('\n');
        // Beside a space it is plain what a run does.
        let plain = before.is_whitespace() || after.is_whitespace() || before.is_ascii() && after.is_ascii();
        if plain || !(is_cjk(before) || is_cjk(after)) {
            continue;
        }
        if is_mark(before) && !escaped {
            out.push_str(&text[copied..start]);
            out.push(letter);
            copied = start;
        }
        // In a table the bar ends the cell: it is no punctuation of the sentence.
        if is_mark(after) && after != '|' {
            out.push_str(&text[copied..at]);
            out.push(letter);
            copied = at;
        }
    }
    if copied == 0 && out.is_empty() {
        return None;
    }
    out.push_str(&text[copied..]);
    Some(out)
}

/// Neither letter, digit nor space.
fn is_mark(c: char) -> bool {
    match c {
        // Nearly all Chinese text, which is slow to look up in a table of all the world's letters: ideographs, and marks.
        '\u{4E00}'..='\u{9FFF}' => false,
        '\u{2010}'..='\u{2027}'
        | '\u{3001}'..='\u{3003}'
        | '\u{3008}'..='\u{3020}'
        | '\u{FF01}'..='\u{FF0F}'
        | '\u{FF1A}'..='\u{FF20}' => true,
        _ => !c.is_alphanumeric() && !c.is_whitespace(),
    }
}

/// Whether a character belongs to a script that writes no spaces, its punctuation included.
pub(super) fn is_cjk(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x115F | 0x2329..=0x232A | 0x2E80..=0x2FFF | 0x3001..=0x303E | 0x3041..=0x4DBF | 0x4E00..=0xA4CF
        | 0xA960..=0xA97C | 0xAC00..=0xD7FB | 0xF900..=0xFAFF | 0xFE10..=0xFE19 | 0xFE30..=0xFE6B | 0xFF01..=0xFFEE
        | 0x16FE0..=0x18DFF | 0x1AFF0..=0x1B2FF | 0x20000..=0x3FFFD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_taken_out_again() {
        for text in [
            "**专家：**观点",
            "是**“重点”**的",
            "5~10美元，3~4天",
            "a*b*c",
            "\\**是。*",
            "\u{E0F0}**专家：**\u{E0F1}观点",
        ] {
            let prepared = prepare(text);
            assert_eq!(prepared.restore(&prepared.source), text);
        }
    }
}
