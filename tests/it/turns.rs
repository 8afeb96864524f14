//! A bot is listened to by one process at a time, and by another within ten seconds when that one dies.

use std::time::Duration;

use rustix::process::Signal;
use sandbox::Entry;
use tokio::time::Instant;

use crate::stage::{Logged, Stage};

const READER: i64 = 101;
const DISCORD_READER: u64 = 8_001;
/// Within this time another process has taken over.
const TAKEN_OVER: Duration = Duration::from_secs(10);

/// Two processes, of which the second waits for its turn on both platforms, and a reader on each.
async fn two_processes(stage: &Stage) -> (Logged, Logged, u64) {
    stage.telegram.add_private(READER, "Lin", "en");
    let dm = stage.discord.add_dm(DISCORD_READER, "lin", "en-US");
    let first = stage.serve_logging();
    ask(stage, dm);
    answered(stage, dm, 1).await;
    let second = stage.serve_logging();
    second.until_it_says("another process listens with this bot", 2).await;
    (first, second, dm)
}

fn ask(stage: &Stage, dm: u64) {
    stage.telegram.say(READER, READER, "/help");
    stage.discord.slash(dm, DISCORD_READER, "help", &[]);
}

fn answers(entries: &[Entry], chat: &str) -> usize {
    entries.iter().filter(|entry| entry.chat == chat && entry.accepted()).count()
}

/// Waits until the reader on each platform has been answered so often.
async fn answered(stage: &Stage, dm: u64, times: usize) {
    let chats = [READER.to_string(), dm.to_string()];
    let enough = |entries: &[Entry]| chats.iter().all(|chat| answers(entries, chat) >= times);
    stage.until("both readers are answered", enough).await;
}

fn assert_answered_exactly(stage: &Stage, dm: u64, times: usize) {
    let entries = stage.ledger.entries();
    assert_eq!(answers(&entries, &READER.to_string()), times, "{entries:#?}");
    assert_eq!(answers(&entries, &dm.to_string()), times, "{entries:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_takes_over_from_one_that_was_killed() {
    let stage = Stage::new().await;
    let (first, _second, dm) = two_processes(&stage).await;
    let killed = Instant::now();
    first.program.kill();
    stage.telegram.say(READER, READER, "/help");
    stage.until("the second process answers", |entries| answers(entries, &READER.to_string()) == 2).await;
    stage.discord.opened(2).await;
    assert!(killed.elapsed() < TAKEN_OVER, "{:?}", killed.elapsed());
    stage.discord.slash(dm, DISCORD_READER, "help", &[]);
    answered(&stage, dm, 2).await;
    assert_answered_exactly(&stage, dm, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_was_frozen_wakes_and_answers_nobody() {
    let stage = Stage::new().await;
    let (first, second, dm) = two_processes(&stage).await;
    first.program.signal(Signal::STOP);
    let frozen = Instant::now();
    // This comes in at the open poll of the frozen process, which cannot confirm it, so it comes to the other one as well.
    stage.telegram.say(READER, READER, "/help");
    stage.until("the second process answers", |entries| answers(entries, &READER.to_string()) == 2).await;
    stage.discord.opened(2).await;
    assert!(frozen.elapsed() < TAKEN_OVER, "{:?}", frozen.elapsed());
    // Both sessions hear this.
    stage.discord.slash(dm, DISCORD_READER, "help", &[]);
    answered(&stage, dm, 2).await;
    assert_eq!(stage.discord.heard().len(), 3);

    first.program.signal(Signal::CONT);
    first.until_it_says("this process was paused for longer", 2).await;
    ask(&stage, dm);
    answered(&stage, dm, 3).await;
    // With the last of its answers out, nothing more can come.
    assert!(first.program.terminate().success());
    assert!(second.program.terminate().success());
    assert_answered_exactly(&stage, dm, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_stopped_hands_over_at_once_and_nothing_is_answered_twice() {
    let stage = Stage::new().await;
    let (first, second, dm) = two_processes(&stage).await;
    ask(&stage, dm);
    answered(&stage, dm, 2).await;
    assert!(first.program.terminate().success());
    let stopped = Instant::now();
    stage.telegram.say(READER, READER, "/help");
    stage.discord.opened(2).await;
    stage.discord.slash(dm, DISCORD_READER, "help", &[]);
    answered(&stage, dm, 3).await;
    // Sooner than the turn would have run out by itself.
    assert!(stopped.elapsed() < paperboy::listen::turn::LASTS, "{:?}", stopped.elapsed());
    assert!(second.program.terminate().success());
    assert_answered_exactly(&stage, dm, 3);
    assert_eq!(stage.telegram.conflicts(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_database_a_process_stops_listening_until_it_is_back() {
    let stage = Stage::new().await;
    stage.telegram.add_private(READER, "Lin", "en");
    let dm = stage.discord.add_dm(DISCORD_READER, "lin", "en-US");
    let program = stage.serve_logging();
    ask(&stage, dm);
    answered(&stage, dm, 1).await;
    stage.database.let_connect(false).await;
    let away = Instant::now();
    stage.telegram.polled_by(0).await;
    stage.discord.connected(0).await;
    assert!(away.elapsed() < TAKEN_OVER, "{:?}", away.elapsed());
    stage.database.let_connect(true).await;
    stage.discord.opened(2).await;
    ask(&stage, dm);
    answered(&stage, dm, 2).await;
    assert!(program.program.terminate().success());
    assert_answered_exactly(&stage, dm, 2);
}
