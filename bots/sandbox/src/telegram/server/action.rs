//! What becomes of a call: it is done, or a fault strikes it; both stand in the ledger.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::connection::Cut;
use crate::telegram::Shared;
use crate::telegram::answer::{Answer, Refusal, bad_gateway, response};
use crate::telegram::call::Call;
use crate::telegram::methods::Method;
use crate::{Entry, Fault, Outcome};

/// A call that has arrived.
pub(super) struct Action<'a> {
    pub(super) shared: &'a Shared,
    pub(super) name: &'static str,
    /// Without one: `getUpdates`.
    pub(super) method: Option<Method>,
    pub(super) call: Call,
}

impl Action<'_> {
    /// Does what is asked.
    pub(super) async fn take(mut self) -> Answer {
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
    pub(super) async fn fail(self, fault: Fault, cut: &Cut) -> Response {
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
            account: self.shared.account.to_string(),
            chat: call.chat(),
            method: self.name.to_owned(),
            payload: Value::Object(call.fields),
            outcome,
        });
    }

    /// `getUpdates`: waits for news as long as the caller says.
    async fn poll(&self) -> Answer {
        let (poll, timeout) = self.shared.world().updates.begin(&self.call);
        let _waiting = Waiting::begin(self.shared);
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

/// A poll that waits. It ends when dropped: with its answer, or with the client's connection.
struct Waiting<'a>(&'a Shared);

impl<'a> Waiting<'a> {
    fn begin(shared: &'a Shared) -> Self {
        shared.polls.fetch_add(1, Ordering::SeqCst);
        Self(shared)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.polls.fetch_sub(1, Ordering::SeqCst);
        self.0.news.notify_waiters();
    }
}

/// The message that a call made or changed.
fn message_id(result: &Value, call: &Call) -> String {
    let id = result["message_id"].as_i64().or_else(|| call.integer("message_id"));
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// Whatever is answered here, the client sees the connection close.
pub(in crate::telegram) fn dropped(cut: &Cut) -> Response {
    cut.cut();
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Half of the answer under the whole one's length, then the end of the connection.
pub(in crate::telegram) fn half(answer: &Answer) -> Response {
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
