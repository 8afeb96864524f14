//! What an admin takes back.

use super::{BadCommand, Day};

/// What is to be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recall {
    /// Not said: show what there is.
    Choose,
    /// By its number.
    Publication(i64),
    /// A day's digest.
    Day(Day),
}

impl Recall {
    /// Eight digits are a day, fewer are a number.
    pub(super) fn parse(typed: &str) -> Result<Self, BadCommand> {
        match typed.trim_start_matches('#').parse() {
            _ if typed.is_empty() => Ok(Self::Choose),
            Ok(number) if typed.len() < 8 => Ok(Self::Publication(number)),
            _ => Day::parse(typed).map(Self::Day),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::Command;

    #[test]
    fn what_is_taken_back_is_a_number_or_a_day() {
        assert_eq!(Command::parse("/recall"), Ok(Command::Recall(Recall::Choose)));
        assert_eq!(Command::parse("/recall 12"), Ok(Command::Recall(Recall::Publication(12))));
        assert_eq!(Command::parse("/recall #12"), Ok(Command::Recall(Recall::Publication(12))));
        let day = NaiveDate::from_ymd_opt(2025, 11, 27).unwrap();
        assert_eq!(Command::parse("/recall 20251127"), Ok(Command::Recall(Recall::Day(Day::On(day)))));
        assert_eq!(Command::parse("/recall 昨天"), Ok(Command::Recall(Recall::Day(Day::Yesterday))));
    }
}
