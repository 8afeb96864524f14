//! `firings`: one row per instant of a schedule. Whoever inserts it runs the job; everybody else stays out.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// A firing that this caller holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    schedule: String,
    fires_at: DateTime<Utc>,
    /// What tells this claim from every other one.
    claim: String,
}

/// Notes `at`, the last instant before the schedule was first seen, as done, so that counting begins there. Changes
/// nothing for a schedule that has a firing.
///
/// # Errors
/// The database's.
pub async fn begin(db: &PgPool, schedule: &str, at: DateTime<Utc>, now: DateTime<Utc>) -> sqlx::Result<()> {
    let row = sqlx::query!(
        "insert into firings (schedule, fires_at, claimed_by, claimed_at, finished_at, outcome)
         select $1, $2, gen_random_uuid(), $3, $3, 'before the first start'
         where not exists (select from firings where schedule = $1)
         on conflict do nothing",
        schedule,
        at,
        now
    );
    row.execute(db).await?;
    Ok(())
}

/// How far a schedule has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The last firing that is finished.
    pub finished: Option<DateTime<Utc>>,
    /// The last firing that is finished, or was claimed lately and so may still be running.
    pub claimed: Option<DateTime<Utc>>,
}

/// How far this schedule has come. A claim before `abandoned_before` that was never finished does not count.
///
/// # Errors
/// The database's.
pub async fn progress(db: &PgPool, schedule: &str, abandoned_before: DateTime<Utc>) -> sqlx::Result<Progress> {
    let progress = sqlx::query_as!(
        Progress,
        "select max(fires_at) filter (where finished_at is not null) as finished,
                max(fires_at) filter (where finished_at is not null or claimed_at > $2) as claimed
         from firings where schedule = $1",
        schedule,
        abandoned_before
    );
    progress.fetch_one(db).await
}

/// Claims a firing, also one that somebody claimed before `abandoned_before` and never finished. `None`: it is
/// somebody else's.
///
/// # Errors
/// The database's.
pub async fn claim(
    db: &PgPool,
    schedule: &str,
    fires_at: DateTime<Utc>,
    abandoned_before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Held>> {
    let claim = sqlx::query_scalar!(
        r#"insert into firings as old (schedule, fires_at, claimed_by, claimed_at)
           values ($1, $2, gen_random_uuid(), $3)
           on conflict (schedule, fires_at) do update
           set claimed_by = excluded.claimed_by, claimed_at = excluded.claimed_at
           where old.finished_at is null and old.claimed_at <= $4
           returning claimed_by::text as "claim!""#,
        schedule,
        fires_at,
        now,
        abandoned_before
    );
    let claim = claim.fetch_optional(db).await?;
    Ok(claim.map(|claim| Held { schedule: schedule.to_owned(), fires_at, claim }))
}

/// Marks a firing as done. `false`: somebody else took it meanwhile.
///
/// # Errors
/// The database's.
pub async fn finish(db: &PgPool, held: &Held, outcome: &str, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update firings set finished_at = $4, outcome = $5
         where schedule = $1 and fires_at = $2 and claimed_by::text = $3 and finished_at is null",
        held.schedule,
        held.fires_at,
        held.claim,
        now,
        outcome
    );
    Ok(done.execute(db).await?.rows_affected() == 1)
}
