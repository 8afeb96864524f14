//! What a test or the demo sets up and does: channels, readers, presses, outages.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::Discord;
use super::gateway::Out;
use super::interactions::{self, What};
use super::problem::Problem;
use super::world::{Channel, Kind, ORDINARY, User, World};

impl Discord {
    /// The address for `DISCORD_API_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url.clone()
    }

    /// The bot's account.
    #[must_use]
    pub fn account(&self) -> String {
        self.server.account.clone()
    }

    /// The bot's token.
    #[must_use]
    pub fn token(&self) -> String {
        self.server.world().token.clone()
    }

    /// A reader with a direct-message channel, whose id comes back; the reader's app speaks this locale (`zh-CN`).
    #[must_use]
    pub fn add_dm(&self, user: u64, name: &str, locale: &str) -> u64 {
        let mut world = self.server.world();
        world.users.insert(user, User { name: name.to_owned(), locale: locale.to_owned() });
        let id = world.next_id();
        let channel = Channel { name: name.to_owned(), kind: Kind::Dm(user), permissions: ORDINARY, closed: None };
        world.channels.insert(id, channel);
        id
    }

    /// A reader whom the bot has no channel with.
    pub fn add_user(&self, user: u64, name: &str, locale: &str) {
        self.server.world().users.insert(user, User { name: name.to_owned(), locale: locale.to_owned() });
    }

    /// A server's channel; the server comes to be with its first one.
    pub fn add_channel(&self, guild: u64, channel: u64, name: &str) {
        self.place(guild, channel, name, Kind::Text(guild));
    }

    /// A thread below a channel.
    pub fn add_thread(&self, guild: u64, parent: u64, thread: u64, name: &str) {
        self.place(guild, thread, name, Kind::Thread(guild, parent));
    }

    fn place(&self, guild: u64, id: u64, name: &str, kind: Kind) {
        let mut world = self.server.world();
        let new = !world.guilds.contains_key(&guild);
        world.guilds.entry(guild).or_default();
        let channel = Channel { name: name.to_owned(), kind, permissions: ORDINARY, closed: None };
        world.channels.insert(id, channel);
        let (event, told) = match kind {
            _ if new => ("GUILD_CREATE", super::objects::guild(&world, guild)),
            Kind::Thread(..) => ("THREAD_CREATE", super::objects::channel(&world, id, &world.channels[&id])),
            _ => ("CHANNEL_CREATE", super::objects::channel(&world, id, &world.channels[&id])),
        };
        interactions::tell(&mut world, event, guild, &told);
    }

    /// Gives a reader Manage Channels in a server.
    pub fn let_manage(&self, guild: u64, user: u64) {
        self.server.world().guilds.entry(guild).or_default().managers.insert(user);
    }

    /// What the bot may do in a channel, as permission bits.
    pub fn permit(&self, channel: u64, permissions: u64) {
        self.change(channel, |channel| channel.permissions = permissions);
    }

    /// The reader of a direct-message channel blocks the bot (50007).
    pub fn block(&self, channel: u64) {
        self.change(channel, |channel| channel.closed = Some(Problem::cannot_message_user()));
    }

    /// The reader of a direct-message channel leaves every server that the bot is in (50278).
    pub fn part(&self, channel: u64) {
        let why = "Cannot send messages to this user due to having no mutual guilds";
        self.change(channel, |channel| channel.closed = Some(Problem::new(403, 50278, why)));
    }

    /// A thread is archived (50083).
    pub fn archive(&self, thread: u64) {
        self.change(thread, |thread| thread.closed = Some(Problem::new(400, 50083, "Thread is archived")));
    }

    /// Ends a block, a parting or an archiving.
    pub fn reopen(&self, channel: u64) {
        self.change(channel, |channel| channel.closed = None);
    }

    fn change(&self, channel: u64, change: impl FnOnce(&mut Channel)) {
        if let Some(channel) = self.server.world().channels.get_mut(&channel) {
            change(channel);
        }
    }

    /// Somebody deletes a server's channel or thread.
    pub fn delete_channel(&self, channel: u64) {
        let mut world = self.server.world();
        let Some(found) = world.channels.get(&channel).cloned() else { return };
        let told = super::objects::channel(&world, channel, &found);
        world.channels.remove(&channel);
        let event = if matches!(found.kind, Kind::Thread(..)) { "THREAD_DELETE" } else { "CHANNEL_DELETE" };
        if let Some(guild) = found.kind.guild() {
            interactions::tell(&mut world, event, guild, &told);
        }
    }

    /// The bot is thrown out of a server.
    pub fn remove_guild(&self, guild: u64) {
        let mut world = self.server.world();
        interactions::tell(&mut world, "GUILD_DELETE", guild, &json!({ "id": guild.to_string() }));
        world.guilds.remove(&guild);
        for channel in world.channels.values_mut().filter(|channel| channel.kind.guild() == Some(guild)) {
            channel.permissions = 0;
        }
    }

    /// A reader uses a slash command. It waits for the bot to connect and to register its commands; what the
    /// reader's own app would refuse is an `interaction` entry in the ledger.
    pub fn slash(&self, channel: u64, user: u64, command: &str, options: &[(&str, &str)]) {
        let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.act(channel, user, What::Command { name: command.to_owned(), options });
    }

    /// A reader presses a button.
    pub fn press(&self, channel: u64, user: u64, message: u64, custom_id: &str) {
        self.act(channel, user, What::Press { message, custom_id: custom_id.to_owned() });
    }

    /// What the bot offers while a reader types an option; nothing if it does not answer in time.
    pub async fn autocomplete(
        &self,
        channel: u64,
        user: u64,
        command: &str,
        option: &str,
        typed: &str,
    ) -> Vec<(String, String)> {
        let (name, option, typed) = (command.to_owned(), option.to_owned(), typed.to_owned());
        let (send, receive) = oneshot::channel();
        let Some(id) = self.act_with(channel, user, What::Typing { name, option, typed }, Some(send)) else {
            return Vec::new();
        };
        let answer = tokio::time::timeout(Duration::from_secs(30), receive).await;
        self.server.world().interactions.remove(&id);
        answer.ok().and_then(Result::ok).unwrap_or_default()
    }

    fn act(&self, channel: u64, user: u64, what: What) {
        self.act_with(channel, user, what, None);
    }

    fn act_with(
        &self,
        channel: u64,
        user: u64,
        what: What,
        choices: Option<oneshot::Sender<interactions::Choices>>,
    ) -> Option<u64> {
        let mut world = self.server.world();
        match interactions::begin(&mut world, channel, user, what) {
            Ok(id) => {
                if let Some(interaction) = world.interactions.get_mut(&id) {
                    interaction.choices = choices;
                }
                self.server.deliver(&mut world);
                Some(id)
            }
            Err(why) => {
                self.server.complain(channel, why);
                None
            }
        }
    }

    /// A picture or file of a message, with its media type.
    #[must_use]
    pub fn attachment(&self, message: &str, file_name: &str) -> Option<(String, Vec<u8>)> {
        let message = message.parse().ok()?;
        self.server.world().files.get(&(message, file_name.to_owned())).cloned()
    }

    /// A message as it stands now; `None` if there is none (any more).
    #[must_use]
    pub fn message(&self, message: &str) -> Option<Value> {
        let message = message.parse().ok()?;
        self.server.world().messages.get(&message).map(|message| message.value.clone())
    }

    /// Deletes a message, as a moderator would.
    pub fn delete_message(&self, message: &str) {
        if let Ok(message) = message.parse::<u64>() {
            self.server.world().messages.remove(&message);
        }
    }

    /// The slash commands that the bot has registered.
    #[must_use]
    pub fn commands(&self) -> Vec<Value> {
        self.server.world().commands.clone()
    }

    /// How many requests were answered 401, 403 or 429: 10,000 in ten minutes get an address banned.
    #[must_use]
    pub fn invalid_requests(&self) -> usize {
        self.server.world().invalid_requests
    }

    /// Each interaction that a session got, in order: its channel and the session's shard.
    #[must_use]
    pub fn heard(&self) -> Vec<(u64, u64)> {
        self.server.world().heard.clone()
    }

    /// Waits until the bot is connected and has registered commands.
    pub async fn ready(&self) {
        self.until(|world| world.sessions.connected() > 0 && !world.commands.is_empty()).await;
    }

    /// Waits until so many sessions are connected.
    pub async fn connected(&self, sessions: usize) {
        self.until(|world| world.sessions.connected() == sessions).await;
    }

    /// Waits until so many sessions were opened.
    pub async fn opened(&self, sessions: u64) {
        self.until(|world| world.sessions.opened() >= sessions).await;
    }

    /// Waits until sessions were resumed this many times.
    pub async fn resumed(&self, times: u64) {
        self.until(|world| world.sessions.resumed() >= times).await;
    }

    async fn until(&self, enough: impl Fn(&World) -> bool) {
        loop {
            let changed = self.server.changed.notified();
            tokio::pin!(changed);
            // Listening before looking, so that nothing happens in between.
            changed.as_mut().enable();
            if enough(&self.server.world()) {
                return;
            }
            changed.await;
        }
    }

    /// Asks every client to reconnect and resume (opcode 7).
    pub fn reconnect(&self) {
        self.server.world().sessions.tell_all(|| Out::Payload(json!({ "op": 7, "d": null })));
    }

    /// Breaks every gateway connection without a word.
    pub fn break_gateway(&self) {
        self.server.world().sessions.tell_all(|| Out::Break);
    }

    /// Closes every gateway connection with this code, such as 4004 or 4014.
    pub fn close_gateway(&self, code: u16) {
        self.server.world().sessions.tell_all(|| Out::Close(code));
    }

    /// Tells every client that its session is over (opcode 9); it has to identify itself anew.
    pub fn invalidate_sessions(&self) {
        let mut world = self.server.world();
        world.sessions.tell_all(|| Out::Payload(json!({ "op": 9, "d": false })));
        world.sessions.forget();
    }

    /// Refuses the token from now on.
    pub fn revoke_token(&self) {
        self.server.world().token_refused = true;
    }
}
