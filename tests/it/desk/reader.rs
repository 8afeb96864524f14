//! Somebody who says something.

use platform::{BotKey, Chat, ChatId, ChatKind, Command, Invocation, Language, MessageId, Right, UserId};

/// Somebody in a chat.
#[derive(Clone)]
pub(super) struct Reader {
    pub(super) bot: BotKey,
    pub(super) chat: Chat,
    user: UserId,
    may_decide: bool,
    language: Option<Language>,
    missing: Vec<Right>,
}

impl Reader {
    /// In a private chat on Telegram, speaking Chinese.
    pub(super) fn new(user: &str) -> Self {
        let chat = Chat { id: ChatId(user.to_owned()), kind: ChatKind::Private };
        let user = UserId(user.to_owned());
        Self { bot: key("telegram"), chat, user, may_decide: true, language: Some(Language::Zh), missing: Vec::new() }
    }

    pub(super) fn on(self, platform: &'static str) -> Self {
        Self { bot: key(platform), ..self }
    }

    pub(super) fn speaking(self, language: Option<Language>) -> Self {
        Self { language, ..self }
    }

    /// In a chat of several people.
    pub(super) fn among(self, chat: &str, kind: ChatKind, may_decide: bool) -> Self {
        Self { chat: Chat { id: ChatId(chat.to_owned()), kind }, may_decide, ..self }
    }

    /// Where the bot lacks these rights.
    pub(super) fn lacking(self, missing: &[Right]) -> Self {
        Self { missing: missing.to_vec(), ..self }
    }

    pub(super) fn says(&self, line: &str) -> Invocation {
        Invocation {
            bot: self.bot.clone(),
            chat: self.chat.clone(),
            user: self.user.clone(),
            may_decide: self.may_decide,
            language: self.language,
            missing: self.missing.clone(),
            command: Command::parse(line),
            pressed: None,
        }
    }

    pub(super) fn presses(&self, action: &str, message: &str) -> Invocation {
        Invocation { pressed: Some(MessageId(message.to_owned())), ..self.says(action) }
    }
}

/// The bot of a platform.
pub(super) fn key(platform: &'static str) -> BotKey {
    BotKey { platform, account: "7".to_owned() }
}
