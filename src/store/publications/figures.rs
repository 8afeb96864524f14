//! What became of publications.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{ChatId, MessageId};
use sqlx::PgPool;

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

/// A broadcast or recall whose message does not show its result yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The publication's row.
    pub publication: i64,
    /// The bot's platform, by name.
    pub platform: String,
    /// The bot's account.
    pub account: String,
    /// Where the message is.
    pub chat: ChatId,
    /// The message.
    pub message: MessageId,
    /// What it shows now; `None` before the first time.
    pub shown: Option<String>,
    /// What its admin is spoken to in: a two-letter code.
    pub language: String,
    /// Whether it is a recall.
    pub recalls: bool,
}

/// The broadcasts published at `before` or earlier whose message does not show their result yet.
///
/// # Errors
/// The database's.
pub async fn watched(db: &PgPool, before: DateTime<Utc>) -> sqlx::Result<Vec<Watched>> {
    let rows = sqlx::query!(
        r#"select p.id, b.platform, b.account, p.progress_chat as "chat!", p.progress_message as "message!",
                  p.progress_shown as shown, c.language, p.kind = 'recall' as "recalls!"
           from publications p
           join bots b on b.id = p.progress_bot
           join confirmations c on c.publication = p.id
           where p.progress_chat is not null and p.progress_message is not null and p.published_at <= $1
           order by p.id"#,
        before
    )
    .fetch_all(db)
    .await?;
    let watched = rows.into_iter().map(|row| Watched {
        publication: row.id,
        platform: row.platform,
        account: row.account,
        chat: ChatId(row.chat),
        message: MessageId(row.message),
        shown: row.shown,
        language: row.language,
        recalls: row.recalls,
    });
    Ok(watched.collect())
}

/// Notes what the message is about to show in place of `old`; `false` when another process has noted something else.
///
/// # Errors
/// The database's.
pub async fn set_shown(db: &PgPool, id: i64, old: Option<&str>, new: Option<&str>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update publications set progress_shown = $3 where id = $1 and progress_shown is not distinct from $2",
        id,
        old,
        new
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the message's edits: it shows the result.
///
/// # Errors
/// The database's.
pub async fn unwatch(db: &PgPool, id: i64) -> sqlx::Result<()> {
    sqlx::query!("update publications set progress_message = null where id = $1", id).execute(db).await?;
    Ok(())
}
