//! The bots that one stand-in serves, and whose a call is.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::Response;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::world::World;
use super::{Server, Settings, app};
use crate::{Faults, Ledger};

/// The first bots' accounts, each with its base64, which is the first part of the token.
const ACCOUNTS: [(u64, &str); 3] = [
    (1_100_000_000_000_000_000, "MTEwMDAwMDAwMDAwMDAwMDAwMA"),
    (1_100_000_000_000_000_001, "MTEwMDAwMDAwMDAwMDAwMDAwMQ"),
    (1_100_000_000_000_000_002, "MTEwMDAwMDAwMDAwMDAwMDAwMg"),
];

/// A bot, with all that it can ask.
type Account = (Arc<Server>, Router);

/// Every bot.
#[derive(Clone, Default)]
pub(super) struct Accounts(Arc<Mutex<Vec<Account>>>);

impl Accounts {
    /// Opens the next account.
    ///
    /// # Panics
    /// There are no more.
    pub(super) fn open(
        &self,
        settings: Settings,
        ledger: Ledger,
        faults: Faults,
        url: String,
        stop: CancellationToken,
    ) -> Arc<Server> {
        let mut all = self.lock();
        let number = all.len();
        let (application, base64) = *ACCOUNTS.get(number).expect("the stand-in has no more accounts");
        let token = format!("{base64}.Sandbx.sandbox-token-that-opens-nothing");
        let world = Mutex::new(World::new(application, token, number));
        let account = application.to_string();
        let server = Arc::new(Server { settings, ledger, faults, url, account, world, changed: Notify::new(), stop });
        all.push((server.clone(), app(server.clone())));
        server
    }

    /// Whose call this is: by the bot's token, by what the path names, or else the first bot's, which refuses it.
    fn whose(&self, request: &Request) -> Router {
        let all = self.lock();
        let path = request.uri().path();
        let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let is_meant = |server: &Server| match given.and_then(|value| value.strip_prefix("Bot ")) {
            Some(token) if server.world().token == token => true,
            _ => path.split('/').any(|part| part == server.account || server.world().knows(part)),
        };
        let found = all.iter().find(|(server, _)| is_meant(server)).or(all.first());
        found.map(|(_, app)| app.clone()).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Account>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Any call.
pub(super) async fn call(State(accounts): State<Accounts>, request: Request) -> Response {
    let app = accounts.whose(&request);
    app.oneshot(request).await.unwrap_or_else(|never| match never {})
}
