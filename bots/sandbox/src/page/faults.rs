//! The buttons that make the stand-ins misbehave.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::Shared;
use crate::{Fault, Match};

/// The calls that bulk messages are sent with. Answers to readers stay well, so that the page can be used meanwhile.
const POSTING: [(&str, &str); 3] =
    [("telegram", "sendMessage"), ("telegram", "sendPhoto"), ("discord", "createMessage")];

#[derive(Deserialize)]
pub(super) struct Wanted {
    fault: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// Ends all faults.
    None,
    /// The next two posts of each kind are refused for three seconds.
    RateLimit,
    /// The next two posts of each kind get a gateway's error page and are not taken.
    BadGateway,
    /// The next post of each kind is taken, and the connection breaks before the answer.
    LostAnswer,
    /// The next three posts of each kind take three seconds.
    Slow,
}

/// Switches a fault on, or all off.
pub(super) async fn set(State(shared): State<Arc<Shared>>, Json(wanted): Json<Wanted>) -> StatusCode {
    let (fault, times) = match wanted.fault {
        Kind::None => {
            shared.stage.faults.clear();
            return StatusCode::NO_CONTENT;
        }
        Kind::RateLimit => (Fault::RateLimited { retry_after: Duration::from_secs(3), global: false }, 2),
        Kind::BadGateway => (Fault::BadGateway { accepted: false }, 2),
        Kind::LostAnswer => (Fault::AcceptThenDrop, 1),
        Kind::Slow => (Fault::Slow(Duration::from_secs(3)), 3),
    };
    for (platform, method) in POSTING {
        let what = Match { platform: Some(platform), chat: None, method: Some(method.to_owned()) };
        shared.stage.faults.plan(what, fault.clone(), times);
    }
    StatusCode::NO_CONTENT
}
