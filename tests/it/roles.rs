//! The work, shared out among processes on one database.

use sandbox::Entry;

use crate::{
    expected::{self, Shown, shown_by},
    stage::{ADMIN, Stage},
};

const READER: i64 = 101;
const DISCORD_READER: u64 = 8_001;

#[tokio::test(flavor = "multi_thread")]
async fn three_processes_with_one_role_each_do_the_whole_job() {
    let stage = Stage::new().await;
    let scheduler = stage.serve_only("schedule", &[]);
    // Who does not watch folders needs no schedules.
    let nowhere = [("SCHEDULES_DIR", "nowhere")];
    let deliverer = stage.serve_only("deliver", &nowhere);
    stage.until_database("the feed is declared", "select count(*) = 1 from feeds").await;
    let listener = stage.serve_only("listen", &nowhere);

    stage.telegram.add_private(READER, "Lin", "zh-hans");
    let dm = stage.discord.add_dm(DISCORD_READER, "lin", "zh-CN");
    stage.telegram.say(READER, READER, "/start");
    stage.discord.slash(dm, DISCORD_READER, "start", &[]);
    stage.until_database("two chats are subscribed", "select count(*) = 2 from subscriptions").await;
    stage.drop_report();
    let all_done = "select count(*) = 1 and bool_and(state = 'done') from publications";
    stage.until_database("the digest is delivered", all_done).await;
    for (platform, chat) in [("telegram", READER.to_string()), ("discord", dm.to_string())] {
        let digest = expected::digest(platform);
        let seen: Vec<Shown> = stage.ledger.accepted_in(&chat).iter().map(shown_by).collect();
        let seen: Vec<Shown> = seen.into_iter().filter(|one| digest.contains(one)).collect();
        assert_eq!(seen, digest, "{platform}");
    }

    // An admin's broadcast passes through all of them: heard here, sent and shown there.
    stage.telegram.add_private(ADMIN, "Admin", "en");
    stage.telegram.say(ADMIN, ADMIN, "/broadcast Hello");
    let preview = stage.until("the preview is there", |entries| button(entries, &ADMIN.to_string()).is_some()).await;
    let (message, action) = button(&preview, &ADMIN.to_string()).unwrap();
    stage.telegram.press(ADMIN, ADMIN, message, &action);
    let edited = |entry: &Entry| entry.chat == ADMIN.to_string() && entry.payload["text"].to_string().contains("Done");
    stage.until("the admin sees that it is done", |entries| entries.iter().any(edited)).await;
    for program in [scheduler, deliverer, listener] {
        assert!(program.terminate().success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_listen_takes_nothing_from_who_does() {
    let stage = Stage::new().await;
    let _rest = stage.serve_only("deliver,schedule", &[]);
    stage.until_database("the feed is declared", "select count(*) = 1 from feeds").await;
    let _listener = stage.serve_only("listen", &[]);
    stage.telegram.add_private(READER, "Lin", "en");
    stage.telegram.say(READER, READER, "/status");
    stage.until("the reader is answered", |entries| !entries.is_empty()).await;
    stage.until_database("one process has turns", "select count(distinct process) = 1 from listeners").await;
    assert_eq!(stage.telegram.conflicts(), 0);
}

/// The first button of the last message with buttons in this chat, and that message.
pub(crate) fn button(entries: &[Entry], chat: &str) -> Option<(i64, String)> {
    entries.iter().rev().filter(|entry| entry.chat == chat).find_map(|entry| {
        let sandbox::Outcome::Accepted(message) = &entry.outcome else { return None };
        let action = entry.payload["reply_markup"]["inline_keyboard"][0][0]["callback_data"].as_str()?;
        Some((message.parse().ok()?, action.to_owned()))
    })
}
