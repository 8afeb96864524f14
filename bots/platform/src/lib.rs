//! The contract between the engine and its chat platforms.
//!
//! Everything here is plain values and pure functions: no SDK, no SQL, no I/O. Read it in this order:
//!
//! 1. [`document`]: what a report says, as a tree.
//! 2. [`message`]: what goes over the wire, rendered once and stored.
//! 3. [`dialect`]: how a platform turns the first into the second; [`flow`] makes lines of the tree, [`split`] cuts
//!    long ones, [`pack`] fills messages with them, [`text`] counts.
//! 4. [`adapter`]: how it is sent, and [`send_error`], why it was not.
//! 5. [`command`] and [`desk`]: what readers say, and who answers.

pub mod adapter;
pub mod chat;
pub mod command;
pub mod desk;
pub mod dialect;
pub mod document;
pub mod flow;
pub mod message;
pub mod outline;
pub mod pack;
pub mod send_error;
mod split;
pub mod text;

pub use adapter::{Adapter, Amended, BadVariable, Connect, Env, Pace, Platform, Price, SendKey, tokens};
pub use chat::{BotKey, Chat, ChatId, ChatKind, Language, UserId};
pub use command::{Act, BadCommand, Command, Day, Hour, Recall};
pub use desk::{ChatEvent, Desk, Invocation, MenuEntry, Place, Reply, Right, Suggestion};
pub use dialect::{Dialect, Labels, Layout, Pages, Sheet, SheetFile, SheetPicture};
pub use document::{Block, Document, Span};
pub use message::{
    Attachment, Button, Message, MessageId, Outgoing, Picture, PictureFormat, PictureId, Sent, Uploaded,
};
pub use send_error::{Scope, SendError};
