//! Footnotes: numbered in the order in which the text refers to them, collected at the document's end.

use std::collections::HashMap;

use platform::{Block, document::Item};

#[derive(Default)]
pub(super) struct Footnotes {
    numbers: HashMap<String, usize>,
    /// What they say, by number less one.
    notes: Vec<Vec<Block>>,
}

impl Footnotes {
    /// The number of a footnote; a label that has none gets the next one.
    pub(super) fn number(&mut self, label: &str) -> usize {
        if let Some(&number) = self.numbers.get(label) {
            return number;
        }
        self.notes.push(Vec::new());
        self.numbers.insert(label.to_owned(), self.notes.len());
        self.notes.len()
    }

    pub(super) fn define(&mut self, label: &str, blocks: Vec<Block>) {
        let number = self.number(label);
        self.notes[number - 1].extend(blocks);
    }

    /// The numbered notes, if one of them says anything.
    pub(super) fn list(self) -> Option<Block> {
        if self.notes.iter().all(Vec::is_empty) {
            return None;
        }
        let items = self.notes.into_iter().map(|blocks| Item { task: None, blocks }).collect();
        Some(Block::List { start: Some(1), loose: false, items })
    }
}

/// The small raised number that stands in the text: ¹².
pub(super) fn sign(number: usize) -> String {
    number.to_string().chars().filter_map(raised).collect()
}

/// The raised form of a digit or sign.
pub(super) fn raised(c: char) -> Option<char> {
    let at = "0123456789+-=()n".chars().position(|plain| plain == c)?;
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ".chars().nth(at)
}

/// The lowered form of a digit or sign.
pub(super) fn lowered(c: char) -> Option<char> {
    let at = "0123456789+-=()".chars().position(|plain| plain == c)?;
    "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎".chars().nth(at)
}
