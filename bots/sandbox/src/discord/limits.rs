//! Discord's rate limits: a bucket per route and channel, and one limit for the whole bot.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::Settings;
use super::problem::Problem;

/// Every count that is kept.
#[derive(Debug, Default)]
pub(super) struct Limits {
    buckets: HashMap<String, Window>,
    recent: VecDeque<Instant>,
}

#[derive(Debug)]
struct Window {
    began: Instant,
    used: u32,
}

/// Where a bucket stands after a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standing {
    bucket: String,
    limit: u32,
    remaining: u32,
    reset_after: Duration,
}

impl Limits {
    /// Counts a call on the whole bot.
    pub(super) fn count_global(&mut self, settings: &Settings, now: Instant) -> Result<(), Problem> {
        let second = Duration::from_secs(1);
        while self.recent.front().is_some_and(|earliest| now.duration_since(*earliest) >= second) {
            self.recent.pop_front();
        }
        if let Some(earliest) = self.recent.front().filter(|_| self.recent.len() >= settings.global_limit) {
            return Err(Problem::rate_limited(second - now.duration_since(*earliest), true));
        }
        self.recent.push_back(now);
        Ok(())
    }

    /// Counts a call on a bucket, such as `createMessage:<channel>`.
    pub(super) fn count(&mut self, bucket: &str, settings: &Settings, now: Instant) -> (Standing, Result<(), Problem>) {
        let fresh = || Window { began: now, used: 0 };
        let window = self.buckets.entry(bucket.to_owned()).or_insert_with(fresh);
        if now.duration_since(window.began) >= settings.channel_window {
            *window = fresh();
        }
        let reset_after = settings.channel_window - now.duration_since(window.began);
        let exhausted = window.used >= settings.channel_limit;
        if !exhausted {
            window.used += 1;
        }
        let standing = Standing {
            bucket: bucket.split(':').next().unwrap_or(bucket).to_owned(),
            limit: settings.channel_limit,
            remaining: settings.channel_limit - window.used,
            reset_after,
        };
        (standing, if exhausted { Err(Problem::rate_limited(reset_after, false)) } else { Ok(()) })
    }
}

impl Standing {
    /// The `X-RateLimit-*` headers. `clock` is the stand-in's time in seconds since 1970.
    pub(super) fn headers(&self, clock: f64) -> HeaderMap {
        let seconds = self.reset_after.as_secs_f64();
        let pairs = [
            ("x-ratelimit-limit", self.limit.to_string()),
            ("x-ratelimit-remaining", self.remaining.to_string()),
            ("x-ratelimit-reset", format!("{:.3}", clock + seconds)),
            ("x-ratelimit-reset-after", format!("{seconds:.3}")),
            ("x-ratelimit-bucket", self.bucket.clone()),
        ];
        let header = |(name, value): (&'static str, String)| {
            Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?))
        };
        pairs.into_iter().filter_map(header).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_message_in_five_seconds_is_refused_and_a_new_window_opens() {
        let (settings, mut limits, now) = (Settings::default(), Limits::default(), Instant::now());
        for left in (0..5).rev() {
            let (standing, verdict) = limits.count("createMessage:1", &settings, now);
            assert_eq!((standing.remaining, verdict), (left, Ok(())));
        }
        let sixth = limits.count("createMessage:1", &settings, now + Duration::from_secs(2)).1;
        assert_eq!(sixth, Err(Problem::rate_limited(Duration::from_secs(3), false)));
        assert!(limits.count("createMessage:2", &settings, now).1.is_ok());
        assert!(limits.count("createMessage:1", &settings, now + Duration::from_secs(5)).1.is_ok());
    }

    #[test]
    fn fifty_calls_a_second_are_the_most_for_one_bot() {
        let (settings, mut limits, now) = (Settings::default(), Limits::default(), Instant::now());
        for _ in 0..50 {
            assert_eq!(limits.count_global(&settings, now), Ok(()));
        }
        assert!(limits.count_global(&settings, now + Duration::from_millis(999)).is_err());
        assert!(limits.count_global(&settings, now + Duration::from_secs(1)).is_ok());
    }
}
