//! The tables `pictures` and `uploads`.

use std::sync::Arc;

use platform::{Attachment, Picture, PictureFormat, PictureId, Uploaded};
use sqlx::PgPool;

/// Keeps a picture; one that is kept already stays as it is.
///
/// # Errors
/// The database's.
pub async fn put(db: &PgPool, picture: &Picture) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into pictures (sha256, format, width, height, bytes) values ($1, $2, $3, $4, $5) on conflict do nothing",
        picture.id.0,
        picture.format.extension(),
        pixels(picture.width),
        pixels(picture.height),
        picture.bytes
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The picture with this id.
///
/// # Errors
/// The database's, and [`sqlx::Error::RowNotFound`] when there is no such picture.
pub async fn get(db: &PgPool, id: &PictureId) -> sqlx::Result<Picture> {
    let row =
        sqlx::query!("select format, width, height, bytes from pictures where sha256 = $1", id.0).fetch_one(db).await?;
    Ok(Picture {
        id: id.clone(),
        format: stored_format(&row.format)?,
        width: row.width.unsigned_abs(),
        height: row.height.unsigned_abs(),
        bytes: row.bytes,
    })
}

/// What the picture with this id is, without its bytes.
///
/// # Errors
/// The database's, and [`sqlx::Error::RowNotFound`] when there is no such picture.
pub async fn format(db: &PgPool, id: &PictureId) -> sqlx::Result<PictureFormat> {
    let stored = sqlx::query_scalar!("select format from pictures where sha256 = $1", id.0).fetch_one(db).await?;
    stored_format(&stored)
}

/// The platform's id of a picture that this bot has uploaded before.
///
/// # Errors
/// The database's.
pub async fn uploaded(db: &PgPool, bot: i32, id: &PictureId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("select file from uploads where bot = $1 and picture = $2", bot, id.0).fetch_optional(db).await
}

/// The pictures of a message as this bot attaches them, in the order of `ids`.
///
/// # Errors
/// The database's, and [`sqlx::Error::RowNotFound`] when a picture does not exist.
pub async fn attachments(db: &PgPool, bot: i32, ids: &[PictureId]) -> sqlx::Result<Vec<Attachment>> {
    let mut attachments = Vec::with_capacity(ids.len());
    for id in ids {
        let picture = Arc::new(get(db, id).await?);
        attachments.push(Attachment { picture, uploaded: uploaded(db, bot, id).await? });
    }
    Ok(attachments)
}

/// Keeps the ids of what a bot has uploaded, for its later messages; not of what is drawn for one message only and is
/// no picture of ours to keep.
///
/// # Errors
/// The database's.
pub async fn remember_uploads(db: &PgPool, bot: i32, uploads: &[Uploaded]) -> sqlx::Result<()> {
    for upload in uploads {
        sqlx::query!(
            "insert into uploads (bot, picture, file)
             select $1, sha256, $3 from pictures where sha256 = $2
             on conflict (bot, picture) do update set file = excluded.file",
            bot,
            upload.picture.0,
            upload.file
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

/// Pictures that are kept have passed the checks at reading, far below this bound.
fn pixels(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn stored_format(word: &str) -> sqlx::Result<PictureFormat> {
    let format = PictureFormat::ALL.into_iter().find(|format| format.extension() == word);
    format.ok_or_else(|| sqlx::Error::Decode(format!("unknown picture format {word:?}").into()))
}
