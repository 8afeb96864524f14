//! Facts about characters: how long text is as each platform counts, how wide it is, and where it may be cut.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};
use unicode_width::UnicodeWidthStr;

/// The length in UTF-16 code units, as Telegram counts offsets.
#[must_use]
pub fn utf16_len(text: &str) -> usize {
    // A chunk's sum fits into a byte, so that many bytes are counted at once.
    let units = |byte: u8| u8::from(byte & 0xC0 != 0x80) + u8::from(byte >= 0xF0);
    text.as_bytes().chunks(127).map(|chunk| usize::from(chunk.iter().fold(0, |sum, &byte| sum + units(byte)))).sum()
}

/// The length in code points, as Discord counts.
#[must_use]
pub fn code_points(text: &str) -> usize {
    let point = |byte: u8| u8::from(byte & 0xC0 != 0x80);
    text.as_bytes().chunks(255).map(|chunk| usize::from(chunk.iter().fold(0, |sum, &byte| sum + point(byte)))).sum()
}

/// How many columns of a terminal or code block the text takes: a Chinese character takes two.
#[must_use]
pub fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// Whether a line must not begin with this character.
#[must_use]
pub fn is_closing(c: char) -> bool {
    matches!(
        c,
        ',' | '.'
            | ':'
            | ';'
            | '!'
            | '?'
            | ')'
            | ']'
            | '}'
            | '%'
            | '\u{2019}'
            | '\u{201D}'
            | '…'
            | '—'
            | '·'
            | '»'
            | '›'
            | '、'
            | '。'
            | '〉'
            | '》'
            | '」'
            | '』'
            | '】'
            | '〕'
            | '〗'
            | '〙'
            | '〛'
            | '〞'
            | '〟'
            | '・'
            | 'ー'
            | '々'
            | '！'
            | '％'
            | '）'
            | '，'
            | '．'
            | '：'
            | '；'
            | '？'
            | '］'
            | '｝'
            | '～'
            | '｡'
            | '｣'
            | '､'
            | '･'
            | '،'
            | '؛'
            | '؟'
            | '۔'
    )
}

/// Whether a sentence of a script without spaces ends with this character.
fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | '｡' | '…' | '؟' | '۔')
}

/// Whether a sentence ends with this character if a space follows.
fn ends_sentence_before_space(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | ';')
}

fn is_comma(c: char) -> bool {
    matches!(c, '，' | '、' | '：' | '،' | '؛')
}

/// What may be said of a place between two characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Joint {
    /// A sentence ends.
    Sentence,
    /// Part of a sentence ends, or a word.
    Word,
    /// Only letters meet.
    Letter,
}

/// The joint between two characters; `None` where the second must not begin a line.
/// `last` is the last character that is no closing quote or bracket, so that a sentence ends behind those.
#[must_use]
pub fn joint(last: char, before: char, after: char) -> Option<Joint> {
    if after.is_whitespace() || is_closing(after) {
        return None;
    }
    if ends_sentence(last) || before.is_whitespace() && ends_sentence_before_space(last) {
        return Some(Joint::Sentence);
    }
    if before.is_whitespace() || is_comma(before) {
        return Some(Joint::Word);
    }
    Some(Joint::Letter)
}

/// Whether the text may be cut at this byte without tearing what a reader sees as one character.
#[must_use]
pub fn is_grapheme_boundary(text: &str, at: usize) -> bool {
    text.is_char_boundary(at) && GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(true)
}

/// Whether two texts that follow one another stay apart: the second does not begin with a mark on the first.
#[must_use]
pub fn are_apart(before: &str, after: &str) -> bool {
    let tail = before.char_indices().rev().nth(8).map_or(before, |(at, _)| &before[at..]);
    let head = after.char_indices().nth(8).map_or(after, |(at, _)| &after[..at]);
    let joined = [tail, head].concat();
    is_grapheme_boundary(&joined, tail.len())
}

/// The text, or as much of it as fits with an ellipsis; nothing that a reader sees as one character is torn.
#[must_use]
pub fn clipped(text: &str, limit: usize, length: impl Fn(&str) -> usize) -> String {
    if length(text) <= limit {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for grapheme in text.graphemes(true) {
        used += length(grapheme);
        if used > limit {
            break;
        }
        out.push_str(grapheme);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_as_each_platform_counts() {
        for text in ["", "abc", "人工智能", "👩‍👩‍👧‍👦🇨🇳", "e\u{301}𠀀"] {
            assert_eq!(utf16_len(text), text.encode_utf16().count());
            assert_eq!(code_points(text), text.chars().count());
        }
        assert_eq!(columns("AI模型"), 6);
    }

    #[test]
    fn emoji_and_combining_marks_are_not_cut() {
        assert!(!is_grapheme_boundary("👩‍👧", 4));
        assert!(is_grapheme_boundary("中文", 3));
        assert!(!are_apart("e", "\u{301}x"));
        assert!(are_apart("e", "x"));
        assert_eq!(clipped("👩‍👧👩‍👧👩‍👧", 9, utf16_len), "👩‍👧…");
    }
}
