//! `/stats`: an admin's figures.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use platform::{Language, Reply};
use sqlx::PgPool;

use super::visit::Visit;
use crate::{
    store::{feeds, figures, publications},
    wording::{BotPause, DigestFigures, Figures, PlatformCount},
};

/// How many digests are listed.
const DIGESTS: i64 = 5;

pub(super) async fn stats(visit: &Visit<'_>) -> anyhow::Result<Reply> {
    let figures = figures(&visit.desk.db, visit.language, visit.now).await?;
    Ok(visit.say(&(visit.texts.stats)(&figures)))
}

/// Who receives, what became of the last digests, and what waits, as of `now`.
///
/// # Errors
/// The database's.
pub async fn figures(db: &PgPool, language: Language, now: DateTime<Utc>) -> sqlx::Result<Figures> {
    let subscribers = figures::subscribers(db).await?.into_iter();
    let mut digests = Vec::new();
    for digest in publications::figures::last_digests(db, DIGESTS).await? {
        digests.push(DigestFigures {
            title: feeds::by_id(db, digest.feed).await?.title(language).to_owned(),
            day: digest.day,
            audience: digest.audience,
            // Whoever may not have it is counted once.
            delivered: (digest.delivered - digest.uncertain).max(0),
            failed: digest.failed,
            uncertain: digest.uncertain,
        });
    }
    let zone = feeds::all_declared(db).await?.first().map_or(Tz::UTC, |feed| feed.zone);
    let frozen = figures::frozen(db, now).await?.into_iter();
    Ok(Figures {
        subscribers: subscribers
            .map(|count| PlatformCount { platform: proper(&count.platform), active: count.active, ended: count.ended })
            .collect(),
        digests,
        queued: figures::queued(db).await?,
        paused: frozen
            .map(|bot| BotPause { platform: proper(&bot.platform), until: (!bot.unknown).then_some(bot.until), zone })
            .collect(),
    })
}

/// The platform's name as it is written: `Telegram`.
fn proper(platform: &str) -> String {
    let mut letters = platform.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
