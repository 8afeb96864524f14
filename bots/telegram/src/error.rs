//! What Telegram's refusals mean.

use std::time::Duration;

use platform::{ChatId, Scope, SendError};

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CallError {
    /// Certainly not sent.
    NotSent(String),
    /// Written, but no answer of the Bot API came back.
    NoAnswer(String),
    /// The Bot API said no.
    Refused(Refusal),
}

/// The Bot API's no.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// `error_code`.
    pub(crate) status: u16,
    /// `description`.
    pub(crate) description: String,
    /// How long to wait, when it says so.
    pub(crate) retry_after: Option<Duration>,
    /// The supergroup that the group has become.
    pub(crate) migrate_to: Option<i64>,
}

/// Waited after a 429 that does not say how long.
const DEFAULT_WAIT: Duration = Duration::from_secs(30);

/// The chat takes nothing until it starts the bot anew.
const GONE: &[&str] = &[
    "bot was blocked by the user",
    "user is deactivated",
    "input_user_deactivated",
    "bot can't initiate conversation with a user",
    "the bot can't send messages to the bot",
    "bot can't send messages to bots",
    "bot was kicked from",
    "bot is not a member of",
    "the group chat was deleted",
    "group chat was deactivated",
    "chat not found",
    "peer_id_invalid",
    "channel_private",
];

/// The chat's owner can mend it.
const NO_RIGHTS: &[&str] = &[
    "not enough rights",
    "have no rights to send a message",
    "have no write access to the chat",
    "need administrator rights in the channel chat",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_admin_required",
    "chat_send_",
    "topic_closed",
    "topic_deleted",
    "message thread not found",
];

/// The chat takes text, but nothing of this kind.
const UNWELCOME: &[&str] = &[
    "not enough rights to send photos",
    "not enough rights to send documents",
    "not enough rights to send the rich message",
    "chat_send_photos_forbidden",
    "chat_send_docs_forbidden",
];

/// The file's id is not one, or not any more.
const WRONG_FILE: &[&str] =
    &["wrong file identifier", "wrong remote file identifier", "file_reference_", "file_id_invalid"];

/// The message that was to be changed is not there any more.
const MISSING: &[&str] = &["message to edit not found", "message to delete not found", "message_id_invalid"];

/// The message cannot be changed like that: it is older than 48 hours, or shows nothing of that kind.
const BARRED: &[&str] = &[
    "message can't be edited",
    "message can't be deleted",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
    "there is no media in the message to edit",
];

impl Refusal {
    fn says(&self, texts: &[&str]) -> bool {
        let description = self.description.to_lowercase();
        texts.iter().any(|text| description.contains(text))
    }

    /// Whether an uploaded file's id is refused.
    pub(crate) fn is_wrong_file(&self) -> bool {
        self.status == 400 && self.says(WRONG_FILE)
    }

    /// Whether an edit would have changed nothing.
    pub(crate) fn is_not_modified(&self) -> bool {
        self.status == 400 && self.says(&["message is not modified"])
    }

    /// Whether the message that was to be changed is not there any more.
    pub(crate) fn is_missing(&self) -> bool {
        self.status == 400 && self.says(MISSING)
    }

    /// Whether the message cannot be changed like that.
    pub(crate) fn is_barred(&self) -> bool {
        self.status == 400 && self.says(BARRED)
    }

    /// What to do about it. A rate limit is said of the chat; whether it is the whole bot's, one answer cannot tell.
    fn verdict(self) -> SendError {
        if let Some(to) = self.migrate_to {
            return SendError::Moved { to: ChatId(to.to_string()) };
        }
        let (gone, no_rights, unwelcome) = (self.says(GONE), self.says(NO_RIGHTS), self.says(UNWELCOME));
        let no_method = self.says(&["method not found"]);
        let word = self.description;
        match self.status {
            429 => {
                let retry_after = self.retry_after.unwrap_or(DEFAULT_WAIT);
                SendError::RateLimited { retry_after, scope: Scope::Chat }
            }
            401 => SendError::Fatal { why: word },
            // A server that lacks one method still knows the bot.
            404 if !no_method => SendError::Fatal { why: word },
            409 | 500.. => SendError::Transient { why: word },
            _ if unwelcome => SendError::Unwelcome { why: word },
            _ if gone => SendError::Gone { reason: word },
            // An unknown "forbidden" may be mended; a subscriber is not ended by a guess.
            403 => SendError::Suspended { reason: word },
            _ if no_rights => SendError::Suspended { reason: word },
            _ => SendError::Refused { why: word },
        }
    }
}

impl From<CallError> for SendError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::NotSent(why) => Self::Transient { why },
            CallError::NoAnswer(why) => Self::Unknown { why },
            CallError::Refused(refusal) => refusal.verdict(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Class {
        Gone,
        Suspended,
        Refused,
        Unwelcome,
        Transient,
        Fatal,
    }

    fn class(status: u16, description: &str) -> Class {
        let refusal = Refusal { status, description: description.to_owned(), ..Refusal::default() };
        match SendError::from(CallError::Refused(refusal)) {
            SendError::Gone { .. } => Class::Gone,
            SendError::Suspended { .. } => Class::Suspended,
            SendError::Refused { .. } => Class::Refused,
            SendError::Unwelcome { .. } => Class::Unwelcome,
            SendError::Transient { .. } => Class::Transient,
            SendError::Fatal { .. } => Class::Fatal,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_known_refusal_says_what_to_do() {
        let table = [
            (403, "Forbidden: bot was blocked by the user", Class::Gone),
            (403, "Forbidden: user is deactivated", Class::Gone),
            (403, "Forbidden: bot can't initiate conversation with a user", Class::Gone),
            (403, "Forbidden: the bot can't send messages to the bot", Class::Gone),
            (403, "Forbidden: bot can't send messages to bots", Class::Gone),
            (403, "Forbidden: bot was kicked from the group chat", Class::Gone),
            (403, "Forbidden: bot was kicked from the supergroup chat", Class::Gone),
            (403, "Forbidden: bot was kicked from the channel chat", Class::Gone),
            (403, "Forbidden: bot is not a member of the group chat", Class::Gone),
            (403, "Forbidden: bot is not a member of the supergroup chat", Class::Gone),
            (403, "Forbidden: bot is not a member of the channel chat", Class::Gone),
            (403, "Forbidden: the group chat was deleted", Class::Gone),
            (400, "Bad Request: chat not found", Class::Gone),
            (400, "Bad Request: private chat not found", Class::Gone),
            (400, "Bad Request: PEER_ID_INVALID", Class::Gone),
            (400, "Bad Request: not enough rights to send text messages to the chat", Class::Suspended),
            (400, "Bad Request: not enough rights to send photos to the chat", Class::Unwelcome),
            (400, "Bad Request: not enough rights to send the rich message to the chat", Class::Unwelcome),
            (400, "Bad Request: have no rights to send a message", Class::Suspended),
            (400, "Bad Request: have no write access to the chat", Class::Suspended),
            (400, "Bad Request: need administrator rights in the channel chat", Class::Suspended),
            (400, "Bad Request: CHAT_WRITE_FORBIDDEN", Class::Suspended),
            (400, "Bad Request: CHAT_RESTRICTED", Class::Suspended),
            (400, "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN", Class::Unwelcome),
            (400, "Bad Request: TOPIC_CLOSED", Class::Suspended),
            (400, "Bad Request: message thread not found", Class::Suspended),
            (403, "Forbidden: something new", Class::Suspended),
            (400, "Bad Request: can't parse entities: unexpected end", Class::Refused),
            (400, "Bad Request: message is too long", Class::Refused),
            (400, "Bad Request: text is too long", Class::Refused),
            (400, "Bad Request: message caption is too long", Class::Refused),
            (400, "Bad Request: ENTITIES_TOO_LONG", Class::Refused),
            (400, "Bad Request: RICH_MESSAGE_EMAIL_INVALID", Class::Refused),
            (400, "Bad Request: message text is empty", Class::Refused),
            (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", Class::Refused),
            (400, "Bad Request: IMAGE_PROCESS_FAILED", Class::Refused),
            (400, "Bad Request: wrong file identifier/HTTP URL specified", Class::Refused),
            (400, "Bad Request: message to edit not found", Class::Refused),
            (400, "Bad Request: something new", Class::Refused),
            (413, "Request Entity Too Large", Class::Refused),
            (404, "Not Found: method not found", Class::Refused),
            (500, "Internal Server Error", Class::Transient),
            (502, "Bad Gateway", Class::Transient),
            (409, "Conflict: terminated by other getUpdates request", Class::Transient),
            (401, "Unauthorized", Class::Fatal),
            (404, "Not Found", Class::Fatal),
        ];
        for (status, description, expected) in table {
            assert_eq!(class(status, description), expected, "{status} {description}");
        }
    }
}
