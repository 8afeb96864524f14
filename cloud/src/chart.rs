//! Figures of some days as a picture: a line for how many there are, bars for what was done each day.

use crate::{
    canvas::Canvas,
    font::{Font, Shaper},
    look::{Look, Rgb, mixed},
};

/// The picture's width in pixels.
pub const WIDTH: u32 = 1200;

/// The picture's height in pixels.
pub const HEIGHT: u32 = 675;

/// Left and right edge of both panels, in pixels; what their lines stand for is written beyond.
const LEFT: u32 = 64;
const RIGHT: u32 = WIDTH - 160;

/// How high a panel is above its lowest line, in pixels.
const PANEL: u32 = 140;

/// What one line or one row of bars shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// What is counted.
    pub name: String,
    /// What to say of it in large figures.
    pub figure: String,
    /// One value a day.
    pub values: Vec<u64>,
}

/// What the chart shows. All series have the same number of days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// The first and the last day.
    pub days: [String; 2],
    /// How many there are on each day: the line above.
    pub standing: Series,
    /// What was done each day: the bars below.
    pub done: Series,
    /// What went wrong each day: on top of the bars.
    pub wrong: Series,
}

/// The chart as a JPEG. The same figures give the same bytes.
#[must_use]
pub fn draw(chart: &Chart, font: &Font, look: &Look) -> Vec<u8> {
    let mut pen = Pen { canvas: Canvas::new(WIDTH, HEIGHT, look), shaper: Shaper::new(font), look, days: &chart.days };
    let [blue, .., red, _, _] = look.words;
    let [_, teal, ..] = look.words;

    pen.heading(&chart.standing, 96, LEFT, blue);
    let top = top(chart.standing.values.iter().copied().max().unwrap_or(0));
    pen.lines(300, top);
    pen.area(300, &chart.standing.values, top, blue);

    let beside = pen.heading(&chart.done, 420, LEFT, teal);
    if chart.wrong.values.iter().any(|value| *value > 0) {
        pen.heading(&chart.wrong, 420, beside + 72, red);
    }
    let sums: Vec<u64> = chart.done.values.iter().zip(&chart.wrong.values).map(|(done, wrong)| done + wrong).collect();
    let top = self::top(sums.iter().copied().max().unwrap_or(0));
    pen.lines(612, top);
    pen.bars(612, &chart.wrong.values, &sums, top, red);
    pen.bars(612, &chart.done.values, &chart.done.values, top, teal);
    pen.canvas.jpeg()
}

/// The figure that the highest line stands for: one whose half is whole, and not far above the largest value.
fn top(largest: u64) -> u64 {
    let mut unit = 1u64;
    loop {
        if let Some(top) =
            [2, 4, 6, 8, 10, 12, 16].into_iter().map(|times| unit.saturating_mul(times)).find(|top| *top >= largest)
        {
            return top;
        }
        unit = unit.saturating_mul(10);
    }
}

/// A number with a comma before every three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let place = |(at, digit): (usize, char)| {
        let comma = at > 0 && (digits.len() - at).is_multiple_of(3);
        [comma.then_some(','), Some(digit)].into_iter().flatten()
    };
    digits.char_indices().flat_map(place).collect()
}

struct Pen<'a> {
    canvas: Canvas,
    shaper: Shaper<'a>,
    look: &'a Look,
    days: &'a [String; 2],
}

impl Pen<'_> {
    /// The name in the series' colour and beside it the figure; gives where they end.
    fn heading(&mut self, series: &Series, baseline: u32, x: u32, colour: Rgb) -> u32 {
        self.canvas.fill([x, baseline - 21, 20, 20], 5.0, colour);
        let x = x + 34;
        let x = x + self.write(&series.name, x, baseline, 28.0, self.look.caption) + 22;
        x + self.write(&series.figure, x, baseline, 52.0, self.look.title)
    }

    /// Writes what the font has of a text; gives its width.
    fn write(&mut self, text: &str, x: u32, baseline: u32, size: f32, colour: Rgb) -> u32 {
        let seen: String = text.chars().filter(|c| self.shaper.has(*c)).collect();
        let Some(shape) = self.shaper.shape(&seen) else { return 0 };
        self.canvas.write_on(&shape, x, baseline, size, colour);
        shape.extent(size).0
    }

    /// The same, ending at `right`.
    fn write_left_of(&mut self, text: &str, right: u32, baseline: u32, size: f32, colour: Rgb) {
        let width = self.shaper.shape(text).map_or(0, |shape| shape.extent(size).0);
        self.write(text, right.saturating_sub(width), baseline, size, colour);
    }

    /// A panel's three lines with what the upper two stand for, and the days below the lowest.
    fn lines(&mut self, lowest: u32, top: u64) {
        let faint = mixed(self.look.paper, self.look.caption, 0.25);
        for part in 0..=2 {
            let y = lowest - PANEL * part / 2;
            self.canvas.fill([LEFT, y, RIGHT - LEFT, if part == 0 { 2 } else { 1 }], 0.0, faint);
            if part > 0 {
                self.write(&grouped(top / 2 * u64::from(part)), RIGHT + 14, y + 7, 20.0, self.look.caption);
            }
        }
        let [first, last] = self.days;
        self.write(first, LEFT, lowest + 28, 20.0, self.look.caption);
        self.write_left_of(last, RIGHT, lowest + 28, 20.0, self.look.caption);
    }

    /// A line through the values, with a tint below it.
    fn area(&mut self, lowest: u32, values: &[u64], top: u64, colour: Rgb) {
        const HALF: f32 = 2.2;
        let high = |value: u64| (value as f64 / top as f64) as f32 * PANEL as f32;
        let steps = values.len().saturating_sub(1).max(1) as f32;
        let width = (RIGHT - LEFT) as f32;
        for x in LEFT..RIGHT {
            let along = (x - LEFT) as f32 / width * steps;
            let at = along as usize;
            let (Some(from), Some(to)) = (values.get(at), values.get(at + 1).or(values.get(at))) else { continue };
            let (from, to) = (high(*from), high(*to));
            let level = lowest as f32 - (from + (to - from) * along.fract());
            // A steep line is as thick as a flat one, so its column is higher.
            let slope = (to - from) * steps / width;
            let thick = (1.0 + slope * slope).sqrt();
            for y in 0..lowest {
                let below = (y as f32 + 0.5 - level).clamp(0.0, 1.0);
                self.canvas.cover(x, y, colour, below * 0.13);
                let apart = (y as f32 + 0.5 - level).abs() / thick;
                self.canvas.cover(x, y, colour, (HALF + 0.5 - apart).clamp(0.0, 1.0));
            }
        }
    }

    /// Bars of these values whose upper ends are at `ends`.
    fn bars(&mut self, lowest: u32, values: &[u64], ends: &[u64], top: u64, colour: Rgb) {
        let step = f64::from(RIGHT - LEFT) / values.len().max(1) as f64;
        for (day, (value, end)) in values.iter().zip(ends).enumerate().filter(|(_, (value, _))| **value > 0) {
            let high = |value: u64| value as f64 / top as f64 * f64::from(PANEL);
            // Even a single one among a million is to be seen.
            let high = (high(*end), high(*value).max(3.0));
            let x = f64::from(LEFT) + step * (day as f64 + 0.16);
            let bar = [
                x as u32,
                (f64::from(lowest) - high.0.max(high.1)) as u32,
                (step * 0.68).max(1.0) as u32,
                high.1 as u32,
            ];
            self.canvas.fill(bar, 2.5, colour);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shrink::check_jpeg;

    fn chart(values: &[u64]) -> Chart {
        let series = |name: &str, figure: &str, values: &[u64]| Series {
            name: name.to_owned(),
            figure: figure.to_owned(),
            values: values.to_vec(),
        };
        Chart {
            days: ["10月29日".to_owned(), "11月27日".to_owned()],
            standing: series("订阅者", "12,345", values),
            done: series("送达", "9,876", values),
            wrong: series("失败", "3", &vec![1; values.len()]),
        }
    }

    #[test]
    fn the_highest_line_is_round_and_not_below_the_largest_value() {
        for (largest, expected) in
            [(0, 2), (1, 2), (3, 4), (7, 8), (11, 12), (17, 20), (12_345, 16_000), (999_999, 1_000_000)]
        {
            assert_eq!(top(largest), expected);
        }
        assert_eq!(grouped(1_234_567), "1,234,567");
    }

    #[test]
    fn any_figures_make_a_sound_picture_and_the_same_ones_the_same() {
        let font = Font::embedded();
        for values in [vec![], vec![0], vec![7], (0..30).map(|day| day * day).collect(), vec![u64::MAX / 4; 30]] {
            let picture = draw(&chart(&values), &font, &Look::LIGHT);
            assert_eq!(check_jpeg(&picture), Ok(()), "{values:?}");
            assert!(picture == draw(&chart(&values), &font, &Look::LIGHT));
        }
    }
}
