//! How long readers wait: for an answer while a million messages wait too, and for a new report.

use std::{fs, time::Duration};

use sandbox::telegram::crowd;

use super::stand;
use crate::{figures::percentile, stand::Stand};

/// Between two questions: replies go at five a second.
const PAUSE: Duration = Duration::from_millis(250);
/// Readers who ask, and get no broadcast; far from the others.
const CURIOUS: i64 = 9_000_000_000;
/// How many readers get each new report.
const READERS: usize = 250;

/// Five new reports, then `asks` times `/digest` while `readers` deliveries wait.
///
/// # Errors
/// When the stand fails.
pub async fn run(readers: u64, asks: i64) -> anyhow::Result<()> {
    let latency = Duration::from_millis(50);
    let mut stand = stand(25.0, crowd::Settings { latency, per_second: None }).await?;
    stand.serve(1).await?;
    stand.readers(READERS as u64).await?;
    let mut waits = Vec::new();
    for day in 1..=5 {
        let name = format!("2025-11-0{day}-daily_2025110{day}_2025110{day}.md");
        let hidden = stand.folder.path().join("report");
        fs::write(&hidden, "---\ntitle: Daily\n---\n## News\n\n- One thing happened.\n- **Another:** did not.\n")?;
        let (before, began) = (stand.server.accepted(), stand.server.age());
        fs::rename(hidden, stand.folder.path().join("reports").join(name))?;
        super::until_accepted(&stand, before + 1, Duration::from_secs(30)).await?;
        waits.push(stand.server.accepted_from(before)[0].at() - began);
        super::until_accepted(&stand, before + READERS, Duration::from_secs(60)).await?;
    }
    show("a new report's first message", &waits);
    sqlx::raw_sql("delete from subscribers").execute(&stand.db).await?;
    stand.readers(readers).await?;
    stand.broadcast("To a million.").await?;
    let mut waits = Vec::new();
    for ask in 0..asks {
        waits.push(ask_once(&stand, CURIOUS + ask).await? + latency / 2);
        tokio::time::sleep(PAUSE).await;
    }
    show(&format!("/digest while {readers} wait"), &waits);
    Ok(())
}

/// Until the answer is accepted.
async fn ask_once(stand: &Stand, chat: i64) -> anyhow::Result<Duration> {
    let (from, began) = (stand.server.accepted(), stand.server.age());
    stand.server.say(chat, "/digest");
    loop {
        if let Some(answer) = stand.server.accepted_from(from).iter().find(|one| one.chat == chat) {
            return Ok(answer.at() - began);
        }
        anyhow::ensure!(stand.server.age() - began < Duration::from_secs(20), "no answer; the log: {}", stand.log());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn show(what: &str, waits: &[Duration]) {
    let [half, most, all] = [0.5, 0.99, 1.0].map(|share| percentile(waits, share).as_secs_f64() * 1000.0);
    println!("{what}: median {half:.0} ms, p99 {most:.0} ms, longest {all:.0} ms, {} times", waits.len());
}
