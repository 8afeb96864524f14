//! What was sent is taken back.

use std::time::Duration;

use paperboy::{
    deliver::Delivered,
    publish::{self, Broadcast, Published, correct::Corrected},
};
use sandbox::{Fault, Match};

use super::stage::Stage;

const TWO_DAYS: Duration = Duration::from_secs(48 * 60 * 60 + 60);
const PICTURE: &[u8] = include_bytes!("../../../reports/wordcloud_twitter_ai_20251127_20251127.jpg");

#[tokio::test]
async fn a_recalled_digest_is_deleted_at_those_who_have_it_and_nobody_else_gets_it() {
    let stage = Stage::new().await;
    let (telegram, discord) = (stage.on_telegram(101).await, stage.on_discord(8_001).await);
    let report = stage.write(&["甲", "乙"], Some(PICTURE)).await;
    let digest = stage.publish(report).await;
    stage.deliver().await;
    assert!(stage.is_shown().await);
    let published = stage.recall(digest).await;
    let Published::New { publication, audience: 2 } = published else { panic!("{published:?}") };
    stage.deliver().await;
    assert_eq!((stage.shown(&telegram), stage.shown(&discord)), (Vec::new(), Vec::new()));
    assert!(!stage.is_shown().await, "nor is it shown to anybody who asks");
    assert_eq!(stage.recall(digest).await, Published::Already { publication });
    assert!(stage.ledger.entries().iter().all(|entry| entry.accepted()));
}

#[tokio::test]
async fn what_waits_is_cancelled_and_what_is_under_way_stops() {
    let stage = Stage::new().await;
    let (begun, waits) = (stage.on_telegram(101).await, stage.on_telegram(102).await);
    let report = stage.write(&["甲", "乙"], None).await;
    let digest = stage.publish(report).await;
    stage.execute("update deliveries set due_at = '9999-01-01' where subscriber = (select id from subscribers where chat = '102')").await;
    let worker = stage.worker();
    // One message is on its way when the recall comes: it is claimed and not yet marked.
    let lanes = worker.lanes().await.unwrap();
    let mut under_way = Vec::new();
    for lane in &lanes {
        let batch = lane.claim(8).await.unwrap();
        under_way.extend(batch.claims.into_iter().map(|claim| (lane, claim, batch.since)));
    }
    assert_eq!(under_way.len(), 1);
    stage.recall(digest).await;
    assert_eq!(worker.step().await.unwrap(), Delivered::default());
    let mut outcomes = Vec::new();
    for (lane, claim, since) in under_way {
        outcomes.push(lane.send(claim, since).await);
    }
    let recorder = paperboy::deliver::record::Recorder::new(stage.db().clone(), name_of(&stage).await);
    recorder.write(&outcomes).await.unwrap();
    stage.deliver_with(&worker).await;
    assert_eq!(stage.methods(&begun), ["sendMessage", "deleteMessage"], "its second part is never sent");
    assert_eq!(stage.methods(&waits), Vec::<String>::new());
}

/// The worker that holds the only claim.
async fn name_of(stage: &Stage) -> std::sync::Arc<str> {
    let name: String = sqlx::query_scalar("select worker from deliveries where worker is not null")
        .fetch_one(stage.db())
        .await
        .unwrap();
    name.into()
}

#[tokio::test]
async fn what_is_too_old_to_be_deleted_is_struck_through() {
    let stage = Stage::new().await;
    let telegram = stage.on_telegram(101).await;
    let report = stage.write(&["甲", "乙"], Some(PICTURE)).await;
    let digest = stage.publish(report).await;
    stage.deliver().await;
    stage.telegram.pass_time(TWO_DAYS);
    stage.recall(digest).await;
    // The answer to one of the edits is lost on its way; the second try finds it done.
    stage.faults.plan(Match::method("editMessageText"), Fault::AcceptThenDrop, 1);
    let all = stage.deliver().await;
    assert_eq!((all.uncertain, all.failed), (0, 0));
    let shown = stage.shown(&telegram);
    assert!(shown.len() > 1 && shown.iter().any(|text| text.starts_with("Withdrawn\n\n")), "{shown:?}");
    for entry in stage.asked(&telegram).iter().filter(|entry| entry.method.starts_with("edit")) {
        let field = if entry.method == "editMessageCaption" { "caption_entities" } else { "entities" };
        assert_eq!(entry.payload[field][0]["type"], "strikethrough", "{entry:?}");
    }
}

#[tokio::test]
async fn a_changed_report_comes_back_after_a_recall_to_all_who_were_to_have_it() {
    let stage = Stage::new().await;
    let (had, waited) = (stage.on_telegram(101).await, stage.on_telegram(102).await);
    let discord = stage.on_discord(8_001).await;
    let report = stage.write(&["甲"], None).await;
    let digest = stage.publish(report).await;
    stage.execute("update deliveries set due_at = '9999-01-01' where subscriber = (select id from subscribers where chat = '102')").await;
    stage.execute("update subscribers set quiet_until = '-infinity'").await;
    assert_eq!(stage.worker().step().await.unwrap().sent, 2);
    stage.recall(digest).await;
    stage.deliver().await;
    assert_eq!(stage.shown(&had), Vec::<String>::new());
    stage.write(&["乙"], None).await;
    assert!(stage.is_shown().await);
    let corrected = stage.correct(report).await;
    assert!(matches!(corrected, Corrected::Published { audience: 3, .. }), "{corrected:?}");
    stage.deliver().await;
    for (chat, platform) in [(&had, "telegram"), (&waited, "telegram"), (&discord, "discord")] {
        assert_eq!(stage.shown(chat), stage.expected(platform, report).await, "{chat}");
    }
    // And can be recalled once more.
    assert!(matches!(stage.recall(digest).await, Published::New { audience: 3, .. }));
    stage.deliver().await;
    assert_eq!((stage.shown(&waited), stage.shown(&discord)), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn a_recall_overtakes_a_correction_that_waits() {
    let stage = Stage::new().await;
    let (telegram, discord) = (stage.on_telegram(101).await, stage.on_discord(8_001).await);
    let report = stage.write(&["甲"], None).await;
    let digest = stage.publish(report).await;
    stage.deliver().await;
    stage.write(&["乙"], None).await;
    stage.correct(report).await;
    stage.recall(digest).await;
    stage.deliver().await;
    assert_eq!(stage.methods(&telegram), ["sendMessage", "deleteMessage"]);
    assert_eq!(stage.methods(&discord), ["createMessage", "deleteMessage"]);
}

#[tokio::test]
async fn a_broadcast_can_be_recalled_even_where_it_was_stopped() {
    let stage = Stage::new().await;
    let (telegram, discord) = (stage.on_telegram(101).await, stage.on_discord(8_001).await);
    let broadcast = Broadcast { token: "t".to_owned(), text: "Oh **no**".to_owned(), progress: None };
    let published =
        publish::broadcast(stage.db(), &stage.platforms, &broadcast, "2026-01-02T03:04:05Z".parse().unwrap());
    let publication = published.await.unwrap().publication();
    stage.execute("update deliveries set due_at = '9999-01-01' where subscriber = (select id from subscribers where chat <> '101')").await;
    stage.execute("update subscribers set quiet_until = '-infinity'").await;
    stage.worker().step().await.unwrap();
    stage.execute("update publications set state = 'paused'").await;
    stage.recall(publication).await;
    stage.deliver().await;
    assert_eq!(stage.methods(&telegram), ["sendMessage", "deleteMessage"]);
    assert_eq!(stage.methods(&discord), Vec::<String>::new());
}
