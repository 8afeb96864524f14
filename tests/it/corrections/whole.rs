//! The real program as processes: a report is published, corrected and recalled from the command line.

use std::fs;

use sandbox::Entry;

use crate::stage::Stage;

const READER: i64 = 101;
const DISCORD_READER: u64 = 8_001;
const FURTHER: &str = "更正：以上以此为准。";

fn of<'a>(entries: &'a [Entry], chat: &str, verb: &str) -> Vec<&'a Entry> {
    entries.iter().filter(|entry| entry.chat == chat && entry.accepted() && entry.method.starts_with(verb)).collect()
}

fn run(stage: &Stage, arguments: &[&str]) {
    let done = stage.command(arguments, &[]).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_corrected_and_recalled_at_everybody_who_has_it() {
    let stage = Stage::new().await;
    let _program = stage.serve();
    stage.telegram.add_private(READER, "Lin", "zh-hans");
    let dm = stage.discord.add_dm(DISCORD_READER, "lin", "zh-CN");
    stage.telegram.say(READER, READER, "/start");
    stage.discord.slash(dm, DISCORD_READER, "start", &[]);
    stage.until_database("two chats are subscribed", "select count(*) = 2 from subscriptions").await;
    let report = stage.drop_report();
    let done = "select count(*) = 1 and bool_and(state = 'done') from publications";
    stage.until_database("the digest is delivered", done).await;

    let text = fs::read_to_string(&report).unwrap();
    // A sentence more in the last paragraph.
    let (body, rest) = text.rsplit_once('。').unwrap();
    fs::write(&report, format!("{body}。{FURTHER}{rest}")).unwrap();
    run(&stage, &["publish", report.to_str().unwrap()]);
    let done = "select count(*) = 2 and bool_and(state = 'done') from publications";
    stage.until_database("the correction is delivered", done).await;
    let entries = stage.ledger.entries();
    for chat in [READER.to_string(), dm.to_string()] {
        let edits = of(&entries, &chat, "edit");
        let corrected = edits.iter().filter(|edit| edit.payload.to_string().contains(FURTHER)).count();
        assert_eq!(corrected, 1, "{chat}: {edits:#?}");
        assert_eq!(of(&entries, &chat, "delete").len(), 0);
    }
    let refused: Vec<_> = entries.iter().filter(|entry| !entry.accepted()).collect();
    assert!(refused.is_empty(), "{refused:#?}");

    let ids: Vec<Vec<String>> = sqlx::query_scalar(
        "select message_ids from deliveries where publication = (select max(publication) from deliveries)",
    )
    .fetch_all(&stage.database.pool)
    .await
    .unwrap();
    run(&stage, &["recall", "twitter_ai", "2025-11-27", "--yes"]);
    let done = "select count(*) = 3 and bool_and(state = 'done') from publications";
    stage.until_database("the digest is taken back", done).await;
    let entries = stage.ledger.entries();
    let deleted = [READER.to_string(), dm.to_string()].map(|chat| of(&entries, &chat, "delete").len());
    assert_eq!(deleted.iter().sum::<usize>(), ids.iter().map(Vec::len).sum::<usize>());
    assert!(deleted.iter().all(|count| *count > 0));
}
