//! The layout `rich`: one message in Telegram's HTML for rich messages. The picture stands on top, then how the report
//! begins, links to its sections, and the sections, the long ones folded.

mod sections;

use std::fmt::Write as _;

use platform::{
    Block, Message, Sheet, Span,
    document::{Alignment, Item},
};
use serde_json::json;

use self::sections::{heading, length, sections};

/// The most characters. Telegram counts the text alone; with the tags counted too we are always within it.
const TEXT: usize = 32_768;
/// The most blocks, with list items and rows.
const BLOCKS: usize = 500;
/// The deepest nesting.
const DEPTH: usize = 16;
/// The most columns of a table.
const COLUMNS: usize = 20;
/// A section with more text than this, in bytes, is folded until it is touched.
const LONG: usize = 900;
/// A rule, as a tag.
const RULE: &str = "<hr/>";
/// From this many sections on there are links to them.
const LINKED: usize = 3;

/// The message, or `None` if the document has more than one can hold.
pub(super) fn render(sheet: &Sheet<'_>) -> Option<Message> {
    let mut page = Page::default();
    if sheet.picture.is_some() {
        page.begin("<img src=\"tg://photo?id=picture0\"/>")?;
    }
    let blocks = &sheet.document.blocks;
    let sections = sections(blocks);
    let opening = sections.first().copied().unwrap_or(blocks.len());
    page.blocks(&blocks[..opening], 0)?;
    if sections.len() >= LINKED {
        page.begin("<ul>")?;
        for (n, &at) in sections.iter().enumerate() {
            page.begin("<li>")?;
            // Writing to a string cannot fail.
            let _ = write!(page.html, "<a href=\"#s{}\">", n + 1);
            page.plain(heading(&blocks[at]));
            page.html.push_str("</a></li>");
        }
        page.html.push_str("</ul>");
    }
    for (n, &at) in sections.iter().enumerate() {
        let end = sections.get(n + 1).copied().unwrap_or(blocks.len());
        if sections.len() >= LINKED {
            page.begin("")?;
            let _ = write!(page.html, "<a name=\"s{}\"></a>", n + 1);
        }
        // What stands below a rule no longer belongs to the section, and is not folded with it.
        let text = blocks[at..end].iter().position(|block| !matches!(block, Block::Heading { .. } | Block::Rule));
        let text = at + text.unwrap_or_default();
        let ruled = blocks[text..end].iter().position(|block| *block == Block::Rule).map_or(end, |rule| text + rule);
        let body = &blocks[at + 1..ruled];
        if length(body) > LONG {
            page.begin("<details><summary>")?;
            page.spans(heading(&blocks[at]));
            page.html.push_str("</summary>");
            page.blocks(body, 1)?;
            page.html.push_str("</details>");
            page.blocks(&blocks[ruled..end], 0)?;
        } else {
            page.blocks(&blocks[at..end], 0)?;
        }
    }
    // Nor is there at the end.
    page.html.truncate(page.html.trim_end_matches(RULE).len());
    if page.blocks == 0 || page.html.chars().count() > TEXT {
        return None;
    }
    let mut rich = json!({ "html": page.html, "skip_entity_detection": true });
    let mut pictures = Vec::new();
    if let Some(picture) = sheet.picture {
        rich["media"] = json!([{ "id": "picture0", "media": { "type": "photo", "media": "attach://picture0" } }]);
        pictures.push(picture.id.clone());
    }
    Some(Message { method: "sendRichMessage".to_owned(), payload: json!({ "rich_message": rich }), pictures })
}

/// The message as far as it is written.
#[derive(Default)]
struct Page {
    html: String,
    blocks: usize,
}

impl Page {
    /// Begins a block with its tag; `None` if there are too many.
    fn begin(&mut self, tag: &str) -> Option<()> {
        self.blocks += 1;
        self.html.push_str(tag);
        (self.blocks <= BLOCKS && self.html.len() <= TEXT * 4).then_some(())
    }

    fn blocks(&mut self, blocks: &[Block], depth: usize) -> Option<()> {
        blocks.iter().try_for_each(|block| self.block(block, depth))
    }

    fn block(&mut self, block: &Block, depth: usize) -> Option<()> {
        if depth + 2 > DEPTH {
            return None;
        }
        match block {
            Block::Heading { level, text } => {
                self.begin(["<h1>", "<h2>", "<h3>", "<h4>", "<h5>", "<h6>"][usize::from(*level).clamp(1, 6) - 1])?;
                self.spans(text);
                let _ = write!(self.html, "</h{}>", level.clamp(&1, &6));
            }
            Block::Paragraph(text) => self.paragraph(text)?,
            Block::List { items, .. } if items.iter().all(|item| item.blocks.is_empty()) => {}
            Block::List { start, items, .. } => self.list(*start, items, depth)?,
            Block::Quote(blocks) => {
                self.begin("<blockquote>")?;
                self.blocks(blocks, depth + 1)?;
                self.html.push_str("</blockquote>");
            }
            Block::Details { summary, blocks } => {
                self.begin("<details><summary>")?;
                self.spans(summary);
                self.html.push_str("</summary>");
                self.blocks(blocks, depth + 1)?;
                self.html.push_str("</details>");
            }
            Block::Code { language, text } => {
                self.begin("<pre><code")?;
                if let Some(language) = language {
                    self.html.push_str(" class=\"language-");
                    self.escape(language);
                    self.html.push('"');
                }
                self.html.push('>');
                self.escape(text);
                self.html.push_str("</code></pre>");
            }
            Block::Table { alignments, head, rows } => self.table(alignments, head, rows)?,
            // A rule divides: at the very beginning, or after another one, there is nothing to divide.
            Block::Rule if self.html.is_empty() || self.html.ends_with(RULE) => {}
            Block::Rule => self.begin(RULE)?,
            Block::Picture { alt, link, .. } => {
                self.begin("<p>")?;
                let text = if alt.is_empty() { "🖼".to_owned() } else { format!("🖼 {alt}") };
                self.spans(&[Span { text, link: link.clone(), ..Span::default() }]);
                self.html.push_str("</p>");
            }
        }
        Some(())
    }

    /// A paragraph for each of its lines: a line break inside of one may be read as a space.
    fn paragraph(&mut self, text: &[Span]) -> Option<()> {
        self.begin("<p>")?;
        for span in text {
            for (n, line) in span.text.split('\n').enumerate() {
                if n > 0 {
                    self.html.push_str("</p>");
                    self.begin("<p>")?;
                }
                if !line.is_empty() {
                    self.span(line, span);
                }
            }
        }
        self.html.push_str("</p>");
        Some(())
    }

    fn list(&mut self, start: Option<u64>, items: &[Item], depth: usize) -> Option<()> {
        match start {
            None => self.begin("<ul>")?,
            Some(1) => self.begin("<ol>")?,
            Some(start) => {
                self.begin("")?;
                let _ = write!(self.html, "<ol start=\"{start}\">");
            }
        }
        for item in items {
            self.begin("<li>")?;
            if let Some(done) = item.task {
                self.html.push_str(if done { "☑ " } else { "☐ " });
            }
            match item.blocks.as_slice() {
                [Block::Paragraph(text), rest @ ..] if !text.iter().any(|span| span.text.contains('\n')) => {
                    self.spans(text);
                    self.blocks(rest, depth + 2)?;
                }
                blocks => self.blocks(blocks, depth + 2)?,
            }
            self.html.push_str("</li>");
        }
        self.html.push_str(if start.is_some() { "</ol>" } else { "</ul>" });
        Some(())
    }

    fn table(&mut self, alignments: &[Alignment], head: &[Vec<Span>], rows: &[Vec<Vec<Span>>]) -> Option<()> {
        if rows.iter().map(Vec::len).chain([head.len()]).max().unwrap_or(0) > COLUMNS {
            return None;
        }
        self.begin("<table>")?;
        for (n, row) in std::iter::once(head).chain(rows.iter().map(Vec::as_slice)).enumerate() {
            self.begin("<tr>")?;
            for (column, cell) in row.iter().enumerate() {
                let tag = if n == 0 { "th" } else { "td" };
                let align = match alignments.get(column).copied().unwrap_or_default() {
                    Alignment::Left => "",
                    Alignment::Centre => " align=\"center\"",
                    Alignment::Right => " align=\"right\"",
                };
                let _ = write!(self.html, "<{tag}{align}>");
                self.spans(cell);
                let _ = write!(self.html, "</{tag}>");
            }
            self.html.push_str("</tr>");
        }
        self.html.push_str("</table>");
        Some(())
    }

    fn spans(&mut self, spans: &[Span]) {
        for span in spans {
            self.span(&span.text, span);
        }
    }

    /// Text without its links, where it stands in one already.
    fn plain(&mut self, spans: &[Span]) {
        for span in spans {
            self.escape(&span.text);
        }
    }

    fn span(&mut self, text: &str, span: &Span) {
        let style = span.style;
        let tags =
            [(style.bold, "b"), (style.italic, "i"), (style.underline, "u"), (style.strike, "s"), (style.code, "code")];
        if let Some(link) = &span.link {
            self.html.push_str("<a href=\"");
            self.escape(link);
            self.html.push_str("\">");
        }
        for (_, tag) in tags.iter().filter(|(on, _)| *on) {
            let _ = write!(self.html, "<{tag}>");
        }
        self.escape(text);
        for (_, tag) in tags.iter().rev().filter(|(on, _)| *on) {
            let _ = write!(self.html, "</{tag}>");
        }
        if span.link.is_some() {
            self.html.push_str("</a>");
        }
    }

    fn escape(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '"' => self.html.push_str("&quot;"),
                c => self.html.push(c),
            }
        }
    }
}
