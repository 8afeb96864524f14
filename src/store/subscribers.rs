//! The table `subscribers`: the chats that receive.

use chrono::{DateTime, NaiveTime, Utc};
use platform::{Chat, ChatId, ChatKind, Language, Layout};
use sqlx::PgPool;

/// A chat that receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// Its row.
    pub id: i64,
    /// The bot that it started.
    pub bot: i32,
    /// Where to post.
    pub chat: Chat,
    /// What it is spoken to in.
    pub language: Language,
    /// How it wants its digests.
    pub layout: Layout,
    /// The time of day at which it wants them, in `zone`; without one, as soon as they are out.
    pub deliver_at: Option<NaiveTime>,
    /// Its IANA zone; without one, the feed's.
    pub zone: Option<String>,
    /// When it ceased to receive, if it did.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it ceased.
    pub end_reason: Option<String>,
}

/// A row as the statements below select it.
struct Row {
    id: i64,
    bot: i32,
    chat: String,
    kind: String,
    language: String,
    layout: String,
    deliver_at: Option<NaiveTime>,
    zone: Option<String>,
    ended_at: Option<DateTime<Utc>>,
    end_reason: Option<String>,
}

impl From<Row> for Subscriber {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            bot: row.bot,
            // The table's check allows these words only; a language or layout that a newer version wrote falls back.
            chat: Chat { id: ChatId(row.chat), kind: ChatKind::from_stored(&row.kind).unwrap_or(ChatKind::Private) },
            language: Language::from_code(&row.language).unwrap_or_default(),
            layout: Layout::from_stored(&row.layout).unwrap_or_default(),
            deliver_at: row.deliver_at,
            zone: row.zone,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
        }
    }
}

/// Makes the chat a subscriber of this bot, or wakes it if it had ended, and gives it as it now is.
///
/// # Errors
/// The database's.
pub async fn ensure(
    db: &PgPool,
    bot: i32,
    chat: &Chat,
    language: Language,
    now: DateTime<Utc>,
) -> sqlx::Result<Subscriber> {
    sqlx::query_as!(
        Row,
        "insert into subscribers (bot, chat, kind, language, started_at) values ($1, $2, $3, $4, $5)
         on conflict (bot, chat) do update set
             kind = excluded.kind, language = excluded.language, ended_at = null, end_reason = null
         returning id, bot, chat, kind, language, layout, deliver_at, zone, ended_at, end_reason",
        bot,
        chat.id.0,
        chat.kind.as_str(),
        language.code(),
        now
    )
    .fetch_one(db)
    .await
    .map(Subscriber::from)
}

/// The subscriber in this chat, living or ended.
///
/// # Errors
/// The database's.
pub async fn find(db: &PgPool, bot: i32, chat: &ChatId) -> sqlx::Result<Option<Subscriber>> {
    let row = sqlx::query_as!(
        Row,
        "select id, bot, chat, kind, language, layout, deliver_at, zone, ended_at, end_reason
         from subscribers where bot = $1 and chat = $2",
        bot,
        chat.0
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Subscriber::from))
}

/// Sets when a chat wants its digests: a time of day in an IANA zone, or as soon as they are out. A zone once set
/// stays when none is given.
///
/// # Errors
/// The database's.
pub async fn set_hour(db: &PgPool, id: i64, deliver_at: Option<NaiveTime>, zone: Option<&str>) -> sqlx::Result<()> {
    sqlx::query!(
        "update subscribers set deliver_at = $2, zone = coalesce($3, zone) where id = $1",
        id,
        deliver_at,
        zone
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Sets how a chat wants its digests to look.
///
/// # Errors
/// The database's.
pub async fn set_layout(db: &PgPool, id: i64, layout: Layout) -> sqlx::Result<()> {
    sqlx::query!("update subscribers set layout = $2 where id = $1", id, layout.as_str()).execute(db).await?;
    Ok(())
}

/// Ends a subscriber that can receive no more, and cancels what it was still to get; its subscriptions stay for the
/// day it comes back. Ending it twice keeps the first reason.
///
/// # Errors
/// The database's.
pub async fn end(db: &PgPool, id: i64, reason: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "with ended as (
             update subscribers set ended_at = $3, end_reason = $2, busy_with = null
             where id = $1 and ended_at is null)
         update deliveries d set state = 'cancelled', finished_at = $3, last_error = $2
         from publications p
         where p.state in ('running', 'paused', 'quarantined')
           and d.published_on = p.published_on and d.publication = p.id and d.subscriber = $1 and d.state = 'pending'",
        id,
        reason,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives a chat its new id. Where the new chat is a subscriber already, that one takes over the old one's
/// subscriptions and waiting deliveries, and the old one ends.
///
/// # Errors
/// The database's.
pub async fn moved(db: &PgPool, bot: i32, from: &ChatId, to: &ChatId, now: DateTime<Utc>) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    // In the order of their ids, so that two calls at once cannot wait for each other.
    let known = sqlx::query!(
        "select id, chat from subscribers where bot = $1 and chat in ($2, $3) order by id for update",
        bot,
        from.0,
        to.0
    )
    .fetch_all(&mut *tx)
    .await?;
    let id_of = |chat: &ChatId| known.iter().find(|row| row.chat == chat.0).map(|row| row.id);
    let Some(old) = id_of(from) else { return Ok(()) };
    if let Some(new) = id_of(to) {
        merge(&mut tx, old, new, now).await?;
    } else {
        sqlx::query!("update subscribers set chat = $2 where id = $1", old, to.0).execute(&mut *tx).await?;
    }
    tx.commit().await
}

async fn merge(db: &mut sqlx::PgConnection, old: i64, new: i64, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into subscriptions (feed, subscriber, started_at)
         select feed, $2, started_at from subscriptions where subscriber = $1 on conflict do nothing",
        old,
        new
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("delete from subscriptions where subscriber = $1", old).execute(&mut *db).await?;
    sqlx::query!(
        "update deliveries d set subscriber = $2
         from publications p
         where p.state in ('running', 'paused', 'quarantined')
           and d.published_on = p.published_on and d.publication = p.id and d.subscriber = $1 and d.state = 'pending'
           and not exists (select from deliveries o where o.published_on = d.published_on
                           and o.publication = d.publication and o.subscriber = $2)",
        old,
        new
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update deliveries d set state = 'cancelled', finished_at = $2, last_error = 'the chat moved'
         from publications p
         where p.state in ('running', 'paused', 'quarantined')
           and d.published_on = p.published_on and d.publication = p.id and d.subscriber = $1 and d.state = 'pending'",
        old,
        now
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update subscribers set ended_at = $2, end_reason = 'the chat moved' where id = $1 and ended_at is null",
        old,
        now
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("update subscribers set ended_at = null, end_reason = null where id = $1", new)
        .execute(&mut *db)
        .await?;
    Ok(())
}
