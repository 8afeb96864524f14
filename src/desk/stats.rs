//! `/stats`: an admin's figures.

use chrono_tz::Tz;
use platform::Reply;

use super::visit::Visit;
use crate::{
    store::{feeds, figures, publications},
    wording::{BotPause, DigestFigures, Figures, PlatformCount},
};

/// How many digests are listed.
const DIGESTS: i64 = 5;

pub(super) async fn stats(visit: &Visit<'_>) -> anyhow::Result<Reply> {
    let db = &visit.desk.db;
    let subscribers = figures::subscribers(db).await?.into_iter();
    let mut digests = Vec::new();
    for digest in publications::figures::last_digests(db, DIGESTS).await? {
        digests.push(DigestFigures {
            title: feeds::by_id(db, digest.feed).await?.title(visit.language).to_owned(),
            day: digest.day,
            audience: digest.audience,
            // Whoever may not have it is counted once.
            delivered: (digest.delivered - digest.uncertain).max(0),
            failed: digest.failed,
            uncertain: digest.uncertain,
        });
    }
    let zone = feeds::all_declared(db).await?.first().map_or(Tz::UTC, |feed| feed.zone);
    let frozen = figures::frozen(db, visit.now).await?.into_iter();
    let figures = Figures {
        subscribers: subscribers
            .map(|count| PlatformCount { platform: proper(&count.platform), active: count.active, ended: count.ended })
            .collect(),
        digests,
        queued: figures::queued(db).await?,
        paused: frozen
            .map(|bot| BotPause { platform: proper(&bot.platform), until: (!bot.refused).then_some(bot.until), zone })
            .collect(),
    };
    Ok(visit.say(&(visit.texts.stats)(&figures)))
}

/// The platform's name as it is written: `Telegram`.
fn proper(platform: &str) -> String {
    let mut letters = platform.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
