//! The server: routes and tokens.

use std::sync::{Arc, PoisonError};

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::answer::{Refusal, response};
use super::call::Call;
use super::methods::find;
use super::{Bots, Shared};
use crate::connection::{Cut, CuttableListener};

pub(super) mod action;

use action::{Action, dropped};

/// The largest body: a document of 50 MB and its envelope.
const MAX_BODY: usize = 51 * 1024 * 1024;

/// Serves until the stand-in ends.
pub(super) async fn serve(listener: TcpListener, bots: Bots, stop: CancellationToken) {
    let router = Router::new()
        .route("/{bot}/{method}", any(call))
        .route("/file/{bot}/{*path}", get(download))
        .fallback(|| async { response(Err(Refusal::new(404, "Not Found"))) })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(bots);
    let service = router.into_make_service_with_connect_info::<Cut>();
    let server = axum::serve(CuttableListener(listener), service);
    tokio::select! {
        () = stop.cancelled() => {}
        ended = server.into_future() => drop(ended),
    }
}

/// The bot of a token. Refuses as the real service does: what cannot be a token is not found, an unknown one is
/// unauthorized.
fn bot(bots: &Bots, segment: &str) -> Result<Arc<Shared>, Refusal> {
    let token = segment.strip_prefix("bot").unwrap_or("");
    let shaped = token.split_once(':').is_some_and(|(account, secret)| {
        !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit()) && secret.len() >= 24
    });
    if !shaped {
        return Err(Refusal::new(404, "Not Found"));
    }
    let bots = bots.lock().unwrap_or_else(PoisonError::into_inner);
    let found = bots.iter().find(|bot| bot.token() == token && !bot.world().unauthorized);
    found.cloned().ok_or_else(|| Refusal::new(401, "Unauthorized"))
}

async fn download(State(bots): State<Bots>, Path((token, path)): Path<(String, String)>) -> Response {
    let shared = match bot(&bots, &token) {
        Ok(shared) => shared,
        Err(refusal) => return response(Err(refusal)),
    };
    let world = shared.world();
    match path.strip_prefix("files/").and_then(|id| world.files.get(id)) {
        Some(file) => ([(header::CONTENT_TYPE, file.mime)], file.bytes.clone()).into_response(),
        None => response(Err(Refusal::new(404, "Not Found"))),
    }
}

async fn call(
    State(bots): State<Bots>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path((token, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    let shared = match bot(&bots, &token) {
        // The stand-in has ended; a client that kept its connection must not talk to a ghost.
        Ok(shared) if shared.stop.is_cancelled() => return dropped(&cut),
        Ok(shared) => shared,
        Err(refusal) => return response(Err(refusal)),
    };
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
