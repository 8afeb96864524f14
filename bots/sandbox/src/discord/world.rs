//! What exists: channels, readers, messages, commands.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::gateway::Sessions;
use super::interactions::Interaction;
use super::limits::Limits;
use super::problem::Problem;

/// When Discord's ids begin to count: the first second of 2015.
const EPOCH: u64 = 1_420_070_400_000;
/// When the stand-in's own time begins: its clock only has to run, not to be right.
const BEGAN: u64 = 1_764_201_600_000;

pub(super) const VIEW_CHANNEL: u64 = 1 << 10;
pub(super) const SEND_MESSAGES: u64 = 1 << 11;
pub(super) const EMBED_LINKS: u64 = 1 << 14;
pub(super) const ATTACH_FILES: u64 = 1 << 15;
pub(super) const READ_MESSAGE_HISTORY: u64 = 1 << 16;
pub(super) const MANAGE_CHANNELS: u64 = 1 << 4;
pub(super) const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
/// What a bot may do where nobody has taken anything from it.
pub(super) const ORDINARY: u64 =
    VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_MESSAGE_HISTORY | SEND_MESSAGES_IN_THREADS;

/// Everything that the stand-in knows.
pub(super) struct World {
    pub(super) began: Instant,
    pub(super) application: u64,
    pub(super) token: String,
    pub(super) token_refused: bool,
    pub(super) invalid_requests: usize,
    pub(super) users: HashMap<u64, User>,
    pub(super) guilds: HashMap<u64, Guild>,
    pub(super) channels: HashMap<u64, Channel>,
    pub(super) messages: HashMap<u64, Stored>,
    pub(super) nonces: HashMap<(u64, String), (Instant, u64)>,
    pub(super) files: HashMap<(u64, String), (String, Vec<u8>)>,
    pub(super) commands: Vec<Value>,
    pub(super) interactions: HashMap<u64, Interaction>,
    /// Interactions that wait for the bot to connect and to register its commands.
    pub(super) waiting: Vec<u64>,
    /// Each interaction that a session got: its channel and the session's shard.
    pub(super) heard: Vec<(u64, u64)>,
    pub(super) sessions: Sessions,
    pub(super) limits: Limits,
    /// How many direct-message channels the bot has opened.
    pub(super) opened: usize,
    /// Which of the stand-in's bots this is: the ids of several differ by it.
    number: u64,
    last_id: u64,
}

#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) locale: String,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Guild {
    /// Who has Manage Channels there.
    pub(super) managers: HashSet<u64>,
}

#[derive(Clone, Debug)]
pub(super) struct Channel {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// What the bot may do there, as permission bits.
    pub(super) permissions: u64,
    /// Why nothing can be posted there, if so.
    pub(super) closed: Option<Problem>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// With this user.
    Dm(u64),
    /// In this guild.
    Text(u64),
    /// In this guild, below this channel.
    Thread(u64, u64),
}

impl Kind {
    pub(super) fn guild(self) -> Option<u64> {
        match self {
            Self::Dm(_) => None,
            Self::Text(guild) | Self::Thread(guild, _) => Some(guild),
        }
    }
}

/// A message.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) channel: u64,
    /// As it goes over the wire.
    pub(super) value: Value,
}

impl World {
    pub(super) fn new(application: u64, token: String, number: usize) -> Self {
        Self {
            began: Instant::now(),
            application,
            token,
            token_refused: false,
            invalid_requests: 0,
            users: HashMap::new(),
            guilds: HashMap::new(),
            channels: HashMap::new(),
            messages: HashMap::new(),
            nonces: HashMap::new(),
            files: HashMap::new(),
            commands: Vec::new(),
            interactions: HashMap::new(),
            waiting: Vec::new(),
            heard: Vec::new(),
            sessions: Sessions::default(),
            limits: Limits::default(),
            opened: 0,
            number: u64::try_from(number).unwrap_or(0),
            last_id: 0,
        }
    }

    /// Whether this part of a path names an interaction's token or a message with files of this bot's.
    pub(super) fn knows(&self, part: &str) -> bool {
        self.interactions.values().any(|interaction| interaction.token == part)
            || part.parse::<u64>().is_ok_and(|message| self.files.keys().any(|(of, _)| *of == message))
    }

    /// The stand-in's time, in milliseconds since 1970.
    pub(super) fn clock(&self) -> u64 {
        BEGAN + u64::try_from(self.began.elapsed().as_millis()).unwrap_or(0)
    }

    /// A new id: it grows with time, like Discord's.
    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id = (self.last_id + 1).max((self.clock() - EPOCH) << 22 | self.number << 16);
        self.last_id
    }

    /// The time in an id, as Discord writes it.
    pub(super) fn time_of(id: u64) -> String {
        let millis = i64::try_from((id >> 22) + EPOCH).unwrap_or(0);
        chrono::DateTime::from_timestamp_millis(millis).unwrap_or_default().to_rfc3339()
    }

    pub(super) fn user(&self, id: u64) -> User {
        let unknown = || User { name: format!("reader{id}"), locale: "en-US".into() };
        self.users.get(&id).cloned().unwrap_or_else(unknown)
    }

    pub(super) fn channel(&self, id: u64) -> Result<&Channel, Problem> {
        self.channels.get(&id).ok_or_else(Problem::unknown_channel)
    }

    /// The channel, if the bot may post this there.
    pub(super) fn postable(&self, id: u64, embeds: bool, files: bool) -> Result<&Channel, Problem> {
        let channel = self.channel(id)?;
        let may = |permission: u64| channel.permissions & permission != 0;
        let send = if matches!(channel.kind, Kind::Thread(..)) { SEND_MESSAGES_IN_THREADS } else { SEND_MESSAGES };
        if !may(VIEW_CHANNEL) {
            return Err(Problem::missing_access());
        }
        if !may(send) || (embeds && !may(EMBED_LINKS)) || (files && !may(ATTACH_FILES)) {
            return Err(Problem::missing_permissions());
        }
        channel.closed.clone().map_or(Ok(channel), Err)
    }

    /// The channel, if the bot may change its own messages there: it only has to see them.
    pub(super) fn editable(&self, id: u64) -> Result<&Channel, Problem> {
        let channel = self.channel(id)?;
        if channel.permissions & VIEW_CHANNEL == 0 {
            return Err(Problem::missing_access());
        }
        // Nobody can be kept from mending what is said already, but an archived thread stays as it is.
        let closed = channel.closed.clone().filter(|_| matches!(channel.kind, Kind::Thread(..)));
        closed.map_or(Ok(channel), Err)
    }

    /// The message that was posted with this nonce within the window.
    pub(super) fn earlier(&self, channel: u64, nonce: &str, window: Duration) -> Option<u64> {
        let (at, id) = self.nonces.get(&(channel, nonce.to_owned()))?;
        (at.elapsed() < window).then_some(*id)
    }
}
