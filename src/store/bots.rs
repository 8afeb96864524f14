//! The table `bots`: our accounts, and the pace that all processes share.

use std::time::Duration;

use platform::{BotKey, Pace};
use sqlx::PgPool;

/// How long before its turn a message may be claimed; it is sent when its turn comes. So a claim that takes its time
/// loses no turn, and no two messages come closer than the pace allows.
const LEAD: Duration = Duration::from_millis(50);
/// How much longer a message takes than the pace says: in a window of one second this leaves 17 ms for delays that differ
/// on the way to the platform, some of which each process takes for itself.
const SLACK: f64 = 0.017;

/// The time one message takes, and how far ahead of itself the bot may claim, in seconds, so that no window of one
/// second holds more than `pace.per_second` messages. Longer than it must be by at most a microsecond: the database
/// keeps whole ones, and a message exactly at each end of a window would be one too many.
fn emission_and_burst(pace: Pace) -> (f64, f64) {
    let micros = (1e6 * (1.0 + SLACK) / pace.per_second).floor() + 1.0;
    (micros / 1e6, micros / 1e6 + LEAD.as_secs_f64())
}

/// Makes the bot known, or takes over its new pace, and gives its id. A start is the operator's word that the token is
/// right, so it also ends a freeze that a refused token brought; one that a 429 brought stays.
///
/// # Errors
/// The database's.
pub async fn register(db: &PgPool, key: &BotKey, pace: Pace) -> sqlx::Result<i32> {
    let (emission, burst) = emission_and_burst(pace);
    sqlx::query_scalar!(
        "insert into bots (platform, account, emission, burst)
         values ($1, $2, make_interval(secs => $3), make_interval(secs => $4))
         on conflict (platform, account) do update set
             emission = excluded.emission, burst = excluded.burst, frozen_why = null,
             frozen_until = case when bots.frozen_why is null then bots.frozen_until else '-infinity' end
         returning id",
        key.platform,
        key.account,
        emission,
        burst
    )
    .fetch_one(db)
    .await
}

/// The id of a bot that was registered.
///
/// # Errors
/// The database's.
pub async fn id(db: &PgPool, key: &BotKey) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!("select id from bots where platform = $1 and account = $2", key.platform, key.account)
        .fetch_optional(db)
        .await
}

/// A bot that has readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// On which platform.
    pub platform: String,
    /// Which account.
    pub account: String,
    /// How many chats receive from it.
    pub readers: i64,
}

/// The bots with readers that are not among these.
///
/// # Errors
/// The database's.
pub async fn others(db: &PgPool, ids: &[i32]) -> sqlx::Result<Vec<Known>> {
    sqlx::query_as!(
        Known,
        r#"select b.platform, b.account, count(*) as "readers!"
           from bots b join subscribers s on s.bot = b.id and s.ended_at is null
           where b.id <> all ($1) group by b.id order by b.platform, b.account"#,
        ids
    )
    .fetch_all(db)
    .await
}

/// Stops the bot in every process for this long from now, after a 429 that spoke of the whole bot.
///
/// # Errors
/// The database's.
pub async fn pause_for(db: &PgPool, bot: i32, wait: Duration) -> sqlx::Result<()> {
    sqlx::query!(
        "update bots set frozen_until = greatest(frozen_until, now() + make_interval(secs => $2)) where id = $1",
        bot,
        wait.as_secs_f64()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Stops the bot in every process because the platform refused it; whether this call was the first to do so.
///
/// # Errors
/// The database's.
pub async fn freeze(db: &PgPool, bot: i32, wait: Duration, why: &str) -> sqlx::Result<bool> {
    let changed = sqlx::query!(
        "update bots set frozen_until = now() + make_interval(secs => $2), frozen_why = $3
         where id = $1 and (frozen_why is null or frozen_until <= now())",
        bot,
        wait.as_secs_f64(),
        why
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Has these bots of a platform send nothing until they are resumed, in every process; without an account, all of them.
/// Gives how many there are.
///
/// # Errors
/// The database's.
pub async fn pause(db: &PgPool, platform: &str, account: Option<&str>) -> sqlx::Result<u64> {
    let paused = sqlx::query!(
        "update bots set paused_at = coalesce(paused_at, now())
         where platform = $1 and ($2::text is null or account = $2)",
        platform,
        account
    )
    .execute(db)
    .await?;
    Ok(paused.rows_affected())
}

/// Lets these bots send again, also when the platform had refused them, and wakes every worker. Gives how many there are.
///
/// # Errors
/// The database's.
pub async fn resume(db: &PgPool, platform: &str, account: Option<&str>) -> sqlx::Result<u64> {
    let resumed = sqlx::query!(
        "with woken as (select pg_notify('deliveries', ''))
         update bots set paused_at = null, frozen_why = null,
             frozen_until = case when frozen_why is null then frozen_until else '-infinity' end
         from woken
         where platform = $1 and ($2::text is null or account = $2)",
        platform,
        account
    )
    .execute(db)
    .await?;
    Ok(resumed.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_window_of_a_second_holds_more_than_the_pace() {
        for per_second in [1.0, 25.0, 30.0, 45.0, 1000.0] {
            let (emission, _) = emission_and_burst(Pace { per_second });
            // Turns are an emission apart, however early they were claimed; both ends of the second included.
            let most = (1.0 / emission).floor() + 1.0;
            assert!(most <= per_second, "{most} > {per_second}");
            // Not slower than it must be.
            assert!(1.0 / emission >= 0.98 * per_second);
        }
    }
}
