//! The table `clouds`: what became of each word cloud that was wanted.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// What became of a word cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It goes with the report; so many words were left out because no font has one of their characters.
    Drawn {
        /// How many.
        without_glyph: usize,
    },
    /// It was not drawn in time.
    Late,
    /// It could not be drawn.
    Failed,
    /// The report has too few words.
    Wordless,
}

/// What became of all word clouds of some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clouds {
    /// Drawn.
    pub drawn: i64,
    /// Not drawn in time.
    pub late: i64,
    /// Could not be drawn.
    pub failed: i64,
    /// Words that were left out because no font has one of their characters.
    pub without_glyph: i64,
}

/// Notes what became of a report's word cloud.
///
/// # Errors
/// The database's.
pub async fn note(db: &PgPool, report: i64, outcome: Outcome, now: DateTime<Utc>) -> sqlx::Result<()> {
    let (word, without_glyph) = match outcome {
        Outcome::Drawn { without_glyph } => ("drawn", i32::try_from(without_glyph).unwrap_or(i32::MAX)),
        Outcome::Late => ("late", 0),
        Outcome::Failed => ("failed", 0),
        Outcome::Wordless => ("wordless", 0),
    };
    sqlx::query!(
        "insert into clouds (report, at, outcome, without_glyph) values ($1, $2, $3, $4)",
        report,
        now,
        word,
        without_glyph
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What became of the word clouds since `from`. A report without words needs none, so it counts nowhere.
///
/// # Errors
/// The database's.
pub async fn since(db: &PgPool, from: DateTime<Utc>) -> sqlx::Result<Clouds> {
    sqlx::query_as!(
        Clouds,
        r#"select count(*) filter (where outcome = 'drawn') as "drawn!",
                  count(*) filter (where outcome = 'late') as "late!",
                  count(*) filter (where outcome = 'failed') as "failed!",
                  coalesce(sum(without_glyph), 0) as "without_glyph!"
           from clouds where at >= $1"#,
        from
    )
    .fetch_one(db)
    .await
}
