//! How Discord writes and measures text: its own Markdown, in embeds.

mod components;
mod embeds;
mod escape;
mod lines;
mod marked;
mod note;
mod plain;

use platform::{Button, Dialect, Layout, Message, Sheet};

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct Discord;

impl Dialect for Discord {
    fn layouts(&self) -> &'static [Layout] {
        &[Layout::Full, Layout::Brief, Layout::Components]
    }

    fn render(&self, sheet: &Sheet<'_>, layout: Layout) -> Vec<Message> {
        match layout {
            Layout::Full | Layout::Rich => embeds::render(sheet),
            Layout::Brief => embeds::brief(sheet),
            Layout::Components => components::render(sheet),
        }
    }

    fn page(&self, sheet: &Sheet<'_>, number: usize) -> Option<Message> {
        embeds::page(sheet, number)
    }

    fn plainer(&self, message: &Message) -> Option<Message> {
        plain::plainer(message)
    }

    fn can_become(&self, old: &Message, new: &Message) -> bool {
        // A message keeps being made of components, or not, for good.
        components::is_made_of(old) == components::is_made_of(new)
    }

    fn struck(&self, message: &Message, gone: &str) -> Message {
        // A bot may delete its messages here as long as it sees the channel, so this is a last resort.
        if components::is_made_of(message) { components::note(gone) } else { note::note(gone, &[]) }
    }

    fn note(&self, text: &str, buttons: &[Vec<Button>]) -> Message {
        note::note(text, buttons)
    }
}
