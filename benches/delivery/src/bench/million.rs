//! A million deliveries: the fan-out, the memory, and whether the last is as quick as the first.

use std::time::Duration;

use sandbox::telegram::crowd;

use super::{command, stand, until_accepted, without_limit};
use crate::figures::memory;

/// Publishes to `readers` chats and delivers `deliver` of the messages, as fast as it goes.
///
/// # Errors
/// When the stand fails.
#[allow(clippy::cast_precision_loss, reason = "millions")]
pub async fn run(readers: u64, deliver: usize) -> anyhow::Result<()> {
    let mut stand = stand(1000.0, crowd::Settings::default()).await?;
    stand.serve(1).await?;
    stand.readers(readers).await?;
    // Nothing is sent while the fan-out is measured.
    sqlx::raw_sql("update bots set frozen_until = 'infinity'").execute(&stand.db).await?;
    for run in 1..=3 {
        let (took, highest) = command(&stand, &["broadcast", "--yes", "To a million."]).await?;
        println!("fan-out {run}: {:.2} s, the program's memory {highest:.0} MB", took.as_secs_f64());
        if run < 3 {
            sqlx::raw_sql("truncate deliveries; delete from renditions; delete from publications")
                .execute(&stand.db)
                .await?;
            sqlx::raw_sql("checkpoint").execute(&stand.db).await?;
        }
    }
    without_limit(&stand).await?;
    sqlx::raw_sql("update bots set frozen_until = '-infinity'").execute(&stand.db).await?;
    let pid = stand.fleet.pids()[0];
    println!("delivered      per second  memory MB  highest MB");
    let tenth = deliver / 10;
    for part in 1..=10 {
        let took = until_accepted(&stand, part * tenth, Duration::from_secs(600)).await?;
        let (now, highest) = memory(pid);
        println!("{:<14} {:<11.0} {now:<10.1} {highest:.1}", part * tenth, tenth as f64 / took.as_secs_f64());
    }
    Ok(())
}
