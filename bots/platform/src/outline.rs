//! A document in an opening and pages: for readers who want one message and the rest at a touch.

use std::ops::Range;

use crate::{
    Button,
    flow::{Flow, Kind, Line, Marker},
    pack::{Room, Size, Weight, fits_one, pack},
    text::{clipped, columns},
};

/// A section with no more text than this goes on the page before it.
const SCRAP: u32 = 120;
/// A section with more text than this is divided where it has headings inside.
const LONG: u32 = 1_000;

/// A document in an opening and pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The lines of the opening: title, summary, whatever comes first.
    pub opening: Range<usize>,
    /// The rest.
    pub pages: Vec<Page>,
}

/// Part of a document that has room in one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its heading; empty if it has none.
    pub title: String,
    /// Its lines.
    pub lines: Range<usize>,
}

impl Outline {
    /// Divides a flow: the opening has room in `room.first`, each page in `room.other`.
    #[must_use]
    pub fn new(flow: &Flow<'_>, weights: &[Weight], room: Room) -> Self {
        let headings = headings(flow);
        let level = section_level(&headings);
        let of_level = |&&(_, found): &&(usize, u8)| level.is_some_and(|level| found <= level);
        let second = headings.iter().filter(of_level).map(|&(line, _)| line).nth(opening_sections(&headings, level));
        let natural = second.unwrap_or(weights.len());
        let packed = pack(&weights[..natural], room).first().map_or(0, |lines| lines.end);
        // A rule between the opening and what follows has done its work.
        let end = packed + flow.lines[packed..].iter().take_while(|line| line.kind == Kind::Rule).count();
        let mut pages: Vec<Page> = Vec::new();
        let sections = divided(flow, weights, &headings, end);
        for section in sections.iter().flat_map(|section| between_rules(flow, section)) {
            let title = title(flow, &section);
            let pages_of = pack(&weights[section.clone()], Room { first: room.other, other: room.other });
            for lines in pages_of {
                let lines = section.start + lines.start..section.start + lines.end;
                let scrap = text(weights, &lines) <= SCRAP;
                match pages.last_mut() {
                    Some(last) if scrap && fits(weights, &(last.lines.start..lines.end), room.other) => {
                        last.lines.end = lines.end;
                    }
                    _ => pages.push(Page { title: title.clone(), lines }),
                }
            }
        }
        Self { opening: 0..end, pages }
    }

    /// The number of the page that has this line, from 1.
    #[must_use]
    pub fn page_with(&self, line: usize) -> Option<usize> {
        self.pages.iter().position(|page| page.lines.end > line).map(|page| page + 1)
    }
}

/// The headings that divide the document, with their levels: not those in lists and quotations.
fn headings(flow: &Flow<'_>) -> Vec<(usize, u8)> {
    let heading = |(n, line): (usize, &Line<'_>)| match line.kind {
        Kind::Heading(level) if line.quote.is_none() && line.marker == Marker::None && flow.may_begin(n) => {
            Some((n, level))
        }
        _ => None,
    };
    flow.lines.iter().enumerate().filter_map(heading).collect()
}

/// The highest level that more than one heading has; a lone one above it is the title.
fn section_level(headings: &[(usize, u8)]) -> Option<u8> {
    (1..=6).find(|level| headings.iter().filter(|(_, found)| found == level).count() > 1)
}

/// How many headings the opening has: the title above the sections, if there is one, and the first section's.
fn opening_sections(headings: &[(usize, u8)], level: Option<u8>) -> usize {
    let first = headings.iter().position(|&(_, found)| Some(found) == level).unwrap_or(0);
    first + 1
}

/// The ranges from `start` on that are to have pages of their own. A long section is divided at its next level.
fn divided(flow: &Flow<'_>, weights: &[Weight], headings: &[(usize, u8)], start: usize) -> Vec<Range<usize>> {
    let end = flow.lines.len();
    if start >= end {
        return Vec::new();
    }
    let inside: Vec<(usize, u8)> = headings.iter().copied().filter(|&(line, _)| line >= start).collect();
    let Some(highest) = inside.iter().map(|&(_, level)| level).min() else {
        return std::iter::once(start..end).collect();
    };
    let mut starts = vec![start];
    starts.extend(inside.iter().filter(|&&(line, level)| level == highest && line > start).map(|&(line, _)| line));
    let mut sections = Vec::new();
    for (n, &from) in starts.iter().enumerate() {
        let to = starts.get(n + 1).copied().unwrap_or(end);
        let below = || inside.iter().filter(|&&(line, _)| line > from && line < to);
        let next = below().map(|&(_, level)| level).min();
        let mut last = from;
        if text(weights, &(from..to)) > LONG {
            // What stands between a heading and the first one below it stays with that one.
            let cuts = below().filter(|&&(_, level)| Some(level) == next).map(|&(line, _)| line);
            for (n, cut) in cuts.enumerate() {
                if n > 0 || text(weights, &(from..cut)) > LONG {
                    sections.push(last..cut);
                    last = cut;
                }
            }
        }
        sections.push(last..to);
    }
    sections
}

/// What stands below a rule no longer belongs to the section above it; right below a heading it only underlines that.
fn between_rules(flow: &Flow<'_>, section: &Range<usize>) -> Vec<Range<usize>> {
    let rule = |line: &Line<'_>| line.kind == Kind::Rule && line.quote.is_none() && line.marker == Marker::None;
    let heading = |line: &Line<'_>| matches!(line.kind, Kind::Heading(_));
    let (mut parts, mut start) = (Vec::new(), section.start);
    for at in section.clone().filter(|&at| rule(&flow.lines[at])) {
        let may_begin = at + 1 >= section.end || flow.may_begin(at + 1);
        if may_begin && (start == at || !flow.lines[start..at].iter().all(heading)) {
            parts.push(start..at);
            start = at + 1;
        }
    }
    parts.push(start..section.end);
    parts.retain(|part| !part.is_empty());
    parts
}

/// The last heading of those that a section begins with; what stands below a rule is called by how it begins.
fn title(flow: &Flow<'_>, section: &Range<usize>) -> String {
    let mut title = String::new();
    for (n, (line, runs)) in flow.whole_lines(section.clone()).enumerate() {
        let text = || runs.iter().map(|run| run.text.as_ref()).collect::<String>();
        let below_rule = section.start.checked_sub(1).is_some_and(|before| flow.lines[before].kind == Kind::Rule);
        match line.kind {
            Kind::Heading(_) => title = text(),
            Kind::Text if n == 0 && below_rule => {
                return lead(&text()).to_owned();
            }
            _ => break,
        }
    }
    title.trim().to_owned()
}

/// How a text begins, up to its first pause. Within a number a dot or comma is none.
fn lead(text: &str) -> &str {
    let pauses = text.char_indices().filter(|&(at, c)| match c {
        '：' | '，' | '。' | '；' | '！' | '？' => true,
        ':' | ',' | '.' | ';' | '!' | '?' => text[at + 1..].chars().next().is_none_or(char::is_whitespace),
        _ => false,
    });
    let end = pauses.map(|(at, _)| at).find(|&at| at > 0).unwrap_or(text.len());
    text[..end].trim()
}

fn text(weights: &[Weight], lines: &Range<usize>) -> u32 {
    weights[lines.clone()].iter().map(|weight| weight.body.text).sum()
}

fn fits(weights: &[Weight], lines: &Range<usize>, room: Size) -> bool {
    fits_one(&weights[lines.clone()], room)
}

/// The most pages that have buttons of their own under one message; the last of them leads on.
const BUTTONS: usize = 24;
/// The widest label, in columns.
const LABEL: usize = 40;

impl Outline {
    /// Buttons for the pages from `first` on, each with `command` and the page's number.
    #[must_use]
    pub fn buttons(&self, command: &str, first: usize) -> Vec<Button> {
        let last = self.pages.len().min(first + BUTTONS - 1);
        (first..=last)
            .map(|number| {
                let more = if number == last && last < self.pages.len() { " …" } else { "" };
                Button { label: self.label(number) + more, action: format!("{command} {number}") }
            })
            .collect()
    }

    /// Buttons that turn from a page to the one before it and the one after it.
    #[must_use]
    pub fn neighbours(&self, command: &str, number: usize) -> Vec<Button> {
        let turn = |to: usize, label: String| Button { label, action: format!("{command} {to}") };
        let mut buttons = Vec::new();
        if number > 1 {
            buttons.push(turn(number - 1, format!("‹ {}", self.label(number - 1))));
        }
        if number < self.pages.len() {
            buttons.push(turn(number + 1, format!("{} ›", self.label(number + 1))));
        }
        buttons
    }

    /// A page's name on a button: its heading, with a number where several pages have the same.
    fn label(&self, number: usize) -> String {
        let title = &self.pages[number - 1].title;
        if title.is_empty() {
            return number.to_string();
        }
        let label = clipped(title, LABEL, columns);
        let before = self.pages[..number - 1].iter().rev().take_while(|page| page.title == *title).count();
        if before == 0 { label } else { format!("{label} {}", before + 1) }
    }
}

/// Buttons in rows: two side by side where both are short.
#[must_use]
pub fn in_rows(buttons: Vec<Button>) -> Vec<Vec<Button>> {
    let mut rows: Vec<Vec<Button>> = Vec::new();
    let is_short = |button: &Button| columns(&button.label) <= 18;
    for button in buttons {
        match rows.last_mut() {
            Some(row) if row.len() == 1 && is_short(&row[0]) && is_short(&button) => row.push(button),
            _ => rows.push(vec![button]),
        }
    }
    rows
}
