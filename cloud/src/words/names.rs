//! Names of products and companies in letters: `Claude Opus 4.5`, `Nano Banana Pro`, `Grok 5`.
//!
//! A name is a row of words with capitals or digits, one space apart, and perhaps a version behind them.

use std::collections::HashMap;

use super::{
    lists::STOP,
    scan::{Kind, Token},
};

/// What follows a number that counts something and is no version.
const UNITS: [&str; 26] = [
    "倍", "亿", "万", "千", "百", "年", "月", "日", "天", "个", "家", "款", "种", "次", "位", "名", "人", "小时", "分",
    "秒", "美元", "元", "项", "大", "%", "％",
];

/// At most this many words before the version.
const WORDS: usize = 4;

/// The names in a run as first and last token, longest first in reading order; tokens do not overlap.
pub(super) fn spans(run: &str, tokens: &[Token]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut first = 0;
    while first < tokens.len() {
        let mut last = first;
        if may_be_part(&tokens[first]) {
            while last + 1 < tokens.len()
                && last - first + 1 < WORDS
                && tokens[last + 1].looks_like_a_name()
                && one_space(run, &tokens[last], &tokens[last + 1])
            {
                last += 1;
            }
            // `Humanity's Last Exam` keeps its `Last`, but no name ends so.
            while last > first && !may_be_part(&tokens[last]) {
                last -= 1;
            }
            if tokens.get(last + 1).is_some_and(|next| one_space(run, &tokens[last], next) && is_version(run, next)) {
                last += 1;
            }
            if last > first {
                found.push((first, last));
            }
        }
        first = last + 1;
    }
    found
}

/// Puts the tokens of each accepted span together.
pub(super) fn join(run: &str, tokens: &mut Vec<Token>, accept: impl Fn(&str, &[Token]) -> bool) {
    for (first, last) in spans(run, tokens).into_iter().rev() {
        let shown = &run[tokens[first].start..tokens[last].end];
        let key = super::scan::key(shown);
        if accept(&key, &tokens[first..=last]) {
            let name = Token {
                shown: shown.to_owned(),
                key,
                kind: Kind::Name,
                tag: String::new(),
                start: tokens[first].start,
                end: tokens[last].end,
            };
            tokens.splice(first..=last, [name]);
        }
    }
}

/// Which name stands for which longer one: `Opus 4.5` for `Claude Opus 4.5`, `Gemini` for `Gemini 3`; only where
/// there is no choice.
pub(super) fn aliases<'a>(keys: &[&'a str]) -> HashMap<&'a str, &'a str> {
    let parts: Vec<Vec<&str>> = keys.iter().map(|key| key.split(' ').collect()).collect();
    let mut aliases = HashMap::new();
    for (short, key) in parts.iter().zip(keys) {
        let stands_for = |long: &&Vec<&str>| {
            long.len() > short.len()
                && (long.ends_with(short) || long.starts_with(short))
                && (short.len() > 1 || (long.len() == 2 && long[0] == short[0] && starts_with_digit(long[1])))
        };
        let mut longer = parts.iter().zip(keys).filter(|(long, _)| stands_for(long));
        if let (Some((_, long)), None) = (longer.next(), longer.next()) {
            aliases.insert(*key, *long);
        }
    }
    aliases
}

fn may_be_part(token: &Token) -> bool {
    (token.kind == Kind::Name && token.shown.is_ascii() || token.looks_like_a_name())
        && !STOP.contains(token.key.as_str())
}

fn one_space(run: &str, left: &Token, right: &Token) -> bool {
    matches!(&run[left.end..right.start], " " | "\u{a0}")
}

fn is_version(run: &str, token: &Token) -> bool {
    let behind = run[token.end..].trim_start();
    token.kind == Kind::Number && token.shown.len() <= 4 && !UNITS.iter().any(|unit| behind.starts_with(unit))
}

fn starts_with_digit(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_digit())
}
