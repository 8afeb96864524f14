//! A report's body as a [`Document`].

use platform::Document;

/// The body as a tree.
#[must_use]
pub fn parse(body: &str) -> Document {
    drop(pulldown_cmark::Parser::new(body));
    Document::default()
}
