//! What a visitor does in a reader's place, and the pictures that a reader sees.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::{Place, Shared};

/// How long the page waits for the bot's short answer to a press.
const NOTICE: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
pub(super) struct Said {
    chat: usize,
    text: String,
}

/// A line was typed.
pub(super) async fn say(State(shared): State<Arc<Shared>>, Json(said): Json<Said>) -> StatusCode {
    match said.text.trim() {
        "" => StatusCode::BAD_REQUEST,
        text if speak(&shared, said.chat, text) => StatusCode::NO_CONTENT,
        _ => StatusCode::NOT_FOUND,
    }
}

/// Passes a line on to the stand-in. On Discord only slash commands reach a bot. Says whether there is such a chat.
pub(super) fn speak(shared: &Shared, chat: usize, text: &str) -> bool {
    let stage = &shared.stage;
    let Some(found) = stage.chats.get(chat) else { return false };
    shared.log.said(chat, text);
    match found.place {
        Place::Telegram { chat, user } => drop(stage.telegram.say(chat, user, text)),
        Place::Discord { channel, user } => {
            let Some(line) = text.strip_prefix('/') else { return true };
            let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            let argument = argument.trim();
            let registered = stage.discord.commands().into_iter().find(|command| command["name"] == name);
            let option = registered.and_then(|command| Some(command["options"][0]["name"].as_str()?.to_owned()));
            match option {
                Some(option) if !argument.is_empty() => {
                    stage.discord.slash(channel, user, name, &[(&option, argument)]);
                }
                _ => stage.discord.slash(channel, user, name, &[]),
            }
        }
    }
    true
}

#[derive(Deserialize)]
pub(super) struct Press {
    chat: usize,
    message: String,
    action: String,
}

/// A button was pressed. Answers with the line that Telegram shows over the chat.
pub(super) async fn press(State(shared): State<Arc<Shared>>, Json(press): Json<Press>) -> Response {
    let stage = &shared.stage;
    match stage.chats.get(press.chat).map(|chat| chat.place) {
        Some(Place::Telegram { chat, user }) => {
            let Ok(message) = press.message.parse() else { return StatusCode::BAD_REQUEST.into_response() };
            let query = stage.telegram.press(chat, user, message, &press.action);
            let notice = tokio::time::timeout(NOTICE, notice(&shared, &query)).await.unwrap_or_default();
            Json(json!({ "notice": notice })).into_response()
        }
        Some(Place::Discord { channel, user }) => {
            let Ok(message) = press.message.parse() else { return StatusCode::BAD_REQUEST.into_response() };
            stage.discord.press(channel, user, message, &press.action);
            Json(json!({ "notice": "" })).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn notice(shared: &Shared, query: &str) -> String {
    loop {
        if let Some(answer) = shared.stage.telegram.answers().into_iter().find(|answer| answer.query == query) {
            return answer.text;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A picture that was uploaded to Telegram's stand-in.
pub(super) async fn telegram_picture(State(shared): State<Arc<Shared>>, Path(file): Path<String>) -> Response {
    picture(shared.stage.telegram.file(&file))
}

/// A picture of a message of Discord's stand-in.
pub(super) async fn discord_picture(
    State(shared): State<Arc<Shared>>,
    Path((message, name)): Path<(String, String)>,
) -> Response {
    picture(shared.stage.discord.attachment(&message, &name))
}

/// Only pictures are shown: anything else could be a page that runs in our name.
fn picture(found: Option<(String, Vec<u8>)>) -> Response {
    match found {
        Some((mime, bytes)) if ["image/jpeg", "image/png", "image/gif", "image/webp"].contains(&mime.as_str()) => {
            ([(header::CONTENT_TYPE, mime)], bytes).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
