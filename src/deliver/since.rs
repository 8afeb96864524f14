//! How old a claim is, or a turn to listen.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::clock::Clock;

/// An instant on two clocks: one that nobody can set, and one that goes on while the machine sleeps.
#[derive(Clone, Copy, Debug)]
pub struct Since {
    steady: Instant,
    wall: DateTime<Utc>,
}

impl Since {
    /// This instant.
    #[must_use]
    pub fn now(clock: &dyn Clock) -> Self {
        Self { steady: Instant::now(), wall: clock.now() }
    }

    /// The instant so long after this one, on the clock that nobody can set.
    pub(super) fn plus(self, wait: Duration) -> Instant {
        self.steady + wait
    }

    /// How long ago it was, on the clock that says more.
    #[must_use]
    pub fn elapsed(self, clock: &dyn Clock) -> Duration {
        let wall = (clock.now() - self.wall).to_std().unwrap_or_default();
        self.steady.elapsed().max(wall)
    }
}
