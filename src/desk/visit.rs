//! A command or an event on its way through the desk, with what every answer needs.

use std::sync::Arc;

use anyhow::Context;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use platform::{
    Attachment, BotKey, Button, Chat, Dialect, Language, Message, MessageId, Outgoing, Picture, Place, Reply,
};

use super::FrontDesk;
use crate::{
    platforms,
    store::subscribers::{self, Subscriber},
    wording::{DailyHour, Wording, wording},
};

/// A command or an event on its way.
pub(super) struct Visit<'a> {
    pub(super) desk: &'a FrontDesk,
    /// Where it happened.
    pub(super) chat: &'a Chat,
    /// The message whose button was pressed, if it was a button.
    pub(super) pressed: Option<&'a MessageId>,
    /// The bot's row.
    pub(super) bot: i32,
    /// How this platform writes.
    pub(super) dialect: &'static dyn Dialect,
    /// The chat's row, if it ever was a subscriber; it may have ended.
    pub(super) subscriber: Option<Subscriber>,
    pub(super) language: Language,
    pub(super) texts: &'static Wording,
    pub(super) now: DateTime<Utc>,
}

impl<'a> Visit<'a> {
    pub(super) async fn begin(
        desk: &'a FrontDesk,
        bot: &BotKey,
        chat: &'a Chat,
        language: Option<Language>,
    ) -> anyhow::Result<Self> {
        let dialect = platforms::dialect(bot.platform).context("a platform that is not wired")?;
        let bot = desk.bot(bot).await?;
        let subscriber = subscribers::find(&desk.db, bot, &chat.id).await?;
        // Who speaks is answered in their own language, even in a group that is subscribed in another.
        let known = subscriber.as_ref().map(|subscriber| subscriber.language);
        let language = desk.language(language.or(known));
        let texts = wording(language);
        Ok(Self { desk, chat, pressed: None, bot, dialect, subscriber, language, texts, now: desk.clock.now() })
    }

    /// The hour that the chat chose, with its zone; `fallback` is the feed's.
    pub(super) fn hour(&self, fallback: Tz) -> Option<DailyHour<'_>> {
        let subscriber = self.subscriber.as_ref()?;
        Some((subscriber.deliver_at?, subscriber.zone.as_deref().unwrap_or(fallback.name())))
    }

    /// A text.
    pub(super) fn say(&self, text: &str) -> Reply {
        self.offer(text, &[])
    }

    /// A text with buttons.
    pub(super) fn offer(&self, text: &str, buttons: &[Vec<Button>]) -> Reply {
        Reply { messages: vec![self.note(text, buttons)], ..Reply::default() }
    }

    /// A text that takes the place of the message whose button was pressed.
    pub(super) fn instead(&self, text: &str) -> Reply {
        Reply { place: Place::Instead, ..self.say(text) }
    }

    /// A text that leaves the chat as it is when a button was pressed: it only shows over it for a moment.
    pub(super) fn aside(&self, text: &str) -> Reply {
        if self.pressed.is_some() {
            Reply { notice: Some(text.to_owned()), ..Reply::default() }
        } else {
            self.say(text)
        }
    }

    /// One message of ours.
    pub(super) fn note(&self, text: &str, buttons: &[Vec<Button>]) -> Outgoing {
        Outgoing { message: self.dialect.note(text, buttons), attachments: Vec::new() }
    }
}

/// A message with the picture that was drawn for it, if it shows one.
pub(super) fn outgoing(message: Message, drawn: Option<&Arc<Picture>>) -> Outgoing {
    let shown = message.pictures.iter().filter_map(|id| drawn.filter(|picture| picture.id == *id));
    let attachments = shown.map(|picture| Attachment { picture: Arc::clone(picture), uploaded: None }).collect();
    Outgoing { message, attachments }
}
