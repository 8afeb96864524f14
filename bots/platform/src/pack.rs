//! Packs lines into messages: as few as possible, cut where it hurts least, evenly filled.

mod places;

use std::ops::{Add, Range, Sub};

use self::places::Places;
use crate::flow::Cut;

/// How much of a message something takes, as a dialect counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Text, in the platform's own unit.
    pub text: u32,
    /// Entities, where the platform counts them.
    pub entities: u32,
    /// Bytes of entities, where the platform counts them.
    pub bytes: u32,
}

impl Size {
    /// Text alone.
    #[must_use]
    pub fn text(length: usize) -> Self {
        Self { text: u32::try_from(length).unwrap_or(u32::MAX), ..Self::default() }
    }

    /// Whether there is room for it in every respect.
    #[must_use]
    pub fn fits(self, limit: Self) -> bool {
        self.text <= limit.text && self.entities <= limit.entities && self.bytes <= limit.bytes
    }
}

impl Add for Size {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { text: self.text + other.text, entities: self.entities + other.entities, bytes: self.bytes + other.bytes }
    }
}

impl Sub for Size {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { text: self.text - other.text, entities: self.entities - other.entities, bytes: self.bytes - other.bytes }
    }
}

/// A line, weighed.
#[derive(Clone, Copy, Debug)]
pub struct Weight {
    /// What stands before it, unless it begins a message.
    pub gap: Size,
    /// The line itself.
    pub body: Size,
    /// What begins the code block or quotation that it stands in.
    pub open: Size,
    /// What ends it.
    pub close: Size,
    /// Whether the line before stands in the same one.
    pub continues: bool,
    /// What is broken if a message ends before it.
    pub cut: Cut,
}

/// The room in a message.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// In the first message.
    pub first: Size,
    /// In every other.
    pub other: Size,
}

/// A cut that may only be made where there is no other way at all.
const NEVER: u64 = 1_000_000_000_000;

/// The messages as ranges of lines: the fewest that there can be, and of all such the ones that read best.
///
/// A line that has no room even in an empty message gets one of its own; [`crate::split`] makes no such lines.
#[must_use]
pub fn pack(weights: &[Weight], room: Room) -> Vec<Range<usize>> {
    let lines = Lines::new(weights, room);
    if lines.fit(0, weights.len()) {
        return std::iter::once(0..weights.len()).filter(|lines| !lines.is_empty()).collect();
    }
    let places = Places::new(&lines);
    // For each place, the least cost of the messages before it, and where the last of those begins.
    let mut best = vec![(u64::MAX, 0); places.lines.len()];
    best[0] = (0, 0);
    let mut begins = vec![0];
    for ends in places.bands() {
        let mut earliest = 0;
        for &end in &ends {
            let line = places.lines[end];
            while lines.never_fit(places.lines[begins[earliest]], line) && earliest + 1 < begins.len() {
                earliest += 1;
            }
            for &begin in &begins[earliest..] {
                let (before, _) = best[begin];
                if before <= best[end].0 && places.may_span(begin, end) {
                    let cost = before.saturating_add(lines.shape(places.lines[begin], line));
                    if cost <= best[end].0 {
                        best[end] = (cost, begin);
                    }
                }
            }
            best[end].0 = best[end].0.saturating_add(weights.get(line).map_or(0, |weight| penalty(weight.cut)));
        }
        begins = ends;
    }
    let mut messages = Vec::new();
    let mut end = places.lines.len() - 1;
    while end > 0 {
        let begin = best[end].1;
        messages.push(places.lines[begin]..places.lines[end]);
        end = begin;
    }
    messages.reverse();
    messages
}

/// Whether one message has room for all of these lines.
#[must_use]
pub fn fits_one(weights: &[Weight], room: Size) -> bool {
    Lines::new(weights, Room { first: room, other: room }).fit(0, weights.len())
}

/// The most that a message of these lines may take. Whatever a dialect writes of them must not take more, which debug builds
/// and tests check with every message: a line weighed too light shows itself long before a message is too large.
#[must_use]
pub fn size_of(weights: &[Weight], lines: Range<usize>) -> Size {
    let unlimited = Size { text: u32::MAX, entities: u32::MAX, bytes: u32::MAX };
    let weights = &weights[..lines.end];
    let room = Room { first: unlimited, other: unlimited };
    if lines.is_empty() { Size::default() } else { Lines::new(weights, room).size(lines.start, lines.end) }
}

/// Lines that are to be packed.
struct Lines<'a> {
    weights: &'a [Weight],
    /// The sizes of all lines before each one, with what opens and closes their blocks.
    sums: Vec<Size>,
    room: Room,
}

impl<'a> Lines<'a> {
    fn new(weights: &'a [Weight], room: Room) -> Self {
        let mut sums = Vec::with_capacity(weights.len() + 1);
        let mut sum = Size::default();
        sums.push(sum);
        for (n, weight) in weights.iter().enumerate() {
            sum = sum + weight.gap + weight.body;
            if !weight.continues {
                sum = sum + weight.open;
            }
            if !continues(weights, n + 1) {
                sum = sum + weight.close;
            }
            sums.push(sum);
        }
        Self { weights, sums, room }
    }

    /// How much a message of these lines takes.
    fn size(&self, start: usize, end: usize) -> Size {
        let first = &self.weights[start];
        let mut size = self.sums[end] - self.sums[start] - first.gap;
        if first.continues {
            size = size + first.open;
        }
        if continues(self.weights, end) {
            size = size + self.weights[end - 1].close;
        }
        size
    }

    /// The room in the message that begins with this line.
    fn room(&self, start: usize) -> Size {
        if start == 0 { self.room.first } else { self.room.other }
    }

    /// Whether a message has room for these lines.
    fn fit(&self, start: usize, end: usize) -> bool {
        start == end || self.size(start, end).fits(self.room(start))
    }

    /// Whether these lines have no room in a message, and neither have they with more lines.
    fn never_fit(&self, start: usize, end: usize) -> bool {
        end > start + 1 && !(self.sums[end] - self.sums[start + 1]).fits(self.room(start))
    }

    /// How far a message of these lines is from a good one.
    fn shape(&self, start: usize, end: usize) -> u64 {
        let (size, limit) = (self.size(start, end), self.room(start));
        if start == 0 && self.room.first != self.room.other { opening(size, limit) } else { fullness(size, limit) }
    }
}

fn continues(weights: &[Weight], line: usize) -> bool {
    weights.get(line).is_some_and(|weight| weight.continues)
}

/// How much a cut hurts. Two hundred is as bad as a message that is all but empty.
fn penalty(cut: Cut) -> u64 {
    match cut {
        Cut::Section(level) => (u64::from(level.saturating_sub(1)) * 20).min(50),
        Cut::Paragraph => 60,
        Cut::Item(depth) => 80 + u64::from(depth) * 20,
        Cut::Row => 120,
        Cut::Sentence => 160,
        Cut::Announced | Cut::Word => 400,
        Cut::Letter => 800,
        Cut::Never => NEVER,
    }
}

/// How far a message is from being evenly filled: the sum of squares is least when all are alike.
fn fullness(size: Size, limit: Size) -> u64 {
    let share = u64::from(size.text) * 1_000 / u64::from(limit.text.max(1));
    let scrap = if share < 50 { 60 } else { 0 };
    share * share / 10_000 + scrap
}

/// How far a picture's caption is from being well filled.
fn opening(size: Size, limit: Size) -> u64 {
    let share = (u64::from(size.text) * 1_000 / u64::from(limit.text.max(1))).min(1_000);
    (1_000 - share) * (1_000 - share) / 5_000
}

#[cfg(test)]
mod tests;
