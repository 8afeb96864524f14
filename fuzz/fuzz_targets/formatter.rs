//! Any text at all becomes messages, in every layout, without a panic and without taking long.
//! Run it with `RUSTC_BOOTSTRAP=1 cargo fuzz run formatter`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use paperboy::{platforms::ADAPTERS, report::markdown, wording};
use platform::{Language, Pages, PictureId, Sheet, SheetPicture};

fuzz_target!(|text: &str| {
    let document = markdown::parse(text);
    let picture =
        SheetPicture { id: PictureId("0".repeat(64)), file_name: "a.jpg".to_owned(), alt: "alt".to_owned() };
    let pages = Some(Pages { open: "/page 1", turn: "/turn 1", most: Pages::MOST });
    for picture in [None, Some(&picture)] {
        let sheet = Sheet { document: &document, picture, labels: wording::labels(Language::Zh), pages, file: None };
        for adapter in ADAPTERS {
            for &layout in adapter.dialect.layouts() {
                for message in adapter.dialect.render(&sheet, layout) {
                    assert!(message.payload.is_object());
                }
            }
            assert!(adapter.dialect.page(&sheet, usize::MAX).is_none());
        }
    }
});
