//! What the formatter writes, posted by the adapter to the stand-in that refuses what Discord refuses.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

use std::path::PathBuf;
use std::sync::Arc;

use paperboy::{platforms, preview::Preview};
use platform::{
    Attachment, ChatId, Language, Layout, Message, Outgoing, Picture, PictureFormat, PictureId, Platform, SendKey,
};
use sandbox::discord::{Discord, Settings};
use sandbox::{Faults, Ledger};
use serde_json::Value;

#[tokio::test]
async fn discord_takes_every_message_of_every_report() {
    let settings = Settings { enforce_limits: false, ..Settings::default() };
    let ledger = Ledger::default();
    let discord = Discord::start(settings, ledger.clone(), Faults::default()).await.unwrap();
    let chat = ChatId(discord.add_dm(7, "reader", "zh-CN").to_string());
    let env = |name: &str| match name {
        "DISCORD_TOKEN" => Some(discord.token()),
        "DISCORD_API_URL" => Some(discord.url()),
        _ => None,
    };
    let adapter = platforms::adapter("discord").unwrap();
    let bot = (adapter.connect)(&env).unwrap().remove(0);
    let messages = messages();
    for (number, message) in messages.iter().enumerate() {
        post(&*bot, &chat, message, number).await;
    }
    assert!(!messages.is_empty());
    assert_eq!(ledger.accepted_in(&chat.0).len(), messages.len());
}

/// Every report of the project, as it would be posted.
fn messages() -> Vec<Value> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let files: Vec<PathBuf> = ["reports", "tests/fixtures"]
        .into_iter()
        .flat_map(|folder| paperboy::report::folder::list(&root.join(folder)).unwrap())
        .map(|found| found.path)
        .collect();
    let platforms = vec![platforms::adapter("discord").unwrap()];
    let preview = Preview {
        files: &files,
        platforms,
        layouts: vec![Layout::Full],
        language: Language::Zh,
        json: true,
        pages: false,
    };
    let mut out = Vec::new();
    preview.write(&mut out, &mut Vec::new()).unwrap();
    String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn post(bot: &dyn Platform, chat: &ChatId, line: &Value, number: usize) {
    let id = PictureId("p".into());
    let picture = Picture { id: id.clone(), format: PictureFormat::Png, width: 1, height: 1, bytes: vec![0; 1000] };
    let picture = Attachment { picture: Arc::new(picture), uploaded: None };
    let pictures = line["payload"]["attachments"].as_array().map_or(0, Vec::len);
    let method = line["method"].as_str().unwrap().to_owned();
    let message = Message { method, payload: line["payload"].clone(), pictures: vec![id; pictures] };
    let outgoing = Outgoing { message, attachments: vec![picture; pictures] };
    let sent = bot.send(chat, &outgoing, &SendKey(number.to_string())).await;
    assert!(sent.is_ok(), "{}: {sent:?}", line["file"]);
}
