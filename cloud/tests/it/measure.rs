//! How full a picture is, measured on the decoded file. `benches/cloud/measure.py` measures both sides the same way.

use zune_jpeg::{JpegDecoder, zune_core::bytestream::ZCursor};

/// A pixel is ink when one of its colours is this far from the paper's: more than the JPEG's noise.
const INK: i16 = 24;

/// A reader sees a hole where an empty square of this side fits, in pixels.
const HOLE: usize = 24;

#[derive(Debug)]
pub(crate) struct Measures {
    /// The share of pixels that are ink, in per cent.
    pub(crate) ink: f64,
    /// The share of pixels that lie in no empty square of 24 pixels, in per cent.
    pub(crate) covered: f64,
    /// The side of the largest empty square, in pixels.
    pub(crate) largest_empty: usize,
}

pub(crate) fn measure(jpeg: &[u8]) -> Measures {
    let mut decoder = JpegDecoder::new(ZCursor::new(jpeg));
    let pixels = decoder.decode().unwrap();
    let (width, height) = decoder.dimensions().unwrap();
    // The paper is what most of the uppermost row shows; any one pixel may be tinted by ink near it.
    let median = |part: usize| {
        let mut row: Vec<u8> = pixels[..width * 3].iter().skip(part).step_by(3).copied().collect();
        row.sort_unstable();
        i16::from(row[width / 2])
    };
    let paper = [0, 1, 2].map(median);
    let is_ink = |pixel: &[u8]| pixel.iter().zip(&paper).any(|(part, paper)| (i16::from(*part) - paper).abs() > INK);
    let ink: Vec<bool> = pixels.chunks_exact(3).map(is_ink).collect();

    // The largest empty square whose lower right corner is here.
    let mut square = vec![0usize; width * height];
    let mut hole = vec![false; width * height];
    for y in 0..height {
        for x in 0..width {
            let at = y * width + x;
            square[at] = match (ink[at], x, y) {
                (true, ..) => 0,
                (false, 0, _) | (false, _, 0) => 1,
                _ => 1 + square[at - 1].min(square[at - width]).min(square[at - width - 1]),
            };
            if square[at] >= HOLE {
                for row in y + 1 - HOLE..=y {
                    hole[row * width + x + 1 - HOLE..=row * width + x].fill(true);
                }
            }
        }
    }
    let share = |count: usize| 100.0 * count as f64 / (width * height) as f64;
    Measures {
        ink: share(ink.iter().filter(|ink| **ink).count()),
        covered: share(hole.iter().filter(|hole| !**hole).count()),
        largest_empty: square.into_iter().max().unwrap_or(0),
    }
}
