//! How Telegram writes and measures text.

use platform::{Button, Dialect, Layout, Message, Sheet};

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct Telegram;

impl Dialect for Telegram {
    fn layouts(&self) -> &'static [Layout] {
        &[Layout::Full]
    }

    fn render(&self, _sheet: &Sheet<'_>, _layout: Layout) -> Vec<Message> {
        Vec::new()
    }

    fn note(&self, text: &str, _buttons: &[Vec<Button>]) -> Message {
        Message { method: String::new(), payload: text.into(), pictures: Vec::new() }
    }
}
