//! Where messages can begin if there are to be as few as possible.

use std::ops::Range;

use super::{Lines, penalty};
use crate::flow::Cut;

/// As many places are looked at for the end of one message: so many small lines may stand in it that all would take long.
const LOOKED_AT: usize = 128;

/// The places where a message may begin or end, in reading order.
pub(super) struct Places<'a> {
    lines_of: &'a Lines<'a>,
    /// The lines that stand behind them; the last place is the end.
    pub(super) lines: Vec<usize>,
    /// How far the message that begins at each place can reach.
    reach: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(lines_of: &'a Lines<'a>) -> Self {
        let lines = allowed(lines_of);
        let reach = reach(lines_of, &lines);
        Self { lines_of, lines, reach }
    }

    /// Whether one message may have all that stands between two places.
    pub(super) fn may_span(&self, begin: usize, end: usize) -> bool {
        end == begin + 1 || self.lines_of.fit(self.lines[begin], self.lines[end])
    }

    /// For each message, the places where it can end so that there are as few as possible.
    pub(super) fn bands(&self) -> Vec<Vec<usize>> {
        // A message that begins later reaches no less far, so it is best to reach as far as possible: from the end ...
        let last = self.lines.len() - 1;
        let mut needed = vec![0; self.lines.len()];
        for place in (0..last).rev() {
            needed[place] = needed[self.reach[place]] + 1;
        }
        // ... and from the beginning. What lies between can be part of such a packing.
        let mut furthest = 0;
        let mut bands = Vec::with_capacity(needed[0]);
        for left in (0..needed[0]).rev() {
            let first = needed.partition_point(|&needed| needed > left);
            furthest = self.reach[furthest];
            bands.push(self.looked_at(first..furthest + 1));
        }
        bands
    }

    /// The best of the places in each stretch, if there are very many, and the last one.
    fn looked_at(&self, places: Range<usize>) -> Vec<usize> {
        if places.len() <= LOOKED_AT {
            return places.collect();
        }
        let cost =
            |&place: &usize| self.lines_of.weights.get(self.lines[place]).map_or(0, |weight| penalty(weight.cut));
        let all: Vec<usize> = places.collect();
        let (last, others) = all.split_last().map_or((None, &[][..]), |(last, others)| (Some(*last), others));
        let best =
            others.chunks(others.len().div_ceil(LOOKED_AT)).filter_map(|chunk| chunk.iter().copied().min_by_key(cost));
        best.chain(last).collect()
    }
}

/// The beginning, the end, and every line before which a message may be cut. Lines that should stay together but have
/// no room in one message may be cut where that is full.
fn allowed(lines: &Lines<'_>) -> Vec<usize> {
    let end = lines.weights.len();
    let mut places = vec![0];
    let mut start = 0;
    for line in 1..=end {
        if line < end && lines.weights[line].cut == Cut::Never {
            continue;
        }
        if !lines.fit(start, line) {
            for inside in start + 1..line {
                if !lines.fit(start, inside + 1) {
                    places.push(inside);
                    start = inside;
                }
            }
        }
        places.push(line);
        start = line;
    }
    places
}

/// The last place that a message can reach from each.
fn reach(lines: &Lines<'_>, places: &[usize]) -> Vec<usize> {
    let last = places.len() - 1;
    let mut reach: Vec<usize> = Vec::with_capacity(places.len());
    for (place, &start) in places.iter().enumerate() {
        // The first message has other room than the others, so it says nothing on how far they reach.
        let before = if let [_, .., before] = reach[..] { before } else { 0 };
        let mut furthest = before.max(place + 1).min(last);
        for (end, &line) in places.iter().enumerate().skip(furthest + 1) {
            if lines.never_fit(start, line) {
                break;
            }
            if lines.fit(start, line) {
                furthest = end;
            }
        }
        reach.push(furthest);
    }
    reach
}
