//! The server: routes and tokens.

use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use tokio::net::TcpListener;

use super::answer::{Refusal, response};
use super::call::Call;
use super::methods::find;
use super::{Shared, TOKEN};
use crate::connection::{Cut, CuttableListener};

pub(super) mod action;

use action::{Action, dropped};

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
