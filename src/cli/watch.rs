//! Shows on a terminal how a publication goes.

use std::{io::IsTerminal as _, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};
use paperboy::store::publications::figures::{self, Progress};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

/// How often the figures are read: they count all deliveries, so not more often than a person can read.
const PAUSE: Duration = Duration::from_secs(1);

/// Follows a publication until its last delivery has ended or `stop`; without a terminal, says only where to look.
///
/// # Errors
/// The database's.
pub(super) async fn watch(db: &PgPool, publication: i64, stop: &CancellationToken) -> anyhow::Result<()> {
    if !std::io::stderr().is_terminal() {
        println!("A running `paperboy serve` delivers it; `paperboy stats` shows how it goes.");
        return Ok(());
    }
    let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} chats  {msg}")?);
    bar.println("A running `paperboy serve` delivers it. Ctrl-C stops watching only.");
    while let Some(progress) = figures::progress(db, publication).await? {
        bar.set_length(u64::try_from(progress.audience)?);
        let ended = progress.delivered + progress.failed + progress.cancelled;
        bar.set_position(u64::try_from(ended)?);
        bar.set_message(remarks(&progress));
        if progress.finished_at.is_some() || ended >= progress.audience {
            break;
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
    bar.abandon();
    Ok(())
}

fn remarks(progress: &Progress) -> String {
    let mut remarks = Vec::new();
    if progress.failed > 0 {
        remarks.push(format!("{} failed", progress.failed));
    }
    if progress.uncertain > 0 {
        remarks.push(format!("{} uncertain", progress.uncertain));
    }
    if progress.last_minute > 0 && progress.pending > 0 {
        remarks.push(format!("about {} min left", progress.pending / progress.last_minute + 1));
    }
    if progress.state != "running" && progress.state != "done" {
        remarks.push(progress.state.clone());
        remarks.extend(progress.state_why.clone());
    }
    remarks.join(", ")
}
