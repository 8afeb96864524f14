//! Lets one bot's messages out no faster than its pace, also after a moment in which this process stood still: turns that have
//! passed by then would otherwise all be taken at once.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How far the messages may run ahead of their spacing: timers are exact to a millisecond.
const TOLERANCE: Duration = Duration::from_millis(5);
/// How much closer than their turns the messages may be, to make up for a standstill in time: turns leave one and a half in a
/// hundred, so that a second of catching up and the tolerance keep within the pace.
const CATCH_UP: f64 = 0.0075;

/// Where the messages of one bot pass, each on its own.
#[derive(Debug)]
pub(super) struct Turnstile {
    /// When the next one would pass if all were evenly apart.
    next: Mutex<Instant>,
}

impl Turnstile {
    pub(super) fn new() -> Self {
        Self { next: Mutex::new(Instant::now()) }
    }

    /// When a message that has come at `now` may pass, of a bot whose turns are so far `apart`.
    pub(super) fn place(&self, now: Instant, apart: Duration) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let at = next.checked_sub(TOLERANCE).map_or(now, |earliest| earliest.max(now));
        *next = at.max(*next) + apart.mul_f64(1.0 - CATCH_UP);
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
        let (turnstile, began, apart) = (Turnstile::new(), Instant::now(), Duration::from_micros(1_015));
        let turn = |n: u32| began + apart * n;
        // For a tenth of a second nothing moves; whatever had its turn meanwhile comes right after it.
        let stood = began + Duration::from_millis(500)..began + Duration::from_millis(600);
        let come = |at: Instant| if stood.contains(&at) { stood.end } else { at };
        let passed: Vec<Instant> = (0..3000).map(|n| turnstile.place(come(turn(n)), apart)).collect();
        assert!(fullest(&passed) <= 1000, "{}", fullest(&passed));
        let late = passed[2999] - turn(2999);
        assert!(late < Duration::from_millis(95), "the standstill is not made up for: {late:?} late");
    }

    #[test]
    fn what_comes_in_its_turn_passes_at_once() {
        let (turnstile, began, apart) = (Turnstile::new(), Instant::now(), Duration::from_secs_f64(1.015 / 30.0));
        assert!((0..90).map(|n| began + apart * n).all(|turn| turnstile.place(turn, apart) == turn));
    }
}
