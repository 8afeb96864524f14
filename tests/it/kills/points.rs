//! SIGKILL at each point of a message's way.

use rustix::process::Signal;
use sandbox::{Fault, Match};

use super::{finished, stand, two_messages};

/// What may be on its way at once at a hundred a second: twenty milliseconds there and back, and a busy machine's delay.
const IN_FLIGHT: u64 = 32;

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_claim_nothing_was_sent_and_all_of_it_is_uncertain() {
    let (mut stand, _database) = stand().await;
    let publication = two_messages(&stand).await;
    for _ in 0..3 {
        assert!(stand.fleet.dies(&["serve", "--die-at", "after-claim"]).await.unwrap());
    }
    assert_eq!(stand.server.accepted(), 0);
    let judged = finished(&mut stand, publication, 2).await;
    assert!((3..=3 * IN_FLIGHT).contains(&judged.uncertain), "{judged:?}");
    assert_eq!(judged.uncertain_arrived, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_request_was_written_it_is_uncertain_and_has_arrived() {
    let (mut stand, _database) = stand().await;
    let publication = two_messages(&stand).await;
    stand.faults.plan(Match::method("sendMessage"), Fault::AcceptThenHang, 3);
    stand.serve(1).await.unwrap();
    while stand.server.struck() < 3 {
        tokio::task::yield_now().await;
    }
    stand.fleet.send(0, Signal::KILL).unwrap();
    while stand.fleet.fallen().unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    let judged = finished(&mut stand, publication, 2).await;
    assert!((3..=IN_FLIGHT).contains(&judged.uncertain), "{judged:?}");
    assert!(judged.uncertain_arrived >= 3, "{judged:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_answer_and_its_mark_it_is_uncertain_and_has_arrived() {
    for point in ["after-answer", "before-mark"] {
        let (mut stand, _database) = stand().await;
        let publication = two_messages(&stand).await;
        for _ in 0..2 {
            assert!(stand.fleet.dies(&["serve", "--die-at", point]).await.unwrap());
        }
        let judged = finished(&mut stand, publication, 2).await;
        assert!((2..=2 * IN_FLIGHT).contains(&judged.uncertain), "{point}: {judged:?}");
        assert!(judged.uncertain_arrived >= 2, "{point}: {judged:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_mid_fan_out_nothing_was_published_and_the_next_try_publishes_all_of_it() {
    let (mut stand, _database) = stand().await;
    assert!(stand.fleet.dies(&["broadcast", "--yes", "Lost", "--die-at", "in-fan-out"]).await.unwrap());
    let rows = "select (select count(*) from publications) + (select count(*) from deliveries)";
    assert_eq!(sqlx::query_scalar::<_, i64>(rows).fetch_one(&stand.db).await.unwrap(), 0);
    let publication = two_messages(&stand).await;
    let judged = finished(&mut stand, publication, 1).await;
    assert_eq!(judged.uncertain, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_taking_over_from_the_dead_the_next_one_takes_over() {
    let (mut stand, _database) = stand().await;
    let publication = two_messages(&stand).await;
    assert!(stand.fleet.dies(&["serve", "--die-at", "after-claim"]).await.unwrap());
    // It delivers the rest, until the dead one's claims have expired.
    assert!(stand.fleet.dies(&["serve", "--die-at", "in-take-over"]).await.unwrap());
    let judged = finished(&mut stand, publication, 2).await;
    assert!((1..=2 * IN_FLIGHT).contains(&judged.uncertain), "{judged:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_sleeps_longer_than_its_claim_changes_nothing_when_it_wakes() {
    let (mut stand, _database) = stand().await;
    let publication = two_messages(&stand).await;
    // So that the sleeper has messages on their way.
    stand.faults.plan(Match::method("sendMessage"), Fault::Slow(std::time::Duration::from_millis(900)), 5);
    stand.serve(1).await.unwrap();
    while stand.server.struck() < 5 {
        tokio::task::yield_now().await;
    }
    stand.fleet.send(0, Signal::STOP).unwrap();
    stand.serve(2).await.unwrap();
    let taken_over = "select count(*) = 0 and exists (select from deliveries where uncertain <> '{}')
                      from deliveries where state = 'sending'";
    while !sqlx::query_scalar::<_, bool>(taken_over).fetch_one(&stand.db).await.unwrap() {
        tokio::task::yield_now().await;
    }
    stand.fleet.send(0, Signal::CONT).unwrap();
    let judged = finished(&mut stand, publication, 2).await;
    assert!((1..=IN_FLIGHT).contains(&judged.uncertain), "{judged:?}");
}
