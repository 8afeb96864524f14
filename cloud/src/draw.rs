//! Words in, picture out.

use crate::{
    canvas::{self, Canvas},
    font::{Font, Shape, Shaper},
    layout::{self, Candidate, Sheet},
    look::Look,
    words::{Theme, Word},
};

/// How the picture is made.
#[derive(Clone, Debug)]
pub struct Style {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The colours.
    pub look: Look,
    /// The letters.
    pub font: Font,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 1200, height: 675, look: Look::LIGHT, font: Font::embedded() }
    }
}

/// A finished picture.
#[derive(Clone, Debug)]
pub struct Cloud {
    /// The file.
    pub jpeg: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// What is on it, the most important first.
    pub words: Vec<Placed>,
    /// How many words were left out because the font lacks one of their characters.
    pub without_glyph: usize,
}

/// A word on the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The word.
    pub text: String,
    /// What it is about.
    pub theme: Theme,
    /// Its ink's left edge in pixels.
    pub x: u32,
    /// Its ink's upper edge in pixels.
    pub y: u32,
    /// Its ink's width in pixels.
    pub width: u32,
    /// Its ink's height in pixels.
    pub height: u32,
    /// Its size in pixels to an em.
    pub size: f32,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// The text has hardly any words.
    #[error("the text has too few words for a cloud: {0}")]
    TooFewWords(usize),
    /// The sheet cannot be encoded.
    #[error("a picture of {0} × {1} pixels cannot be made")]
    Size(u32, u32),
}

/// Fewer words make no cloud.
const FEWEST: usize = 5;

/// More are not even tried: they would be too small to read.
const MOST: usize = 600;

const MARGIN: u32 = 8;
const CAPTION: f32 = 15.0;

/// Draws the words, which come heaviest first, with a small caption in the lower right corner. The same words give
/// the same bytes.
///
/// # Errors
///
/// If there are fewer than five words, or the sheet is too small or too large for a JPEG.
pub fn draw(words: &[Word], caption: &str, style: &Style) -> Result<Cloud, CloudError> {
    let (width, height) = (style.width, style.height);
    if !(200..=canvas::MOST).contains(&width) || !(150..=canvas::MOST).contains(&height) {
        return Err(CloudError::Size(width, height));
    }
    let mut shaper = Shaper::new(&style.font);
    let mut kept = Vec::new();
    let mut candidates = Vec::new();
    let mut without_glyph = 0;
    for word in words.iter().take(MOST) {
        match shaper.shape(&word.text) {
            Some(shape) => {
                candidates.push(Candidate { weight: word.weight, shape, spaced: word.text.contains(' ') });
                kept.push(word);
            }
            None => without_glyph += 1,
        }
    }
    if kept.len() < FEWEST {
        return Err(CloudError::TooFewWords(kept.len()));
    }
    let caption = Caption::new(caption, &mut shaper, width, height);
    let taken = caption.as_ref().map(|caption| caption.taken);
    let spots = layout::lay_out(&candidates, &Sheet { width, height, margin: MARGIN, taken });

    let mut canvas = Canvas::new(width, height, &style.look);
    let mut placed = Vec::with_capacity(spots.len());
    for spot in spots {
        let (word, shape) = (kept[spot.candidate], &candidates[spot.candidate].shape);
        canvas.write(shape, spot.x, spot.y, spot.size, style.look.word(word.theme));
        let (width, height) = shape.extent(spot.size);
        let (text, theme) = (word.text.clone(), word.theme);
        placed.push((spot.candidate, Placed { text, theme, x: spot.x, y: spot.y, width, height, size: spot.size }));
    }
    if let Some(caption) = caption {
        let [x, y, ..] = caption.taken;
        canvas.write(&caption.shape, x, y, CAPTION, style.look.caption);
    }
    placed.sort_by_key(|(rank, _)| *rank);
    let words = placed.into_iter().map(|(_, word)| word).collect();
    Ok(Cloud { jpeg: canvas.jpeg(), width, height, words, without_glyph })
}

struct Caption {
    shape: Shape,
    /// Corner and extent.
    taken: [u32; 4],
}

impl Caption {
    /// The caption's characters that can be drawn, in the lower right corner; none if that is nothing or too long.
    fn new(text: &str, shaper: &mut Shaper<'_>, width: u32, height: u32) -> Option<Self> {
        let drawn: String = text.chars().filter(|c| shaper.has(*c)).collect();
        let shape = shaper.shape(&drawn)?;
        let extent = shape.extent(CAPTION);
        (extent.0 < width / 2).then(|| {
            let corner = [width - MARGIN - 2 - extent.0, height - MARGIN - 2 - extent.1];
            Self { shape, taken: [corner[0], corner[1], extent.0, extent.1] }
        })
    }
}
