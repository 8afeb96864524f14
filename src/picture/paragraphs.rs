//! A document as the paragraphs that a word cloud is drawn from.

use cloud::text::{Paragraph, Run};
use platform::{Block, Document, Span};

/// Every paragraph, heading, list item and table cell. Code and addresses have no words for a cloud.
#[must_use]
pub fn of(document: &Document) -> Vec<Paragraph> {
    let mut paragraphs = Vec::new();
    gather(&document.blocks, &mut paragraphs);
    paragraphs
}

fn gather(blocks: &[Block], paragraphs: &mut Vec<Paragraph>) {
    for block in blocks {
        match block {
            Block::Heading { text, .. } => paragraphs.push(paragraph(text, true)),
            Block::Paragraph(text) => paragraphs.push(paragraph(text, false)),
            Block::List { items, .. } => items.iter().for_each(|item| gather(&item.blocks, paragraphs)),
            Block::Quote(blocks) => gather(blocks, paragraphs),
            Block::Details { summary, blocks } => {
                paragraphs.push(paragraph(summary, true));
                gather(blocks, paragraphs);
            }
            Block::Table { head, rows, .. } => {
                paragraphs.extend(head.iter().map(|cell| paragraph(cell, true)));
                paragraphs.extend(rows.iter().flatten().map(|cell| paragraph(cell, false)));
            }
            Block::Code { .. } | Block::Rule | Block::Picture { .. } => {}
        }
    }
}

fn paragraph(text: &[Span], heading: bool) -> Paragraph {
    let spoken = text.iter().filter(|span| !span.style.code && !span.style.strike);
    let runs = spoken.map(|span| Run { text: span.text.clone(), strong: span.style.bold }).collect();
    Paragraph { heading, runs }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown;

    #[test]
    fn every_block_that_speaks_gives_its_words_and_no_other() {
        let document = markdown::parse(
            "# Title\n\nSome **bold** text\n\n- one\n  - two\n\n> quoted\n\n| head |\n|---|\n| cell |\n\n```\ncode\n```\n\n`inline` ~~gone~~ left\n",
        );
        let paragraphs = of(&document);
        let texts: Vec<String> = paragraphs
            .iter()
            .map(|paragraph| paragraph.runs.iter().map(|run| run.text.as_str()).collect::<String>().trim().to_owned())
            .collect();
        assert_eq!(texts, ["Title", "Some bold text", "one", "two", "quoted", "head", "cell", "left"]);
        assert!(paragraphs[0].heading && !paragraphs[1].heading);
        assert!(paragraphs[1].runs.iter().any(|run| run.strong && run.text == "bold"));
    }
}
