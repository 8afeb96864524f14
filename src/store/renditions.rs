//! The table `renditions`: a publication's messages, as they are posted.

use platform::Message;
use sqlx::{PgPool, postgres::PgConnection, types::Json};

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

/// The messages of a rendition.
///
/// # Errors
/// The database's, and [`sqlx::Error::RowNotFound`] when there is no such rendition.
pub async fn messages(db: &PgPool, id: i64) -> sqlx::Result<Vec<Message>> {
    let messages =
        sqlx::query_scalar!(r#"select messages as "messages: Json<Vec<Message>>" from renditions where id = $1"#, id)
            .fetch_one(db)
            .await?;
    Ok(messages.0)
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
         where r.id = $1 and r.layout <> 'full' and f.layout = 'full'",
        id
    )
    .fetch_optional(db)
    .await
}
