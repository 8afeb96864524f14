//! One process listens after another.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::stage::{Stage, TestDesk, below, soon, text};

#[tokio::test]
async fn what_was_answered_before_a_stop_does_not_come_to_the_next_process() {
    let stage = Stage::with_reader().await;
    let (desk, mut asked, _) = TestDesk::plain();
    let (stop, listening) = stage.listen(&desk);
    stage.telegram.say(1, 1, "/help");
    soon(asked.recv()).await.unwrap();
    stop.cancel();
    soon(listening).await.unwrap().unwrap();
    assert_eq!(stage.seen("1", 1).await.len(), 1);
    assert_eq!(stage.telegram.unconfirmed(), 0);
}

#[tokio::test]
async fn a_process_whose_turn_is_over_answers_nobody_and_leaves_the_poll_to_the_next() {
    let stage = Stage::with_reader().await;
    let over: Arc<AtomicBool> = Arc::default();
    // The process is frozen while it thinks about the first answer.
    let frozen = over.clone();
    let (mut desk, mut asked, _) = TestDesk::new(move |_| {
        frozen.store(true, Ordering::SeqCst);
        below(vec![text("too late")])
    });
    desk.over = over;
    let (stop, listening) = stage.listen(&Arc::new(desk));
    stage.telegram.say(1, 1, "/help");
    soon(asked.recv()).await.unwrap();
    // This comes in at the open poll, and stays unconfirmed for whoever listens now.
    stage.telegram.say(1, 1, "/status");
    soon(stage.telegram.polled_by(0)).await;
    stop.cancel();
    soon(listening).await.unwrap().unwrap();
    assert!(asked.try_recv().is_err());
    assert!(stage.telegram.unconfirmed() >= 1);
    assert!(stage.ledger.entries().is_empty());
}
