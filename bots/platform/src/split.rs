//! Cuts a long line where a reader would pause: after a sentence, then a word, then a letter. Never inside what a
//! reader sees as one character, never before closing punctuation, and inside a link or code only if that alone
//! is too long.

use crate::{
    flow::{Cut, Flow, Gap, Kind, Line, Marker, Run},
    text::{Joint, are_apart, is_closing, is_grapheme_boundary, joint, utf16_len},
};

/// A line no longer than this stays whole: a message has room for many such.
const WHOLE: usize = 240;
/// From this length on a part ends with its sentence.
const ENOUGH: usize = 100;
/// At this length a part ends where it may.
const LONG: usize = 320;
/// At this length even a link or a piece of code is cut.
const TOO_LONG: usize = 1_000;
/// How many runs, and how many bytes of addresses, one part may have: a message has limits for both.
const RUNS: usize = 24;
const ADDRESSES: usize = 2_400;

/// Adds a line to the flow, in parts if it is long. Its runs are the last ones of the flow.
pub(crate) fn push<'d>(flow: &mut Flow<'d>, mut line: Line<'d>) {
    // Not even a line that begins with closing punctuation by itself is to begin a message.
    let closing = begins_with_closing(&line, &flow.runs[line.runs.clone()]);
    if closing {
        line.cut = Cut::Never;
        // A rule or an empty line is not shown at the beginning of a message either.
        let Flow { lines, runs } = &mut *flow;
        for unseen in lines.iter_mut().rev().take_while(|line| shows_nothing(line, &runs[line.runs.clone()])) {
            unseen.cut = Cut::Never;
        }
    }
    let runs = &flow.runs[line.runs.clone()];
    let bytes: usize = runs.iter().map(|run| run.text.len()).sum();
    let addresses: usize = runs.iter().filter_map(|run| run.link).map(|link| link.len()).sum();
    let short = bytes <= WHOLE || runs.iter().map(|run| utf16_len(&run.text)).sum::<usize>() <= WHOLE;
    if short && !closing && runs.len() <= RUNS && addresses <= ADDRESSES {
        flow.lines.push(line);
        return;
    }
    let runs: Vec<Run<'d>> = flow.runs.drain(line.runs.clone()).collect();
    Cutter::new(flow, line).cut(&runs);
}

/// Whether the first thing to be seen of a line is closing punctuation. White space at the beginning of a message is
/// not shown, so what counts is what stands behind it.
pub(crate) fn begins_with_closing(line: &Line<'_>, runs: &[Run<'_>]) -> bool {
    let seen = || runs.iter().map(|run| run.text.trim_start()).find(|text| !text.is_empty());
    let bare = line.gap != Gap::Joined && matches!(line.marker, Marker::None | Marker::Under);
    bare && seen().is_some_and(|text| text.starts_with(is_closing))
}

/// Whether nothing is left of a line where it begins a message.
pub(crate) fn shows_nothing(line: &Line<'_>, runs: &[Run<'_>]) -> bool {
    let bare = matches!(line.marker, Marker::None | Marker::Under);
    bare && runs.iter().all(|run| run.text.trim_start().is_empty())
}

/// Where the text begins behind closing punctuation at the start of a line: inside a link or code only if that is long,
/// since all of it must stay with what is before.
fn behind_closing(runs: &[Run<'_>]) -> Option<(usize, usize)> {
    let near = |&(run, byte): &(usize, usize)| {
        let whole: usize = runs[..run].iter().map(|run| utf16_len(&run.text)).sum();
        whole + byte <= LONG
    };
    let long = runs.iter().map(|run| utf16_len(&run.text)).sum::<usize>() > LONG;
    behind_closing_in(runs, false).filter(near).or_else(|| behind_closing_in(runs, long))
}

fn behind_closing_in(runs: &[Run<'_>], torn: bool) -> Option<(usize, usize)> {
    for (n, run) in runs.iter().enumerate() {
        let whole = !torn && (run.link.is_some() || run.style.code);
        let seen = |c: char| !c.is_whitespace() && !is_closing(c);
        let inside = run.text.char_indices().filter(|&(at, c)| seen(c) && (at == 0 || !whole));
        if let Some(at) = inside.map(|(at, _)| at).find(|&at| (n, at) != (0, 0) && is_boundary(runs, n, 0, at)) {
            return Some((n, at));
        }
    }
    None
}

/// A place where the line may be cut.
#[derive(Clone, Copy)]
struct Place {
    /// In how many whole runs of the part, and how many bytes of the next.
    run: usize,
    byte: usize,
    joint: Joint,
    /// How long the part is then.
    length: usize,
}

struct Cutter<'f, 'd> {
    flow: &'f mut Flow<'d>,
    next: Line<'d>,
}

impl<'f, 'd> Cutter<'f, 'd> {
    fn new(flow: &'f mut Flow<'d>, line: Line<'d>) -> Self {
        Self { flow, next: line }
    }

    fn cut(mut self, runs: &[Run<'d>]) {
        // Where the part begins: run and byte.
        let mut from = (0, 0);
        if begins_with_closing(&self.next, runs)
            && let Some(place) = behind_closing(runs)
        {
            self.push_part(runs, from, place);
            self.carry_on(Joint::Letter);
            from = place;
        }
        while let Some(place) = find(runs, from) {
            self.push_part(runs, from, (place.run, place.byte));
            self.carry_on(place.joint);
            from = (place.run, place.byte);
        }
        self.push_part(runs, from, (runs.len(), 0));
    }

    fn push_part(&mut self, runs: &[Run<'d>], from: (usize, usize), to: (usize, usize)) {
        let start = self.flow.runs.len();
        for (n, run) in runs.iter().enumerate().take(to.0 + 1).skip(from.0) {
            let first = if n == from.0 { from.1 } else { 0 };
            let last = if n == to.0 { to.1 } else { run.text.len() };
            if first < last {
                self.flow.runs.push(run.part(first..last));
            }
        }
        let runs = start..self.flow.runs.len();
        self.flow.lines.push(Line { runs, ..self.next.clone() });
    }

    /// The next part carries on this one.
    fn carry_on(&mut self, joint: Joint) {
        self.next.gap = Gap::Joined;
        // Still in its list: a heading there is written in another way.
        if self.next.marker != Marker::None {
            self.next.marker = Marker::Under;
        }
        self.next.cut = match (self.next.kind, joint) {
            (Kind::Heading(_), _) => Cut::Never,
            (_, Joint::Sentence) => Cut::Sentence,
            (_, Joint::Word) => Cut::Word,
            (_, Joint::Letter) => Cut::Letter,
        };
    }
}

/// Where the part that begins at `from` ends; `None` if the rest of the line is one part.
fn find(runs: &[Run<'_>], from: (usize, usize)) -> Option<Place> {
    let mut best: Option<Place> = None;
    let mut length = 0;
    let mut addresses = 0;
    // The last character, and the last that is no closing quote or bracket.
    let (mut before, mut last) = ('\n', '\n');
    for (n, run) in runs.iter().enumerate().skip(from.0) {
        let first = if n == from.0 { from.1 } else { 0 };
        addresses += run.link.map_or(0, |link| link.len());
        let many = n - from.0 >= RUNS || addresses > ADDRESSES;
        let whole = run.link.is_some() || run.style.code;
        for (at, after) in run.text[first..].char_indices() {
            let byte = first + at;
            let here = |joint| Place { run: n, byte, joint, length };
            // Where nothing else will do: thousands of marks on one letter, or of full stops.
            if length >= 2 * TOO_LONG {
                return Some(best.unwrap_or(here(Joint::Letter)));
            }
            let due = length + 16 >= LONG || many;
            let allowed = length > 0 && (!(whole && byte > 0) || length >= TOO_LONG);
            if allowed
                && let Some(joint) = joint(last, before, after)
                && (joint < Joint::Letter || due)
                && best.is_none_or(|best| joint <= best.joint || best.length < ENOUGH)
                && is_boundary(runs, n, first, byte)
            {
                best = Some(here(joint));
                if joint == Joint::Sentence && length >= ENOUGH {
                    return best;
                }
            }
            if (length >= LONG || many)
                && let Some(place) = best
                && (place.length >= ENOUGH || many)
            {
                return best;
            }
            length += after.len_utf16();
            let closes =
                matches!(after, '"' | '\'' | ')' | ']' | '\u{2019}' | '\u{201D}' | '」' | '』' | '）' | '】' | '》');
            if !closes && !after.is_whitespace() {
                last = after;
            }
            before = after;
        }
    }
    None
}

/// Whether a reader sees two characters at this place. What is before `first` was cut off and does not matter.
fn is_boundary(runs: &[Run<'_>], run: usize, first: usize, byte: usize) -> bool {
    if byte > first {
        return is_grapheme_boundary(&runs[run].text[first..], byte - first);
    }
    run == 0 || are_apart(&runs[run - 1].text, &runs[run].text)
}
