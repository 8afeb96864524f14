//! What to do about a message that did not go out: pure, with chance passed in.

use std::time::Duration;

use platform::{ChatId, Scope, SendError};

use crate::{
    config::OnUncertain,
    store::{
        deliveries::mark::{Again, Doubt, Ending, StepDown},
        publications::Reception,
    },
};

/// The wait before the second try; each further one is twice as long. 2 s, 4 s, 8 s … up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// After this many tries a message is given up: about five and a half hours, longer than a platform's bad day.
const MOST_TRIES: u32 = 30;
/// How long a refused bot stays silent before it tries once more.
pub const BOT_REFUSED: Duration = Duration::from_secs(60 * 60);
/// So many chats must refuse a publication before it is quarantined: one alone may be odd.
const REFUSALS: i64 = 3;

/// What has happened to this message before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Tries that failed.
    pub attempts: u32,
    /// For how long it has been unknown whether an earlier try arrived.
    pub doubt: Option<Duration>,
    /// How long ago this try began.
    pub age: Duration,
    /// What it could be tried as if its content is refused.
    pub plainer: Option<StepDown>,
}

/// How doubt is dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Where the platform does not drop copies.
    pub on_uncertain: OnUncertain,
    /// How long it drops copies, if it does.
    pub drops_copies_for: Option<Duration>,
    /// Whether the bot can look for its own messages, once copies are not dropped any more.
    pub can_look_back: bool,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Try again.
    Again(Again),
    /// Let the whole bot be silent, then try again.
    Pause {
        /// For how long.
        wait: Duration,
        /// Why.
        why: String,
    },
    /// The bot itself is refused: let it be silent for [`BOT_REFUSED`], call the operator, then try again.
    Silence {
        /// Why.
        why: String,
    },
    /// Leave it uncertain and go on with the next message.
    Hold {
        /// Why.
        why: String,
    },
    /// End this delivery.
    End {
        /// How.
        ending: Ending,
        /// Why.
        why: String,
    },
    /// Try again at once, plainer.
    StepDown {
        /// As what.
        to: StepDown,
        /// Why.
        why: String,
    },
    /// The chat has another id: note it, then try again at once.
    Move {
        /// The new id.
        to: ChatId,
    },
}

/// What to do about `error`. `jitter` in `0.0..1.0` keeps those that failed together from coming back together.
#[must_use]
pub fn judge(error: &SendError, history: &History, policy: &Policy, jitter: f64) -> Verdict {
    match error {
        SendError::RateLimited { retry_after, scope: Scope::Bot } => {
            Verdict::Pause { wait: *retry_after, why: error.to_string() }
        }
        SendError::RateLimited { retry_after, scope: Scope::Chat } => Verdict::Again(Again {
            after: *retry_after,
            counted: false,
            doubt: Doubt::None,
            quiet: true,
            why: error.to_string(),
        }),
        SendError::Transient { .. } if history.attempts + 1 >= MOST_TRIES => exhausted(error, history),
        SendError::Transient { .. } => again(error, wait(history.attempts, jitter), Doubt::None),
        SendError::Unknown { .. } => unknown(error, history, policy, jitter),
        SendError::Gone { .. } => Verdict::End { ending: Ending::Gone, why: error.to_string() },
        SendError::Suspended { .. } => Verdict::End { ending: Ending::Suspended, why: error.to_string() },
        SendError::Moved { to } => Verdict::Move { to: to.clone() },
        SendError::Refused { .. } => match history.plainer {
            Some(to) => Verdict::StepDown { to, why: error.to_string() },
            None => Verdict::End { ending: Ending::Refused, why: error.to_string() },
        },
        SendError::Unwelcome { .. } => match history.plainer {
            Some(to) => Verdict::StepDown { to, why: error.to_string() },
            None => Verdict::End { ending: Ending::Suspended, why: error.to_string() },
        },
        SendError::Fatal { .. } => Verdict::Silence { why: error.to_string() },
    }
}

/// Whether a message that may have arrived must not simply be tried again, since the platform has forgotten its key.
#[must_use]
pub fn too_late(history: &History, policy: &Policy) -> bool {
    matches!((history.doubt, policy.drops_copies_for), (Some(doubt), Some(window)) if doubt >= window)
}

/// Whether so many refusals speak against the publication and not against the chats: three, and one in twenty.
#[must_use]
pub fn is_unfit(reception: Reception) -> bool {
    reception.refused >= REFUSALS && reception.served < 20 * reception.refused
}

fn unknown(error: &SendError, history: &History, policy: &Policy, jitter: f64) -> Verdict {
    let after = wait(history.attempts, jitter);
    let in_doubt_for = history.doubt.unwrap_or(history.age);
    match (policy.drops_copies_for, policy.on_uncertain) {
        // The key makes a second try harmless while the platform remembers it.
        (Some(window), _) if in_doubt_for + after < window => again(error, after, Doubt::SameKey),
        // Afterwards the next try begins with a look for it.
        (Some(_), _) if policy.can_look_back && history.attempts + 1 < MOST_TRIES => {
            again(error, after, Doubt::SameKey)
        }
        // Once, so that a reader sees two copies at the most.
        (None, OnUncertain::Resend) if history.doubt.is_none() => again(error, after, Doubt::MayDouble),
        _ => Verdict::Hold { why: error.to_string() },
    }
}

/// A try that failed before the last allowed one; after a doubtful one the message may be there all the same.
fn exhausted(error: &SendError, history: &History) -> Verdict {
    match history.doubt {
        Some(_) => Verdict::Hold { why: error.to_string() },
        None => Verdict::End { ending: Ending::Exhausted, why: error.to_string() },
    }
}

fn again(error: &SendError, after: Duration, doubt: Doubt) -> Verdict {
    Verdict::Again(Again { after, counted: true, doubt, quiet: false, why: error.to_string() })
}

/// Twice as long after each try, give or take a fifth.
fn wait(attempts: u32, jitter: f64) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(attempts));
    doubled.min(LONGEST_WAIT).mul_f64(0.8 + 0.4 * jitter)
}

#[cfg(test)]
mod tests;
