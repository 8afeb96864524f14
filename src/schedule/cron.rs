//! A cron expression as people know it, on the `cron` crate, which counts differently: its seconds are not optional,
//! its weekdays begin with 1 for Sunday, and a day must fit the day of the month and the weekday both.

use std::{iter, str::FromStr};

use chrono::{DateTime, NaiveDateTime};

/// The fields with seconds, in order, for errors.
const FIELDS: [&str; 6] = [
    "second (0-59)",
    "minute (0-59)",
    "hour (0-23)",
    "day of the month (1-31)",
    "month (1-12 or JAN-DEC)",
    "weekday (0-7 or SUN-SAT; 0 and 7 are Sunday)",
];
const DAY_OF_MONTH: usize = 3;
const WEEKDAY: usize = 5;
const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// When something happens on a wall clock that never changes; [`super::zoned`] brings it into a time zone.
///
/// Five fields (minute, hour, day of the month, month, weekday) or six with the second first. Each is `*`, a number or
/// name, a range, a list, or any of them with `/step`. Where the day of the month and the weekday are both given,
/// either is enough, as cron always had it: `0 9 1 * MON` is every Monday and every first of a month.
#[derive(Clone, Debug)]
pub struct Cron {
    written: String,
    /// It happens when any of these does; one or two.
    any: Vec<cron::Schedule>,
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Cron {
    /// The expression in this text.
    ///
    /// # Errors
    /// One sentence on the field that is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut fields: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        if fields.len() == 5 {
            fields.insert(0, "0".to_owned());
        }
        if fields.len() != 6 {
            return Err(format!(
                "`{text}` has {} fields; write minute, hour, day of the month, month and weekday, such as `0 16 * * *`",
                fields.len()
            ));
        }
        let is_open = |field: &str| field.starts_with(['*', '?']);
        let either_day = !is_open(&fields[DAY_OF_MONTH]) && !is_open(&fields[WEEKDAY]);
        let bad = |field: usize, written: &str| Err(format!("`{written}` is no {}", FIELDS[field]));
        match weekdays(&fields[WEEKDAY]) {
            Some(translated) => fields[WEEKDAY] = translated,
            None => return bad(WEEKDAY, &fields[WEEKDAY]),
        }
        for (place, field) in fields.iter().enumerate() {
            // Alone among open fields, so that the error can name it.
            if parse_crate(|other| if other == place { field } else { "*" }).is_none() {
                return bad(place, field);
            }
        }
        let without = |left_out: Option<usize>| {
            parse_crate(|place| match left_out {
                Some(left_out) if left_out == place => "*",
                _ => &fields[place],
            })
        };
        let any: Option<Vec<_>> = if either_day {
            [DAY_OF_MONTH, WEEKDAY].into_iter().map(|place| without(Some(place))).collect()
        } else {
            without(None).map(|one| vec![one])
        };
        let cron =
            Self { written: text.to_owned(), any: any.ok_or_else(|| format!("`{text}` is no cron expression"))? };
        let happens = cron.after(DateTime::UNIX_EPOCH.naive_utc()).next().is_some();
        if happens { Ok(cron) } else { Err(format!("`{text}` never happens: there is no such day")) }
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The times after `time`, in order.
    pub fn after(&self, time: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> {
        let next = |time: NaiveDateTime| {
            self.any.iter().filter_map(|one| one.after(&time.and_utc()).next()).min().map(|found| found.naive_utc())
        };
        iter::successors(next(time), move |time| next(*time))
    }

    /// The times before `time`, latest first.
    pub fn before(&self, time: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> {
        let previous = |time: NaiveDateTime| {
            self.any
                .iter()
                .filter_map(|one| one.after(&time.and_utc()).next_back())
                .max()
                .map(|found| found.naive_utc())
        };
        iter::successors(previous(time), move |time| previous(*time))
    }
}

/// An expression of the crate with these fields.
fn parse_crate<'a>(field: impl Fn(usize) -> &'a str) -> Option<cron::Schedule> {
    let fields: Vec<&str> = (0..FIELDS.len()).map(field).collect();
    cron::Schedule::from_str(&fields.join(" ")).ok()
}

/// A weekday field in the crate's numbers, where Sunday is 1; `None` where it cannot be understood.
fn weekdays(field: &str) -> Option<String> {
    if matches!(field, "*" | "?") {
        return Some("*".to_owned());
    }
    let mut days = [false; 7];
    for item in field.split(',') {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, step.parse::<usize>().ok().filter(|step| *step > 0)?),
            None => (item, 1),
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (0, 6),
            Some((first, last)) => (weekday(first)?, weekday(last)?),
            None if item.contains('/') => (weekday(range)? % 7, 6),
            None => (weekday(range)?, weekday(range)?),
        };
        // FRI-MON goes on over the end of the week.
        let last = if last < first { last + 7 } else { last };
        for day in (first..=last).step_by(step) {
            days[day % 7] = true;
        }
    }
    let numbers = days.iter().zip(1..).filter(|(set, _)| **set).map(|(_, number)| i32::to_string(&number));
    Some(numbers.collect::<Vec<_>>().join(","))
}

/// 0 to 7, by number or by a name of three letters or more.
fn weekday(text: &str) -> Option<usize> {
    if text.len() == 1 {
        return text.parse().ok().filter(|day| *day <= 7);
    }
    let name = text.to_ascii_lowercase();
    WEEKDAYS.iter().position(|day| name.len() >= 3 && day.starts_with(&name))
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate, TimeDelta, Timelike};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn weekdays_are_counted_as_people_do() {
        let cases = [
            ("*", "*"),
            ("?", "*"),
            ("0", "1"),
            ("7", "1"),
            ("1-5", "2,3,4,5,6"),
            ("5-7", "1,6,7"),
            ("0-7", "1,2,3,4,5,6,7"),
            ("mon-sun", "1,2,3,4,5,6,7"),
            ("FRI-MON", "1,2,6,7"),
            ("Tuesday,thu", "3,5"),
            ("*/2", "1,3,5,7"),
            ("1-5/2", "2,4,6"),
            ("3/2", "4,6"),
        ];
        for (field, expected) in cases {
            assert_eq!(weekdays(field).as_deref(), Some(expected), "{field}");
        }
        for field in ["8", "1-8", "-1", "mo", "funday", "1,,2", "", "1/0", "*/", "MON-", "１", "1#2", "L"] {
            assert_eq!(weekdays(field), None, "{field}");
        }
    }

    #[test]
    fn the_wrong_field_is_named() {
        let cases = [
            ("0 25 * * *", "`25` is no hour (0-23)"),
            ("60 * * * *", "`60` is no minute (0-59)"),
            ("0 0 0 * *", "`0` is no day of the month (1-31)"),
            ("0 0 * 13 *", "`13` is no month (1-12 or JAN-DEC)"),
            ("0 0 * * 8", "`8` is no weekday (0-7 or SUN-SAT; 0 and 7 are Sunday)"),
            ("*/0 * * * *", "`*/0` is no minute (0-59)"),
            ("61 0 0 * * *", "`61` is no second (0-59)"),
            ("0 0 30 2 *", "`0 0 30 2 *` never happens: there is no such day"),
        ];
        for (text, expected) in cases {
            assert_eq!(Cron::parse(text).unwrap_err(), expected);
        }
        for text in ["", "@daily", "0 16", "0 16 * * * * 2026"] {
            assert!(Cron::parse(text).unwrap_err().contains("fields"), "{text}");
        }
    }

    #[test]
    fn either_day_is_enough_when_both_are_given() {
        let first = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
        let days = |text: &str| {
            let cron = Cron::parse(text).unwrap();
            cron.after(first - TimeDelta::seconds(1)).take(6).map(|time| time.day()).collect::<Vec<_>>()
        };
        // The first of November 2026 is a Sunday.
        assert_eq!(days("0 0 1,15 * MON"), [1, 2, 9, 15, 16, 23]);
        assert_eq!(days("0 0 */10 * MON"), [21, 11, 1, 1, 31, 21]);
        assert_eq!(days("0 0 * * 6,0"), [1, 7, 8, 14, 15, 21]);
    }

    /// The same by brute force: every minute of the span, asked field by field.
    fn minutes(fields: &[Vec<u32>; 5], from: NaiveDateTime, days: i64) -> Vec<NaiveDateTime> {
        let all = (0..days * 24 * 60).map(|minute| from + TimeDelta::minutes(minute));
        let [minute, hour, day, month, weekday] = fields;
        let either = !day.is_empty() && !weekday.is_empty();
        let fits = |set: &[u32], value| set.is_empty() || set.contains(&value);
        let day_fits = |time: &NaiveDateTime| {
            let by_day = fits(day, time.day());
            let by_weekday = fits(weekday, time.weekday().num_days_from_sunday());
            if either { by_day || by_weekday } else { by_day && by_weekday }
        };
        all.filter(|time| {
            fits(minute, time.minute()) && fits(hour, time.hour()) && fits(month, time.month()) && day_fits(time)
        })
        .collect()
    }

    fn field(range: std::ops::Range<u32>) -> impl Strategy<Value = Vec<u32>> {
        prop::collection::btree_set(range, 0..3).prop_map(|set| set.into_iter().collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_times_are_those_that_fit_every_field(
            minute in field(0..60), hour in field(0..24), day in field(1..29), month in field(1..13),
            weekday in field(0..7), start in 0..400_i64,
        ) {
            let fields = [minute, hour, day, month, weekday];
            let text: Vec<String> = fields.iter().map(|set| {
                let numbers: Vec<String> = set.iter().map(u32::to_string).collect();
                if numbers.is_empty() { "*".to_owned() } else { numbers.join(",") }
            }).collect();
            let cron = Cron::parse(&text.join(" ")).unwrap();
            let from = NaiveDate::from_ymd_opt(2027, 12, 1).unwrap().and_hms_opt(0, 0, 0).unwrap() + TimeDelta::days(start);
            let expected = minutes(&fields, from, 40);
            let until = from + TimeDelta::days(40);
            let forward: Vec<_> = cron.after(from - TimeDelta::seconds(1)).take_while(|time| *time < until).collect();
            let mut backward: Vec<_> = cron.before(until).take_while(|time| *time >= from).collect();
            backward.reverse();
            prop_assert_eq!(&forward, &expected);
            prop_assert_eq!(&backward, &expected);
        }

        #[test]
        fn any_text_is_parsed_without_panic(text in "[-0-9*/,?A-Za-z #@]{0,30}") {
            drop(Cron::parse(&text));
        }
    }
}
