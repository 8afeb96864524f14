//! A platform that answers as it is told.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use platform::{
    Amended, BotKey, ChatId, ChatKind, Desk, Message, MessageId, Outgoing, Pace, Platform, SendError, SendKey, Sent,
    Uploaded,
};
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

/// A message that came in, answered or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Came {
    pub(super) chat: String,
    pub(super) text: String,
    /// Whether it had entities.
    pub(super) styled: bool,
    pub(super) key: SendKey,
    /// For each picture, the id that it was referred to by.
    pub(super) uploads: Vec<Option<String>>,
}

pub(super) struct Double {
    key: BotKey,
    pace: Pace,
    drops_copies_for: Option<Duration>,
    /// Whether it shows what was posted; then, in which chats a message is found.
    history: Option<Mutex<HashMap<String, MessageId>>>,
    scripts: Mutex<HashMap<String, VecDeque<SendError>>>,
    came: Mutex<Vec<Came>>,
    /// How many have come.
    count: watch::Sender<usize>,
    /// Each answer takes one of these.
    answers: Semaphore,
}

impl Double {
    /// As fast as it goes.
    pub(super) fn new() -> Self {
        Self::at_pace(1e6)
    }

    pub(super) fn at_pace(per_second: f64) -> Self {
        Self {
            key: BotKey { platform: "telegram", account: "1".to_owned() },
            pace: Pace { per_second },
            drops_copies_for: None,
            history: None,
            scripts: Mutex::default(),
            came: Mutex::default(),
            count: watch::Sender::new(0),
            answers: Semaphore::new(Semaphore::MAX_PERMITS),
        }
    }

    /// One that drops copies like Discord.
    pub(super) fn that_drops_copies_for(window: Duration) -> Self {
        Self {
            key: BotKey { platform: "discord", account: "2".to_owned() },
            drops_copies_for: Some(window),
            ..Self::new()
        }
    }

    /// One whose bot can also read what it has posted.
    pub(super) fn that_shows_its_history(self) -> Self {
        Self { history: Some(Mutex::default()), ..self }
    }

    /// A look into this chat's history finds this message.
    pub(super) fn has_posted(&self, chat: &str, id: &str) {
        let history = self.history.as_ref().unwrap();
        history.lock().unwrap().insert(chat.to_owned(), MessageId(id.to_owned()));
    }

    /// One that answers nobody until [`Double::answer`].
    pub(super) fn that_is_silent() -> Self {
        Self { answers: Semaphore::new(0), ..Self::new() }
    }

    /// Answers so many calls, those that wait first.
    pub(super) fn answer(&self, calls: usize) {
        self.answers.add_permits(calls);
    }

    /// Waits until so many messages have come.
    pub(super) async fn until(&self, count: usize) {
        self.count.subscribe().wait_for(|came| *came >= count).await.unwrap();
    }

    /// The next messages in `chat` meet these errors, one each; then it takes them again.
    pub(super) fn will_answer(&self, chat: &str, errors: impl IntoIterator<Item = SendError>) {
        self.scripts.lock().unwrap().entry(chat.to_owned()).or_default().extend(errors);
    }

    pub(super) fn came(&self) -> Vec<Came> {
        self.came.lock().unwrap().clone()
    }

    /// The texts that came for `chat`, in order.
    pub(super) fn texts(&self, chat: &str) -> Vec<String> {
        self.came().into_iter().filter(|came| came.chat == chat).map(|came| came.text).collect()
    }
}

#[async_trait]
impl Platform for Double {
    fn key(&self) -> &BotKey {
        &self.key
    }

    fn pace(&self) -> Pace {
        self.pace
    }

    fn chat_interval(&self, kind: ChatKind) -> Duration {
        Duration::from_secs_f64(if kind == ChatKind::Group { 60.0 / 18.0 } else { 1.0 })
    }

    fn drops_copies_for(&self) -> Option<Duration> {
        self.drops_copies_for
    }

    fn can_look_back(&self) -> bool {
        self.history.is_some()
    }

    async fn look_back(
        &self,
        chat: &ChatId,
        _outgoing: &Outgoing,
        _since: DateTime<Utc>,
    ) -> Result<Option<MessageId>, SendError> {
        Ok(self.history.as_ref().and_then(|history| history.lock().unwrap().get(&chat.0).cloned()))
    }

    async fn send(&self, chat: &ChatId, outgoing: &Outgoing, key: &SendKey) -> Result<Sent, SendError> {
        let uploads = outgoing.attachments.iter().map(|attachment| attachment.uploaded.clone()).collect();
        let text = outgoing.message.payload["text"].as_str().unwrap_or_default().to_owned();
        let number = {
            let mut came = self.came.lock().unwrap();
            let styled = outgoing.message.payload["entities"].is_array();
            came.push(Came { chat: chat.0.clone(), text, styled, key: key.clone(), uploads });
            came.len()
        };
        self.count.send_replace(number);
        self.answers.acquire().await.unwrap().forget();
        let error = self.scripts.lock().unwrap().get_mut(&chat.0).and_then(VecDeque::pop_front);
        let fresh = outgoing.attachments.iter().filter(|attachment| attachment.uploaded.is_none());
        let uploaded = fresh.map(|attachment| Uploaded {
            picture: attachment.picture.id.clone(),
            file: format!("file of {}", attachment.picture.id.0),
        });
        match error {
            Some(error) => Err(error),
            None => Ok(Sent { id: MessageId(number.to_string()), uploaded: uploaded.collect() }),
        }
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
        _chat: &ChatId,
        _id: &MessageId,
        _outgoing: &Outgoing,
        _same_pictures: bool,
    ) -> Result<Amended, SendError> {
        Ok(Amended::Done(Vec::new()))
    }

    async fn delete(&self, _chat: &ChatId, _id: &MessageId) -> Result<Amended, SendError> {
        Ok(Amended::Done(Vec::new()))
    }

    async fn edit(&self, _chat: &ChatId, _id: &MessageId, _message: &Message) -> Result<(), SendError> {
        Ok(())
    }

    async fn listen(&self, _desk: Arc<dyn Desk>, stop: CancellationToken) -> Result<(), SendError> {
        stop.cancelled().await;
        Ok(())
    }
}
