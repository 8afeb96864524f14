//! Several tokens on one platform: each is a bot with readers and a pace of its own.

use std::time::Duration;

use sandbox::{Entry, telegram::Telegram};

use crate::{
    expected::{self, Shown, shown_by},
    roles::button,
    stage::{ADMIN, Stage},
};

const READER: i64 = 101;

/// What a bot showed in a chat.
fn shown(entries: &[Entry], account: &str, chat: &str) -> Vec<Shown> {
    let here = |entry: &&Entry| entry.account == account && entry.chat == chat && entry.accepted();
    entries.iter().filter(here).map(shown_by).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reader_hears_from_the_bot_that_it_started() {
    let stage = Stage::new().await;
    let telegrams = [stage.telegram.clone(), stage.telegram.another_bot()];
    let discords = [stage.discord.clone(), stage.discord.another_bot()];
    let tokens = telegrams.each_ref().map(Telegram::token).join(",");
    let others = format!("{}, {}", discords[0].token(), discords[1].token());
    let _program = stage.serve_with(&[("TELEGRAM_TOKEN", &tokens), ("DISCORD_TOKEN", &others)]);
    // One person has started both Telegram bots; each Discord bot has a reader of its own.
    let mut chats = Vec::new();
    for bot in &telegrams {
        bot.add_private(READER, "Lin", "zh-hans");
        bot.say(READER, READER, "/start");
        chats.push(("telegram", bot.account(), READER.to_string()));
    }
    for (user, bot) in [8_001, 8_002].into_iter().zip(&discords) {
        let dm = bot.add_dm(user, "lin", "zh-CN");
        bot.slash(dm, user, "start", &[]);
        chats.push(("discord", bot.account(), dm.to_string()));
    }
    stage.until_database("four chats are subscribed", "select count(*) = 4 from subscriptions").await;

    stage.drop_report();
    let all_done = "select count(*) = 1 and bool_and(state = 'done') from publications";
    stage.until_database("the digest is delivered", all_done).await;
    let entries = stage.ledger.entries();
    for (platform, account, chat) in &chats {
        let digest = expected::digest(platform);
        let seen = shown(&entries, account, chat).into_iter().filter(|one| digest.contains(one)).collect::<Vec<_>>();
        assert_eq!(seen, digest, "{platform} {account} {chat}");
    }
    let refused: Vec<_> = entries.iter().filter(|entry| !entry.accepted()).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    // One bot's file means nothing to another: each has uploaded the picture, once.
    assert_eq!(telegrams.each_ref().map(Telegram::uploads), [1, 1]);

    let second = &telegrams[1];
    second.say(READER, READER, "/digest 2025-11-27");
    let digest = expected::digest("telegram");
    let twice = |entries: &[Entry]| {
        let seen = shown(entries, &second.account(), &chats[1].2);
        seen.iter().filter(|one| **one == digest[0]).count() == 2
    };
    stage.until("the second bot has answered", twice).await;
    assert_eq!(second.uploads(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broadcasts_progress_is_shown_by_the_bot_that_was_asked() {
    let stage = Stage::new().await;
    let second = stage.telegram.another_bot();
    let tokens = format!("{},{}", stage.telegram.token(), second.token());
    let _program = stage.serve_with(&[("TELEGRAM_TOKEN", &tokens), ("DISCORD_TOKEN", "")]);
    for bot in [&stage.telegram, &second] {
        bot.add_private(ADMIN, "Admin", "en");
        bot.say(ADMIN, ADMIN, "/start");
    }
    stage.until_database("both are subscribed", "select count(*) = 2 from subscriptions").await;
    second.say(ADMIN, ADMIN, "/broadcast Hello");
    let chat = ADMIN.to_string();
    let by_second = |entries: &[Entry]| -> Vec<Entry> {
        entries.iter().filter(|entry| entry.account == second.account()).cloned().collect()
    };
    let is_confirm =
        |found: &Option<(i64, String)>| found.as_ref().is_some_and(|(_, action)| action.starts_with("/confirm"));
    let entries = stage.until("the preview is there", |all| is_confirm(&button(&by_second(all), &chat))).await;
    let (message, action) = button(&by_second(&entries), &chat).unwrap();
    second.press(ADMIN, ADMIN, message, &action);
    let done = |all: &[Entry]| by_second(all).iter().any(|entry| entry.payload["text"].to_string().contains("Done"));
    let entries = stage.until("it is shown to be done", done).await;
    for bot in [&stage.telegram, &second] {
        let hello = |one: &&Shown| one.words == "Hello";
        let got = shown(&entries, &bot.account(), &chat).iter().filter(hello).count();
        // The one that was asked has shown it before, too.
        assert_eq!(got, if bot.account() == second.account() { 2 } else { 1 });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_without_the_token_of_a_bot_that_has_readers_says_so() {
    let stage = Stage::new().await;
    let second = stage.telegram.another_bot();
    let tokens = format!("{},{}", stage.telegram.token(), second.token());
    let program = stage.serve_with(&[("TELEGRAM_TOKEN", &tokens)]);
    second.add_private(READER, "Lin", "en");
    second.say(READER, READER, "/start");
    stage.until_database("a chat is subscribed", "select count(*) = 1 from subscriptions").await;
    drop(program);
    stage.serve_logging().until_it_says(&format!("account=\"{}\" readers=1", second.account()), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tokens_send_twice_as_fast_and_neither_faster_than_it_may() {
    let stage = Stage::new().await;
    let second = stage.telegram.another_bot();
    let tokens = format!("{},{}", stage.telegram.token(), second.token());
    let settings = [("TELEGRAM_TOKEN", tokens.as_str()), ("TELEGRAM_RATE", "20"), ("DISCORD_TOKEN", "")];
    let _program = stage.serve_with(&settings);
    stage.until_database("both bots are known", "select count(*) = 2 from bots").await;
    stage.until_database("the feed is declared", "select count(*) = 1 from feeds").await;
    for bot in [&stage.telegram, &second] {
        (1_000..1_080).for_each(|reader| bot.add_private(reader, "Reader", "en"));
    }
    sqlx::query(
        "with new as (
             insert into subscribers (bot, chat, kind, language, started_at)
             select b.id, n::text, 'private', 'en', now() from bots b, generate_series(1000, 1079) n returning id)
         insert into subscriptions (feed, subscriber, started_at)
         select (select id from feeds), id, now() from new",
    )
    .execute(&stage.database.pool)
    .await
    .unwrap();
    let said = stage.command(&["broadcast", "--yes", "Hello"], &settings).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let all_done = "select count(*) = 1 and bool_and(state = 'done') from publications";
    stage.until_database("the broadcast is done", all_done).await;

    let entries = stage.ledger.entries();
    let at = |account: Option<&str>| -> Vec<Duration> {
        let of = |entry: &&Entry| account.is_none_or(|account| entry.account == account);
        entries.iter().filter(of).map(|entry| entry.at).collect()
    };
    assert_eq!(at(None).len(), 160);
    for bot in [&stage.telegram, &second] {
        // One more than the pace may meet in a second of the stand-in's, since calls take different times to arrive.
        assert!(most_in_a_second(&at(Some(&bot.account()))) <= 21);
    }
    let together = most_in_a_second(&at(None));
    assert!((30..=42).contains(&together), "{together} in the busiest second");
}

fn most_in_a_second(at: &[Duration]) -> usize {
    (0..at.len())
        .map(|first| at[first..].partition_point(|time| *time < at[first] + Duration::from_secs(1)))
        .max()
        .unwrap_or(0)
}
