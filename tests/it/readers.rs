//! Many readers at once, and what they got of a broadcast.

use std::collections::{BTreeMap, BTreeSet};

use sandbox::{Entry, Outcome};

use crate::stage::Stage;

/// What every broadcast of these tests says.
pub(crate) const BROADCAST: &str = "Hello **everybody**";
/// The word by which it is known again.
const WORD: &str = "everybody";
/// The server of the readers on Discord.
const GUILD: u64 = 9_000;

/// Private chats numbered from 1,000 that have started the bot before, without the trouble of saying so one by one.
pub(crate) async fn on_telegram(stage: &Stage, count: i64) {
    for reader in 1_000..1_000 + count {
        stage.telegram.add_private(reader, "Reader", "zh-hans");
    }
    subscribe(stage, "telegram", "private", 1_000, count).await;
}

/// The same of Discord's channels, numbered from 20,000.
pub(crate) async fn on_discord(stage: &Stage, count: i64) {
    for channel in 20_000..20_000 + count.cast_unsigned() {
        stage.discord.add_channel(GUILD, channel, "daily");
    }
    subscribe(stage, "discord", "channel", 20_000, count).await;
}

async fn subscribe(stage: &Stage, platform: &str, kind: &str, from: i64, count: i64) {
    stage.until_database("the feed is declared", "select count(*) = 1 from feeds").await;
    sqlx::query(
        "with new as (
             insert into subscribers (bot, chat, kind, language, started_at)
             select (select id from bots where platform = $1), n::text, $2, 'zh', now()
             from generate_series($3, $3 + $4 - 1) n returning id)
         insert into subscriptions (feed, subscriber, started_at)
         select (select id from feeds), id, now() from new",
    )
    .bind(platform)
    .bind(kind)
    .bind(from)
    .bind(count)
    .execute(&stage.database.pool)
    .await
    .unwrap();
}

/// Says the broadcast by the command line.
pub(crate) fn broadcast(stage: &Stage) {
    let said = stage.command(&["broadcast", "--yes", BROADCAST], &[]).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

/// The broadcast's messages in each chat that got it, by their ids: a copy that Discord drops has its original's.
pub(crate) fn arrivals(entries: &[Entry]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut arrivals: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for entry in entries {
        if let Outcome::Accepted(id) = &entry.outcome
            && entry.payload.to_string().contains(WORD)
        {
            arrivals.entry(&entry.chat).or_default().insert(id);
        }
    }
    arrivals
}

/// The chats with a message in doubt.
pub(crate) async fn in_doubt(stage: &Stage) -> Vec<String> {
    sqlx::query_scalar(
        "select s.chat from deliveries d join subscribers s on s.id = d.subscriber where d.uncertain <> '{}'",
    )
    .fetch_all(&stage.database.pool)
    .await
    .unwrap()
}

/// Checks that of `count` readers each got the broadcast once, but for those that are told to be in doubt.
pub(crate) fn nothing_is_lost_or_doubled(entries: &[Entry], count: usize, in_doubt: &[String]) {
    let arrivals = arrivals(entries);
    let doubled: Vec<_> = arrivals.iter().filter(|(_, messages)| messages.len() > 1).collect();
    assert!(doubled.is_empty(), "{doubled:?}");
    let missing_in_doubt = in_doubt.iter().filter(|chat| !arrivals.contains_key(chat.as_str())).count();
    assert_eq!(arrivals.len() + missing_in_doubt, count, "somebody got nothing, and nobody says so");
}
