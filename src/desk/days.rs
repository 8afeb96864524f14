//! Which date a reader means.

use chrono::{Datelike, Days, NaiveDate};
use platform::Day;

/// The date, seen from `today` where the feed is written; `None` is the newest there is.
pub(super) fn resolve(day: Day, today: NaiveDate) -> Option<NaiveDate> {
    match day {
        Day::Latest => None,
        Day::Today => Some(today),
        Day::Yesterday => today.checked_sub_days(Days::new(1)),
        Day::On(date) => Some(date),
        Day::MonthDay { month, day } => newest(month, day, today),
    }
}

/// The newest such day that is not after `today`. Nine years hold a 29 February, even around 2100.
fn newest(month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    (0..9).filter_map(|back| NaiveDate::from_ymd_opt(today.year() - back, month, day)).find(|date| *date <= today)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_and_a_day_mean_the_newest_that_has_come() {
        let ask = |month, day, today| resolve(Day::MonthDay { month, day }, date(today));
        assert_eq!(ask(11, 27, "2026-01-02"), Some(date("2025-11-27")));
        assert_eq!(ask(12, 31, "2026-01-01"), Some(date("2025-12-31")));
        assert_eq!(ask(1, 1, "2026-01-01"), Some(date("2026-01-01")));
        assert_eq!(ask(1, 2, "2026-01-01"), Some(date("2025-01-02")));
        assert_eq!(ask(2, 29, "2026-11-23"), Some(date("2024-02-29")));
        assert_eq!(ask(2, 29, "2103-06-01"), Some(date("2096-02-29")));
    }

    #[test]
    fn yesterday_of_new_year_is_last_year() {
        assert_eq!(resolve(Day::Yesterday, date("2026-01-01")), Some(date("2025-12-31")));
        assert_eq!(resolve(Day::Today, date("2026-01-01")), Some(date("2026-01-01")));
        assert_eq!(resolve(Day::Latest, date("2026-01-01")), None);
    }
}
