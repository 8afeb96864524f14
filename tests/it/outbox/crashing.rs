//! What a crash, a silent platform and a slow worker lead to.

use std::time::Duration;

use chrono::TimeDelta;
use paperboy::{
    config::OnUncertain,
    deliver::Delivered,
    store::deliveries::{
        Claim,
        claim::{self, Claimant},
        mark::{self, Again, Doubt, Ending, Passed},
    },
};
use platform::SendError;

use super::{double::Double, stage::Stage};

const WINDOW: Duration = Duration::from_secs(120);

fn no_answer() -> SendError {
    SendError::Unknown { why: "reset by peer".into() }
}

/// Claims everything, as a worker that dies right after it would.
async fn claim_and_die(stage: &Stage, worker: &str) -> Vec<Claim> {
    let intervals = [Duration::from_secs(1); 3];
    let claimant = Claimant { worker, bot: stage.bot, room: 32, intervals, turn: 0 };
    claim::claim(stage.db(), &claimant).await.unwrap().claims
}

#[tokio::test]
async fn a_crash_between_claim_and_mark_leaves_one_uncertain_message_and_the_delivery_goes_on() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a"]).await;
    let publication = stage.publish("news", 3).await;
    assert_eq!(claim_and_die(&stage, "dead").await.len(), 1);
    let worker = stage.worker();
    assert_eq!(worker.step().await.unwrap(), Delivered::default(), "the claim may still be alive");
    stage.pass_the_life_of_a_claim().await;
    let all = stage.deliver_everything(&worker).await;
    assert_eq!(all, Delivered { sent: 2, uncertain: 1, ..Delivered::default() });
    assert_eq!(stage.double.texts("a"), ["news 1", "news 2"]);
    let delivery = stage.delivery(publication, "a").await;
    assert_eq!((delivery.state.as_str(), delivery.uncertain), ("done", vec![0]));
    assert_eq!(delivery.message_ids, ["", "1", "2"]);
}

#[tokio::test]
async fn a_stale_workers_marks_change_nothing() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a"]).await;
    let publication = stage.publish("news", 2).await;
    let claim = claim_and_die(&stage, "stale").await.remove(0);
    stage.pass_the_life_of_a_claim().await;
    stage.deliver_everything(&stage.worker()).await;
    let before = stage.delivery(publication, "a").await;

    let passed = Passed {
        claim: claim.clone(),
        place: 0,
        id: Some("77".into()),
        why: None,
        last: false,
        interval: Duration::ZERO,
    };
    let again = Again { after: Duration::ZERO, counted: true, doubt: Doubt::None, quiet: false, why: "late".into() };
    assert_eq!(mark::passed(stage.db(), "stale", std::slice::from_ref(&passed)).await.unwrap(), 0);
    assert!(!mark::again(stage.db(), "stale", &claim, &again).await.unwrap());
    assert!(!mark::ended(stage.db(), "stale", &claim, Ending::Gone, "late").await.unwrap());
    assert_eq!(stage.delivery(publication, "a").await, before);
}

#[tokio::test]
async fn a_mark_of_an_earlier_claim_by_the_same_worker_changes_nothing() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a"]).await;
    let publication = stage.publish("news", 1).await;
    let first = claim_and_die(&stage, "w").await.remove(0);
    let again =
        Again { after: Duration::ZERO, counted: false, doubt: Doubt::None, quiet: false, why: "put back".into() };
    assert!(mark::again(stage.db(), "w", &first, &again).await.unwrap());
    stage.pass_time().await;
    let second = claim_and_die(&stage, "w").await.remove(0);
    assert_ne!(first.claimed_at, second.claimed_at);
    assert!(!mark::ended(stage.db(), "w", &first, Ending::Gone, "late").await.unwrap());
    assert_eq!(stage.delivery(publication, "a").await.state, "sending");
}

#[tokio::test]
async fn a_worker_that_was_paused_after_its_claim_does_not_send() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a"]).await;
    stage.publish("news", 1).await;
    let worker = stage.worker();
    let lane = worker.lanes().await.unwrap().remove(0);
    let batch = lane.claim(32).await.unwrap();
    stage.clock.advance(TimeDelta::seconds(6));
    let outcome = lane.send(batch.claims[0].clone(), batch.since).await;
    assert!(outcome.what.is_err());
    assert_eq!(stage.double.came(), []);
}

#[tokio::test]
async fn an_unanswered_message_is_held_and_counted() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a"]).await;
    stage.double.will_answer("a", [no_answer()]);
    let publication = stage.publish("news", 2).await;
    let all = stage.deliver_everything(&stage.worker()).await;
    assert_eq!(all, Delivered { sent: 1, uncertain: 1, ..Delivered::default() });
    assert_eq!(stage.double.texts("a"), ["news 0", "news 1"]);
    assert_eq!(stage.delivery(publication, "a").await.uncertain, [0]);
}

#[tokio::test]
async fn an_unanswered_message_is_sent_again_once_where_the_operator_wants_that() {
    let mut stage = Stage::with(Double::new()).await;
    stage.on_uncertain = OnUncertain::Resend;
    stage.readers(&["lucky", "unlucky"]).await;
    stage.double.will_answer("lucky", [no_answer()]);
    stage.double.will_answer("unlucky", [no_answer(), no_answer()]);
    let publication = stage.publish("news", 1).await;
    stage.deliver_everything(&stage.worker()).await;
    assert_eq!(stage.double.texts("lucky").len(), 2);
    assert_eq!(stage.double.texts("unlucky").len(), 2);
    let lucky = stage.delivery(publication, "lucky").await;
    assert_eq!((lucky.uncertain, lucky.message_ids[0].is_empty()), (vec![0], false), "it may have come twice");
    let unlucky = stage.delivery(publication, "unlucky").await;
    assert_eq!((unlucky.uncertain, unlucky.message_ids), (vec![0], vec![String::new()]));
}

#[tokio::test]
async fn a_platform_that_drops_copies_is_asked_again_with_the_same_key() {
    let stage = Stage::with(Double::that_drops_copies_for(WINDOW)).await;
    stage.readers(&["a"]).await;
    stage.double.will_answer("a", [no_answer(), no_answer()]);
    let publication = stage.publish("news", 2).await;
    let all = stage.deliver_everything(&stage.worker()).await;
    assert_eq!((all.sent, all.again, all.uncertain), (2, 2, 0));
    let keys: Vec<_> = stage.double.came().into_iter().map(|came| came.key).collect();
    assert!(keys[0] == keys[1] && keys[1] == keys[2] && keys[2] != keys[3], "{keys:?}");
    assert_eq!(stage.delivery(publication, "a").await.uncertain, [0_i16; 0]);
}

#[tokio::test]
async fn a_copy_that_the_platform_would_no_longer_drop_is_not_sent() {
    let stage = Stage::with(Double::that_drops_copies_for(WINDOW)).await;
    stage.readers(&["a"]).await;
    stage.double.will_answer("a", [no_answer()]);
    let publication = stage.publish("news", 1).await;
    let worker = stage.worker();
    assert_eq!(worker.step().await.unwrap().again, 1);
    // Nobody worked for an hour.
    stage.execute("update deliveries set in_doubt_since = in_doubt_since - interval '1 hour'").await;
    let all = stage.deliver_everything(&worker).await;
    assert_eq!((all.uncertain, stage.double.came().len()), (1, 1));
    assert_eq!(stage.delivery(publication, "a").await.uncertain, [0]);
}

#[tokio::test]
async fn once_copies_are_no_longer_dropped_the_message_is_looked_for_before_it_is_sent_again() {
    let stage = Stage::with(Double::that_drops_copies_for(WINDOW).that_shows_its_history()).await;
    stage.readers(&["there", "lost"]).await;
    for chat in ["there", "lost"] {
        stage.double.will_answer(chat, [no_answer()]);
    }
    stage.double.has_posted("there", "77");
    let publication = stage.publish("news", 1).await;
    let worker = stage.worker();
    assert_eq!(worker.step().await.unwrap().again, 2);
    stage.execute("update deliveries set in_doubt_since = in_doubt_since - interval '1 hour'").await;
    let all = stage.deliver_everything(&worker).await;
    assert_eq!((all.sent, all.uncertain), (2, 0));
    assert_eq!((stage.double.texts("there").len(), stage.double.texts("lost").len()), (1, 2));
    assert_eq!(stage.delivery(publication, "there").await.message_ids, ["77"]);
}

#[tokio::test]
async fn after_a_crash_a_platform_that_drops_copies_gets_the_message_again_while_it_remembers() {
    let stage = Stage::with(Double::that_drops_copies_for(WINDOW)).await;
    stage.readers(&["a"]).await;
    stage.publish("news", 1).await;
    claim_and_die(&stage, "dead").await;
    stage.pass_the_life_of_a_claim().await;
    let all = stage.deliver_everything(&stage.worker()).await;
    assert_eq!((all.sent, all.again, all.uncertain), (1, 1, 0));
}
