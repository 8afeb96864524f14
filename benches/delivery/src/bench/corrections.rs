//! A digest that everybody has is corrected, and then taken back: how long each takes to publish and to carry out.

use std::{fs, path::Path, time::Duration};

use sandbox::telegram::crowd;
use tokio::time::{Instant, sleep};

use super::{command, stand, until_accepted, without_limit};
use crate::{figures::memory, stand::Stand};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);
/// Far above what anything takes.
const LONG: Duration = Duration::from_mins(20);

/// Sends a digest to `readers` chats, corrects it, and recalls it, as fast as it goes.
///
/// # Errors
/// When the stand fails.
pub async fn run(readers: u64) -> anyhow::Result<()> {
    let mut stand = stand(1000.0, crowd::Settings::default()).await?;
    stand.serve(1).await?;
    stand.readers(readers).await?;
    without_limit(&stand).await?;
    // Beside the folder of reports, so that only the command publishes it.
    let file = stand.folder.path().join("2025-11-27-daily_20251127_20251127.md");
    let path = file.to_string_lossy().into_owned();
    write(&file, "One thing happened.")?;
    publish(&stand, "digest", &["publish", &path]).await?;
    let count = usize::try_from(readers)?;
    let took = until_accepted(&stand, count, LONG).await?;
    show("sent", readers, took);
    write(&file, "Another thing happened.")?;
    publish(&stand, "correction", &["publish", &path]).await?;
    show("edited", readers, until_changed(&stand, readers).await?);
    publish(&stand, "recall", &["recall", "daily", "2025-11-27", "--yes"]).await?;
    show("deleted", readers, until_changed(&stand, 2 * readers).await?);
    let (now, highest) = memory(stand.fleet.pids()[0]);
    println!("memory of the program that did it: {now:.0} MB, at most {highest:.0} MB");
    anyhow::ensure!(stand.server.accepted() == count, "{} messages were sent", stand.server.accepted());
    Ok(())
}

fn write(file: &Path, news: &str) -> anyhow::Result<()> {
    Ok(fs::write(file, format!("---\ntitle: Daily\n---\n## News\n\n- {news}\n"))?)
}

async fn publish(stand: &Stand, what: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let (took, highest) = command(stand, arguments).await?;
    println!("{what}: published in {:.2} s, the command's memory {highest:.0} MB", took.as_secs_f64());
    Ok(())
}

/// Waits until so many messages were edited or deleted; how long it took.
async fn until_changed(stand: &Stand, count: u64) -> anyhow::Result<Duration> {
    let began = Instant::now();
    while stand.server.changed() < count {
        anyhow::ensure!(began.elapsed() < LONG, "{} of {count}; the log: {}", stand.server.changed(), stand.log());
        sleep(LOOK).await;
    }
    Ok(began.elapsed())
}

#[allow(clippy::cast_precision_loss, reason = "millions")]
fn show(what: &str, messages: u64, took: Duration) {
    println!("{messages} {what} at {:.0} a second", messages as f64 / took.as_secs_f64());
}
