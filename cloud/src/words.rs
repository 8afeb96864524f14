//! Which words the text is about, how much, and what each is about.

mod lists;
mod names;
mod phrases;
pub(crate) mod scan;
mod theme;
mod weight;

use std::collections::{HashMap, HashSet};

pub use scan::Dictionary;
pub use theme::Theme;
pub use weight::Archive;

use crate::text::{Paragraph, Run};
use lists::{BOILERPLATE, NAMES, STOP};
use scan::{Kind, Token};

/// A word or a name, as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// As most often written in the text.
    pub text: String,
    /// Its importance; the most important word has 1.
    pub weight: f32,
    /// What it is about; it gives the colour.
    pub theme: Theme,
}

/// A bold label says what its paragraph is about, a heading what its part is about.
const STRONG: f32 = 1.6;
const HEADING: f32 = 1.4;

/// Everything counted about one key.
#[derive(Debug, Default)]
struct Entry {
    shown: HashMap<String, u32>,
    count: f32,
    kind: Option<Kind>,
    tag: String,
    first: usize,
    paragraphs: Vec<usize>,
}

/// The words of the text, the most important first. `own` is the feed's dictionary, `archive` what it reported before.
#[must_use]
pub fn words(text: &[Paragraph], own: &Dictionary, archive: &Archive) -> Vec<Word> {
    let entries = count(text, own);
    let themes = theme::themes(&entries, text.len());
    let mut words: Vec<(usize, Word)> = entries
        .iter()
        .zip(themes)
        .map(|((key, entry), theme)| {
            let weight = weight::weight(key, entry, archive);
            (entry.first, Word { text: entry.most_shown(), weight, theme })
        })
        .collect();
    words.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight).then(a.0.cmp(&b.0)));
    let heaviest = words.first().map_or(1.0, |word| word.1.weight);
    words.into_iter().map(|(_, word)| Word { weight: word.weight / heaviest, ..word }).collect()
}

impl Entry {
    fn most_shown(&self) -> String {
        let best = self.shown.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
        best.map(|(shown, _)| shown.clone()).unwrap_or_default()
    }

    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.first = self.first.min(other.first);
        self.paragraphs.extend(other.paragraphs);
    }
}

/// Counts every key that may be drawn, in the order of first appearance.
fn count(text: &[Paragraph], own: &Dictionary) -> Vec<(String, Entry)> {
    let spoken: Vec<(usize, &Paragraph)> =
        text.iter().enumerate().filter(|(_, p)| !only_names_a_part(p, own)).collect();
    let places: Vec<(usize, &Paragraph, &Run)> =
        spoken.iter().flat_map(|(at, p)| p.runs.iter().map(move |run| (*at, *p, run))).collect();
    let mut tokens: Vec<Vec<Token>> =
        places.iter().map(|(_, _, run)| scan::tokens(&run.text, &[own, &NAMES])).collect();

    let mut seen: HashMap<String, u32> = HashMap::new();
    for ((_, _, run), tokens) in places.iter().zip(&tokens) {
        for (first, last) in names::spans(&run.text, tokens) {
            *seen.entry(scan::key(&run.text[tokens[first].start..tokens[last].end])).or_default() += 1;
        }
    }
    for ((_, paragraph, run), tokens) in places.iter().zip(&mut tokens) {
        // English starts sentences and titles with capitals too, so there a name must come twice or carry a version.
        let chinese = paragraph.runs.iter().any(|run| run.text.contains(scan::is_han));
        names::join(&run.text, tokens, |key, parts| {
            chinese || seen[key] >= 2 || parts.iter().any(|part| part.shown.contains(|c: char| c.is_ascii_digit()))
        });
        if run.strong {
            phrases::keep_label(&run.text, tokens);
        }
    }
    phrases::join(&mut tokens);
    phrases::join(&mut tokens);

    let mut at_key: HashMap<String, usize> = HashMap::new();
    let mut entries: Vec<(String, Entry)> = Vec::new();
    for ((at, paragraph, run), tokens) in places.iter().zip(tokens) {
        for token in tokens.into_iter().filter(may_be_drawn) {
            let entry = *at_key.entry(token.key.clone()).or_insert_with(|| {
                let entry =
                    Entry { kind: Some(token.kind), tag: token.tag.clone(), first: entries.len(), ..Entry::default() };
                entries.push((token.key.clone(), entry));
                entries.len() - 1
            });
            let entry = &mut entries[entry].1;
            *entry.shown.entry(token.shown).or_default() += 1;
            entry.count += if run.strong { STRONG } else { 1.0 } * if paragraph.heading { HEADING } else { 1.0 };
            entry.paragraphs.push(*at);
        }
    }
    fold(entries)
}

/// Adds short forms of names to the long ones, and plurals to singulars.
fn fold(entries: Vec<(String, Entry)>) -> Vec<(String, Entry)> {
    let keys: HashSet<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
    let in_letters: Vec<&str> = entries
        .iter()
        .filter(|(_, entry)| matches!(entry.kind, Some(Kind::Name | Kind::Alphabet)))
        .map(|(key, _)| key.as_str())
        .collect();
    let mut into: HashMap<String, String> = HashMap::new();
    for (short, long) in names::aliases(&in_letters) {
        into.insert(short.to_owned(), long.to_owned());
    }
    for key in in_letters.iter().filter(|key| key.len() > 3) {
        if let Some(singular) = key.strip_suffix('s').filter(|singular| keys.contains(singular)) {
            into.insert((*key).to_owned(), singular.to_owned());
        }
    }
    let mut kept: Vec<(String, Entry)> = Vec::new();
    let mut folded: Vec<(String, Entry)> = Vec::new();
    for (key, entry) in entries {
        if into.contains_key(&key) { folded.push((key, entry)) } else { kept.push((key, entry)) }
    }
    for (mut key, entry) in folded {
        // `gemini` → `gemini 3` → `google gemini 3`; the forms only get longer or lose an s, so this ends.
        while let Some(next) = into.get(&key) {
            key.clone_from(next);
        }
        if let Some(at) = kept.iter().position(|(kept, _)| *kept == key) {
            kept[at].1.add(entry);
        }
    }
    kept
}

/// Whether a title only says which part of the report follows.
fn only_names_a_part(paragraph: &Paragraph, own: &Dictionary) -> bool {
    if !paragraph.is_title() {
        return false;
    }
    let text = paragraph.text();
    // A bold line with a colon stands over a list; what it says in general, the list says in particular.
    if !paragraph.heading && text.trim_end().ends_with([':', '：']) {
        return true;
    }
    let text = text.split(['(', '（']).next().unwrap_or_default();
    let tokens = scan::tokens(text, &[own, &NAMES]);
    let spoken = |token: &&Token| token.kind != Kind::Number && !token.tag.starts_with(['m', 'q', 'u']);
    // 总结报告 is a word of its own, but its end says what it is.
    let ends = |key: &str| key.char_indices().map(|(at, _)| &key[at..]).any(|end| BOILERPLATE.contains(end));
    tokens.iter().rfind(spoken).is_none_or(|last| match last.kind {
        Kind::Han => ends(&last.key),
        _ => BOILERPLATE.contains(last.key.as_str()),
    })
}

fn may_be_drawn(token: &Token) -> bool {
    let length = token.length();
    let says_something = !STOP.contains(token.key.as_str());
    match token.kind {
        Kind::Number => false,
        Kind::Name => length <= 28,
        Kind::Alphabet => says_something && (2..=28).contains(&length),
        // Nouns, verbs, adjectives, idioms and abbreviations of two characters and more.
        Kind::Han => {
            says_something
                && length >= 2
                && ["n", "v", "a", "i", "j", "l", "b", "g", "x", "z", "s"].iter().any(|tag| token.tag.starts_with(tag))
        }
    }
}
