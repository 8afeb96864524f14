//! A bot that sends nothing and notes what it is asked to edit.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use platform::{
    Amended, BotKey, ChatId, ChatKind, Desk, Message, MessageId, Outgoing, Pace, Platform, SendError, SendKey, Sent,
};
use tokio_util::sync::CancellationToken;

use super::{
    reader::key,
    shown::{message_buttons, message_text},
};

/// A bot that notes what it is asked to edit.
pub(super) struct Notebook {
    key: BotKey,
    /// Message and new text, in order.
    pub(super) edits: Mutex<Vec<(MessageId, String)>>,
    /// The buttons of the last edit: label and action.
    pub(super) buttons: Mutex<Vec<(String, String)>>,
    /// What the next edits meet instead of success.
    pub(super) trouble: Mutex<Vec<SendError>>,
}

impl Notebook {
    pub(super) fn of(platform: &'static str) -> Self {
        Self { key: key(platform), edits: Mutex::default(), buttons: Mutex::default(), trouble: Mutex::default() }
    }

    /// The texts of all edits so far.
    pub(super) fn texts(&self) -> Vec<String> {
        self.edits.lock().unwrap().iter().map(|(_, text)| text.clone()).collect()
    }
}

#[async_trait]
impl Platform for Notebook {
    fn key(&self) -> &BotKey {
        &self.key
    }

    fn pace(&self) -> Pace {
        Pace { per_second: 25.0 }
    }

    fn chat_interval(&self, _kind: ChatKind) -> Duration {
        Duration::from_secs(1)
    }

    async fn send(&self, _chat: &ChatId, _outgoing: &Outgoing, key: &SendKey) -> Result<Sent, SendError> {
        Ok(Sent { id: MessageId(key.0.clone()), uploaded: Vec::new() })
    }

    async fn reply(
        &self,
        chat: &ChatId,
        _to: &MessageId,
        outgoing: &Outgoing,
        key: &SendKey,
    ) -> Result<Sent, SendError> {
        self.send(chat, outgoing, key).await
    }

    async fn amend(
        &self,
        chat: &ChatId,
        id: &MessageId,
        outgoing: &Outgoing,
        _same_pictures: bool,
    ) -> Result<Amended, SendError> {
        self.edit(chat, id, &outgoing.message).await.map(|()| Amended::Done(Vec::new()))
    }

    async fn delete(&self, _chat: &ChatId, _id: &MessageId) -> Result<Amended, SendError> {
        Ok(Amended::Done(Vec::new()))
    }

    async fn edit(&self, _chat: &ChatId, id: &MessageId, message: &Message) -> Result<(), SendError> {
        if let Some(error) = self.trouble.lock().unwrap().pop() {
            return Err(error);
        }
        *self.buttons.lock().unwrap() = message_buttons(message);
        self.edits.lock().unwrap().push((id.clone(), message_text(message)));
        Ok(())
    }

    async fn listen(&self, _desk: Arc<dyn Desk>, _stop: CancellationToken) -> Result<(), SendError> {
        Ok(())
    }
}
