//! How Discord writes and measures text: its own Markdown, in embeds.

mod embeds;
mod escape;
mod lines;
mod note;

use platform::{Button, Dialect, Layout, Message, Sheet};

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct Discord;

impl Dialect for Discord {
    fn layouts(&self) -> &'static [Layout] {
        &[Layout::Full]
    }

    fn render(&self, sheet: &Sheet<'_>, layout: Layout) -> Vec<Message> {
        match layout {
            Layout::Full => embeds::render(sheet),
        }
    }

    fn note(&self, text: &str, buttons: &[Vec<Button>]) -> Message {
        note::note(text, buttons)
    }
}
