//! What goes out by itself. Pure; [`super`] has the rules in words.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::arrivals::Arrival;

/// How long after its last day's end a report is still of these days.
const FRESH: TimeDelta = TimeDelta::hours(36);
/// How many old reports of a feed may go out on arrival in an hour.
pub(super) const OLD_PER_HOUR: usize = 5;

/// A report that could go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Its row.
    pub(super) report: i64,
    /// Its last day.
    pub(super) to: NaiveDate,
    /// Whether it came while somebody was looking.
    pub(super) arrival: Arrival,
}

/// The first day whose report is of these days at `now`: its end, the next midnight, is less than [`FRESH`] ago.
pub(super) fn fresh_from(now: DateTime<Utc>, zone: Tz) -> NaiveDate {
    (now - FRESH).with_timezone(&zone).date_naive()
}

/// What goes out of the reports that one look found, oldest day first. `published_through` is the last day that ever
/// went out; `old_left` how many old ones may go out now.
pub(super) fn on_look(
    found: &[Candidate],
    published_through: Option<NaiveDate>,
    fresh_from: NaiveDate,
    old_left: usize,
) -> Vec<Candidate> {
    let came = |arrival| found.iter().copied().filter(move |one| one.arrival == arrival);
    let before: Vec<_> = came(Arrival::Before).collect();
    let mut chosen = at_firing(&before, published_through, fresh_from);
    chosen.extend(came(Arrival::Now).filter(|one| one.to >= fresh_from));
    if old_left > 0 {
        chosen.extend(came(Arrival::Now).filter(|one| one.to < fresh_from).max_by_key(|one| one.to));
    }
    chosen.sort_by_key(|one| one.to);
    chosen
}

/// What goes out of the reports that were there before, oldest day first: from `first` on, what is later than anything
/// that went out; if nothing ever did, only the newest.
pub(super) fn at_firing(there: &[Candidate], published_through: Option<NaiveDate>, first: NaiveDate) -> Vec<Candidate> {
    let mut chosen: Vec<Candidate> = there.iter().copied().filter(|one| one.to >= first).collect();
    chosen.sort_by_key(|one| one.to);
    match published_through {
        Some(through) => chosen.retain(|one| one.to > through),
        None => drop(chosen.drain(..chosen.len().saturating_sub(1))),
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn november(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn candidates(arrival: Arrival, days: &[u32]) -> Vec<Candidate> {
        let candidate = |&day| Candidate { report: i64::from(day), to: november(day), arrival };
        days.iter().map(candidate).collect()
    }

    fn days(chosen: &[Candidate]) -> Vec<i64> {
        chosen.iter().map(|one| one.report).collect()
    }

    #[test]
    fn a_report_is_of_these_days_for_36_hours_after_its_day() {
        let shanghai = |text: &str| fresh_from(text.parse().unwrap(), Tz::Asia__Shanghai);
        // Noon in Shanghai is 04:00 UTC.
        assert_eq!(shanghai("2026-11-23T03:59:59Z"), november(21));
        assert_eq!(shanghai("2026-11-23T04:00:00Z"), november(22));
    }

    #[test]
    fn a_first_start_sends_only_the_newest_day_and_only_if_it_is_of_these_days() {
        let year = candidates(Arrival::Before, &[1, 20, 21, 22, 22]);
        assert_eq!(days(&on_look(&year, None, november(21), 5)), [22]);
        assert_eq!(days(&on_look(&year, None, november(23), 5)), Vec::<i64>::new());
    }

    #[test]
    fn a_later_start_sends_what_came_meanwhile() {
        let there = candidates(Arrival::Before, &[19, 20, 21, 22]);
        assert_eq!(days(&on_look(&there, Some(november(20)), november(21), 5)), [21, 22]);
        assert_eq!(days(&on_look(&there, Some(november(22)), november(21), 5)), Vec::<i64>::new());
    }

    #[test]
    fn what_arrives_goes_out_but_an_archive_does_not() {
        let through = Some(november(22));
        let arrived = |days: &[u32]| candidates(Arrival::Now, days);
        assert_eq!(days(&on_look(&arrived(&[23]), through, november(21), 5)), [23]);
        assert_eq!(days(&on_look(&arrived(&[21]), through, november(21), 5)), [21]);
        assert_eq!(days(&on_look(&arrived(&[3]), through, november(21), 5)), [3]);
        assert_eq!(days(&on_look(&arrived(&[23, 1, 2, 3]), through, november(21), 5)), [3, 23]);
        assert_eq!(days(&on_look(&arrived(&[23, 1, 2, 3]), through, november(21), 0)), [23]);
    }
}
