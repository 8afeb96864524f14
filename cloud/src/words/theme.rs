//! What a word is about, for its colour: named in a list, or said near words that are.

use std::{collections::HashMap, sync::LazyLock};

use super::{Entry, scan::Kind};

/// What a word is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Theme {
    /// A product or a company.
    Name,
    /// How things work.
    Technology,
    /// What they are used for.
    Use,
    /// What they cost and earn.
    Money,
    /// What may go wrong, and the rules against it.
    Risk,
    /// Who it concerns.
    People,
    /// Anything else.
    Other,
}

impl Theme {
    /// All of them, in the order of the palette.
    pub const ALL: [Self; 7] =
        [Self::Name, Self::Technology, Self::Use, Self::Money, Self::Risk, Self::People, Self::Other];
}

static LISTED: LazyLock<HashMap<&str, Theme>> = LazyLock::new(|| {
    let mut listed = HashMap::new();
    let mut theme = Theme::Other;
    for line in include_str!("../lists/themes.txt").lines().filter(|line| !line.starts_with('#')) {
        theme = match line.trim() {
            "[technology]" => Theme::Technology,
            "[use]" => Theme::Use,
            "[money]" => Theme::Money,
            "[risk]" => Theme::Risk,
            "[people]" => Theme::People,
            _ => theme,
        };
        if !line.starts_with('[') {
            listed.extend(line.split_whitespace().map(|word| (word, theme)));
        }
    }
    listed
});

/// The theme of every entry, in order. A phrase is about what its last word is about; a word that no list names
/// takes the theme that is spoken of most in its paragraphs.
pub(super) fn themes(entries: &[(String, Entry)], paragraphs: usize) -> Vec<Theme> {
    let named: Vec<Option<Theme>> = entries.iter().map(|(key, entry)| named(key, entry)).collect();
    let mut spoken = vec![[0u32; Theme::ALL.len()]; paragraphs];
    for ((_, entry), theme) in entries.iter().zip(&named) {
        for paragraph in &entry.paragraphs {
            if let Some(theme) = theme.filter(|theme| *theme != Theme::Name) {
                spoken[*paragraph][theme as usize] += 1;
            }
        }
    }
    let overall = spoken.iter().fold([0u32; Theme::ALL.len()], |mut sums, spoken| {
        sums.iter_mut().zip(spoken).for_each(|(sum, spoken)| *sum += spoken);
        sums
    });
    let near = |entry: &Entry| {
        let mut sums = [0u32; Theme::ALL.len()];
        for paragraph in &entry.paragraphs {
            for (sum, spoken) in sums.iter_mut().zip(spoken[*paragraph]) {
                *sum += spoken;
            }
        }
        // What is spoken of everywhere says little about a single word, so each theme counts against its share.
        let lift = |(sum, overall): (u32, u32)| if sum == 0 { 0.0 } else { sum as f32 / (overall as f32).powf(0.7) };
        let lifts = sums.into_iter().zip(overall).map(lift).zip(Theme::ALL);
        lifts
            .rev()
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .filter(|(lift, _)| *lift > 0.0)
            .map_or(Theme::Other, |(_, theme)| theme)
    };
    entries.iter().zip(named).map(|((_, entry), theme)| theme.unwrap_or_else(|| near(entry))).collect()
}

fn named(key: &str, entry: &Entry) -> Option<Theme> {
    let listed = LISTED.get(key).copied().or_else(|| {
        let behind = key.char_indices().skip(1).map(|(at, _)| &key[at..]);
        behind.filter_map(|end| LISTED.get(end).copied()).next()
    });
    let capital = || entry.shown.keys().any(|shown| shown.contains(|c: char| c.is_uppercase()));
    match entry.kind {
        Some(Kind::Name) => Some(Theme::Name),
        Some(Kind::Alphabet) => LISTED.get(key).copied().or_else(|| capital().then_some(Theme::Name)),
        _ => listed,
    }
}
