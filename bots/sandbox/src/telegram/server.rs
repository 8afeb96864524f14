//! The server: routes, tokens, faults, and what goes into the ledger.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::answer::{Answer, Refusal, bad_gateway, response};
use super::call::Call;
use super::methods::{Method, find};
use super::{BOT_ID, Shared, TOKEN};
use crate::connection::{Cut, CuttableListener};
use crate::{Entry, Fault, Outcome};

/// The largest body: a document of 50 MB and its envelope.
const MAX_BODY: usize = 51 * 1024 * 1024;

/// Serves until the stand-in ends.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let stop = shared.stop.clone();
    let router = Router::new()
        .route("/{bot}/{method}", any(call))
        .route("/file/{bot}/{*path}", get(download))
        .fallback(|| async { response(Err(Refusal::new(404, "Not Found"))) })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(shared);
    let service = router.into_make_service_with_connect_info::<Cut>();
    let server = axum::serve(CuttableListener(listener), service);
    tokio::select! {
        () = stop.cancelled() => {}
        ended = server.into_future() => drop(ended),
    }
}

/// Refuses a token as the real service does: one that cannot be a token is not found, another one's is unauthorized.
fn check_token(shared: &Shared, segment: &str) -> Result<(), Refusal> {
    let token = segment.strip_prefix("bot").unwrap_or("");
    let shaped = token.split_once(':').is_some_and(|(account, secret)| {
        !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit()) && secret.len() >= 24
    });
    if !shaped {
        return Err(Refusal::new(404, "Not Found"));
    }
    if token != TOKEN || shared.world().unauthorized {
        return Err(Refusal::new(401, "Unauthorized"));
    }
    Ok(())
}

async fn download(State(shared): State<Arc<Shared>>, Path((bot, path)): Path<(String, String)>) -> Response {
    if let Err(refusal) = check_token(&shared, &bot) {
        return response(Err(refusal));
    }
    let world = shared.world();
    match path.strip_prefix("files/").and_then(|id| world.files.get(id)) {
        Some(file) => ([(header::CONTENT_TYPE, file.mime)], file.bytes.clone()).into_response(),
        None => response(Err(Refusal::new(404, "Not Found"))),
    }
}

async fn call(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path((bot, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    if shared.stop.is_cancelled() {
        // The stand-in has ended; a client that kept its connection must not talk to a ghost.
        return dropped(&cut);
    }
    if let Err(refusal) = check_token(&shared, &bot) {
        return response(Err(refusal));
    }
    let (name, method) = match find(&name) {
        Some(method) => (method.name, Some(method)),
        None if name.eq_ignore_ascii_case("getUpdates") => ("getUpdates", None),
        None => return response(Err(Refusal::new(404, "Not Found: method not found"))),
    };
    let call = match Call::read(request).await {
        Ok(call) => call,
        Err(refusal) => return response(Err(refusal)),
    };
    tokio::time::sleep(shared.latency / 2).await;
    let chat = call.chat();
    let fault = match method {
        Some(method) if method.visible => shared.faults.strike("telegram", name, &chat),
        _ => shared.faults.strike_named("telegram", name, &chat),
    };
    let action = Action { shared: &shared, name, method, call };
    let answered = match fault {
        None => response(action.take().await),
        Some(fault) => action.fail(fault, &cut).await,
    };
    tokio::time::sleep(shared.latency / 2).await;
    answered
}

/// A call that has arrived.
struct Action<'a> {
    shared: &'a Shared,
    name: &'static str,
    /// Without one: `getUpdates`.
    method: Option<Method>,
    call: Call,
}

impl Action<'_> {
    /// Does what is asked.
    async fn take(mut self) -> Answer {
        let Some(method) = self.method else { return self.poll().await };
        let mut world = self.shared.world();
        let mut call = std::mem::take(&mut self.call);
        let answer = (method.run)(&mut world, &mut call);
        if method.visible {
            let outcome = match &answer {
                Ok(result) => Outcome::Accepted(message_id(result, &call)),
                Err(refusal) => Outcome::Refused(refusal.status, refusal.description.clone()),
            };
            // Written under the world's lock, so that the ledger has the order in which things happened.
            self.write(call, outcome);
        }
        answer
    }

    /// Misbehaves.
    async fn fail(self, fault: Fault, cut: &Cut) -> Response {
        match fault {
            Fault::RateLimited { retry_after, .. } => self.refuse(Refusal::too_many(retry_after)),
            Fault::Status(status) => {
                let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
                self.refuse(Refusal::new(status, reason.unwrap_or("Error")))
            }
            Fault::Blocked => match self.call.chat().starts_with('-') {
                true => self.refuse(Refusal::forbidden("bot was kicked from the supergroup chat")),
                false => self.refuse(Refusal::forbidden("bot was blocked by the user")),
            },
            Fault::ChatNotFound => self.refuse(Refusal::bad("chat not found")),
            Fault::NoRights => self.refuse(Refusal::bad("not enough rights to send text messages to the chat")),
            Fault::Migrated(to) => self.refuse(Refusal::migrated(to)),
            Fault::Unauthorized => {
                self.shared.world().unauthorized = true;
                self.refuse(Refusal::new(401, "Unauthorized"))
            }
            Fault::BadGateway { accepted: true } => {
                drop(self.take().await);
                bad_gateway()
            }
            Fault::BadGateway { accepted: false } => {
                self.lose();
                bad_gateway()
            }
            Fault::AcceptThenDrop => {
                drop(self.take().await);
                dropped(cut)
            }
            Fault::AcceptThenHang => {
                drop(self.take().await);
                std::future::pending().await
            }
            Fault::Hang => {
                self.lose();
                std::future::pending().await
            }
            Fault::HalfAnswer => half(&self.take().await),
            Fault::Slow(wait) => {
                let answer = self.take().await;
                tokio::time::sleep(wait).await;
                response(answer)
            }
        }
    }

    fn refuse(self, refusal: Refusal) -> Response {
        self.fall(Outcome::Refused(refusal.status, refusal.description.clone()));
        response(Err(refusal))
    }

    fn lose(self) {
        self.fall(Outcome::Lost);
    }

    fn fall(mut self, outcome: Outcome) {
        if self.method.is_some_and(|method| method.visible) {
            let mut call = std::mem::take(&mut self.call);
            for (part, upload) in std::mem::take(&mut call.uploads) {
                let facts = json!({ "file_name": upload.name, "file_size": upload.bytes.len() });
                call.fields.insert(part, facts);
            }
            self.write(call, outcome);
        }
    }

    fn write(&self, call: Call, outcome: Outcome) {
        self.shared.ledger.write(Entry {
            number: 0,
            at: Duration::ZERO,
            platform: "telegram",
            account: BOT_ID.to_string(),
            chat: call.chat(),
            method: self.name.to_owned(),
            payload: Value::Object(call.fields),
            outcome,
        });
    }

    /// `getUpdates`: waits for news as long as the caller says.
    async fn poll(&self) -> Answer {
        let (poll, timeout) = self.shared.world().updates.begin(&self.call);
        // Whoever polls in an older call must learn now that it is over.
        self.shared.news.notify_waiters();
        let end = tokio::time::Instant::now() + Duration::from_secs(timeout);
        loop {
            let news = self.shared.news.notified();
            tokio::pin!(news);
            // Enabled before looking, so that an update that comes in between is not missed.
            news.as_mut().enable();
            let updates = self.shared.world().updates.collect(poll, &self.call)?;
            if !updates.is_empty() {
                return Ok(Value::Array(updates));
            }
            tokio::select! {
                () = news => {}
                () = tokio::time::sleep_until(end) => return Ok(json!([])),
                () = self.shared.stop.cancelled() => return Err(Refusal::new(500, "Internal Server Error: restart")),
            }
        }
    }
}

/// The message that a call made or changed.
fn message_id(result: &Value, call: &Call) -> String {
    let id = result["message_id"].as_i64().or_else(|| call.integer("message_id"));
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// Whatever is answered here, the client sees the connection close.
fn dropped(cut: &Cut) -> Response {
    cut.cut();
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Half of the answer under the whole one's length, then the end of the connection.
fn half(answer: &Answer) -> Response {
    let whole = match answer {
        Ok(result) => json!({ "ok": true, "result": result }).to_string(),
        Err(refusal) => json!({ "ok": false, "description": refusal.description }).to_string(),
    };
    let length = whole.len();
    let first = Bytes::from(whole.into_bytes()).slice(..length / 2);
    let parts = futures::stream::iter([Ok(first), Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))]);
    let headers = [(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_LENGTH, length.to_string())];
    (headers, Body::from_stream(parts)).into_response()
}
