//! Posts messages: one request in flight per channel, within the buckets that Discord tells.

mod form;
mod fuse;
mod gate;
mod history;
pub(crate) mod wire;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use chrono::{DateTime, Utc};
use platform::{Amended, BadVariable, ChatId, Message, MessageId, Outgoing, Scope, SendError, SendKey, Sent};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::error::judge;
use crate::settings::Settings;
pub(crate) use form::{Form, replacing};
use fuse::Fuse;
use gate::Gate;
use wire::Wire;

/// The calls that a bucket belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Route {
    Create,
    Edit,
    Delete,
}

/// The bot's way to Discord.
pub(crate) struct Post {
    pub(crate) wire: Wire,
    stops: Mutex<Stops>,
}

/// What holds posting back.
#[derive(Default)]
struct Stops {
    gate: Gate,
    fuse: Fuse,
    frozen_until: Option<Instant>,
}

impl Post {
    pub(crate) fn new(settings: &Settings) -> Result<Self, BadVariable> {
        Ok(Self { wire: Wire::new(settings)?, stops: Mutex::default() })
    }

    /// Posts a message of a delivery as a reply to an earlier one, if that still exists and the bot may read it.
    pub(crate) async fn reply(
        &self,
        chat: &ChatId,
        to: &MessageId,
        outgoing: &Outgoing,
        key: &SendKey,
    ) -> Result<Sent, SendError> {
        let mut reply = outgoing.clone();
        reply.message.payload["message_reference"] =
            json!({ "message_id": number(&to.0)?.to_string(), "fail_if_not_exists": false });
        match self.send(chat, &reply, key).await {
            // Without the right to read what was said before, a bot may post but not reply.
            Err(SendError::Refused { why }) if why.starts_with("160002 ") => self.send(chat, outgoing, key).await,
            other => other,
        }
    }

    /// Posts a message of a delivery. Discord gives the first message back when the same key comes again within a few
    /// minutes.
    pub(crate) async fn send(&self, chat: &ChatId, outgoing: &Outgoing, key: &SendKey) -> Result<Sent, SendError> {
        if outgoing.message.method != "createMessage" {
            return Err(SendError::Refused { why: format!("there is no method {}", outgoing.message.method) });
        }
        let mut form = Form::new(outgoing);
        form.payload["nonce"] = nonce(key).into();
        form.payload["enforce_nonce"] = true.into();
        let path = format!("/channels/{}/messages", number(&chat.0)?);
        let heavy = form::is_heavy(&form.payload);
        let taken = self.post(Route::Create, chat, Method::POST, &path, &form, heavy).await;
        let taken = taken.map_err(|error| match error {
            // The copy of a message that was deleted since: it was sent, by an earlier try.
            SendError::Refused { why } if why.starts_with("10008 ") => SendError::Unknown { why },
            other => other,
        })?;
        // Only the id is read: the message was posted, whatever else the answer holds.
        match taken["id"].as_str() {
            Some(id) => Ok(Sent { id: MessageId(id.to_owned()), uploaded: Vec::new() }),
            None => Err(SendError::Unknown { why: "an answer without a message's id".into() }),
        }
    }

    /// Looks for a message of `account` that says what `outgoing` says, among those since about `since`.
    pub(crate) async fn look_back(
        &self,
        account: &str,
        chat: &ChatId,
        outgoing: &Outgoing,
        since: DateTime<Utc>,
    ) -> Result<Option<MessageId>, SendError> {
        let path = format!("/channels/{}/messages?limit={}", number(&chat.0)?, history::MOST);
        let mut after = history::after(since);
        loop {
            let listed = self.wire.ask(Method::GET, &format!("{path}&after={after}"), Value::Null).await?;
            let listed = listed.as_array().map(Vec::as_slice).unwrap_or_default();
            if let Some(id) = history::find(listed, account, &outgoing.message.payload) {
                return Ok(Some(MessageId(id)));
            }
            let ids = listed.iter().filter_map(|message| message["id"].as_str()?.parse().ok());
            match ids.max() {
                Some(newest) if listed.len() == history::MOST => after = newest,
                Some(_) => return Ok(None),
                // An empty list is also what a bot gets that may not read the history.
                None if self.can_read(&path).await? => return Ok(None),
                None => return Err(SendError::Unknown { why: "the channel's history cannot be read".into() }),
            }
        }
    }

    /// Whether the bot sees anything of the channel at all.
    async fn can_read(&self, path: &str) -> Result<bool, SendError> {
        let listed = self.wire.ask(Method::GET, path, Value::Null).await?;
        Ok(listed.as_array().is_some_and(|listed| !listed.is_empty()))
    }

    /// Replaces what a message says.
    pub(crate) async fn edit(&self, chat: &ChatId, id: &MessageId, message: &Message) -> Result<(), SendError> {
        let path = format!("/channels/{}/messages/{}", number(&chat.0)?, number(&id.0)?);
        let form = Form { payload: replacing(message.payload.clone()), files: Vec::new() };
        let heavy = form::is_heavy(&form.payload);
        self.post(Route::Edit, chat, Method::PATCH, &path, &form, heavy).await.map(drop)
    }

    /// Makes a message show another one. Its pictures go up again: what is kept of an old message's attachments cannot be
    /// referred to with certainty.
    pub(crate) async fn amend(&self, chat: &ChatId, id: &MessageId, outgoing: &Outgoing) -> Result<Amended, SendError> {
        let path = format!("/channels/{}/messages/{}", number(&chat.0)?, number(&id.0)?);
        let Form { payload, files } = Form::new(outgoing);
        let form = Form { payload: replacing(payload), files };
        let heavy = form::is_heavy(&form.payload);
        amended(self.post(Route::Edit, chat, Method::PATCH, &path, &form, heavy).await)
    }

    /// Deletes a message.
    pub(crate) async fn delete(&self, chat: &ChatId, id: &MessageId) -> Result<Amended, SendError> {
        let path = format!("/channels/{}/messages/{}", number(&chat.0)?, number(&id.0)?);
        let form = Form { payload: Value::Null, files: Vec::new() };
        amended(self.post(Route::Delete, chat, Method::DELETE, &path, &form, false).await)
    }

    async fn post(
        &self,
        route: Route,
        chat: &ChatId,
        method: Method,
        path: &str,
        form: &Form,
        heavy: bool,
    ) -> Result<Value, SendError> {
        self.stops().pass(route, chat, Instant::now())?;
        let _busy = Busy { post: self, chat };
        let answer = self.wire.call(method, path, form).await?;
        let now = Instant::now();
        let verdict = judge(&answer, heavy);
        let mut stops = self.stops();
        stops.gate.told(route, chat, &answer, now);
        if answer.counts_as_invalid() {
            stops.fuse.count(now);
        }
        match &verdict {
            Some(SendError::RateLimited { retry_after, scope: Scope::Bot }) => {
                stops.frozen_until = Some(now + *retry_after);
            }
            Some(SendError::RateLimited { retry_after, scope: Scope::Chat }) => {
                stops.gate.exhaust(route, chat, now + *retry_after);
            }
            _ => {}
        }
        verdict.map_or_else(|| Ok(answer.body.unwrap_or_default()), Err)
    }

    fn stops(&self) -> MutexGuard<'_, Stops> {
        self.stops.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stops {
    /// Takes the channel for one request, or says how long to wait.
    fn pass(&mut self, route: Route, chat: &ChatId, now: Instant) -> Result<(), SendError> {
        let whole = self.frozen_until.into_iter().chain(self.fuse.blown_until(now)).max();
        if let Some(until) = whole.filter(|until| *until > now) {
            return Err(SendError::RateLimited { retry_after: until - now, scope: Scope::Bot });
        }
        self.gate
            .enter(route, chat, now)
            .map_err(|retry_after| SendError::RateLimited { retry_after, scope: Scope::Chat })
    }
}

/// A channel with a request in flight; free again when dropped, however the request ends.
struct Busy<'a> {
    post: &'a Post,
    chat: &'a ChatId,
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.post.stops().gate.leave(self.chat);
    }
}

/// What an answer says of the message that was to be changed.
fn amended(answer: Result<Value, SendError>) -> Result<Amended, SendError> {
    match answer {
        Ok(_) => Ok(Amended::Done(Vec::new())),
        Err(SendError::Refused { why }) if why.starts_with("10008 ") => Ok(Amended::Missing),
        // Another account's message, and one that the service itself wrote.
        Err(SendError::Refused { why }) if why.starts_with("50005 ") || why.starts_with("50021 ") => {
            Ok(Amended::Barred)
        }
        Err(error) => Err(error),
    }
}

/// A key as Discord takes it: at most 25 characters.
fn nonce(key: &SendKey) -> String {
    if (1..=25).contains(&key.0.chars().count()) {
        return key.0.clone();
    }
    // 96 bits are plenty for keys that only have to differ for a few minutes.
    hex::encode(&Sha256::digest(key.0.as_bytes())[..12])
}

/// An id of Discord's, so that nothing else ever gets into an address.
fn number(id: &str) -> Result<u64, SendError> {
    id.parse().map_err(|_| SendError::Refused { why: "an id that is not Discord's".into() })
}

/// A short line that only the reader who asked sees.
pub(crate) fn whisper(text: &str) -> Value {
    const EPHEMERAL: u64 = 1 << 6;
    json!({ "content": text, "flags": EPHEMERAL, "allowed_mentions": { "parse": [] } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_key_becomes_a_short_nonce_that_stays_the_same() {
        assert_eq!(nonce(&SendKey("12/34/0".into())), "12/34/0");
        let long = |end: &str| nonce(&SendKey(format!("{}{end}", "k".repeat(30))));
        assert_eq!(long("a").len(), 24);
        assert_eq!(long("a"), long("a"));
        assert_ne!(long("a"), long("b"));
        assert_eq!(nonce(&SendKey(String::new())).len(), 24);
    }
}
