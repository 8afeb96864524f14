//! The demo's page: the chats of both stand-ins as their readers would see them, live.
//!
//! Messages are drawn by the browser from the payloads in the ledger, so the page shows what was really posted.
//! What a visitor types and presses goes to the stand-ins as a reader's doing. Files for the page are in `page/`.

mod act;
mod faults;
mod folder;
mod guard;
mod log;
mod suggest;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::{fmt, time::Duration};

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use futures::{Stream, StreamExt};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::discord::Discord;
use crate::telegram::Telegram;
use crate::{Faults, Ledger};
use log::Log;

/// A chat on the page, with the person who types in it.
#[derive(Clone, Debug, Serialize)]
pub struct Chat {
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// What stands above it: the bot's name in a private chat, else the group's or channel's.
    pub title: String,
    /// The line below the title.
    pub note: String,
    /// Who types.
    pub reader: String,
    /// The reader's language, as the platform would tell it.
    pub language: String,
    /// Whether only the reader and the bot are in it.
    pub private: bool,
}

/// Where a chat is, and who types in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On Telegram.
    Telegram {
        /// The chat.
        chat: i64,
        /// The reader.
        user: i64,
    },
    /// On Discord.
    Discord {
        /// The channel.
        channel: u64,
        /// The reader.
        user: u64,
    },
}

impl Place {
    /// The platform and the chat, as the ledger names them.
    fn names(self) -> (&'static str, String) {
        match self {
            Self::Telegram { chat, .. } => ("telegram", chat.to_string()),
            Self::Discord { channel, .. } => ("discord", channel.to_string()),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let (platform, chat) = self.names();
        let mut fields = serializer.serialize_struct("Place", 2)?;
        fields.serialize_field("platform", platform)?;
        fields.serialize_field("chat", &chat)?;
        fields.end()
    }
}

/// Everything that the page shows and moves.
pub struct Stage {
    /// Telegram's stand-in.
    pub telegram: Telegram,
    /// Discord's stand-in.
    pub discord: Discord,
    /// Theirs.
    pub ledger: Ledger,
    /// Theirs.
    pub faults: Faults,
    /// In the order of the page.
    pub chats: Vec<Chat>,
    /// Where reports appear: what a visitor drops goes there.
    pub folder: PathBuf,
    /// Writes a report for today into the folder, or a newer one, and gives its file name.
    pub write_today: Box<dyn Fn() -> io::Result<String> + Send + Sync>,
}

struct Shared {
    stage: Stage,
    log: Log,
    address: SocketAddr,
}

/// The running page: cheap to clone, ends with its last clone.
#[derive(Clone)]
pub struct Page {
    shared: Arc<Shared>,
    _end: Arc<DropGuard>,
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("address", &self.shared.address).finish_non_exhaustive()
    }
}

impl Page {
    /// Serves the page.
    ///
    /// # Errors
    /// When the listener is not one of this machine alone: whoever reaches the page can act for its readers.
    pub fn serve(listener: TcpListener, stage: Stage) -> io::Result<Self> {
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the demo's page is for this machine alone"));
        }
        let stop = CancellationToken::new();
        let log = Log::follow(&stage.ledger, stop.clone());
        let shared = Arc::new(Shared { stage, log, address });
        let app = Router::new()
            .route("/chats", get(chats))
            .route("/events", get(events))
            .route("/say", post(act::say))
            .route("/press", post(act::press))
            .route("/suggest", post(suggest::suggest))
            .route("/fault", post(faults::set))
            .route("/upload", post(folder::upload))
            .route("/today", post(folder::today))
            .route("/picture/telegram/{file}", get(act::telegram_picture))
            .route("/picture/discord/{message}/{name}", get(act::discord_picture))
            .layer(DefaultBodyLimit::max(folder::LARGEST))
            .with_state(shared.clone());
        let app = assets(app).layer(middleware::from_fn_with_state(address, guard::check));
        let stopped = stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = stopped.cancelled() => {}
                _ = axum::serve(listener, app) => {}
            }
        });
        Ok(Self { shared, _end: Arc::new(stop.drop_guard()) })
    }

    /// Where a browser finds it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.shared.address)
    }

    /// The reader of one of the chats types a line.
    pub fn say(&self, chat: usize, text: &str) {
        act::speak(&self.shared, chat, text);
    }
}

async fn chats(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    Json(shared.stage.chats.clone())
}

/// How old the ledger is, all that has happened, then what happens. A browser that comes back says what it has seen.
async fn events(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse::<usize>().ok());
    let from = seen.map_or(0, |seen| seen + 1);
    let age = Event::default().event("age").data(shared.stage.ledger.age().as_millis().to_string());
    let events = futures::stream::unfold((shared, from), |(shared, number)| async move {
        let told = shared.log.wait_for(number).await?;
        let event = Event::default().id(number.to_string()).json_data(&told).unwrap_or_default();
        Some((Ok(event), (shared, number + 1)))
    });
    Sse::new(futures::stream::once(async { Ok(age) }).chain(events))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(10)))
}

fn assets<S: Clone + Send + Sync + 'static>(app: Router<S>) -> Router<S> {
    macro_rules! asset {
        ($app:expr, $path:literal, $file:literal, $mime:literal) => {
            $app.route(
                $path,
                get(|| async { ([(header::CONTENT_TYPE, $mime)], include_str!(concat!("../page/", $file))) }),
            )
        };
    }
    let app = asset!(app, "/", "index.html", "text/html; charset=utf-8");
    let app = asset!(app, "/icon.svg", "icon.svg", "image/svg+xml");
    let app = asset!(app, "/page.css", "page.css", "text/css; charset=utf-8");
    let app = asset!(app, "/telegram.css", "telegram.css", "text/css; charset=utf-8");
    let app = asset!(app, "/discord.css", "discord.css", "text/css; charset=utf-8");
    let app = asset!(app, "/page.js", "page.js", "text/javascript; charset=utf-8");
    let app = asset!(app, "/window.js", "window.js", "text/javascript; charset=utf-8");
    let app = asset!(app, "/controls.js", "controls.js", "text/javascript; charset=utf-8");
    let app = asset!(app, "/telegram.js", "telegram.js", "text/javascript; charset=utf-8");
    let app = asset!(app, "/discord.js", "discord.js", "text/javascript; charset=utf-8");
    let app = asset!(app, "/markdown.js", "markdown.js", "text/javascript; charset=utf-8");
    asset!(app, "/dom.js", "dom.js", "text/javascript; charset=utf-8")
}
