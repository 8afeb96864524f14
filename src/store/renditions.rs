//! The table `renditions`: a publication's messages, as they are posted, or what becomes of the messages that a reader has.

use platform::Message;
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, postgres::PgConnection, types::Json};

use crate::publish::steps::{Act, Step};

/// Stores the messages for one platform, layout and language.
///
/// # Errors
/// The database's.
pub async fn insert(
    db: &mut PgConnection,
    publication: i64,
    platform: &str,
    layout: &str,
    language: &str,
    messages: &[Message],
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into renditions (publication, platform, layout, language, messages) values ($1, $2, $3, $4, $5)",
        publication,
        platform,
        layout,
        language,
        Json(messages) as _
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What a rendition has a worker do, in order.
///
/// # Errors
/// The database's, and [`sqlx::Error::RowNotFound`] when there is no such rendition.
pub async fn steps(db: &PgPool, id: i64) -> sqlx::Result<Vec<Step>> {
    let stored =
        sqlx::query_scalar!(r#"select messages as "steps: Json<Vec<Stored>>" from renditions where id = $1"#, id)
            .fetch_one(db)
            .await?;
    Ok(stored.0.into_iter().enumerate().map(|(at, stored)| stored.at(at)).collect())
}

/// What readers have of a publication, and which of them share it.
#[derive(Clone, Debug, PartialEq)]
pub struct Had {
    /// Whose it is.
    pub publication: i64,
    /// The rendition.
    pub rendition: i64,
    /// Its platform.
    pub platform: String,
    /// Its layout, as stored.
    pub layout: String,
    /// Its language's code.
    pub language: String,
    /// All that it leaves a reader with.
    pub shown: Vec<Message>,
}

/// The renditions of a publication and of all that followed it.
///
/// # Errors
/// The database's.
pub async fn of_chain(db: &mut PgConnection, root: i64) -> sqlx::Result<Vec<Had>> {
    let rows = sqlx::query!(
        r#"select r.publication, r.id, r.platform, r.layout, r.language, coalesce(r.shown, r.messages) as "shown!: Json<Vec<Message>>"
           from renditions r join publications p on p.id = r.publication
           where p.id = $1 or p.corrects = $1 order by r.id"#,
        root
    )
    .fetch_all(db)
    .await?;
    let had = rows.into_iter().map(|row| Had {
        publication: row.publication,
        rendition: row.id,
        platform: row.platform,
        layout: row.layout,
        language: row.language,
        shown: row.shown.0,
    });
    Ok(had.collect())
}

/// Stores a later text of the same publication, and gives its id.
///
/// # Errors
/// The database's.
pub async fn insert_revised(
    db: &mut PgConnection,
    publication: i64,
    had: &Had,
    revision: i32,
    messages: &[Message],
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into renditions (publication, platform, layout, language, revision, messages)
         values ($1, $2, $3, $4, $5, $6) returning id",
        publication,
        had.platform,
        had.layout,
        had.language,
        revision,
        Json(messages) as _
    )
    .fetch_one(db)
    .await
}

/// Stores what becomes of the messages of those who have had `had`, or a part of it, and what they are left with.
///
/// # Errors
/// The database's.
pub async fn insert_following(
    db: &mut PgConnection,
    publication: i64,
    had: &Had,
    whole: bool,
    steps: &[Step],
    shown: &[Message],
) -> sqlx::Result<()> {
    let stored: Vec<Stored> = steps.iter().map(Stored::of).collect();
    sqlx::query!(
        "insert into renditions (publication, platform, layout, language, base, whole, messages, shown)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        publication,
        had.platform,
        had.layout,
        had.language,
        had.rendition,
        whole,
        Json(stored) as _,
        Json(shown) as _
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A step as it is stored: a message of a digest or broadcast alone says that it is to be sent.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(flatten)]
    message: Message,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    act: Option<Act>,
}

impl Stored {
    fn of(step: &Step) -> Self {
        Self { message: step.message.clone(), place: Some(step.place), act: Some(step.act) }
    }

    fn at(self, at: usize) -> Step {
        Step { place: self.place.unwrap_or(at), act: self.act.unwrap_or_default(), message: self.message }
    }
}

/// The same publication in the full layout, for the readers of a rendition whose content was refused; `None` if this is
/// the full one.
///
/// # Errors
/// The database's.
pub async fn full_instead_of(db: &PgPool, id: i64) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "select f.id from renditions r
         join renditions f on f.publication = r.publication and f.platform = r.platform and f.language = r.language
          and f.revision = r.revision
         where r.id = $1 and r.layout <> 'full' and f.layout = 'full' and r.base is null and f.base is null",
        id
    )
    .fetch_optional(db)
    .await
}
