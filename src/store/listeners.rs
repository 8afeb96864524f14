//! The table `listeners`: which process listens with each bot, and until when.

use std::time::Duration;

use sqlx::PgPool;

/// Takes the turn to listen with a bot, if nobody has it now; gives its number.
///
/// # Errors
/// The database's.
pub async fn take(db: &PgPool, bot: i32, process: &str, lasts: Duration) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "insert into listeners (bot, process, ends_at) values ($1, $2, now() + make_interval(secs => $3))
         on conflict (bot) do update set
             turn = listeners.turn + 1, process = excluded.process, ends_at = excluded.ends_at
             where listeners.ends_at <= now()
         returning turn",
        bot,
        process,
        lasts.as_secs_f64()
    )
    .fetch_optional(db)
    .await
}

/// Renews a turn from now; whether it was still the latest one.
///
/// # Errors
/// The database's.
pub async fn renew(db: &PgPool, bot: i32, turn: i64, lasts: Duration) -> sqlx::Result<bool> {
    let renewed = sqlx::query!(
        "update listeners set ends_at = now() + make_interval(secs => $3) where bot = $1 and turn = $2",
        bot,
        turn,
        lasts.as_secs_f64()
    )
    .execute(db)
    .await?;
    Ok(renewed.rows_affected() == 1)
}

/// Ends a turn, so that the next one begins at once; changes nothing if another one has begun.
///
/// # Errors
/// The database's.
pub async fn end(db: &PgPool, bot: i32, turn: i64) -> sqlx::Result<()> {
    sqlx::query!("update listeners set ends_at = '-infinity' where bot = $1 and turn = $2", bot, turn)
        .execute(db)
        .await?;
    Ok(())
}
