//! Keeps one bot's messages apart as its turns are, however unevenly this process and its claims get on.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How far the messages may run ahead of their spacing: timers are exact to a millisecond.
const TOLERANCE: Duration = Duration::from_millis(2);
/// How much closer than their turns the messages may be, to make up for a standstill in time. Turns leave 1.7 in a
/// hundred, of which most is for delays that differ on the way to the platform.
const CATCH_UP: f64 = 0.0025;
/// The longest that a claim can take on its way and still be thought of as that: more is a clock that was set.
const LONGEST_WAY: f64 = 0.05;
/// How fast the shortest way is forgotten, as a share of what another claim takes longer.
const FORGET: f64 = 0.01;

/// Where the messages of one bot pass, each on its own.
#[derive(Debug)]
pub(super) struct Turnstile {
    began: Instant,
    passing: Mutex<Passing>,
}

#[derive(Debug)]
struct Passing {
    /// When the next message would pass if all were evenly apart.
    next: Instant,
    /// How far the database's clock is ahead of `began`'s, in seconds, with the shortest way that a claim takes there.
    ahead: Option<f64>,
}

impl Turnstile {
    pub(super) fn new() -> Self {
        let began = Instant::now();
        Self { began, passing: Mutex::new(Passing { next: began, ahead: None }) }
    }

    /// How much longer than usual a claim was on its way that was begun `at` and reached the database at `clock`. Its turns are
    /// so much later than they seem.
    pub(super) fn way(&self, at: Instant, clock: Duration) -> Duration {
        let ahead = clock.as_secs_f64() - at.saturating_duration_since(self.began).as_secs_f64();
        let mut passing = self.passing.lock().unwrap_or_else(PoisonError::into_inner);
        let longer = passing.ahead.map_or(0.0, |least| ahead - least);
        if (0.0..LONGEST_WAY).contains(&longer) {
            passing.ahead = Some(ahead - longer * (1.0 - FORGET));
            Duration::from_secs_f64(longer)
        } else {
            passing.ahead = Some(ahead);
            Duration::ZERO
        }
    }

    /// When a message that has come at `now` may pass, of a bot whose turns are so far `apart`. After a moment in which this
    /// process stood still the missed turns are not all taken at once.
    pub(super) fn place(&self, now: Instant, apart: Duration) -> Instant {
        let mut passing = self.passing.lock().unwrap_or_else(PoisonError::into_inner);
        let at = passing.next.checked_sub(TOLERANCE).map_or(now, |earliest| earliest.max(now));
        passing.next = at.max(passing.next) + apart.mul_f64(1.0 - CATCH_UP);
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The most that pass within any second.
    fn fullest(passed: &[Instant]) -> usize {
        let within =
            |&from: &Instant| passed.iter().filter(|&&at| at >= from && at <= from + Duration::from_secs(1)).count();
        passed.iter().map(within).max().unwrap_or(0)
    }

    #[test]
    fn what_waited_through_a_standstill_passes_at_the_pace() {
        let (turnstile, began, apart) = (Turnstile::new(), Instant::now(), Duration::from_micros(1_018));
        let turn = |n: u32| began + apart * n;
        // For a tenth of a second nothing moves; whatever had its turn meanwhile comes right after it.
        let stood = began + Duration::from_millis(500)..began + Duration::from_millis(600);
        let come = |at: Instant| if stood.contains(&at) { stood.end } else { at };
        let passed: Vec<Instant> = (0..3000).map(|n| turnstile.place(come(turn(n)), apart)).collect();
        assert!(fullest(&passed) <= 1000, "{}", fullest(&passed));
        let late = passed[2999] - turn(2999);
        assert!(late < Duration::from_millis(95), "the standstill is not made up for: {late:?} late");
        assert!(fullest(&passed) <= 988, "which leaves room for delays on the way: {}", fullest(&passed));
    }

    #[test]
    fn a_claim_that_was_long_on_its_way_begins_its_turns_later() {
        let turnstile = Turnstile::new();
        let (began, millis) = (turnstile.began, Duration::from_millis);
        // The database's clock is a hundred seconds ahead, and a claim takes a millisecond to it.
        let clock = |at: u64, way: u64| Duration::from_secs(100) + millis(at + way);
        let way = |at: u64, way: u64| turnstile.way(began + millis(at), clock(at, way)).as_secs_f64() * 1e3;
        assert_eq!(way(0, 1), 0.0);
        assert!((way(10, 9) - 8.0).abs() < 0.1);
        assert!(way(20, 1) < 0.1);
        // A clock that was set says nothing of the way.
        assert_eq!(way(30, 3_600_000), 0.0);
        assert_eq!(way(40, 3_600_000), 0.0);
        assert_eq!(way(50, 1), 0.0);
    }

    #[test]
    fn what_comes_in_its_turn_passes_at_once() {
        let (turnstile, began, apart) = (Turnstile::new(), Instant::now(), Duration::from_secs_f64(1.018 / 30.0));
        assert!((0..90).map(|n| began + apart * n).all(|turn| turnstile.place(turn, apart) == turn));
    }
}
