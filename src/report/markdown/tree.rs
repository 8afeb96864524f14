//! Builds the document from what the Markdown parser and the tags in it say, in whatever order they say it.

mod between;
mod clean;
mod flat;
mod footnotes;
mod inline;
mod line;

use platform::{
    Block, Document, Span,
    document::{Alignment, Item, Style},
};

use self::footnotes::Footnotes;
use self::inline::Inline;
pub(super) use self::inline::Mark;

/// What can be open.
#[derive(Debug, PartialEq)]
pub(super) enum Kind {
    Paragraph,
    Heading(u8),
    Quote,
    Details,
    Summary,
    Code(Option<String>),
    List(Option<u64>),
    Item,
    Footnote(String),
    Table(Vec<Alignment>),
    Row,
    Cell,
    /// What would be too deep to show: its content counts as its parent's.
    Flat,
}

/// How many things may be open in one another. Nobody writes deeper, and everything that walks the tree recurses.
const DEEPEST: usize = 32;

/// Something that is open, with what has been put into it.
struct Open {
    kind: Kind,
    /// Whether a tag opened it: then only a tag or the end of what is around it closes it.
    by_tag: bool,
    blocks: Vec<Block>,
    items: Vec<Item>,
    rows: Vec<Vec<Vec<Span>>>,
    cells: Vec<Vec<Span>>,
    summary: Vec<Span>,
    task: Option<bool>,
    /// Whether an item of this list held a paragraph of its own, which is how Markdown marks a loose list.
    loose: bool,
}

/// The document as far as it has been read.
#[derive(Default)]
pub(super) struct Tree {
    done: Vec<Block>,
    open: Vec<Open>,
    inline: Inline,
    footnotes: Footnotes,
}

impl Tree {
    pub(super) fn open(&mut self, kind: Kind) {
        self.open_by(kind, false);
    }

    /// Opens what a tag asks for.
    pub(super) fn open_tag(&mut self, kind: Kind) {
        self.open_by(kind, true);
    }

    fn open_by(&mut self, kind: Kind, by_tag: bool) {
        self.end_line();
        let container = matches!(kind, Kind::Quote | Kind::Details | Kind::List(_) | Kind::Item);
        let too_deep = self.open.len() >= DEEPEST;
        if too_deep && by_tag {
            return;
        }
        let kind = if too_deep && container { Kind::Flat } else { kind };
        if kind == Kind::Paragraph
            && let Some([list, item]) = self.open.last_chunk_mut::<2>()
            && item.kind == Kind::Item
        {
            list.loose = true;
        }
        self.inline.in_code = matches!(kind, Kind::Code(_));
        self.open.push(Open {
            kind,
            by_tag,
            blocks: Vec::new(),
            items: Vec::new(),
            rows: Vec::new(),
            cells: Vec::new(),
            summary: Vec::new(),
            task: None,
            loose: false,
        });
    }

    /// Closes the innermost thing that Markdown opened, and every tag in it that was left open.
    pub(super) fn close_markdown(&mut self) {
        while let Some(open) = self.open.last() {
            let by_tag = open.by_tag;
            self.close();
            if !by_tag {
                return;
            }
        }
    }

    /// Closes the innermost thing of a kind that a tag opened, unless Markdown has opened something in it since.
    pub(super) fn close_tag(&mut self, same: impl Fn(&Kind) -> bool) {
        let inner = self.open.iter().rev().take_while(|open| open.by_tag).position(|open| same(&open.kind));
        for _ in 0..inner.map_or(0, |inner| inner + 1) {
            self.close();
        }
    }

    /// Closes the `kind` that is open in the innermost `parent`, with everything in it.
    pub(super) fn close_inside(&mut self, parent: impl Fn(&Kind) -> bool, kind: &Kind) {
        let depth = self.open.iter().rev().take_while(|open| open.by_tag).position(|open| parent(&open.kind));
        let Some(depth) = depth.filter(|&depth| depth > 0) else { return self.end_line() };
        if self.open[self.open.len() - depth].kind == *kind {
            for _ in 0..depth {
                self.close();
            }
        }
    }

    /// Whether what is innermost, as far as tags opened it, has something of this kind open.
    pub(super) fn is_open_by_tag(&self, same: impl Fn(&Kind) -> bool) -> bool {
        self.open.iter().rev().take_while(|open| open.by_tag).any(|open| same(&open.kind))
    }

    fn close(&mut self) {
        match self.open.last().map(|open| &open.kind) {
            Some(Kind::Heading(_) | Kind::Cell | Kind::Summary | Kind::Code(_)) => {}
            _ => self.end_line(),
        }
        let Some(open) = self.open.pop() else { return };
        match open.kind {
            Kind::Heading(level) => {
                let text = self.inline.take();
                if inline::is_visible(&text) {
                    self.put(Block::Heading { level, text });
                }
                self.put_all(open.blocks);
            }
            Kind::Quote if !open.blocks.is_empty() => self.put(Block::Quote(open.blocks)),
            Kind::Details if !(open.blocks.is_empty() && open.summary.is_empty()) => {
                self.put(Block::Details { summary: open.summary, blocks: open.blocks });
            }
            Kind::Summary => {
                let text = self.inline.take();
                match self.open.last_mut() {
                    Some(details) if details.kind == Kind::Details && details.summary.is_empty() => {
                        details.summary = text;
                    }
                    _ => self.put(Block::Paragraph(text)),
                }
                self.put_all(open.blocks);
            }
            Kind::Code(language) => {
                self.inline.in_code = false;
                let mut text = self.inline.take_code();
                while text.ends_with('\n') {
                    text.pop();
                }
                if !text.trim().is_empty() {
                    self.put(Block::Code { language, text });
                }
                self.put_all(open.blocks);
            }
            Kind::List(start) if !open.items.is_empty() => {
                self.put_all(open.blocks);
                self.put(Block::List { start, loose: open.loose, items: open.items });
            }
            Kind::Paragraph | Kind::Flat | Kind::Quote | Kind::Details | Kind::List(_) => self.put_all(open.blocks),
            Kind::Item => {
                let item = Item { task: open.task, blocks: open.blocks };
                match self.open.last_mut() {
                    Some(list) if matches!(list.kind, Kind::List(_)) => list.items.push(item),
                    _ => self.put_all(item.blocks),
                }
            }
            Kind::Footnote(label) => self.footnotes.define(&label, open.blocks),
            Kind::Cell => {
                let mut text = flat::spans(open.blocks);
                text.extend(self.inline.take());
                match self.open.last_mut() {
                    Some(row) if row.kind == Kind::Row => row.cells.push(text),
                    _ => self.put(Block::Paragraph(text)),
                }
            }
            Kind::Row => match self.open.last_mut() {
                Some(table) if matches!(table.kind, Kind::Table(_)) => {
                    table.blocks.extend(open.blocks);
                    if !open.cells.is_empty() {
                        table.rows.push(open.cells);
                    }
                }
                _ => open.cells.into_iter().for_each(|cell| self.put(Block::Paragraph(cell))),
            },
            Kind::Table(alignments) => {
                self.put_all(open.blocks);
                let mut rows = open.rows.into_iter();
                if let Some(head) = rows.next() {
                    self.put(Block::Table { alignments, head, rows: rows.collect() });
                }
            }
        }
    }

    /// Ends the line that is being written: what has been written becomes a paragraph.
    pub(super) fn end_line(&mut self) {
        if matches!(self.open.last(), Some(open) if matches!(open.kind, Kind::Heading(_) | Kind::Cell | Kind::Summary | Kind::Code(_)))
        {
            return;
        }
        if self.inline.is_empty() {
            return;
        }
        for block in self.inline.take_paragraph() {
            self.put(block);
        }
    }

    fn put(&mut self, block: Block) {
        let visible = match &block {
            Block::Paragraph(spans) => inline::is_visible(spans),
            _ => true,
        };
        if visible {
            let blocks = self.open.last_mut().map_or(&mut self.done, |open| &mut open.blocks);
            if blocks.is_empty() {
                // Most items and quotations have one.
                blocks.reserve_exact(1);
            }
            blocks.push(block);
        }
    }

    fn put_all(&mut self, blocks: Vec<Block>) {
        self.open.last_mut().map_or(&mut self.done, |open| &mut open.blocks).extend(blocks);
    }

    pub(super) fn rule(&mut self) {
        self.end_line();
        self.put(Block::Rule);
    }

    pub(super) fn task(&mut self, done: bool) {
        if let Some(item) = self.open.iter_mut().rev().find(|open| open.kind == Kind::Item) {
            item.task = Some(done);
        }
    }

    /// A line that names the sort of quotation it stands in.
    pub(super) fn alert(&mut self, title: &str) {
        let style = Style { bold: true, ..Style::default() };
        self.put(Block::Paragraph(vec![Span { text: title.to_owned(), style, link: None }]));
    }

    /// The document, with everything that was left open closed and the footnotes at its end.
    pub(super) fn finish(mut self) -> Document {
        while !self.open.is_empty() {
            self.close();
        }
        self.end_line();
        // Rules alone are nothing to see.
        if self.done.iter().all(|block| *block == Block::Rule) {
            self.done.clear();
        }
        let notes = self.footnotes.list();
        if !self.done.is_empty() && notes.is_some() {
            self.done.push(Block::Rule);
        }
        self.done.extend(notes);
        Document { blocks: self.done }
    }
}
