//! Hears readers: the gateway by serenity, the answers by our own requests.

mod answer;
mod ears;
mod menu;
mod reader;

use std::sync::Arc;
use std::time::Duration;

use platform::{Desk, SendError};
use reqwest::Method;
use serde_json::Value;
use serenity::all::{ClientBuilder, GatewayError, GatewayIntents, HttpBuilder};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Bot;
use ears::Ears;

/// How long the answers that are under way may still take after `stop`.
const LAST_ANSWERS: Duration = Duration::from_secs(6);
/// How long serenity may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Listens until `stop`, through every loss of the gateway; an error only when Discord refuses the bot itself.
pub(crate) async fn run(bot: &Arc<Bot>, desk: &Arc<dyn Desk>, stop: &CancellationToken) -> Result<(), SendError> {
    let answers = TaskTracker::new();
    let ears = Arc::new(Ears::new(bot.clone(), desk.clone(), answers.clone()));
    let mut wait = FIRST_WAIT;
    let ended = loop {
        match connect(bot, &ears, stop).await {
            Ok(()) => break Ok(()),
            Err(error @ SendError::Fatal { .. }) => break Err(error),
            Err(error) => tracing::warn!(%error, "Discord's gateway cannot be reached, trying again in {wait:?}"),
        }
        tokio::select! {
            () = stop.cancelled() => break Ok(()),
            () = tokio::time::sleep(wait) => wait = (wait * 2).min(LONGEST_WAIT),
        }
    };
    answers.close();
    if tokio::time::timeout(LAST_ANSWERS, answers.wait()).await.is_err() {
        tracing::warn!("{} answers to readers were cut off", answers.len());
    }
    ended
}

/// One life of the gateway client; serenity reconnects and resumes within it.
async fn connect(bot: &Arc<Bot>, ears: &Arc<Ears>, stop: &CancellationToken) -> Result<(), SendError> {
    let wire = &bot.post.wire;
    // Asked first, because serenity would turn to the public gateway with this token if it could not ask.
    let gateway = tokio::select! {
        () = stop.cancelled() => return Ok(()),
        gateway = wire.ask(Method::GET, "/gateway/bot", Value::Null) => gateway?,
    };
    let transient = |why: &str| SendError::Transient { why: why.to_owned() };
    let url = gateway["url"].as_str().ok_or_else(|| transient("no gateway in the answer"))?;
    let shards = gateway["shards"].as_u64().and_then(|shards| u32::try_from(shards).ok()).unwrap_or(1).max(1);
    let http =
        HttpBuilder::new(wire.token()).client(wire.client()).proxy(wire.base()).ratelimiter_disabled(true).build();
    let client = ClientBuilder::new_with_http(http, GatewayIntents::GUILDS).event_handler_arc(ears.clone()).await;
    let mut client = client.map_err(|error| transient(&error.to_string()))?;
    url.clone_into(&mut *client.ws_url.lock().await);
    let manager = client.shard_manager.clone();
    let ended = tokio::select! {
        () = stop.cancelled() => Ok(()),
        ended = client.start_shards(shards) => Err(match ended {
            Err(serenity::Error::Gateway(error)) => refused(&error),
            Err(error) => transient(&error.to_string()),
            Ok(()) => transient("the gateway client ended"),
        }),
    };
    // What is left to say goodbye to may be gone already.
    drop(tokio::time::timeout(GOODBYE, manager.shutdown_all()).await);
    ended
}

/// What serenity gives up for.
fn refused(error: &GatewayError) -> SendError {
    let why = match error {
        GatewayError::InvalidAuthentication => "4004 the gateway refuses the token; check DISCORD_TOKEN".to_owned(),
        GatewayError::InvalidGatewayIntents | GatewayError::DisallowedGatewayIntents => {
            format!("4014 the gateway refuses the bot's intents: {error}")
        }
        other => return SendError::Transient { why: other.to_string() },
    };
    SendError::Fatal { why }
}
