//! A stand-in of the Bot API for very many readers: it checks less than [`super::Telegram`], knows every chat, and keeps
//! 24 bytes a message, so that a million of them fit and it takes little of the machine from who is measured.

mod posted;

use std::{
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::{ConnectInfo, DefaultBodyLimit, Request, State},
    http::Uri,
    response::Response,
};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::Notify,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{
    FIRST_BOT, FIRST_TOKEN,
    answer::{Answer, Refusal, bad_gateway, response},
    ask,
    server::action::{dropped, half},
};
use crate::{
    Fault, Faults,
    connection::{Cut, CuttableListener},
    judge::Accepted,
};

use posted::{Posted, read};

/// The largest body: a report's picture and its envelope.
const MAX_BODY: usize = 11 * 1024 * 1024;

/// How the stand-in behaves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// How long an answer takes, there and back.
    pub latency: Duration,
    /// More messages than this in any second are refused with 429.
    pub per_second: Option<usize>,
}

/// The running stand-in: cheap to clone, ends with its last clone.
#[derive(Clone, Debug)]
pub struct Crowd {
    shared: Arc<Shared>,
    url: Arc<str>,
    _end: Arc<DropGuard>,
}

#[derive(Debug)]
struct Shared {
    settings: Settings,
    faults: Faults,
    began: Instant,
    accepted: Mutex<Vec<Accepted>>,
    /// How many were refused with 429 by the limit, struck by a fault, edited or deleted.
    refused: AtomicU64,
    struck: AtomicU64,
    changed: AtomicU64,
    /// What readers have said and nobody has confirmed, and how much that ever was: ids never come again.
    updates: Mutex<(Vec<(i64, Value)>, i64)>,
    news: Notify,
}

impl Crowd {
    /// Begins to listen on a free port of this machine.
    ///
    /// # Errors
    /// No port can be had.
    pub async fn start(settings: Settings, faults: Faults) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            settings,
            faults,
            began: Instant::now(),
            accepted: Mutex::default(),
            refused: AtomicU64::default(),
            struck: AtomicU64::default(),
            changed: AtomicU64::default(),
            updates: Mutex::default(),
            news: Notify::new(),
        });
        let router = Router::new()
            .fallback(call)
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .with_state(shared.clone())
            .into_make_service_with_connect_info::<Cut>();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = stopped.cancelled() => {}
                ended = axum::serve(CuttableListener(listener), router).into_future() => drop(ended),
            }
        });
        Ok(Self { shared, url: url.into(), _end: Arc::new(stop.drop_guard()) })
    }

    /// The address for `TELEGRAM_API_URL`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The bot's token.
    #[must_use]
    pub fn token(&self) -> &'static str {
        FIRST_TOKEN
    }

    /// What was accepted from the `from`th message on, in order.
    #[must_use]
    pub fn accepted_from(&self, from: usize) -> Vec<Accepted> {
        self.shared.accepted().get(from..).unwrap_or_default().to_vec()
    }

    /// How many messages were accepted.
    #[must_use]
    pub fn accepted(&self) -> usize {
        self.shared.accepted().len()
    }

    /// How many messages were refused because too many came in a second.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.shared.refused.load(Ordering::Relaxed)
    }

    /// How many messages met a fault.
    #[must_use]
    pub fn struck(&self) -> u64 {
        self.shared.struck.load(Ordering::Relaxed)
    }

    /// How many messages were edited or deleted.
    #[must_use]
    pub fn changed(&self) -> u64 {
        self.shared.changed.load(Ordering::Relaxed)
    }

    /// How long ago it was started: what a message accepted now would have as `at`.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.shared.began.elapsed()
    }

    /// A reader writes to the bot in their private chat.
    pub fn say(&self, chat: i64, text: &str) {
        let mut said = self.shared.updates.lock().unwrap_or_else(PoisonError::into_inner);
        let (updates, count) = &mut *said;
        *count += 1;
        let id = *count;
        let person = json!({ "id": chat, "is_bot": false, "first_name": "Reader", "language_code": "en" });
        let chat = json!({ "id": chat, "type": "private", "first_name": "Reader" });
        let message = json!({ "message_id": id, "date": 1_764_201_600, "from": person, "chat": chat, "text": text });
        updates.push((id, json!({ "update_id": id, "message": message })));
        drop(said);
        self.shared.news.notify_waiters();
    }
}

impl Shared {
    fn accepted(&self) -> MutexGuard<'_, Vec<Accepted>> {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Accepts a message, unless too many came within the last second.
    fn post(&self, chat: i64, text: &str, photo: bool) -> Answer {
        let mut accepted = self.accepted();
        let at = self.began.elapsed();
        if let Some(most) = self.settings.per_second
            && let Some(first) = accepted.len().checked_sub(most)
            && at < accepted[first].at() + Duration::from_secs(1)
        {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Err(Refusal::too_many(accepted[first].at() + Duration::from_secs(1) - at));
        }
        accepted.push(Accepted::new(at, chat, text));
        let id = accepted.len();
        drop(accepted);
        let chat = json!({ "id": chat, "type": "private", "first_name": "Reader" });
        let mut message = json!({ "message_id": id, "date": 1_764_201_600, "chat": chat });
        if photo {
            let size = json!({ "file_id": "photo", "file_unique_id": "photo", "width": 1200, "height": 675 });
            message["photo"] = json!([size]);
            message["caption"] = json!(text);
        } else {
            message["text"] = json!(text);
        }
        Ok(message)
    }

    /// `getUpdates`: waits for news as long as the caller says.
    async fn poll(&self, call: &Posted) -> Answer {
        let fresh = || {
            let (updates, _) = &mut *self.updates.lock().unwrap_or_else(PoisonError::into_inner);
            updates.retain(|(id, _)| *id >= call.offset);
            updates.iter().map(|(_, update)| update.clone()).collect::<Vec<_>>()
        };
        let waited = async {
            loop {
                let news = self.news.notified();
                tokio::pin!(news);
                // Enabled before looking, so that an update that comes in between is not missed.
                news.as_mut().enable();
                let updates = fresh();
                if !updates.is_empty() {
                    return updates;
                }
                news.await;
            }
        };
        Ok(Value::Array(timeout(Duration::from_secs(call.timeout), waited).await.unwrap_or_default()))
    }
}

async fn call(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    uri: Uri,
    request: Request,
) -> Response {
    // Clients write a method's name as they like.
    let method = uri.path().rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let posted = read(request).await;
    let chat = posted.chat_id.as_i64().or_else(|| posted.chat_id.as_str()?.parse().ok()).unwrap_or_default();
    if method.starts_with("edit") || method.starts_with("delete") {
        shared.changed.fetch_add(1, Ordering::Relaxed);
        return response(Ok(true.into()));
    }
    if !method.starts_with("send") {
        return response(match method.as_str() {
            "getupdates" => shared.poll(&posted).await,
            "getme" => Ok(ask::itself(super::world::bot(FIRST_BOT))),
            _ => Ok(true.into()),
        });
    }
    let half_way = shared.settings.latency / 2;
    if !half_way.is_zero() {
        sleep(half_way).await;
    }
    let text = if posted.text.is_empty() { &posted.caption } else { &posted.text };
    let take = || shared.post(chat, text, method == "sendphoto");
    let answer = match shared.faults.strike("telegram", &method, &chat.to_string()) {
        None => response(take()),
        Some(fault) => {
            shared.struck.fetch_add(1, Ordering::Relaxed);
            misbehave(fault, take, &cut).await
        }
    };
    if !half_way.is_zero() {
        sleep(half_way).await;
    }
    answer
}

async fn misbehave(fault: Fault, take: impl FnOnce() -> Answer, cut: &Cut) -> Response {
    match fault {
        Fault::RateLimited { retry_after, .. } => response(Err(Refusal::too_many(retry_after))),
        Fault::Status(status) => response(Err(Refusal::new(status, "Error"))),
        Fault::Blocked => response(Err(Refusal::forbidden("bot was blocked by the user"))),
        Fault::ChatNotFound | Fault::NoRights | Fault::Migrated(_) => response(Err(Refusal::bad("chat not found"))),
        Fault::Unauthorized => response(Err(Refusal::new(401, "Unauthorized"))),
        Fault::BadGateway { accepted } => {
            if accepted {
                drop(take());
            }
            bad_gateway()
        }
        Fault::AcceptThenDrop => {
            drop(take());
            dropped(cut)
        }
        Fault::AcceptThenHang => {
            drop(take());
            std::future::pending().await
        }
        Fault::Hang => std::future::pending().await,
        Fault::HalfAnswer => half(&take()),
        Fault::Slow(wait) => {
            let answer = take();
            sleep(wait).await;
            response(answer)
        }
    }
}
