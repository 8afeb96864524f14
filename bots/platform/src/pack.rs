//! Packs lines into messages: as few as possible, cut where it hurts least, evenly filled.

use std::ops::{Add, Range, Sub};

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

    fn fits(self, limit: Self) -> bool {
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

/// One message more costs as much as the worst cuts of a whole report.
const MESSAGE: u64 = 1_000_000_000;
/// A cut that may only be made where there is no other way at all.
const NEVER: u64 = 1_000_000_000_000;

/// The messages as ranges of lines: the fewest that there can be, and of all such the ones that read best.
///
/// A line that has no room even in an empty message gets one of its own; [`crate::split`] makes no such lines.
#[must_use]
pub fn pack(weights: &[Weight], room: Room) -> Vec<Range<usize>> {
    let lines = weights.len();
    if lines == 0 {
        return Vec::new();
    }
    let sums = sums(weights);
    if size(weights, &sums, 0, lines).fits(room.first) {
        return std::iter::once(0..lines).collect();
    }
    // For each line, the least cost of the messages before it, and where the last of those begins.
    let mut best = vec![(u64::MAX, 0); lines + 1];
    best[0] = (0, 0);
    let mut earliest = 0;
    for end in 1..=lines {
        let penalty = if end == lines { 0 } else { penalty(weights[end].cut) };
        // The lines before these do not fit, whatever stands in them.
        while earliest + 1 < end && !(sums[end] - sums[earliest + 1]).fits(room.other) {
            earliest += 1;
        }
        // The longest last message first: it leaves the fewest before it, and the others are seldom looked at.
        for start in earliest..end {
            let (before, _) = best[start];
            let least = before.saturating_add(MESSAGE + penalty);
            if before == u64::MAX || least > best[end].0 {
                continue;
            }
            let size = size(weights, &sums, start, end);
            let limit = if start == 0 { room.first } else { room.other };
            let alone = end - start == 1;
            if !size.fits(limit) && !alone {
                continue;
            }
            let shape =
                if start == 0 && room.first != room.other { opening(size, limit) } else { fullness(size, limit) };
            let cost = least.saturating_add(shape);
            if cost <= best[end].0 {
                best[end] = (cost, start);
            }
        }
    }
    let mut messages = Vec::new();
    let mut end = lines;
    while end > 0 {
        let start = best[end].1;
        messages.push(start..end);
        end = start;
    }
    messages.reverse();
    messages
}

/// Whether one message has room for all of these lines.
#[must_use]
pub fn fits_one(weights: &[Weight], room: Size) -> bool {
    weights.is_empty() || size(weights, &sums(weights), 0, weights.len()).fits(room)
}

/// The sizes of all lines before each one, with what opens and closes their blocks.
fn sums(weights: &[Weight]) -> Vec<Size> {
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
    sums
}

fn continues(weights: &[Weight], line: usize) -> bool {
    weights.get(line).is_some_and(|weight| weight.continues)
}

/// How much a message of these lines takes.
fn size(weights: &[Weight], sums: &[Size], start: usize, end: usize) -> Size {
    let mut size = sums[end] - sums[start] - weights[start].gap;
    if weights[start].continues {
        size = size + weights[start].open;
    }
    if continues(weights, end) {
        size = size + weights[end - 1].close;
    }
    size
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
