//! `/stats`: an admin's figures, with a picture of the last days.

mod chart;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use platform::{Block, Document, Language, Layout, Reply, SheetPicture, Span};
use sqlx::PgPool;

use super::visit::{Visit, outgoing};
use crate::{
    publish::sheet::Paper,
    store::{clouds, feeds, figures, publications},
    wording::{BotPause, DigestFigures, Figures, PlatformCount},
};

/// How many digests are listed.
const DIGESTS: i64 = 5;

pub(super) async fn stats(visit: &Visit<'_>) -> anyhow::Result<Reply> {
    let (db, texts) = (&visit.desk.db, visit.texts);
    let text = (texts.stats)(&figures(db, visit.language, visit.now).await?);
    let Some(picture) = chart::chart(db, visit.language, zone(db).await?, visit.now).await? else {
        return Ok(visit.say(&text));
    };
    let picture = Arc::new(picture);
    let blocks = text.split("\n\n").map(|part| Block::Paragraph(vec![Span::plain(part)])).collect();
    let shown = SheetPicture::new(picture.id.clone(), picture.format, "stats", texts.chart.alt, "");
    let document = Document { blocks };
    let paper =
        Paper { document, picture: Some(shown), picture_words: None, report: None, file: None, most: usize::MAX };
    let messages = paper.render(visit.dialect, Layout::Full, visit.language);
    let messages = messages.into_iter().map(|message| outgoing(message, Some(&picture))).collect();
    Ok(Reply { messages, ..Reply::default() })
}

/// The zone in which days are told: the first feed's.
async fn zone(db: &PgPool) -> sqlx::Result<Tz> {
    Ok(feeds::all_declared(db).await?.first().map_or(Tz::UTC, |feed| feed.zone))
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
    let zone = zone(db).await?;
    let frozen = figures::frozen(db, now).await?.into_iter();
    Ok(Figures {
        subscribers: subscribers
            .map(|count| PlatformCount { platform: proper(&count.platform), active: count.active, ended: count.ended })
            .collect(),
        digests,
        queued: figures::queued(db).await?,
        clouds: clouds::since(db, now - TimeDelta::days(chart::DAYS)).await?,
        paused: frozen
            .map(|bot| BotPause {
                bot: bot.account.map_or_else(|| proper(&bot.platform), |account| format!("{}:{account}", bot.platform)),
                until: bot.until,
                zone,
            })
            .collect(),
    })
}

/// The platform's name as it is written: `Telegram`.
fn proper(platform: &str) -> String {
    let mut letters = platform.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
