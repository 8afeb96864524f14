//! Answers readers: a sign within three seconds, then the messages.

use std::future::Future;
use std::time::Duration;

use platform::{Desk, MessageId, Outgoing, Place, Reply, SendError};
use reqwest::Method;
use serde_json::{Value, json};
use serenity::all::{CommandInteraction, ComponentInteraction, Interaction};

use super::menu::OFFERED;
use super::reader::{self, Reader};
use crate::Bot;
use crate::post::{Form, replacing, whisper};

/// The callback types.
const MESSAGE: u64 = 4;
const DEFERRED: u64 = 5;
const DEFERRED_UPDATE: u64 = 6;
const CHOICES: u64 = 8;

/// How long a reader's answer is tried for; the token is good for 15 minutes, a reader's patience is not.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Discord's limits for what is offered while typing.
const OFFERS: usize = 25;
const OFFER: usize = 100;

/// Answers one interaction.
pub(super) async fn interaction(bot: &Bot, desk: &dyn Desk, interaction: Interaction) {
    // Each session hears everything; the one whose turn it is answers.
    if !desk.may_answer(&bot.key) {
        return;
    }
    let ended = match interaction {
        Interaction::Command(command) => self::command(bot, desk, &command).await,
        Interaction::Component(press) => self::press(bot, desk, &press).await,
        Interaction::Autocomplete(typing) => offer(bot, desk, &typing).await,
        _ => Ok(()),
    };
    if let Err(error) = ended {
        tracing::warn!(%error, "a reader got no answer, or half of one");
    }
}

/// An interaction that is being answered.
struct Asked<'a> {
    bot: &'a Bot,
    desk: &'a dyn Desk,
    application: u64,
    id: u64,
    token: &'a str,
}

async fn command(bot: &Bot, desk: &dyn Desk, command: &CommandInteraction) -> Result<(), SendError> {
    let (application, id) = (command.application_id.get(), command.id.get());
    let asked = Asked { bot, desk, application, id, token: &command.token };
    let reader = Reader::of_command(command);
    let Some(chat) = reader.chat() else { return asked.decline(&desk.no_place(reader.language())).await };
    asked.acknowledge(DEFERRED).await?;
    let invocation = reader.invocation(bot, chat, reader::slash(command), None);
    asked.reply_to_command(desk.handle(invocation).await).await
}

async fn press(bot: &Bot, desk: &dyn Desk, press: &ComponentInteraction) -> Result<(), SendError> {
    let (application, id) = (press.application_id.get(), press.id.get());
    let asked = Asked { bot, desk, application, id, token: &press.token };
    let reader = Reader::of_press(press);
    let Some(chat) = reader.chat() else { return asked.decline(&desk.no_place(reader.language())).await };
    asked.acknowledge(DEFERRED_UPDATE).await?;
    let pressed = MessageId(press.message.id.to_string());
    let invocation = reader.invocation(bot, chat, reader::pressed(press), Some(pressed));
    asked.reply_to_press(desk.handle(invocation).await).await
}

/// Offers days while one is being typed.
async fn offer(bot: &Bot, desk: &dyn Desk, typing: &CommandInteraction) -> Result<(), SendError> {
    let (application, id) = (typing.application_id.get(), typing.id.get());
    let asked = Asked { bot, desk, application, id, token: &typing.token };
    let language = Reader::of_command(typing).language();
    let typed = typing.data.autocomplete().map_or("", |option| option.value);
    let days = if typing.data.name == OFFERED { desk.suggest_days(language, typed).await } else { Vec::new() };
    let fitting = days.iter().filter(|day| !day.value.is_empty() && day.value.chars().count() <= OFFER);
    let choices: Vec<Value> = fitting
        .take(OFFERS)
        .map(|day| json!({ "name": day.label.chars().take(OFFER).collect::<String>(), "value": day.value }))
        .collect();
    asked.callback(json!({ "type": CHOICES, "data": { "choices": choices } })).await
}

impl Asked<'_> {
    /// Shows the reader that the question was heard.
    async fn acknowledge(&self, kind: u64) -> Result<(), SendError> {
        self.callback(json!({ "type": kind })).await
    }

    async fn callback(&self, payload: Value) -> Result<(), SendError> {
        let path = format!("/interactions/{}/{}/callback", self.id, self.token);
        // Later than three seconds nobody listens any more.
        let tried = patiently(true, Duration::from_secs(3), || self.ask(Method::POST, &path, payload.clone())).await;
        match tried {
            // An earlier try got through, though its answer was lost.
            Err(SendError::Refused { why }) if why.starts_with("40060 ") => Ok(()),
            other => other.map(drop),
        }
    }

    async fn ask(&self, method: Method, path: &str, payload: Value) -> Result<Value, SendError> {
        self.post(method, path, &Form { payload, files: Vec::new() }).await
    }

    /// Each request of an answer goes through here: a process that was frozen in the midst of one must not finish it.
    async fn post(&self, method: Method, path: &str, form: &Form) -> Result<Value, SendError> {
        if !self.desk.may_answer(&self.bot.key) {
            return Err(SendError::Refused { why: "another process listens with this bot by now".into() });
        }
        self.bot.post.wire.ask_with(method, path, form).await
    }

    /// "Thinking…" becomes the first message, the others follow.
    async fn reply_to_command(&self, reply: Reply) -> Result<(), SendError> {
        let mut messages = reply.messages.iter();
        let first = match (messages.next(), &reply.notice) {
            (Some(first), _) => self.change(&Form::new(first)).await,
            (None, Some(notice)) => {
                let payload = json!({ "content": notice, "allowed_mentions": { "parse": [] } });
                return self.change(&Form { payload, files: Vec::new() }).await;
            }
            (None, None) => return self.withdraw().await,
        };
        if let Err(error) = first {
            // Better nothing than "thinking…" for a quarter of an hour.
            drop(self.withdraw().await);
            return Err(error);
        }
        self.follow_up(messages).await?;
        self.notify(reply.notice.as_deref()).await
    }

    async fn reply_to_press(&self, reply: Reply) -> Result<(), SendError> {
        let mut messages = reply.messages.iter();
        // The notice comes first: it tells what the press did.
        self.notify(reply.notice.as_deref()).await?;
        if reply.place == Place::Instead
            && let Some(first) = messages.next()
        {
            let mut form = Form::new(first);
            form.payload = replacing(form.payload);
            self.change(&form).await?;
        }
        self.follow_up(messages).await
    }

    /// `@original`: the deferred answer, or the message whose button was pressed.
    async fn change(&self, form: &Form) -> Result<(), SendError> {
        let path = format!("/webhooks/{}/{}/messages/@original", self.application, self.token);
        let change = || self.post(Method::PATCH, &path, form);
        patiently(true, PATIENCE, change).await.map(drop)
    }

    async fn withdraw(&self) -> Result<(), SendError> {
        let path = format!("/webhooks/{}/{}/messages/@original", self.application, self.token);
        self.ask(Method::DELETE, &path, Value::Null).await.map(drop)
    }

    async fn follow_up(&self, messages: impl Iterator<Item = &Outgoing>) -> Result<(), SendError> {
        for message in messages {
            self.say(&Form::new(message)).await?;
        }
        Ok(())
    }

    async fn notify(&self, notice: Option<&str>) -> Result<(), SendError> {
        match notice {
            Some(notice) => self.say(&Form { payload: whisper(notice), files: Vec::new() }).await,
            None => Ok(()),
        }
    }

    /// A new message; never twice, because webhooks know no nonce.
    async fn say(&self, form: &Form) -> Result<(), SendError> {
        let path = format!("/webhooks/{}/{}", self.application, self.token);
        let say = || self.post(Method::POST, &path, form);
        patiently(false, PATIENCE, say).await.map(drop)
    }

    /// Answers at once, for the reader's eyes only.
    async fn decline(&self, text: &str) -> Result<(), SendError> {
        self.callback(json!({ "type": MESSAGE, "data": whisper(text) })).await
    }
}

/// Tries a call of a reader's answer again while there is hope and time. A call that may have got through is repeated
/// only if that does no harm.
pub(super) async fn patiently<F, T>(harmless: bool, patience: Duration, mut ask: F) -> Result<Value, SendError>
where
    F: FnMut() -> T,
    T: Future<Output = Result<Value, SendError>>,
{
    let end = tokio::time::Instant::now() + patience;
    let mut pause = Duration::from_millis(200);
    loop {
        let error = match ask().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let wait = match &error {
            SendError::RateLimited { retry_after, .. } => *retry_after,
            SendError::Transient { .. } => pause,
            SendError::Unknown { .. } if harmless => pause,
            _ => return Err(error),
        };
        if tokio::time::Instant::now() + wait >= end {
            return Err(error);
        }
        tokio::time::sleep(wait).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
