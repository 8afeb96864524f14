//! Whether three bad chats slow down the 997 others.

use std::time::Duration;

use sandbox::{Fault, Match, telegram::crowd};

use super::{stand, until_accepted};
use crate::server::FIRST_READER;

/// Messages a second.
const RATE: f64 = 30.0;
const READERS: u64 = 1000;

/// One chat is told to wait an hour, one meets 500, one has blocked the bot; the others must not notice.
///
/// # Errors
/// When the stand fails.
pub async fn run() -> anyhow::Result<()> {
    let mut stand = stand(RATE, crowd::Settings { latency: Duration::from_millis(50), per_second: None }).await?;
    stand.serve(1).await?;
    stand.readers(READERS).await?;
    let an_hour = Fault::RateLimited { retry_after: Duration::from_secs(3600), global: false };
    for (reader, fault) in [an_hour, Fault::Status(500), Fault::Blocked].into_iter().enumerate() {
        let chat = FIRST_READER + 100 * i64::try_from(reader)?;
        stand.faults.plan(Match::chat(chat.to_string()), fault, usize::MAX);
    }
    stand.broadcast("To everybody.").await?;
    until_accepted(&stand, 997, Duration::from_secs(120)).await?;
    let accepted = stand.server.accepted_from(0);
    let took = accepted.last().map_or(Duration::ZERO, |last| last.at() - accepted[0].at());
    let ideal = Duration::from_secs_f64(997.0 / RATE);
    println!(
        "997 healthy chats of 1000: {:.2} s, ideal {:.2} s, {:.3} times as long",
        took.as_secs_f64(),
        ideal.as_secs_f64(),
        took.as_secs_f64() / ideal.as_secs_f64()
    );
    Ok(())
}
