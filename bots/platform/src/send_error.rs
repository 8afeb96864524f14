//! Why a message did not go out, told as what to do about it.

use std::time::Duration;

use crate::ChatId;

/// How much a rate limit stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// This chat only.
    Chat,
    /// Everything this bot sends.
    Bot,
}

/// What became of a call that did not end in "accepted". The texts are for the operator; they hold no token and no
/// reader's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Not sent; may be sent again after the wait.
    #[error("rate limited ({scope:?}), wait {retry_after:?}")]
    RateLimited {
        /// How long nothing may be sent.
        retry_after: Duration,
        /// To whom.
        scope: Scope,
    },
    /// Certainly not sent; try again later.
    #[error("temporary failure: {why}")]
    Transient {
        /// The failure, for the operator.
        why: String,
    },
    /// The request was written and no answer that can be read came back: it may have been sent.
    #[error("no answer: {why}")]
    Unknown {
        /// What came instead of an answer.
        why: String,
    },
    /// The chat will never take messages again, until it starts the bot anew.
    #[error("chat is gone: {reason}")]
    Gone {
        /// The platform's word.
        reason: String,
    },
    /// The chat exists but the bot may not post there now; its owner can mend that.
    #[error("not allowed to post: {reason}")]
    Suspended {
        /// The missing right or the platform's word.
        reason: String,
    },
    /// The chat has a new id (a Telegram group that became a supergroup).
    #[error("chat moved to {to}")]
    Moved {
        /// The new id.
        to: ChatId,
    },
    /// The platform will never take this content: our fault, never the chat's.
    #[error("message refused: {why}")]
    Refused {
        /// The platform's word.
        why: String,
    },
    /// This chat does not take such content (pictures, say), though it may take something plainer.
    #[error("not taken by this chat: {why}")]
    Unwelcome {
        /// The platform's word.
        why: String,
    },
    /// The bot itself may not speak (wrong token, banned): stop this bot and call the operator.
    #[error("the bot is refused: {why}")]
    Fatal {
        /// The platform's word.
        why: String,
    },
}
