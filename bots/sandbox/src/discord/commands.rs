//! The bot's slash commands: registering and using them.

use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::Server;
use super::body::Body;
use super::call::{Call, Counts, Done};
use super::problem::{Complaints, Problem};
use super::world::{Kind, World};
use crate::connection::Cut;

/// The locales that Discord knows.
const LOCALES: [&str; 32] = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
    "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
];

/// `PUT /applications/{application}/commands`
pub(super) async fn put(
    State(server): State<Arc<Server>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path(application): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let body = Body::read(request).await;
    let told = server.clone();
    let act = |world: &mut World, body: &Body| {
        ours(world, &application)?;
        let commands = body.payload.as_array().ok_or_else(|| Problem::new(400, 50035, "Invalid Form Body"))?;
        check(commands)?;
        let named: Vec<Value> = commands.iter().map(|command| numbered(world, command)).collect();
        world.commands = named;
        told.deliver(world);
        Ok(Done::quietly(Some(world.commands.clone().into())))
    };
    let call = Call { server, cut, method: "putCommands", chat: String::new(), counts: Counts::Bot };
    call.run(&headers, body, act).await
}

/// `POST /applications/{application}/commands`
pub(super) async fn post(
    State(server): State<Arc<Server>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path(application): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let body = Body::read(request).await;
    let told = server.clone();
    let act = |world: &mut World, body: &Body| {
        ours(world, &application)?;
        check(std::slice::from_ref(&body.payload))?;
        let command = numbered(world, &body.payload);
        world.commands.retain(|old| old["name"] != command["name"]);
        world.commands.push(command.clone());
        told.deliver(world);
        Ok(Done::quietly(Some(command)))
    };
    let call = Call { server, cut, method: "postCommand", chat: String::new(), counts: Counts::Bot };
    call.run(&headers, body, act).await
}

/// `GET /applications/{application}/commands`
pub(super) async fn get(
    State(server): State<Arc<Server>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path(application): Path<String>,
    headers: HeaderMap,
) -> Response {
    let act = |world: &mut World, _: &Body| {
        ours(world, &application)?;
        Ok(Done::quietly(Some(world.commands.clone().into())))
    };
    let call = Call { server, cut, method: "getCommands", chat: String::new(), counts: Counts::Bot };
    call.run(&headers, Ok(Body::default()), act).await
}

fn ours(world: &World, application: &str) -> Result<(), Problem> {
    if application == world.application.to_string() {
        Ok(())
    } else {
        Err(Problem::new(403, 20012, "You are not authorized to perform this action on this application"))
    }
}

fn numbered(world: &mut World, command: &Value) -> Value {
    let old = world.commands.iter().find(|old| old["name"] == command["name"]).map(|old| old["id"].clone());
    let mut command = command.clone();
    command["id"] = old.unwrap_or_else(|| world.next_id().to_string().into());
    command["application_id"] = world.application.to_string().into();
    command["version"] = world.next_id().to_string().into();
    command
}

fn check(commands: &[Value]) -> Result<(), Problem> {
    let mut complaints = Complaints::default();
    if commands.len() > 100 {
        return Err(Problem::new(400, 30032, "Maximum number of application commands reached (100)"));
    }
    for (at, command) in commands.iter().enumerate() {
        named(command, &at.to_string(), &mut complaints);
        if commands[..at].iter().any(|earlier| earlier["name"] == command["name"]) {
            let message = "Application command names must be unique";
            complaints.add(format!("{at}.name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message);
        }
        for (field, most) in [("contexts", 2), ("integration_types", 1)] {
            let values = command[field].as_array().into_iter().flatten();
            if values.into_iter().any(|value| value.as_u64().is_none_or(|value| value > most)) {
                complaints.add(format!("{at}.{field}"), "BASE_TYPE_CHOICES", "Unknown value.");
            }
        }
        options(&command["options"], &format!("{at}.options"), &mut complaints);
    }
    complaints.into_result()
}

fn options(options: &Value, path: &str, complaints: &mut Complaints) {
    let options = options.as_array().map_or(&[][..], Vec::as_slice);
    complaints.at_most(path, options.len(), 25);
    let mut optional = false;
    for (at, option) in options.iter().enumerate() {
        let path = format!("{path}.{at}");
        named(option, &path, complaints);
        if !matches!(option["type"].as_u64(), Some(1..=11)) {
            complaints.add(format!("{path}.type"), "BASE_TYPE_CHOICES", "Unknown type of option.");
        }
        let required = option["required"].as_bool() == Some(true);
        if required && optional {
            let message = "Required options must be placed before non-required options";
            complaints.add(&path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message);
        }
        optional |= !required;
        let choices = option["choices"].as_array().map_or(0, Vec::len);
        complaints.at_most(format!("{path}.choices"), choices, 25);
        if choices > 0 && option["autocomplete"].as_bool() == Some(true) {
            let message = "An option has either choices or autocomplete";
            complaints.add(&path, "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", message);
        }
    }
}

type Rule<'a> = &'a dyn Fn(&str) -> bool;

/// Name and description, with their localizations.
fn named(thing: &Value, path: &str, complaints: &mut Complaints) {
    let name = |text: &str| {
        let fits = (1..=32).contains(&text.chars().count());
        let plain = text.chars().all(|one| one.is_alphanumeric() || one == '-' || one == '_' || one == '\'');
        fits && plain && text.to_lowercase() == text
    };
    let description = |text: &str| (1..=100).contains(&text.chars().count());
    let rules: [(&str, &str, Rule<'_>); 2] =
        [("name", "APPLICATION_COMMAND_INVALID_NAME", &name), ("description", "BASE_TYPE_BAD_LENGTH", &description)];
    for (field, code, fits) in rules {
        if !thing[field].as_str().is_some_and(fits) {
            complaints.add(format!("{path}.{field}"), code, format!("This {field} is invalid"));
        }
        let localizations = format!("{field}_localizations");
        for (locale, text) in thing[&localizations].as_object().into_iter().flatten() {
            let path = format!("{path}.{localizations}.{locale}");
            if !LOCALES.contains(&locale.as_str()) {
                complaints.add(path, "BASE_TYPE_CHOICES", "Unknown locale.");
            } else if !text.as_str().is_some_and(fits) {
                complaints.add(path, code, format!("This {field} is invalid"));
            }
        }
    }
}

/// The command as an interaction's `data`, if it is registered, or why a reader could not have used it so.
pub(super) fn used(
    world: &World,
    channel: u64,
    name: &str,
    given: &[(String, String)],
) -> Option<Result<Value, String>> {
    let command = registered(world, channel, name)?;
    Some(command.and_then(|command| {
        let options = command["options"].as_array().map_or(&[][..], Vec::as_slice);
        let missing = options.iter().find(|option| {
            option["required"].as_bool() == Some(true) && given.iter().all(|(name, _)| option["name"] != name.as_str())
        });
        if let Some(missing) = missing {
            return Err(format!("/{name} needs its option {}", missing["name"]));
        }
        let given: Result<Vec<Value>, String> =
            given.iter().map(|(option, value)| filled(options, name, option, value)).collect();
        Ok(json!({ "id": command["id"], "name": name, "type": 1, "options": given? }))
    }))
}

/// The same for a command whose option is being typed.
pub(super) fn typed(
    world: &World,
    channel: u64,
    name: &str,
    option: &str,
    typed: &str,
) -> Option<Result<Value, String>> {
    let command = registered(world, channel, name)?;
    Some(command.and_then(|command| {
        let options = command["options"].as_array().map_or(&[][..], Vec::as_slice);
        let complete = |known: &Value| known["name"] == option && known["autocomplete"].as_bool() == Some(true);
        if !options.iter().any(complete) {
            return Err(format!("/{name} offers nothing for {option}"));
        }
        let mut filled = filled(options, name, option, typed)?;
        filled["focused"] = true.into();
        Ok(json!({ "id": command["id"], "name": name, "type": 1, "options": [filled] }))
    }))
}

fn registered<'a>(world: &'a World, channel: u64, name: &str) -> Option<Result<&'a Value, String>> {
    if world.commands.is_empty() {
        return None;
    }
    let Some(command) = world.commands.iter().find(|command| command["name"] == name) else {
        return Some(Err(format!("there is no command /{name}")));
    };
    let context = match world.channels.get(&channel)?.kind {
        Kind::Dm(_) => 1,
        Kind::Text(_) | Kind::Thread(..) => 0,
    };
    let contexts = command["contexts"].as_array();
    let here = contexts.is_none_or(|contexts| contexts.iter().any(|one| one.as_u64() == Some(context)));
    Some(if here { Ok(command) } else { Err(format!("/{name} does not exist in this kind of chat")) })
}

fn filled(options: &[Value], command: &str, name: &str, value: &str) -> Result<Value, String> {
    let option = options.iter().find(|option| option["name"] == name);
    let option = option.ok_or_else(|| format!("/{command} has no option {name}"))?;
    let kind = option["type"].as_u64().unwrap_or(3);
    let typed = match kind {
        4 => value.parse::<i64>().map(Value::from).map_err(|_| format!("{name} is a number"))?,
        5 => value.parse::<bool>().map(Value::from).map_err(|_| format!("{name} is true or false"))?,
        _ => value.into(),
    };
    Ok(json!({ "name": name, "type": kind, "value": typed }))
}
