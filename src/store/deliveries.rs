//! The table `deliveries`: the outbox. One row per publication and subscriber.
//!
//! - [`fan_out`]: a publication's rows, by one statement.
//! - [`claim`]: what a worker may send now; the rate limit and the write-ahead intent in one statement.
//! - [`mark`]: what became of it. Each mark counts only while its claim holds.
//! - [`redrive`]: sending again by hand what was given up or is uncertain.
//! - [`follow`]: the rows of corrections and recalls.

pub mod claim;
pub mod fan_out;
pub mod follow;
pub mod mark;
pub mod redrive;

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use platform::{ChatId, ChatKind};
use sqlx::PgPool;

/// A worker's hold on one message of one delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Decides the partition.
    pub published_on: NaiveDate,
    /// What is sent.
    pub publication: i64,
    /// To whom.
    pub subscriber: i64,
    /// In which words.
    pub rendition: i64,
    /// Which message of the rendition, from 0.
    pub message: i16,
    /// How much plainer than rendered it goes: 0 is as rendered.
    pub step: i16,
    /// How many messages, this one included, are sent again by hand; `None` on the ordinary way.
    pub redo: Option<i32>,
    /// The ids of the reader's messages so far: [`publish::steps`](crate::publish::steps) tells what they mean.
    pub ids: Vec<String>,
    /// How often that message has failed before.
    pub attempts: i16,
    /// For how long it has been unknown whether an earlier try of that message arrived.
    pub doubt: Option<Duration>,
    /// How long ago it was claimed: nothing, but for what was taken over from a dead worker.
    pub age: Duration,
    /// How long after the claim its turn in the bot's pace comes.
    pub wait: Duration,
    /// How far apart the turns of the bot's messages are.
    pub apart: Duration,
    /// Since when, on the database's clock. With the worker's name it tells this claim from every other.
    pub claimed_at: DateTime<Utc>,
    /// Where to post.
    pub chat: ChatId,
    /// What sort of chat that is.
    pub kind: ChatKind,
    /// Whether the chat has ceased to receive since the fan-out.
    pub ended: bool,
}

/// Makes the partitions of this month and the next.
///
/// # Errors
/// The database's.
pub async fn ensure_partitions(db: &PgPool) -> sqlx::Result<()> {
    sqlx::query!(
        "select ensure_deliveries_partition(current_date),
                ensure_deliveries_partition((current_date + interval '1 month')::date)"
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Makes sure that the outbox has a partition for this day.
///
/// # Errors
/// The database's.
pub async fn ensure_partition(db: &PgPool, day: NaiveDate) -> sqlx::Result<()> {
    sqlx::query!("select ensure_deliveries_partition($1)", day).execute(db).await?;
    Ok(())
}

/// Tells the planner that the partition of this day has grown.
///
/// # Errors
/// The database's.
pub async fn analyze_partition(db: &PgPool, day: NaiveDate) -> sqlx::Result<()> {
    sqlx::query!("select analyze_deliveries_partition($1)", day).execute(db).await?;
    Ok(())
}
