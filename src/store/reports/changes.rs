//! What readers have of a report, and what it says now.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgPool, postgres::PgConnection};

/// Notes which revision readers have, or are getting.
///
/// # Errors
/// The database's.
pub async fn set_shown(db: &mut PgConnection, id: i64, revision: i32) -> sqlx::Result<()> {
    sqlx::query!("update reports set shown_revision = $2 where id = $1", id, revision).execute(db).await?;
    Ok(())
}

/// A report that readers have in an older revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its row.
    pub id: i64,
    /// The last day that it covers.
    pub to: NaiveDate,
}

/// The feed's reports that changed after they went out, and have not changed again since `quiet_since`. Those that went
/// out before `published_since` are history.
///
/// # Errors
/// The database's.
pub async fn changed(
    db: &PgPool,
    feed: i32,
    quiet_since: DateTime<Utc>,
    published_since: DateTime<Utc>,
) -> sqlx::Result<Vec<Changed>> {
    sqlx::query_as!(
        Changed,
        r#"select r.id, r.to_day as "to" from reports r
           where r.feed = $1 and r.revision > r.shown_revision and r.read_at <= $2
             and exists (select from publications p where p.report = r.id and p.published_at >= $3)
           order by r.to_day, r.from_day"#,
        feed,
        quiet_since,
        published_since
    )
    .fetch_all(db)
    .await
}

/// Keeps a report from everybody until its file changes.
///
/// # Errors
/// The database's.
pub async fn withhold(db: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query!("update reports set withheld = true where id = $1", id).execute(db).await?;
    Ok(())
}

/// Whether the report was recalled and has not changed since.
///
/// # Errors
/// The database's.
pub async fn is_withheld(db: &PgPool, id: i64) -> sqlx::Result<bool> {
    Ok(sqlx::query_scalar!("select withheld from reports where id = $1", id).fetch_optional(db).await?.unwrap_or(false))
}
