//! What readers see: every message of every report keeps the platforms' limits and loses nothing.

mod documents;
mod judge;
mod samples;

use paperboy::platforms::ADAPTERS;
use platform::{Document, Language, Layout, Message, Pages, PictureId, Sheet, SheetPicture};
use proptest::prelude::*;

/// Where the buttons lead.
const PAGES: Pages<'static> = Pages { open: "/page 1", turn: "/turn 1", most: Pages::MOST };

/// Everything a platform makes of a document in one layout, with a picture or without.
fn render(name: &str, document: &Document, layout: Layout, with_picture: bool) -> Vec<Message> {
    let picture =
        SheetPicture {
            id: PictureId("0".repeat(64)), file_name: "wordcloud.jpg".to_owned(), alt: "词云图".to_owned()
        };
    let labels = paperboy::wording::labels(Language::Zh);
    let sheet = Sheet { document, picture: with_picture.then_some(&picture), labels, pages: Some(PAGES) };
    let adapter = ADAPTERS.iter().find(|adapter| adapter.name == name).expect("an adapter of that name");
    adapter.dialect.render(&sheet, layout)
}

/// Every way in which a platform can show a document, judged.
fn judge_all(document: &Document) -> Result<(), String> {
    for (adapter, with_picture) in ADAPTERS.iter().flat_map(|adapter| [(adapter, true), (adapter, false)]) {
        for &layout in adapter.dialect.layouts() {
            let messages = render(adapter.name, document, layout, with_picture);
            let place = |problem: String| format!("{} {}: {problem}", adapter.name, layout.as_str());
            judge::limits(&messages).map_err(place)?;
            judge::loss(document, &messages).map_err(place)?;
            judge::edges(&messages).map_err(place)?;
            if render(adapter.name, document, layout, with_picture) != messages {
                return Err(place("the same document gave other messages".to_owned()));
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_random_document_arrives_whole_and_within_the_limits(document in documents::document()) {
        judge_all(&document).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn random_markdown_arrives_whole_and_within_the_limits(text in documents::markdown()) {
        let document = paperboy::report::markdown::parse(&text);
        judge_all(&document).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn a_heading_never_ends_a_message(document in documents::sections()) {
        for adapter in ADAPTERS {
            for messages in [true, false].map(|picture| render(adapter.name, &document, Layout::Full, picture)) {
                judge::headings(&messages).map_err(TestCaseError::fail)?;
            }
        }
    }
}
