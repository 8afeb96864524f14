//! A correction meets deliveries that have not begun, are under way, or were cut short.

use paperboy::{
    deliver::Delivered,
    publish::correct::Corrected,
    store::deliveries::redrive::{self, Choice},
};
use sandbox::{Fault, Match};

use super::stage::Stage;

#[tokio::test]
async fn whom_the_digest_has_not_reached_gets_the_new_text_alone() {
    let stage = Stage::new().await;
    let (telegram, discord) = (stage.on_telegram(101).await, stage.on_discord(8_001).await);
    let report = stage.write(&["甲"], None).await;
    stage.publish(report).await;
    stage.write(&["乙"], None).await;
    let corrected = stage.correct(report).await;
    assert!(matches!(corrected, Corrected::Published { audience: 0, in_time: 2, .. }), "{corrected:?}");
    stage.deliver().await;
    assert_eq!(stage.methods(&telegram), ["sendMessage"]);
    assert_eq!(stage.shown(&telegram), stage.expected("telegram", report).await);
    assert_eq!(stage.methods(&discord), ["createMessage"]);
    assert_eq!(stage.shown(&discord), stage.expected("discord", report).await);
    // The next correction starts from there.
    stage.write(&["丙"], None).await;
    stage.correct(report).await;
    stage.deliver().await;
    assert_eq!(stage.methods(&telegram), ["sendMessage", "editMessageText"]);
    assert_eq!(stage.shown(&telegram), stage.expected("telegram", report).await);
}

#[tokio::test]
async fn a_delivery_under_way_ends_first_and_is_corrected_then() {
    let stage = Stage::new().await;
    let telegram = stage.on_telegram(101).await;
    let report = stage.write(&["甲", "乙", "丙"], None).await;
    let digest = stage.publish(report).await;
    let worker = stage.worker();
    stage.pass_time().await;
    assert_eq!(worker.step().await.unwrap().sent, 1);
    stage.write(&["甲", "丁"], None).await;
    assert!(matches!(stage.correct(report).await, Corrected::Published { audience: 1, in_time: 0, .. }));
    // Not even when the digest stands still is it corrected in the middle.
    stage.execute("update publications set state = 'paused' where kind = 'digest'").await;
    for _ in 0..3 {
        stage.pass_time().await;
        assert_eq!(worker.step().await.unwrap(), Delivered::default());
    }
    stage.execute("update publications set state = 'running' where kind = 'digest'").await;
    stage.deliver_with(&worker).await;
    let sends = ["sendMessage", "sendMessage", "sendMessage"];
    let edits = ["editMessageText", "editMessageText", "deleteMessage"];
    assert_eq!(stage.methods(&telegram), [sends, edits].concat());
    assert_eq!(stage.shown(&telegram), stage.expected("telegram", report).await);
    let rows = stage.count("select count(*) from deliveries where state = 'done'").await;
    assert_eq!((digest > 0, rows), (true, 2));
}

#[tokio::test]
async fn a_reader_who_got_a_part_gets_the_rest_in_its_new_words() {
    let stage = Stage::new().await;
    let (telegram, nothing) = (stage.on_telegram(101).await, stage.on_telegram(102).await);
    let report = stage.write(&["甲", "乙"], None).await;
    stage.publish(report).await;
    let worker = stage.worker();
    stage.faults.plan(Match::chat(&*nothing), Fault::Status(400), 1);
    while stage.shown(&telegram).is_empty() {
        stage.pass_time().await;
        worker.step().await.unwrap();
    }
    stage.faults.plan(Match::chat(&*telegram), Fault::Status(400), 1);
    stage.deliver_with(&worker).await;
    assert_eq!(stage.count("select count(*) from deliveries where failed_as = 'refused'").await, 2);
    stage.write(&["甲", "丙"], None).await;
    stage.correct(report).await;
    stage.deliver_with(&worker).await;
    assert_eq!(stage.shown(&telegram), stage.expected("telegram", report).await);
    assert_eq!(stage.shown(&nothing), Vec::<String>::new(), "who got nothing of it hears nothing of it");
    // Sent again by hand, it is the new text, and to nobody whom the correction has reached.
    assert_eq!(redrive::failed(stage.db(), &Choice::default()).await.unwrap(), 1);
    stage.deliver_with(&worker).await;
    assert_eq!(stage.shown(&nothing), stage.expected("telegram", report).await);
    assert_eq!(stage.shown(&telegram), stage.expected("telegram", report).await);
}

#[tokio::test]
async fn a_reader_who_came_later_or_left_hears_nothing() {
    let stage = Stage::new().await;
    let (stays, leaves) = (stage.on_telegram(101).await, stage.on_telegram(102).await);
    let report = stage.write(&["甲"], None).await;
    stage.publish(report).await;
    stage.deliver().await;
    let late = stage.on_telegram(103).await;
    stage.execute("delete from subscriptions where subscriber = (select id from subscribers where chat = '102')").await;
    stage.write(&["乙"], None).await;
    stage.correct(report).await;
    stage.deliver().await;
    assert_eq!(stage.methods(&stays).len(), 2);
    assert_eq!(stage.methods(&leaves).len(), 1);
    assert_eq!(stage.methods(&late).len(), 0);
}

#[tokio::test]
async fn a_newer_correction_takes_the_place_of_an_older_one_that_has_not_begun() {
    let stage = Stage::new().await;
    let readers = [stage.on_telegram(101).await, stage.on_telegram(102).await];
    let report = stage.write(&["甲", "甲"], None).await;
    stage.publish(report).await;
    stage.deliver().await;
    stage.write(&["乙", "乙"], None).await;
    stage.correct(report).await;
    // One reader is in the midst of the first correction when the second one comes.
    stage.execute("update deliveries set due_at = '9999-01-01' where state = 'pending' and subscriber = (select id from subscribers where chat = '102')").await;
    stage.execute("update subscribers set quiet_until = '-infinity'").await;
    let worker = stage.worker();
    assert_eq!(worker.step().await.unwrap().sent, 1);
    stage.write(&["丙", "甲"], None).await;
    stage.correct(report).await;
    stage.deliver_with(&worker).await;
    for reader in &readers {
        assert_eq!(stage.shown(reader), stage.expected("telegram", report).await);
    }
    assert_eq!(stage.methods(&readers[0]).len(), 2 + 2 + 2);
    assert_eq!(stage.methods(&readers[1]).len(), 2 + 1, "from the first text to the last one");
}

#[tokio::test]
async fn a_worker_that_dies_in_the_middle_leaves_nothing_undone_and_nothing_doubled() {
    let stage = Stage::new().await;
    let (telegram, discord) = (stage.on_telegram(101).await, stage.on_discord(8_001).await);
    let report = stage.write(&["甲", "乙"], None).await;
    stage.publish(report).await;
    stage.deliver().await;
    stage.write(&["丙", "丁", "戊", "己"], None).await;
    stage.correct(report).await;
    let mut kills = 0;
    let mut all = Delivered::default();
    while stage.count("select count(*) from publications where state <> 'done'").await > 0 {
        stage.pass_time().await;
        let dying = stage.worker();
        for lane in dying.lanes().await.unwrap() {
            let batch = lane.claim(8).await.unwrap();
            // An edit may have been made before the worker died; a part more is left unsent, so that it can be counted.
            kills += batch.claims.len();
            for claim in batch.claims {
                if claim.message < 1 {
                    lane.send(claim, batch.since).await;
                }
            }
        }
        drop(dying);
        stage.pass_the_life_of_a_claim().await;
        stage.pass_time().await;
        let worker = stage.worker();
        all += worker.step().await.unwrap();
        stage.pass_time().await;
        all += worker.step().await.unwrap();
        assert!(kills < 40, "{all:?}");
    }
    assert!(kills > 4);
    let edits = stage.count("select count(*) from deliveries where uncertain <> '{}' and 0 = any (uncertain)").await;
    assert_eq!(edits, 0, "an edit is never uncertain");
    let (seen, expected) = (stage.shown(&telegram), stage.expected("telegram", report).await);
    assert!(seen.len() <= expected.len() && seen.iter().all(|text| expected.contains(text)), "{seen:?}");
    assert_eq!(seen[..2], expected[..2]);
    assert_eq!(stage.shown(&discord), stage.expected("discord", report).await);
}
