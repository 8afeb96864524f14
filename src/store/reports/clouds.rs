//! What word clouds need of the archive.

use chrono::NaiveDate;
use platform::PictureId;
use sqlx::PgPool;

use super::{Archived, Row};

/// Gives a report the word cloud that was drawn for it. The next change of the file takes it away again.
///
/// # Errors
/// The database's, and [`sqlx::Error::RowNotFound`] when the report changed since `revision`.
pub async fn set_cloud(db: &PgPool, id: i64, revision: i32, cloud: &PictureId, words: &str) -> sqlx::Result<()> {
    let changed = sqlx::query!(
        "update reports set picture = $3, picture_words = $4 where id = $1 and revision = $2",
        id,
        revision,
        cloud.0,
        words
    );
    if changed.execute(db).await?.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// The feed's reports of earlier days, the newest first, at most `n`.
///
/// # Errors
/// The database's.
pub async fn earlier(db: &PgPool, feed: i32, before: NaiveDate, n: i64) -> sqlx::Result<Vec<Archived>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select r.id, feed, f.name as feed_name, from_day as "from", to_day as "to", title, file_name, text,
                  picture, picture_words, revision
           from reports r join feeds f on f.id = r.feed
           where feed = $1 and to_day < $2 order by to_day desc, from_day desc limit $3"#,
        feed,
        before,
        n
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(Archived::from).collect())
}
