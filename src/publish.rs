//! Report or broadcast → publication, renditions and outbox rows, in one transaction.
//!
//! The audience is frozen and counted before the first message goes. The key makes publishing repeatable: whatever was
//! published before is left as it is.
//!
//! - [`correct`]: a changed report, to those who have it; [`recall`]: the end of a digest or broadcast.
//! - [`steps`]: what either does to a reader's messages (pure).
//! - [`sheet`]: a report or broadcast as it goes to the formatter; [`hour`]: when a reader's hour comes next.

pub mod correct;
pub mod hour;
pub mod price;
pub mod recall;
pub mod sheet;
pub mod steps;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use platform::{ChatId, Language, Layout, Message, MessageId};
use sqlx::{PgConnection, PgPool};

use crate::{
    crash::{self, Point},
    platforms::{self, Platforms},
    report::ReportError,
    store::{
        self,
        deliveries::fan_out::{self, Audience, Wish},
        publications::{Fresh, Kind},
    },
};
use sheet::Paper;

/// From so many deliveries on the planner is told at once, and not left to hear of it within a minute.
const MANY: u64 = 10_000;

/// What publishing came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// It is on its way.
    New {
        /// Its row.
        publication: i64,
        /// How many chats it is meant for.
        audience: i64,
    },
    /// It was published before, and nothing has changed.
    Already {
        /// Its row.
        publication: i64,
    },
}

impl Published {
    /// The publication's row, new or not.
    #[must_use]
    pub fn publication(self) -> i64 {
        match self {
            Self::New { publication, .. } | Self::Already { publication } => publication,
        }
    }
}

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// There is no such report.
    #[error("there is no report {0} in the archive")]
    NoSuchReport(i64),
    /// The archived text can no longer be read.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// It says nothing that could be shown.
    #[error("there is nothing to send: the text has no visible character")]
    Nothing,
    /// The database's.
    #[error("the database refused the publication: {0}")]
    Database(#[from] sqlx::Error),
}

/// An admin's message to everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broadcast {
    /// Makes it repeatable: one token, one broadcast.
    pub token: String,
    /// Markdown.
    pub text: String,
    /// The message that shows its admin how it goes.
    pub progress: Option<Place>,
}

/// A message of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whose, by its row.
    pub bot: i32,
    /// Where.
    pub chat: ChatId,
    /// Which.
    pub message: MessageId,
}

/// Publishes an archived report to the subscribers of its feed, as of now.
///
/// # Errors
/// [`PublishError`]; then nothing was written.
pub async fn digest(
    db: &PgPool,
    platforms: &Platforms,
    report: i64,
    now: DateTime<Utc>,
) -> Result<Published, PublishError> {
    let archived = store::reports::by_id(db, report).await?.ok_or(PublishError::NoSuchReport(report))?;
    let zone = store::feeds::by_id(db, archived.feed).await?.zone;
    let fresh = Fresh {
        key: format!("digest:{}:{}:{}", archived.feed_name, archived.from, archived.to),
        kind: Kind::Digest { feed: archived.feed, report, revision: archived.revision },
        title: archived.title.clone(),
        progress: None,
    };
    let paper = Paper::of_report(db, &archived, platforms.most_messages()).await?;
    publish(db, platforms, &fresh, &paper, Some(zone), now).await
}

/// Publishes an admin's message to every subscriber, as of now.
///
/// # Errors
/// [`PublishError`]; then nothing was written.
pub async fn broadcast(
    db: &PgPool,
    platforms: &Platforms,
    broadcast: &Broadcast,
    now: DateTime<Utc>,
) -> Result<Published, PublishError> {
    let first_line = broadcast.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let fresh = Fresh {
        key: format!("broadcast:{}", broadcast.token),
        kind: Kind::Broadcast,
        title: first_line.trim().chars().take(80).collect(),
        progress: broadcast.progress.clone(),
    };
    let (paper, card) = Paper::of_broadcast(&broadcast.text).await;
    if let Some(card) = &card {
        store::pictures::put(db, card).await?;
    }
    publish(db, platforms, &fresh, &paper, None, now).await
}

/// How many chats a broadcast would reach now.
///
/// # Errors
/// The database's.
pub async fn audience(db: &PgPool, platforms: &Platforms) -> sqlx::Result<i64> {
    let bots = bots_of(db, platforms).await?;
    let mut connection = db.acquire().await?;
    fan_out::count(&mut connection, Audience { feed: None, bots: &bots }).await
}

/// The rows of the bots that run here. A bot whose token was taken away would never send its part.
async fn bots_of(db: &PgPool, platforms: &Platforms) -> sqlx::Result<Vec<i32>> {
    let mut bots = Vec::new();
    for bot in platforms.bots() {
        bots.extend(store::bots::id(db, bot.key()).await?);
    }
    Ok(bots)
}

async fn publish(
    db: &PgPool,
    platforms: &Platforms,
    fresh: &Fresh,
    paper: &Paper,
    hours_in: Option<Tz>,
    now: DateTime<Utc>,
) -> Result<Published, PublishError> {
    if let Some(publication) = store::publications::by_key(db, &fresh.key).await? {
        return Ok(Published::Already { publication });
    }
    let bots = bots_of(db, platforms).await?;
    // A report's parser sees to that itself; an admin can broadcast a comment.
    if paper.document.blocks.is_empty() && paper.picture.is_none() {
        return Err(PublishError::Nothing);
    }
    match write(db, &bots, fresh, paper, hours_in, now).await {
        Ok(published) => Ok(published),
        // Somebody else published the same thing in the same moment.
        Err(error) if store::is_conflict(&error) => {
            let publication = store::publications::by_key(db, &fresh.key).await?;
            publication.map(|publication| Published::Already { publication }).ok_or(PublishError::Database(error))
        }
        Err(error) => Err(error.into()),
    }
}

async fn write(
    db: &PgPool,
    bots: &[i32],
    fresh: &Fresh,
    paper: &Paper,
    hours_in: Option<Tz>,
    now: DateTime<Utc>,
) -> sqlx::Result<Published> {
    let day = now.date_naive();
    store::deliveries::ensure_partition(db, day).await?;
    // One snapshot for all of it, so that nobody's wish is new to the fan-out.
    let mut tx = db.begin_with("begin isolation level repeatable read").await?;
    fan_out::plan_for_crowds(&mut tx).await?;
    let publication = store::publications::insert(&mut tx, fresh, now).await?;
    let feed = match fresh.kind {
        Kind::Digest { feed, report, revision } => {
            store::reports::changes::set_shown(&mut tx, report, revision).await?;
            Some(feed)
        }
        Kind::Broadcast | Kind::Correction { .. } | Kind::Recall { .. } => None,
    };
    let audience = Audience { feed, bots };
    let wishes = fan_out::wishes(&mut tx, audience).await?;
    render(&mut tx, publication, paper, &wishes).await?;
    let hours = hours_in.map_or_else(Vec::new, |zone| hour::due(&wishes, zone, now));
    let written = fan_out::fan_out(&mut tx, publication, day, audience, &hours, now).await?;
    crash::point(Point::InFanOut);
    let audience = i64::try_from(written).unwrap_or(i64::MAX);
    store::publications::set_audience(&mut tx, publication, audience).await?;
    tx.commit().await?;
    tell_planner(db, day, written).await;
    Ok(Published::New { publication, audience })
}

/// Tells the planner of many new deliveries.
async fn tell_planner(db: &PgPool, day: NaiveDate, written: u64) {
    if written > MANY
        && let Err(error) = store::deliveries::analyze_partition(db, day).await
    {
        tracing::warn!(%error, "the planner was not told of a large publication; claims may be slow for a minute");
    }
}

/// Renders and stores once what several wish alike.
async fn render(db: &mut PgConnection, publication: i64, paper: &Paper, wishes: &[Wish]) -> sqlx::Result<()> {
    let mut renditions: BTreeMap<(&str, &str, &str), Vec<Message>> = BTreeMap::new();
    for wish in wishes {
        let Some(dialect) = platforms::dialect(&wish.platform) else { continue };
        let layout = Layout::from_stored(&wish.layout).unwrap_or_default();
        let language = Language::from_code(&wish.language).unwrap_or_default();
        // The full layout is what a reader gets if the platform refuses another one.
        for (name, layout) in [(wish.layout.as_str(), layout), (Layout::Full.as_str(), Layout::Full)] {
            renditions
                .entry((&wish.platform, name, &wish.language))
                .or_insert_with(|| paper.render(dialect, layout, language));
        }
    }
    for ((platform, layout, language), messages) in &renditions {
        store::renditions::insert(db, publication, platform, layout, language, messages).await?;
    }
    Ok(())
}
