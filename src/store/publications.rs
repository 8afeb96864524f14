//! The table `publications`: what is sent to many, and how it goes.
//!
//! [`figures`] counts what became of one, [`control`] is for those who interfere, [`chain`] finds what corrections and
//! recalls follow; the statements here are its ordinary way.

pub mod chain;
pub mod control;
pub mod figures;

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool, postgres::PgConnection};

use crate::publish::Place;

/// What is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A report, to its feed's subscribers.
    Digest {
        /// The feed's row.
        feed: i32,
        /// The report's row.
        report: i64,
        /// Which revision of it.
        revision: i32,
    },
    /// An admin's message, to everybody.
    Broadcast,
    /// A digest's new text, to those who have the old one.
    Correction {
        /// The digest's row.
        of: i64,
    },
    /// The end of a digest or broadcast, to those who have it.
    Recall {
        /// Its row.
        of: i64,
    },
}

/// A publication on its way into the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// The same thing has the same key.
    pub key: String,
    /// What it is.
    pub kind: Kind,
    /// What it is called.
    pub title: String,
    /// The message that shows how it goes.
    pub progress: Option<Place>,
}

/// The publication with this key.
///
/// # Errors
/// The database's.
pub async fn by_key(db: impl PgExecutor<'_>, key: &str) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!("select id from publications where key = $1", key).fetch_optional(db).await
}

/// Inserts a publication and, once that is committed, wakes every worker.
///
/// # Errors
/// The database's; [`crate::store::is_conflict`] tells a key that exists.
pub async fn insert(db: &mut PgConnection, fresh: &Fresh, now: DateTime<Utc>) -> sqlx::Result<i64> {
    let (kind, feed, report, corrects) = match fresh.kind {
        Kind::Digest { feed, report, .. } => ("digest", Some(feed), Some(report), None),
        Kind::Broadcast => ("broadcast", None, None, None),
        Kind::Correction { of } => ("correction", None, None, Some(of)),
        Kind::Recall { of } => ("recall", None, None, Some(of)),
    };
    let progress = fresh.progress.as_ref();
    sqlx::query_scalar!(
        "with woken as (select pg_notify('deliveries', ''))
         insert into publications (key, kind, feed, report, title, published_on, published_at,
                                   progress_bot, progress_chat, progress_message, corrects)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 from woken
         returning id",
        fresh.key,
        kind,
        feed,
        report,
        fresh.title,
        now.date_naive(),
        now,
        progress.map(|place| place.bot),
        progress.map(|place| place.chat.0.as_str()),
        progress.map(|place| place.message.0.as_str()),
        corrects
    )
    .fetch_one(db)
    .await
}

/// Notes how many deliveries were planned.
///
/// # Errors
/// The database's.
pub async fn set_audience(db: &mut PgConnection, id: i64, audience: i64) -> sqlx::Result<()> {
    sqlx::query!("update publications set audience = $2 where id = $1", id, audience).execute(db).await?;
    Ok(())
}

/// Finishes every running or cancelled publication that has nothing left to send, with what became of it, and gives those.
///
/// # Errors
/// The database's.
pub async fn finish(db: &PgPool) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "with over as materialized (
             select id, published_on, case state when 'running' then 'done' else state end as state
             from publications p
             where state in ('running', 'cancelled') and finished_at is null
               and not exists (select from deliveries d where d.published_on = p.published_on
                               and d.publication = p.id and d.state = 'pending')
               and not exists (select from deliveries d where d.published_on = p.published_on
                               and d.publication = p.id and d.state = 'sending')
             for update skip locked)
         update publications p set state = over.state, finished_at = now(),
             delivered = n.delivered, failed = n.failed, cancelled = n.cancelled, uncertain = n.uncertain
         from over cross join lateral (
             select count(*) filter (where d.state = 'done') as delivered,
                    count(*) filter (where d.state = 'failed') as failed,
                    count(*) filter (where d.state = 'cancelled') as cancelled,
                    count(*) filter (where d.uncertain <> '{}') as uncertain
             from deliveries d where d.published_on = over.published_on and d.publication = over.id) n
         where p.id = over.id
         returning p.id"
    )
    .fetch_all(db)
    .await
}

/// How a publication is received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reception {
    /// Chats whose platform refused a message of it.
    pub refused: i64,
    /// Chats that have had all of it; counted up to twenty times `refused`.
    pub served: i64,
}

/// Notes that one more chat's platform refused a message.
///
/// # Errors
/// The database's.
pub async fn count_refusal(db: &PgPool, id: i64) -> sqlx::Result<Reception> {
    sqlx::query_as!(
        Reception,
        r#"with counted as (
               update publications set refusals = refusals + 1 where id = $1 returning id, published_on, refusals)
           select refusals::bigint as "refused!",
                  (select count(*) from (
                      select from deliveries d
                      where d.published_on = counted.published_on and d.publication = counted.id and d.state = 'done'
                      limit 20 * counted.refusals) served) as "served!"
           from counted"#,
        id
    )
    .fetch_one(db)
    .await
}

/// Stops a running publication whose content the platforms do not take; gives its title if this call did it.
///
/// # Errors
/// The database's.
pub async fn quarantine(db: &PgPool, id: i64, why: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "update publications set state = 'quarantined', state_why = $2 where id = $1 and state = 'running'
         returning title",
        id,
        why
    )
    .fetch_optional(db)
    .await
}
