//! Days to choose from while a reader types `/digest`.

use platform::{Language, Suggestion};

use super::FrontDesk;
use crate::{
    store::{feeds::all_declared, reports::days_matching},
    wording::wording,
};

/// The most that a platform shows (Discord).
const MOST: u8 = 25;

/// The days of all declared feeds that fit what was typed, newest first.
pub(super) async fn days(desk: &FrontDesk, language: Language, typed: &str) -> anyhow::Result<Vec<Suggestion>> {
    let today = desk.clock.now().date_naive();
    let mut days = Vec::new();
    for feed in all_declared(&desk.db).await? {
        days.extend(days_matching(&desk.db, feed.id, typed.trim(), MOST.into()).await?);
    }
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    days.truncate(MOST.into());
    let text = wording(language).day;
    Ok(days.into_iter().map(|day| Suggestion { label: text(day, today), value: day.to_string() }).collect())
}
