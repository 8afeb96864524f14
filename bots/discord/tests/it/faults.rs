//! Every way in which Discord fails, and what the engine is told.

use std::time::Duration;

use platform::{ChatId, Scope, SendError, SendKey};
use sandbox::{Fault, Match};
use serde_json::json;

use crate::stage::{CHANNEL, GUILD, Stage, bot, illustrated, outgoing, words};

fn class(result: &Result<String, SendError>) -> &'static str {
    match result {
        Ok(_) => "sent",
        Err(SendError::RateLimited { scope: Scope::Chat, .. }) => "chat waits",
        Err(SendError::RateLimited { scope: Scope::Bot, .. }) => "bot waits",
        Err(SendError::Transient { .. }) => "transient",
        Err(SendError::Unknown { .. }) => "unknown",
        Err(SendError::Gone { .. }) => "gone",
        Err(SendError::Suspended { .. }) => "suspended",
        Err(SendError::Moved { .. }) => "moved",
        Err(SendError::Refused { .. }) => "refused",
        Err(SendError::Fatal { .. }) => "fatal",
        Err(SendError::Unwelcome { .. }) => "unwelcome",
    }
}

#[tokio::test]
async fn every_fault_tells_what_to_do() {
    let retry_after = Duration::from_millis(1500);
    for (fault, expected, seen) in [
        (Fault::RateLimited { retry_after, global: false }, "chat waits", 0),
        (Fault::RateLimited { retry_after, global: true }, "bot waits", 0),
        (Fault::Status(500), "unknown", 0),
        (Fault::Status(400), "refused", 0),
        (Fault::BadGateway { accepted: false }, "unknown", 0),
        (Fault::BadGateway { accepted: true }, "unknown", 1),
        (Fault::AcceptThenDrop, "unknown", 1),
        (Fault::AcceptThenHang, "unknown", 1),
        (Fault::Hang, "unknown", 0),
        (Fault::HalfAnswer, "unknown", 1),
        (Fault::Slow(Duration::from_millis(50)), "sent", 1),
        (Fault::Blocked, "gone", 0),
        (Fault::ChatNotFound, "gone", 0),
        (Fault::NoRights, "suspended", 0),
        (Fault::Unauthorized, "fatal", 0),
    ] {
        let stage = Stage::new().await;
        stage.faults.plan(Match::chat(stage.dm().0), fault.clone(), 1);
        let result = stage.send(&stage.dm(), "text").await;
        assert_eq!(class(&result), expected, "{fault:?}: {result:?}");
        assert_eq!(stage.seen(&stage.dm()).len(), seen, "{fault:?}");
        if let Err(SendError::RateLimited { retry_after: told, .. }) = result {
            assert_eq!(told, retry_after);
        }
    }
}

#[tokio::test]
async fn what_happens_to_a_chat_tells_what_to_do() {
    let stage = Stage::new().await;
    let (dm, channel) = (stage.dm(), ChatId(CHANNEL.to_string()));
    let thread = 5001;
    stage.discord.add_thread(GUILD, CHANNEL, thread, "thread");
    stage.discord.block(stage.dm);
    assert_eq!(class(&stage.send(&dm, "blocked").await), "gone");
    stage.discord.part(stage.dm);
    assert_eq!(class(&stage.send(&dm, "no server in common").await), "suspended");
    stage.discord.reopen(stage.dm);
    assert_eq!(class(&stage.send(&dm, "welcome back").await), "sent");
    stage.discord.archive(thread);
    assert_eq!(class(&stage.send(&ChatId(thread.to_string()), "archived").await), "suspended");
    stage.discord.permit(CHANNEL, 0);
    assert_eq!(class(&stage.send(&channel, "hidden").await), "suspended");
    stage.discord.permit(CHANNEL, 1 << 10);
    assert_eq!(class(&stage.send(&channel, "read only").await), "suspended");
    stage.discord.delete_channel(CHANNEL);
    assert_eq!(class(&stage.send(&channel, "deleted").await), "gone");
}

#[tokio::test]
async fn a_bot_that_may_not_attach_files_is_suspended_for_pictures_only() {
    let stage = Stage::new().await;
    let channel = ChatId(CHANNEL.to_string());
    stage.discord.permit(CHANNEL, (1 << 10) | (1 << 11) | (1 << 14));
    let pictured = stage.bot.send(&channel, &illustrated("text"), &SendKey("k".into())).await;
    assert!(matches!(pictured, Err(SendError::Suspended { .. })), "{pictured:?}");
    assert_eq!(class(&stage.send(&channel, "words").await), "sent");
}

#[tokio::test]
async fn content_that_discord_refuses_is_our_fault() {
    let stage = Stage::new().await;
    for payload in [
        json!({ "content": "字".repeat(2001) }),
        json!({ "content": "  " }),
        json!({ "embeds": [{ "image": { "url": "attachment://picture0.png" } }] }),
    ] {
        let sent = stage.bot.send(&stage.dm(), &outgoing(payload, &[]), &SendKey("k".into())).await;
        assert!(matches!(sent, Err(SendError::Refused { .. })), "{sent:?}");
    }
    assert_eq!(class(&stage.send(&stage.dm(), "well").await), "sent");
}

#[tokio::test]
async fn nobody_at_the_address_proves_that_nothing_was_sent() {
    let stage = Stage::new().await;
    let (dm, bot) = (stage.dm(), stage.bot.clone());
    // A port that was free a moment ago; nothing listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let lonely = self::bot(&format!("http://{free}"), &stage.discord.token());
    let sent = lonely.send(&dm, &words("hello"), &SendKey("k".into())).await;
    assert!(matches!(sent, Err(SendError::Transient { .. })), "{sent:?}");
    bot.send(&dm, &words("hello"), &SendKey("k".into())).await.unwrap();
}

#[tokio::test]
async fn a_wrong_token_stops_the_bot_and_is_never_told() {
    let stage = Stage::new().await;
    let wrong = stage.discord.token().replace("sandbox-token", "wrong-token");
    let error = bot(&stage.discord.url(), &wrong).send(&stage.dm(), &words("x"), &SendKey("k".into())).await;
    let error = error.unwrap_err();
    assert!(matches!(error, SendError::Fatal { .. }), "{error:?}");
    assert!(!error.to_string().contains("wrong-token"));
}

#[tokio::test]
async fn a_chat_id_of_another_platform_never_reaches_discord() {
    let stage = Stage::new().await;
    let sent = stage.send(&ChatId("../users/@me".into()), "x").await;
    assert_eq!(class(&sent), "refused");
    assert!(stage.ledger.entries().is_empty());
}
