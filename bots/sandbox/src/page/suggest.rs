//! The list above an input line: commands once `/` is typed, and the values that the bot offers.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Chat, Place, Shared};

#[derive(Deserialize)]
pub(super) struct Typed {
    chat: usize,
    text: String,
}

/// What a visitor can pick.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Offer {
    /// What is shown.
    label: String,
    /// What it does.
    detail: String,
    /// What the line becomes.
    line: String,
}

/// Offers what fits the text so far.
pub(super) async fn suggest(State(shared): State<Arc<Shared>>, Json(typed): Json<Typed>) -> Json<Vec<Offer>> {
    let stage = &shared.stage;
    let (Some(chat), Some(text)) = (stage.chats.get(typed.chat), typed.text.strip_prefix('/')) else {
        return Json(Vec::new());
    };
    let commands = match chat.place {
        Place::Telegram { .. } => telegram_menu(&shared, chat),
        Place::Discord { .. } => discord_menu(&shared, chat),
    };
    let Some((name, argument)) = text.split_once(' ') else { return Json(matching(&commands, text, &chat.language)) };
    let Place::Discord { channel, user } = chat.place else { return Json(Vec::new()) };
    let option = commands.iter().find(|command| named(command) == name).map(|command| &command["options"][0]);
    let Some(option) = option.filter(|option| option["autocomplete"] == true) else { return Json(Vec::new()) };
    let choices = stage.discord.autocomplete(channel, user, name, named(option), argument).await;
    let offer = |(label, value)| Offer { label, detail: String::new(), line: format!("/{name} {value}") };
    Json(choices.into_iter().map(offer).collect())
}

/// The menu that Telegram would show in this chat: the narrowest that is set, in the reader's language if there is one.
fn telegram_menu(shared: &Shared, chat: &Chat) -> Vec<Value> {
    let own = format!("chat:{}", chat.place.names().1);
    let kind = if chat.private { "all_private_chats" } else { "all_group_chats" };
    let language = chat.language.split('-').next().unwrap_or_default();
    let menus = [own.as_str(), kind, "default"].into_iter().flat_map(|scope| [(scope, language), (scope, "")]);
    let menu = menus.filter_map(|(scope, language)| shared.stage.telegram.commands(scope, language)).next();
    menu.and_then(|menu| menu.as_array().cloned()).unwrap_or_default()
}

/// The registered commands that exist in this kind of chat: 0 stands for servers, 1 for direct messages with the bot.
fn discord_menu(shared: &Shared, chat: &Chat) -> Vec<Value> {
    let here = if chat.private { 1 } else { 0 };
    let exists = |command: &Value| {
        command["contexts"].as_array().is_none_or(|contexts| contexts.iter().any(|context| *context == here))
    };
    shared.stage.discord.commands().into_iter().filter(exists).collect()
}

/// The commands whose name begins so. Telegram calls the name `command`.
fn matching(commands: &[Value], begun: &str, language: &str) -> Vec<Offer> {
    let begun = begun.to_lowercase();
    let fits = commands.iter().filter(|command| named(command).starts_with(&begun));
    fits.map(|command| {
        let localized = &command["description_localizations"][language];
        let detail = localized.as_str().or(command["description"].as_str()).unwrap_or_default().to_owned();
        let (name, argument) = (named(command), command["options"][0]["name"].as_str());
        // Telegram's menu does not say what takes an argument, so a space is left to the reader there.
        let line = if argument.is_some() { format!("/{name} ") } else { format!("/{name}") };
        Offer {
            label: argument.map_or_else(|| format!("/{name}"), |argument| format!("/{name} {argument}")),
            detail,
            line,
        }
    })
    .collect()
}

fn named(command: &Value) -> &str {
    command["name"].as_str().or(command["command"].as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_command_is_offered_by_its_beginning_in_the_readers_language() {
        let commands = [
            json!({ "name": "digest", "description": "A day", "description_localizations": { "zh-CN": "某天" },
                    "options": [{ "name": "date" }] }),
            json!({ "command": "start", "description": "Subscribe" }),
        ];
        let digest = Offer { label: "/digest date".into(), detail: "某天".into(), line: "/digest ".into() };
        assert_eq!(matching(&commands, "DI", "zh-CN"), [digest]);
        let start = Offer { label: "/start".into(), detail: "Subscribe".into(), line: "/start".into() };
        assert_eq!(matching(&commands, "st", "en"), [start]);
    }
}
