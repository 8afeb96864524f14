//! The bot's answers to interactions: the callback, `@original` and follow-ups.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::body::Body;
use super::call::{Call, Counts, Done};
use super::interactions::{Answered, Interaction, What};
use super::messages::{change, post, remove, snowflake};
use super::problem::{Complaints, Problem};
use super::world::World;
use super::{Server, checks};
use crate::connection::Cut;

/// The callback types.
const PONG: u64 = 1;
const MESSAGE: u64 = 4;
const DEFERRED: u64 = 5;
const DEFERRED_UPDATE: u64 = 6;
const UPDATE: u64 = 7;
const CHOICES: u64 = 8;

fn call(server: &Arc<Server>, cut: Cut, method: &'static str, channel: Option<u64>) -> Call {
    let chat = channel.map(|channel| channel.to_string()).unwrap_or_default();
    Call { server: server.clone(), cut, method, chat, counts: Counts::Nothing }
}

/// `POST /interactions/{id}/{token}/callback`
pub(super) async fn callback(
    State(server): State<Arc<Server>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path((id, token)): Path<(String, String)>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let body = Body::read(request).await;
    let id = match snowflake(&id) {
        Ok(id) => id,
        Err(problem) => return problem.into_response(),
    };
    let channel = server.world().interactions.get(&id).map(|interaction| interaction.channel);
    let (url, within) = (server.url.clone(), server.settings.acknowledge_within);
    let act = |world: &mut World, body: &Body| answer(world, id, &token, body, within, &url);
    call(&server, cut, "interactionResponse", channel).run(&headers, body, act).await
}

fn answer(world: &mut World, id: u64, token: &str, body: &Body, within: Duration, url: &str) -> Result<Done, Problem> {
    let interaction = world.interactions.get(&id).filter(|interaction| interaction.token == token);
    let interaction = interaction.ok_or_else(Problem::unknown_interaction)?;
    if interaction.sent.is_none_or(|sent| sent.elapsed() > within) {
        return Err(Problem::unknown_interaction());
    }
    if interaction.answered != Answered::Not {
        return Err(Problem::new(400, 40060, "Interaction has already been acknowledged."));
    }
    let (channel, kind) = (interaction.channel, body.payload["type"].as_u64());
    let inner = Body { payload: body.payload["data"].clone(), files: body.files.clone() };
    let pressed = if let What::Press { message, .. } = interaction.what { Some(message) } else { None };
    let typing = matches!(interaction.what, What::Typing { .. });
    match kind {
        Some(MESSAGE) if !typing => {
            checks::message(&inner, checks::Call::Answer)?;
            let message = world.next_id();
            post(world, message, channel, &inner, url);
            settle(world, id, Answered::Yes, Some(message));
            Ok(Done::visibly(message, None))
        }
        Some(DEFERRED) if !typing => {
            let flags = inner.payload["flags"].as_u64().unwrap_or(0);
            if flags & !checks::EPHEMERAL != 0 {
                return Err(wrong("data.flags", "Only the ephemeral flag can be set here."));
            }
            let message = world.next_id();
            settle(world, id, Answered::Deferred(flags), Some(message));
            Ok(Done::quietly(None))
        }
        Some(DEFERRED_UPDATE) if pressed.is_some() => {
            settle(world, id, Answered::Yes, pressed);
            Ok(Done::quietly(None))
        }
        Some(UPDATE) => {
            let message = pressed.ok_or_else(|| wrong("type", "There is no message to update."))?;
            change(world, message, channel, &inner, url)?;
            settle(world, id, Answered::Yes, Some(message));
            Ok(Done::visibly(message, None))
        }
        Some(CHOICES) if typing => {
            let choices = read_choices(&inner.payload)?;
            settle(world, id, Answered::Yes, None);
            if let Some(waiting) = world.interactions.get_mut(&id).and_then(|found| found.choices.take()) {
                drop(waiting.send(choices));
            }
            Ok(Done::quietly(None))
        }
        Some(PONG) => Err(wrong("type", "This type only answers a ping.")),
        _ => Err(wrong("type", "This type does not answer this interaction.")),
    }
}

fn settle(world: &mut World, id: u64, answered: Answered, original: Option<u64>) {
    if let Some(interaction) = world.interactions.get_mut(&id) {
        interaction.answered = answered;
        interaction.original = original;
    }
}

fn wrong(path: &str, why: &str) -> Problem {
    let mut complaints = Complaints::default();
    complaints.add(path, "INTERACTION_CALLBACK_INVALID", why);
    Problem::form(&complaints)
}

fn read_choices(payload: &Value) -> Result<Vec<(String, String)>, Problem> {
    let mut complaints = Complaints::default();
    let choices = payload["choices"].as_array().map_or(&[][..], Vec::as_slice);
    complaints.at_most("data.choices", choices.len(), 25);
    let mut read = Vec::new();
    for (at, choice) in choices.iter().enumerate() {
        let (name, value) = (choice["name"].as_str().unwrap_or(""), choice["value"].as_str().unwrap_or(""));
        for (field, text) in [("name", name), ("value", value)] {
            let length = text.chars().count();
            if length == 0 {
                complaints.required(format!("data.choices.{at}.{field}"));
            }
            complaints.at_most(format!("data.choices.{at}.{field}"), length, 100);
        }
        read.push((name.to_owned(), value.to_owned()));
    }
    complaints.into_result().map(|()| read)
}

/// `POST /webhooks/{application}/{token}`
pub(super) async fn follow_up(
    State(server): State<Arc<Server>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path((application, token)): Path<(String, String)>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let body = Body::read(request).await;
    let (url, life) = (server.url.clone(), server.settings.token_life);
    let channel = channel_of(&server.world(), &token);
    let act = |world: &mut World, body: &Body| {
        let (id, interaction) = open(world, &application, &token, life)?;
        let (channel, answered, original) = (interaction.channel, interaction.answered, interaction.original);
        checks::message(body, checks::Call::Answer)?;
        // The first follow-up to a deferred answer becomes that answer.
        let message = match (answered, original) {
            (Answered::Deferred(_), Some(original)) => {
                settle(world, id, Answered::Yes, Some(original));
                original
            }
            _ => world.next_id(),
        };
        let value = post(world, message, channel, body, &url);
        Ok(Done::visibly(message, Some(value)))
    };
    call(&server, cut, "followUp", channel).run(&headers, body, act).await
}

/// `PATCH /webhooks/{application}/{token}/messages/{message}`
pub(super) async fn edit(
    State(server): State<Arc<Server>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path((application, token, message)): Path<(String, String, String)>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let body = Body::read(request).await;
    let (url, life) = (server.url.clone(), server.settings.token_life);
    let channel = channel_of(&server.world(), &token);
    let act = |world: &mut World, body: &Body| {
        let (id, interaction) = open(world, &application, &token, life)?;
        let (channel, answered) = (interaction.channel, interaction.answered);
        let message = named(interaction, &message)?;
        if let Answered::Deferred(flags) = answered {
            checks::message(body, checks::Call::Answer)?;
            let mut inner = Body { payload: body.payload.clone(), files: body.files.clone() };
            inner.payload["flags"] = (inner.payload["flags"].as_u64().unwrap_or(0) | flags).into();
            let value = post(world, message, channel, &inner, &url);
            settle(world, id, Answered::Yes, Some(message));
            return Ok(Done::visibly(message, Some(value)));
        }
        let value = change(world, message, channel, body, &url)?;
        Ok(Done::visibly(message, Some(value)))
    };
    call(&server, cut, "editOriginal", channel).run(&headers, body, act).await
}

/// `GET /webhooks/{application}/{token}/messages/{message}`
pub(super) async fn get(
    State(server): State<Arc<Server>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path((application, token, message)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let life = server.settings.token_life;
    let channel = channel_of(&server.world(), &token);
    let act = |world: &mut World, _: &Body| {
        let message = named(open(world, &application, &token, life)?.1, &message)?;
        let found = world.messages.get(&message).ok_or_else(Problem::unknown_message)?;
        Ok(Done::quietly(Some(found.value.clone())))
    };
    call(&server, cut, "getOriginal", channel).run(&headers, Ok(Body::default()), act).await
}

/// `DELETE /webhooks/{application}/{token}/messages/{message}`
pub(super) async fn delete(
    State(server): State<Arc<Server>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path((application, token, message)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let life = server.settings.token_life;
    let channel = channel_of(&server.world(), &token);
    let act = |world: &mut World, _: &Body| {
        let (id, interaction) = open(world, &application, &token, life)?;
        let (channel, answered) = (interaction.channel, interaction.answered);
        let message = named(interaction, &message)?;
        settle(world, id, Answered::Yes, Some(message));
        if matches!(answered, Answered::Deferred(_)) {
            // Only the "thinking…" goes away; nothing that was said.
            return Ok(Done::quietly(None));
        }
        remove(world, message, channel)?;
        Ok(Done::visibly(message, None))
    };
    call(&server, cut, "deleteMessage", channel).run(&headers, Ok(Body::default()), act).await
}

fn channel_of(world: &World, token: &str) -> Option<u64> {
    let found = world.interactions.values().find(|interaction| interaction.token == token);
    found.map(|interaction| interaction.channel)
}

/// The interaction that a token still opens.
fn open<'a>(
    world: &'a World,
    application: &str,
    token: &str,
    life: Duration,
) -> Result<(u64, &'a Interaction), Problem> {
    let found = world.interactions.iter().find(|(_, interaction)| interaction.token == token);
    let (id, interaction) = found.ok_or_else(Problem::unknown_webhook)?;
    if application != world.application.to_string() || interaction.answered == Answered::Not {
        return Err(Problem::unknown_webhook());
    }
    if interaction.sent.is_none_or(|sent| sent.elapsed() > life) {
        return Err(Problem::new(401, 50027, "Invalid Webhook Token"));
    }
    Ok((*id, interaction))
}

/// The id behind `@original` or a number.
fn named(interaction: &Interaction, message: &str) -> Result<u64, Problem> {
    if message == "@original" { interaction.original.ok_or_else(Problem::unknown_message) } else { snowflake(message) }
}
