//! Figures over several tables, for `/stats`. What became of one publication is in [`super::publications::figures`].

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
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
    /// Its account, where we have several on that platform.
    pub account: Option<String>,
    /// Until when; `None` where no time says it: the platform refused the bot itself, or an operator has paused it.
    pub until: Option<DateTime<Utc>>,
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
        r#"select platform,
                  case when frozen_why is null and paused_at is null then frozen_until end as until,
                  case when (select count(*) from bots other where other.platform = bots.platform) > 1
                      then account end as account
           from bots where frozen_until > $1 or paused_at is not null order by platform, id"#,
        now
    )
    .fetch_all(db)
    .await
}

/// Chats that receive a feed, by the days on which they came and went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Came {
    /// The day on which they came; for those who came before, the day before the first.
    pub came: NaiveDate,
    /// The day on which they could be reached no more.
    pub went: Option<NaiveDate>,
    /// How many.
    pub chats: i64,
}

/// When today's chats came, and when those went that can be reached no more, in a zone's days from `first` on. Who said
/// stop is not remembered, so counts nowhere.
///
/// # Errors
/// When the database fails.
pub async fn came(db: &PgPool, first: NaiveDate, zone: Tz) -> sqlx::Result<Vec<Came>> {
    sqlx::query_as!(
        Came,
        r#"select greatest((s.started_at at time zone $2)::date, $1::date - 1) as "came!",
                  (s.ended_at at time zone $2)::date as went, count(*) as "chats!"
           from subscribers s
           where exists (select from subscriptions x where x.subscriber = s.id)
             and (s.ended_at is null or (s.ended_at at time zone $2)::date >= $1)
           group by 1, 2"#,
        first,
        zone.name()
    )
    .fetch_all(db)
    .await
}

/// What became of everything that was published on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The day in the zone that was asked for.
    pub day: NaiveDate,
    /// Deliveries whose every message has gone.
    pub delivered: i64,
    /// Deliveries given up.
    pub failed: i64,
}

/// What became of all digests and broadcasts since `first`, by a zone's days; a day without any is left out. Deliveries
/// are counted only for those that still run.
///
/// # Errors
/// When the database fails.
pub async fn published(db: &PgPool, first: NaiveDate, zone: Tz) -> sqlx::Result<Vec<Published>> {
    sqlx::query_as!(
        Published,
        r#"select (p.published_at at time zone $2)::date as "day!",
                  sum(coalesce(p.delivered, n.delivered))::bigint as "delivered!",
                  sum(coalesce(p.failed, n.failed))::bigint as "failed!"
           from publications p
           left join lateral (
               select count(*) filter (where d.state = 'done') as delivered,
                      count(*) filter (where d.state = 'failed') as failed
               from deliveries d
               where p.delivered is null and d.published_on = p.published_on and d.publication = p.id) n on true
           where p.kind in ('digest', 'broadcast') and (p.published_at at time zone $2)::date >= $1
           group by 1 order by 1"#,
        first,
        zone.name()
    )
    .fetch_all(db)
    .await
}
