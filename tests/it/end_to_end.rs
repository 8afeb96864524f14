//! The main job, with the real program as a process, over real sockets: from a file in a folder to every chat.

use std::collections::BTreeMap;

use sandbox::{Entry, Fault, Match};

use crate::{
    expected::{self, Shown},
    readers,
    stage::{ALL_DONE, Stage},
};

const READER: i64 = 101;
const GROUP: i64 = -4001;
const CHANNEL: i64 = -1_001_234_567_890;
const GUILD: u64 = 7_000;
const DISCORD_CHANNEL: u64 = 7_001;
const DISCORD_READER: u64 = 8_001;
/// Telegram takes more than 30 a second from bots that pay.
const PAID: (&str, &str) = ("TELEGRAM_PAID_BROADCAST", "true");

/// All places that a digest goes to, subscribed by their own `/start`.
async fn five_subscribers(stage: &Stage) -> BTreeMap<&'static str, Vec<String>> {
    stage.telegram.add_private(READER, "Lin", "zh-hans");
    stage.telegram.add_group(GROUP, "AI 读书会", &[READER]);
    stage.telegram.add_channel(CHANNEL, "AI 日报");
    let dm = stage.discord.add_dm(DISCORD_READER, "lin", "zh-CN");
    stage.discord.add_channel(GUILD, DISCORD_CHANNEL, "daily");
    stage.discord.let_manage(GUILD, DISCORD_READER);
    for chat in [READER, GROUP, CHANNEL] {
        stage.telegram.say(chat, READER, "/start");
    }
    for channel in [dm, DISCORD_CHANNEL] {
        stage.discord.slash(channel, DISCORD_READER, "start", &[]);
    }
    stage.until_database("five chats are subscribed", "select count(*) = 5 from subscriptions").await;
    let telegram = [READER, GROUP, CHANNEL].map(|chat| chat.to_string()).to_vec();
    BTreeMap::from([("telegram", telegram), ("discord", vec![dm.to_string(), DISCORD_CHANNEL.to_string()])])
}

/// What a chat got that belongs to the digest: everything but the replies.
fn digest_in(entries: &[Entry], chat: &str, shown: &[Shown]) -> Vec<Shown> {
    let seen = entries.iter().filter(|entry| entry.chat == chat && entry.accepted()).map(expected::shown_by);
    seen.filter(|one| shown.contains(one)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_reaches_every_subscriber_whole_once_and_in_order_with_its_picture() {
    let stage = Stage::new().await;
    let _program = stage.serve();
    let chats = five_subscribers(&stage).await;

    stage.drop_report();
    stage.until_database("the digest is delivered", ALL_DONE).await;

    let entries = stage.ledger.entries();
    for (platform, chats) in chats {
        let digest = expected::digest(platform);
        assert!(digest[0].has_picture, "the picture comes first on {platform}");
        for chat in chats {
            assert_eq!(digest_in(&entries, &chat, &digest), digest, "{platform} {chat}");
        }
    }
    let refused: Vec<_> = entries.iter().filter(|entry| !entry.accepted()).collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn publishing_a_second_time_changes_nothing() {
    let stage = Stage::new().await;
    let program = stage.serve();
    five_subscribers(&stage).await;
    let report = stage.drop_report();
    stage.until_database("the digest is delivered", ALL_DONE).await;
    let before = stage.ledger.entries().len();

    let again = stage.command(&["publish", report.to_str().unwrap()], &[]).output().unwrap();
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    stage.drop_report();
    // A reply to a command sent afterwards shows that the program went on and had the time to send a copy.
    stage.telegram.say(READER, READER, "/status");
    stage.until("the reply is there", |entries| entries.len() > before).await;
    assert!(program.terminate().success());
    assert_eq!(stage.ledger.entries().len(), before + 1);
    stage.until_database("there is one publication", ALL_DONE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_can_ask_for_a_day() {
    let stage = Stage::new().await;
    let _program = stage.serve();
    five_subscribers(&stage).await;
    stage.drop_report();
    stage.until_database("the digest is delivered", ALL_DONE).await;

    let stranger = 202;
    stage.telegram.add_private(stranger, "Mei", "zh-hans");
    stage.telegram.say(stranger, stranger, "/digest 2025-11-27");
    let dm = stage.discord.add_dm(8_002, "mei", "zh-CN");
    stage.discord.slash(dm, 8_002, "digest", &[("day", "2025-11-27")]);

    for (platform, chat) in [("telegram", stranger.to_string()), ("discord", dm.to_string())] {
        let digest = expected::digest(platform);
        let whole = |entries: &[Entry]| digest_in(entries, &chat, &digest) == digest;
        stage.until("the stranger has the whole digest", whole).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_chat_ends_its_subscription_and_hurts_nobody_else() {
    let stage = Stage::new().await;
    let _program = stage.serve();
    let chats = five_subscribers(&stage).await;
    stage.faults.plan(Match::chat(READER.to_string()), Fault::Blocked, usize::MAX);

    stage.drop_report();
    stage.until_database("the publication is done", ALL_DONE).await;

    let ended = "select ended_at is not null and end_reason is not null from subscribers where chat = '101'";
    stage.until_database("the subscription has ended", ended).await;
    let digest = expected::digest("telegram");
    for chat in &chats["telegram"][1..] {
        assert_eq!(digest_in(&stage.ledger.entries(), chat, &digest), digest);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_on_one_database_send_once() {
    let stage = Stage::new().await;
    let _first = stage.serve_with(&[("DISCORD_TOKEN", ""), ("TELEGRAM_RATE", "200"), PAID]);
    readers::on_telegram(&stage, 200).await;
    // The second process cannot listen (one poller a token), but schedules and delivers all the same.
    let _second = stage.serve_with(&[("DISCORD_TOKEN", ""), ("TELEGRAM_RATE", "200"), PAID]);

    stage.drop_report();
    stage.until_database("the digest is delivered", ALL_DONE).await;

    let digest = expected::digest("telegram");
    for reader in 1_000..1_200_i64 {
        assert_eq!(digest_in(&stage.ledger.entries(), &reader.to_string(), &digest), digest, "{reader}");
    }
}
