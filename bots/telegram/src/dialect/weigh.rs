//! How much of a message a line takes, and the signs that begin it.

use std::fmt::Write as _;

use platform::{
    document::Style,
    flow::{Flow, Gap, Kind, Line, Marker, Run},
    pack::{Size, Weight},
    text::utf16_len,
};

/// Stands for a rule between two parts of a document.
pub(super) const RULE: &str = "──────────";
/// Stands before a heading of the second level, which Telegram cannot show larger.
const SECTION: &str = "▎";

/// Every line, weighed. Never less than [`super::entities`] writes: two runs that look alike are counted as two.
pub(super) fn weigh(flow: &Flow<'_>) -> Vec<Weight> {
    let mut weights: Vec<Weight> = Vec::with_capacity(flow.lines.len());
    let mut sign = String::new();
    for (n, line) in flow.lines.iter().enumerate() {
        let before = n.checked_sub(1).map(|before| &flow.lines[before]);
        sign.clear();
        push_sign(line, &mut sign);
        let mut body = Size::text(utf16_len(&sign));
        if line.kind == Kind::Rule {
            body = body + Size::text(RULE.chars().count());
        }
        for run in flow.text_of(line) {
            body = body + run_size(run, line.kind);
        }
        let same_code = matches!((before.map(|line| line.kind), line.kind), (Some(Kind::Code { block: a, .. }), Kind::Code { block: b, .. }) if a == b);
        let same_quote = before.is_some_and(|before| before.quote.map(|q| q.block) == line.quote.map(|q| q.block));
        let mut open = Size::default();
        if line.quote.is_some() {
            open = open + entity(0);
        }
        if let Kind::Code { language, .. } = line.kind {
            open = open + entity(language.map_or(0, str::len));
        }
        weights.push(Weight {
            gap: Size::text(gap(line.gap)),
            body,
            open,
            close: Size::default(),
            continues: match line.kind {
                Kind::Code { .. } => same_code && same_quote,
                _ => line.quote.is_some() && same_quote,
            },
            cut: line.cut,
        });
    }
    weights
}

/// The size of an entity; `more` is the length of its address or language.
pub(super) fn entity(more: usize) -> Size {
    let bytes = u32::try_from(24 + more).unwrap_or(u32::MAX);
    Size { text: 0, entities: 1, bytes }
}

fn run_size(run: &Run<'_>, kind: Kind<'_>) -> Size {
    let look = Look::of(run, kind);
    let mut size = Size::text(utf16_len(&run.text));
    for _ in look.marks().into_iter().filter(|&on| on) {
        size = size + entity(0);
    }
    if let Some(link) = look.link {
        size = size + entity(link.len());
    }
    size
}

/// What of a run's look Telegram can show: code stands alone, and in a block of code there is nothing else.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Look<'a> {
    pub(super) style: Style,
    pub(super) link: Option<&'a str>,
}

impl<'a> Look<'a> {
    pub(super) fn of(run: &'a Run<'_>, kind: Kind<'_>) -> Self {
        let link = run.link.map(|link| &**link).filter(|link| is_shown(link));
        let style = match kind {
            Kind::Code { .. } => return Self { style: Style::default(), link: None },
            Kind::Heading(level) => Style { bold: true, underline: run.style.underline || level == 1, ..run.style },
            Kind::Text | Kind::Rule => run.style,
        };
        match (style.code, link) {
            (true, None) => Self { style: Style { code: true, ..Style::default() }, link },
            _ => Self { style: Style { code: false, ..style }, link },
        }
    }

    /// Bold, italic, underlined, struck through, code: in this order.
    pub(super) fn marks(self) -> [bool; 5] {
        let Style { bold, italic, underline, strike, code } = self.style;
        [bold, italic, underline, strike, code]
    }
}

/// Whether Telegram takes the address in an entity of ours. It finds addresses of mail and telephone by itself.
fn is_shown(link: &str) -> bool {
    let begins = |scheme: &str| link.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    begins("http") || begins("tg:")
}

pub(super) fn gap(gap: Gap) -> usize {
    match gap {
        Gap::Joined => 0,
        Gap::Line => 1,
        Gap::Blank => 2,
    }
}

/// Writes what begins a line: room for its depth, bars of quotations in quotations, a bullet or number.
pub(super) fn push_sign(line: &Line<'_>, out: &mut String) {
    if line.gap == Gap::Joined {
        return;
    }
    for _ in 1..line.quote.map_or(1, |quote| quote.depth.min(8)) {
        out.push_str("│ ");
    }
    // What stands in a code block keeps its own indentation and gets no other.
    if matches!(line.kind, Kind::Code { .. }) {
        return;
    }
    if line.marker != Marker::None {
        for _ in 0..line.indent.min(8) {
            out.push_str("   ");
        }
    }
    match line.marker {
        Marker::None => {}
        Marker::Under => out.push_str("  "),
        Marker::Bullet => out.push_str(["• ", "◦ ", "▪ "][usize::from(line.indent) % 3]),
        // Nearly all lists are short, and a single digit needs no formatting.
        Marker::Number(number @ 0..=9) => {
            out.extend(char::from_digit(number as u32, 10));
            out.push_str(". ");
        }
        // Writing to a string cannot fail.
        Marker::Number(number) => {
            let _ = write!(out, "{number}. ");
        }
        Marker::Task(done) => out.push_str(if done { "☑ " } else { "☐ " }),
    }
    if line.kind == Kind::Heading(2) && line.marker == Marker::None {
        out.push_str(SECTION);
    }
}
