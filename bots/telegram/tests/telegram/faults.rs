//! Every way in which a call can fail says what to do.

use std::time::Duration;

use platform::{ChatId, Scope, SendError};
use sandbox::{Fault, Match};

use crate::stage::{Stage, bot, photo, send, text};

/// Posts one text while `fault` is in force; gives the error and whether the reader has the message.
async fn under(fault: Fault) -> (SendError, bool) {
    let stage = Stage::with_reader().await;
    stage.faults.plan(Match::chat("1"), fault, 1);
    let error = send(&stage.bot(), "1", &text("hello")).await.unwrap_err();
    (error, !stage.ledger.accepted_in("1").is_empty())
}

#[tokio::test]
async fn what_may_have_arrived_is_in_doubt() {
    let doubtful = [
        (Fault::BadGateway { accepted: true }, true),
        (Fault::BadGateway { accepted: false }, false),
        (Fault::AcceptThenDrop, true),
        (Fault::AcceptThenHang, true),
        (Fault::Hang, false),
        (Fault::HalfAnswer, true),
        (Fault::Slow(Duration::from_secs(5)), true),
    ];
    for (fault, arrived) in doubtful {
        let (error, accepted) = under(fault.clone()).await;
        assert!(matches!(error, SendError::Unknown { .. }), "{fault:?}: {error:?}");
        assert_eq!(accepted, arrived, "{fault:?}");
    }
}

#[tokio::test]
async fn what_was_refused_says_what_to_do_about_it() {
    let moved = SendError::Moved { to: ChatId("-100777".to_owned()) };
    assert_eq!(under(Fault::Migrated(-100_777)).await, (moved, false));
    let limited = SendError::RateLimited { retry_after: Duration::from_secs(3600), scope: Scope::Chat };
    let fault = Fault::RateLimited { retry_after: Duration::from_secs(3600), global: false };
    assert_eq!(under(fault).await, (limited, false));
    assert!(matches!(under(Fault::Status(500)).await, (SendError::Transient { .. }, false)));
    assert!(matches!(under(Fault::Blocked).await, (SendError::Gone { .. }, false)));
    assert!(matches!(under(Fault::ChatNotFound).await, (SendError::Gone { .. }, false)));
    assert!(matches!(under(Fault::NoRights).await, (SendError::Suspended { .. }, false)));
    assert!(matches!(under(Fault::Unauthorized).await, (SendError::Fatal { .. }, false)));
}

#[tokio::test]
async fn a_server_that_is_not_there_was_not_spoken_to() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let token = "7000000001:sandbox_AAAABBBBCCCCDDDDEEEEFFFFGGG";
    let error = send(&bot(&format!("http://127.0.0.1:{port}"), token), "1", &text("hello")).await.unwrap_err();
    assert!(matches!(error, SendError::Transient { .. }), "{error:?}");
    assert!(!error.to_string().contains("sandbox_"), "{error}");
}

#[tokio::test]
async fn an_error_after_the_request_was_written_does_not_show_the_token() {
    let (error, _) = under(Fault::AcceptThenDrop).await;
    assert!(!error.to_string().contains("sandbox_"), "{error}");
}

#[tokio::test]
async fn two_chats_refused_at_once_slow_the_whole_bot() {
    let stage = Stage::with_reader().await;
    stage.telegram.add_private(2, "Ben", "en");
    let flood = Fault::RateLimited { retry_after: Duration::from_secs(9), global: true };
    stage.faults.plan(Match::method("sendMessage"), flood, 2);
    let bot = stage.bot();
    let limited = |scope| Err(SendError::RateLimited { retry_after: Duration::from_secs(9), scope });
    assert_eq!(send(&bot, "1", &text("a")).await, limited(Scope::Chat));
    assert_eq!(send(&bot, "2", &text("a")).await, limited(Scope::Bot));
}

#[tokio::test]
async fn readers_who_are_gone_and_content_that_is_wrong_are_told_apart() {
    let stage = Stage::with_reader().await;
    stage.telegram.add_stranger(2, "Ben");
    stage.telegram.add_private(3, "Cem", "en");
    stage.telegram.deactivate(3);
    stage.telegram.add_group(-5, "Basic", &[1]);
    stage.telegram.kick(-5, 1);
    stage.telegram.add_channel(-1009, "News");
    stage.telegram.restrict(-1009, 1);
    let bot = stage.bot();
    for gone in ["2", "3", "4", "-5"] {
        let error = send(&bot, gone, &text("a")).await.unwrap_err();
        assert!(matches!(error, SendError::Gone { .. }), "{gone}: {error:?}");
    }
    let error = send(&bot, "-1009", &text("a")).await.unwrap_err();
    assert!(matches!(error, SendError::Suspended { .. }), "{error:?}");
    for wrong in [text(""), text(&"字".repeat(4097)), photo(&"字".repeat(1025), None)] {
        let error = send(&bot, "1", &wrong).await.unwrap_err();
        assert!(matches!(error, SendError::Refused { .. }), "{error:?}");
    }
    // One bad chat or message leaves the next one alone.
    send(&bot, "1", &text("a")).await.unwrap();
}
