//! How much of the limit is used by one, two and four processes, and whether it is ever exceeded.

use std::time::Duration;

use sandbox::{judge::most_within, telegram::crowd};

use super::{per_second, stand, until_accepted};
use crate::figures::processor_seconds;

/// Sends at `limit` a second for `seconds` with one, two and four processes, to a platform that refuses more.
///
/// # Errors
/// When the stand fails.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "thousands")]
pub async fn run(limit: f64, seconds: u32) -> anyhow::Result<()> {
    println!("limit  processes  per second  used %  most in 1 s  429s  cores: program  Postgres");
    for processes in [1, 2, 4] {
        let crowd = crowd::Settings { latency: Duration::from_millis(50), per_second: Some(limit as usize) };
        let mut stand = stand(limit, crowd).await?;
        stand.serve(processes).await?;
        let messages = limit as usize * seconds as usize;
        stand.readers(messages as u64).await?;
        let used = |pids: &[u32]| pids.iter().map(|pid| processor_seconds(&pid.to_string())).sum::<f64>();
        let pids = stand.fleet.pids();
        let publication = stand.broadcast("At the platform's speed, never above it.").await?;
        let (program, server, began) = (used(&pids), stand.server_seconds(), stand.server.age());
        until_accepted(&stand, messages, Duration::from_secs(u64::from(seconds) * 2 + 30)).await?;
        let took = (stand.server.age() - began).as_secs_f64();
        let (program, server) = (used(&pids) - program, stand.server_seconds() - server);
        stand.until_over(&[publication], Duration::from_secs(30)).await?;
        let (rate, most) = (per_second(&stand, 0), most_within(&stand.server.accepted_from(0), Duration::from_secs(1)));
        println!(
            "{limit:<6} {processes:<10} {rate:<11.2} {:<7.2} {most:<12} {:<5} {:<15.2} {:.2}",
            100.0 * rate / limit,
            stand.server.refused(),
            program / took,
            server / took
        );
    }
    Ok(())
}
