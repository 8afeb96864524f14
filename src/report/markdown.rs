//! Markdown as reports really contain it: CommonMark and GFM, and the HTML, Liquid and Chinese habits in between.
//!
//! [`prepare`] mends the source so that pulldown-cmark reads it as people mean it, [`html`] reads tags, [`link`]
//! decides what may be a link, and [`tree`] builds the document from what both hand it.

mod html;
mod link;
mod prepare;
mod tree;

use platform::{Document, document::Alignment};
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use self::{
    prepare::Prepared,
    tree::{Kind, Mark, Tree},
};

/// The document that a report's body says. Never fails: whatever is not markup is text.
#[must_use]
pub fn parse(body: &str) -> Document {
    let prepared = prepare::prepare(body);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let mut reader = Reader { tree: Tree::default(), html: String::new(), prepared: &prepared };
    for event in Parser::new_ext(&prepared.source, options) {
        reader.take(event);
    }
    reader.tree.finish()
}

/// Turns pulldown-cmark's events into calls on the tree.
struct Reader<'a> {
    tree: Tree,
    /// The HTML block that is being read: its lines come one by one.
    html: String,
    prepared: &'a Prepared<'a>,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.tree.text(&self.prepared.restore(&text));
            }
            Event::Code(text) => self.tree.code(&self.prepared.restore(&text)),
            Event::Html(text) => self.html.push_str(&self.prepared.restore(&text)),
            Event::InlineHtml(text) => html::read(&mut self.tree, &self.prepared.restore(&text)),
            Event::FootnoteReference(label) => self.tree.footnote_reference(&self.prepared.restore(&label)),
            Event::SoftBreak => self.tree.soft_break(),
            Event::HardBreak => self.tree.hard_break(),
            Event::Rule => self.tree.rule(),
            Event::TaskListMarker(done) => self.tree.task(done),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let kind = match tag {
            Tag::Paragraph => Kind::Paragraph,
            Tag::Heading { level, .. } => Kind::Heading(depth(level)),
            Tag::BlockQuote(alert) => {
                self.tree.open(Kind::Quote);
                if let Some(alert) = alert {
                    self.tree.alert(title(alert));
                }
                return;
            }
            Tag::CodeBlock(CodeBlockKind::Indented) => Kind::Code(None),
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                let word = info.split([' ', ',', '{']).next().unwrap_or_default();
                Kind::Code((!word.is_empty()).then(|| self.prepared.restore(word).into_owned()))
            }
            Tag::HtmlBlock => {
                self.html.clear();
                return;
            }
            Tag::List(start) => Kind::List(start),
            Tag::Item => Kind::Item,
            Tag::FootnoteDefinition(label) => Kind::Footnote(self.prepared.restore(&label).into_owned()),
            Tag::Table(alignments) => Kind::Table(alignments.into_iter().map(alignment).collect()),
            Tag::TableHead | Tag::TableRow => Kind::Row,
            Tag::TableCell => Kind::Cell,
            Tag::Emphasis => return self.tree.style(Mark::Italic, 1),
            Tag::Strong => return self.tree.style(Mark::Bold, 1),
            Tag::Strikethrough => return self.tree.style(Mark::Strike, 1),
            Tag::Link { dest_url, .. } => return self.tree.open_link(link::checked(&self.prepared.restore(&dest_url))),
            Tag::Image { dest_url, .. } => return self.tree.open_picture(&self.prepared.restore(&dest_url)),
            // The extensions that make these are off.
            Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => return,
        };
        self.tree.open(kind);
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis => self.tree.style(Mark::Italic, -1),
            TagEnd::Strong => self.tree.style(Mark::Bold, -1),
            TagEnd::Strikethrough => self.tree.style(Mark::Strike, -1),
            TagEnd::Link => self.tree.close_link(),
            TagEnd::Image => self.tree.close_picture(),
            TagEnd::HtmlBlock => {
                let block = std::mem::take(&mut self.html);
                html::read(&mut self.tree, &block);
                self.tree.end_line();
            }
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::CodeBlock
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell => self.tree.close_markdown(),
            TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => {}
        }
    }
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn alignment(alignment: pulldown_cmark::Alignment) -> Alignment {
    match alignment {
        pulldown_cmark::Alignment::Right => Alignment::Right,
        pulldown_cmark::Alignment::Center => Alignment::Centre,
        pulldown_cmark::Alignment::Left | pulldown_cmark::Alignment::None => Alignment::Left,
    }
}

/// What stands over a quotation such as `> [!NOTE]`: the writer's word, with a sign that needs no language.
fn title(alert: BlockQuoteKind) -> &'static str {
    match alert {
        BlockQuoteKind::Note => "ℹ️ NOTE",
        BlockQuoteKind::Tip => "💡 TIP",
        BlockQuoteKind::Important => "❗ IMPORTANT",
        BlockQuoteKind::Warning => "⚠️ WARNING",
        BlockQuoteKind::Caution => "🛑 CAUTION",
    }
}

#[cfg(test)]
mod tests;
