//! The pace that the service allows.
//!
//! The numbers are those of Telegram's own FAQ for bots: about 30 messages a second for the whole bot, one a second
//! in one chat ("short bursts are tolerated"), 20 a minute in one group; up to 1,000 a second for who pays.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

/// Messages of one bot in any second.
const BOT_PER_SECOND: usize = 30;
/// Messages of one bot in any second that go as paid broadcasts.
const PAID_PER_SECOND: usize = 1000;
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
    /// Those that go as paid broadcasts.
    paying: VecDeque<Instant>,
    /// Those of them that cost nothing.
    unpaid: VecDeque<Instant>,
    /// When each chat's bucket would be empty again, if nothing more came.
    chats: BTreeMap<i64, Instant>,
    groups: BTreeMap<i64, VecDeque<Instant>>,
}

impl Limits {
    /// Counts a message, or says how long to wait. What is refused is not counted. Gives whether it costs something:
    /// only what goes above the free pace does.
    pub(super) fn take(&mut self, chat: i64, pays: bool, now: Instant) -> Result<bool, Duration> {
        let group = chat < 0;
        let free = wait(&mut self.bot, now, SECOND, BOT_PER_SECOND);
        let paid = wait(&mut self.paying, now, SECOND, PAID_PER_SECOND);
        let bot = if pays { paid } else { free };
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
        wait(&mut self.unpaid, now, SECOND, BOT_PER_SECOND);
        let costs = pays && self.bot.len() + self.unpaid.len() >= BOT_PER_SECOND;
        if pays { &mut self.paying } else { &mut self.bot }.push_back(now);
        if pays && !costs {
            self.unpaid.push_back(now);
        }
        self.chats.insert(chat, empty + SECOND);
        if group {
            self.groups.entry(chat).or_default().push_back(now);
        }
        Ok(costs)
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
            assert_eq!(limits.take(1, false, now), Ok(false));
        }
        assert_eq!(limits.take(1, false, now), Err(SECOND));
        assert_eq!(limits.take(2, false, now), Ok(false));
        assert_eq!(limits.take(1, false, now + SECOND), Ok(false));
    }

    #[test]
    fn a_bot_takes_thirty_in_any_second() {
        let (mut limits, now) = (Limits::default(), Instant::now());
        let taken = (0..40).filter(|chat| limits.take(*chat + 1, false, now).is_ok()).count();
        assert_eq!(taken, BOT_PER_SECOND);
        assert_eq!(limits.take(99, false, now + SECOND), Ok(false));
    }

    #[test]
    fn who_pays_goes_on_above_the_free_pace_and_leaves_it_to_replies() {
        let (mut limits, now) = (Limits::default(), Instant::now());
        let costs = (1..=40).filter(|chat| limits.take(*chat, true, now).unwrap()).count();
        assert_eq!(costs, 40 - BOT_PER_SECOND);
        assert_eq!(limits.take(99, false, now), Ok(false));
        let next = (101..=140).filter(|chat| limits.take(*chat, true, now + SECOND).unwrap()).count();
        assert_eq!(next, 40 - BOT_PER_SECOND, "every second has its free ones");
    }

    #[test]
    fn a_group_takes_twenty_a_minute_however_they_are_spread() {
        let (mut limits, now) = (Limits::default(), Instant::now());
        let taken = (0..30).filter(|second| limits.take(-5, false, now + SECOND * *second).is_ok()).count();
        assert_eq!(taken, GROUP_PER_MINUTE);
        assert_eq!(limits.take(-5, false, now + SECOND * 30), Err(SECOND * 30));
    }
}
