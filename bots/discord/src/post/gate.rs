//! Which channels may be posted to now.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use platform::ChatId;

use super::Route;
use super::wire::Answer;

/// What a second request for a busy channel is told to wait: about one round trip.
const BUSY: Duration = Duration::from_millis(250);
/// Buckets that are kept before the old ones are thrown out.
const KEPT: usize = 4096;

/// The channels' buckets, and which channels have a request in flight.
#[derive(Debug, Default)]
pub(super) struct Gate {
    exhausted: HashMap<(Route, ChatId), Instant>,
    busy: HashSet<ChatId>,
}

impl Gate {
    /// Takes the channel, or says how long to wait.
    pub(super) fn enter(&mut self, route: Route, chat: &ChatId, now: Instant) -> Result<(), Duration> {
        if self.busy.contains(chat) {
            return Err(BUSY);
        }
        if let Some(until) = self.exhausted.get(&(route, chat.clone())).filter(|until| **until > now) {
            return Err(*until - now);
        }
        self.busy.insert(chat.clone());
        Ok(())
    }

    /// Gives the channel back.
    pub(super) fn leave(&mut self, chat: &ChatId) {
        self.busy.remove(chat);
    }

    /// Notes what an answer tells of the channel's bucket.
    pub(super) fn told(&mut self, route: Route, chat: &ChatId, answer: &Answer, now: Instant) {
        if let (Some(0), Some(reset_after)) = (answer.remaining, answer.reset_after) {
            self.exhaust(route, chat, now + reset_after);
        }
    }

    /// Nothing may go to this channel until then.
    pub(super) fn exhaust(&mut self, route: Route, chat: &ChatId, until: Instant) {
        if self.exhausted.len() >= KEPT {
            // The newest answer is the clock: whatever is reset before it holds nobody back.
            let now = Instant::now();
            self.exhausted.retain(|_, reset| *reset > now);
        }
        let reset = self.exhausted.entry((route, chat.clone())).or_insert(until);
        *reset = (*reset).max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(id: &str) -> ChatId {
        ChatId(id.to_owned())
    }

    #[test]
    fn a_channel_has_one_request_in_flight() {
        let (mut gate, now) = (Gate::default(), Instant::now());
        assert_eq!(gate.enter(Route::Create, &chat("1"), now), Ok(()));
        assert_eq!(gate.enter(Route::Edit, &chat("1"), now), Err(BUSY));
        assert_eq!(gate.enter(Route::Create, &chat("2"), now), Ok(()));
        gate.leave(&chat("1"));
        assert_eq!(gate.enter(Route::Create, &chat("1"), now), Ok(()));
    }

    #[test]
    fn an_exhausted_bucket_closes_its_channel_until_it_is_reset() {
        let (mut gate, now, second) = (Gate::default(), Instant::now(), Duration::from_secs(1));
        let answer = |remaining| Answer { remaining: Some(remaining), reset_after: Some(second), ..Answer::default() };
        gate.told(Route::Create, &chat("1"), &answer(1), now);
        assert_eq!(gate.enter(Route::Create, &chat("1"), now), Ok(()));
        gate.leave(&chat("1"));
        gate.told(Route::Create, &chat("1"), &answer(0), now);
        assert_eq!(gate.enter(Route::Create, &chat("1"), now + second / 2), Err(second / 2));
        assert_eq!(gate.enter(Route::Create, &chat("2"), now), Ok(()));
        assert_eq!(gate.enter(Route::Create, &chat("1"), now + second), Ok(()));
    }

    #[test]
    fn buckets_of_the_past_are_forgotten() {
        let (mut gate, now) = (Gate::default(), Instant::now());
        for id in 0..2 * KEPT {
            gate.exhaust(Route::Create, &chat(&id.to_string()), now);
        }
        assert!(gate.exhausted.len() <= KEPT);
    }
}
