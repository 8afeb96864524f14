//! Writes lines in Discord's Markdown.

use std::{fmt::Write as _, ops::Range};

use platform::{
    document::Style,
    flow::{Flow, Gap, Kind, Line, Marker, Run},
    pack::{Size, Weight, size_of},
    text::code_points,
};

use super::marked::{Marked, push_code};

/// Stands for a rule between two parts of a document: Discord has none.
const RULE: &str = "──────────";
/// The longest name of a language that is written after a fence.
const LANGUAGE: usize = 16;

/// Every line, weighed as it is written when it stands alone: never less than what it takes among others.
pub(super) fn weigh(flow: &Flow<'_>) -> Vec<Weight> {
    let mut scratch = String::new();
    let mut weights: Vec<Weight> = Vec::with_capacity(flow.lines.len());
    let mut before: Option<&Line<'_>> = None;
    for line in &flow.lines {
        scratch.clear();
        push_line(line, flow.text_of(line), &mut scratch);
        // A sign may have to be parted from one in the line that this one carries on.
        let seam = if line.gap == Gap::Joined { "\u{200B}" } else { "" };
        let body = size(&scratch) + size(seam);
        scratch.clear();
        let (mut open, mut close) = (Size::default(), Size::default());
        let mut continues = false;
        if let Kind::Code { block, language } = line.kind {
            open_fence(line, language, &mut scratch);
            open = size(&scratch);
            scratch.clear();
            close_fence(line, &mut scratch);
            close = size(&scratch);
            continues = is_same_code(before, block);
        }
        let gap = size(before.map_or("", |before| gap(before, line)));
        weights.push(Weight { gap, body, open, close, continues, cut: line.cut });
        before = Some(line);
    }
    weights
}

/// In code points, and in bytes of UTF-8, which only some messages have a limit for.
fn size(text: &str) -> Size {
    Size { bytes: u32::try_from(text.len()).unwrap_or(u32::MAX / 4), ..Size::text(code_points(text)) }
}

/// These lines of a flow, without rules at either end.
pub(super) fn write(flow: &Flow<'_>, weights: &[Weight], lines: Range<usize>) -> String {
    let written = write_lines(flow, lines.clone());
    debug_assert!(size(&written).fits(size_of(weights, lines)), "heavier than it was weighed");
    written
}

fn write_lines(flow: &Flow<'_>, lines: Range<usize>) -> String {
    let is_rule = |n: &usize| flow.lines[*n].kind == Kind::Rule;
    let start = lines.clone().find(|n| !is_rule(n)).unwrap_or(lines.end);
    let end = lines.rev().find(|n| !is_rule(n)).map_or(start, |last| last + 1);
    let mut out = String::new();
    let mut before: Option<&Line<'_>> = None;
    for (line, runs) in flow.whole_lines(start..end) {
        if let Some(last) = before
            && let Kind::Code { block, .. } = last.kind
            && !is_same_code(Some(line), block)
        {
            close_fence(last, &mut out);
        }
        if let Some(last) = before {
            out.push_str(gap(last, line));
        }
        if let Kind::Code { block, language } = line.kind
            && !is_same_code(before, block)
        {
            open_fence(line, language, &mut out);
        }
        push_line(line, runs, &mut out);
        before = Some(line);
    }
    if let Some(last) = before.filter(|line| matches!(line.kind, Kind::Code { .. })) {
        close_fence(last, &mut out);
    }
    out
}

fn is_same_code(line: Option<&Line<'_>>, block: u32) -> bool {
    line.is_some_and(|line| matches!(line.kind, Kind::Code { block: other, .. } if other == block))
}

/// What stands between two lines. Discord puts air around a heading by itself.
fn gap(before: &Line<'_>, line: &Line<'_>) -> &'static str {
    let heading = is_native_heading(before) || is_native_heading(line);
    match line.gap {
        Gap::Joined => "",
        Gap::Blank if !heading => match (before.quote, line.quote) {
            // An empty line inside of a quotation is quoted as well.
            (Some(a), Some(b)) if a.block == b.block => "\n> \n",
            _ => "\n\n",
        },
        Gap::Blank | Gap::Line => "\n",
    }
}

/// Discord has three levels, and none in a list.
fn is_native_heading(line: &Line<'_>) -> bool {
    matches!(line.kind, Kind::Heading(1..=3)) && line.marker == Marker::None
}

fn push_quote(line: &Line<'_>, out: &mut String) {
    if let Some(quote) = line.quote {
        out.push_str("> ");
        for _ in 1..quote.depth.min(8) {
            out.push_str("│ ");
        }
    }
}

fn open_fence(line: &Line<'_>, language: Option<&str>, out: &mut String) {
    let plain = |language: &&str| {
        language.len() <= LANGUAGE && language.bytes().all(|b| b.is_ascii_alphanumeric() || b"+#-_".contains(&b))
    };
    push_quote(line, out);
    out.push_str("```");
    out.push_str(language.filter(plain).unwrap_or_default());
    out.push('\n');
}

fn close_fence(line: &Line<'_>, out: &mut String) {
    out.push('\n');
    push_quote(line, out);
    out.push_str("```");
}

fn push_line(line: &Line<'_>, runs: &[Run<'_>], out: &mut String) {
    if line.gap != Gap::Joined {
        push_quote(line, out);
    }
    match line.kind {
        Kind::Rule => out.push_str(RULE),
        Kind::Code { .. } => {
            for run in runs {
                push_code(&run.text, out);
            }
        }
        Kind::Heading(level) if is_native_heading(line) => {
            out.push_str(&"###"[..usize::from(level)]);
            out.push(' ');
            Marked::default().write(runs, Style::default(), out);
        }
        Kind::Heading(_) => {
            push_marker(line, out);
            Marked::default().write(runs, Style { bold: true, ..Style::default() }, out);
        }
        Kind::Text => {
            push_marker(line, out);
            // A joined line may come to stand at the start of a message.
            let begins = matches!(line.marker, Marker::None | Marker::Under);
            Marked::at(begins).write(runs, Style::default(), out);
        }
    }
}

fn push_marker(line: &Line<'_>, out: &mut String) {
    if line.gap == Gap::Joined || line.marker == Marker::None {
        return;
    }
    for _ in 0..line.indent.min(8) {
        out.push_str("  ");
    }
    match line.marker {
        Marker::None => {}
        Marker::Under => out.push_str("  "),
        Marker::Bullet => out.push_str("- "),
        // Writing to a string cannot fail.
        Marker::Number(number) => {
            let _ = write!(out, "{number}. ");
        }
        Marker::Task(done) => out.push_str(if done { "- ☑ " } else { "- ☐ " }),
    }
}
