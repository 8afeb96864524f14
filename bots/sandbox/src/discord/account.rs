//! The bot's own account, the gateway's address and direct-message channels.

use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;

use super::body::Body;
use super::call::{Call, Counts, Done};
use super::messages::snowflake;
use super::problem::Problem;
use super::world::{Channel, Kind, ORDINARY, World};
use super::{Server, objects};
use crate::connection::Cut;

type Caller = (State<Arc<Server>>, ConnectInfo<Cut>);

fn call((State(server), ConnectInfo(cut)): Caller, method: &'static str, counts: Counts) -> Call {
    Call { server, cut, method, chat: String::new(), counts }
}

/// `GET /gateway`
pub(super) async fn gateway(server: State<Arc<Server>>, cut: ConnectInfo<Cut>, headers: HeaderMap) -> Response {
    let url = server.gateway();
    let act = |_: &mut World, _: &Body| Ok(Done::quietly(Some(json!({ "url": url }))));
    call((server, cut), "getGateway", Counts::Nothing).run(&headers, Ok(Body::default()), act).await
}

/// `GET /gateway/bot`
pub(super) async fn gateway_bot(server: State<Arc<Server>>, cut: ConnectInfo<Cut>, headers: HeaderMap) -> Response {
    let url = server.gateway();
    let starts = json!({ "total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1 });
    let answer = json!({ "url": url, "shards": server.settings.shards, "session_start_limit": starts });
    let act = |_: &mut World, _: &Body| Ok(Done::quietly(Some(answer)));
    call((server, cut), "getGatewayBot", Counts::Bot).run(&headers, Ok(Body::default()), act).await
}

/// `GET /users/@me`
pub(super) async fn me(server: State<Arc<Server>>, cut: ConnectInfo<Cut>, headers: HeaderMap) -> Response {
    let act = |world: &mut World, _: &Body| Ok(Done::quietly(Some(objects::bot_user(world.application))));
    call((server, cut), "getCurrentUser", Counts::Bot).run(&headers, Ok(Body::default()), act).await
}

/// `GET /oauth2/applications/@me` and `GET /applications/@me`
pub(super) async fn application(server: State<Arc<Server>>, cut: ConnectInfo<Cut>, headers: HeaderMap) -> Response {
    let act = |world: &mut World, _: &Body| {
        let id = world.application.to_string();
        let answer = json!({
            "id": id, "name": "Paperboy", "icon": null, "description": "", "bot_public": true,
            "bot_require_code_grant": false, "verify_key": "00", "flags": 0, "summary": "", "team": null,
        });
        Ok(Done::quietly(Some(answer)))
    };
    call((server, cut), "getApplication", Counts::Bot).run(&headers, Ok(Body::default()), act).await
}

/// `POST /users/@me/channels`: opens the direct-message channel with a reader, or gives the one there is.
pub(super) async fn open_dm(
    server: State<Arc<Server>>,
    cut: ConnectInfo<Cut>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let body = Body::read(request).await;
    let most = server.settings.dm_limit;
    let act = |world: &mut World, body: &Body| {
        let user = snowflake(body.payload["recipient_id"].as_str().unwrap_or(""))?;
        let known = world.channels.iter().find(|(_, channel)| channel.kind == Kind::Dm(user)).map(|(id, _)| *id);
        let id = match known {
            Some(id) => id,
            None if !world.users.contains_key(&user) => return Err(Problem::new(404, 10013, "Unknown User")),
            None if world.opened >= most => {
                return Err(Problem::new(403, 40003, "You are opening direct messages too fast"));
            }
            None => {
                world.opened += 1;
                let (id, name) = (world.next_id(), world.user(user).name);
                let channel = Channel { name, kind: Kind::Dm(user), permissions: ORDINARY, closed: None };
                world.channels.insert(id, channel);
                id
            }
        };
        Ok(Done::quietly(Some(objects::channel(world, id, world.channel(id)?))))
    };
    call((server, cut), "createDM", Counts::Bot).run(&headers, body, act).await
}
