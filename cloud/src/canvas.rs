//! The pixels of every picture that is drawn here, and the JPEG that they become.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::{
    font::Shape,
    look::{Look, Rgb},
};

/// Good enough that no edge frays, small enough that a full word cloud stays below 350 KB.
const QUALITY: u8 = 78;

/// The widest and highest sheet, in pixels; far below the format's own limit.
pub(crate) const MOST: u32 = 8000;

/// Pixels, row by row.
#[derive(Clone, Debug)]
pub(crate) struct Canvas {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Canvas {
    /// An empty sheet; its sides are at most [`MOST`].
    pub(crate) fn new(width: u32, height: u32, look: &Look) -> Self {
        debug_assert!(width <= MOST && height <= MOST);
        Self { width, height, pixels: look.paper.repeat((width * height) as usize) }
    }

    /// Covers one pixel from 0 (not) to 1 (wholly).
    pub(crate) fn cover(&mut self, x: u32, y: u32, colour: Rgb, covered: f32) {
        if covered <= 0.0 || x >= self.width || y >= self.height {
            return;
        }
        let at = ((y * self.width + x) * 3) as usize;
        for (pixel, ink) in self.pixels[at..at + 3].iter_mut().zip(colour) {
            let paper = f32::from(*pixel);
            // Never below zero, so half more and the rest cut off is the nearest.
            *pixel = (paper + (f32::from(ink) - paper) * covered + 0.5) as u8;
        }
    }

    /// Writes a word with its ink's corner at (`x`, `y`).
    pub(crate) fn write(&mut self, shape: &Shape, x: u32, y: u32, size: f32, colour: Rgb) {
        shape.draw(x, y, size, |x, y, covered| self.cover(x, y, colour, covered));
    }

    /// Writes a word so that its ink begins at `x` and its letters stand on `baseline`.
    pub(crate) fn write_on(&mut self, shape: &Shape, x: u32, baseline: u32, size: f32, colour: Rgb) {
        let y = (baseline as f32 + shape.above(size)).round().max(0.0) as u32;
        self.write(shape, x, y, size, colour);
    }

    /// Fills a box whose corners are rounded by `radius` pixels.
    pub(crate) fn fill(&mut self, [x, y, width, height]: [u32; 4], radius: f32, colour: Rgb) {
        for row in 0..height {
            for column in 0..width {
                // How far the pixel's middle lies inside the corner's square, both ways.
                let into =
                    |at: u32, length: u32| (radius - (at as f32 + 0.5).min(length as f32 - at as f32 - 0.5)).max(0.0);
                let (dx, dy) = (into(column, width), into(row, height));
                let covered = (radius + 0.5 - dx.hypot(dy)).clamp(0.0, 1.0);
                self.cover(x + column, y + row, colour, if radius > 0.0 { covered } else { 1.0 });
            }
        }
    }

    /// The file.
    pub(crate) fn jpeg(&self) -> Vec<u8> {
        let mut jpeg = Vec::with_capacity(400_000);
        let mut encoder = Encoder::new(&mut jpeg, QUALITY);
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
        // Its only error is a sheet without pixels or with more than 65,535 a side; no caller makes one.
        let encoded = encoder.encode(&self.pixels, self.width as u16, self.height as u16, ColorType::Rgb);
        debug_assert!(encoded.is_ok(), "{encoded:?}");
        jpeg
    }
}
