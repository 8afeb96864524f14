//! Figures over several tables, for `/stats`. What became of one publication is in [`super::publications::figures`].

use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// How many chats receive on a platform.
#[derive(Clone, Debug)]
pub struct Subscribers {
    /// The platform's name.
    pub platform: String,
    /// Those that receive a feed.
    pub active: i64,
    /// Those that can be reached no more.
    pub ended: i64,
}

/// A bot that may not send now.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// The platform's name.
    pub platform: String,
    /// Until when.
    pub until: DateTime<Utc>,
    /// Whether the time says little: the platform refused the bot itself, or an operator has paused it.
    pub unknown: bool,
}

/// The subscribers of each platform.
///
/// # Errors
/// When the database fails.
pub async fn subscribers(db: &PgPool) -> sqlx::Result<Vec<Subscribers>> {
    sqlx::query_as!(
        Subscribers,
        r#"select b.platform,
                  count(*) filter (where s.ended_at is null
                      and exists (select from subscriptions x where x.subscriber = s.id)) as "active!",
                  count(*) filter (where s.ended_at is not null) as "ended!"
           from subscribers s join bots b on b.id = s.bot group by b.platform order by b.platform"#
    )
    .fetch_all(db)
    .await
}

/// How many deliveries wait or are on their way.
///
/// # Errors
/// When the database fails.
pub async fn queued(db: &PgPool) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from deliveries where state in ('pending', 'sending')"#)
        .fetch_one(db)
        .await
}

/// The bots that may not send at `now`.
///
/// # Errors
/// When the database fails.
pub async fn frozen(db: &PgPool, now: DateTime<Utc>) -> sqlx::Result<Vec<Frozen>> {
    sqlx::query_as!(
        Frozen,
        r#"select platform, frozen_until as until, (frozen_why is not null or paused_at is not null) as "unknown!"
           from bots where frozen_until > $1 or paused_at is not null order by platform, id"#,
        now
    )
    .fetch_all(db)
    .await
}
