//! Misbehaviour on demand.

use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a stand-in does instead of answering properly.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Refuses with 429 and this wait; nothing is accepted.
    RateLimited {
        /// What `retry_after` says.
        retry_after: Duration,
        /// Whether it is said of the whole bot.
        global: bool,
    },
    /// Refuses with this status and the platform's JSON for it.
    Status(u16),
    /// A gateway's HTML page with status 502; the message was accepted before it or not.
    BadGateway {
        /// Whether the reader gets the message.
        accepted: bool,
    },
    /// Accepts, then closes the connection without an answer.
    AcceptThenDrop,
    /// Accepts, then never answers.
    AcceptThenHang,
    /// Never reads on and never answers; nothing is accepted.
    Hang,
    /// Accepts, then sends half of the answer and closes.
    HalfAnswer,
    /// Waits before it answers properly.
    Slow(Duration),
    /// The reader has blocked the bot (Telegram 403; Discord 50007).
    Blocked,
    /// The chat does not exist (Telegram 400 chat not found; Discord 10003).
    ChatNotFound,
    /// The bot lacks the right to post here (Telegram 400 not enough rights; Discord 50013).
    NoRights,
    /// The group became a supergroup with this id (Telegram only).
    Migrated(i64),
    /// The token is refused from now on (401).
    Unauthorized,
}

/// Which calls a fault strikes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Match {
    /// `telegram` or `discord`; without it, both.
    pub platform: Option<&'static str>,
    /// Only calls for this chat.
    pub chat: Option<String>,
    /// Only calls of this method.
    pub method: Option<String>,
}

impl Match {
    /// Calls for this chat.
    #[must_use]
    pub fn chat(chat: impl Into<String>) -> Self {
        Self { chat: Some(chat.into()), ..Self::default() }
    }

    /// Calls of this method.
    #[must_use]
    pub fn method(method: impl Into<String>) -> Self {
        Self { method: Some(method.into()), ..Self::default() }
    }

    fn takes(&self, platform: &str, method: &str, chat: &str) -> bool {
        self.platform.is_none_or(|wanted| wanted == platform)
            && self.chat.as_deref().is_none_or(|wanted| wanted == chat)
            && self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
    }
}

#[derive(Debug)]
struct Planned {
    what: Match,
    fault: Fault,
    left: usize,
}

/// The faults in force: cheap to clone, all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<Vec<Planned>>>);

impl Faults {
    /// Strikes the next `times` calls that match; `usize::MAX` is for good.
    pub fn plan(&self, what: Match, fault: Fault, times: usize) {
        self.lock().push(Planned { what, fault, left: times });
    }

    /// Ends every fault.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// The fault that strikes this call, if any; used up by one.
    #[must_use]
    pub fn strike(&self, platform: &str, method: &str, chat: &str) -> Option<Fault> {
        self.strike_where(|what| what.takes(platform, method, chat))
    }

    /// Like [`Faults::strike`], but only by faults that name this method: for calls that post nothing, such as a
    /// long poll, which would otherwise use up the faults meant for messages.
    #[must_use]
    pub fn strike_named(&self, platform: &str, method: &str, chat: &str) -> Option<Fault> {
        self.strike_where(|what| what.method.is_some() && what.takes(platform, method, chat))
    }

    fn strike_where(&self, takes: impl Fn(&Match) -> bool) -> Option<Fault> {
        let mut planned = self.lock();
        let at = planned.iter().position(|one| one.left > 0 && takes(&one.what))?;
        let one = &mut planned[at];
        one.left = if one.left == usize::MAX { usize::MAX } else { one.left - 1 };
        let fault = one.fault.clone();
        planned.retain(|one| one.left > 0);
        Some(fault)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Planned>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
