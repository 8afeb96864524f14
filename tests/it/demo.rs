//! `paperboy demo` as a visitor meets it.

use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

use paperboy::demo::{Demo, Options};
use sandbox::Entry;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

/// Calls that show the digest's picture, which only the digest has.
fn has_picture(entry: &Entry) -> bool {
    let embeds_picture = entry.payload["embeds"][0]["image"]["url"].is_string();
    entry.accepted() && (entry.payload.get("photo").is_some() || embeds_picture)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_digest_reaches_every_chat_of_the_demo_by_itself() {
    // Open to the account that PostgreSQL runs under when we are root.
    let folder = tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o755)).tempdir().unwrap();
    let options = Options { port: Some(0), data_dir: Some(folder.path().to_owned()) };
    let demo = Demo::start(&options).await.unwrap();
    let (ledger, url, stop) = (demo.ledger().clone(), demo.url(), CancellationToken::new());
    let chats: Vec<Value> = reqwest::get(format!("{url}chats")).await.unwrap().json().await.unwrap();
    assert_eq!(chats.len(), 4);
    assert!(Demo::start(&options).await.is_err(), "a second demo in the folder would empty the first one's database");

    let running = tokio::spawn(demo.run(stop.clone()));
    let arrived = ledger.wait_until(|entries| {
        chats.iter().all(|chat| entries.iter().any(|entry| chat["chat"] == entry.chat && has_picture(entry)))
    });
    tokio::time::timeout(Duration::from_secs(90), arrived).await.expect("the digest in every chat");

    // The sample of long ago, which is there from the first, goes out when somebody touches it.
    let before = ledger.entries().len();
    let sample = folder.path().join("demo/reports/2025-11-27-twitter_ai_20251127_20251127.md");
    File::options().append(true).open(sample).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    let arrived = ledger.wait_until(|entries| {
        let news = &entries[before.min(entries.len())..];
        chats.iter().all(|chat| {
            news.iter().any(|entry| {
                chat["chat"] == entry.chat && has_picture(entry) && entry.payload.to_string().contains("2025-11-27")
            })
        })
    });
    tokio::time::timeout(Duration::from_secs(90), arrived).await.expect("the sample in every chat");
    stop.cancel();
    running.await.unwrap().unwrap();
}
