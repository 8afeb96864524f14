//! A report's body as a tree: blocks of spans.

use std::sync::Arc;

/// What a report says, whatever it was written in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// In reading order.
    pub blocks: Vec<Block>,
}

/// A piece of a document that stands on lines of its own.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading, level 1 to 6.
    Heading {
        /// 1 is the highest.
        level: u8,
        /// Its text.
        text: Vec<Span>,
    },
    /// A paragraph; a `\n` in a span is a line break.
    Paragraph(Vec<Span>),
    /// A bulleted list, or a numbered one that starts at `start`.
    List {
        /// The first number.
        start: Option<u64>,
        /// Whether the items stand apart, with air between them.
        loose: bool,
        /// In order.
        items: Vec<Item>,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// Something that can be folded away: `<details>`.
    Details {
        /// What stands for it while it is folded.
        summary: Vec<Span>,
        /// What it holds.
        blocks: Vec<Block>,
    },
    /// Text to be shown as it stands, in letters of one width.
    Code {
        /// As named after the fence.
        language: Option<String>,
        /// Without the last line break.
        text: String,
    },
    /// A table.
    Table {
        /// One a column.
        alignments: Vec<Alignment>,
        /// The first row.
        head: Vec<Vec<Span>>,
        /// The others.
        rows: Vec<Vec<Vec<Span>>>,
    },
    /// A line across.
    Rule,
    /// A picture that stands alone.
    Picture {
        /// As written in the report.
        source: String,
        /// What it shows.
        alt: String,
        /// Where it can be seen, if it lies on the net.
        link: Option<Arc<str>>,
    },
}

/// One item of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Whether its box is ticked, if it has one.
    pub task: Option<bool>,
    /// What it says.
    pub blocks: Vec<Block>,
}

impl Item {
    /// How much text its paragraphs have, in bytes.
    pub(crate) fn paragraph_bytes(&self) -> usize {
        let spans = |block: &Block| match block {
            Block::Paragraph(spans) => spans.iter().map(|span| span.text.len()).sum(),
            _ => 0,
        };
        self.blocks.iter().map(spans).sum()
    }
}

/// How a table's column stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alignment {
    /// At the left.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// At the right.
    Right,
}

/// A run of text that looks the same throughout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// What it says.
    pub text: String,
    /// How it looks.
    pub style: Style,
    /// Where it leads; an address that every platform takes: http, https, tg, mailto or tel.
    pub link: Option<Arc<str>>,
}

impl Span {
    /// Text without style or link.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// How text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each style stands for itself and any may go with any")]
pub struct Style {
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
    /// Struck through.
    pub strike: bool,
    /// Underlined.
    pub underline: bool,
    /// In letters of one width.
    pub code: bool,
}
