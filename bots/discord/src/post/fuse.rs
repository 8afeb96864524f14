//! Stops the bot well before Discord would ban its address.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Discord bans an address after 10,000 requests in this time that it answered with 401, 403 or 429.
const SPAN: Duration = Duration::from_mins(10);
/// Half of that: other programs may share the address.
const MOST: usize = 5000;

/// When the last invalid requests were made.
#[derive(Debug, Default)]
pub(super) struct Fuse(VecDeque<Instant>);

impl Fuse {
    /// Counts one invalid request.
    pub(super) fn count(&mut self, now: Instant) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(now);
    }

    /// Until when nothing may be sent, if so many requests were invalid.
    pub(super) fn blown_until(&self, now: Instant) -> Option<Instant> {
        let oldest = self.0.front().filter(|_| self.0.len() == MOST)?;
        Some(*oldest + SPAN).filter(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fuse_blows_at_half_of_what_gets_an_address_banned() {
        let (mut fuse, start) = (Fuse::default(), Instant::now());
        for _ in 1..MOST {
            fuse.count(start);
        }
        assert_eq!(fuse.blown_until(start), None);
        fuse.count(start + Duration::from_secs(1));
        assert_eq!(fuse.blown_until(start + Duration::from_secs(2)), Some(start + SPAN));
        assert_eq!(fuse.blown_until(start + SPAN), None);
        fuse.count(start + SPAN);
        assert_eq!(fuse.0.len(), MOST);
    }
}
