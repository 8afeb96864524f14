//! When a reader's hour comes next.

use chrono::{DateTime, Days, LocalResult, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::store::deliveries::fan_out::{Hour, Wish};

/// The next instant, at or after `now`, at which clocks in `zone` show `at`. Where clocks leap over it, the instant of
/// the leap; where they show it twice, the first time.
#[must_use]
pub fn next(at: NaiveTime, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    let today = now.with_timezone(&zone).date_naive();
    // Two days suffice but for the zones that once left a whole day out.
    (0..4)
        .filter_map(|ahead| today.checked_add_days(Days::new(ahead)))
        .map(|day| instant(day.and_time(at), zone))
        .find(|instant| *instant >= now)
        .unwrap_or(now)
}

/// When each of the hours that these readers wish for comes next; those without a zone of their own mean the feed's.
#[must_use]
pub fn due(wishes: &[Wish], feed_zone: Tz, now: DateTime<Utc>) -> Vec<Hour> {
    let mut hours: Vec<Hour> = Vec::new();
    for wish in wishes {
        let Some(deliver_at) = wish.deliver_at else { continue };
        if hours.iter().any(|hour| hour.deliver_at == deliver_at && hour.zone == wish.zone) {
            continue;
        }
        let zone = wish.zone.as_deref().and_then(|zone| zone.parse().ok()).unwrap_or(feed_zone);
        hours.push(Hour { deliver_at, zone: wish.zone.clone(), due_at: next(deliver_at, zone, now) });
    }
    hours
}

fn instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => instant.to_utc(),
        LocalResult::None => leap_over(local, zone),
    }
}

/// The instant at which clocks leapt over `local`: the first minute after it that they do show.
fn leap_over(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let mut after = local;
    // Gaps are whole minutes; the longest ever was a day.
    for _ in 0..24 * 60 {
        after += TimeDelta::minutes(1);
        if let LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) = zone.from_local_datetime(&after) {
            return instant.to_utc();
        }
    }
    zone.from_utc_datetime(&local).to_utc()
}

#[cfg(test)]
mod tests {
    use chrono_tz::{America::New_York, Asia::Shanghai, Pacific::Apia};

    use super::*;

    fn check(at: &str, zone: Tz, now: &str, expected: &str) {
        let at = NaiveTime::parse_from_str(at, "%H:%M").unwrap();
        let found = next(at, zone, now.parse().unwrap());
        assert_eq!(found, expected.parse::<DateTime<Utc>>().unwrap(), "{at} {zone} after {now}");
    }

    #[test]
    fn an_hour_still_to_come_is_today_and_one_past_is_tomorrow() {
        check("08:00", Shanghai, "2025-11-27T23:00:00Z", "2025-11-28T00:00:00Z");
        check("08:00", Shanghai, "2025-11-28T00:00:00Z", "2025-11-28T00:00:00Z");
        check("08:00", Shanghai, "2025-11-28T00:00:01Z", "2025-11-29T00:00:00Z");
    }

    #[test]
    fn an_hour_keeps_its_place_on_the_clock_when_the_clocks_change() {
        check("08:00", New_York, "2025-03-08T14:00:00Z", "2025-03-09T12:00:00Z");
        check("08:00", New_York, "2025-11-01T13:00:00Z", "2025-11-02T13:00:00Z");
    }

    #[test]
    fn an_hour_that_the_clocks_leap_over_comes_at_the_leap() {
        check("02:30", New_York, "2025-03-09T05:00:00Z", "2025-03-09T07:00:00Z");
        // Samoa left 30 December 2011 out.
        check("08:00", Apia, "2011-12-30T09:00:00Z", "2011-12-30T10:00:00Z");
    }

    #[test]
    fn an_hour_that_comes_twice_counts_once() {
        check("01:30", New_York, "2025-11-02T05:00:00Z", "2025-11-02T05:30:00Z");
        // Between the two, the first has passed: tomorrow's is next.
        check("01:30", New_York, "2025-11-02T05:45:00Z", "2025-11-03T06:30:00Z");
    }
}
