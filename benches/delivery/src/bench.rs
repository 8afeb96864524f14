//! The figures of BENCHMARKS.md, one module a command of `script/bench-delivery`.

pub mod chats;
pub mod corrections;
pub mod million;
pub mod pace;
pub mod peers;
pub mod reply;

use std::{process::Stdio, time::Duration};

use sandbox::telegram::crowd;
use tokio::time::Instant;

use crate::{
    figures::memory,
    fleet::built_program,
    stand::{Setup, Stand},
};

/// A stand for the program beside this one.
async fn stand(rate: f64, crowd: crowd::Settings) -> anyhow::Result<Stand> {
    Stand::set_up(built_program()?, Setup { rate, send_timeout: 10, server: crowd }).await
}

/// Waits until so many messages were accepted since the stand-in was started; how long it took.
async fn until_accepted(stand: &Stand, count: usize, most: Duration) -> anyhow::Result<Duration> {
    let began = stand.server.age();
    while stand.server.accepted() < count {
        anyhow::ensure!(
            stand.server.age() - began < most,
            "{} of {count} after {most:?}; the log: {}",
            stand.server.accepted(),
            stand.log()
        );
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(stand.server.age() - began)
}

/// Messages a second from the `from`th message to the last.
#[allow(clippy::cast_precision_loss, reason = "millions")]
fn per_second(stand: &Stand, from: usize) -> f64 {
    let accepted = stand.server.accepted_from(from);
    match (accepted.first(), accepted.last()) {
        (Some(first), Some(last)) if accepted.len() > 1 => {
            (accepted.len() - 1) as f64 / (last.at() - first.at()).as_secs_f64()
        }
        _ => 0.0,
    }
}

/// Runs the program with these arguments until it ends; how long that took and the most memory that it had, in MB.
async fn command(stand: &Stand, arguments: &[&str]) -> anyhow::Result<(Duration, f64)> {
    let began = Instant::now();
    let mut child = stand.fleet.command(arguments).stdout(Stdio::null()).spawn()?;
    let mut highest = 0.0_f64;
    loop {
        highest = highest.max(memory(child.id()).1);
        if let Some(status) = child.try_wait()? {
            anyhow::ensure!(status.success(), "paperboy {} failed", arguments.join(" "));
            return Ok((began.elapsed(), highest));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Lets the bot send as fast as it can: beyond what TELEGRAM_RATE allows, which is what Telegram does.
async fn without_limit(stand: &Stand) -> anyhow::Result<()> {
    let wide_open = "update bots set emission = interval '1 microsecond', burst = interval '1 second'";
    sqlx::raw_sql(wide_open).execute(&stand.db).await?;
    Ok(())
}
