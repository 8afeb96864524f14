//! The letters: the embedded font, or another one with the embedded one behind it.

use std::{collections::HashMap, sync::Arc};

use ab_glyph::{Font as _, FontArc, FontRef, FontVec, Glyph, GlyphId, Outline, OutlinedGlyph, PxScaleFactor, point};

/// Paperboy Sans, cut from Noto Sans CJK SC Bold by `script/font/make.sh`: GB2312, Big5, kana, Latin, Greek, Cyrillic, symbols.
const EMBEDDED: &[u8] = include_bytes!("../font/PaperboySans-Bold.otf");

/// Where letters come from. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Font {
    /// Asked in this order.
    faces: Vec<FontArc>,
}

/// The file is no font, or has no face with that number.
#[derive(Debug, thiserror::Error)]
#[error("the font cannot be read: give an OpenType or TrueType file, and the face's number if it is a collection")]
pub struct BadFont;

impl Font {
    /// The embedded font.
    #[must_use]
    pub fn embedded() -> Self {
        let faces = FontRef::try_from_slice(EMBEDDED).map(FontArc::from).into_iter().collect();
        Self { faces }
    }

    /// A font file, whose missing letters come from the embedded font.
    ///
    /// # Errors
    ///
    /// If the bytes are no font.
    pub fn from_file(bytes: Vec<u8>, face: u32) -> Result<Self, BadFont> {
        let own = FontVec::try_from_vec_and_index(bytes, face).map_err(|_| BadFont)?;
        let mut font = Self::embedded();
        font.faces.insert(0, FontArc::from(own));
        Ok(font)
    }

    /// Whether every character can be drawn.
    #[must_use]
    pub fn has_all(&self, text: &str) -> bool {
        text.chars().all(|c| self.glyph(c).is_some())
    }

    fn glyph(&self, c: char) -> Option<(usize, GlyphId)> {
        self.faces.iter().map(|face| face.glyph_id(c)).enumerate().find(|(_, id)| id.0 != 0)
    }
}

/// A word's outlines at the size of one pixel per em, so that any size is a multiplication.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    letters: Vec<Letter>,
    /// The ink's edges from the first letter's origin, in em; down is positive.
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
}

#[derive(Clone, Debug)]
struct Letter {
    /// In em, from the first letter's origin.
    x: f32,
    /// Units of the outline to an em.
    scale: f32,
    outline: Arc<Outline>,
}

/// Shapes words, and reads each letter's outline once.
#[derive(Debug)]
pub(crate) struct Shaper<'a> {
    font: &'a Font,
    outlines: HashMap<(usize, u16), Option<Arc<Outline>>>,
}

impl<'a> Shaper<'a> {
    pub(crate) fn new(font: &'a Font) -> Self {
        Self { font, outlines: HashMap::new() }
    }

    /// Whether the character can be drawn.
    pub(crate) fn has(&self, c: char) -> bool {
        self.font.glyph(c).is_some()
    }

    /// The word's shape; none if a letter is missing or nothing would be seen.
    pub(crate) fn shape(&mut self, text: &str) -> Option<Shape> {
        let mut shape = Shape { letters: Vec::new(), left: f32::MAX, top: f32::MAX, right: f32::MIN, bottom: f32::MIN };
        let mut x = 0.0;
        for c in text.chars() {
            let (number, id) = self.font.glyph(c)?;
            let face = &self.font.faces[number];
            let scale = 1.0 / face.units_per_em()?;
            let outline = self.outlines.entry((number, id.0)).or_insert_with(|| face.outline(id).map(Arc::new));
            if let Some(outline) = outline {
                let ink = outline.bounds;
                // Font units grow upwards, so the outline's highest edge is its least on the picture.
                shape.left = shape.left.min(x + ink.min.x.min(ink.max.x) * scale);
                shape.right = shape.right.max(x + ink.min.x.max(ink.max.x) * scale);
                shape.top = shape.top.min(-ink.min.y.max(ink.max.y) * scale);
                shape.bottom = shape.bottom.max(-ink.min.y.min(ink.max.y) * scale);
                shape.letters.push(Letter { x, scale, outline: Arc::clone(outline) });
            }
            x += face.h_advance_unscaled(id) * scale;
        }
        (!shape.letters.is_empty()).then_some(shape)
    }
}

impl Shape {
    /// The ink's width and height in pixels at a size in pixels to an em.
    pub(crate) fn extent(&self, size: f32) -> (u32, u32) {
        let whole = |length: f32| (length * size).ceil().max(1.0) as u32;
        (whole(self.right - self.left), whole(self.bottom - self.top))
    }

    /// Where the ink begins, in pixels from the line that the letters stand on; less than zero is above it.
    pub(crate) fn above(&self, size: f32) -> f32 {
        self.top * size
    }

    /// Calls `paint` with each pixel that the word covers, from 0 (not) to 1 (wholly), its ink's corner at (`x`, `y`).
    pub(crate) fn draw(&self, x: u32, y: u32, size: f32, mut paint: impl FnMut(u32, u32, f32)) {
        let (width, height) = self.extent(size);
        for letter in &self.letters {
            let scale = letter.scale * size;
            let origin = point((letter.x - self.left) * size, -self.top * size);
            let glyph = Glyph { id: GlyphId(0), scale: size.into(), position: origin };
            let factor = PxScaleFactor { horizontal: scale, vertical: scale };
            let outlined = OutlinedGlyph::new(glyph, Outline::clone(&letter.outline), factor);
            let corner = outlined.px_bounds().min;
            outlined.draw(|dx, dy, covered| {
                let (px, py) = (corner.x + dx as f32, corner.y + dy as f32);
                if px >= 0.0 && py >= 0.0 && px < width as f32 && py < height as f32 {
                    paint(x + px as u32, y + py as u32, covered.min(1.0));
                }
            });
        }
    }
}
