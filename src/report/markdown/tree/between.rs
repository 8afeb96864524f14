//! White space between two pieces of text, and whether it is a space.

use crate::report::markdown::prepare::is_cjk;

/// What stands between two pieces of text.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Between {
    #[default]
    Nothing,
    /// A line break of the source, which means a space where the script has any.
    Break,
    /// White space of HTML, which means one space.
    Space,
}

impl Between {
    /// Whether it is a space, between what was written and what will be.
    pub(super) fn is_space(self, before: Option<char>, after: Option<char>) -> bool {
        let apart = match (self, before, after) {
            (Self::Nothing, ..) => false,
            (Self::Break, Some(before), Some(after)) => !meet_without_space(before, after),
            _ => true,
        };
        apart && before.is_some_and(|before| !before.is_whitespace())
    }
}

/// Whether a line break between two characters is no space: Chinese and Japanese have none, Korean has, and the wide
/// punctuation of all three brings its own.
fn meet_without_space(before: char, after: char) -> bool {
    let wide_mark = |c: char| matches!(c, '\u{3001}'..='\u{3020}' | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}');
    let korean = |c: char| matches!(c, '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{A960}'..='\u{A97C}' | '\u{AC00}'..='\u{D7FB}');
    let spaceless = |c: char| is_cjk(c) && !korean(c);
    spaceless(before) && spaceless(after) || wide_mark(before) || wide_mark(after)
}
