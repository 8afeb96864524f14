//! The program's commands as an operator types them.

use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use sandbox::Entry;
use serde_json::Value;

use crate::stage::{REPORT, Stage};

const READER: i64 = 101;

/// The program with nothing around it: no database, no token, no settings.
fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paperboy"));
    command.args(arguments).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).stdin(Stdio::null());
    command
}

fn sample() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reports").join(REPORT).display().to_string()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_preview_gives_one_object_a_message_and_names_what_it_cannot_read() {
    let preview = bare(&["preview", "--json", "/nowhere/gone_20251127_20251127.md", &sample()]).output().unwrap();
    assert_eq!(preview.status.code(), Some(1));
    let told = String::from_utf8(preview.stderr.clone()).unwrap();
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.starts_with("/nowhere/gone_20251127_20251127.md:1: cannot be read"), "{told}");

    let lines = lines(&preview);
    for line in &lines {
        let names: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = ["file", "platform", "layout", "part", "method", "payload"];
        expected.sort_unstable();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
        assert_eq!(line["file"], sample());
        assert!(line["payload"].get("chat_id").is_none(), "a payload knows no chat");
    }
    for platform in ["telegram", "discord"] {
        let parts: Vec<_> =
            lines.iter().filter(|line| line["platform"] == platform && line["layout"] == "full").collect();
        assert!(!parts.is_empty());
        assert!(parts.iter().zip(1..).all(|(line, n)| line["part"] == n), "parts are counted from 1");
    }

    let narrow =
        bare(&["preview", "--json", "--platform", "telegram", "--layout", "full", &sample()]).output().unwrap();
    assert!(narrow.status.success());
    let telegram_full = |line: &&Value| line["platform"] == "telegram" && line["layout"] == "full";
    assert_eq!(self::lines(&narrow), lines.iter().filter(telegram_full).cloned().collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_posted_is_what_the_preview_shows() {
    let stage = Stage::new().await;
    let _program = stage.serve();
    stage.telegram.add_private(READER, "Lin", "zh-hans");
    let dm = stage.discord.add_dm(8_001, "lin", "zh-CN");
    stage.telegram.say(READER, READER, "/start");
    stage.discord.slash(dm, 8_001, "start", &[]);
    stage.until_database("two chats are subscribed", "select count(*) = 2 from subscriptions").await;
    let both = [READER.to_string(), dm.to_string()];
    let answered = |entries: &[Entry]| both.iter().all(|chat| entries.iter().any(|entry| entry.chat == *chat));
    stage.until("both are answered", answered).await;
    let before = stage.ledger.entries().len();
    stage.drop_report();
    stage.until("the digest is there", |entries| entries.len() >= before + 3).await;

    let preview = lines(&bare(&["preview", "--json", "--layout", "full", &sample()]).output().unwrap());
    for platform in ["telegram", "discord"] {
        // What the adapter adds: the chat, the picture's bytes or id, and the key that drops copies.
        let bare = |payload: &Value| {
            let mut payload = payload.clone();
            for added in ["chat_id", "photo", "files", "attachments", "nonce", "enforce_nonce"] {
                payload.as_object_mut().unwrap().remove(added);
            }
            payload
        };
        let posted = stage.ledger.entries().split_off(before);
        let posted: Vec<_> = posted.iter().filter(|entry| entry.platform == platform).collect();
        let shown: Vec<_> = preview.iter().filter(|line| line["platform"] == platform).collect();
        assert_eq!(posted.len(), shown.len(), "{platform}");
        for (entry, line) in posted.iter().zip(shown) {
            assert_eq!(line["method"], entry.method);
            assert_eq!(bare(&entry.payload), bare(&line["payload"]), "{platform}");
        }
    }
}

#[test]
fn without_a_database_url_a_private_one_is_started_and_kept() {
    // Open to the account that PostgreSQL runs under when we are root.
    let home = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
    for (command, says) in [("migrate", "The database is up to date."), ("stats", "None yet.")] {
        let output = bare(&[command]).current_dir(home.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stdout).contains(says), "{output:?}");
    }
    assert!(home.path().join(".paperboy/postgres/data/PG_VERSION").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_without_a_token_is_left_out_and_told() {
    let stage = Stage::new().await;
    let log = tempfile::NamedTempFile::new().unwrap();
    let variables = [("DISCORD_TOKEN", ""), ("LOG", "info")];
    let program = stage.serve_into(File::create(log.path()).unwrap(), &variables);
    stage.telegram.add_private(READER, "Lin", "en");
    stage.telegram.say(READER, READER, "/help");
    stage.until("the other answers", |entries| !entries.is_empty()).await;
    assert!(program.terminate().success());
    let log = fs::read_to_string(log.path()).unwrap();
    assert!(log.contains("left out: its token is not set") && log.contains("discord"), "{log}");

    let neither = [("DISCORD_TOKEN", ""), ("TELEGRAM_TOKEN", "")];
    let output = stage.command(&["serve"], &neither).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && told.contains("set TELEGRAM_TOKEN or DISCORD_TOKEN"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_cannot_do_its_work_says_what_to_do() {
    let stage = Stage::new().await;
    let folder = tempfile::tempdir().unwrap();
    let stray = folder.path().join("stray_20251127_20251127.md");
    fs::write(&stray, "# One day\n\ntext\n").unwrap();
    let stray = stray.to_str().unwrap();
    for (arguments, variables, says) in [
        (vec!["broadcast", "--yes", "Hello"], vec![], "nobody would get it: no chat has said /start yet"),
        (vec!["broadcast", "--yes", " "], vec![], "there is nothing to say: write a text"),
        (vec!["publish", stray], vec![], "no schedule declares the feed `stray`"),
        (vec!["publish", "/nowhere.md"], vec![], "cannot read /nowhere.md"),
        (vec!["stats"], vec![("ON_UNCERTAIN", "skip")], "`skip` is neither hold nor resend"),
        (
            vec!["migrate"],
            vec![("DATABASE_URL", "postgres://a@127.0.0.1:1/b")],
            "cannot reach the database at 127.0.0.1:1",
        ),
    ] {
        let output = stage.command(&arguments, &variables).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && told.contains(says), "{arguments:?}: {told}");
    }
}
