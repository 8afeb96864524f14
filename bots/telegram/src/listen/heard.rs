//! What an update says, as far as it concerns us. Pure.

use platform::{Chat, ChatEvent, ChatId, ChatKind, Language, MessageId, UserId};
use teloxide::types::{
    CallbackQuery, CallbackQueryId, ChatMemberKind, ChatMemberUpdated, Message, Update, UpdateKind, User,
};

/// Something heard in a chat.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    /// Where. The topic is part of it.
    pub(super) chat: Chat,
    /// What.
    pub(super) what: What,
}

/// What was heard.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// A line was typed.
    Said { speaker: Speaker, line: String },
    /// A button was pressed.
    Pressed { speaker: Speaker, query: CallbackQueryId, action: String, pressed: Pressed },
    /// Something happened to the chat.
    Happened(ChatEvent),
}

/// The message whose button was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pressed {
    pub(super) id: MessageId,
    /// Whether it is text: a picture cannot be edited into text. An old message tells nothing of itself.
    pub(super) body: Body,
}

/// What a pressed message consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// Text.
    Text,
    /// A picture or file with a caption.
    Media,
    /// Unknown.
    Unknown,
}

/// Who was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Speaker {
    pub(super) id: UserId,
    /// The number to ask the service about; `None` for who speaks as the chat itself.
    pub(super) number: Option<teloxide::types::UserId>,
    pub(super) language: Option<Language>,
}

/// What an update says; `None` for what is none of our business. `bot_name` is ours, without `@`.
pub(super) fn read(update: Update, bot_name: &str) -> Option<Heard> {
    match update.kind {
        UpdateKind::Message(message) | UpdateKind::ChannelPost(message) => said(&message, bot_name),
        UpdateKind::CallbackQuery(query) => pressed(query),
        UpdateKind::MyChatMember(change) => happened(&change),
        _ => None,
    }
}

fn said(message: &Message, bot_name: &str) -> Option<Heard> {
    let chat = chat(message);
    if let Some(to) = message.migrate_to_chat_id() {
        let what = What::Happened(ChatEvent::Moved(ChatId(to.to_string())));
        return Some(Heard { chat, what });
    }
    // A post of a linked channel is meant for the channel, where it is heard too.
    if message.is_automatic_forward() {
        return None;
    }
    let line = message.text()?;
    if !concerns_us(line, chat.kind, bot_name) {
        return None;
    }
    Some(Heard { chat, what: What::Said { speaker: speaker(message)?, line: line.to_owned() } })
}

/// Whether a line is for this bot: in a private chat everything but a command for another one; elsewhere commands
/// that we have or that name us.
fn concerns_us(line: &str, kind: ChatKind, bot_name: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or("");
    let Some(command) = first.strip_prefix('/') else { return kind == ChatKind::Private };
    match command.split_once('@') {
        Some((_, addressed)) => addressed.eq_ignore_ascii_case(bot_name),
        None => {
            let ours = || !matches!(platform::Command::parse(line), Err(platform::BadCommand::Unknown { .. }));
            kind == ChatKind::Private || ours()
        }
    }
}

fn speaker(message: &Message) -> Option<Speaker> {
    // An anonymous administrator and a channel's author speak as the chat.
    if let Some(place) = message.sender_chat.as_ref().filter(|place| place.id == message.chat.id) {
        return Some(Speaker { id: UserId(place.id.to_string()), number: None, language: None });
    }
    match &message.from {
        Some(user) => Some(person(user)),
        None if message.chat.is_channel() => {
            Some(Speaker { id: UserId(message.chat.id.to_string()), number: None, language: None })
        }
        None => None,
    }
}

fn person(user: &User) -> Speaker {
    let language = user.language_code.as_deref().and_then(Language::from_code);
    Speaker { id: UserId(user.id.to_string()), number: Some(user.id), language }
}

fn pressed(query: CallbackQuery) -> Option<Heard> {
    let speaker = person(&query.from);
    let message = query.message.as_ref()?;
    let (chat, body) = match message.regular_message() {
        Some(message) if message.text().is_some() => (chat(message), Body::Text),
        Some(message) if message.photo().is_some() || message.document().is_some() => (chat(message), Body::Media),
        Some(message) => (chat(message), Body::Unknown),
        None => (bare_chat(message.chat()), Body::Unknown),
    };
    let pressed = Pressed { id: MessageId(message.id().to_string()), body };
    let action = query.data.unwrap_or_default();
    Some(Heard { chat, what: What::Pressed { speaker, query: query.id, action, pressed } })
}

fn happened(change: &ChatMemberUpdated) -> Option<Heard> {
    let chat = bare_chat(&change.chat);
    let before = may_post(&change.old_chat_member.kind, chat.kind);
    let now = may_post(&change.new_chat_member.kind, chat.kind);
    let event = match (before.is_ok(), now) {
        (false, Ok(())) => ChatEvent::Added,
        (true, Err(why)) => ChatEvent::Removed(why.to_owned()),
        _ => return None,
    };
    Some(Heard { chat, what: What::Happened(event) })
}

/// Whether a bot of this standing may post, or why not.
fn may_post(standing: &ChatMemberKind, kind: ChatKind) -> Result<(), &'static str> {
    match standing {
        ChatMemberKind::Banned(_) if kind == ChatKind::Private => Err("bot was blocked by the user"),
        ChatMemberKind::Banned(_) => Err("bot was kicked from the chat"),
        ChatMemberKind::Left => Err("bot is not a member of the chat"),
        ChatMemberKind::Restricted(rights) if !rights.is_member => Err("bot is not a member of the chat"),
        ChatMemberKind::Restricted(rights) if !rights.can_send_messages => Err("bot may not send messages in the chat"),
        ChatMemberKind::Administrator(rights) if kind == ChatKind::Channel && !rights.can_post_messages => {
            Err("bot may not post in the channel")
        }
        ChatMemberKind::Member(_) if kind == ChatKind::Channel => Err("bot is no administrator of the channel"),
        _ => Ok(()),
    }
}

fn chat(message: &Message) -> Chat {
    let mut chat = bare_chat(&message.chat);
    // Replies in a group without topics have a thread too, but no topic.
    if let Some(thread) = message.thread_id.filter(|_| message.is_topic_message && chat.kind == ChatKind::Group) {
        chat.id = ChatId(format!("{}/{}", chat.id, thread.0));
    }
    chat
}

fn bare_chat(chat: &teloxide::types::Chat) -> Chat {
    let kind = match chat {
        chat if chat.is_private() => ChatKind::Private,
        chat if chat.is_channel() => ChatKind::Channel,
        _ => ChatKind::Group,
    };
    Chat { id: ChatId(chat.id.to_string()), kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_left_alone_unless_it_speaks_to_us() {
        let cases = [
            ("/digest", ChatKind::Group, true),
            ("/digest@Paperboy_Bot 11-27", ChatKind::Group, true),
            ("/digest@other_bot", ChatKind::Group, false),
            ("/digest@other_bot", ChatKind::Private, false),
            ("/fly", ChatKind::Group, false),
            ("/fly@paperboy_bot", ChatKind::Group, true),
            ("/fly", ChatKind::Private, true),
            ("hello", ChatKind::Group, false),
            ("hello", ChatKind::Channel, false),
            ("hello", ChatKind::Private, true),
        ];
        for (line, kind, expected) in cases {
            assert_eq!(concerns_us(line, kind, "paperboy_bot"), expected, "{line} {kind:?}");
        }
    }
}
