//! A publication's rows.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sqlx::postgres::PgConnection;

/// Who is meant.
#[derive(Clone, Copy, Debug)]
pub struct Audience<'a> {
    /// The subscribers of this feed; without it, those of any feed. Who said `/stop` is left alone.
    pub feed: Option<i32>,
    /// Those of these bots.
    pub bots: &'a [i32],
}

/// Tells the planner, until the end of this transaction, that crowds are counted and not picked one by one: a new
/// publication's rows are not in its statistics, and it would take each subscriber's rendition by a loop of its own.
///
/// # Errors
/// The database's.
pub async fn plan_for_crowds(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!(
        "select set_config('enable_nestloop', 'off', true) as loops, set_config('work_mem', '64MB', true) as memory"
    )
    .fetch_one(db)
    .await?;
    Ok(())
}

/// What some of the audience have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Their platform.
    pub platform: String,
    /// The layout, as stored.
    pub layout: String,
    /// The language's code.
    pub language: String,
    /// The time of day at which they want their digests.
    pub deliver_at: Option<NaiveTime>,
    /// Their IANA zone.
    pub zone: Option<String>,
}

/// Every different wish there is among a living audience.
///
/// # Errors
/// The database's.
pub async fn wishes(db: &mut PgConnection, audience: Audience<'_>) -> sqlx::Result<Vec<Wish>> {
    sqlx::query_as!(
        Wish,
        "select b.platform, s.layout, s.language, s.deliver_at, s.zone
         from subscribers s join bots b on b.id = s.bot
         where s.ended_at is null and s.bot = any($2)
           and exists (select from subscriptions u
                where u.subscriber = s.id and ($1::integer is null or u.feed = $1))
         group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5",
        audience.feed,
        audience.bots
    )
    .fetch_all(db)
    .await
}

/// How many chats a broadcast by these bots would reach now.
///
/// # Errors
/// The database's.
pub async fn count(db: &mut PgConnection, audience: Audience<'_>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from subscribers s
           where s.ended_at is null and s.bot = any($2)
             and exists (select from subscriptions u
                  where u.subscriber = s.id and ($1::integer is null or u.feed = $1))"#,
        audience.feed,
        audience.bots
    )
    .fetch_one(db)
    .await
}

/// When a reader's wish comes due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hour {
    /// The time of day.
    pub deliver_at: NaiveTime,
    /// The reader's own IANA zone, if it has one.
    pub zone: Option<String>,
    /// The instant.
    pub due_at: DateTime<Utc>,
}

/// Writes one delivery for each living subscriber of the audience whose wish was rendered, due now or at its reader's
/// hour, and gives their number.
///
/// # Errors
/// The database's.
pub async fn fan_out(
    db: &mut PgConnection,
    publication: i64,
    published_on: NaiveDate,
    audience: Audience<'_>,
    hours: &[Hour],
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let at: Vec<NaiveTime> = hours.iter().map(|hour| hour.deliver_at).collect();
    let zones: Vec<Option<String>> = hours.iter().map(|hour| hour.zone.clone()).collect();
    let due: Vec<DateTime<Utc>> = hours.iter().map(|hour| hour.due_at).collect();
    let written = sqlx::query!(
        "with routes as materialized (
             select b.id as bot, r.layout, r.language, r.id
             from bots b join renditions r on r.publication = $1 and r.platform = b.platform)
         insert into deliveries (published_on, publication, subscriber, bot, rendition, due_at)
         select $2, $1, s.id, s.bot, r.id, coalesce(h.due_at, $5)
         from subscribers s
         join routes r on r.bot = s.bot and r.layout = s.layout and r.language = s.language
         left join unnest($6::time[], $7::text[], $8::timestamptz[]) as h (deliver_at, zone, due_at)
                on h.deliver_at = s.deliver_at and coalesce(h.zone, '') = coalesce(s.zone, '')
         where s.ended_at is null and s.bot = any($4)
           and exists (select from subscriptions u
                where u.subscriber = s.id and ($3::integer is null or u.feed = $3))",
        publication,
        published_on,
        audience.feed,
        audience.bots,
        now,
        &at,
        &zones as &[Option<String>],
        &due
    )
    .execute(db)
    .await?;
    Ok(written.rows_affected())
}
