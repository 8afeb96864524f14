//! One call from start to end: token, faults, limits, what it does, the ledger, the answer.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;

use super::body::Body;
use super::problem::Problem;
use super::world::World;
use super::{PLATFORM, Server};
use crate::connection::Cut;
use crate::fault::Fault;
use crate::ledger::{Entry, Outcome};

/// The calls that a reader sees something of; a fault strikes any other only when it names it.
const POSTS: [&str; 5] = ["createMessage", "editMessage", "deleteMessage", "editOriginal", "followUp"];

/// Who calls, and what.
pub(super) struct Call {
    pub(super) server: Arc<Server>,
    pub(super) cut: Cut,
    pub(super) method: &'static str,
    /// The channel, or nothing.
    pub(super) chat: String,
    /// The limits that it counts on.
    pub(super) counts: Counts,
}

/// What a call counts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counts {
    /// The bot's limit and its channel's bucket; the bot's token is needed.
    Channel,
    /// The bot's limit; the bot's token is needed.
    Bot,
    /// Nothing: interactions carry a token of their own.
    Nothing,
}

/// What a call did.
pub(super) struct Done {
    status: StatusCode,
    answer: Option<Value>,
    visible: Option<u64>,
}

impl Done {
    /// Nothing that a reader sees.
    pub(super) fn quietly(answer: Option<Value>) -> Self {
        let status = if answer.is_some() { StatusCode::OK } else { StatusCode::NO_CONTENT };
        Self { status, answer, visible: None }
    }

    /// A reader sees this message.
    pub(super) fn visibly(message: u64, answer: Option<Value>) -> Self {
        Self { visible: Some(message), ..Self::quietly(answer) }
    }
}

impl Call {
    /// Runs the call; `act` does its work on the world.
    pub(super) async fn run(
        self,
        headers: &HeaderMap,
        body: Result<Body, Problem>,
        act: impl FnOnce(&mut World, &Body) -> Result<Done, Problem>,
    ) -> Response {
        tokio::time::sleep(self.server.settings.latency).await;
        let payload = body.as_ref().map(Body::facts).unwrap_or_default();
        let faults = &self.server.faults;
        let fault = if POSTS.contains(&self.method) {
            faults.strike(PLATFORM, self.method, &self.chat)
        } else {
            faults.strike_named(PLATFORM, self.method, &self.chat)
        };
        if fault == Some(Fault::Unauthorized) {
            self.server.world().token_refused = true;
        }
        if let Err(problem) = self.authorized(headers) {
            return self.refuse(payload, problem);
        }
        if let Some(answer) = self.stumble(fault.as_ref(), &payload).await {
            return answer;
        }
        let (limits, verdict) = self.count();
        if let Err(problem) = verdict {
            return (limits, self.refuse(payload, problem)).into_response();
        }
        let done = body.and_then(|body| act(&mut self.server.world(), &body));
        let done = match done {
            Ok(done) => done,
            Err(problem) => return (limits, self.refuse(payload, problem)).into_response(),
        };
        if let Some(message) = done.visible {
            self.write(payload, Outcome::Accepted(message.to_string()));
        }
        match fault {
            Some(Fault::BadGateway { .. }) => return bad_gateway(),
            Some(Fault::AcceptThenDrop) => self.cut.cut(),
            Some(Fault::AcceptThenHang) => self.server.stop.cancelled().await,
            Some(Fault::HalfAnswer) => return half(&done.answer.unwrap_or_default()),
            _ => {}
        }
        match done.answer {
            Some(answer) => (done.status, limits, Json(answer)).into_response(),
            None => (done.status, limits).into_response(),
        }
    }

    fn authorized(&self, headers: &HeaderMap) -> Result<(), Problem> {
        if self.counts == Counts::Nothing {
            return Ok(());
        }
        let world = self.server.world();
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let right = given.and_then(|value| value.strip_prefix("Bot ")) == Some(&world.token);
        if right && !world.token_refused { Ok(()) } else { Err(Problem::unauthorized()) }
    }

    /// The faults that stand before the call's work.
    async fn stumble(&self, fault: Option<&Fault>, payload: &Value) -> Option<Response> {
        let problem = match fault? {
            Fault::RateLimited { retry_after, global } => Problem::rate_limited(*retry_after, *global),
            Fault::Status(status) => Problem::status(*status),
            Fault::Blocked => Problem::cannot_message_user(),
            Fault::ChatNotFound => Problem::unknown_channel(),
            Fault::NoRights => Problem::missing_permissions(),
            Fault::Slow(wait) => {
                tokio::time::sleep(*wait).await;
                return None;
            }
            Fault::BadGateway { accepted: false } => {
                self.write(payload.clone(), Outcome::Lost);
                return Some(bad_gateway());
            }
            Fault::Hang => {
                self.write(payload.clone(), Outcome::Lost);
                self.server.stop.cancelled().await;
                return Some(bad_gateway());
            }
            _ => return None,
        };
        Some(self.refuse(payload.clone(), problem))
    }

    /// The headers that tell where the limits stand, and whether the call keeps them.
    fn count(&self) -> (HeaderMap, Result<(), Problem>) {
        let settings = &self.server.settings;
        if !settings.enforce_limits || self.counts == Counts::Nothing {
            return (HeaderMap::new(), Ok(()));
        }
        let mut world = self.server.world();
        let now = Instant::now();
        let verdict = world.limits.count_global(settings, now);
        if self.counts == Counts::Bot || verdict.is_err() {
            return (HeaderMap::new(), verdict);
        }
        let (standing, verdict) = world.limits.count(&format!("{}:{}", self.method, self.chat), settings, now);
        #[allow(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit a double for millennia")]
        let headers = standing.headers(world.clock() as f64 / 1000.0);
        (headers, verdict)
    }

    fn refuse(&self, payload: Value, problem: Problem) -> Response {
        if matches!(problem.status, 401 | 403 | 429) {
            self.server.world().invalid_requests += 1;
        }
        let told = format!("{} {}", problem.code, problem.message);
        self.write(payload, Outcome::Refused(problem.status, told));
        problem.into_response()
    }

    fn write(&self, payload: Value, outcome: Outcome) {
        let account = self.server.account.clone();
        let (chat, method) = (self.chat.clone(), self.method.to_owned());
        let entry =
            Entry { number: 0, at: Default::default(), platform: PLATFORM, account, chat, method, payload, outcome };
        self.server.ledger.write(entry);
    }
}

fn bad_gateway() -> Response {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>";
    (StatusCode::BAD_GATEWAY, Html(page)).into_response()
}

/// Half of the answer under the whole one's length, then the end of the connection.
fn half(answer: &Value) -> Response {
    let whole = answer.to_string();
    let length = whole.len();
    let first = Bytes::from(whole.into_bytes()).slice(..length / 2);
    let parts = futures::stream::iter([Ok(first), Err(io::Error::from(io::ErrorKind::ConnectionReset))]);
    let headers = [(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_LENGTH, length.to_string())];
    (headers, axum::body::Body::from_stream(parts)).into_response()
}
