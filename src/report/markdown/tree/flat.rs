//! Blocks in the place of a line: what stands in a table's cell, which holds no blocks.

use platform::{Block, Span, document::Style};

/// The text of the blocks, each on a line of its own.
pub(super) fn spans(blocks: Vec<Block>) -> Vec<Span> {
    let mut out = Vec::new();
    push_all(blocks, &mut out);
    out
}

fn push_all(blocks: Vec<Block>, out: &mut Vec<Span>) {
    for block in blocks {
        match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => push(text, out),
            Block::List { items, .. } => items.into_iter().for_each(|item| push_all(item.blocks, out)),
            Block::Quote(blocks) => push_all(blocks, out),
            Block::Details { summary, blocks } => {
                push(summary, out);
                push_all(blocks, out);
            }
            Block::Code { text, .. } => {
                let style = Style { code: true, ..Style::default() };
                push(vec![Span { text, style, link: None }], out);
            }
            Block::Table { head, rows, .. } => {
                head.into_iter().chain(rows.into_iter().flatten()).for_each(|cell| push(cell, out));
            }
            Block::Picture { alt, link, .. } => {
                push(vec![Span { text: format!("🖼 {alt}"), link, ..Span::default() }], out);
            }
            Block::Rule => {}
        }
    }
}

fn push(line: Vec<Span>, out: &mut Vec<Span>) {
    out.extend(line);
    out.push(Span::plain("\n"));
}
