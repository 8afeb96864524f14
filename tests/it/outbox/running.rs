//! The worker's own loops, in real time: each test waits for what must happen, and is bounded.

use std::time::Duration;

use paperboy::control::{self, Target};
use platform::{Act, ChatKind, SendError};
use tokio::{
    task::JoinHandle,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{double::Double, stage::Stage};

const LONG: Duration = Duration::from_secs(20);

fn run(stage: &Stage) -> (CancellationToken, JoinHandle<anyhow::Result<()>>) {
    let stop = CancellationToken::new();
    (stop.clone(), tokio::spawn(stage.worker().run(stop)))
}

async fn stopped(stop: &CancellationToken, running: JoinHandle<anyhow::Result<()>>) {
    stop.cancel();
    timeout(LONG, running).await.unwrap().unwrap().unwrap();
}

/// Asks until the publication is in this state.
async fn until_state(stage: &Stage, publication: i64, state: &str) {
    let reached = async {
        while stage.publication_state(publication).await != state {
            tokio::task::yield_now().await;
        }
    };
    timeout(LONG, reached).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publication_is_on_its_way_within_a_second_and_is_finished() {
    let stage = Stage::with(Double::new()).await;
    stage.subscriber("a", ChatKind::Private).await;
    let (stop, running) = run(&stage);
    let first = stage.publish("first", 1).await;
    timeout(LONG, stage.double.until(1)).await.unwrap();
    until_state(&stage, first, "done").await;
    // By now the worker looks seldom.
    stage.execute("update subscribers set quiet_until = '-infinity'").await;
    let began = Instant::now();
    let second = stage.publish("second", 2).await;
    timeout(LONG, stage.double.until(2)).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    timeout(LONG, stage.double.until(3)).await.unwrap();
    let both = began.elapsed();
    assert!(both > Duration::from_secs(1) && both < Duration::from_secs(3), "one a second in a chat, not {both:?}");
    until_state(&stage, second, "done").await;
    stopped(&stop, running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_chat_does_not_hold_up_the_others() {
    let stage = Stage::with(Double::that_is_silent()).await;
    stage.subscriber("first", ChatKind::Private).await;
    let (stop, running) = run(&stage);
    let first = stage.publish("first", 1).await;
    timeout(LONG, stage.double.until(1)).await.unwrap();
    // The first waits for its answer while the second is claimed and sent.
    stage.subscriber("second", ChatKind::Private).await;
    stage.publish("second", 1).await;
    timeout(LONG, stage.double.until(2)).await.unwrap();
    assert_eq!(stage.double.texts("second"), ["second 0"]);
    stage.double.answer(2);
    until_state(&stage, first, "done").await;
    stage.double.answer(10);
    stopped(&stop, running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_is_heeded_within_a_second_by_every_worker() {
    // Slow enough that the crowd's messages are still coming when the pause does.
    let stage = Stage::with(Double::at_pace(40.0)).await;
    stage.crowd(1_000).await;
    let running = [run(&stage), run(&stage)];
    let paused = stage.publish("paused", 1).await;
    timeout(LONG, stage.double.until(5)).await.unwrap();
    control::act(stage.db(), Act::Pause, &Target::Publication(paused)).await.unwrap();
    let before = stage.double.came().len();
    stage.publish("next", 1).await;
    timeout(LONG, stage.double.until(before + 60)).await.unwrap();
    let after: Vec<_> = stage.double.came().split_off(before);
    let late = after.iter().filter(|came| came.text == "paused 0").count();
    assert!(late <= 2, "{late} of the paused one came, claimed before the pause");
    for (stop, running) in running {
        stopped(&stop, running).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drain_finishes_what_is_in_flight_and_claims_no_more() {
    let stage = Stage::with(Double::that_is_silent()).await;
    stage.subscriber("a", ChatKind::Private).await;
    let publication = stage.publish("news", 2).await;
    let (stop, running) = run(&stage);
    timeout(LONG, stage.double.until(1)).await.unwrap();
    stop.cancel();
    stage.pass_time().await;
    stage.double.answer(10);
    timeout(LONG, running).await.unwrap().unwrap().unwrap();
    let delivery = stage.delivery(publication, "a").await;
    assert_eq!((delivery.state.as_str(), delivery.message_ids), ("pending", vec!["1".to_owned()]));
    assert_eq!(stage.double.came().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sent_while_the_database_was_away_is_written_when_it_is_back() {
    let stage = Stage::with(Double::that_is_silent()).await;
    for chat in ["a", "b", "c"] {
        stage.subscriber(chat, ChatKind::Private).await;
    }
    let publication = stage.publish("news", 1).await;
    let (stop, running) = run(&stage);
    timeout(LONG, stage.double.until(3)).await.unwrap();
    stage.let_connect(false).await;
    stage.double.answer(3);
    // The answers are there, and nowhere to write them.
    tokio::task::yield_now().await;
    stage.let_connect(true).await;
    until_state(&stage, publication, "done").await;
    for chat in ["a", "b", "c"] {
        assert_eq!(stage.delivery(publication, chat).await.message_ids.len(), 1);
    }
    assert_eq!(stage.double.came().len(), 3);
    stopped(&stop, running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_cannot_be_written_down_holds_up_nobody_else() {
    let stage = Stage::with(Double::new()).await;
    for chat in ["a", "b", "c"] {
        stage.subscriber(chat, ChatKind::Private).await;
    }
    // Postgres takes no zero in a text.
    stage.double.will_answer("a", [SendError::Gone { reason: "gone\0for good".to_owned() }]);
    let publication = stage.publish("news", 1).await;
    let (stop, running) = run(&stage);
    timeout(LONG, stage.double.until(3)).await.unwrap();
    let others_are_done = async {
        while stage.delivery(publication, "b").await.state != "done"
            || stage.delivery(publication, "c").await.state != "done"
        {
            tokio::task::yield_now().await;
        }
    };
    timeout(LONG, others_are_done).await.unwrap();
    stage.pass_the_life_of_a_claim().await;
    until_state(&stage, publication, "done").await;
    assert_eq!(stage.delivery(publication, "a").await.uncertain, [0]);
    stopped(&stop, running).await;
}
