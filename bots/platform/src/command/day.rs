//! A day in a reader's words.

use chrono::NaiveDate;

use super::BadCommand;

/// A day as a reader says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// The newest there is.
    Latest,
    /// Today where the feed is written.
    Today,
    /// The day before.
    Yesterday,
    /// `2025-11-27`.
    On(NaiveDate),
    /// `11-27`: the newest such day that is not in the future.
    MonthDay {
        /// 1 to 12.
        month: u32,
        /// 1 to 31.
        day: u32,
    },
}

impl Day {
    /// The day in `2025-11-27`, `2025/11/27`, `20251127`, `2025年11月27日`, `11-27`, `latest`, `今天`, `yesterday` …;
    /// nothing is [`Day::Latest`].
    ///
    /// # Errors
    /// Gives back what was typed.
    pub fn parse(typed: &str) -> Result<Self, BadCommand> {
        let bad = || BadCommand::Day { typed: typed.to_owned() };
        match typed.trim().to_lowercase().as_str() {
            "" | "latest" | "last" | "newest" | "最新" => return Ok(Self::Latest),
            "today" | "今天" | "今日" => return Ok(Self::Today),
            "yesterday" | "昨天" | "昨日" => return Ok(Self::Yesterday),
            _ => {}
        }
        let numbers =
            typed.trim().split(['-', '/', '.', '年', '月']).map(|part| part.trim_end_matches(['日', '号', '號']));
        let numbers: Vec<&str> = numbers.filter(|part| !part.is_empty()).collect();
        let number = |text: &str| -> Result<u32, BadCommand> {
            let plain = text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
            if plain { text.parse().map_err(|_| bad()) } else { Err(bad()) }
        };
        match numbers.as_slice() {
            [one] if one.len() == 8 => NaiveDate::parse_from_str(one, "%Y%m%d").map(Self::On).map_err(|_| bad()),
            [year, month, day] if year.len() == 4 => {
                let year = i32::try_from(number(year)?).map_err(|_| bad())?;
                NaiveDate::from_ymd_opt(year, number(month)?, number(day)?).map(Self::On).ok_or_else(bad)
            }
            [month, day] => {
                let (month, day) = (number(month)?, number(day)?);
                // A leap year, so that 02-29 can be asked for in any year.
                NaiveDate::from_ymd_opt(2024, month, day).map(|_| Self::MonthDay { month, day }).ok_or_else(bad)
            }
            _ => Err(bad()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::*;

    fn on(year: i32, month: u32, day: u32) -> Result<Command, BadCommand> {
        Ok(Command::Digest(Day::On(NaiveDate::from_ymd_opt(year, month, day).unwrap())))
    }

    #[test]
    fn a_day_is_understood_however_it_is_written() {
        for line in ["/digest 2025-11-27", "/DIGEST 2025/11/27", "/digest@paper_bot 20251127", "/digest 2025年11月27日"]
        {
            assert_eq!(Command::parse(line), on(2025, 11, 27), "{line}");
        }
        assert_eq!(Command::parse("/digest"), Ok(Command::Digest(Day::Latest)));
        assert_eq!(Command::parse("/digest 昨天"), Ok(Command::Digest(Day::Yesterday)));
        let month_day = Ok(Command::Digest(Day::MonthDay { month: 11, day: 27 }));
        assert_eq!(Command::parse("/digest 11-27"), month_day);
        assert_eq!(Command::parse("/digest 11月27日"), month_day);
    }

    #[test]
    fn a_day_that_does_not_exist_is_given_back_as_typed() {
        for typed in ["2025-02-29", "13-01", "soon", "1-2-3-4", "99999-1-1", "+1-2", "１１-27"] {
            assert_eq!(Day::parse(typed), Err(BadCommand::Day { typed: typed.to_owned() }), "{typed}");
        }
    }
}
