//! How a platform writes and measures text.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{Button, Document, Message, PictureFormat, PictureId};

/// How a reader wants a digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Everything, in as few messages as it takes.
    #[default]
    Full,
    /// One message: the picture and how the report begins, with a button for each section.
    Brief,
    /// One message of Telegram's rich kind: headings, lists and tables as the reader's own program draws them.
    Rich,
    /// Discord's Components V2: the picture between texts.
    Components,
}

impl Layout {
    /// Every layout.
    pub const ALL: [Self; 4] = [Self::Full, Self::Brief, Self::Rich, Self::Components];

    /// The word that is stored and typed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Brief => "brief",
            Self::Rich => "rich",
            Self::Components => "components",
        }
    }

    /// The layout for a stored or typed word.
    #[must_use]
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layout| layout.as_str() == word)
    }
}

/// What is rendered: a document with its picture and the few words that the formatter adds itself.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// What it says.
    pub document: &'a Document,
    /// The picture that stands on top.
    pub picture: Option<&'a SheetPicture>,
    /// The words for the reader's language.
    pub labels: &'a Labels,
    /// How a reader gets at the pages of this document, where somebody answers for them. Without it everything is
    /// sent at once, however much it is.
    pub pages: Option<Pages<'a>>,
    /// The report as it was written; it goes along where not everything is sent at once.
    pub file: Option<&'a SheetFile>,
}

/// A file that goes along with messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetFile {
    /// Which one; it is kept where pictures are.
    pub id: PictureId,
    /// What it is called, such as `twitter_ai_20251127_20251127.md`.
    pub name: String,
}

/// How a reader gets at the pages of a document that is not sent all at once.
#[derive(Clone, Copy, Debug)]
pub struct Pages<'a> {
    /// The command that a button under a digest gives, to which a page's number is added: `/page 12`.
    pub open: &'a str,
    /// The command that a button under a page gives, likewise: `/turn 12`.
    pub turn: &'a str,
    /// The most messages that are sent at once, one with the file among them; at least two.
    pub most: usize,
}

impl Pages<'_> {
    /// The usual bound on messages that are sent at once.
    pub const MOST: usize = 12;
}

/// What rendering needs to know of a picture; the bytes are not needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetPicture {
    /// Which picture.
    pub id: PictureId,
    /// The file name to show, such as `wordcloud.jpg`.
    pub file_name: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
}

impl SheetPicture {
    /// A picture that a report names as `source`, called as there; without an alt text the report's title stands in.
    #[must_use]
    pub fn new(id: PictureId, format: PictureFormat, source: &str, alt: &str, title: &str) -> Self {
        let stem = Path::new(source).file_stem().and_then(|stem| stem.to_str()).unwrap_or("picture");
        let alt = if alt.trim().is_empty() { title } else { alt };
        Self { id, file_name: format!("{stem}.{}", format.extension()), alt: alt.to_owned() }
    }
}

/// The words that the formatter adds, in one language. The engine's `wording` fills them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// The part counter, with `{n}` and `{of}`: `（{n}/{of}）`.
    pub part: &'static str,
    /// Stands at the end of what is sent at once when there is more, above the buttons that show it.
    pub more: &'static str,
    /// The same where the whole report goes along as a file.
    pub more_in_file: &'static str,
}

/// A platform's way of writing. Pure: the same sheet gives the same messages, byte for byte.
pub trait Dialect: Send + Sync {
    /// The layouts that this platform can show.
    fn layouts(&self) -> &'static [Layout];

    /// The sheet as messages in reading order, each within the platform's limits. A layout that cannot hold this
    /// sheet, or that the platform does not have, gives way to the full one.
    fn render(&self, sheet: &Sheet<'_>, layout: Layout) -> Vec<Message>;

    /// One page of the sheet, from 1, with buttons that turn to its neighbours; `None` if there is no such page.
    fn page(&self, sheet: &Sheet<'_>, number: usize) -> Option<Message>;

    /// The same message one step plainer, for a platform that has refused its content: the picture as a file, then
    /// without it, then without styles and buttons. Nothing that is said gets lost; `None` where it cannot be plainer.
    fn plainer(&self, message: &Message) -> Option<Message>;

    /// Whether a posted message can be edited into another one. If not, it is deleted and the other one is sent.
    fn can_become(&self, old: &Message, new: &Message) -> bool;

    /// What stands in the place of a message that can no longer be deleted: `gone` says that it counts no more, and what it
    /// said stands below, struck through, where there is room.
    fn struck(&self, message: &Message, gone: &str) -> Message;

    /// A short plain text of ours with rows of buttons below it, as one message.
    fn note(&self, text: &str, buttons: &[Vec<Button>]) -> Message;
}
