//! The judge: what a platform accepted against what the outbox says. Pure; a plan of a million messages fits.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

/// A message that a platform accepted: its reader sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Microseconds since the stand-in was started.
    at: u64,
    /// The chat.
    pub chat: i64,
    /// Tells its text from others.
    pub text: u64,
}

impl Accepted {
    /// Accepted then and there.
    #[must_use]
    pub fn new(at: Duration, chat: i64, text: &str) -> Self {
        Self { at: u64::try_from(at.as_micros()).unwrap_or(u64::MAX), chat, text: mark(text) }
    }

    /// When, since the stand-in was started.
    #[must_use]
    pub fn at(&self) -> Duration {
        Duration::from_micros(self.at)
    }
}

/// What tells one text from others.
#[must_use]
pub fn mark(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// What the outbox says of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// It was sent, once.
    Sent,
    /// It may have arrived or not.
    Uncertain,
    /// It was sent again by policy: it may have arrived twice.
    Redriven,
    /// It was never accepted, and will not be.
    Refused,
    /// The delivery is not over.
    Waiting,
}

/// A planned message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The chat.
    pub chat: i64,
    /// [`mark`] of its text.
    pub text: u64,
    /// What the outbox says of it.
    pub claimed: Claimed,
}

/// What the judge found. Counts are messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Planned.
    pub planned: u64,
    /// Said to be sent, and not accepted.
    pub lost: u64,
    /// Accepted more often than the outbox says they may have been.
    pub doubled: u64,
    /// Said to be uncertain.
    pub uncertain: u64,
    /// Of those: accepted.
    pub uncertain_arrived: u64,
    /// Sent again by policy.
    pub redriven: u64,
    /// Given up for a reason that the platform gave.
    pub refused: u64,
    /// Not over.
    pub waiting: u64,
    /// Accepted, and never planned, or said to be refused or not sent yet.
    pub stray: u64,
    /// The most accepted in any second, both ends included.
    pub most_in_a_second: usize,
    /// The least time between two messages in one chat; `None` when no chat got two.
    pub closest_in_a_chat: Option<Duration>,
}

/// Compares the plan with what was accepted, which is in the order of arrival.
#[must_use]
pub fn judge(plan: impl IntoIterator<Item = Planned>, accepted: &[Accepted]) -> Judgement {
    let mut arrived: HashMap<(i64, u64), u32> = HashMap::with_capacity(accepted.len());
    for one in accepted {
        *arrived.entry((one.chat, one.text)).or_default() += 1;
    }
    let mut found = Judgement {
        most_in_a_second: most_within(accepted, Duration::from_secs(1)),
        closest_in_a_chat: closest_in_a_chat(accepted),
        ..Judgement::default()
    };
    for one in plan {
        let times = arrived.remove(&(one.chat, one.text)).unwrap_or_default();
        found.planned += 1;
        let most = match one.claimed {
            Claimed::Sent | Claimed::Uncertain => 1,
            Claimed::Redriven => 2,
            Claimed::Refused | Claimed::Waiting => 0,
        };
        match one.claimed {
            Claimed::Sent => found.lost += u64::from(times == 0),
            Claimed::Uncertain => {
                found.uncertain += 1;
                found.uncertain_arrived += u64::from(times > 0);
            }
            Claimed::Redriven => found.redriven += 1,
            Claimed::Refused => found.refused += 1,
            Claimed::Waiting => found.waiting += 1,
        }
        if most == 0 {
            found.stray += u64::from(times);
        } else {
            found.doubled += u64::from(times.saturating_sub(most));
        }
    }
    found.stray += arrived.values().map(|times| u64::from(*times)).sum::<u64>();
    found
}

/// The most that arrived within any window of this length.
#[must_use]
pub fn most_within(accepted: &[Accepted], window: Duration) -> usize {
    let mut first = 0;
    let mut most = 0;
    for (last, one) in accepted.iter().enumerate() {
        while accepted[first].at() + window <= one.at() {
            first += 1;
        }
        most = most.max(last + 1 - first);
    }
    most
}

fn closest_in_a_chat(accepted: &[Accepted]) -> Option<Duration> {
    let mut last: BTreeMap<i64, Duration> = BTreeMap::new();
    accepted.iter().filter_map(|one| last.insert(one.chat, one.at()).map(|before| one.at() - before)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn planned(chat: i64, claimed: Claimed) -> Planned {
        Planned { chat, text: mark("news"), claimed }
    }

    fn accepted(chat: i64, at: Duration) -> Accepted {
        Accepted::new(at, chat, "news")
    }

    #[test]
    fn a_message_said_to_be_sent_must_have_arrived_once() {
        let plan = [planned(1, Claimed::Sent), planned(2, Claimed::Sent), planned(3, Claimed::Sent)];
        let found = judge(plan, &[accepted(1, SECOND), accepted(2, SECOND), accepted(2, 3 * SECOND)]);
        assert_eq!((found.planned, found.lost, found.doubled, found.stray), (3, 1, 1, 0));
    }

    #[test]
    fn an_uncertain_message_may_have_arrived_and_a_redriven_one_twice() {
        let plan = [planned(1, Claimed::Uncertain), planned(2, Claimed::Uncertain), planned(3, Claimed::Redriven)];
        let twice = [accepted(1, SECOND), accepted(3, SECOND), accepted(3, 2 * SECOND)];
        let found = judge(plan, &twice);
        assert_eq!((found.uncertain, found.uncertain_arrived, found.redriven), (2, 1, 1));
        assert_eq!((found.lost, found.doubled, found.stray), (0, 0, 0));
        let found = judge(plan, &[accepted(1, SECOND), accepted(1, 2 * SECOND)]);
        assert_eq!(found.doubled, 1);
    }

    #[test]
    fn what_was_refused_or_never_planned_must_not_have_arrived() {
        let found = judge([planned(1, Claimed::Refused)], &[accepted(1, SECOND), accepted(9, SECOND)]);
        assert_eq!((found.refused, found.stray), (1, 2));
    }

    #[test]
    fn a_window_is_as_full_as_its_fullest_second_and_a_chat_as_close_as_its_closest_pair() {
        let at = |millis| Duration::from_millis(millis);
        let times = [accepted(1, at(0)), accepted(2, at(500)), accepted(1, at(999)), accepted(3, at(1000))];
        assert_eq!(most_within(&times, SECOND), 3);
        assert_eq!(closest_in_a_chat(&times), Some(at(999)));
    }
}
