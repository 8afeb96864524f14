//! Colours: light and dark.

use crate::words::Theme;

/// Red, green, blue.
pub type Rgb = [u8; 3];

/// The sheet's colours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The sheet.
    pub paper: Rgb,
    /// The caption.
    pub caption: Rgb,
    /// A card's headline, a chart's figures.
    pub title: Rgb,
    /// The words, in the order of [`Theme::ALL`].
    pub words: [Rgb; Theme::ALL.len()],
}

impl Look {
    /// Dark words on white.
    pub const LIGHT: Self = Self {
        paper: [0xff, 0xff, 0xff],
        caption: [0x6b, 0x72, 0x80],
        title: [0x0f, 0x17, 0x2a],
        words: [
            [0x1d, 0x4e, 0xd8], // blue: names
            [0x0f, 0x6e, 0x6e], // teal: technology
            [0x6d, 0x28, 0xd9], // violet: use
            [0xa8, 0x55, 0x07], // amber: money
            [0xbe, 0x12, 0x3c], // crimson: risk
            [0x2f, 0x75, 0x1f], // green: people
            [0x47, 0x55, 0x69], // slate: other
        ],
    };

    /// Bright words on a night blue.
    pub const DARK: Self = Self {
        paper: [0x0f, 0x17, 0x2a],
        caption: [0x94, 0xa3, 0xb8],
        title: [0xf8, 0xfa, 0xfc],
        words: [
            [0x7d, 0xb4, 0xff],
            [0x4f, 0xd8, 0xc8],
            [0xc4, 0xb0, 0xff],
            [0xfb, 0xbf, 0x4d],
            [0xff, 0x8f, 0xa3],
            [0x93, 0xdc, 0x6b],
            [0xcb, 0xd5, 0xe1],
        ],
    };

    pub(crate) fn word(&self, theme: Theme) -> Rgb {
        self.words[theme as usize]
    }
}

/// So much of `ink` on `paper`, from 0 (none) to 1 (all).
pub(crate) fn mixed(paper: Rgb, ink: Rgb, share: f32) -> Rgb {
    let mix = |paper: u8, ink: u8| (f32::from(paper) + (f32::from(ink) - f32::from(paper)) * share).round() as u8;
    [mix(paper[0], ink[0]), mix(paper[1], ink[1]), mix(paper[2], ink[2])]
}

/// How far two colours stand apart for the eye, from 1 to 21, as WCAG 2 defines it.
#[must_use]
pub fn contrast(a: Rgb, b: Rgb) -> f32 {
    let light = |colour: Rgb| {
        let [r, g, b] = colour.map(|part| {
            let part = f32::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (light(a), light(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_can_be_read_on_its_paper() {
        for look in [Look::LIGHT, Look::DARK] {
            for colour in look.words.into_iter().chain([look.caption, look.title]) {
                assert!(contrast(colour, look.paper) >= 4.5, "{colour:02x?}: {}", contrast(colour, look.paper));
            }
        }
    }

    #[test]
    fn black_on_white_has_the_contrast_of_the_standard() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.01);
    }
}
