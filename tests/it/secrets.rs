//! What may be in no log line, however much is logged.

use std::fs;

use sandbox::{Fault, Match};

use crate::stage::{ADMIN, REPORT, Stage};

const READER: i64 = 101;
const DISCORD_READER: u64 = 8_001;
/// A word that only readers say, and one that only the admin says.
const SAID: &str = "wombat";
const BROADCAST: &str = "numbat";

/// Meets every way in which a platform can fail, with readers and an admin speaking.
async fn a_bad_day(stage: &Stage) {
    stage.telegram.add_private(READER, "Lin", "en");
    stage.telegram.add_private(ADMIN, "Admin", "en");
    let dm = stage.discord.add_dm(DISCORD_READER, "lin", "en-US");
    stage.telegram.say(READER, READER, "/start");
    stage.discord.slash(dm, DISCORD_READER, "start", &[]);
    stage.until_database("two chats are subscribed", "select count(*) = 2 from subscriptions").await;
    stage.faults.plan(Match::method("getUpdates"), Fault::AcceptThenDrop, 1);
    stage.faults.plan(Match::method("getUpdates"), Fault::BadGateway { accepted: false }, 1);
    for chat in [READER.to_string(), dm.to_string()] {
        for fault in [Fault::Status(500), Fault::Status(400), Fault::HalfAnswer, Fault::AcceptThenHang] {
            stage.faults.plan(Match::chat(chat.clone()), fault, 1);
        }
    }
    let before = stage.ledger.entries().len();
    for _ in 0..4 {
        stage.telegram.say(READER, READER, SAID);
        stage.discord.slash(dm, DISCORD_READER, "digest", &[("day", SAID)]);
    }
    stage.drop_report();
    stage.telegram.say(ADMIN, ADMIN, &format!("/broadcast {BROADCAST}"));
    stage
        .until("everybody was answered", |entries| {
            entries.len() >= before + 8 && entries.iter().any(|entry| entry.payload.to_string().contains(BROADCAST))
        })
        .await;
    stage
        .until_database("the digest is through", "select count(*) = 1 and bool_and(state = 'done') from publications")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_log_line_holds_a_token_a_password_or_what_somebody_said() {
    let stage = Stage::new().await;
    let log = tempfile::NamedTempFile::new().unwrap();
    let program = stage.serve_into(log.reopen().unwrap(), &[("LOG", "trace"), ("SEND_TIMEOUT", "1")]);
    a_bad_day(&stage).await;
    assert!(program.terminate().success());

    let log = fs::read_to_string(log.path()).unwrap();
    assert!(log.contains("archived") && log.contains(REPORT), "the log tells what happens: {log}");
    let telegram = stage.telegram.token();
    let (_, secret) = telegram.split_once(':').unwrap();
    for unwanted in [secret, &stage.discord.token(), "hunter2", SAID, BROADCAST] {
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(unwanted)).take(3).collect();
        assert!(lines.is_empty(), "{unwanted}: {lines:#?}");
    }
}
