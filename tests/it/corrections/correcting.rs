//! A report changes, and so does what its readers have.

use paperboy::{deliver::Delivered, publish::correct::Corrected};
use sandbox::{Fault, Match};

use super::stage::Stage;

const PICTURE: &[u8] = include_bytes!("../../../reports/wordcloud_twitter_ai_20251127_20251127.jpg");
/// Another picture, as good as the first.
const OTHER: &[u8] = include_bytes!("../../../docs/cloud.jpg");

#[tokio::test]
async fn an_edited_paragraph_is_edited_where_it_was_read() {
    let stage = Stage::new().await;
    let (telegram, discord) = (stage.on_telegram(101).await, stage.on_discord(8_001).await);
    let report = stage.write(&["甲", "乙"], None).await;
    stage.publish(report).await;
    stage.deliver().await;
    stage.write(&["甲", "丙"], None).await;
    let corrected = stage.correct(report).await;
    assert!(matches!(corrected, Corrected::Published { audience: 2, in_time: 0, .. }), "{corrected:?}");
    let all = stage.deliver().await;
    assert_eq!(all, Delivered { sent: 2, ..Delivered::default() }, "one edit each: the first part stays as it is");
    assert_eq!(stage.shown(&telegram), stage.expected("telegram", report).await);
    assert_eq!(stage.shown(&discord), stage.expected("discord", report).await);
    assert_eq!(stage.methods(&telegram), ["sendMessage", "sendMessage", "editMessageText"]);
    assert_eq!(stage.methods(&discord), ["createMessage", "createMessage", "editMessage"]);
}

#[tokio::test]
async fn a_part_more_is_sent_as_a_reply_and_a_part_less_is_deleted() {
    let stage = Stage::new().await;
    let (telegram, discord) = (stage.on_telegram(101).await, stage.on_discord(8_001).await);
    let report = stage.write(&["甲", "乙"], None).await;
    stage.publish(report).await;
    stage.deliver().await;
    let mut parts_more = 0;
    for parts in [&["甲", "乙", "丙", "丁", "戊"][..], &["甲"], &["甲", "乙", "丙"]] {
        let before = stage.shown(&telegram).len();
        stage.write(parts, None).await;
        stage.correct(report).await;
        stage.deliver().await;
        parts_more += stage.shown(&telegram).len().saturating_sub(before);
        assert_eq!(stage.shown(&telegram), stage.expected("telegram", report).await, "{}", parts.len());
        assert_eq!(stage.shown(&discord), stage.expected("discord", report).await, "{}", parts.len());
    }
    let replies =
        |chat: &str, field: &str| stage.asked(chat).iter().filter(|entry| entry.payload.get(field).is_some()).count();
    assert!(parts_more > 3);
    assert_eq!(replies(&telegram, "reply_parameters"), parts_more);
    assert!(replies(&discord, "message_reference") > 0);
    assert!(stage.ledger.entries().iter().all(|entry| entry.accepted()), "{:#?}", stage.ledger.entries());
}

#[tokio::test]
async fn a_picture_stays_when_only_its_words_change_and_goes_up_once_when_it_changes() {
    let stage = Stage::new().await;
    let readers = [stage.on_telegram(101).await, stage.on_telegram(102).await];
    let discord = stage.on_discord(8_001).await;
    let report = stage.write(&["甲"], Some(PICTURE)).await;
    stage.publish(report).await;
    stage.deliver().await;
    stage.write(&["乙"], Some(PICTURE)).await;
    stage.correct(report).await;
    stage.deliver().await;
    assert_eq!(stage.telegram.uploads(), 1);
    assert_eq!(stage.methods(&readers[0])[2..][0], "editMessageCaption");
    stage.write(&["乙"], Some(OTHER)).await;
    stage.correct(report).await;
    stage.deliver().await;
    assert_eq!(stage.telegram.uploads(), 2, "once for both readers");
    for reader in &readers {
        assert_eq!(stage.methods(reader).last().unwrap(), "editMessageMedia");
        assert_eq!(stage.shown(reader), stage.expected("telegram", report).await);
    }
    assert_eq!(stage.shown(&discord), stage.expected("discord", report).await);
    let id: String = sqlx::query_scalar("select message_ids[1] from deliveries where bot = (select id from bots where platform = 'discord') order by publication desc limit 1").fetch_one(stage.db()).await.unwrap();
    let message = stage.discord.message(&id).unwrap();
    assert_eq!(message["attachments"].as_array().unwrap().len(), 1, "the new one in the place of the old one");
    assert_eq!(message["attachments"][0]["size"], OTHER.len());
}

#[tokio::test]
async fn a_picture_that_is_taken_away_makes_its_message_a_new_one() {
    let stage = Stage::new().await;
    let (telegram, discord) = (stage.on_telegram(101).await, stage.on_discord(8_001).await);
    let report = stage.write(&["甲"], Some(PICTURE)).await;
    stage.publish(report).await;
    stage.deliver().await;
    for picture in [None, Some(PICTURE)] {
        stage.write(&["甲"], picture).await;
        stage.correct(report).await;
        stage.deliver().await;
        let (mut seen, mut expected) = (stage.shown(&telegram), stage.expected("telegram", report).await);
        // What was sent anew stands last.
        seen.sort();
        expected.sort();
        assert_eq!(seen, expected);
        assert_eq!(stage.shown(&discord), stage.expected("discord", report).await);
    }
}

#[tokio::test]
async fn nobody_is_bothered_when_no_reader_sees_a_difference() {
    let stage = Stage::new().await;
    let telegram = stage.on_telegram(101).await;
    let report = stage.write(&["甲"], None).await;
    stage.publish(report).await;
    stage.deliver().await;
    stage.write_with("author: Lin", &["甲"], None).await;
    assert_eq!(stage.correct(report).await, Corrected::Unchanged);
    assert_eq!(stage.count("select count(*) from publications").await, 1);
    assert_eq!(stage.count("select count(*) from reports where revision > shown_revision").await, 0);
    stage.deliver().await;
    assert_eq!(stage.methods(&telegram), ["sendMessage"]);
    // And the same revision twice is one correction.
    stage.write(&["乙"], None).await;
    stage.correct(report).await;
    assert_eq!(stage.correct(report).await, Corrected::Unchanged);
    assert_eq!(stage.count("select count(*) from publications").await, 2);
}

#[tokio::test]
async fn an_edit_without_an_answer_is_tried_again_and_never_uncertain_but_a_part_more_may_be() {
    let stage = Stage::new().await;
    let telegram = stage.on_telegram(101).await;
    let report = stage.write(&["甲"], None).await;
    stage.publish(report).await;
    stage.deliver().await;
    stage.write(&["甲", "乙"], None).await;
    stage.correct(report).await;
    stage.faults.plan(Match::method("editMessageText"), Fault::AcceptThenDrop, 1);
    stage.faults.plan(Match::method("sendMessage"), Fault::AcceptThenDrop, 1);
    let all = stage.deliver().await;
    assert_eq!(all, Delivered { sent: 1, uncertain: 1, again: 1, ..Delivered::default() });
    assert_eq!(stage.methods(&telegram)[1..], ["editMessageText", "editMessageText", "sendMessage"]);
    assert_eq!(stage.shown(&telegram), stage.expected("telegram", report).await);
    // What may not have arrived is not sent once more by the next correction.
    stage.write(&["丙", "丁"], None).await;
    stage.correct(report).await;
    assert_eq!(stage.deliver().await.sent, 2);
    assert_eq!(stage.methods(&telegram)[4..], ["editMessageText"]);
}

#[tokio::test]
async fn a_message_that_its_reader_deleted_and_a_chat_that_blocked_us_hold_nobody_up() {
    let stage = Stage::new().await;
    let (blocks, deletes) = (stage.on_discord(8_001).await, stage.on_discord(8_002).await);
    let (gone, stays) = (stage.on_telegram(101).await, stage.on_telegram(102).await);
    let report = stage.write(&["甲"], None).await;
    stage.publish(report).await;
    stage.deliver().await;
    for message in stage.ledger.accepted_in(&deletes) {
        let sandbox::Outcome::Accepted(id) = message.outcome else { unreachable!() };
        stage.discord.delete_message(&id);
    }
    stage.discord.block(blocks.parse().unwrap());
    stage.telegram.block(gone.parse().unwrap());
    stage.write(&["乙"], None).await;
    stage.correct(report).await;
    let all = stage.deliver().await;
    assert_eq!((all.sent, all.again, all.uncertain), (4 - all.failed, 0, 0), "{all:?}");
    assert_eq!(stage.shown(&stays), stage.expected("telegram", report).await);
    assert_eq!(stage.methods(&deletes), ["createMessage", "editMessage"]);
    assert_eq!(stage.count("select count(*) from subscribers where ended_at is not null and chat = '101'").await, 1);
}
