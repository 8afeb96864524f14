//! A stand-in for Discord: REST v10, the gateway and interactions, over real sockets.
//!
//! Strict where it matters to a bot that posts: sizes, permissions, tokens, rate limits, the three seconds to answer.

mod account;
mod accounts;
mod answers;
mod body;
mod call;
mod checks;
mod commands;
mod gateway;
mod interactions;
mod limits;
mod messages;
mod objects;
mod problem;
mod stage;
mod world;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::connection::{Cut, CuttableListener};
use crate::{Entry, Faults, Ledger, Outcome};
use accounts::Accounts;
use problem::Problem;
use world::World;

const PLATFORM: &str = "discord";

/// How the stand-in behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Before every answer.
    pub latency: Duration,
    /// Whether rate limits are told and enforced.
    pub enforce_limits: bool,
    /// Calls of one kind in one channel within `channel_window`.
    pub channel_limit: u32,
    /// How long a channel's bucket lasts.
    pub channel_window: Duration,
    /// Calls of the whole bot within a second; interactions do not count.
    pub global_limit: usize,
    /// How long a nonce is remembered.
    pub nonce_window: Duration,
    /// How soon an interaction must be acknowledged.
    pub acknowledge_within: Duration,
    /// How long an interaction's token is good.
    pub token_life: Duration,
    /// How many direct-message channels the bot may open.
    pub dm_limit: usize,
    /// How many gateway shards are recommended.
    pub shards: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            latency: Duration::ZERO,
            enforce_limits: true,
            channel_limit: 5,
            channel_window: Duration::from_secs(5),
            global_limit: 50,
            nonce_window: Duration::from_mins(3),
            acknowledge_within: Duration::from_secs(3),
            token_life: Duration::from_mins(15),
            dm_limit: 20,
            shards: 1,
        }
    }
}

/// One bot of a running stand-in: cheap to clone; the stand-in stops when the last clone is dropped.
#[derive(Clone)]
pub struct Discord {
    server: Arc<Server>,
    accounts: Accounts,
    _stop: Arc<DropGuard>,
}

/// What the server and the readers of one bot have in common.
struct Server {
    settings: Settings,
    ledger: Ledger,
    faults: Faults,
    url: String,
    account: String,
    world: Mutex<World>,
    /// Told when a client connects, leaves or registers its commands.
    changed: Notify,
    stop: CancellationToken,
}

impl Server {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends what readers did as far as it can be sent, and wakes whoever waits for a change.
    fn deliver(&self, world: &mut World) {
        for (channel, why) in interactions::deliver(world) {
            self.complain(channel, why);
        }
        self.changed.notify_waiters();
    }

    /// Notes what a reader's own app would have refused.
    fn complain(&self, channel: u64, why: String) {
        self.ledger.write(Entry {
            number: 0,
            at: Duration::ZERO,
            platform: PLATFORM,
            account: self.account.clone(),
            chat: channel.to_string(),
            method: "interaction".to_owned(),
            payload: Value::Null,
            outcome: Outcome::Refused(400, why),
        });
    }

    /// The gateway's address.
    fn gateway(&self) -> String {
        format!("{}/ws/{}", self.url.replacen("http", "ws", 1), self.account)
    }
}

impl Discord {
    /// Starts on a free port of this machine.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(settings: Settings, ledger: Ledger, faults: Faults) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let stop = CancellationToken::new();
        let accounts = Accounts::default();
        let server = accounts.open(settings, ledger, faults, url, stop.clone());
        let app = Router::new().fallback(accounts::call).with_state(accounts.clone());
        let service = app.into_make_service_with_connect_info::<Cut>();
        let guard = Arc::new(stop.clone().drop_guard());
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                _ = axum::serve(CuttableListener(listener), service) => {}
            }
        });
        Ok(Self { server, accounts, _stop: guard })
    }

    /// One more bot at the same address and with the same ledger: a token, readers, channels and limits of its own.
    #[must_use]
    pub fn another_bot(&self) -> Self {
        let Server { settings, ledger, faults, url, stop, .. } = &*self.server;
        let server = self.accounts.open(settings.clone(), ledger.clone(), faults.clone(), url.clone(), stop.clone());
        Self { server, ..self.clone() }
    }
}

/// All that one bot and its readers can ask.
fn app(server: Arc<Server>) -> Router {
    let gateway = format!("/ws/{}", server.account);
    Router::new()
        .nest("/api/v10", routes())
        .route(&gateway, get(gateway::connect))
        .route(&format!("{gateway}/"), get(gateway::connect))
        .route("/attachments/{channel}/{message}/{name}", get(messages::attachment))
        .fallback(unknown)
        .layer(DefaultBodyLimit::disable())
        .with_state(server)
}

fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/gateway", get(account::gateway))
        .route("/gateway/bot", get(account::gateway_bot))
        .route("/users/@me", get(account::me))
        .route("/users/@me/channels", post(account::open_dm))
        .route("/oauth2/applications/@me", get(account::application))
        .route("/applications/@me", get(account::application))
        .route("/applications/{application}/commands", get(commands::get).put(commands::put).post(commands::post))
        .route("/channels/{channel}", get(messages::channel))
        .route("/channels/{channel}/messages", get(messages::list).post(messages::create))
        .route(
            "/channels/{channel}/messages/{message}",
            get(messages::get).patch(messages::edit).delete(messages::delete),
        )
        .route("/interactions/{id}/{token}/callback", post(answers::callback))
        .route("/webhooks/{application}/{token}", post(answers::follow_up))
        .route(
            "/webhooks/{application}/{token}/messages/{message}",
            patch(answers::edit).get(answers::get).delete(answers::delete),
        )
}

async fn unknown(State(_): State<Arc<Server>>) -> Response {
    Problem::status(404).into_response()
}
