//! What readers say, and what they are answered.

use async_trait::async_trait;

use crate::{BadCommand, BotKey, Chat, ChatId, Command, Language, MessageId, Outgoing, Uploaded, UserId};

/// A command on its way to the desk.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The bot that was spoken to.
    pub bot: BotKey,
    /// Where it was said.
    pub chat: Chat,
    /// Who said it.
    pub user: UserId,
    /// Whether that person may decide for this chat: always in a private chat, else as the platform says
    /// (a group's administrator, Discord's Manage Channels).
    pub may_decide: bool,
    /// The reader's language, if the platform tells it.
    pub language: Option<Language>,
    /// The rights to post here that the bot lacks, as far as the platform tells.
    pub missing: Vec<Right>,
    /// What was asked.
    pub command: Result<Command, BadCommand>,
    /// The message whose button was pressed, if it was a button.
    pub pressed: Option<MessageId>,
}

/// A right that the bot needs in a chat to deliver there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// To see the chat at all.
    View,
    /// To post.
    Send,
    /// To post in a thread.
    SendInThreads,
    /// To show reports, which are embeds.
    EmbedLinks,
    /// To send pictures.
    AttachFiles,
}

/// Something that happened to a chat without a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatEvent {
    /// The bot was added, or got the right to post.
    Added,
    /// The bot was blocked, removed, or lost the right to post; the platform's word for it.
    Removed(String),
    /// The chat has a new id.
    Moved(ChatId),
}

/// What a command is answered with.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// In reading order; may be empty.
    pub messages: Vec<Outgoing>,
    /// Where the first message goes.
    pub place: Place,
    /// A short line shown over the chat when a button was pressed (at most 200 characters).
    pub notice: Option<String>,
}

/// Where a reply goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Below, as new messages.
    #[default]
    Below,
    /// The first message takes the place of the one whose button was pressed; without a press, below.
    Instead,
}

/// One command in the platform's own menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuEntry {
    /// Without the slash.
    pub name: &'static str,
    /// One line for the reader.
    pub summary: String,
    /// Its argument's name and one line on it.
    pub argument: Option<(&'static str, String)>,
    /// Whether the argument can be left out.
    pub optional: bool,
    /// Shown to the operator's admins only, where the platform can do so.
    pub admin_only: bool,
}

/// A value offered while a reader types a command's argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What the reader sees.
    pub label: String,
    /// What the argument becomes.
    pub value: String,
}

/// Who answers: the engine, or a test.
#[async_trait]
pub trait Desk: Send + Sync {
    /// Answers one command. Never fails: what goes wrong is told to the reader in the reader's language.
    async fn handle(&self, invocation: Invocation) -> Reply;

    /// Whether this process may still answer for this bot: several run, and one at a time listens. Asked right before
    /// each answer, since a process can be frozen anywhere and wake when another one has taken its place.
    fn may_answer(&self, _bot: &BotKey) -> bool {
        true
    }

    /// Takes note of something that happened to a chat; a greeting may come back.
    async fn noticed(&self, bot: &BotKey, chat: &Chat, event: ChatEvent) -> Reply;

    /// Days to offer for `/digest` while `typed` is being typed, best first, at most 25. Without a language: the default one's.
    async fn suggest_days(&self, language: Option<Language>, typed: &str) -> Vec<Suggestion>;

    /// What to say where the bot can answer but can never post, such as a conversation between two people.
    fn no_place(&self, language: Option<Language>) -> String;

    /// The command menu in one language; without one, what readers of all other languages see.
    fn menu(&self, language: Option<Language>) -> Vec<MenuEntry>;

    /// Remembers uploads that a reply made, so that later messages can refer to them.
    async fn uploaded(&self, bot: &BotKey, uploads: &[Uploaded]);
}
