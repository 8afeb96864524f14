//! A document as lines: what a tree is made into before it is measured and packed.
//!
//! A [`Line`] is the smallest thing that a message is made of. Long paragraphs become several lines that are
//! [`Gap::Joined`], cut where a reader would pause (see [`crate::split`]), so packing never looks into text.

mod blocks;
mod table;

use std::{borrow::Cow, ops::Range, sync::Arc};

use crate::{
    Document,
    document::{Span, Style},
    split,
};

/// Room for the lines and runs of a usual report, so that a flow need not grow.
const USUAL: usize = 128;

/// The lines of a document.
#[derive(Clone, Debug)]
pub struct Flow<'d> {
    /// In reading order.
    pub lines: Vec<Line<'d>>,
    /// The text of all lines; each line has a range of it, and joined lines have adjoining ranges.
    pub runs: Vec<Run<'d>>,
}

/// A piece of text that looks the same throughout.
#[derive(Clone, Debug, PartialEq)]
pub struct Run<'d> {
    /// What it says; never with a line break.
    pub text: Cow<'d, str>,
    /// How it looks.
    pub style: Style,
    /// Where it leads.
    pub link: Option<&'d Arc<str>>,
}

/// A line, or a part of a long one.
#[derive(Clone, Debug)]
pub struct Line<'d> {
    /// What stands between it and the line before.
    pub gap: Gap,
    /// What is broken if a message ends before it.
    pub cut: Cut,
    /// What sort of line it is.
    pub kind: Kind<'d>,
    /// The quotation it stands in.
    pub quote: Option<Quote>,
    /// How many lists it is inside of, less one.
    pub indent: u8,
    /// What begins it.
    pub marker: Marker,
    /// Its text in [`Flow::runs`].
    pub runs: Range<usize>,
}

/// What stands between two lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Nothing: the second carries on the first.
    Joined,
    /// A line break.
    Line,
    /// An empty line.
    Blank,
}

/// What a message boundary breaks, from the least to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cut {
    /// Nothing: a section of this level begins, or a rule stands here.
    Section(u8),
    /// The run of paragraphs.
    Paragraph,
    /// A list, between two items at this depth.
    Item(u8),
    /// A table, a code block, or a paragraph's own line breaks.
    Row,
    /// A line that announces what follows it.
    Announced,
    /// A paragraph, between sentences.
    Sentence,
    /// A sentence, between words.
    Word,
    /// A word.
    Letter,
    /// What must stay together: a heading and what it heads.
    Never,
}

/// What sort of line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'d> {
    /// Ordinary text.
    Text,
    /// A heading, level 1 to 6.
    Heading(u8),
    /// A line of a code block: of which one, and in which language.
    Code {
        /// Lines with the same number are one block.
        block: u32,
        /// As named after the fence.
        language: Option<&'d str>,
    },
    /// A line across, without text of its own.
    Rule,
}

/// The quotation that a line stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Lines with the same number stand in the same outermost quotation.
    pub block: u32,
    /// 1 is the outermost.
    pub depth: u8,
    /// Whether the reader may have it folded away.
    pub folded: bool,
}

/// What begins a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// Nothing.
    None,
    /// Nothing, but it stands under an item's first line.
    Under,
    /// A bullet.
    Bullet,
    /// A number.
    Number(u64),
    /// A box, ticked or not.
    Task(bool),
}

impl<'d> Flow<'d> {
    /// A document's lines. A table stands as a code block if it takes no more than `columns` columns.
    #[must_use]
    pub fn new(document: &'d Document, columns: usize) -> Self {
        let mut writer = blocks::Writer::new(columns);
        writer.blocks(&document.blocks);
        let mut flow = writer.finish();
        flow.begin_with_what_shows();
        flow
    }

    /// Takes out lines at the beginning that show nothing, such as an empty item: a first message of those alone would not
    /// be sent, and the next one would have to do with the first one's room.
    fn begin_with_what_shows(&mut self) {
        let mut hidden = self.lines.iter().take_while(|line| !self.shows(line)).count();
        // A sign on a line of its own belongs to the code or list that begins right below it.
        let signs = |line: &Line<'_>| !matches!(line.marker, Marker::None | Marker::Under);
        let below = |at: usize| self.lines.get(at).is_some_and(|line| line.cut == Cut::Never);
        while hidden > 0 && below(hidden) && signs(&self.lines[hidden - 1]) {
            hidden -= 1;
        }
        let Some(first) = self.lines.get(hidden).filter(|_| hidden > 0) else {
            self.lines.drain(..hidden);
            return;
        };
        if first.gap == Gap::Joined
            && let Some(begin) = self.lines[..hidden].iter().rposition(|line| line.gap != Gap::Joined)
        {
            let Line { gap, marker, .. } = self.lines[begin];
            self.lines[hidden].gap = gap;
            self.lines[hidden].marker = marker;
        }
        self.lines.drain(..hidden);
    }

    /// Whether a line has more than white space, of which code may have any amount.
    fn shows(&self, line: &Line<'d>) -> bool {
        self.text_of(line).iter().any(|run| !run.text.trim_start().is_empty())
    }

    fn empty() -> Self {
        Self { lines: Vec::with_capacity(USUAL), runs: Vec::with_capacity(USUAL) }
    }

    /// The text of a line.
    #[must_use]
    pub fn text_of(&self, line: &Line<'d>) -> &[Run<'d>] {
        &self.runs[line.runs.clone()]
    }

    /// Those of the ranges that show something: white space alone is no message.
    #[must_use]
    pub fn parts(&self, mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
        ranges.retain(|lines| self.lines[lines.clone()].iter().any(|line| self.shows(line)));
        ranges
    }

    /// Whether a message may begin with this line: not if closing punctuation would begin it.
    #[must_use]
    pub fn may_begin(&self, line: usize) -> bool {
        let first = self.lines[line..].iter().find(|line| !split::shows_nothing(line, self.text_of(line)));
        self.lines[line].gap != Gap::Joined
            && first.is_none_or(|line| !split::begins_with_closing(line, self.text_of(line)))
    }

    /// The lines of a range as whole lines: each with the text of those that are joined to it.
    pub fn whole_lines(&self, lines: Range<usize>) -> impl Iterator<Item = (&Line<'d>, &[Run<'d>])> {
        let mut at = lines.start;
        std::iter::from_fn(move || {
            let line = self.lines[..lines.end].get(at)?;
            let joined = self.lines[at + 1..lines.end].iter().take_while(|next| next.gap == Gap::Joined).count();
            let end = self.lines[at + joined].runs.end;
            at += joined + 1;
            Some((line, &self.runs[line.runs.start..end]))
        })
    }
}

impl<'d> Run<'d> {
    fn of(span: &'d Span) -> Self {
        Self { text: Cow::Borrowed(&span.text), style: span.style, link: span.link.as_ref() }
    }

    /// A part of it.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Self {
        let text = match &self.text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
            Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
        };
        Self { text, style: self.style, link: self.link }
    }
}
