//! A stand-in for the Telegram Bot API: real sockets, the real limits and the real error texts.
//!
//! [`Telegram::start`] serves one bot, [`Telegram::another_bot`] one more at the same address, with chats and limits of its
//! own. A bot's readers are people of a test or of the demo page: they [`Telegram::say`],
//! [`Telegram::press`] and [`Telegram::block`]. What the bot posts stands in the ledger under Telegram's own method
//! names; a photo that came as bytes stands there as `{"file_id", "file_name", "mime_type", "file_size", "width",
//! "height"}`, one that came as an id as that id.

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{Faults, Ledger};

mod answer;
mod ask;
mod call;
mod chats;
pub mod crowd;
mod edit;
mod files;
mod limits;
mod markup;
mod methods;
mod readers;
mod rich;
mod send;
mod server;
mod text;
mod updates;
mod world;

use world::World;

/// The first bot's account; further ones count on.
const FIRST_BOT: i64 = 7_000_000_001;
/// The first bot's token.
const FIRST_TOKEN: &str = "7000000001:sandbox_AAAABBBBCCCCDDDDEEEEFFFFGGG";
/// What stands in a bot's token behind its account and a colon.
const SECRET: &str = "sandbox_AAAABBBBCCCCDDDDEEEEFFFFGGG";

/// How the stand-in behaves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// How long an answer takes, there and back.
    pub latency: Duration,
    /// Whether more messages than Telegram allows are refused with 429: 30 a second for the bot, 20 a minute in a
    /// group, and in one chat one a second after a burst of four.
    pub enforce_limits: bool,
}

/// The bot's answer to a press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackAnswer {
    /// The press, as [`Telegram::press`] named it.
    pub query: String,
    /// The chat of the pressed message.
    pub chat: i64,
    /// The notice over the chat; may be empty.
    pub text: String,
    /// Whether the notice is a box to be closed.
    pub alert: bool,
}

/// One bot of the running stand-in: cheap to clone; the stand-in ends with its last clone.
#[derive(Clone)]
pub struct Telegram {
    shared: Arc<Shared>,
    bots: Bots,
    settings: Settings,
    url: Arc<str>,
    _end: Arc<DropGuard>,
}

impl fmt::Debug for Telegram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telegram").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Every bot that is served.
type Bots = Arc<Mutex<Vec<Arc<Shared>>>>;

/// What the server and the readers of one bot have in common.
struct Shared {
    account: i64,
    world: Mutex<World>,
    /// Wakes long polls.
    news: Notify,
    /// Polls that wait for updates now.
    polls: AtomicUsize,
    ledger: Ledger,
    faults: Faults,
    latency: Duration,
    stop: CancellationToken,
}

impl Shared {
    fn new(account: i64, settings: Settings, ledger: Ledger, faults: Faults, stop: CancellationToken) -> Self {
        Self {
            account,
            world: Mutex::new(World::new(account, settings.enforce_limits)),
            news: Notify::new(),
            polls: AtomicUsize::new(0),
            ledger,
            faults,
            latency: settings.latency,
            stop,
        }
    }

    /// An account, a colon and 35 characters.
    fn token(&self) -> String {
        format!("{}:{SECRET}", self.account)
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Telegram {
    /// Begins to listen on a free port of this machine.
    ///
    /// # Errors
    /// No port can be had.
    pub async fn start(settings: Settings, ledger: Ledger, faults: Faults) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let stop = CancellationToken::new();
        let shared = Arc::new(Shared::new(FIRST_BOT, settings, ledger, faults, stop.clone()));
        let bots = Arc::new(Mutex::new(vec![Arc::clone(&shared)]));
        tokio::spawn(server::serve(listener, Arc::clone(&bots), stop.clone()));
        Ok(Self { shared, bots, settings, url: url.into(), _end: Arc::new(stop.drop_guard()) })
    }

    /// One more bot at the same address and with the same ledger: a token, chats, files and limits of its own.
    #[must_use]
    pub fn another_bot(&self) -> Self {
        let (ledger, faults, stop) = (self.shared.ledger.clone(), self.shared.faults.clone(), self.shared.stop.clone());
        let mut bots = self.bots.lock().unwrap_or_else(PoisonError::into_inner);
        let account = bots.last().map_or(FIRST_BOT, |last| last.account + 1);
        let shared = Arc::new(Shared::new(account, self.settings, ledger, faults, stop));
        bots.push(Arc::clone(&shared));
        Self { shared, ..self.clone() }
    }

    /// The address for `TELEGRAM_API_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        self.url.to_string()
    }

    /// The bot's token.
    #[must_use]
    pub fn token(&self) -> String {
        self.shared.token()
    }

    /// The bot's account.
    #[must_use]
    pub fn account(&self) -> String {
        self.shared.account.to_string()
    }

    /// The bot's name, without `@`.
    #[must_use]
    pub fn bot_name(&self) -> String {
        self.shared.world().bot_name()
    }

    /// The media type and the bytes of an uploaded file.
    #[must_use]
    pub fn file(&self, file_id: &str) -> Option<(String, Vec<u8>)> {
        let world = self.shared.world();
        world.files.get(file_id).map(|file| (file.mime.to_owned(), file.bytes.clone()))
    }

    /// The service forgets a file: its id is refused from now on. Says whether it was known.
    pub fn forget_file(&self, file_id: &str) -> bool {
        self.shared.world().files.forget(file_id)
    }

    /// How many files came in as bytes.
    #[must_use]
    pub fn uploads(&self) -> usize {
        self.shared.world().files.uploads
    }

    /// The menu that the bot has set for a scope (`default`, `all_private_chats`, `chat:1` …) and a language
    /// (empty for everybody's).
    #[must_use]
    pub fn commands(&self, scope: &str, language: &str) -> Option<Value> {
        self.shared.world().commands.get(&(scope.to_owned(), language.to_owned())).cloned()
    }

    /// The bot's answers to presses, in order.
    #[must_use]
    pub fn answers(&self) -> Vec<CallbackAnswer> {
        self.shared.world().answers.clone()
    }

    /// How many updates the bot has not confirmed yet.
    #[must_use]
    pub fn unconfirmed(&self) -> usize {
        self.shared.world().updates.waiting()
    }

    /// How many polls were answered 409, since another one came.
    #[must_use]
    pub fn conflicts(&self) -> usize {
        self.shared.world().updates.conflicts
    }

    /// How many messages were paid for: sent as paid broadcasts, above what is free.
    #[must_use]
    pub fn paid(&self) -> usize {
        self.shared.world().paid
    }

    /// Waits until the bot has taken every update and polls again.
    pub async fn caught_up(&self) {
        self.until(|| self.unconfirmed() == 0).await;
    }

    /// Waits until so many polls wait for updates at once.
    pub async fn polled_by(&self, polls: usize) {
        self.until(|| self.shared.polls.load(Ordering::SeqCst) == polls).await;
    }

    async fn until(&self, enough: impl Fn() -> bool) {
        loop {
            let news = self.shared.news.notified();
            tokio::pin!(news);
            // Enabled before looking, so that a poll that begins in between is not missed.
            news.as_mut().enable();
            if enough() {
                return;
            }
            news.await;
        }
    }

    /// Lets time pass for the messages that are there: the service lets bots delete only what is younger than 48 hours.
    pub fn pass_time(&self, time: Duration) {
        self.shared.world().passed += time.as_secs();
    }

    /// What the bot's message looks like now, as the service describes it; `None` when it is gone.
    #[must_use]
    pub fn message(&self, chat: i64, message: i64) -> Option<Value> {
        let mut world = self.shared.world();
        world.chats.get(chat).ok()?.messages.get(&message).map(|posted| posted.message.clone())
    }
}
