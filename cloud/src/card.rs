//! A headline as a picture, to go on top of a broadcast.

use unicode_linebreak::linebreaks;

use crate::{
    canvas::Canvas,
    font::{Font, Shape, Shaper},
    look::Look,
};

/// The picture's width in pixels, the same as a word cloud's.
pub const WIDTH: u32 = 1200;

/// The picture's height in pixels.
pub const HEIGHT: u32 = 675;

/// The headline's left edge and the most that it may be wide and high, in pixels.
const LEFT: u32 = 132;
const WIDEST: u32 = WIDTH - 2 * LEFT;
const HIGHEST: f32 = 440.0;

/// The largest and the smallest size that are tried, in pixels to an em, and from one line to the next in em.
const LARGEST: f32 = 116.0;
const SMALLEST: f32 = 44.0;
const LEADING: f32 = 1.36;

/// The headline on a dark sheet with a bar beside it, as large as it fits, as a JPEG. Characters that the font lacks
/// are left out; what is too long ends with `…`. `None` if nothing is left to be seen.
#[must_use]
pub fn draw(headline: &str, font: &Font) -> Option<Vec<u8>> {
    let mut shaper = Shaper::new(font);
    let seen: String = headline.chars().map(|c| if shaper.has(c) { c } else { ' ' }).collect();
    let seen = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    shaper.shape(&seen)?;
    let (lines, size) = set(&seen, &mut shaper);

    let look = Look::DARK;
    let mut canvas = Canvas::new(WIDTH, HEIGHT, &look);
    let high = (lines.len() as f32 * size * LEADING) as u32;
    let top = (HEIGHT - high) / 2;
    canvas.fill([LEFT - 48, top, 12, high], 6.0, look.words[0]);
    for (number, line) in lines.iter().enumerate() {
        // Four fifths of a letter's height stand above its line; what is left of the leading is shared out evenly.
        let baseline = top as f32 + size * (LEADING * number as f32 + (LEADING - 1.0) / 2.0 + 0.86);
        canvas.write_on(line, LEFT, baseline as u32, size, look.title);
    }
    for (number, colour) in look.words.iter().take(6).enumerate() {
        canvas.fill([LEFT + 28 * number as u32, HEIGHT - 64, 12, 12], 6.0, *colour);
    }
    Some(canvas.jpeg())
}

/// The lines at the largest size at which all of them fit.
fn set(text: &str, shaper: &mut Shaper<'_>) -> (Vec<Shape>, f32) {
    let mut size = LARGEST;
    loop {
        let most = (HIGHEST / (size * LEADING)) as usize;
        let lines = wrap(text, size, WIDEST, shaper);
        let fits = lines.len() <= most && lines.iter().all(|line| wide(line, size, shaper) <= WIDEST);
        if fits || size <= SMALLEST {
            let lines = if fits { evened(text, size, lines, shaper) } else { cut(lines, most, size, shaper) };
            return (lines.iter().filter_map(|line| shaper.shape(line)).collect(), size);
        }
        size -= 4.0;
    }
}

/// Breaks the text where Unicode's rules allow it, as late as the width allows.
fn wrap(text: &str, size: f32, width: u32, shaper: &mut Shaper<'_>) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut from = 0;
    for (to, _) in linebreaks(text) {
        let piece = &text[from..to];
        from = to;
        let longer = lines.last().map_or_else(String::new, |line| format!("{line}{piece}"));
        if lines.last().is_some_and(String::is_empty) || wide(&longer, size, shaper) <= width {
            lines.pop();
            lines.push(longer);
        } else {
            lines.push(piece.to_owned());
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// As many lines, but about equally long, so that no last line holds a single word.
fn evened(text: &str, size: f32, lines: Vec<String>, shaper: &mut Shaper<'_>) -> Vec<String> {
    let mut best = lines;
    let mut width = WIDEST - 24;
    while width > WIDEST / 3 {
        let narrower = wrap(text, size, width, shaper);
        let fits = narrower.iter().all(|line| wide(line, size, shaper) <= width);
        if narrower.len() > best.len() || !fits {
            break;
        }
        best = narrower;
        width -= 24;
    }
    best
}

/// The first lines, the last of them with `…` in place of what follows; none is wider than the sheet.
fn cut(mut lines: Vec<String>, most: usize, size: f32, shaper: &mut Shaper<'_>) -> Vec<String> {
    let more = lines.len() > most;
    lines.truncate(most);
    let last = lines.len().saturating_sub(1);
    for (number, line) in lines.iter_mut().enumerate() {
        let mut ends = if more && number == last { "…" } else { "" };
        while wide(&format!("{line}{ends}"), size, shaper) > WIDEST && line.pop().is_some() {
            ends = "…";
        }
        line.push_str(ends);
    }
    lines
}

fn wide(line: &str, size: f32, shaper: &mut Shaper<'_>) -> u32 {
    shaper.shape(line.trim_end()).map_or(0, |shape| shape.extent(size).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(headline: &str) -> (Vec<String>, f32) {
        let font = Font::embedded();
        let mut shaper = Shaper::new(&font);
        let (_, size) = set(headline, &mut shaper);
        let lines = wrap(headline, size, WIDEST, &mut shaper);
        (evened(headline, size, lines, &mut shaper), size)
    }

    #[test]
    fn a_short_headline_is_large_and_a_long_one_breaks_evenly_and_never_before_punctuation() {
        assert_eq!(lines("今晚停更一天"), (vec!["今晚停更一天".to_owned()], LARGEST));
        let (lines, size) = lines("今晚八点起系统维护，《推特 AI 日报》推迟到明早九点送达，敬请谅解。");
        assert!(size >= 72.0 && (2..=4).contains(&lines.len()), "{size}: {lines:?}");
        for line in &lines {
            assert!(!line.starts_with(['，', '》', '。']) && line.chars().count() > 4, "{lines:?}");
        }
    }

    #[test]
    fn a_headline_that_is_too_long_ends_with_an_ellipsis() {
        let font = Font::embedded();
        let mut shaper = Shaper::new(&font);
        for long in ["字".repeat(1000), "W".repeat(400), "word ".repeat(300)] {
            let text = long.trim();
            let most = (HIGHEST / (SMALLEST * LEADING)) as usize;
            let wrapped = wrap(text, SMALLEST, WIDEST, &mut shaper);
            let lines = cut(wrapped, most, SMALLEST, &mut shaper);
            assert!(lines.len() <= most && lines.last().unwrap().ends_with('…'), "{lines:?}");
            assert!(lines.iter().all(|line| wide(line, SMALLEST, &mut shaper) <= WIDEST), "{lines:?}");
            assert!(draw(text, &font).is_some());
        }
    }

    #[test]
    fn what_the_font_lacks_is_left_out_and_nothing_gives_no_card() {
        let font = Font::embedded();
        assert_eq!(draw("🎉 ሰላም", &font), None);
        assert_eq!(draw("🎉 周年快乐 🎉", &font), draw("周年快乐", &font));
    }
}
