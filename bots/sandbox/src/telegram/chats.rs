//! Chats, who is in them, and their messages.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::answer::Refusal;

/// What sort of chat it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Private,
    Group,
    Supergroup,
    Channel,
}

impl Kind {
    /// The word that the service uses.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Group => "group",
            Self::Supergroup => "supergroup",
            Self::Channel => "channel",
        }
    }
}

/// What the bot is in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It may post.
    Member,
    /// It may read but not post.
    Restricted,
    /// It went away or was never there.
    Left,
    /// It was thrown out; in a private chat: blocked.
    Kicked,
    /// The person's account is deleted.
    Deactivated,
    /// The group is a supergroup now.
    Migrated(i64),
}

/// A message that is in a chat.
#[derive(Clone, Debug)]
pub(super) struct Posted {
    /// As the service describes it.
    pub(super) message: Value,
    /// Whether the bot posted it.
    pub(super) ours: bool,
}

/// One chat.
#[derive(Debug)]
pub(super) struct Chat {
    pub(super) id: i64,
    pub(super) kind: Kind,
    pub(super) title: String,
    pub(super) language: Option<String>,
    pub(super) admins: BTreeSet<i64>,
    pub(super) standing: Standing,
    /// Topics by id; the flag says whether it is closed.
    pub(super) topics: BTreeMap<i64, bool>,
    pub(super) messages: BTreeMap<i64, Posted>,
    last_message: i64,
}

impl Chat {
    fn new(id: i64, kind: Kind, title: &str) -> Self {
        Self {
            id,
            kind,
            title: title.to_owned(),
            language: None,
            admins: BTreeSet::new(),
            standing: Standing::Member,
            topics: BTreeMap::new(),
            messages: BTreeMap::new(),
            last_message: 0,
        }
    }

    /// The chat as the service describes it.
    pub(super) fn describe(&self) -> Value {
        let mut chat = json!({ "id": self.id, "type": self.kind.as_str() });
        let name = if self.kind == Kind::Private { "first_name" } else { "title" };
        chat[name] = json!(self.title);
        if !self.topics.is_empty() {
            chat["is_forum"] = json!(true);
        }
        chat
    }

    /// Whether the bot may post here, in this topic.
    pub(super) fn check_post(&self, what: &str, topic: Option<i64>) -> Result<(), Refusal> {
        self.check_member()?;
        if self.standing == Standing::Restricted {
            return Err(match self.kind {
                Kind::Channel => Refusal::bad("need administrator rights in the channel chat"),
                _ => Refusal::bad(format_args!("not enough rights to send {what} to the chat")),
            });
        }
        match topic {
            None => Ok(()),
            Some(topic) => match self.topics.get(&topic) {
                // General has no number on the wire, and a chat without topics knows none.
                None => Err(Refusal::bad("message thread not found")),
                Some(true) => Err(Refusal::bad("TOPIC_CLOSED")),
                Some(false) => Ok(()),
            },
        }
    }

    /// Whether the bot is in the chat.
    pub(super) fn check_member(&self) -> Result<(), Refusal> {
        let kind = self.kind.as_str();
        match (self.standing, self.kind) {
            (Standing::Member | Standing::Restricted, _) => Ok(()),
            (Standing::Deactivated, _) => Err(Refusal::forbidden("user is deactivated")),
            (Standing::Kicked, Kind::Private) => Err(Refusal::forbidden("bot was blocked by the user")),
            (Standing::Left, Kind::Private) => Err(Refusal::forbidden("bot can't initiate conversation with a user")),
            (Standing::Kicked, _) => Err(Refusal::forbidden(format_args!("bot was kicked from the {kind} chat"))),
            (Standing::Left, _) => Err(Refusal::forbidden(format_args!("bot is not a member of the {kind} chat"))),
            (Standing::Migrated(to), _) => Err(Refusal::migrated(to)),
        }
    }

    /// What a person is here, in the service's word.
    pub(super) fn status_of(&self, user: i64) -> &'static str {
        match self.admins.first() {
            Some(first) if *first == user => "creator",
            _ if self.admins.contains(&user) => "administrator",
            _ => "member",
        }
    }
}

/// Every chat.
#[derive(Debug, Default)]
pub(super) struct Chats {
    by_id: BTreeMap<i64, Chat>,
    /// Private chats and basic groups share one counter, which is the bot account's own.
    last_message: i64,
}

impl Chats {
    /// Adds a chat, or gives the one that is there.
    pub(super) fn add(&mut self, id: i64, kind: Kind, title: &str) -> &mut Chat {
        self.by_id.entry(id).or_insert_with(|| Chat::new(id, kind, title))
    }

    /// A chat that must exist.
    pub(super) fn get(&mut self, id: i64) -> Result<&mut Chat, Refusal> {
        self.by_id.get_mut(&id).ok_or_else(|| Refusal::bad("chat not found"))
    }

    /// The id for the next message in this chat.
    pub(super) fn next_message(&mut self, id: i64) -> Result<i64, Refusal> {
        let chat = self.by_id.get_mut(&id).ok_or_else(|| Refusal::bad("chat not found"))?;
        let counter = match chat.kind {
            Kind::Private | Kind::Group => &mut self.last_message,
            Kind::Supergroup | Kind::Channel => &mut chat.last_message,
        };
        *counter += 1;
        Ok(*counter)
    }

    /// A person as the service describes them: by name if they have a private chat here.
    pub(super) fn person(&self, user: i64) -> Value {
        let chat = self.by_id.get(&user).filter(|chat| chat.kind == Kind::Private);
        let name = chat.map_or_else(|| format!("Reader {user}"), |chat| chat.title.clone());
        let mut person = json!({ "id": user, "is_bot": false, "first_name": name });
        if let Some(language) = chat.and_then(|chat| chat.language.as_ref()) {
            person["language_code"] = json!(language);
        }
        person
    }
}
