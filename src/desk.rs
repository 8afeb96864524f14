//! What every chat command does: an [`Invocation`] in, a [`Reply`] out.
//!
//! [`FrontDesk::handle`] asks [`rights`] whether the person may, makes a [`visit::Visit`] of what every command needs, and hands
//! it to the command's own file. Nothing here formats for a platform or waits for one; [`progress`] alone edits messages.
//!
//! The feed behind a command that names none: `/digest` shows the feeds that the chat receives, and all declared ones
//! to a chat that receives nothing; `/start` takes the only declared feed or asks which; `/stop` ends all.

mod broadcast;
mod buttons;
mod control;
mod days;
mod digest;
mod feeds;
mod help;
mod layout;
mod menu;
mod noticed;
mod page;
pub mod progress;
mod recall;
mod rights;
mod start;
pub mod stats;
mod status;
mod stop;
mod suggest;
mod time;
mod typed;
mod visit;
mod zones;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use anyhow::Context;
use async_trait::async_trait;
use platform::{
    BadCommand, BotKey, Chat, ChatEvent, ChatKind, Command, Day, Desk, Invocation, Language, MenuEntry, Outgoing,
    Reply, Suggestion, Uploaded,
};
use rand::rngs::StdRng;
use sqlx::PgPool;

use crate::{
    clock::Clock,
    config::{Admin, Config},
    listen::turn::Turn,
    platforms::{self, Platforms},
    store,
    wording::wording,
};
use rights::Refusal;
use visit::Visit;

/// What the operator decides about the desk.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who may broadcast and see the figures.
    pub admins: Vec<Admin>,
    /// For readers whose platform does not tell their language.
    pub default_language: Language,
}

impl From<&Config> for Settings {
    fn from(config: &Config) -> Self {
        Self { admins: config.admins.clone(), default_language: config.default_language }
    }
}

/// Answers readers.
pub struct FrontDesk {
    db: PgPool,
    platforms: Platforms,
    clock: Arc<dyn Clock>,
    settings: Settings,
    chance: Mutex<StdRng>,
    /// For which bots this process has to wait for its turn; it answers for all others.
    turns: HashMap<BotKey, Arc<Turn>>,
}

impl FrontDesk {
    /// A desk on this database. `chance` makes the tokens of broadcasts, so it must be one that nobody can guess.
    #[must_use]
    pub fn new(db: PgPool, platforms: Platforms, clock: Arc<dyn Clock>, settings: Settings, chance: StdRng) -> Self {
        Self { db, platforms, clock, settings, chance: Mutex::new(chance), turns: HashMap::new() }
    }

    /// The same desk, which answers for these bots only while their turn lasts.
    #[must_use]
    pub fn taking_turns(self, turns: HashMap<BotKey, Arc<Turn>>) -> Self {
        Self { turns, ..self }
    }

    async fn answer(&self, invocation: &Invocation) -> anyhow::Result<Reply> {
        // What people say to each other is not for us.
        let private = invocation.chat.kind == ChatKind::Private;
        if !private && matches!(invocation.command, Err(BadCommand::NotACommand { .. })) {
            return Ok(Reply::default());
        }
        let Invocation { bot, chat, user, language, .. } = invocation;
        let visit = Visit { pressed: invocation.pressed.as_ref(), ..Visit::begin(self, bot, chat, *language).await? };
        let texts = visit.texts;
        match rights::refusal(&self.settings.admins, invocation) {
            Some(Refusal::AdminsOnly) => return Ok(visit.aside(texts.admins_only)),
            Some(Refusal::DecidersOnly) => return Ok(visit.aside(texts.deciders_only)),
            None => {}
        }
        let command = match &invocation.command {
            Ok(command) => command,
            Err(bad) => return self.misunderstood(&visit, bad).await,
        };
        match command {
            Command::Start { .. } if !invocation.missing.is_empty() => {
                Ok(visit.say(&(texts.missing)(&invocation.missing)))
            }
            Command::Start { feed } => start::start(&visit, feed.as_deref()).await,
            Command::Stop { feed } => stop::stop(&visit, feed.as_deref()).await,
            Command::Digest(day) => digest::digest(&visit, *day).await,
            Command::Time(hour) => time::time(&visit, hour).await,
            Command::Layout { layout, sure } => layout::layout(&visit, *layout, *sure).await,
            Command::Page { report, number, turn } => page::page(&visit, *report, *number, *turn).await,
            Command::Status => status::status(&visit).await,
            Command::Help => Ok(help::help(&visit, rights::is_admin(&self.settings.admins, bot, user))),
            Command::Broadcast { text } => broadcast::preview(&visit, user, text).await,
            Command::Confirm { token } => broadcast::decide(&visit, user, token, true).await,
            Command::Discard { token } => broadcast::decide(&visit, user, token, false).await,
            Command::Recall(what) => recall::recall(&visit, user, what).await,
            Command::Stats => stats::stats(&visit).await,
            Command::Control { act, target, sure } => control::control(&visit, *act, target.as_deref(), *sure).await,
        }
    }

    async fn misunderstood(&self, visit: &Visit<'_>, bad: &BadCommand) -> anyhow::Result<Reply> {
        let texts = visit.texts;
        Ok(match bad {
            BadCommand::NotACommand { typed } => match Day::parse(typed) {
                Ok(day) if !typed.trim().is_empty() => return digest::digest(visit, day).await,
                _ => visit.say(texts.hint),
            },
            BadCommand::Unknown { name } => visit.say(&(texts.unknown_command)(&typed::shortened(name))),
            BadCommand::Day { typed } => visit.say(&(texts.bad_day)(&typed::shortened(typed))),
            BadCommand::Hour { typed } => visit.say(&(texts.bad_hour)(&typed::shortened(typed))),
            BadCommand::NoText => visit.say(texts.no_text),
        })
    }

    /// The language that a platform told, or else the default one.
    fn language(&self, told: Option<Language>) -> Language {
        told.unwrap_or(self.settings.default_language)
    }

    async fn bot(&self, key: &BotKey) -> anyhow::Result<i32> {
        store::bots::id(&self.db, key).await?.context("this bot is not in the database; it is registered at start")
    }

    /// All that can be said when the database cannot be asked.
    fn apologize(&self, invocation: &Invocation) -> Reply {
        let texts = wording(self.language(invocation.language));
        let dialect = platforms::dialect(invocation.bot.platform);
        let message = dialect.map(|dialect| dialect.note(texts.apology, &[]));
        let outgoing = message.map(|message| Outgoing { message, attachments: Vec::new() });
        Reply { messages: outgoing.into_iter().collect(), ..Reply::default() }
    }
}

#[async_trait]
impl Desk for FrontDesk {
    async fn handle(&self, invocation: Invocation) -> Reply {
        match self.answer(&invocation).await {
            Ok(reply) => reply,
            Err(error) => {
                let platform = invocation.bot.platform;
                tracing::error!(platform, chat = %invocation.chat.id, "a command could not be answered: {error:#}");
                self.apologize(&invocation)
            }
        }
    }

    fn may_answer(&self, bot: &BotKey) -> bool {
        self.turns.get(bot).is_none_or(|turn| turn.is_on())
    }

    async fn noticed(&self, bot: &BotKey, chat: &Chat, event: ChatEvent) -> Reply {
        match noticed::noticed(self, bot, chat, event).await {
            Ok(reply) => reply,
            Err(error) => {
                tracing::error!(platform = bot.platform, chat = %chat.id, "an event could not be noted: {error:#}");
                Reply::default()
            }
        }
    }

    async fn suggest_days(&self, language: Option<Language>, typed: &str) -> Vec<Suggestion> {
        match suggest::days(self, self.language(language), typed).await {
            Ok(days) => days,
            Err(error) => {
                tracing::error!("no days can be offered: {error:#}");
                Vec::new()
            }
        }
    }

    fn no_place(&self, language: Option<Language>) -> String {
        wording(self.language(language)).no_place.to_owned()
    }

    fn menu(&self, language: Option<Language>) -> Vec<MenuEntry> {
        menu::menu(self.language(language))
    }

    async fn uploaded(&self, bot: &BotKey, uploads: &[Uploaded]) {
        let remembered = async {
            let bot = self.bot(bot).await?;
            anyhow::Ok(store::pictures::remember_uploads(&self.db, bot, uploads).await?)
        };
        // The next message uploads the picture again: slower, and nothing is lost.
        if let Err(error) = remembered.await {
            tracing::warn!(platform = bot.platform, "an upload could not be remembered: {error:#}");
        }
    }
}
