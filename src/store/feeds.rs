//! `feeds`: what can be subscribed.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use platform::Language;
use sqlx::{PgPool, types::Json};

/// A feed's titles by language.
pub type Titles = BTreeMap<Language, String>;

/// A series of reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Of its row.
    pub id: i32,
    /// As typed and as in file names.
    pub name: String,
    /// What readers see.
    pub titles: Titles,
    /// What its days are counted in.
    pub zone: Tz,
    /// Whether a schedule file declares it now: only such a feed can be subscribed.
    pub declared: bool,
}

impl Feed {
    /// The title in this language, or else in another one, or else the name.
    #[must_use]
    pub fn title(&self, language: Language) -> &str {
        self.titles.get(&language).or_else(|| self.titles.values().next()).unwrap_or(&self.name)
    }
}

/// What a schedule file says of a feed.
#[derive(Clone, Copy, Debug)]
pub struct Declaration<'a> {
    /// The feed's name.
    pub name: &'a str,
    /// What readers see.
    pub titles: &'a Titles,
    /// What its days are counted in.
    pub zone: Tz,
}

/// Makes these the declared feeds, and the only ones. Repeatable.
///
/// # Errors
/// The database's.
pub async fn declare(db: &PgPool, feeds: &[Declaration<'_>]) -> sqlx::Result<()> {
    let mut names = Vec::with_capacity(feeds.len());
    for feed in feeds {
        names.push(feed.name.to_owned());
        declare_one(db, feed).await?;
    }
    sqlx::query!("update feeds set declared = false where declared and name <> all($1)", &names).execute(db).await?;
    Ok(())
}

async fn declare_one(db: &PgPool, feed: &Declaration<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into feeds (name, titles, zone) values ($1, $2, $3)
         on conflict (name) do update set titles = excluded.titles, zone = excluded.zone, declared = true",
        feed.name,
        Json(feed.titles) as _,
        feed.zone.name(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The feeds that can be subscribed, by name.
///
/// # Errors
/// The database's.
pub async fn all_declared(db: &PgPool) -> sqlx::Result<Vec<Feed>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, name, titles as "titles: Json<Titles>", zone, declared from feeds where declared order by name"#
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(Feed::from).collect())
}

/// The feed with this name, declared or not; letter case does not count.
///
/// # Errors
/// The database's.
pub async fn by_name(db: &PgPool, name: &str) -> sqlx::Result<Option<Feed>> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, name, titles as "titles: Json<Titles>", zone, declared from feeds
           where lower(name) = lower($1) order by name <> $1 limit 1"#,
        name
    );
    Ok(row.fetch_optional(db).await?.map(Feed::from))
}

/// The feed of this row.
///
/// # Errors
/// The database's; [`sqlx::Error::RowNotFound`] where there is none.
pub async fn by_id(db: &PgPool, id: i32) -> sqlx::Result<Feed> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, name, titles as "titles: Json<Titles>", zone, declared from feeds where id = $1"#,
        id
    );
    row.fetch_one(db).await.map(Feed::from)
}

struct Row {
    id: i32,
    name: String,
    titles: Json<Titles>,
    zone: String,
    declared: bool,
}

impl From<Row> for Feed {
    fn from(row: Row) -> Self {
        // A zone that was stored by a program with a newer list of zones reads as UTC here.
        let zone = row.zone.parse().unwrap_or(Tz::UTC);
        Self { id: row.id, name: row.name, titles: row.titles.0, zone, declared: row.declared }
    }
}
