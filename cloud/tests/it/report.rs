//! The sample report as paragraphs.

use cloud::text::{Paragraph, Run};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// The sample report, without front matter and pictures.
pub(crate) fn sample() -> Vec<Paragraph> {
    paragraphs(include_str!("../../../reports/2025-11-27-twitter_ai_20251127_20251127.md"))
}

/// A report's paragraphs.
pub(crate) fn paragraphs(report: &str) -> Vec<Paragraph> {
    let body = report.splitn(3, "---\n").nth(2).unwrap_or(report);
    let mut paragraphs = vec![Paragraph::default()];
    let (mut strong, mut picture) = (false, false);
    for event in Parser::new(body) {
        let last = paragraphs.last_mut().unwrap();
        match event {
            Event::Start(Tag::Heading { .. }) => paragraphs.push(Paragraph { heading: true, runs: Vec::new() }),
            Event::Start(Tag::Paragraph | Tag::Item) | Event::End(TagEnd::Heading(_)) => {
                paragraphs.push(Paragraph::default());
            }
            Event::Start(Tag::Strong) | Event::End(TagEnd::Strong) => strong = !strong,
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => picture = !picture,
            Event::Text(text) | Event::Code(text) if !picture => last.runs.push(Run { text: text.to_string(), strong }),
            _ => {}
        }
    }
    paragraphs.retain(|paragraph| !paragraph.runs.is_empty());
    paragraphs
}
