//! Discord's objects as they go over the wire.

use serde_json::{Value, json};

use super::body::{Body, File};
use super::checks;
use super::world::{Channel, Kind, MANAGE_CHANNELS, ORDINARY, World};

pub(super) fn bot_user(application: u64) -> Value {
    json!({
        "id": application.to_string(), "username": "paperboy", "discriminator": "0000", "global_name": null,
        "avatar": null, "bot": true, "mfa_enabled": false, "verified": true, "email": null, "flags": 0,
    })
}

pub(super) fn user(world: &World, id: u64) -> Value {
    let user = world.user(id);
    json!({
        "id": id.to_string(), "username": user.name, "discriminator": "0", "global_name": user.name,
        "avatar": null, "public_flags": 0,
    })
}

/// A reader as a member of a guild, with the permissions that an interaction tells.
pub(super) fn member(world: &World, guild: u64, id: u64) -> Value {
    let manages = world.guilds.get(&guild).is_some_and(|guild| guild.managers.contains(&id));
    let permissions = ORDINARY | if manages { MANAGE_CHANNELS } else { 0 };
    json!({
        "user": user(world, id), "nick": null, "avatar": null, "roles": [], "joined_at": "2025-01-01T00:00:00+00:00",
        "premium_since": null, "deaf": false, "mute": false, "flags": 0, "pending": false,
        "permissions": permissions.to_string(), "communication_disabled_until": null,
    })
}

pub(super) fn channel(world: &World, id: u64, channel: &Channel) -> Value {
    let mut value = json!({ "id": id.to_string(), "last_message_id": null, "flags": 0 });
    let fields = match channel.kind {
        Kind::Dm(reader) => json!({ "type": 1, "recipients": [user(world, reader)] }),
        Kind::Text(guild) => json!({
            "type": 0, "guild_id": guild.to_string(), "name": channel.name, "position": 0, "parent_id": null,
            "permission_overwrites": [], "nsfw": false, "topic": null, "rate_limit_per_user": 0,
            "permissions": channel.permissions.to_string(),
        }),
        Kind::Thread(guild, parent) => json!({
            "type": 11, "guild_id": guild.to_string(), "name": channel.name, "parent_id": parent.to_string(),
            "owner_id": world.application.to_string(), "message_count": 0, "member_count": 1,
            "permissions": channel.permissions.to_string(),
            "thread_metadata": {
                "archived": channel.closed.is_some(), "auto_archive_duration": 1440, "locked": false,
                "archive_timestamp": "2025-01-01T00:00:00+00:00",
            },
        }),
    };
    merge(&mut value, fields);
    value
}

/// A guild as GUILD_CREATE tells it.
pub(super) fn guild(world: &World, id: u64) -> Value {
    let (mut channels, mut threads) = (Vec::new(), Vec::new());
    for (&number, one) in world.channels.iter().filter(|(_, one)| one.kind.guild() == Some(id)) {
        let list = if matches!(one.kind, Kind::Thread(..)) { &mut threads } else { &mut channels };
        list.push(channel(world, number, one));
    }
    json!({
        "id": id.to_string(), "name": format!("guild {id}"), "icon": null, "splash": null, "discovery_splash": null,
        "owner_id": "1", "afk_channel_id": null, "afk_timeout": 300, "verification_level": 0,
        "default_message_notifications": 0, "explicit_content_filter": 0, "roles": [], "emojis": [], "features": [],
        "mfa_level": 0, "application_id": null, "system_channel_id": null, "system_channel_flags": 0,
        "rules_channel_id": null, "vanity_url_code": null, "description": null, "banner": null, "premium_tier": 0,
        "preferred_locale": "en-US", "public_updates_channel_id": null, "nsfw_level": 0, "stickers": [],
        "premium_progress_bar_enabled": false, "joined_at": "2025-01-01T00:00:00+00:00", "large": false,
        "unavailable": false, "member_count": 2, "voice_states": [], "members": [], "channels": channels,
        "threads": threads, "presences": [], "stage_instances": [], "guild_scheduled_events": [],
        "safety_alerts_channel_id": null,
    })
}

/// A message of the bot without anything in it.
pub(super) fn blank_message(world: &World, id: u64, channel: u64) -> Value {
    json!({
        "id": id.to_string(), "type": 0, "channel_id": channel.to_string(), "content": "",
        "author": bot_user(world.application), "attachments": [], "embeds": [], "components": [], "mentions": [],
        "mention_roles": [], "mention_everyone": false, "pinned": false, "tts": false, "flags": 0,
        "timestamp": World::time_of(id), "edited_timestamp": null,
    })
}

/// Puts what a body says into a message; what it leaves out stays.
pub(super) fn fill(message: &mut Value, body: &Body, url: &str) {
    for field in ["content", "components", "flags", "nonce"] {
        match &body.payload[field] {
            Value::Null if body.payload.get(field).is_some() && field == "content" => message[field] = "".into(),
            Value::Null => {}
            value => message[field] = value.clone(),
        }
    }
    if body.payload.get("attachments").is_some() || !body.files.is_empty() {
        message["attachments"] = attachments(message, body, url);
    }
    if let Some(embeds) = body.payload.get("embeds") {
        let mut embeds = if embeds.is_null() { json!([]) } else { embeds.clone() };
        for embed in embeds.as_array_mut().into_iter().flatten() {
            embed["type"] = "rich".into();
            for field in ["image", "thumbnail"] {
                resolve(&mut embed[field], &message["attachments"]);
                if embed[field].is_null() {
                    drop(embed.as_object_mut().and_then(|embed| embed.remove(field)));
                }
            }
        }
        message["embeds"] = embeds;
    }
}

/// The files that a message has after a body was put into it.
fn attachments(message: &Value, body: &Body, url: &str) -> Value {
    let listed = body.payload["attachments"].as_array();
    let kept = message["attachments"].as_array().into_iter().flatten().filter(|old| {
        let id = checks::attachment_number(old);
        listed.is_none_or(|listed| listed.iter().any(|one| checks::attachment_number(one) == id))
    });
    let place = format!("{url}/attachments/{}/{}", text(&message["channel_id"]), text(&message["id"]));
    let added = body.files.iter().map(|file| attachment(file, body, &place));
    kept.cloned().chain(added).collect()
}

fn attachment(file: &File, body: &Body, place: &str) -> Value {
    let name = checks::attachment_name(body, file);
    let listed = body.payload["attachments"].as_array().into_iter().flatten();
    let described = listed.into_iter().find(|one| checks::attachment_number(one) == Some(file.number));
    let address = format!("{place}/{name}");
    let size = file.size();
    // An id of its own: the message's id leaves the lower bits free.
    let id = place.rsplit('/').next().and_then(|id| id.parse::<u64>().ok()).unwrap_or(1 << 23) + file.number + 1;
    json!({
        "id": id.to_string(), "filename": name, "size": file.bytes.len(), "url": address, "proxy_url": address,
        "content_type": file.mime, "description": described.and_then(|one| one["description"].as_str()),
        "width": size.map(|size| size.width), "height": size.map(|size| size.height),
    })
}

fn resolve(picture: &mut Value, attachments: &Value) {
    let Some(name) = picture["url"].as_str().and_then(|url| url.strip_prefix("attachment://")) else { return };
    let found = attachments.as_array().into_iter().flatten().find(|one| one["filename"].as_str() == Some(name));
    if let Some(found) = found {
        picture["url"] = found["url"].clone();
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

/// Adds the fields of one object to another.
pub(super) fn merge(value: &mut Value, fields: Value) {
    if let (Value::Object(value), Value::Object(fields)) = (value, fields) {
        value.extend(fields);
    }
}
