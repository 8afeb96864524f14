//! The table `subscriptions`.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// That a chat receives a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The feed's row.
    pub feed: i32,
    /// Since when.
    pub started_at: DateTime<Utc>,
}

/// Subscribes a chat to a feed; tells whether that is new.
///
/// # Errors
/// When the database fails.
pub async fn add(db: &PgPool, subscriber: i64, feed: i32, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into subscriptions (feed, subscriber, started_at) values ($1, $2, $3) on conflict do nothing",
        feed,
        subscriber,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What a chat receives, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of(db: &PgPool, subscriber: i64) -> sqlx::Result<Vec<Subscription>> {
    sqlx::query_as!(
        Subscription,
        "select feed, started_at from subscriptions where subscriber = $1 order by started_at, feed",
        subscriber
    )
    .fetch_all(db)
    .await
}

/// Ends a chat's subscriptions to these feeds and takes what still waits for it out of the outbox; gives the feeds that
/// it did receive. With its last feed it leaves the broadcasts too. What has arrived in part still comes whole.
///
/// # Errors
/// When the database fails.
pub async fn end(db: &PgPool, subscriber: i64, feeds: &[i32], now: DateTime<Utc>) -> sqlx::Result<Vec<i32>> {
    sqlx::query_scalar!(
        "with ended as (
             delete from subscriptions where subscriber = $1 and feed = any($2) returning feed),
         withdrawn as (
             update deliveries d set state = 'cancelled', finished_at = $3
             from publications p
             where (p.feed in (select feed from ended)
                    or p.feed is null and exists (select from ended) and not exists (
                        select from subscriptions s where s.subscriber = $1 and s.feed <> all($2)))
               and p.state in ('running', 'paused')
               and d.published_on = p.published_on and d.publication = p.id
               and d.subscriber = $1 and d.state = 'pending' and d.next_message = 0
             returning d.publication),
         freed as (
             update subscribers s set busy_with = null from withdrawn w where s.id = $1 and s.busy_with = w.publication)
         select feed from ended",
        subscriber,
        feeds,
        now
    )
    .fetch_all(db)
    .await
}
