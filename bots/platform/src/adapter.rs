//! What the engine asks of a platform.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::SecretString;
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
    /// Makes the bots.
    pub connect: Connect,
}

/// Makes a bot for each token in the adapter's own variables; none when they hold no token. Speaks to nobody yet.
pub type Connect = fn(Env<'_>) -> Result<Vec<Arc<dyn Platform>>, BadVariable>;

/// A variable whose value cannot be used. Never shows the value: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {reason}")]
pub struct BadVariable {
    /// Its name.
    pub variable: &'static str,
    /// What is wrong and what to write instead.
    pub reason: String,
}

/// Reads a variable that holds one token or several, separated by commas. `account` gives a token's account, or `None`
/// for what is no token. Each comes with its account, in the order in which they stand.
///
/// # Errors
/// A part that is no token, with `hint`, or a second token of the same account.
pub fn tokens(
    variable: &'static str,
    value: &str,
    account: impl Fn(&str) -> Option<String>,
    hint: &str,
) -> Result<Vec<(String, SecretString)>, BadVariable> {
    let mut found: Vec<(String, SecretString)> = Vec::new();
    let parts: Vec<&str> = value.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    for (at, token) in parts.iter().enumerate() {
        let which = if parts.len() == 1 { "this".to_owned() } else { format!("token {} of {}", at + 1, parts.len()) };
        let Some(account) = account(token) else {
            return Err(BadVariable { variable, reason: format!("{which} {hint}") });
        };
        if found.iter().any(|(earlier, _)| *earlier == account) {
            let reason =
                format!("{which} is of account {account}, which has another one here; keep the newest of the two");
            return Err(BadVariable { variable, reason });
        }
        found.push((account, (*token).into()));
    }
    Ok(found)
}

/// How fast bulk messages may go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Messages a second for the whole bot, replies not counted.
    pub per_second: f64,
}

/// What a platform asks for bulk messages that go faster than its free pace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    /// Messages a second that cost nothing.
    pub free_per_second: f64,
    /// What each further one costs, in Telegram Stars.
    pub stars: f64,
}

impl Price {
    /// About what so many messages cost at this pace, in Telegram Stars, rounded up.
    #[must_use]
    pub fn of(self, messages: u64, pace: Pace) -> u64 {
        let above = (1.0 - self.free_per_second / pace.per_second).max(0.0);
        #[allow(clippy::cast_precision_loss, reason = "an estimate")]
        let stars = messages as f64 * above * self.stars;
        // A sum that is whole but for the last digits of a float is not rounded up.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is neither negative nor large")]
        let whole = (stars - 1e-6).ceil().max(0.0) as u64;
        whole
    }
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

    /// What bulk messages cost; `None` where they never do.
    fn price(&self) -> Option<Price> {
        None
    }

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

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn read(value: &str) -> Result<Vec<(String, SecretString)>, BadVariable> {
        let account = |token: &str| token.split_once(':').map(|(account, _)| account.to_owned());
        tokens("TOKEN", value, account, "is no token")
    }

    #[test]
    fn tokens_stand_between_commas() {
        let read = read(" 1:a, 2:b,,").unwrap();
        let shown: Vec<_> = read.iter().map(|(account, token)| (account.as_str(), token.expose_secret())).collect();
        assert_eq!(shown, [("1", "1:a"), ("2", "2:b")]);
    }

    #[test]
    fn what_is_no_token_is_counted_and_not_shown() {
        assert_eq!(read("secret").unwrap_err().to_string(), "TOKEN: this is no token");
        assert_eq!(read("1:a,secret").unwrap_err().to_string(), "TOKEN: token 2 of 2 is no token");
    }

    #[test]
    fn only_what_goes_above_the_free_pace_costs_something() {
        let (price, pace) = (Price { free_per_second: 30.0, stars: 0.1 }, |per_second| Pace { per_second });
        assert_eq!(price.of(1_000_000, pace(1000.0)), 97_000);
        assert_eq!(price.of(1_000_000, pace(30.0)), 0);
        assert_eq!(price.of(1_000_000, pace(25.0)), 0);
        assert_eq!(price.of(1, pace(1000.0)), 1);
        assert_eq!(price.of(0, pace(1000.0)), 0);
    }

    #[test]
    fn an_account_has_one_token() {
        let twice = read("1:old,2:b,1:new").unwrap_err().to_string();
        assert!(twice.contains("token 3 of 3 is of account 1") && !twice.contains("new,"), "{twice}");
    }
}
