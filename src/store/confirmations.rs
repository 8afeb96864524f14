//! The table `confirmations`.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// A preview of a broadcast or a recall, with two buttons below it.
#[derive(Clone, Debug)]
pub struct Preview<'a> {
    /// What the buttons carry; nobody can guess it.
    pub token: &'a str,
    /// The bot that shows it.
    pub bot: i32,
    /// Where.
    pub chat: &'a str,
    /// The admin.
    pub person: &'a str,
    /// What the admin is spoken to in: its two-letter code.
    pub language: &'a str,
    /// Markdown; of a recall, what it takes back.
    pub text: &'a str,
    /// What it takes back, if it is a recall.
    pub recalls: Option<i64>,
    /// How many it would reach.
    pub audience: i64,
    /// When it was shown.
    pub created_at: DateTime<Utc>,
    /// Until when a button counts.
    pub expires_at: DateTime<Utc>,
}

/// A press of one of the two buttons.
#[derive(Clone, Copy, Debug)]
pub struct Press<'a> {
    /// Of the preview.
    pub token: &'a str,
    /// The bot that was pressed.
    pub bot: i32,
    /// Where.
    pub chat: &'a str,
    /// Who.
    pub person: &'a str,
    /// Whether it is the button that sends.
    pub sends: bool,
    /// The preview's message, if the platform tells it.
    pub message: Option<&'a str>,
}

/// How a preview stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The admin's own id on the platform.
    pub person: String,
    /// When one of its buttons was pressed.
    pub decided_at: Option<DateTime<Utc>>,
    /// Whether it was the one that sends.
    pub confirmed: bool,
    /// Whether it is of a recall.
    pub recalls: bool,
}

/// What a press decided on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Markdown.
    pub text: String,
    /// What it takes back, if it is a recall.
    pub recalls: Option<i64>,
}

/// A broadcast or recall that was confirmed and has no publication yet.
#[derive(Clone, Debug)]
pub struct CutShort {
    /// Of the preview.
    pub token: String,
    /// Markdown.
    pub text: String,
    /// What it takes back, if it is a recall.
    pub recalls: Option<i64>,
    /// The bot that shows the preview.
    pub bot: i32,
    /// Where.
    pub chat: String,
    /// The preview's message.
    pub message: Option<String>,
}

/// Keeps a preview until its admin decides.
///
/// # Errors
/// When the database fails.
pub async fn put(db: &PgPool, preview: &Preview<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into confirmations (token, bot, chat, person, language, text, audience, created_at, expires_at, recalls)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        preview.token,
        preview.bot,
        preview.chat,
        preview.person,
        preview.language,
        preview.text,
        preview.audience,
        preview.created_at,
        preview.expires_at,
        preview.recalls
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes the first press that counts and gives what it decided on; `None` when another press was first, when it is too late, and
/// when it is not this admin's to press. Of any number of presses at once exactly one gets it.
///
/// # Errors
/// When the database fails.
pub async fn decide(db: &PgPool, press: &Press<'_>, now: DateTime<Utc>) -> sqlx::Result<Option<Decided>> {
    sqlx::query_as!(
        Decided,
        "update confirmations set decided_at = $1, confirmed = $2, message = $3
         where token = $4 and bot = $5 and chat = $6 and person = $7 and decided_at is null and expires_at > $1
         returning text, recalls",
        now,
        press.sends,
        press.message,
        press.token,
        press.bot,
        press.chat,
        press.person
    )
    .fetch_optional(db)
    .await
}

/// How a preview of this bot in this chat stands.
///
/// # Errors
/// When the database fails.
pub async fn standing(db: &PgPool, token: &str, bot: i32, chat: &str) -> sqlx::Result<Option<Standing>> {
    sqlx::query_as!(
        Standing,
        r#"select person, decided_at, confirmed, recalls is not null as "recalls!"
           from confirmations where token = $1 and bot = $2 and chat = $3"#,
        token,
        bot,
        chat
    )
    .fetch_optional(db)
    .await
}

/// Notes which publication a confirmed preview became.
///
/// # Errors
/// When the database fails.
pub async fn published(db: &PgPool, token: &str, publication: i64) -> sqlx::Result<()> {
    sqlx::query!("update confirmations set publication = $2 where token = $1", token, publication).execute(db).await?;
    Ok(())
}

/// The broadcasts that were confirmed before `before` and have no publication: a process ended between the two.
///
/// # Errors
/// When the database fails.
pub async fn cut_short(db: &PgPool, before: DateTime<Utc>) -> sqlx::Result<Vec<CutShort>> {
    sqlx::query_as!(
        CutShort,
        "select token, text, recalls, bot, chat, message from confirmations
         where confirmed and publication is null and decided_at < $1 order by decided_at",
        before
    )
    .fetch_all(db)
    .await
}
