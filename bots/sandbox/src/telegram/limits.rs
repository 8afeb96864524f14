//! The pace that the service allows.
//!
//! The numbers are those of Telegram's own FAQ for bots: about 30 messages a second for the whole bot, one a second
//! in one chat ("short bursts are tolerated"), 20 a minute in one group.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

/// Messages of one bot in any second.
const BOT_PER_SECOND: usize = 30;
/// The length of the tolerated burst in one chat. The real number is not published; this one lets through an answer
/// of a few messages that meets a digest, and stops everything that ignores the pace.
const CHAT_BURST: u32 = 4;
/// Messages in one group in any minute.
const GROUP_PER_MINUTE: usize = 20;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// What was sent lately.
#[derive(Debug, Default)]
pub(super) struct Limits {
    bot: VecDeque<Instant>,
    /// When each chat's bucket would be empty again, if nothing more came.
    chats: BTreeMap<i64, Instant>,
    groups: BTreeMap<i64, VecDeque<Instant>>,
}

impl Limits {
    /// Counts a message, or says how long to wait. What is refused is not counted.
    pub(super) fn take(&mut self, chat: i64, now: Instant) -> Result<(), Duration> {
        let group = chat < 0;
        let bot = wait(&mut self.bot, now, SECOND, BOT_PER_SECOND);
        let minute = match group {
            true => wait(self.groups.entry(chat).or_default(), now, MINUTE, GROUP_PER_MINUTE),
            false => Duration::ZERO,
        };
        let empty = self.chats.get(&chat).copied().unwrap_or(now).max(now);
        let one = (empty + SECOND).duration_since(now).saturating_sub(SECOND * CHAT_BURST);
        let longest = bot.max(minute).max(one);
        if !longest.is_zero() {
            return Err(longest);
        }
        self.bot.push_back(now);
        self.chats.insert(chat, empty + SECOND);
        if group {
            self.groups.entry(chat).or_default().push_back(now);
        }
        Ok(())
    }
}

/// How long until fewer than `most` of `times` lie within the last `window`; forgets older ones.
fn wait(times: &mut VecDeque<Instant>, now: Instant, window: Duration, most: usize) -> Duration {
    while times.front().is_some_and(|time| now.duration_since(*time) >= window) {
        times.pop_front();
    }
    if times.len() < most { Duration::ZERO } else { window - now.duration_since(times[times.len() - most]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_takes_a_short_burst_and_then_one_a_second() {
        let (mut limits, now) = (Limits::default(), Instant::now());
        for _ in 0..CHAT_BURST {
            assert_eq!(limits.take(1, now), Ok(()));
        }
        assert_eq!(limits.take(1, now), Err(SECOND));
        assert_eq!(limits.take(2, now), Ok(()));
        assert_eq!(limits.take(1, now + SECOND), Ok(()));
    }

    #[test]
    fn a_bot_takes_thirty_in_any_second() {
        let (mut limits, now) = (Limits::default(), Instant::now());
        let taken = (0..40).filter(|chat| limits.take(*chat + 1, now).is_ok()).count();
        assert_eq!(taken, BOT_PER_SECOND);
        assert_eq!(limits.take(99, now + SECOND), Ok(()));
    }

    #[test]
    fn a_group_takes_twenty_a_minute_however_they_are_spread() {
        let (mut limits, now) = (Limits::default(), Instant::now());
        let taken = (0..30).filter(|second| limits.take(-5, now + SECOND * *second).is_ok()).count();
        assert_eq!(taken, GROUP_PER_MINUTE);
        assert_eq!(limits.take(-5, now + SECOND * 30), Err(SECOND * 30));
    }
}
