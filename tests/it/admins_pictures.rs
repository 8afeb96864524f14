//! The pictures that an admin is shown, over Discord's own interface: a broadcast's card and the figures of the last days.

use sandbox::Entry;
use serde_json::Value;

use crate::stage::Stage;

const ADMIN: u64 = 8_001;

/// The pictures of an accepted message, as the stand-in keeps them.
fn pictures(stage: &Stage, entry: &Entry) -> Vec<(String, Vec<u8>)> {
    let sandbox::Outcome::Accepted(message) = &entry.outcome else { return Vec::new() };
    let Some(shown) = stage.discord.message(message) else { return Vec::new() };
    let names = shown["attachments"].as_array().into_iter().flatten().filter_map(|one| one["filename"].as_str());
    names.filter_map(|name| stage.discord.attachment(message, name)).collect()
}

/// The button that sends a broadcast.
fn confirm(stage: &Stage, entry: &Entry) -> Option<(u64, String)> {
    let sandbox::Outcome::Accepted(message) = &entry.outcome else { return None };
    let shown: Value = stage.discord.message(message)?;
    let action = shown["components"][0]["components"][0]["custom_id"].as_str()?;
    action.starts_with("/confirm").then_some((message.parse().ok()?, action.to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_and_the_figures_reach_an_admin_on_discord() {
    let stage = Stage::new().await;
    let dm = stage.discord.add_dm(ADMIN, "ada", "en-US");
    let _program = stage.serve_with(&[("ADMINS", &format!("discord:{ADMIN}"))]);
    stage.discord.slash(dm, ADMIN, "start", &[]);
    stage.until_database("the admin is subscribed", "select count(*) = 1 from subscriptions").await;
    stage.discord.slash(dm, ADMIN, "broadcast", &[("text", "# No digest tonight")]);
    let has_button = |all: &[Entry]| all.iter().any(|entry| confirm(&stage, entry).is_some());
    let entries = stage.until("the question is there", has_button).await;
    let (message, action) = entries.iter().find_map(|entry| confirm(&stage, entry)).unwrap();
    // The question stands below what it asks about.
    let shown = entries.iter().flat_map(|entry| pictures(&stage, entry));
    let [(kind, card)] = shown.collect::<Vec<_>>().try_into().unwrap();
    assert_eq!((kind.as_str(), card.starts_with(&[0xFF, 0xD8])), ("image/jpeg", true));

    stage.discord.press(dm, ADMIN, message, &action);
    let sent = |entry: &&Entry| entry.method == "createMessage" && !pictures(&stage, entry).is_empty();
    let entries = stage.until("the broadcast is there", |all| all.iter().any(|entry| sent(&entry))).await;
    let broadcast = entries.iter().find(sent).unwrap();
    assert_eq!(pictures(&stage, broadcast), [("image/jpeg".to_owned(), card.clone())]);
    stage.until_database("it is done", "select bool_and(state = 'done') from publications").await;

    let before = stage.ledger.entries().len();
    stage.discord.slash(dm, ADMIN, "stats", &[]);
    let figures = |all: &[Entry]| all[before..].iter().any(|entry| !pictures(&stage, entry).is_empty());
    let entries = stage.until("the figures are there", figures).await;
    let shown = entries[before..].iter().find_map(|entry| pictures(&stage, entry).pop()).unwrap();
    assert_eq!(shown.0, "image/jpeg");
    assert_ne!(shown.1, card);
    let refused: Vec<_> = stage.ledger.entries().into_iter().filter(|entry| !entry.accepted()).collect();
    assert!(refused.is_empty(), "{refused:#?}");
}
