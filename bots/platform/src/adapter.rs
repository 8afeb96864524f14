//! What the engine asks of a platform.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;

use crate::{BotKey, ChatId, ChatKind, Desk, Dialect, Message, MessageId, Outgoing, SendError, Sent, Uploaded};

/// Looks an environment variable up; an empty value counts as absent.
pub type Env<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// What a platform's crate gives to the wiring in the engine's `platforms.rs`.
#[derive(Clone, Copy)]
pub struct Adapter {
    /// The platform's stable name, as stored and typed.
    pub name: &'static str,
    /// How it writes; needs no connection and no token.
    pub dialect: &'static dyn Dialect,
    /// Every variable that `connect` reads.
    pub variables: &'static [&'static str],
    /// Makes the bot.
    pub connect: Connect,
}

/// Makes a bot from the adapter's own variables; `None` when its token is unset. Speaks to nobody yet.
pub type Connect = fn(Env<'_>) -> Result<Option<Arc<dyn Platform>>, BadVariable>;

/// A variable whose value cannot be used. Never shows the value: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {reason}")]
pub struct BadVariable {
    /// Its name.
    pub variable: &'static str,
    /// What is wrong and what to write instead.
    pub reason: String,
}

/// How fast bulk messages may go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Messages a second for the whole bot, replies not counted.
    pub per_second: f64,
}

/// What makes one message of one delivery different from every other, on every try the same.
/// A platform that can do so drops a second copy with the same key (Discord's `nonce`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SendKey(pub String);

/// What became of a message that was to be changed or deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amended {
    /// It is as it was meant to be. With the uploads that this call made and that later calls can refer to.
    Done(Vec<Uploaded>),
    /// It is not there any more: somebody deleted it.
    Missing,
    /// The platform does not allow it: the message is too old, or of another kind.
    Barred,
}

/// One of our bots on a chat platform.
#[async_trait]
pub trait Platform: Send + Sync {
    /// Which bot this is; known from the token alone.
    fn key(&self) -> &BotKey;

    /// How fast bulk messages may go.
    fn pace(&self) -> Pace;

    /// The least time between two messages of ours in one chat of this kind.
    fn chat_interval(&self, kind: ChatKind) -> Duration;

    /// How long the platform remembers a [`SendKey`] and drops a second message with it; `None` where it knows no such key.
    fn drops_copies_for(&self) -> Option<Duration> {
        None
    }

    /// Whether [`Platform::look_back`] can tell anything: whether a bot may read what it has posted.
    fn can_look_back(&self) -> bool {
        false
    }

    /// Looks for a message of this bot's own that says what `outgoing` says, among those posted in `chat` since about
    /// then; `None` if it is not there. Asked only where [`Platform::can_look_back`].
    async fn look_back(
        &self,
        _chat: &ChatId,
        _outgoing: &Outgoing,
        _since: DateTime<Utc>,
    ) -> Result<Option<MessageId>, SendError> {
        Ok(None)
    }

    /// Posts one message of a delivery. Does not wait for any limit: what cannot go now is an error that says when.
    async fn send(&self, chat: &ChatId, outgoing: &Outgoing, key: &SendKey) -> Result<Sent, SendError>;

    /// Replaces the text and buttons of a message that was posted before.
    async fn edit(&self, chat: &ChatId, id: &MessageId, message: &Message) -> Result<(), SendError>;

    /// Posts one message of a delivery like [`Platform::send`], as a reply to an earlier one of ours, if that still exists.
    async fn reply(&self, chat: &ChatId, to: &MessageId, outgoing: &Outgoing, key: &SendKey)
    -> Result<Sent, SendError>;

    /// Makes a message that was posted before show this one. `same_pictures` says that it shows these pictures already.
    /// May be tried again at will: the second time changes nothing.
    async fn amend(
        &self,
        chat: &ChatId,
        id: &MessageId,
        outgoing: &Outgoing,
        same_pictures: bool,
    ) -> Result<Amended, SendError>;

    /// Deletes a message that was posted before. May be tried again at will.
    async fn delete(&self, chat: &ChatId, id: &MessageId) -> Result<Amended, SendError>;

    /// Hands what readers say to `desk` and posts its replies, until `stop`. Returns an error only when
    /// the platform refuses the bot itself; everything else it survives and logs.
    async fn listen(&self, desk: Arc<dyn Desk>, stop: CancellationToken) -> Result<(), SendError>;
}
