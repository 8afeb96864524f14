//! The slash commands, registered from the desk's menu.

use std::time::Duration;

use platform::{Desk, Language, MenuEntry, SendError};
use reqwest::Method;
use serenity::all::{
    ApplicationId, CommandOptionType, CreateCommand, CreateCommandOption, InstallationContext, InteractionContext,
};

use super::answer::patiently;
use crate::Bot;

/// The command whose argument is offered while it is typed.
pub(super) const OFFERED: &str = "digest";
/// Without its commands nobody can speak to the bot, so this is not given up soon.
const PATIENCE: Duration = Duration::from_hours(1);
/// A description's length, in characters.
const DESCRIPTION: usize = 100;
/// Discord's locales in languages that we speak; everybody else sees the default language's menu.
const LOCALES: [(&str, Language); 4] =
    [("zh-CN", Language::Zh), ("zh-TW", Language::Zh), ("en-US", Language::En), ("en-GB", Language::En)];

/// Puts the desk's menu in the place of whatever was registered before.
pub(super) async fn register(bot: &Bot, desk: &dyn Desk, application: ApplicationId) -> Result<(), SendError> {
    let localized = LOCALES.map(|(locale, language)| (locale, desk.menu(Some(language))));
    let commands = commands(&desk.menu(None), &localized);
    let commands = serde_json::to_value(commands).map_err(|error| SendError::Refused { why: error.to_string() })?;
    let path = format!("/applications/{application}/commands");
    let ask = || bot.post.wire.ask(Method::PUT, &path, commands.clone());
    patiently(true, PATIENCE, ask).await.map(drop)
}

/// A menu for a locale.
type Localized = (&'static str, Vec<MenuEntry>);

fn commands<'a>(menu: &[MenuEntry], localized: &'a [Localized]) -> Vec<CreateCommand> {
    menu.iter()
        .map(|entry| {
            let same = |menu: &'a [MenuEntry]| menu.iter().find(|other| other.name == entry.name);
            let others: Vec<_> = localized.iter().filter_map(|(locale, menu)| Some((*locale, same(menu)?))).collect();
            let mut command = CreateCommand::new(entry.name)
                .description(cut(&entry.summary))
                .integration_types(vec![InstallationContext::Guild])
                .contexts(contexts(entry));
            for (locale, other) in &others {
                command = command.description_localized(*locale, cut(&other.summary));
            }
            match argument(entry, &others) {
                Some(argument) => command.add_option(argument),
                None => command,
            }
        })
        .collect()
}

/// An admin's commands are for direct messages, where nobody reads along; the desk refuses everybody else there.
fn contexts(entry: &MenuEntry) -> Vec<InteractionContext> {
    if entry.admin_only {
        vec![InteractionContext::BotDm]
    } else {
        vec![InteractionContext::Guild, InteractionContext::BotDm]
    }
}

fn argument(entry: &MenuEntry, others: &[(&str, &MenuEntry)]) -> Option<CreateCommandOption> {
    let (name, summary) = entry.argument.as_ref()?;
    let mut option = CreateCommandOption::new(CommandOptionType::String, *name, cut(summary))
        .required(!entry.optional)
        .set_autocomplete(entry.name == OFFERED);
    for (locale, other) in others {
        if let Some((_, other)) = &other.argument {
            option = option.description_localized(*locale, cut(other));
        }
    }
    Some(option)
}

fn cut(summary: &str) -> String {
    summary.chars().take(DESCRIPTION).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_command_has_ascii_names_and_chinese_descriptions() {
        let entry = |summary: &str, argument: &str, admin_only| MenuEntry {
            name: "digest",
            summary: summary.repeat(if admin_only { 101 } else { 1 }),
            argument: Some(("day", argument.to_owned())),
            optional: true,
            admin_only,
        };
        let chinese = ["zh-CN", "zh-TW"].map(|locale| (locale, vec![entry("看一天", "哪一天", false)]));
        let built = commands(&[entry("Show a day", "a day", false)], &chinese);
        let built = serde_json::to_value(&built).unwrap();
        let chinese = json!({ "zh-CN": "看一天", "zh-TW": "看一天" });
        assert_eq!(built[0]["description_localizations"], chinese);
        assert_eq!((&built[0]["name"], &built[0]["contexts"]), (&json!("digest"), &json!([0, 1])));
        let option = &built[0]["options"][0];
        assert_eq!((&option["name"], &option["autocomplete"]), (&json!("day"), &json!(true)));
        assert_eq!(option["description_localizations"]["zh-TW"], "哪一天");
        let admin = serde_json::to_value(commands(&[entry("x", "y", true)], &[])).unwrap();
        assert_eq!(admin[0]["contexts"], json!([1]));
        assert_eq!(admin[0]["description"].as_str().unwrap().len(), DESCRIPTION);
    }
}
