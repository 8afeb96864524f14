//! `rejections`: files that could not be read, so that the operator hears of each once per change.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// Notes why a file cannot be read. `true` when that is news: the first time, or after the file or the reason changed.
///
/// # Errors
/// The database's.
pub async fn note(db: &PgPool, path: &str, hash: &str, reason: &str, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let news = sqlx::query!(
        "insert into rejections as old (path, hash, reason, at) values ($1, $2, $3, $4)
         on conflict (path) do update set hash = excluded.hash, reason = excluded.reason, at = excluded.at
         where old.hash <> excluded.hash or old.reason <> excluded.reason",
        path,
        hash,
        reason,
        now
    );
    Ok(news.execute(db).await?.rows_affected() == 1)
}

/// Forgets a file that can be read now, or is gone.
///
/// # Errors
/// The database's.
pub async fn clear(db: &PgPool, path: &str) -> sqlx::Result<()> {
    sqlx::query!("delete from rejections where path = $1", path).execute(db).await?;
    Ok(())
}
