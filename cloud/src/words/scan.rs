//! Cuts a run of text into tokens: Han words, words of alphabets, numbers. Everything else separates.

use std::{collections::HashMap, sync::LazyLock, thread};

use jieba_rs::Jieba;

/// The segmenter with its dictionary. Loading takes about a tenth of a second and 30 MB, so it is done once; meanwhile a
/// second thread has jieba load its model of words that the dictionary lacks, which takes a third as long.
pub(crate) static JIEBA: LazyLock<Jieba> = LazyLock::new(|| {
    thread::scope(|scope| {
        scope.spawn(|| {
            // To an empty dictionary every word is unknown.
            Jieba::empty().tag("词", true);
        });
        Jieba::new()
    })
});

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Han or katakana.
    Han,
    /// Letters, perhaps with digits: `FLUX.2`, `agents`, `4MP`.
    Alphabet,
    /// Digits only: `4.5`, `20`.
    Number,
    /// A name in letters, from a dictionary or found by its capitals.
    Name,
}

/// A token with its place in the run.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// As written.
    pub(crate) shown: String,
    /// What equal words share: simplified characters, lower case.
    pub(crate) key: String,
    /// What it is made of.
    pub(crate) kind: Kind,
    /// jieba's part of speech; `n` for terms of the dictionaries, empty for alphabets.
    pub(crate) tag: String,
    /// First byte in the run.
    pub(crate) start: usize,
    /// One past its last byte.
    pub(crate) end: usize,
}

impl Token {
    fn new(run: &str, start: usize, end: usize, kind: Kind, tag: &str) -> Self {
        let shown = run[start..end].to_owned();
        Self { key: key(&shown), shown, kind, tag: tag.to_owned(), start, end }
    }

    /// How many characters it shows.
    pub(crate) fn length(&self) -> usize {
        self.shown.chars().count()
    }

    /// Whether it is written with a capital or a digit, as names are.
    pub(crate) fn looks_like_a_name(&self) -> bool {
        self.kind == Kind::Alphabet && self.shown.contains(|c: char| c.is_uppercase() || c.is_ascii_digit())
    }
}

/// Words that are never cut, by their first character's key.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    words: HashMap<char, Vec<String>>,
}

impl Dictionary {
    /// From one word a line; empty lines and lines that begin with `#` say nothing.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut words: HashMap<char, Vec<String>> = HashMap::new();
        for word in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let key = key(word);
            words.entry(key.chars().next().unwrap_or(' ')).or_default().push(key);
        }
        for list in words.values_mut() {
            list.sort_by_key(|word| (usize::MAX - word.len(), word.clone()));
        }
        Self { words }
    }

    /// The longest word that `rest` (a key) begins with.
    fn longest(&self, rest: &str, after_letter: bool) -> Option<usize> {
        let first = rest.chars().next()?;
        let whole = |word: &&String| {
            let bounded = |inner: char, outer: Option<char>| !(is_alphabet(inner) && outer.is_some_and(is_alphabet));
            let last = word.chars().next_back().unwrap_or(' ');
            rest.starts_with(word.as_str())
                && bounded(last, rest[word.len()..].chars().next())
                && !(is_alphabet(first) && after_letter)
        };
        self.words.get(&first)?.iter().find(whole).map(|word| word.chars().count())
    }
}

/// What equal words share: traditional characters become simplified ones, one for one, and letters small ones.
pub(crate) fn key(text: &str) -> String {
    let lower = |c: char| {
        let mut small = c.to_lowercase();
        // A letter that grows when made small would shift every place behind it.
        if small.len() == 1 { small.next().unwrap_or(c) } else { c }
    };
    fast2s::convert(text).chars().map(lower).collect()
}

/// The tokens of a run, in order.
pub(crate) fn tokens(run: &str, dictionaries: &[&Dictionary]) -> Vec<Token> {
    let places: Vec<(usize, char)> = run.char_indices().collect();
    let byte = |at: usize| places.get(at).map_or(run.len(), |place| place.0);
    let folded: Vec<char> = key(run).chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < places.len() {
        let rest: String = folded[at..folded.len().min(at + 40)].iter().collect();
        let after_letter = at > 0 && is_alphabet(places[at - 1].1);
        let whole = dictionaries.iter().filter_map(|dictionary| dictionary.longest(&rest, after_letter)).max();
        let (length, kind) = match (whole, places[at].1) {
            (Some(length), c) if is_han(c) => (length, Some(Kind::Han)),
            (Some(length), _) => (length, Some(Kind::Name)),
            (None, _) if starts_address(&rest) => (count(&places[at..], |c| !c.is_whitespace() && c.is_ascii()), None),
            (None, c) if is_han(c) => {
                // A dictionary word in the middle ends the run of Han before it.
                let begins = |next: usize| {
                    if !dictionaries.iter().any(|dictionary| dictionary.words.contains_key(&folded[next])) {
                        return false;
                    }
                    let rest: String = folded[next..folded.len().min(next + 40)].iter().collect();
                    dictionaries.iter().any(|dictionary| dictionary.longest(&rest, false).is_some())
                };
                let mut length = 1;
                while places.get(at + length).is_some_and(|p| is_han(p.1)) && !begins(at + length) {
                    length += 1;
                }
                cut_han(run, byte(at), byte(at + length), &mut tokens);
                (length, None)
            }
            (None, c) if is_katakana(c) => (count(&places[at..], is_katakana), Some(Kind::Han)),
            (None, c) if is_alphabet(c) => {
                let length = alphabetic(&places[at..]);
                let letters = places[at..at + length].iter().any(|p| p.1.is_alphabetic());
                (length, Some(if letters { Kind::Alphabet } else { Kind::Number }))
            }
            _ => (1, None),
        };
        if let Some(kind) = kind {
            let tag = if kind == Kind::Han { "n" } else { "" };
            tokens.push(Token::new(run, byte(at), byte(at + length), kind, tag));
        }
        at += length;
    }
    tokens
}

fn cut_han(run: &str, start: usize, end: usize, tokens: &mut Vec<Token>) {
    // jieba knows simplified characters; the conversion keeps their number, so places can be carried back.
    let simplified = fast2s::convert(&run[start..end]);
    let bytes: Vec<usize> = run[start..end].char_indices().map(|place| place.0).chain([end - start]).collect();
    for word in JIEBA.tag(&simplified, true) {
        tokens.push(Token::new(run, start + bytes[word.start], start + bytes[word.end], Kind::Han, word.tag));
    }
}

fn count(places: &[(usize, char)], matches: impl Fn(char) -> bool) -> usize {
    places.iter().take_while(|place| matches(place.1)).count().max(1)
}

/// How long the word is that begins here: letters and digits, with `.-'+&_/` inside and `+#` behind.
fn alphabetic(places: &[(usize, char)]) -> usize {
    let mut length = 0;
    while let Some(&(_, c)) = places.get(length) {
        let joins = matches!(c, '.' | '-' | '\'' | '’' | '+' | '&' | '_')
            && places.get(length + 1).is_some_and(|next| is_alphabet(next.1));
        if !(is_alphabet(c) || joins) {
            break;
        }
        length += 1;
    }
    length + places[length..].iter().take(2).take_while(|place| matches!(place.1, '+' | '#')).count()
}

fn starts_address(rest: &str) -> bool {
    rest.starts_with("http://") || rest.starts_with("https://") || rest.starts_with("www.") || rest.starts_with('@')
}

/// Whether it is a letter or a digit of a script that puts spaces between words.
fn is_alphabet(c: char) -> bool {
    c.is_alphanumeric() && !is_han(c) && !is_kana(c)
}

/// Whether it is a Han character.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30a1}'..='\u{30fa}' | 'ー')
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}')
}
