//! The free cells of the sheet, one bit each, and every place where a box would fit, found for all places at once.

/// A sheet of cells.
#[derive(Clone, Debug)]
pub(crate) struct Space {
    width: usize,
    height: usize,
    /// Words of 64 cells in a row.
    stride: usize,
    /// A set bit is a free cell; bits past the width are never set.
    free: Vec<u64>,
}

/// Cells from the left and the top, and how many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rect {
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl Space {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        let stride = width.div_ceil(64);
        let mut free = vec![u64::MAX; stride * height];
        if !width.is_multiple_of(64) {
            for row in free.chunks_exact_mut(stride) {
                row[stride - 1] = (1 << (width % 64)) - 1;
            }
        }
        Self { width, height, stride, free }
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn height(&self) -> usize {
        self.height
    }

    /// Takes the cells of a box.
    pub(crate) fn take(&mut self, rect: Rect) {
        self.each_word(rect, |word, mask| *word &= !mask);
    }

    /// Gives them back.
    pub(crate) fn give_back(&mut self, rect: Rect) {
        self.each_word(rect, |word, mask| *word |= mask);
    }

    /// Whether the box lies on the sheet and none of it is taken.
    pub(crate) fn is_free(&self, rect: Rect) -> bool {
        rect.x + rect.width <= self.width
            && rect.y + rect.height <= self.height
            && (rect.y..rect.y + rect.height)
                .all(|y| masks(rect).all(|(at, mask)| self.free[y * self.stride + at] & mask == mask))
    }

    fn each_word(&mut self, rect: Rect, change: impl Fn(&mut u64, u64)) {
        for y in rect.y..rect.y + rect.height {
            for (at, mask) in masks(rect) {
                change(&mut self.free[y * self.stride + at], mask);
            }
        }
    }

    /// Leaves in `places` a bit for each cell where a box of this extent can have its upper left corner.
    ///
    /// Each step doubles the run of free cells that a bit stands for, so a box of any extent takes a dozen sweeps.
    pub(crate) fn places(&self, width: usize, height: usize, places: &mut Vec<u64>) {
        places.clear();
        places.extend_from_slice(&self.free);
        for by in steps(height) {
            let shift = by * self.stride;
            let kept = places.len().saturating_sub(shift);
            for at in 0..kept {
                places[at] &= places[at + shift];
            }
            places[kept..].fill(0);
        }
        for by in steps(width) {
            let (words, bits) = (by / 64, by % 64);
            for row in places.chunks_exact_mut(self.stride) {
                for at in 0..self.stride {
                    let low = row.get(at + words).copied().unwrap_or(0);
                    let high = row.get(at + words + 1).copied().unwrap_or(0);
                    row[at] &= if bits == 0 { low } else { low >> bits | high << (64 - bits) };
                }
            }
        }
    }

    /// Of the places, the one whose corner is nearest to (`x`, `y`), where `flat` cells across count as one down.
    pub(crate) fn nearest(&self, places: &[u64], x: f32, y: f32, flat: f32) -> Option<(usize, usize)> {
        let mut best: Option<(f32, usize, usize)> = None;
        let middle = (y.max(0.0) as usize).min(self.height - 1);
        for away in 0..self.height {
            let down = away as f32 - 1.0;
            if best.is_some_and(|(cost, ..)| down > 0.0 && down * down >= cost) {
                break;
            }
            let rows = [middle.checked_sub(away), Some(middle + away).filter(|row| *row < self.height && away > 0)];
            for row in rows.into_iter().flatten() {
                let bits = &places[row * self.stride..(row + 1) * self.stride];
                for column in nearest_bits(bits, x.max(0.0) as usize).into_iter().flatten() {
                    let (dx, dy) = ((column as f32 - x) / flat, row as f32 - y);
                    let cost = dx * dx + dy * dy;
                    if best.is_none_or(|(least, ..)| cost < least) {
                        best = Some((cost, column, row));
                    }
                }
            }
        }
        best.map(|(_, column, row)| (column, row))
    }
}

/// The shifts that make a run of `length` set bits stand for one: 1, 2, 4 … and what is left.
fn steps(length: usize) -> impl Iterator<Item = usize> {
    let mut run = 1;
    std::iter::from_fn(move || {
        let by = run.min(length - run);
        run += by;
        (by > 0).then_some(by)
    })
}

/// The words of a row that a box touches, and which of their bits.
fn masks(rect: Rect) -> impl Iterator<Item = (usize, u64)> {
    let end = rect.x + rect.width;
    (rect.x / 64..end.div_ceil(64)).map(move |at| {
        let low = rect.x.saturating_sub(at * 64);
        let high = (end - at * 64).min(64);
        (at, (u64::MAX >> (64 - (high - low))) << low)
    })
}

/// The last set bit up to `at` and the first one from there on.
fn nearest_bits(bits: &[u64], at: usize) -> [Option<usize>; 2] {
    let word = (at / 64).min(bits.len() - 1);
    let bit = (at - word * 64).min(63);
    let upto = bits[word] & (u64::MAX >> (63 - bit));
    let from = bits[word] & (u64::MAX << bit);
    let before =
        || (0..word).rev().find(|at| bits[*at] != 0).map(|at| at * 64 + 63 - bits[at].leading_zeros() as usize);
    let behind =
        || (word + 1..bits.len()).find(|at| bits[*at] != 0).map(|at| at * 64 + bits[at].trailing_zeros() as usize);
    [
        if upto == 0 { before() } else { Some(word * 64 + 63 - upto.leading_zeros() as usize) },
        if from == 0 { behind() } else { Some(word * 64 + from.trailing_zeros() as usize) },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_that_is_offered_is_free_and_no_other_is() {
        let mut space = Space::new(150, 40);
        for rect in [(3, 3, 20, 9), (60, 0, 10, 40), (100, 20, 49, 5), (149, 39, 1, 1)] {
            space.take(Rect { x: rect.0, y: rect.1, width: rect.2, height: rect.3 });
        }
        let mut places = Vec::new();
        for (width, height) in [(1, 1), (2, 3), (7, 5), (64, 1), (65, 20), (79, 15), (150, 40)] {
            space.places(width, height, &mut places);
            for y in 0..40 {
                for x in 0..150 {
                    let offered = places[y * 3 + x / 64] >> (x % 64) & 1 == 1;
                    assert_eq!(offered, space.is_free(Rect { x, y, width, height }), "{width}×{height} at {x},{y}");
                }
            }
        }
    }

    #[test]
    fn the_nearest_place_is_the_nearest_of_all() {
        let mut space = Space::new(130, 30);
        space.take(Rect { x: 20, y: 5, width: 90, height: 20 });
        let mut places = Vec::new();
        space.places(8, 4, &mut places);
        for (x, y) in [(65.0, 15.0), (0.0, 0.0), (129.0, 29.0), (64.0, 14.5)] {
            let cost = |column: usize, row: usize| ((column as f32 - x) / 1.7).powi(2) + (row as f32 - y).powi(2);
            let all = (0..30).flat_map(|row| (0..130).map(move |column| (column, row)));
            let free = all.filter(|(x, y)| space.is_free(Rect { x: *x, y: *y, width: 8, height: 4 }));
            let least = free.map(|(column, row)| cost(column, row)).min_by(f32::total_cmp).unwrap();
            let (column, row) = space.nearest(&places, x, y, 1.7).unwrap();
            assert!((cost(column, row) - least).abs() < 1e-4, "near {x},{y}");
        }
    }

    #[test]
    fn what_is_given_back_is_free_again() {
        let mut space = Space::new(70, 4);
        let rect = Rect { x: 60, y: 1, width: 10, height: 2 };
        space.take(rect);
        assert!(!space.is_free(rect));
        space.give_back(rect);
        assert!(space.is_free(Rect { x: 0, y: 0, width: 70, height: 4 }));
    }
}
