//! `twitter_ai_20251127_20251127` as feed and days.

use chrono::{Datelike, NaiveDate};

/// More days than this in one report are a slip of the pen.
const MAX_DAYS: i64 = 366;

/// What a file's name or a title says: `FEED_FROM_TO`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The feed's name.
    pub feed: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

impl Name {
    /// The name in a stem or title, with or without Jekyll's `2025-11-27-` before it; `None` for any other text.
    ///
    /// # Errors
    /// A text of this shape whose days do not exist or stand in the wrong order: one sentence on it.
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        let text = text.trim();
        let text = if prefix_day(text).is_some() { &text[11..] } else { text };
        let mut parts = text.rsplitn(3, '_');
        let (Some(to), Some(from), Some(feed)) = (parts.next(), parts.next(), parts.next()) else { return Ok(None) };
        if !(is_feed(feed) && is_eight_digits(from) && is_eight_digits(to)) {
            return Ok(None);
        }
        let (from, to) = (compact_day(from)?, compact_day(to)?);
        if from > to {
            return Err(format!("the report ends on {to}, before it begins on {from}"));
        }
        if (to - from).num_days() > MAX_DAYS {
            return Err(format!("the report covers more than a year, from {from} to {to}"));
        }
        Ok(Some(Self { feed: feed.to_owned(), from, to }))
    }
}

/// Whether this can be a feed's name: ASCII letters, digits, `_` and `-`, at most 48 of them, so that `/start` and a
/// button's action can carry it.
#[must_use]
pub fn is_feed(text: &str) -> bool {
    (1..=48).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

/// A file's name without folder and ending.
#[must_use]
pub fn stem(file_name: &str) -> &str {
    let name = file_name.rsplit('/').next().unwrap_or(file_name);
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

/// The day in Jekyll's prefix, such as `2025-11-27-`.
#[must_use]
pub fn prefix_day(stem: &str) -> Option<NaiveDate> {
    let day = stem.get(..10)?;
    (stem.as_bytes().get(10) == Some(&b'-')).then(|| written_day(day)).flatten()
}

/// The day that a date such as `2025-11-27 15:31:51 +0800`, `2025/11/27` or `2025-11-27T15:31:51Z` is written with.
/// The day as written is the author's, whatever the zone.
#[must_use]
pub fn written_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let end = text.find(|letter: char| !(letter.is_ascii_digit() || letter == '-' || letter == '/'));
    let day = &text[..end.unwrap_or(text.len())];
    if is_eight_digits(day) {
        return compact_day(day).ok();
    }
    let parts: Vec<&str> = day.split(['-', '/']).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    if year.len() != 4 {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn is_eight_digits(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn compact_day(digits: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(digits, "%Y%m%d")
        .ok()
        .filter(|day| day.year() >= 1900)
        .ok_or_else(|| format!("there is no day {digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn a_name_gives_feed_and_days() {
        let name = |feed: &str, from, to| Ok(Some(Name { feed: feed.to_owned(), from, to }));
        let one = day(2025, 11, 27);
        let cases = [
            ("twitter_ai_20251127_20251127", name("twitter_ai", one, one)),
            ("2025-11-27-twitter_ai_20251127_20251127", name("twitter_ai", one, one)),
            ("ai_20251121_20251127", name("ai", day(2025, 11, 21), one)),
            ("a-b_20251127_20251127", name("a-b", one, one)),
            ("notes", Ok(None)),
            ("_20251127_20251127", Ok(None)),
            ("推特_20251127_20251127", Ok(None)),
            ("twitter_ai_20251127", Ok(None)),
            ("twitter_ai_2025112_20251127", Ok(None)),
            ("", Ok(None)),
        ];
        for (text, expected) in cases {
            assert_eq!(Name::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn days_that_cannot_be_are_told() {
        for text in ["x_20251301_20251301", "x_20250229_20250301", "x_20251128_20251127", "x_20201128_20251127"] {
            assert!(Name::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_date_gives_the_day_as_written() {
        for text in ["2025-11-27 15:31:51 +0800", "2025/11/27", "2025-11-27T23:59:59-1200", "20251127", " 2025-11-27"] {
            assert_eq!(written_day(text), Some(day(2025, 11, 27)), "{text}");
        }
        for text in ["", "yesterday", "27-11-2025", "2025-13-01", "2025-02-30", "--", "2025"] {
            assert_eq!(written_day(text), None, "{text}");
        }
    }

    #[test]
    fn a_prefix_gives_the_day() {
        assert_eq!(prefix_day("2025-11-27-notes"), Some(day(2025, 11, 27)));
        assert_eq!(prefix_day("2025-11-27"), None);
        assert_eq!(prefix_day("日报日报日报"), None);
    }
}
