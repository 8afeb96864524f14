//! Words that belong together because the report keeps them together: 推理成本, 多模态, 数字鸿沟.

use std::collections::HashMap;

use super::{
    lists::{BOILERPLATE, STOP},
    scan::{Kind, Token, key},
};

/// The longest phrase, in characters.
const LONGEST: usize = 6;

/// How often two words must meet, and in what share of the rarer one's appearances.
const MEETINGS: u32 = 2;
const COHESION: f32 = 0.5;

/// Joins neighbours that meet often, in all runs. Called twice, it finds phrases of up to four words.
pub(super) fn join(runs: &mut [Vec<Token>]) {
    let mut alone: HashMap<String, u32> = HashMap::new();
    let mut together: HashMap<(String, String), u32> = HashMap::new();
    for tokens in runs.iter() {
        for token in tokens {
            *alone.entry(token.key.clone()).or_default() += 1;
        }
        for pair in tokens.windows(2).filter(|pair| may_join(&pair[0], &pair[1])) {
            *together.entry((pair[0].key.clone(), pair[1].key.clone())).or_default() += 1;
        }
    }
    let close = |left: &Token, right: &Token| {
        let meetings = together.get(&(left.key.clone(), right.key.clone())).copied().unwrap_or(0);
        let rarer = alone[&left.key].min(alone[&right.key]);
        meetings >= MEETINGS && meetings as f32 >= COHESION * rarer as f32
    };
    for tokens in runs.iter_mut() {
        let mut at = 0;
        while at + 1 < tokens.len() {
            if may_join(&tokens[at], &tokens[at + 1]) && close(&tokens[at], &tokens[at + 1]) {
                let right = tokens.remove(at + 1);
                merge(&mut tokens[at], &right);
            }
            at += 1;
        }
    }
}

/// Makes one token of a bold label that is short enough and nothing but words: 记忆机制, 小模型上手机.
pub(super) fn keep_label(run: &str, tokens: &mut Vec<Token>) {
    let label = run.trim().trim_end_matches([':', '：']);
    let length = label.chars().count();
    let whole = tokens.iter().map(|token| token.end - token.start).sum::<usize>() == label.len();
    let stops = |token: &Token| STOP.contains(token.key.as_str());
    let spoken = tokens.iter().all(|token| token.kind == Kind::Han) && tokens.last().is_some_and(|last| !stops(last));
    if whole && spoken && (2..=3).contains(&tokens.len()) && (3..=LONGEST).contains(&length) {
        let last = tokens.split_off(1);
        for right in &last {
            merge(&mut tokens[0], right);
        }
    }
}

fn may_join(left: &Token, right: &Token) -> bool {
    let words = left.kind == Kind::Han && right.kind == Kind::Han;
    let known = |token: &Token| STOP.contains(token.key.as_str()) || BOILERPLATE.contains(token.key.as_str());
    // A phrase ends with a thing or an act, and begins with neither a preposition nor a particle.
    let begins = ["n", "v", "a", "b", "j", "l", "i", "m", "h", "x", "s"].iter().any(|tag| left.tag.starts_with(tag));
    let ends = ["n", "v", "k", "l", "i", "j", "x"].iter().any(|tag| right.tag.starts_with(tag));
    words
        && left.end == right.start
        && left.length() + right.length() <= LONGEST
        && begins
        && ends
        && !known(left)
        && !known(right)
}

fn merge(left: &mut Token, right: &Token) {
    left.shown.push_str(&right.shown);
    left.key = key(&left.shown);
    left.end = right.end;
    // A phrase counts as a noun, whatever its parts are.
    left.tag = "n".to_owned();
}
