//! Ends of the program in the middle of a broadcast: asked for, in a hurry, and by force.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use sandbox::{Fault, Match};

use crate::{
    readers,
    stage::{ALL_DONE, Program, Stage},
};

const READERS: usize = 400;
const FAST: [(&str, &str); 4] = [("TELEGRAM_RATE", "100"), PAID, ("DISCORD_RATE", "45"), ("SEND_TIMEOUT", "1")];
/// Telegram takes more than 30 a second from bots that pay.
const PAID: (&str, &str) = ("TELEGRAM_PAID_BROADCAST", "true");

/// A program in the middle of a broadcast to 300 chats on Telegram and 100 on Discord.
async fn in_mid_broadcast(stage: &Stage, variables: &[(&str, &str)]) -> Program {
    let program = stage.serve_with(variables);
    readers::on_telegram(stage, 300).await;
    readers::on_discord(stage, 100).await;
    readers::broadcast(stage);
    stage.until("a quarter is out", |entries| readers::arrivals(entries).len() >= READERS / 4).await;
    program
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_mid_broadcast_loses_nothing_and_doubles_nothing() {
    let stage = Stage::new().await;
    in_mid_broadcast(&stage, &FAST).await.kill();
    let _restarted = stage.serve_with(&FAST);
    stage.until_database("the broadcast is done", ALL_DONE).await;

    let in_doubt = readers::in_doubt(&stage).await;
    readers::nothing_is_lost_or_doubled(&stage.ledger.entries(), READERS, &in_doubt);
    assert!(in_doubt.len() <= 30, "more in doubt than a moment's sends: {}", in_doubt.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_in_mid_broadcast_drains_and_the_next_start_goes_on() {
    for signal in [Signal::INT, Signal::TERM] {
        let stage = Stage::new().await;
        let program = in_mid_broadcast(&stage, &FAST).await;
        let asked = Instant::now();
        assert!(program.stop(signal).success());
        assert!(asked.elapsed() < Duration::from_secs(10), "the drain took {:?}", asked.elapsed());
        assert!(readers::arrivals(&stage.ledger.entries()).len() < READERS, "it stopped in the middle");
        let in_flight = "select count(*) = 0 from deliveries where state = 'sending'";
        stage.until_database("nothing is in flight", in_flight).await;

        let _restarted = stage.serve_with(&FAST);
        stage.until_database("the broadcast is done", ALL_DONE).await;
        assert_eq!(readers::in_doubt(&stage).await, Vec::<String>::new());
        readers::nothing_is_lost_or_doubled(&stage.ledger.entries(), READERS, &[]);
    }
}

/// A platform that accepts and never answers again, and a program that would wait a minute for each answer.
async fn waiting_in_vain(stage: &Stage) -> Program {
    let patient = [("TELEGRAM_RATE", "100"), PAID, ("SEND_TIMEOUT", "60")];
    let program = in_mid_broadcast(stage, &patient).await;
    for platform in ["telegram", "discord"] {
        let all = Match { platform: Some(platform), ..Match::default() };
        stage.faults.plan(all, Fault::AcceptThenHang, usize::MAX);
    }
    let before = stage.ledger.entries().len();
    stage.until("some are not answered", |entries| entries.len() >= before + 10).await;
    program
}

/// What was in flight is found and judged by the next start, which loses and doubles nothing.
async fn is_made_good(stage: &Stage) {
    stage.faults.clear();
    let _restarted = stage.serve_with(&FAST);
    stage.until_database("the broadcast is done", ALL_DONE).await;
    let in_doubt = readers::in_doubt(stage).await;
    assert!(!in_doubt.is_empty(), "an answer that never came is a doubt");
    readers::nothing_is_lost_or_doubled(&stage.ledger.entries(), READERS, &in_doubt);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_never_answers_does_not_hold_up_a_stop() {
    let stage = Stage::new().await;
    let program = waiting_in_vain(&stage).await;
    let asked = Instant::now();
    assert!(program.stop(Signal::TERM).success());
    assert!(asked.elapsed() < Duration::from_secs(10), "the drain took {:?}", asked.elapsed());
    is_made_good(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_the_program_at_once() {
    let stage = Stage::new().await;
    let mut program = waiting_in_vain(&stage).await;
    let asked = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(50));
    let status = loop {
        tick.tick().await;
        // Two signals that come together count as one, so more follow until it has ended.
        program.signal(Signal::INT);
        if let Some(status) = program.ended() {
            break status;
        }
    };
    assert_eq!(status.code(), Some(130));
    assert!(asked.elapsed() < Duration::from_secs(4), "it went on draining: {:?}", asked.elapsed());
    is_made_good(&stage).await;
}
