//! Fair order: each publication gets its share of the bot's pace, and within one who has been due longest goes first.

use std::time::Duration;

use paperboy::store::deliveries::{
    Claim,
    claim::{self, Claimant},
};

use super::{double::Double, stage::Stage};

async fn claims(stage: &Stage, turn: i64) -> Vec<Claim> {
    let claimant =
        Claimant { worker: "w", bot: stage.bot, room: claim::MOST, intervals: [Duration::from_secs(1); 3], turn };
    claim::claim(stage.db(), &claimant).await.unwrap().claims
}

#[tokio::test]
async fn a_digest_that_comes_after_a_large_broadcast_gets_half_of_every_claim() {
    let stage = Stage::with(Double::new()).await;
    stage.crowd(2_000).await;
    let broadcast = stage.publish("broadcast", 1).await;
    // The broadcast has been under way for a while when the digest of a hundred comes.
    for turn in 0..10 {
        claims(&stage, turn).await;
    }
    stage.execute("delete from subscriptions where subscriber > 1900 or subscriber <= 1800").await;
    let digest = stage.publish("digest", 1).await;
    let (mut of_digest, mut of_broadcast) = (0, 0);
    for turn in 10..20 {
        let claims = claims(&stage, turn).await;
        let mine = claims.iter().filter(|claim| claim.publication == digest).count();
        assert!(mine >= 15 || of_digest + mine == 100, "{mine} of {} in claim {turn}", claims.len());
        of_digest += mine;
        of_broadcast += claims.iter().filter(|claim| claim.publication == broadcast).count();
    }
    // A hundred messages took seven claims of thirty-two, not the sixty of the broadcast.
    assert_eq!(of_digest, 100);
    assert!(of_broadcast >= 200, "the broadcast has the rest: {of_broadcast}");
}

#[tokio::test]
async fn three_publications_get_a_third_each_and_what_one_leaves_goes_to_the_others() {
    let stage = Stage::with(Double::at_pace(1.0)).await;
    stage.crowd(300).await;
    let all = [stage.publish("one", 1).await, stage.publish("two", 1).await, stage.publish("three", 1).await];
    let mut counts = [0; 3];
    for turn in 0..90 {
        // One token at a time, and chats that are free again: what is counted is the choice alone.
        stage.execute("update bots set tat = '-infinity'").await;
        stage.execute("update subscribers set quiet_until = '-infinity', busy_with = null").await;
        for claim in claims(&stage, turn).await {
            counts[all.iter().position(|one| *one == claim.publication).unwrap()] += 1;
        }
    }
    assert!(counts.iter().all(|count| (15..=45).contains(count)), "{counts:?}");
    stage.execute("update publications set state = 'paused' where title <> 'two'").await;
    stage.execute("update bots set tat = '-infinity'").await;
    let alone = claims(&stage, 90).await;
    assert!(alone.len() == 1 && alone[0].publication == all[1], "{alone:?}");
}

#[tokio::test]
async fn within_a_publication_whoever_has_been_due_longest_goes_first() {
    let stage = Stage::with(Double::at_pace(1.0)).await;
    stage.readers(&["a", "b", "c"]).await;
    stage.publish("news", 1).await;
    for (chat, minutes) in [("a", 1), ("b", 3), ("c", 2)] {
        sqlx::query(
            "update deliveries set due_at = now() - make_interval(mins => $2)
             where subscriber = (select id from subscribers where chat = $1)",
        )
        .bind(chat)
        .bind(minutes)
        .execute(stage.db())
        .await
        .unwrap();
    }
    let mut order = Vec::new();
    for turn in 0..3 {
        stage.execute("update bots set tat = '-infinity'").await;
        order.extend(claims(&stage, turn).await.into_iter().map(|claim| claim.chat.0));
    }
    assert_eq!(order, ["b", "c", "a"]);
}
