//! Posting, changing, reading and deleting messages.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, Path, Query, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::body::Body;
use super::call::{Call, Counts, Done};
use super::problem::Problem;
use super::world::{READ_MESSAGE_HISTORY, Stored, World};
use super::{Server, checks, objects};
use crate::connection::Cut;

/// The type of a message that replies to another one.
const REPLY: u64 = 19;

type Caller = (State<Arc<Server>>, ConnectInfo<Cut>);

fn call((State(server), ConnectInfo(cut)): Caller, method: &'static str, channel: &str) -> Call {
    Call { server, cut, method, chat: channel.to_owned(), counts: Counts::Channel }
}

/// `POST /channels/{channel}/messages`
pub(super) async fn create(
    server: State<Arc<Server>>,
    cut: ConnectInfo<Cut>,
    Path(channel): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let body = Body::read(request).await;
    let (url, window) = (server.url.clone(), server.settings.nonce_window);
    let act = |world: &mut World, body: &Body| {
        let channel = snowflake(&channel)?;
        checks::message(body, checks::Call::Create)?;
        let embeds = body.payload["embeds"].as_array().is_some_and(|embeds| !embeds.is_empty());
        world.postable(channel, embeds, !body.files.is_empty())?;
        let nonce = match &body.payload["nonce"] {
            Value::String(nonce) => Some(nonce.clone()),
            Value::Number(nonce) => Some(nonce.to_string()),
            _ => None,
        };
        let nonce = nonce.filter(|_| body.payload["enforce_nonce"].as_bool() == Some(true));
        if let Some(earlier) = nonce.as_ref().and_then(|nonce| world.earlier(channel, nonce, window)) {
            // A second copy gets the first message back; if that was deleted since, it is unknown.
            let message = world.messages.get(&earlier).ok_or_else(Problem::unknown_message)?;
            return Ok(Done::quietly(Some(message.value.clone())));
        }
        let replied = replied(world, channel, body)?;
        let id = world.next_id();
        let message = post(world, id, channel, body, &url);
        if let (Some(replied), Some(stored)) = (replied, world.messages.get_mut(&id)) {
            objects::merge(&mut stored.value, json!({ "type": REPLY, "message_reference": replied }));
        }
        if let Some(nonce) = nonce {
            world.nonces.insert((channel, nonce), (Instant::now(), id));
        }
        Ok(Done::visibly(id, Some(message)))
    };
    call((server, cut), "createMessage", &channel).run(&headers, body, act).await
}

/// `PATCH /channels/{channel}/messages/{message}`
pub(super) async fn edit(
    server: State<Arc<Server>>,
    cut: ConnectInfo<Cut>,
    Path((channel, message)): Path<(String, String)>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let body = Body::read(request).await;
    let url = server.url.clone();
    let act = |world: &mut World, body: &Body| {
        let (channel, message) = (snowflake(&channel)?, snowflake(&message)?);
        world.editable(channel)?;
        let changed = change(world, message, channel, body, &url)?;
        Ok(Done::visibly(message, Some(changed)))
    };
    call((server, cut), "editMessage", &channel).run(&headers, body, act).await
}

/// `DELETE /channels/{channel}/messages/{message}`
pub(super) async fn delete(
    server: State<Arc<Server>>,
    cut: ConnectInfo<Cut>,
    Path((channel, message)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let act = |world: &mut World, _: &Body| {
        let (channel, message) = (snowflake(&channel)?, snowflake(&message)?);
        world.channel(channel)?;
        remove(world, message, channel)?;
        Ok(Done::visibly(message, None))
    };
    call((server, cut), "deleteMessage", &channel).run(&headers, Ok(Body::default()), act).await
}

/// `GET /channels/{channel}/messages/{message}`
pub(super) async fn get(
    server: State<Arc<Server>>,
    cut: ConnectInfo<Cut>,
    Path((channel, message)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let act = |world: &mut World, _: &Body| {
        let (channel, message) = (snowflake(&channel)?, snowflake(&message)?);
        world.channel(channel)?;
        let found = world.messages.get(&message).filter(|found| found.channel == channel);
        found.map(|found| Done::quietly(Some(found.value.clone()))).ok_or_else(Problem::unknown_message)
    };
    call((server, cut), "getMessage", &channel).run(&headers, Ok(Body::default()), act).await
}

/// `GET /channels/{channel}/messages`: the newest `limit` (50 unless said), or the first ones after `after`; newest first.
pub(super) async fn list(
    server: State<Arc<Server>>,
    cut: ConnectInfo<Cut>,
    Path(channel): Path<String>,
    Query(part): Query<Part>,
    headers: HeaderMap,
) -> Response {
    let act = |world: &mut World, _: &Body| {
        let channel = snowflake(&channel)?;
        world.channel(channel)?;
        let mut found: Vec<_> = world.messages.iter().filter(|(_, message)| message.channel == channel).collect();
        found.sort_by_key(|(id, _)| **id);
        let limit = part.limit.unwrap_or(50);
        let part = match part.after {
            Some(after) => found.into_iter().filter(|(id, _)| **id > after).take(limit).collect::<Vec<_>>(),
            None => found.split_off(found.len().saturating_sub(limit)),
        };
        Ok(Done::quietly(Some(part.into_iter().rev().map(|(_, message)| message.value.clone()).collect())))
    };
    call((server, cut), "listMessages", &channel).run(&headers, Ok(Body::default()), act).await
}

/// Which part of a channel's history is asked for.
#[derive(serde::Deserialize)]
pub(super) struct Part {
    limit: Option<usize>,
    after: Option<u64>,
}

/// `GET /channels/{channel}`
pub(super) async fn channel(
    server: State<Arc<Server>>,
    cut: ConnectInfo<Cut>,
    Path(channel): Path<String>,
    headers: HeaderMap,
) -> Response {
    let act = |world: &mut World, _: &Body| {
        let id = snowflake(&channel)?;
        Ok(Done::quietly(Some(objects::channel(world, id, world.channel(id)?))))
    };
    call((server, cut), "getChannel", &channel).run(&headers, Ok(Body::default()), act).await
}

/// `GET /attachments/{channel}/{message}/{name}`: what Discord's own file server would give.
pub(super) async fn attachment(
    State(server): State<Arc<Server>>,
    Path((_, message, name)): Path<(String, u64, String)>,
) -> Response {
    let file = server.world().files.get(&(message, name)).cloned();
    match file {
        Some((mime, bytes)) => ([(axum::http::header::CONTENT_TYPE, mime)], bytes).into_response(),
        None => Problem::status(404).into_response(),
    }
}

/// Makes a message of a checked body.
pub(super) fn post(world: &mut World, id: u64, channel: u64, body: &Body, url: &str) -> Value {
    let mut value = objects::blank_message(world, id, channel);
    objects::fill(&mut value, body, url);
    keep_files(world, id, body);
    world.messages.insert(id, Stored { channel, value: value.clone() });
    value
}

/// Changes a message, after checking the body and what the message becomes.
pub(super) fn change(world: &mut World, id: u64, channel: u64, body: &Body, url: &str) -> Result<Value, Problem> {
    checks::message(body, checks::Call::Edit)?;
    let old = world.messages.get(&id).filter(|old| old.channel == channel).ok_or_else(Problem::unknown_message)?;
    let mut value = old.value.clone();
    objects::fill(&mut value, body, url);
    value["edited_timestamp"] = json!(World::time_of(world.next_id()));
    if checks::is_empty(&value) {
        return Err(Problem::empty());
    }
    keep_files(world, id, body);
    world.messages.insert(id, Stored { channel, value: value.clone() });
    Ok(value)
}

pub(super) fn remove(world: &mut World, id: u64, channel: u64) -> Result<(), Problem> {
    let found = world.messages.get(&id).is_some_and(|found| found.channel == channel);
    if found {
        world.messages.remove(&id);
    }
    if found { Ok(()) } else { Err(Problem::unknown_message()) }
}

fn keep_files(world: &mut World, message: u64, body: &Body) {
    for file in &body.files {
        let name = checks::attachment_name(body, file).to_owned();
        world.files.insert((message, name), (file.mime.clone(), file.bytes.clone()));
    }
}

/// The message that a new one replies to, if there is one and it is still there.
fn replied(world: &World, channel: u64, body: &Body) -> Result<Option<Value>, Problem> {
    let Some(reference) = body.payload.get("message_reference") else { return Ok(None) };
    let to = snowflake(reference["message_id"].as_str().unwrap_or_default())?;
    if world.channel(channel)?.permissions & READ_MESSAGE_HISTORY == 0 {
        return Err(Problem::new(400, 160_002, "Cannot reply without permission to read message history"));
    }
    if world.messages.get(&to).is_some_and(|found| found.channel == channel) {
        let (channel, to) = (channel.to_string(), to.to_string());
        return Ok(Some(json!({ "type": 0, "channel_id": channel, "message_id": to })));
    }
    if reference["fail_if_not_exists"] == false {
        return Ok(None);
    }
    let mut complaints = super::problem::Complaints::default();
    complaints.add("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message");
    Err(Problem::form(&complaints))
}

/// An id in a path.
pub(super) fn snowflake(text: &str) -> Result<u64, Problem> {
    text.parse().map_err(|_| {
        let mut complaints = super::problem::Complaints::default();
        complaints.add("id", "NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not snowflake."));
        Problem::form(&complaints)
    })
}
