//! What the gateway tells.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use platform::{Chat, ChatEvent, ChatId, ChatKind, Desk};
use serenity::all::{
    ChannelId, Context, EventHandler, Guild, GuildChannel, GuildId, Interaction, Message, PartialGuildChannel, Ready,
    UnavailableGuild,
};
use tokio_util::task::TaskTracker;

use super::{answer, menu};
use crate::Bot;

/// The ears of one bot.
pub(super) struct Ears {
    bot: Arc<Bot>,
    desk: Arc<dyn Desk>,
    answers: TaskTracker,
    /// Discord tells a server's channels when the bot arrives, and only the server's id when the bot is thrown out.
    channels: Mutex<HashMap<GuildId, HashSet<ChannelId>>>,
    registered: AtomicBool,
}

impl Ears {
    pub(super) fn new(bot: Arc<Bot>, desk: Arc<dyn Desk>, answers: TaskTracker) -> Self {
        Self { bot, desk, answers, channels: Mutex::default(), registered: AtomicBool::new(false) }
    }

    fn channels(&self) -> MutexGuard<'_, HashMap<GuildId, HashSet<ChannelId>>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, channel: &GuildChannel) {
        self.channels().entry(channel.guild_id).or_default().insert(channel.id);
    }

    async fn gone(&self, guild: GuildId, channel: ChannelId, why: &str) {
        if let Some(known) = self.channels().get_mut(&guild) {
            known.remove(&channel);
        }
        let chat = Chat { id: ChatId(channel.to_string()), kind: ChatKind::Channel };
        // Nobody is left there to greet.
        drop(self.desk.noticed(&self.bot.key, &chat, ChatEvent::Removed(why.to_owned())).await);
    }
}

#[async_trait]
impl EventHandler for Ears {
    async fn ready(&self, _: Context, ready: Ready) {
        tracing::info!(bot = %ready.user.name, servers = ready.guilds.len(), "listening on Discord");
        // Once is enough: Discord keeps the commands, and registering is limited.
        if !self.registered.swap(true, Ordering::SeqCst)
            && let Err(error) = menu::register(&self.bot, &*self.desk, ready.application.id).await
        {
            tracing::error!(%error, "the slash commands could not be registered");
            self.registered.store(false, Ordering::SeqCst);
        }
    }

    async fn interaction_create(&self, _: Context, interaction: Interaction) {
        let (bot, desk) = (&self.bot, &*self.desk);
        // Tracked, so that answers under way are finished when the program stops.
        self.answers.track_future(answer::interaction(bot, desk, interaction)).await;
    }

    async fn guild_create(&self, _: Context, guild: Guild, _: Option<bool>) {
        let threads = guild.threads.iter().map(|thread| thread.id);
        let known = guild.channels.keys().copied().chain(threads).collect();
        self.channels().insert(guild.id, known);
    }

    async fn channel_create(&self, _: Context, channel: GuildChannel) {
        self.remember(&channel);
    }

    async fn thread_create(&self, _: Context, thread: GuildChannel) {
        self.remember(&thread);
    }

    async fn guild_delete(&self, _: Context, guild: UnavailableGuild, _: Option<Guild>) {
        // An unavailable server is one of Discord's outages: it comes back.
        if guild.unavailable {
            return;
        }
        let channels = self.channels().remove(&guild.id).unwrap_or_default();
        for channel in channels {
            self.gone(guild.id, channel, "removed from the server").await;
        }
    }

    async fn channel_delete(&self, _: Context, channel: GuildChannel, _: Option<Vec<Message>>) {
        self.gone(channel.guild_id, channel.id, "channel deleted").await;
    }

    async fn thread_delete(&self, _: Context, thread: PartialGuildChannel, _: Option<GuildChannel>) {
        self.gone(thread.guild_id, thread.id, "thread deleted").await;
    }
}
