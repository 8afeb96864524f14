//! What readers do: slash commands, buttons, half-typed options; they wait for the bot to connect.

use std::time::Instant;

use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::world::{Kind, World};
use super::{commands, gateway, objects};

/// What an autocomplete answer offers: names and values.
pub(super) type Choices = Vec<(String, String)>;

/// One thing that a reader did.
pub(super) struct Interaction {
    pub(super) token: String,
    pub(super) channel: u64,
    user: u64,
    pub(super) what: What,
    /// When it was sent to the bot.
    pub(super) sent: Option<Instant>,
    pub(super) answered: Answered,
    /// The message that `@original` names.
    pub(super) original: Option<u64>,
    /// Who waits for an autocomplete answer.
    pub(super) choices: Option<oneshot::Sender<Choices>>,
}

pub(super) enum What {
    Command { name: String, options: Vec<(String, String)> },
    Typing { name: String, option: String, typed: String },
    Press { message: u64, custom_id: String },
}

/// How far the bot's answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answered {
    Not,
    /// Type 5: the reader sees "thinking…". Holds the message's flags.
    Deferred(u64),
    /// Anything else.
    Yes,
}

/// Takes note of what a reader did and sends it as soon as it can be sent.
pub(super) fn begin(world: &mut World, channel: u64, user: u64, what: What) -> Result<u64, String> {
    let place = world.channels.get(&channel).ok_or("no such channel")?;
    if let Kind::Dm(reader) = place.kind
        && reader != user
    {
        return Err("this channel is another reader's".into());
    }
    if let What::Press { message, custom_id } = &what {
        let found = world.messages.get(message).filter(|found| found.channel == channel);
        let found = found.ok_or("no such message")?;
        if !has_button(&found.value["components"], custom_id) {
            return Err(format!("the message has no button {custom_id}"));
        }
    }
    let id = world.next_id();
    let token = format!("interaction-{id}-{user}");
    let interaction =
        Interaction { token, channel, user, what, sent: None, answered: Answered::Not, original: None, choices: None };
    world.interactions.insert(id, interaction);
    world.waiting.push(id);
    Ok(id)
}

/// Sends what waits, as far as the bot listens and has registered the command. Gives back what a reader's own app
/// would not have let through.
pub(super) fn deliver(world: &mut World) -> Vec<(u64, String)> {
    let mut refused = Vec::new();
    if !world.sessions.any() {
        return refused;
    }
    for id in std::mem::take(&mut world.waiting) {
        let Some(interaction) = world.interactions.get(&id) else { continue };
        match event(world, id, interaction) {
            None => world.waiting.push(id),
            Some(Ok(event)) => {
                let guild = world.channels.get(&interaction.channel).and_then(|channel| channel.kind.guild());
                let channel = interaction.channel;
                let shards = world.sessions.dispatch("INTERACTION_CREATE", 0, guild, &event);
                world.heard.extend(shards.into_iter().map(|shard| (channel, shard)));
                if let Some(interaction) = world.interactions.get_mut(&id) {
                    interaction.sent = Some(Instant::now());
                }
            }
            Some(Err(why)) => {
                refused.push((interaction.channel, why));
                world.interactions.remove(&id);
            }
        }
    }
    refused
}

/// The event; `None` while the command is not registered.
fn event(world: &World, id: u64, interaction: &Interaction) -> Option<Result<Value, String>> {
    let (kind, fields) = match &interaction.what {
        What::Press { message, custom_id } => {
            let message = &world.messages.get(message)?.value;
            (3, json!({ "message": message, "data": { "custom_id": custom_id, "component_type": 2 } }))
        }
        What::Command { name, options } => match commands::used(world, interaction.channel, name, options)? {
            Ok(data) => (2, json!({ "data": data })),
            Err(why) => return Some(Err(why)),
        },
        What::Typing { name, option, typed } => {
            match commands::typed(world, interaction.channel, name, option, typed)? {
                Ok(data) => (4, json!({ "data": data })),
                Err(why) => return Some(Err(why)),
            }
        }
    };
    let mut event = common(world, id, interaction)?;
    event["type"] = kind.into();
    objects::merge(&mut event, fields);
    Some(Ok(event))
}

fn common(world: &World, id: u64, interaction: &Interaction) -> Option<Value> {
    let channel = world.channels.get(&interaction.channel)?;
    let application = world.application.to_string();
    let mut event = json!({
        "id": id.to_string(), "application_id": application, "version": 1, "token": interaction.token,
        "channel_id": interaction.channel.to_string(), "channel": objects::channel(world, interaction.channel, channel),
        "app_permissions": channel.permissions.to_string(), "locale": world.user(interaction.user).locale,
        "entitlements": [], "attachment_size_limit": 10 << 20,
    });
    let place = match channel.kind.guild() {
        Some(guild) => json!({
            "guild_id": guild.to_string(), "guild": { "id": guild.to_string(), "locale": "en-US", "features": [] },
            "guild_locale": "en-US", "context": 0, "authorizing_integration_owners": { "0": guild.to_string() },
            "member": objects::member(world, guild, interaction.user),
        }),
        None => json!({
            "context": 1, "authorizing_integration_owners": { "0": "0" },
            "user": objects::user(world, interaction.user),
        }),
    };
    objects::merge(&mut event, place);
    Some(event)
}

fn has_button(components: &Value, custom_id: &str) -> bool {
    components.as_array().into_iter().flatten().any(|component| {
        component["custom_id"].as_str() == Some(custom_id)
            || has_button(&component["components"], custom_id)
            || component["accessory"]["custom_id"].as_str() == Some(custom_id)
    })
}

/// A guild or channel event for whoever asked for guilds.
pub(super) fn tell(world: &mut World, name: &str, guild: u64, event: &Value) {
    world.sessions.dispatch(name, gateway::GUILDS, Some(guild), event);
}
