//! Which picture a report names.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::report::front_matter::{Body, FrontMatter};

/// A reference to a picture, as written. Where it leads is found by [`crate::report::folder`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureLink {
    /// A path as written in the report.
    pub source: String,
    /// What it shows.
    pub alt: String,
    /// The file's line, from 1.
    pub line: usize,
}

/// The picture in the front matter, or else the first one in the body that is a path. A remote picture is none:
/// nothing is fetched from a report's word.
#[must_use]
pub fn find(front: &FrontMatter, body: &Body<'_>) -> Option<PictureLink> {
    let in_front = front.image.as_ref().filter(|source| is_path(source)).map(|source| PictureLink {
        source: source.clone(),
        alt: front.image_alt.clone().unwrap_or_default(),
        line: front.image_line,
    });
    in_front.or_else(|| in_body(body))
}

fn in_body(body: &Body<'_>) -> Option<PictureLink> {
    // Every picture contains these letters; most reports have none, and are spared the second look.
    if !body.text.contains("![") {
        return None;
    }
    let mut events = Parser::new(body.text).into_offset_iter();
    while let Some((event, range)) = events.next() {
        let Event::Start(Tag::Image { dest_url, .. }) = event else { continue };
        if !is_path(&dest_url) {
            continue;
        }
        let mut alt = String::new();
        for (event, _) in events.by_ref() {
            match event {
                Event::End(TagEnd::Image) => break,
                Event::Text(text) | Event::Code(text) => alt.push_str(&text),
                Event::SoftBreak | Event::HardBreak => alt.push(' '),
                _ => {}
            }
        }
        let line = body.first_line + body.text[..range.start].matches('\n').count();
        return Some(PictureLink { source: dest_url.into_string(), alt: alt.trim().to_owned(), line });
    }
    None
}

/// Whether a reference is a path and not a URL (`https:…`, `data:…`, `//host/…`).
fn is_path(source: &str) -> bool {
    let source = source.trim();
    let before_slash = source.split(['/', '?', '#']).next().unwrap_or_default();
    !source.is_empty() && !source.starts_with("//") && !source.starts_with("\\\\") && !before_slash.contains(':')
}

impl PictureLink {
    /// The path that it means: percent-decoded, without `?query` and `#fragment`. As written first, since a file's
    /// name may hold a `%` or a `#` of its own.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        let written = self.source.trim();
        let bare = written.split(['?', '#']).next().unwrap_or(written);
        let decoded = percent_decode_str(bare).decode_utf8().ok();
        let mut paths = vec![PathBuf::from(written)];
        for path in [Some(bare.into()), decoded].into_iter().flatten() {
            let path = PathBuf::from(path.as_ref());
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::front_matter;

    fn found(text: &str) -> Option<PictureLink> {
        let (front, body) = front_matter::split(text).unwrap();
        find(&front, &body)
    }

    fn link(source: &str, alt: &str, line: usize) -> Option<PictureLink> {
        Some(PictureLink { source: source.to_owned(), alt: alt.to_owned(), line })
    }

    #[test]
    fn the_first_picture_that_is_a_path_is_taken() {
        let cases = [
            ("text\n\n![words](cloud.jpg)\n![](b.jpg)", link("cloud.jpg", "words", 3)),
            ("---\ntitle: a\n---\n\nText ![a *b* `c`](img/x.png \"t\")", link("img/x.png", "a b c", 5)),
            ("![](https://example.org/a.png)\n\n![](a.png)", link("a.png", "", 3)),
            ("![](//example.org/a.png) ![](data:image/png;base64,AA) ![](file:///etc/passwd)", None),
            ("![](<with space.jpg>)", link("with space.jpg", "", 1)),
            ("![words][1]\n\n[1]: cloud.jpg", link("cloud.jpg", "words", 1)),
            ("`![](code.jpg)`\n\n```\n![](code.jpg)\n```", None),
            ("---\nimage: front.jpg\n---\n![](body.jpg)", link("front.jpg", "", 2)),
            ("---\nimage: https://example.org/a.jpg\n---\n![](body.jpg)", link("body.jpg", "", 4)),
            ("![unfinished](", None),
            ("no picture", None),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_reference_is_tried_as_written_and_decoded() {
        let paths = |source: &str| {
            let link = PictureLink { source: source.to_owned(), alt: String::new(), line: 1 };
            link.paths().into_iter().map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(paths("a.jpg"), ["a.jpg"]);
        assert_eq!(paths("my%20cloud.jpg"), ["my%20cloud.jpg", "my cloud.jpg"]);
        assert_eq!(paths("a.jpg?v=2#x"), ["a.jpg?v=2#x", "a.jpg"]);
        assert_eq!(paths("%ff.jpg"), ["%ff.jpg"]);
    }
}
