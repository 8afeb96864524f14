//! How Telegram writes and measures text: plain text with entities beside it, never markup in it.

mod entities;
mod full;
mod note;
mod plain;
mod rich;
mod struck;
mod weigh;

use platform::{Button, Dialect, Layout, Message, Sheet};

/// The most of one message's text, in UTF-16 code units. Telegram counts code points, which are never more.
const TEXT: usize = 4_096;
/// The most of a picture's caption, counted likewise.
const CAPTION: usize = 1_024;
/// The most entities of one message; Telegram drops further ones without a word.
const ENTITIES: u32 = 100;
/// The most bytes of entities; Telegram refuses a message from about 9,500 on.
const ENTITY_BYTES: u32 = 9_000;

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct Telegram;

impl Dialect for Telegram {
    fn layouts(&self) -> &'static [Layout] {
        &[Layout::Full, Layout::Brief, Layout::Rich]
    }

    fn render(&self, sheet: &Sheet<'_>, layout: Layout) -> Vec<Message> {
        match layout {
            Layout::Full | Layout::Components => full::render(sheet),
            Layout::Brief => full::brief(sheet),
            Layout::Rich => rich::render(sheet).map_or_else(|| full::render(sheet), |message| vec![message]),
        }
    }

    fn page(&self, sheet: &Sheet<'_>, number: usize) -> Option<Message> {
        full::page(sheet, number)
    }

    fn plainer(&self, message: &Message) -> Option<Message> {
        plain::plainer(message)
    }

    fn can_become(&self, old: &Message, new: &Message) -> bool {
        // A picture can be put to a text, but never be taken from one again.
        let pictured = |message: &Message| message.method == "sendPhoto";
        !pictured(old) || pictured(new)
    }

    fn struck(&self, message: &Message, gone: &str) -> Message {
        struck::struck(message, gone)
    }

    fn note(&self, text: &str, buttons: &[Vec<Button>]) -> Message {
        note::note(text, buttons)
    }
}
