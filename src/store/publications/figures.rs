//! What became of publications.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{ChatId, MessageId};
use sqlx::PgPool;

use crate::publish::Place;

/// How far a publication has come. Counts are deliveries, so chats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// `running`, `paused`, `cancelled`, `quarantined` or `done`.
    pub state: String,
    /// Why it is paused or quarantined.
    pub state_why: Option<String>,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// When its last delivery ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How many were planned.
    pub audience: i64,
    /// Those that wait.
    pub pending: i64,
    /// Those on their way.
    pub sending: i64,
    /// Those whose every message has gone.
    pub delivered: i64,
    /// Those given up.
    pub failed: i64,
    /// Those that nobody waits for any more.
    pub cancelled: i64,
    /// Those, of any state, with a message that may not have arrived or may have arrived twice.
    pub uncertain: i64,
    /// Those delivered within the last minute.
    pub last_minute: i64,
}

/// How far a publication has come. Reads all its deliveries: a third of a second for a million, so ask seldom.
///
/// # Errors
/// The database's.
pub async fn progress(db: &PgPool, id: i64) -> sqlx::Result<Option<Progress>> {
    sqlx::query_as!(
        Progress,
        r#"select p.state, p.state_why, p.published_at, p.finished_at, p.audience,
                  n.pending as "pending!", n.sending as "sending!",
                  coalesce(p.delivered, n.delivered) as "delivered!", coalesce(p.failed, n.failed) as "failed!",
                  coalesce(p.cancelled, n.cancelled) as "cancelled!", coalesce(p.uncertain, n.uncertain) as "uncertain!",
                  n.last_minute as "last_minute!"
           from publications p cross join lateral (
               select count(*) filter (where d.state = 'pending') as pending,
                      count(*) filter (where d.state = 'sending') as sending,
                      count(*) filter (where d.state = 'done') as delivered,
                      count(*) filter (where d.state = 'failed') as failed,
                      count(*) filter (where d.state = 'cancelled') as cancelled,
                      count(*) filter (where d.uncertain <> '{}') as uncertain,
                      count(*) filter (where d.state = 'done' and d.finished_at > now() - interval '1 minute')
                          as last_minute
               from deliveries d where d.published_on = p.published_on and d.publication = p.id) n
           where p.id = $1"#,
        id
    )
    .fetch_optional(db)
    .await
}

/// A digest and what became of it. Counts are chats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Its row.
    pub publication: i64,
    /// The feed's row.
    pub feed: i32,
    /// The last day that the report covers.
    pub day: NaiveDate,
    /// As in [`Progress`].
    pub state: String,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// How many were planned.
    pub audience: i64,
    /// Those whose every message has gone.
    pub delivered: i64,
    /// Those given up.
    pub failed: i64,
    /// Those with a message that may not have arrived or may have arrived twice.
    pub uncertain: i64,
}

/// The last `count` digests, newest first. Deliveries are counted only for those that still run.
///
/// # Errors
/// The database's.
pub async fn last_digests(db: &PgPool, count: i64) -> sqlx::Result<Vec<Digest>> {
    sqlx::query_as!(
        Digest,
        r#"select p.id as publication, r.feed, r.to_day as day, p.state, p.published_at, p.audience,
                  coalesce(p.delivered, n.delivered) as "delivered!", coalesce(p.failed, n.failed) as "failed!",
                  coalesce(p.uncertain, n.uncertain) as "uncertain!"
           from (select * from publications where kind = 'digest' order by id desc limit $1) p
           join reports r on r.id = p.report
           left join lateral (
               select count(*) filter (where d.state = 'done') as delivered,
                      count(*) filter (where d.state = 'failed') as failed,
                      count(*) filter (where d.uncertain <> '{}') as uncertain
               from deliveries d
               where p.delivered is null and d.published_on = p.published_on and d.publication = p.id) n on true
           order by p.id desc"#,
        count
    )
    .fetch_all(db)
    .await
}

/// A publication whose admin watches a message of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Its row.
    pub publication: i64,
    /// The message.
    pub place: Place,
    /// What that message shows now; `None` before the first time.
    pub shown: Option<String>,
}

/// Publications whose progress message may be out of date: those that have not ended, and those that ended after
/// `since`.
///
/// # Errors
/// The database's.
pub async fn watched(db: &PgPool, since: DateTime<Utc>) -> sqlx::Result<Vec<Watched>> {
    let rows = sqlx::query!(
        r#"select id, progress_bot as "bot!", progress_chat as "chat!", progress_message as "message!", progress_shown
           from publications
           where progress_message is not null and progress_bot is not null and progress_chat is not null
             and (finished_at is null or finished_at > $1) order by id"#,
        since
    )
    .fetch_all(db)
    .await?;
    let watched = rows.into_iter().map(|row| Watched {
        publication: row.id,
        place: Place { bot: row.bot, chat: ChatId(row.chat), message: MessageId(row.message) },
        shown: row.progress_shown,
    });
    Ok(watched.collect())
}

/// Shows a publication's progress in this message from now on.
///
/// # Errors
/// The database's.
pub async fn watch(db: &PgPool, id: i64, place: &Place) -> sqlx::Result<()> {
    sqlx::query!(
        "update publications set progress_bot = $2, progress_chat = $3, progress_message = $4, progress_shown = null
         where id = $1",
        id,
        place.bot,
        place.chat.0,
        place.message.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes what the progress message shows now.
///
/// # Errors
/// The database's.
pub async fn set_shown(db: &PgPool, id: i64, shown: &str) -> sqlx::Result<()> {
    sqlx::query!("update publications set progress_shown = $2 where id = $1", id, shown).execute(db).await?;
    Ok(())
}
