//! Writes the lines of each sort of block.

mod lines;

use std::borrow::Cow;

use super::{Cut, Flow, Gap, Kind, Marker, Quote, Run, table};
use crate::{
    Block, Span,
    document::{Item, Style},
};

/// Where the next block stands.
#[derive(Clone, Copy, Default)]
struct Place {
    quote: Option<Quote>,
    /// How many lists it is inside of.
    lists: u8,
}

/// What came before in the same container.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Nothing,
    Heading,
    /// A paragraph that announces what follows: it ends with a colon.
    Announcement,
    Other,
}

pub(super) struct Writer<'d> {
    flow: Flow<'d>,
    columns: usize,
    place: Place,
    before: Before,
    /// The sign that the next line begins with.
    marker: Marker,
    /// How far in that sign stands, where the line is a quotation's.
    sign_indent: Option<u8>,
    /// The gap and cut that the next line gets instead of those of its block.
    forced: Option<(Gap, Cut)>,
    /// Counts code blocks and quotations.
    counter: u32,
}

impl<'d> Writer<'d> {
    pub(super) fn new(columns: usize) -> Self {
        Self {
            flow: Flow::empty(),
            columns,
            place: Place::default(),
            before: Before::Nothing,
            marker: Marker::None,
            sign_indent: None,
            forced: None,
            counter: 0,
        }
    }

    pub(super) fn finish(mut self) -> Flow<'d> {
        // At the end, too, a rule divides nothing.
        self.flow.lines.pop_if(|line| line.kind == Kind::Rule);
        self.flow
    }

    pub(super) fn blocks(&mut self, blocks: &'d [Block]) {
        blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &'d Block) {
        let after = match block {
            Block::Heading { level, text } => {
                let (gap, cut) = self.joint(Cut::Section(*level), false);
                self.text(gap, cut, Kind::Heading(*level), text);
                Before::Heading
            }
            Block::Paragraph(text) => {
                let (gap, cut) = self.joint(Cut::Paragraph, false);
                self.text(gap, cut, Kind::Text, text);
                let last = text.iter().rev().find_map(|span| span.text.trim_end().chars().next_back());
                if matches!(last, Some(':' | '：')) { Before::Announcement } else { Before::Other }
            }
            Block::Picture { alt, link, .. } => {
                let (gap, cut) = self.joint(Cut::Paragraph, false);
                let text = if alt.is_empty() { "🖼".into() } else { format!("🖼 {alt}") };
                let text = Cow::Owned(text.replace('\n', " "));
                self.line(gap, cut, Kind::Text, &[Run { text, style: Style::default(), link: link.as_ref() }]);
                Before::Other
            }
            // A rule divides: at the very beginning, or after another one, there is nothing to divide.
            Block::Rule if self.flow.lines.last().is_none_or(|line| line.kind == Kind::Rule) => return,
            Block::Rule => {
                let (gap, cut) = self.joint(Cut::Section(3), false);
                self.line(gap, cut, Kind::Rule, &[]);
                // What stands before a rule may end a message, so that none consists of the rule alone.
                self.forced = Some((Gap::Blank, Cut::Never));
                Before::Other
            }
            Block::List { start, loose, items } => {
                self.list(*start, *loose, items);
                Before::Other
            }
            Block::Quote(blocks) => {
                self.quote(blocks, false);
                Before::Other
            }
            Block::Details { summary, blocks } => {
                let (gap, cut) = self.joint(Cut::Paragraph, false);
                let style = Style { bold: true, ..Style::default() };
                let mut runs = vec![Run { text: "▸ ".into(), style, link: None }];
                runs.extend(
                    summary.iter().map(|span| Run { style: Style { bold: true, ..span.style }, ..Run::of(span) }),
                );
                self.lines(gap, cut, Kind::Text, &runs);
                self.before = Before::Heading;
                self.quote(blocks, true);
                Before::Other
            }
            Block::Code { language, text } => {
                let (gap, cut) = self.joint(Cut::Paragraph, true);
                self.code(gap, cut, language.as_deref(), text.split('\n').map(Cow::Borrowed));
                Before::Other
            }
            Block::Table { alignments, head, rows } => {
                self.table(alignments, head, rows);
                Before::Other
            }
        };
        self.before = after;
    }

    /// What stands before a block, and what a message boundary there breaks.
    fn joint(&mut self, cut: Cut, close: bool) -> (Gap, Cut) {
        if let Some(forced) = self.forced.take() {
            return forced;
        }
        let in_list = self.place.lists > 0;
        let is_heading = matches!(cut, Cut::Section(_));
        match self.before {
            Before::Nothing => (Gap::Line, if in_list { Cut::Row } else { cut }),
            Before::Heading if is_heading && !in_list => (Gap::Blank, Cut::Never),
            Before::Heading => (Gap::Line, Cut::Never),
            Before::Announcement if close => (Gap::Line, Cut::Announced),
            _ if in_list => (Gap::Line, Cut::Item(self.place.lists)),
            _ => (Gap::Blank, cut),
        }
    }

    fn list(&mut self, start: Option<u64>, loose: bool, items: &'d [Item]) {
        let nested = self.place.lists > 0;
        let depth = self.place.lists;
        let (mut gap, mut cut) = self.joint(Cut::Paragraph, true);
        if nested && cut < Cut::Announced {
            (gap, cut) = (Gap::Line, Cut::Item(depth));
        }
        let apart = loose && !nested && items.iter().any(|item| item.paragraph_bytes() > 120);
        self.place.lists += 1;
        for (n, item) in items.iter().enumerate() {
            let number = start.map(|start| start.saturating_add(n as u64));
            if item.blocks.is_empty() {
                continue;
            }
            self.marker = match (item.task, number) {
                (Some(done), _) => Marker::Task(done),
                (None, Some(number)) => Marker::Number(number),
                (None, None) => Marker::Bullet,
            };
            self.forced = Some((gap, cut));
            self.before = Before::Nothing;
            // A list or code that begins an item has no text to stand beside the sign: the sign gets its own line.
            if !begins_with_text(&item.blocks) {
                let (gap, cut) = self.joint(Cut::Paragraph, false);
                self.line(gap, cut, Kind::Text, &[]);
                self.forced = Some((Gap::Line, Cut::Never));
            }
            self.blocks(&item.blocks);
            (gap, cut) = (if apart { Gap::Blank } else { Gap::Line }, Cut::Item(depth));
        }
        self.place.lists -= 1;
        self.marker = if nested { Marker::Under } else { Marker::None };
        self.forced = None;
    }

    fn quote(&mut self, blocks: &'d [Block], folded: bool) {
        let outer = self.place.quote;
        let forced = self.joint(Cut::Paragraph, true);
        self.place.quote = Some(match outer {
            Some(quote) => Quote { depth: quote.depth + 1, ..quote },
            None => Quote { block: self.next_number(), depth: 1, folded },
        });
        self.forced = Some(forced);
        self.before = Before::Nothing;
        // The bar stands under the item's first line already, so what is quoted is not moved in once more.
        let lists = std::mem::take(&mut self.place.lists);
        match self.marker {
            Marker::Under => self.marker = Marker::None,
            Marker::None => {}
            _ => self.sign_indent = Some(lists.saturating_sub(1)),
        }
        self.blocks(blocks);
        self.place.lists = lists;
        self.sign_indent = None;
        self.marker = if lists > 0 { Marker::Under } else { Marker::None };
        self.forced = None;
        self.place.quote = outer;
    }

    fn code(&mut self, gap: Gap, cut: Cut, language: Option<&'d str>, lines: impl Iterator<Item = Cow<'d, str>>) {
        let kind = Kind::Code { block: self.next_number(), language };
        let (mut gap, mut cut) = (gap, cut);
        for text in lines {
            self.line(gap, cut, kind, &[Run { text, style: Style::default(), link: None }]);
            (gap, cut) = (Gap::Line, Cut::Row);
        }
    }

    fn table(&mut self, alignments: &[crate::document::Alignment], head: &'d [Vec<Span>], rows: &'d [Vec<Vec<Span>>]) {
        let (gap, cut) = self.joint(Cut::Paragraph, true);
        match table::aligned(alignments, head, rows, self.columns) {
            Some(lines) => {
                let start = self.flow.lines.len();
                self.code(gap, cut, None, lines.into_iter().map(Cow::Owned));
                // The head stays with the line under it and the first row.
                for line in self.flow.lines[start..].iter_mut().skip(1).take(2) {
                    line.cut = Cut::Never;
                }
            }
            None => {
                let (mut gap, mut cut) = (gap, cut);
                self.place.lists += 1;
                for row in table::groups(head, rows) {
                    self.marker = Marker::Bullet;
                    for line in row {
                        self.lines(gap, cut, Kind::Text, &line);
                        self.marker = Marker::Under;
                        (gap, cut) = (Gap::Line, Cut::Row);
                    }
                    (gap, cut) = (Gap::Line, Cut::Item(0));
                }
                self.place.lists -= 1;
                self.marker = if self.place.lists > 0 { Marker::Under } else { Marker::None };
            }
        }
    }

    fn next_number(&mut self) -> u32 {
        self.counter += 1;
        self.counter
    }
}

/// Whether a sign can stand before the first line of these.
fn begins_with_text(blocks: &[Block]) -> bool {
    match blocks.first() {
        Some(Block::Paragraph(_) | Block::Heading { .. } | Block::Picture { .. }) => true,
        Some(Block::Quote(quoted)) => begins_with_text(quoted),
        _ => false,
    }
}
