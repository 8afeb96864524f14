//! Kills on Discord, which drops the copy of a message whose answer was lost: nothing is lost, doubled, or left uncertain.

use std::collections::{BTreeMap, BTreeSet};

use sandbox::{Entry, Outcome};

use crate::stage::{ALL_DONE, Stage};

const READERS: u64 = 120;

/// The ids of the messages that each channel has.
fn arrived(entries: &[Entry]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut arrived: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.method == "createMessage") {
        if let Outcome::Accepted(id) = &entry.outcome {
            arrived.entry(&entry.chat).or_default().insert(id);
        }
    }
    arrived
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reader_on_discord_gets_it_once_however_often_the_program_is_killed() {
    let stage = Stage::new().await;
    let variables = [("TELEGRAM_TOKEN", ""), ("SEND_TIMEOUT", "1")];
    let mut program = stage.serve_with(&variables);
    stage
        .until_database(
            "the bot and the feed are known",
            "select (select count(*) from bots) = 1 and (select count(*) from feeds) = 1",
        )
        .await;
    let channels: Vec<String> =
        (8_000..8_000 + READERS).map(|user| stage.discord.add_dm(user, "Reader", "en").to_string()).collect();
    sqlx::query(
        "with new as (
             insert into subscribers (bot, chat, kind, language, started_at)
             select (select id from bots), chat, 'private', 'en', now() from unnest($1::text[]) chat returning id)
         insert into subscriptions (feed, subscriber, started_at)
         select (select id from feeds), id, now() from new",
    )
    .bind(&channels)
    .execute(&stage.database.pool)
    .await
    .unwrap();
    let said = stage.command(&["broadcast", "--yes", "Hello"], &variables).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    for share in 1..=4 {
        let enough = usize::try_from(READERS).unwrap() * share / 5;
        stage.until("a fifth more has arrived", |entries| arrived(entries).len() >= enough).await;
        program.kill();
        program = stage.serve_with(&variables);
    }
    stage.until_database("the broadcast is done", ALL_DONE).await;
    let entries = stage.ledger.entries();
    let arrived = arrived(&entries);
    assert_eq!(arrived.keys().copied().collect::<BTreeSet<_>>(), channels.iter().map(String::as_str).collect());
    assert!(arrived.values().all(|ids| ids.len() == 1), "{arrived:#?}");
    let certain = "select bool_and(state = 'done' and message_ids[1] <> '') from deliveries";
    stage.until_database("no delivery is in doubt", certain).await;
}
