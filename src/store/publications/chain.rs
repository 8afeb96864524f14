//! A digest or broadcast with the corrections and recalls that follow it.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgPool, postgres::PgConnection};

/// What can be corrected or recalled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Its row.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// The feed's row, of a digest.
    pub feed: Option<i32>,
    /// The report's row, of a digest.
    pub report: Option<i64>,
    /// When it was published.
    pub published_at: DateTime<Utc>,
}

/// The digest or broadcast that this publication is or follows.
///
/// # Errors
/// The database's.
pub async fn root(db: &PgPool, id: i64) -> sqlx::Result<Option<Root>> {
    sqlx::query_as!(
        Root,
        "select r.id, r.title, r.feed, r.report, r.published_at
         from publications p join publications r on r.id = coalesce(p.corrects, p.id) where p.id = $1",
        id
    )
    .fetch_optional(db)
    .await
}

/// The digest that this report went out as.
///
/// # Errors
/// The database's.
pub async fn of_report(db: &PgPool, report: i64) -> sqlx::Result<Option<Root>> {
    sqlx::query_as!(
        Root,
        "select id, title, feed, report, published_at from publications where report = $1 order by id limit 1",
        report
    )
    .fetch_optional(db)
    .await
}

/// The feed's digest of the report that covers this day, the one with the fewest days.
///
/// # Errors
/// The database's.
pub async fn on_day(db: &PgPool, feed: i32, day: NaiveDate) -> sqlx::Result<Option<Root>> {
    sqlx::query_as!(
        Root,
        "select p.id, p.title, p.feed, p.report, p.published_at
         from reports r join publications p on p.report = r.id
         where r.feed = $1 and r.to_day >= $2 and r.from_day <= $2
         order by r.to_day - r.from_day, r.to_day limit 1",
        feed,
        day
    )
    .fetch_optional(db)
    .await
}

/// The last `n` digests and broadcasts, the newest first, but for those that were recalled last.
///
/// # Errors
/// The database's.
pub async fn last(db: &PgPool, n: i64) -> sqlx::Result<Vec<Root>> {
    sqlx::query_as!(
        Root,
        "select p.id, p.title, p.feed, p.report, p.published_at from publications p
         where p.corrects is null
           and coalesce((select f.kind from publications f where f.corrects = p.id order by f.id desc limit 1), '') <> 'recall'
         order by p.id desc limit $1",
        n
    )
    .fetch_all(db)
    .await
}

/// Keeps everybody else from following this publication until the transaction ends, and gives the last one of its
/// chain that is no recall: a recall of the same is the same recall.
///
/// # Errors
/// The database's.
pub async fn lock(db: &mut PgConnection, root: i64) -> sqlx::Result<i64> {
    sqlx::query_scalar!("select id from publications where id = $1 for no key update", root)
        .fetch_one(&mut *db)
        .await?;
    sqlx::query_scalar!(
        r#"select max(id) as "id!" from publications where (id = $1 or corrects = $1) and kind <> 'recall'"#,
        root
    )
    .fetch_one(db)
    .await
}

/// Lets what stands still of a chain run on: its content is another now, or what is left of it is cancelled.
///
/// # Errors
/// The database's.
pub async fn run_on(db: &mut PgConnection, root: i64, paused_too: bool) -> sqlx::Result<()> {
    sqlx::query!(
        "update publications set state = 'running', state_why = null, refusals = 0
         where (id = $1 or corrects = $1) and (state = 'quarantined' or ($2 and state = 'paused'))",
        root,
        paused_too
    )
    .execute(db)
    .await?;
    Ok(())
}
