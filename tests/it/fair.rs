//! Replies go first: bulk never uses their share of the bot's pace, and is told to wait by nobody.

use std::time::Duration;

use sandbox::{Entry, telegram};

use crate::{
    readers,
    roles::button,
    stage::{ADMIN, Stage},
};

/// Readers of the broadcast: at least twenty seconds' worth.
const CROWD: i64 = 500;

fn hellos(entries: &[Entry]) -> usize {
    entries.iter().filter(|entry| entry.accepted() && entry.payload["text"] == "Hello").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_is_answered_at_once_while_a_broadcast_fills_the_bots_pace() {
    // As strict as the real service: thirty a second, all together.
    let stage = Stage::with(telegram::Settings { enforce_limits: true, ..Default::default() }).await;
    // A busy machine delivers what was sent evenly in small heaps, which needs a little room below thirty.
    let settings = [("DISCORD_TOKEN", ""), ("TELEGRAM_RATE", "20")];
    let _program = stage.serve_with(&settings);
    readers::on_telegram(&stage, CROWD).await;
    let said = stage.command(&["broadcast", "--yes", "Hello"], &settings).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    stage.until("the broadcast is under way", |entries| hellos(entries) >= 50).await;
    // Ten strangers ask at the same time: more than two seconds of the replies' share.
    for stranger in 1..=10 {
        stage.telegram.add_private(stranger, "Stranger", "en");
        stage.telegram.say(stranger, stranger, "/help");
    }
    let answered = |entries: &[Entry]| {
        let chats = (1..=10).map(|stranger: i64| stranger.to_string());
        chats.into_iter().all(|chat| entries.iter().any(|entry| entry.chat == chat && entry.accepted()))
    };
    let entries = stage.until("all strangers are answered", answered).await;
    assert!(hellos(&entries) < 400, "long before the broadcast is over: {}", hellos(&entries));
    let refused: Vec<&Entry> = entries.iter().filter(|entry| !entry.accepted()).collect();
    assert!(refused.is_empty(), "nobody is too fast: {refused:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_broadcast_is_faster_shows_its_price_and_leaves_replies_free() {
    let stage = Stage::with(telegram::Settings { enforce_limits: true, ..Default::default() }).await;
    let settings = [("TELEGRAM_RATE", "200"), ("TELEGRAM_PAID_BROADCAST", "true"), ("DISCORD_TOKEN", "")];
    let _program = stage.serve_with(&settings);
    readers::on_telegram(&stage, CROWD).await;
    stage.telegram.add_private(ADMIN, "Admin", "en");
    stage.telegram.say(ADMIN, ADMIN, "/broadcast Hello");
    let chat = ADMIN.to_string();
    let shown = stage.until("the preview is there", |entries| button(entries, &chat).is_some()).await;
    // Of five hundred at two hundred a second, thirty a second are free.
    let price = "about 43 Telegram Stars";
    assert!(shown.iter().any(|entry| entry.payload["text"].to_string().contains(price)), "{shown:#?}");
    let asked = stage.command(&["broadcast", "Hello"], &settings).output().unwrap();
    let question = String::from_utf8_lossy(&asked.stderr);
    assert!(!asked.status.success() && question.contains(price) && question.contains("--yes"), "{question}");
    let (message, action) = button(&shown, &chat).unwrap();
    stage.telegram.press(ADMIN, ADMIN, message, &action);
    let entries = stage.until("everybody has it", |entries| hellos(entries) > usize::try_from(CROWD).unwrap()).await;

    let bulk = |entry: &&Entry| entry.payload["text"] == "Hello" && entry.chat != chat;
    let (bulk, replies): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| bulk(entry));
    assert!(bulk.iter().all(|entry| entry.payload["allow_paid_broadcast"] == true));
    assert!(replies.iter().all(|entry| entry.payload["allow_paid_broadcast"].is_null()), "replies are never paid for");
    assert!(entries.iter().all(Entry::accepted), "{entries:#?}");
    let took = bulk[bulk.len() - 1].at - bulk[0].at;
    assert!(took < Duration::from_secs(12), "at the free pace it takes twenty seconds, not {took:?}");
    // The price that was shown, give or take what a busy machine delays.
    let paid = stage.telegram.paid();
    assert!(paid > 0 && paid <= 450, "{paid} messages were paid for");
}
