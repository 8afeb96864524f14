//! Where each word goes and how big it is.
//!
//! The main words get a size that follows their weight exactly, the largest scale at which all of them fit, placed
//! from the centre out. The others then fill the gaps, each as large as its gap allows, and at last grow into what
//! is left around them. A word takes its whole box, so nothing can lie inside a big word's strokes.

use crate::{
    font::Shape,
    space::{Rect, Space},
};

/// Pixels to a cell.
const CELL: u32 = 2;

/// The words whose size is exact.
const MAIN: usize = 90;

/// No word is smaller, in pixels to an em.
pub(crate) const SMALLEST: f32 = 12.0;

/// How much larger the heaviest word is than one of no weight.
const RATIO: f32 = 9.0;

/// How far a placed word looks for room, in cells.
const FARTHEST: usize = 20;

/// The scale below which words are left out rather than made smaller.
const LEAST: f32 = 5.0;

/// From one size to the next larger one.
const STEP: f32 = 1.06;

/// The share of the sheet that the main words' boxes cover at most; the others need room too.
const MAIN_SHARE: f32 = 0.6;

/// A word to be placed.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) weight: f32,
    pub(crate) shape: Shape,
    /// Whether it has a space inside; then the next word must stand farther off than that.
    pub(crate) spaced: bool,
}

/// Where a candidate went: its ink's corner and size in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spot {
    pub(crate) candidate: usize,
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) size: f32,
}

/// A word's box in cells, with the size that it was made for.
#[derive(Clone, Copy, Debug)]
struct Held {
    candidate: usize,
    rect: Rect,
    size: f32,
}

/// The sheet's size and what lies on it already, in pixels.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) margin: u32,
    /// The caption's corner and extent.
    pub(crate) taken: Option<[u32; 4]>,
}

/// Places the candidates, which come heaviest first.
pub(crate) fn lay_out(candidates: &[Candidate], sheet: &Sheet) -> Vec<Spot> {
    let empty = empty_space(sheet);
    let main = &candidates[..candidates.len().min(MAIN)];
    let (mut held, scale) = main_words(main, &empty, sheet);
    let mut space = empty;
    for word in &held {
        space.take(word.rect);
    }
    let rest = held.len()..candidates.len();
    let first_small = held.len();
    let mut left: Vec<usize> = rest.collect();
    fill(candidates, &mut left, scale, &mut space, &mut held);
    grow(candidates, first_small, scale, &mut space, &mut held);
    fill(candidates, &mut left, scale, &mut space, &mut held);
    spread(&mut space, &mut held);
    held.iter().map(|word| spot(word, &candidates[word.candidate].shape, sheet)).collect()
}

fn empty_space(sheet: &Sheet) -> Space {
    let inner = |length: u32| (length.saturating_sub(2 * sheet.margin) / CELL).max(1) as usize;
    let mut space = Space::new(inner(sheet.width), inner(sheet.height));
    if let Some([x, y, width, height]) = sheet.taken {
        let cell = |pixel: u32| (pixel.saturating_sub(sheet.margin) / CELL) as usize;
        let (right, bottom) = (cell(x + width + CELL).min(space.width()), cell(y + height + CELL).min(space.height()));
        let (x, y) = (cell(x).min(right), cell(y).min(bottom));
        space.take(Rect { x, y, width: right - x, height: bottom - y });
    }
    space
}

/// A size in pixels for a weight, at a scale.
fn size(weight: f32, scale: f32) -> f32 {
    scale * (1.0 + weight.powf(0.8) * (RATIO - 1.0))
}

/// The box that a word needs: its ink and a little air, which grows with the size.
fn needed(word: &Candidate, size: f32) -> (usize, usize) {
    let (width, height) = word.shape.extent(size);
    // Pixels to the next word: beside it more than inside it, or the two would read as one; above and below it less.
    let beside = if word.spaced { (size * 0.45).clamp(6.0, 20.0) } else { (size * 0.2).clamp(4.0, 12.0) } as u32;
    let above = (size * 0.08).clamp(2.0, 6.0) as u32;
    ((width + beside).div_ceil(CELL) as usize, (height + above).div_ceil(CELL) as usize)
}

/// The main words at the largest scale at which all fit.
fn main_words(main: &[Candidate], empty: &Space, sheet: &Sheet) -> (Vec<Held>, f32) {
    let (mut low, mut high) =
        (LEAST, covering(main, empty, MAIN_SHARE).clamp(LEAST, sheet.height as f32 / RATIO / 2.0));
    let mut best = (Vec::new(), LEAST);
    let mut places = Vec::new();
    for pass in 0..8 {
        let scale = if pass == 0 { high } else { (low * high).sqrt() };
        if pass > 0 && high / low < 1.03 {
            break;
        }
        match at_scale(main, scale, empty, &mut places) {
            Ok(held) => {
                best = (held, scale);
                low = scale;
            }
            Err(held) => {
                if best.0.len() < held.len() && best.1 <= LEAST {
                    best = (held, LEAST);
                }
                high = scale;
            }
        }
    }
    best
}

/// The scale at which the main words' boxes cover this share of the sheet.
fn covering(main: &[Candidate], empty: &Space, share: f32) -> f32 {
    let area = |candidate: &Candidate| {
        let (width, height) = needed(candidate, size(candidate.weight, 20.0));
        (width * height) as f32
    };
    let all: f32 = main.iter().map(area).sum();
    20.0 * (share * (empty.width() * empty.height()) as f32 / all.max(1.0)).sqrt()
}

/// All words at a scale, from the centre out; those before the first that does not fit, if one does not.
fn at_scale(main: &[Candidate], scale: f32, empty: &Space, places: &mut Vec<u64>) -> Result<Vec<Held>, Vec<Held>> {
    let mut space = empty.clone();
    let mut held = Vec::with_capacity(main.len());
    for (candidate, word) in main.iter().enumerate() {
        let size = size(word.weight, scale);
        let Some(rect) = place(&space, needed(word, size), candidate, places) else { return Err(held) };
        space.take(rect);
        held.push(Held { candidate, rect, size });
    }
    Ok(held)
}

/// The free box of this extent that is nearest to the centre, or rather to a point near it, so that words of one
/// length do not pile up in a column.
fn place(space: &Space, (width, height): (usize, usize), number: usize, places: &mut Vec<u64>) -> Option<Rect> {
    if width > space.width() || height > space.height() {
        return None;
    }
    space.places(width, height, places);
    let around = |length: usize, chance: f32| length as f32 * (0.5 + 0.1 * (chance - 0.5));
    // The golden ratio's multiples never repeat and spread evenly, and they are the same on each run.
    let chance = |step: f32| (number as f32 * step).fract();
    let x = around(space.width(), chance(0.618_034)) - width as f32 / 2.0;
    let y = around(space.height(), chance(0.754_878)) - height as f32 / 2.0;
    let flat = space.width() as f32 / space.height() as f32;
    space.nearest(places, x, y, flat).map(|(x, y)| Rect { x, y, width, height })
}

/// Puts the words that are left into the gaps, the heaviest first, each at the largest size that fits and that its
/// weight allows.
fn fill(candidates: &[Candidate], left: &mut Vec<usize>, scale: f32, space: &mut Space, held: &mut Vec<Held>) {
    let mut places = Vec::new();
    // The extents that fitted nowhere: the sheet only gets fuller, so they never will.
    let mut refused: Vec<(usize, usize)> = Vec::new();
    left.retain(|&number| {
        let word = &candidates[number];
        let most = size(word.weight, scale).max(SMALLEST);
        let mut fitting: Option<Held> = None;
        // Sizes are 6 % apart. What fits at one size fits at every smaller one, so halving finds the largest.
        let (mut small, mut large) = (0, ((most / SMALLEST).ln() / STEP.ln()).floor() as i32 + 1);
        let mut next = large - 1;
        while small < large {
            let size = SMALLEST * STEP.powi(next);
            let extent = needed(word, size);
            let known = refused.iter().any(|(width, height)| extent.0 >= *width && extent.1 >= *height);
            match if known { None } else { place(space, extent, number, &mut places) } {
                Some(rect) => {
                    fitting = Some(Held { candidate: number, rect, size });
                    small = next + 1;
                }
                None => {
                    if !known {
                        refused.retain(|(width, height)| !(*width >= extent.0 && *height >= extent.1));
                        refused.push(extent);
                    }
                    large = next;
                }
            }
            next = i32::midpoint(small, large - 1);
        }
        if let Some(word) = fitting {
            space.take(word.rect);
            held.push(word);
        }
        fitting.is_none()
    });
}

/// Lets the small words grow where there is room around them.
fn grow(candidates: &[Candidate], first_small: usize, scale: f32, space: &mut Space, held: &mut [Held]) {
    for word in &mut held[first_small..] {
        let candidate = &candidates[word.candidate];
        let most = (size(candidate.weight, scale) * 1.5).max(SMALLEST * 1.6);
        space.give_back(word.rect);
        let mut next = word.size * STEP;
        while next <= most {
            let (width, height) = needed(candidate, next);
            let Some(rect) = around(word.rect, width, height).into_iter().find(|rect| space.is_free(*rect)) else {
                break;
            };
            (word.rect, word.size) = (rect, next);
            next *= STEP;
        }
        space.take(word.rect);
    }
}

/// Moves each word into the middle of the room that it has, so that two narrow gaps stand where one wide one was.
fn spread(space: &mut Space, held: &mut [Held]) {
    // The second round uses the room that the first one made.
    for at in (0..held.len()).chain(0..held.len()) {
        let word = &mut held[at];
        space.give_back(word.rect);
        let free = |rect: Option<Rect>| rect.is_some_and(|rect| space.is_free(rect));
        let at = word.rect;
        let room = |step: &dyn Fn(usize) -> Option<Rect>| (1..=FARTHEST).take_while(|by| free(step(*by))).count();
        let left = room(&|by| at.x.checked_sub(by).map(|x| Rect { x, ..at }));
        let right = room(&|by| Some(Rect { x: at.x + by, ..at }));
        let at = Rect { x: (at.x + right.div_ceil(2)).saturating_sub(left.div_ceil(2)), ..at };
        let room = |step: &dyn Fn(usize) -> Option<Rect>| (1..=FARTHEST).take_while(|by| free(step(*by))).count();
        let up = room(&|by| at.y.checked_sub(by).map(|y| Rect { y, ..at }));
        let down = room(&|by| Some(Rect { y: at.y + by, ..at }));
        word.rect = Rect { y: (at.y + down.div_ceil(2)).saturating_sub(up.div_ceil(2)), ..at };
        space.take(word.rect);
    }
}

/// Larger boxes that hold this one: grown evenly, or away from one of its corners.
fn around(rect: Rect, width: usize, height: usize) -> Vec<Rect> {
    let (wider, higher) = (width.saturating_sub(rect.width), height.saturating_sub(rect.height));
    let mut boxes = Vec::new();
    for left in [wider / 2, 0, wider] {
        for up in [higher / 2, 0, higher] {
            if left <= rect.x && up <= rect.y {
                boxes.push(Rect { x: rect.x - left, y: rect.y - up, width, height });
            }
        }
    }
    boxes
}

/// The ink in the middle of its box, in pixels.
fn spot(word: &Held, shape: &Shape, sheet: &Sheet) -> Spot {
    let (width, height) = shape.extent(word.size);
    let middle = |at: usize, cells: usize, ink: u32| sheet.margin + at as u32 * CELL + (cells as u32 * CELL - ink) / 2;
    Spot {
        candidate: word.candidate,
        x: middle(word.rect.x, word.rect.width, width),
        y: middle(word.rect.y, word.rect.height, height),
        size: word.size,
    }
}
