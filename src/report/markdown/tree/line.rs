//! What is written into the line that is being read.

use std::sync::Arc;

use super::{Mark, Tree, footnotes::sign};

impl Tree {
    pub(in crate::report::markdown) fn text(&mut self, text: &str) {
        self.inline.text(text);
    }

    pub(in crate::report::markdown) fn code(&mut self, text: &str) {
        self.inline.code(text);
    }

    pub(in crate::report::markdown) fn soft_break(&mut self) {
        self.inline.soft_break();
    }

    pub(in crate::report::markdown) fn space(&mut self) {
        self.inline.space();
    }

    pub(in crate::report::markdown) fn hard_break(&mut self) {
        self.inline.hard_break();
    }

    pub(in crate::report::markdown) fn style(&mut self, mark: Mark, change: i8) {
        self.inline.style(mark, change);
    }

    pub(in crate::report::markdown) fn open_link(&mut self, link: Option<Arc<str>>) {
        self.inline.open_link(link);
    }

    pub(in crate::report::markdown) fn close_link(&mut self) {
        self.inline.close_link();
    }

    pub(in crate::report::markdown) fn open_picture(&mut self, source: &str) {
        self.inline.open_picture(source);
    }

    pub(in crate::report::markdown) fn close_picture(&mut self) {
        self.inline.close_picture();
    }

    pub(in crate::report::markdown) fn footnote_reference(&mut self, label: &str) {
        let sign = sign(self.footnotes.number(label));
        self.inline.text(&sign);
    }
}
