//! The text of one line of the document, while it is read.

use std::sync::Arc;

use platform::{Block, Span, document::Style};

use super::{
    between::Between,
    clean::{Suspicion, cleaned},
    footnotes::{lowered, raised},
};
use crate::report::markdown::link;

/// A way of writing that a sign or a tag switches on and off.
#[derive(Clone, Copy, Debug)]
pub(in crate::report::markdown) enum Mark {
    Bold,
    Italic,
    Strike,
    Underline,
    Code,
    Raised,
    Lowered,
}

/// How often each mark is open: emphasis may stand in emphasis.
#[derive(Default)]
struct Marks([u8; 7]);

impl Marks {
    fn has(&self, mark: Mark) -> bool {
        self.0[mark as usize] > 0
    }

    fn style(&self) -> Style {
        Style {
            bold: self.has(Mark::Bold),
            italic: self.has(Mark::Italic),
            strike: self.has(Mark::Strike),
            underline: self.has(Mark::Underline),
            code: self.has(Mark::Code),
        }
    }

    fn change(&mut self, mark: Mark, change: i8) {
        let count = &mut self.0[mark as usize];
        *count = count.saturating_add_signed(change);
    }
}

/// A picture in the line.
struct Picture {
    /// The span that shows it.
    span: usize,
    source: String,
    alt: String,
}

/// What has been written since the last block.
#[derive(Default)]
pub(super) struct Inline {
    spans: Vec<Span>,
    marks: Marks,
    /// The links that are open, and how many spans there were before each.
    links: Vec<(Option<Arc<str>>, usize)>,
    pictures: Vec<Picture>,
    /// The pictures that are open, one in the other; their text is their alt.
    open_pictures: Vec<(String, String)>,
    /// Whether an address may stand bare in the text.
    may_have_address: bool,
    /// What stands here between what was written and what will be.
    between: Between,
    /// Whether text is kept as it stands.
    pub(super) in_code: bool,
}

/// Stands before what a picture shows, where only its name can be shown.
const PICTURE_SIGN: &str = "🖼 ";

impl Inline {
    pub(super) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    pub(super) fn text(&mut self, text: &str) {
        let suspicion = Suspicion::of(text);
        self.may_have_address |= suspicion.has(Suspicion::ADDRESS);
        let text = if suspicion.has(Suspicion::ODD) { cleaned(text, self.in_code) } else { text.into() };
        if let Some((_, alt)) = self.open_pictures.last_mut() {
            alt.push_str(&text);
            return;
        }
        let before = self.spans.last().and_then(|span| span.text.chars().next_back());
        if std::mem::take(&mut self.between).is_space(before, text.chars().next()) {
            self.push_space();
        }
        let form = match () {
            () if self.marks.has(Mark::Raised) => raised,
            () if self.marks.has(Mark::Lowered) => lowered,
            () => return self.push(&text),
        };
        let formed: Option<String> = text.chars().map(form).collect();
        self.push(formed.as_deref().unwrap_or(&text));
    }

    pub(super) fn code(&mut self, text: &str) {
        self.style(Mark::Code, 1);
        self.text(text);
        self.style(Mark::Code, -1);
    }

    fn push(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let style = self.marks.style();
        let link = self.links.last().and_then(|(link, _)| link.as_ref());
        let apart = self.ends_with_picture();
        match self.spans.last_mut() {
            Some(last) if last.style == style && last.link.as_ref() == link && !apart => {
                last.text.push_str(text);
            }
            _ => self.spans.push(Span { text: text.to_owned(), style, link: link.cloned() }),
        }
    }

    /// Whether the last span shows a picture: what follows is no part of it.
    fn ends_with_picture(&self) -> bool {
        self.pictures.last().is_some_and(|picture| picture.span + 1 == self.spans.len())
    }

    /// A space between two words: never the first or last letter of something bold or linked.
    fn push_space(&mut self) {
        let apart = self.ends_with_picture();
        let (style, link) = (self.marks.style(), self.links.last().and_then(|(link, _)| link.as_ref()));
        match self.spans.last_mut() {
            // Plain, or what comes carries it on.
            Some(last)
                if !apart
                    && (last.style == Style::default() && last.link.is_none()
                        || last.style == style && last.link.as_ref() == link && !style.code) =>
            {
                last.text.push(' ');
            }
            _ => self.spans.push(Span::plain(" ")),
        }
    }

    pub(super) fn soft_break(&mut self) {
        match self.open_pictures.last_mut() {
            Some((_, alt)) => alt.push(' '),
            None => self.between = Between::Break,
        }
    }

    /// White space between words of HTML; beside a line break it is no more than that.
    pub(super) fn space(&mut self) {
        match self.open_pictures.last_mut() {
            Some((_, alt)) => alt.push(' '),
            None if self.between == Between::Nothing => self.between = Between::Space,
            None => {}
        }
    }

    pub(super) fn hard_break(&mut self) {
        if self.open_pictures.is_empty() {
            self.between = Between::Nothing;
            self.push("\n");
        }
    }

    pub(super) fn style(&mut self, mark: Mark, change: i8) {
        self.marks.change(mark, change);
    }

    pub(super) fn open_link(&mut self, link: Option<Arc<str>>) {
        let link = link.or_else(|| self.links.last().and_then(|(link, _)| link.clone()));
        self.links.push((link, self.spans.len()));
    }

    /// Closes the innermost link. An address of mail or telephone is written behind its label: not everywhere can it be
    /// touched, but where it can be read, apps make it so.
    pub(super) fn close_link(&mut self) {
        let Some((Some(link), before)) = self.links.last().cloned() else {
            self.links.pop();
            return;
        };
        let scheme = ["mailto:", "tel:"].into_iter().find(|scheme| link.starts_with(scheme));
        if let Some(address) = scheme.and_then(|scheme| link[scheme.len()..].split('?').next()) {
            // A number may be written with spaces or without.
            let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            let label: String = self.spans.get(before..).unwrap_or_default().iter().map(|span| &*span.text).collect();
            if !plain(&label).contains(&plain(address)) {
                self.push(&format!(" {address}"));
            }
        }
        self.links.pop();
    }

    pub(super) fn open_picture(&mut self, source: &str) {
        self.open_pictures.push((source.to_owned(), String::new()));
    }

    pub(super) fn close_picture(&mut self) {
        let Some((source, alt)) = self.open_pictures.pop() else { return };
        if let Some((_, outer)) = self.open_pictures.last_mut() {
            outer.push_str(&alt);
            return;
        }
        let alt = alt.trim().to_owned();
        let linked = !self.links.is_empty();
        if self.between != Between::Nothing {
            self.text("");
        }
        if !linked {
            self.links.push((link::checked(&source), self.spans.len()));
        }
        // A span of its own, however alike the one before it is.
        let text = if alt.is_empty() { PICTURE_SIGN.trim().to_owned() } else { format!("{PICTURE_SIGN}{alt}") };
        let link = self.links.last().and_then(|(link, _)| link.clone());
        if !linked {
            self.links.pop();
            self.pictures.push(Picture { span: self.spans.len(), source, alt });
        }
        self.spans.push(Span { text, style: Style::default(), link });
    }

    /// What has been written, as one text.
    pub(super) fn take(&mut self) -> Vec<Span> {
        self.between = Between::Nothing;
        self.pictures.clear();
        trim(&mut self.spans);
        // No larger than it has to be: a report may have a hundred thousand of them.
        let mut spans: Vec<Span> = self.spans.drain(..).collect();
        if std::mem::take(&mut self.may_have_address) {
            link::mark_bare_addresses(&mut spans);
        }
        spans
    }

    /// What has been written, as blocks: pictures that stand alone are blocks of their own.
    pub(super) fn take_paragraph(&mut self) -> Vec<Block> {
        let shown = |at: usize| self.pictures.binary_search_by_key(&at, |picture| picture.span).is_ok();
        let alone = self.spans.iter().enumerate().all(|(at, span)| shown(at) || span.text.trim().is_empty());
        if self.pictures.is_empty() || !alone {
            return vec![Block::Paragraph(self.take())];
        }
        let pictures = std::mem::take(&mut self.pictures);
        self.take();
        let block = |Picture { source, alt, .. }| Block::Picture { link: link::checked(&source), source, alt };
        pictures.into_iter().map(block).collect()
    }

    /// What has been written, as it stands.
    pub(super) fn take_code(&mut self) -> String {
        self.between = Between::Nothing;
        self.pictures.clear();
        std::mem::take(&mut self.spans).into_iter().map(|span| span.text).collect()
    }
}

/// Whether there is anything to see.
pub(super) fn is_visible(spans: &[Span]) -> bool {
    spans.iter().any(|span| !span.text.trim_start().is_empty())
}

/// Takes the space from both ends.
fn trim(spans: &mut Vec<Span>) {
    while let Some(last) = spans.last_mut() {
        last.text.truncate(last.text.trim_end().len());
        if !last.text.is_empty() {
            break;
        }
        spans.pop();
    }
    let blank = spans.iter().take_while(|span| span.text.trim_start().is_empty()).count();
    spans.drain(..blank);
    if let Some(first) = spans.first_mut() {
        let space = first.text.len() - first.text.trim_start().len();
        if space > 0 {
            first.text.drain(..space);
        }
    }
}
