//! A broadcast that begins with a headline (`# …`) has it on a picture too, as newspapers' posts do. The text alone
//! decides, so the preview, the broadcast and a repetition after a crash show the same.

use ::cloud::{card, font::Font};
use platform::{Block, Document, Picture};

/// The broadcast's headline with its picture, if it begins with one that can be drawn. Takes some ten milliseconds off
/// the async threads.
pub async fn of(document: &Document) -> Option<(String, Picture)> {
    let headline = headline(document)?;
    let drawing = tokio::task::spawn_blocking(move || {
        let jpeg = card::draw(&headline, &Font::embedded())?;
        Some((headline, super::of_jpeg(jpeg, card::WIDTH, card::HEIGHT)))
    });
    drawing.await.unwrap_or_else(|panicked| {
        tracing::error!("a broadcast goes out without its card, which is a fault of ours: {panicked}");
        None
    })
}

fn headline(document: &Document) -> Option<String> {
    match document.blocks.first()? {
        Block::Heading { level: 1, text } => Some(text.iter().map(|span| span.text.as_str()).collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown;

    #[test]
    fn only_a_text_that_begins_with_a_first_level_heading_has_a_headline() {
        let headline = |text: &str| headline(&markdown::parse(text));
        assert_eq!(headline("# 今晚**停更**一天\n\n明早九点见。").as_deref(), Some("今晚停更一天"));
        for text in ["今晚停更一天", "## 小标题\n\n正文", "正文\n\n# 后面的标题", "#标签 不是标题"]
        {
            assert_eq!(headline(text), None, "{text}");
        }
    }

    #[tokio::test]
    async fn the_same_headline_gives_the_same_picture() {
        let document = markdown::parse("# Maintenance tonight\n\nBack at nine.");
        let (headline, picture) = of(&document).await.unwrap();
        assert_eq!((headline.as_str(), picture.width, picture.height), ("Maintenance tonight", 1200, 675));
        assert_eq!(of(&document).await.unwrap().1, picture);
        assert!(of(&markdown::parse("# 🎉\n\ntext")).await.is_none(), "no font has it");
    }
}
