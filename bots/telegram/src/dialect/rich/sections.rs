//! Where a document's sections begin, and how long they are.

use platform::{Block, Span};

/// The headings that divide the document behind its opening: the lowest level that still divides it as a whole.
pub(super) fn sections(blocks: &[Block]) -> Vec<usize> {
    let level = |block: &Block| match block {
        Block::Heading { level, .. } => Some(*level),
        _ => None,
    };
    let count = |wanted: u8| blocks.iter().filter(|block| level(block) == Some(wanted)).count();
    let Some(top) = (1..=6).find(|&level| count(level) > 1) else { return Vec::new() };
    let tops = || blocks.iter().enumerate().filter(|(_, block)| level(block).is_some_and(|found| found <= top));
    // The title and the first section make the opening.
    let Some(first) = tops().filter(|(_, block)| level(block) == Some(top)).map(|(at, _)| at).nth(1) else {
        return Vec::new();
    };
    let next = (top + 1..=6).find(|&level| blocks[first..].iter().any(|block| is_heading(block, level)));
    let divides = |block: &Block| level(block).is_some_and(|found| found <= next.unwrap_or(top));
    blocks.iter().enumerate().skip(first).filter(|(_, block)| divides(block)).map(|(at, _)| at).collect()
}

fn is_heading(block: &Block, wanted: u8) -> bool {
    matches!(block, Block::Heading { level, .. } if *level == wanted)
}

/// A heading's text.
pub(super) fn heading(block: &Block) -> &[Span] {
    match block {
        Block::Heading { text, .. } => text,
        _ => &[],
    }
}

/// How much text there is, in bytes.
pub(super) fn length(blocks: &[Block]) -> usize {
    let spans = |spans: &[Span]| spans.iter().map(|span| span.text.len()).sum::<usize>();
    let of = |block: &Block| match block {
        Block::Heading { text, .. } | Block::Paragraph(text) => spans(text),
        Block::List { items, .. } => items.iter().map(|item| length(&item.blocks)).sum(),
        Block::Quote(blocks) | Block::Details { blocks, .. } => length(blocks),
        Block::Code { text, .. } => text.len(),
        Block::Table { rows, .. } => rows.iter().flatten().map(|cell| spans(cell)).sum(),
        Block::Rule | Block::Picture { .. } => 0,
    };
    blocks.iter().map(of).sum()
}
