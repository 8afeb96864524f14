//! How much a word says: how often it comes, times how rarely it comes elsewhere.

use std::collections::HashMap;

use super::{
    Dictionary, Entry, count,
    scan::{JIEBA, Kind},
};
use crate::text::Paragraph;

/// How many earlier reports of the same feed said which word: what is new today weighs more.
#[derive(Clone, Debug, Default)]
pub struct Archive {
    reports: u32,
    saying: HashMap<String, u32>,
}

impl Archive {
    /// Counts one earlier report.
    pub fn add(&mut self, text: &[Paragraph], own: &Dictionary) {
        self.reports += 1;
        for (key, _) in count(text, own) {
            *self.saying.entry(key).or_default() += 1;
        }
    }

    /// From 0, said in every earlier report, to 1, never said before.
    fn novelty(&self, key: &str) -> f32 {
        let reports = self.reports as f32;
        let saying = self.saying.get(key).copied().unwrap_or(0) as f32;
        ((reports + 1.0) / (saying + 0.5)).ln() / ((reports + 1.0) / 0.5).ln()
    }
}

/// The words of jieba's dictionary, with repetitions, in the text it was counted from.
const COUNTED: f32 = 60_101_967.0;

/// A word in every text that is about the feed's subject. It would fill the picture and say nothing.
const EVERYWHERE: [&str; 4] = ["ai", "人工智能", "twitter", "推特"];

/// With this many earlier reports, the archive's word counts as much as the dictionary's.
const TRUSTED: f32 = 6.0;

pub(super) fn weight(key: &str, entry: &Entry, archive: &Archive) -> f32 {
    let trust = archive.reports as f32 / (archive.reports as f32 + TRUSTED);
    let rarity = rarity(key, entry);
    let rarity = rarity * (1.0 - trust) + rarity * 1.6 * archive.novelty(key) * trust;
    // An act says less than the thing it is done to.
    let act = if entry.tag == "v" || entry.tag.starts_with(['a', 'b', 'z', 's']) { 0.55 } else { 1.0 };
    entry.count.powf(0.9) * rarity * act
}

/// The logarithm of how rare a word is in general; names are rare by nature.
fn rarity(key: &str, entry: &Entry) -> f32 {
    if EVERYWHERE.contains(&key) {
        return 1.2;
    }
    match entry.kind {
        Some(Kind::Name) => 8.0,
        Some(Kind::Alphabet) if entry.shown.keys().any(|shown| shown.contains(|c: char| c.is_uppercase())) => 7.0,
        Some(Kind::Alphabet) => 5.0,
        _ if JIEBA.has_word(key) => ((COUNTED / JIEBA.suggest_freq(key) as f32).ln() - 3.5).clamp(2.0, 8.0),
        _ => 7.0,
    }
}
