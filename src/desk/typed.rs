//! What a reader typed, fit to be shown back.

use unicode_segmentation::UnicodeSegmentation;

/// How much of it is shown back, in characters as a reader counts them.
const SHOWN: usize = 24;

/// One short line of it: no line breaks, nothing invisible, no more than a few words.
pub(super) fn shortened(typed: &str) -> String {
    let visible: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !steers(*c)).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut graphemes = line.graphemes(true);
    // A grapheme may hold any number of combining marks, so characters are bounded as well.
    let mut shown: String = graphemes.by_ref().take(SHOWN).flat_map(str::chars).take(SHOWN * 4).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    shown
}

/// Characters that change the direction of what follows them.
fn steers(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_back_is_one_short_line() {
        assert_eq!(shortened("soon"), "soon");
        assert_eq!(shortened(" a\n\nb\u{202e}c\u{0} d "), "a bc d");
        assert_eq!(shortened(&"字".repeat(25)), format!("{}…", "字".repeat(24)));
        assert!(shortened(&format!("a{}", "\u{301}".repeat(5000))).chars().count() <= 97);
    }
}
