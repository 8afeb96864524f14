//! Who is spoken to, and who speaks.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One of our accounts on one platform. A subscriber belongs to the bot that it started.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BotKey {
    /// The platform's stable name, as stored: `"telegram"`, `"discord"`.
    pub platform: &'static str,
    /// The platform's own id of the bot's account, as text.
    pub account: String,
}

/// The platform's own id of a place where messages can be posted, as text. Only its adapter reads it;
/// Telegram's has the topic behind a slash where there is one: `-1001234567890/42`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChatId(pub String);

/// The platform's own id of a person, as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub String);

impl fmt::Display for ChatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What sort of place a chat is: it decides the pace and who may subscribe it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatKind {
    /// One reader: a Telegram private chat, a Discord direct message.
    Private,
    /// Several people who talk: a Telegram group or topic.
    Group,
    /// A place that one side posts to: a Telegram channel, a Discord server channel, thread or forum.
    Channel,
}

impl ChatKind {
    /// The word that is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Group => "group",
            Self::Channel => "channel",
        }
    }

    /// The kind for a stored word.
    #[must_use]
    pub fn from_stored(word: &str) -> Option<Self> {
        [Self::Private, Self::Group, Self::Channel].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A chat as its platform describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Where to post.
    pub id: ChatId,
    /// What sort of place it is.
    pub kind: ChatKind,
}

/// A language that readers are spoken to in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Language {
    /// Every language there are texts for.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The language for a platform's locale code, such as `zh-hans` or `en-GB`; `None` for one we do not speak.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.split(['-', '_']).next().unwrap_or(code);
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.code()))
    }

    /// The two-letter code, as stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_code_gives_its_language() {
        assert_eq!(Language::from_code("zh-Hant-TW"), Some(Language::Zh));
        assert_eq!(Language::from_code("EN_us"), Some(Language::En));
        assert_eq!(Language::from_code("de"), None);
    }
}
