//! A process's turn to listen with one bot, as far as the process itself can know.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{clock::Clock, deliver::since::Since};

/// How long a turn lasts when it is not renewed: long enough for a slow database, short enough for readers to be
/// answered by another process within ten seconds.
pub const LASTS: Duration = Duration::from_secs(6);
/// Between two renewals.
pub(super) const RENEW: Duration = Duration::from_secs(2);
/// Before a renewal that failed is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// A turn. It is over by itself when it was not renewed for [`LASTS`], counted from before the database was asked: so
/// it is over here before it is over there, even for a process that was frozen meanwhile.
pub struct Turn {
    clock: Arc<dyn Clock>,
    /// Just before the last renewal.
    since: Mutex<Option<Since>>,
}

/// What to do after a renewal was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Listen on, and renew again after this long.
    On(Duration),
    /// Somebody else has the turn, or may have it.
    Over,
}

impl Turn {
    /// Not begun yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, since: Mutex::default() }
    }

    /// This instant, to be noted before the database is asked.
    pub(super) fn now(&self) -> Since {
        Since::now(&*self.clock)
    }

    /// The database gave or renewed the turn; it was asked after `since`.
    pub fn begin(&self, since: Since) {
        *self.lock() = Some(since);
    }

    /// The turn is over, whatever the time.
    pub fn end(&self) {
        *self.lock() = None;
    }

    /// How long it lasts from now.
    #[must_use]
    pub fn left(&self) -> Duration {
        let since = *self.lock();
        since.map_or(Duration::ZERO, |since| LASTS.saturating_sub(since.elapsed(&*self.clock)))
    }

    /// Whether this process may answer readers now.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.left().is_zero()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Since>> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What follows from a try to renew: whether the turn was still the latest one, or nothing when the database did not
/// answer; and from how long it lasts now.
pub(super) fn next(renewed: Option<bool>, left: Duration) -> Next {
    match renewed {
        Some(false) => Next::Over,
        _ if left.is_zero() => Next::Over,
        Some(true) => Next::On(RENEW),
        None => Next::On(RETRY.min(left)),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn a_turn_ends_by_itself_even_while_the_process_is_frozen() {
        let clock = Arc::new(ManualClock::at("2026-01-02T03:04:05Z".parse().unwrap()));
        let turn = Turn::new(clock.clone());
        assert!(!turn.is_on());
        turn.begin(turn.now());
        clock.advance(TimeDelta::milliseconds(5_900));
        assert!(turn.is_on());
        clock.advance(TimeDelta::milliseconds(100));
        assert!(!turn.is_on());
    }

    #[test]
    fn a_turn_counts_from_before_it_was_asked_for() {
        let clock = Arc::new(ManualClock::at("2026-01-02T03:04:05Z".parse().unwrap()));
        let turn = Turn::new(clock.clone());
        let asked = turn.now();
        clock.advance(TimeDelta::seconds(5));
        turn.begin(asked);
        assert!(turn.left() <= Duration::from_secs(1));
        turn.end();
        assert!(!turn.is_on());
    }

    #[test]
    fn a_silent_database_ends_the_turn_only_when_it_runs_out() {
        assert_eq!(next(Some(true), LASTS), Next::On(RENEW));
        assert_eq!(next(None, Duration::from_secs(3)), Next::On(RETRY));
        assert_eq!(next(None, Duration::from_millis(100)), Next::On(Duration::from_millis(100)));
        assert_eq!(next(None, Duration::ZERO), Next::Over);
        assert_eq!(next(Some(false), LASTS), Next::Over, "another process has it");
    }
}
