//! `reports`: the archive, one row per feed and days.

pub mod changes;
pub mod clouds;

use chrono::{DateTime, NaiveDate, Utc};
use platform::PictureId;
use sqlx::PgPool;

use crate::report::{self, ReportError};

/// A report as it was last read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// Of its row.
    pub id: i64,
    /// The feed's row.
    pub feed: i32,
    /// The feed's name.
    pub feed_name: String,
    /// The first day that it covers.
    pub from: NaiveDate,
    /// The last day that it covers.
    pub to: NaiveDate,
    /// What it is called.
    pub title: String,
    /// Its file, for messages to the operator.
    pub file_name: String,
    /// The whole file, front matter included.
    pub text: String,
    /// Its picture, if it has one that can be shown.
    pub picture: Option<PictureId>,
    /// The chief words of the picture where it is a word cloud that we drew.
    pub picture_words: Option<String>,
    /// Counts the changes, from 1.
    pub revision: i32,
}

impl Archived {
    /// The report, parsed again: parsing is quick, and a better parser helps old days too.
    ///
    /// # Errors
    /// None for a text that was archived by this parser; a later one may see more.
    pub fn parse(&self) -> Result<report::Report, ReportError> {
        report::draft(&self.file_name, &self.text)?.into_report(Some(&self.feed_name))
    }
}

/// A report on its way into the archive.
#[derive(Clone, Copy, Debug)]
pub struct Fresh<'a> {
    /// The feed's row.
    pub feed: i32,
    /// The report.
    pub report: &'a report::Report,
    /// Its file, for messages to the operator.
    pub file_name: &'a str,
    /// The whole file.
    pub text: &'a str,
    /// Its picture, which is stored already.
    pub picture: Option<&'a PictureId>,
}

/// What the archive made of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// The first of its feed and days.
    New(i64),
    /// It took the place of another text or picture.
    Changed(i64),
    /// It is there already.
    Same(i64),
}

impl Recorded {
    /// The row.
    #[must_use]
    pub fn id(self) -> i64 {
        match self {
            Self::New(id) | Self::Changed(id) | Self::Same(id) => id,
        }
    }
}

/// Writes a report into the archive. Repeatable: the same text and picture change nothing.
///
/// # Errors
/// The database's.
pub async fn record(db: &PgPool, fresh: &Fresh<'_>, now: DateTime<Utc>) -> sqlx::Result<Recorded> {
    let hash = hash(fresh.text, fresh.picture);
    let picture = fresh.picture.map(|picture| picture.0.as_str());
    let written = sqlx::query!(
        "insert into reports as old (feed, from_day, to_day, title, file_name, text, hash, picture, read_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (feed, from_day, to_day) do update
         set title = excluded.title, file_name = excluded.file_name, text = excluded.text, hash = excluded.hash,
             picture = excluded.picture, picture_words = null, read_at = excluded.read_at, revision = old.revision + 1,
             withheld = false
         where old.hash <> excluded.hash
         returning id, revision",
        fresh.feed,
        fresh.report.from,
        fresh.report.to,
        fresh.report.title,
        fresh.file_name,
        fresh.text,
        hash,
        picture,
        now,
    );
    if let Some(row) = written.fetch_optional(db).await? {
        // Only the insert gives the first revision.
        return Ok(if row.revision == 1 { Recorded::New(row.id) } else { Recorded::Changed(row.id) });
    }
    let id = sqlx::query_scalar!(
        "select id from reports where feed = $1 and from_day = $2 and to_day = $3",
        fresh.feed,
        fresh.report.from,
        fresh.report.to,
    );
    id.fetch_one(db).await.map(Recorded::Same)
}

/// The row of a report that is in the archive just as it is.
///
/// # Errors
/// The database's.
pub async fn archived(db: &PgPool, fresh: &Fresh<'_>) -> sqlx::Result<Option<i64>> {
    let id = sqlx::query_scalar!(
        "select id from reports where feed = $1 and from_day = $2 and to_day = $3 and hash = $4",
        fresh.feed,
        fresh.report.from,
        fresh.report.to,
        hash(fresh.text, fresh.picture),
    );
    id.fetch_optional(db).await
}

/// SHA-256 of the text and the picture's own hash: what "changed" means.
fn hash(text: &str, picture: Option<&PictureId>) -> String {
    use sha2::{Digest, Sha256};
    let picture = picture.map_or("", |picture| picture.0.as_str());
    hex::encode(Sha256::new().chain_update(text).chain_update([0]).chain_update(picture).finalize())
}

/// The report of this row.
///
/// # Errors
/// The database's.
pub async fn by_id(db: &PgPool, id: i64) -> sqlx::Result<Option<Archived>> {
    let row = sqlx::query_as!(
        Row,
        r#"select r.id, feed, f.name as feed_name, from_day as "from", to_day as "to", title, file_name, text,
                  picture, picture_words, revision
           from reports r join feeds f on f.id = r.feed where r.id = $1"#,
        id
    );
    Ok(row.fetch_optional(db).await?.map(Archived::from))
}

/// The report that covers this day: the one with the fewest days, and of those the one that ends first.
///
/// # Errors
/// The database's.
pub async fn on_day(db: &PgPool, feed: i32, day: NaiveDate) -> sqlx::Result<Option<Archived>> {
    let row = sqlx::query_as!(
        Row,
        r#"select r.id, feed, f.name as feed_name, from_day as "from", to_day as "to", title, file_name, text,
                  picture, picture_words, revision
           from reports r join feeds f on f.id = r.feed
           where feed = $1 and to_day >= $2 and from_day <= $2 and not withheld
           order by to_day - from_day, to_day limit 1"#,
        feed,
        day
    );
    Ok(row.fetch_optional(db).await?.map(Archived::from))
}

/// The newest report of the feed.
///
/// # Errors
/// The database's.
pub async fn latest(db: &PgPool, feed: i32) -> sqlx::Result<Option<Archived>> {
    let row = sqlx::query_as!(
        Row,
        r#"select r.id, feed, f.name as feed_name, from_day as "from", to_day as "to", title, file_name, text,
                  picture, picture_words, revision
           from reports r join feeds f on f.id = r.feed
           where feed = $1 and not withheld order by to_day desc, from_day desc limit 1"#,
        feed
    );
    Ok(row.fetch_optional(db).await?.map(Archived::from))
}

/// The days nearest to `day` that have a report (its last day), nearest first, at most `n`.
///
/// # Errors
/// The database's.
pub async fn nearest_days(db: &PgPool, feed: i32, day: NaiveDate, n: i64) -> sqlx::Result<Vec<NaiveDate>> {
    // Two short walks along the index, however long the archive is.
    let days = sqlx::query_scalar!(
        r#"select to_day as "to_day!" from (
               (select distinct to_day from reports where feed = $1 and to_day >= $2 and not withheld
                order by to_day limit $3)
               union
               (select distinct to_day from reports where feed = $1 and to_day < $2 and not withheld
                order by to_day desc limit $3)
           ) near order by abs(to_day - $2), to_day desc limit $3"#,
        feed,
        day,
        n
    );
    days.fetch_all(db).await
}

/// The days with a report whose date contains what is being typed (`11-2`), newest first, at most `n`.
///
/// # Errors
/// The database's.
pub async fn days_matching(db: &PgPool, feed: i32, typed: &str, n: i64) -> sqlx::Result<Vec<NaiveDate>> {
    let days = sqlx::query_scalar!(
        r#"select distinct to_day from reports
           where feed = $1 and not withheld
             and (position($2 in to_char(to_day, 'YYYY-MM-DD')) > 0 or position($2 in to_char(to_day, 'YYYYMMDD')) > 0)
           order by to_day desc limit $3"#,
        feed,
        typed,
        n
    );
    days.fetch_all(db).await
}

/// A report that was not published yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unpublished {
    /// The report's row.
    pub id: i64,
    /// The last day that it covers.
    pub to: NaiveDate,
}

/// The reports of the feed from `first` on that were never published, oldest first.
///
/// # Errors
/// The database's.
pub async fn unpublished(db: &PgPool, feed: i32, first: NaiveDate) -> sqlx::Result<Vec<Unpublished>> {
    let rows = sqlx::query_as!(
        Unpublished,
        r#"select id, to_day as "to" from reports r
           where feed = $1 and to_day >= $2 and not exists (select from publications p where p.report = r.id)
           order by to_day, from_day"#,
        feed,
        first
    );
    rows.fetch_all(db).await
}

/// The last day of the feed that was published.
///
/// # Errors
/// The database's.
pub async fn published_through(db: &PgPool, feed: i32) -> sqlx::Result<Option<NaiveDate>> {
    let day = sqlx::query_scalar!(
        "select max(to_day) from reports r where feed = $1 and exists (select from publications p where p.report = r.id)",
        feed
    );
    day.fetch_one(db).await
}

struct Row {
    id: i64,
    feed: i32,
    feed_name: String,
    from: NaiveDate,
    to: NaiveDate,
    title: String,
    file_name: String,
    text: String,
    picture: Option<String>,
    picture_words: Option<String>,
    revision: i32,
}

impl From<Row> for Archived {
    fn from(row: Row) -> Self {
        let Row { id, feed, feed_name, from, to, title, file_name, text, picture, picture_words, revision } = row;
        let picture = picture.map(PictureId);
        Self { id, feed, feed_name, from, to, title, file_name, text, picture, picture_words, revision }
    }
}
