use std::path::Path;

use chrono::{NaiveDate, TimeDelta, TimeZone};
use proptest::prelude::*;

use super::*;

fn schedule(cron: &str, zone: &str) -> Schedule {
    let text = format!(
        "feed = \"a\"\ntitle = {{ en = \"A\" }}\nfolder = \"a\"\ncron = \"{cron}\"\nzone = \"{zone}\"\npublish = \"firing\""
    );
    parse("a.toml", &text, Path::new(".")).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_else(|why| panic!("{text}: {why}"))
}

fn next_five(cron: &str, zone: &str, from: &str) -> Vec<String> {
    let schedule = schedule(cron, zone);
    let mut t = at(from);
    let next = |_| {
        t = schedule.next_after(t).unwrap();
        t.with_timezone(&schedule.zone).format("%m-%d %H:%M:%S %z").to_string()
    };
    (0..5).map(next).collect()
}

#[test]
fn the_next_five_firings_are_right_across_clock_changes() {
    let cases: &[(&str, &str, &str, [&str; 5])] = &[
        (
            "0 16 * * *",
            "Asia/Shanghai",
            "2026-11-23T08:00:00Z",
            [
                "11-24 16:00:00 +0800",
                "11-25 16:00:00 +0800",
                "11-26 16:00:00 +0800",
                "11-27 16:00:00 +0800",
                "11-28 16:00:00 +0800",
            ],
        ),
        // London skips 01:00-02:00 on 29 March 2026.
        (
            "30 1 * * *",
            "Europe/London",
            "2026-03-27T12:00:00Z",
            [
                "03-28 01:30:00 +0000",
                "03-29 02:00:00 +0100",
                "03-30 01:30:00 +0100",
                "03-31 01:30:00 +0100",
                "04-01 01:30:00 +0100",
            ],
        ),
        // Two skipped times and the hour after them are one firing.
        (
            "0,20,40 1,2 29 3 *",
            "Europe/London",
            "2026-03-29T00:00:00Z",
            [
                "03-29 02:00:00 +0100",
                "03-29 02:20:00 +0100",
                "03-29 02:40:00 +0100",
                "03-29 01:00:00 +0100",
                "03-29 01:20:00 +0100",
            ],
        ),
        // London repeats 01:00-02:00 on 25 October 2026.
        (
            "30 1 * * *",
            "Europe/London",
            "2026-10-24T12:00:00Z",
            [
                "10-25 01:30:00 +0100",
                "10-26 01:30:00 +0000",
                "10-27 01:30:00 +0000",
                "10-28 01:30:00 +0000",
                "10-29 01:30:00 +0000",
            ],
        ),
        // Seen from inside the repeated hour, nothing in it is left.
        (
            "15,45 * * * *",
            "Europe/London",
            "2026-10-25T01:05:00Z",
            [
                "10-25 02:15:00 +0000",
                "10-25 02:45:00 +0000",
                "10-25 03:15:00 +0000",
                "10-25 03:45:00 +0000",
                "10-25 04:15:00 +0000",
            ],
        ),
        // New York skips 02:00-03:00 on 8 March 2026 and repeats 01:00-02:00 on 1 November.
        (
            "30 2 * * *",
            "America/New_York",
            "2026-03-07T12:00:00Z",
            [
                "03-08 03:00:00 -0400",
                "03-09 02:30:00 -0400",
                "03-10 02:30:00 -0400",
                "03-11 02:30:00 -0400",
                "03-12 02:30:00 -0400",
            ],
        ),
        (
            "0 1 * * *",
            "America/New_York",
            "2026-10-31T12:00:00Z",
            [
                "11-01 01:00:00 -0400",
                "11-02 01:00:00 -0500",
                "11-03 01:00:00 -0500",
                "11-04 01:00:00 -0500",
                "11-05 01:00:00 -0500",
            ],
        ),
        (
            "0 9 * * 1-5",
            "America/New_York",
            "2026-10-29T14:00:00Z",
            [
                "10-30 09:00:00 -0400",
                "11-02 09:00:00 -0500",
                "11-03 09:00:00 -0500",
                "11-04 09:00:00 -0500",
                "11-05 09:00:00 -0500",
            ],
        ),
        // Lord Howe's clocks change by half an hour: 02:00-02:30 is skipped on 4 October 2026.
        (
            "15 2 * * *",
            "Australia/Lord_Howe",
            "2026-10-02T20:00:00Z",
            [
                "10-04 02:30:00 +1100",
                "10-05 02:15:00 +1100",
                "10-06 02:15:00 +1100",
                "10-07 02:15:00 +1100",
                "10-08 02:15:00 +1100",
            ],
        ),
        // Samoa skipped the whole of 30 December 2011.
        (
            "0 12 * * *",
            "Pacific/Apia",
            "2011-12-29T00:00:00Z",
            [
                "12-29 12:00:00 -1000",
                "12-31 00:00:00 +1400",
                "12-31 12:00:00 +1400",
                "01-01 12:00:00 +1400",
                "01-02 12:00:00 +1400",
            ],
        ),
        (
            "0 0 29 2 *",
            "UTC",
            "2026-01-01T00:00:00Z",
            [
                "02-29 00:00:00 +0000",
                "02-29 00:00:00 +0000",
                "02-29 00:00:00 +0000",
                "02-29 00:00:00 +0000",
                "02-29 00:00:00 +0000",
            ],
        ),
        (
            "*/20 * * * * *",
            "UTC",
            "2026-11-23T23:59:30.5Z",
            [
                "11-23 23:59:40 +0000",
                "11-24 00:00:00 +0000",
                "11-24 00:00:20 +0000",
                "11-24 00:00:40 +0000",
                "11-24 00:01:00 +0000",
            ],
        ),
    ];
    for (cron, zone, from, expected) in cases {
        assert_eq!(next_five(cron, zone, from), expected, "{cron} in {zone}");
    }
}

#[test]
fn one_missed_firing_is_caught_up() {
    let schedule = schedule("0 16 * * *", "Asia/Shanghai");
    let due = |last: Option<&str>, now: &str| schedule.due(last.map(at), at(now));
    let today = Some(at("2026-11-23T08:00:00Z"));
    assert_eq!(due(Some("2026-11-22T08:00:00Z"), "2026-11-23T07:59:59Z"), None);
    assert_eq!(due(Some("2026-11-22T08:00:00Z"), "2026-11-23T08:00:00Z"), today);
    assert_eq!(due(Some("2026-11-23T08:00:00Z"), "2026-11-23T08:00:01Z"), None);
    assert_eq!(due(Some("2026-10-01T08:00:00Z"), "2026-11-23T20:00:00Z"), today);
    assert_eq!(due(None, "2026-11-23T20:00:00Z"), today);
    // A clock that went back fires nothing anew.
    assert_eq!(due(Some("2026-11-23T08:00:00Z"), "2026-11-22T09:00:00Z"), None);
}

#[test]
fn a_repeated_hour_is_due_once() {
    let schedule = schedule("30 1 * * *", "Europe/London");
    let first = at("2026-10-25T00:30:00Z");
    assert_eq!(schedule.due(None, at("2026-10-25T00:45:00Z")), Some(first));
    assert_eq!(schedule.due(Some(first), at("2026-10-25T01:30:00Z")), None);
    assert_eq!(schedule.due(None, at("2026-10-25T01:10:00Z")), Some(first));
}

fn any_schedule() -> impl Strategy<Value = Schedule> {
    let cron = prop::sample::select(vec![
        "*/7 * * * *",
        "30 1 * * *",
        "15 2 * * 0",
        "0 0 * * *",
        "0,30 1-3 * * *",
        "0 */5 1,15 * FRI",
        "59 23 28-31 * *",
    ]);
    let zone = prop::sample::select(vec![
        "Europe/London",
        "America/New_York",
        "Asia/Shanghai",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Cairo",
        "UTC",
        "America/Sao_Paulo",
        "Asia/Kathmandu",
    ]);
    (cron, zone).prop_map(|(cron, zone)| schedule(cron, zone))
}

proptest! {
    #[test]
    fn firings_go_forward_and_none_is_left_out(schedule in any_schedule(), start in 0..900_000_000_i64) {
        let mut t = Utc.timestamp_opt(1_000_000_000 + start, 0).unwrap();
        for _ in 0..40 {
            let next = schedule.next_after(t).unwrap();
            prop_assert!(next > t);
            prop_assert_eq!(schedule.due(None, next), Some(next));
            prop_assert_eq!(schedule.due(Some(t), next - TimeDelta::seconds(1)).filter(|at| *at != t), None);
            t = next;
        }
    }

    #[test]
    fn every_day_has_its_firing(zone in prop::sample::select(vec!["Europe/London", "America/New_York"]), day in 0..3_000_i64) {
        let schedule = schedule("30 1 * * *", zone);
        let day = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + TimeDelta::days(day);
        let midnight = schedule.zone.from_local_datetime(&day.and_hms_opt(0, 0, 0).unwrap()).unwrap();
        let first = schedule.next_after(midnight.to_utc()).unwrap();
        let second = schedule.next_after(first).unwrap();
        prop_assert_eq!(first.with_timezone(&schedule.zone).date_naive(), day);
        prop_assert_eq!(second.with_timezone(&schedule.zone).date_naive(), day.succ_opt().unwrap());
    }
}
