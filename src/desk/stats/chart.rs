//! The picture that goes with `/stats`: who received and what was delivered on each of the last days.

use ::cloud::{
    chart::{self, Chart, Series},
    font::Font,
    look::Look,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use platform::{Language, Picture};
use sqlx::PgPool;

use crate::{
    picture,
    store::figures::{self, Came, Published},
    wording::{grouped, wording},
};

/// How many days are shown, today included.
pub(super) const DAYS: i64 = 30;

/// The picture of the last days up to `now`; `None` while there is nothing to show.
///
/// # Errors
/// The database's, and a panic of the drawing.
pub(super) async fn chart(
    db: &PgPool,
    language: Language,
    zone: Tz,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<Picture>> {
    let today = now.with_timezone(&zone).date_naive();
    let first = today - TimeDelta::days(DAYS - 1);
    let days: Vec<NaiveDate> = first.iter_days().take(DAYS as usize).collect();
    let standing = standing(&days, &figures::came(db, first, zone).await?);
    let (done, wrong) = done(&days, &figures::published(db, first, zone).await?);
    if standing.iter().chain(&done).chain(&wrong).all(|value| *value == 0) {
        return Ok(None);
    }
    let texts = wording(language);
    let series = |name: &str, figure: u64, values| Series {
        name: name.to_owned(),
        figure: grouped(i64::try_from(figure).unwrap_or(i64::MAX)),
        values,
    };
    let chart = Chart {
        days: [first, today].map(|day| (texts.day)(day, today)),
        standing: series(texts.chart.subscribers, standing.last().copied().unwrap_or(0), standing),
        done: series(texts.chart.delivered, done.iter().sum(), done),
        wrong: series(texts.chart.failed, wrong.iter().sum(), wrong),
    };
    let drawing = tokio::task::spawn_blocking(move || chart::draw(&chart, &Font::embedded(), &Look::LIGHT));
    Ok(Some(picture::of_jpeg(drawing.await?, chart::WIDTH, chart::HEIGHT)))
}

/// How many chats there were at the end of each day.
fn standing(days: &[NaiveDate], came: &[Came]) -> Vec<u64> {
    let there = |day: NaiveDate| {
        let stood = came.iter().filter(|came| came.came <= day && came.went.is_none_or(|went| went > day));
        stood.map(|came| came.chats.unsigned_abs()).sum()
    };
    days.iter().map(|day| there(*day)).collect()
}

/// What was delivered and what failed of each day's publications.
fn done(days: &[NaiveDate], published: &[Published]) -> (Vec<u64>, Vec<u64>) {
    let of = |day: &NaiveDate| published.iter().find(|published| published.day == *day);
    days.iter().map(|day| of(day).map_or((0, 0), |of| (of.delivered.unsigned_abs(), of.failed.unsigned_abs()))).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_counts_from_the_day_it_came_until_the_day_it_went() {
        let day = |day: u32| NaiveDate::from_ymd_opt(2025, 11, day).unwrap();
        let came = [
            Came { came: day(1), went: None, chats: 5 },
            Came { came: day(3), went: None, chats: 2 },
            Came { came: day(1), went: Some(day(4)), chats: 1 },
        ];
        assert_eq!(standing(&[day(2), day(3), day(4), day(5)], &came), [6, 8, 7, 7]);
        let published = [Published { day: day(3), delivered: 7, failed: 1 }];
        assert_eq!(done(&[day(2), day(3)], &published), (vec![0, 7], vec![0, 1]));
    }
}
