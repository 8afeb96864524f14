//! Wall-clock times as instants in a time zone, right across clock changes.
//!
//! A local time that the clocks skip happens at the next valid instant; one that they repeat happens once, the first
//! time. So the instant of a local time never goes backwards as the local time goes forwards, which is all that the
//! two searches here rely on.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::cron::Cron;

/// More than any clock was ever put back by (an hour, as a rule).
const LONGEST_REPEAT: TimeDelta = TimeDelta::hours(3);
/// No zone is further from UTC than this, even while it moves across the date line.
const FURTHEST: TimeDelta = TimeDelta::hours(40);

/// The first instant after `t`.
pub(super) fn next_after(cron: &Cron, zone: Tz, t: DateTime<Utc>) -> Option<DateTime<Utc>> {
    // Local times up to this one have instants up to `t`; later ones may too, while the clocks repeat an hour.
    let local = t.with_timezone(&zone).naive_local();
    cron.after(local).map(|time| instant(zone, time)).find(|at| *at > t)
}

/// The last instant that is not after `t`.
pub(super) fn at_or_before(cron: &Cron, zone: Tz, t: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let local = t.with_timezone(&zone).naive_local() + LONGEST_REPEAT;
    cron.before(local).map(|time| instant(zone, time)).find(|at| *at <= t)
}

/// When a local time happens.
fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => end_of_gap(zone, local),
    }
}

/// The first instant whose local time is past a local time that is skipped, to the second.
fn end_of_gap(zone: Tz, skipped: NaiveDateTime) -> DateTime<Utc> {
    let (mut before, mut after) = (skipped.and_utc() - FURTHEST, skipped.and_utc() + FURTHEST);
    while after - before > TimeDelta::seconds(1) {
        let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        if middle.with_timezone(&zone).naive_local() < skipped { before = middle } else { after = middle }
    }
    after
}
