//! The Discord adapter.
//!
//! `post` sends HTTP itself, because the SDK's rate limiter stampedes and its strict types lose messages that were
//! accepted; `listen` leaves the gateway to serenity.

pub mod dialect;
mod error;
mod listen;
mod post;
mod settings;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use platform::{
    Adapter, Amended, BadVariable, BotKey, ChatId, ChatKind, Desk, Env, Message, MessageId, Outgoing, Pace, Platform,
    SendError, SendKey, Sent,
};
use tokio_util::sync::CancellationToken;

use post::Post;
use settings::Settings;

/// What the engine's wiring needs.
pub const ADAPTER: Adapter =
    Adapter { name: NAME, dialect: &dialect::Discord, variables: settings::VARIABLES, connect };

const NAME: &str = "discord";

fn connect(env: Env<'_>) -> Result<Vec<Arc<dyn Platform>>, BadVariable> {
    let bot = |settings: Settings| {
        let key = BotKey { platform: NAME, account: settings.account.clone() };
        let post = Post::new(&settings)?;
        let bot = Bot { key, pace: Pace { per_second: settings.rate }, post };
        Ok(Arc::new(Discord(Arc::new(bot))) as Arc<dyn Platform>)
    };
    Settings::from_env(env)?.into_iter().map(bot).collect()
}

/// A bot, shared with the tasks that answer readers.
struct Discord(Arc<Bot>);

struct Bot {
    key: BotKey,
    pace: Pace,
    post: Post,
}

#[async_trait]
impl Platform for Discord {
    fn key(&self) -> &BotKey {
        &self.0.key
    }

    fn pace(&self) -> Pace {
        self.0.pace
    }

    fn chat_interval(&self, _: ChatKind) -> Duration {
        // Discord tells each channel's bucket in its answers; 5 in 5 seconds is what it has told for years.
        Duration::from_secs(1)
    }

    fn drops_copies_for(&self) -> Option<Duration> {
        // Discord only says "the past few minutes"; two is the careful reading.
        Some(Duration::from_mins(2))
    }

    fn can_look_back(&self) -> bool {
        true
    }

    async fn look_back(
        &self,
        chat: &ChatId,
        outgoing: &Outgoing,
        since: DateTime<Utc>,
    ) -> Result<Option<MessageId>, SendError> {
        self.0.post.look_back(&self.0.key.account, chat, outgoing, since).await
    }

    async fn send(&self, chat: &ChatId, outgoing: &Outgoing, key: &SendKey) -> Result<Sent, SendError> {
        self.0.post.send(chat, outgoing, key).await
    }

    async fn reply(
        &self,
        chat: &ChatId,
        to: &MessageId,
        outgoing: &Outgoing,
        key: &SendKey,
    ) -> Result<Sent, SendError> {
        self.0.post.reply(chat, to, outgoing, key).await
    }

    async fn amend(
        &self,
        chat: &ChatId,
        id: &MessageId,
        outgoing: &Outgoing,
        _same_pictures: bool,
    ) -> Result<Amended, SendError> {
        self.0.post.amend(chat, id, outgoing).await
    }

    async fn delete(&self, chat: &ChatId, id: &MessageId) -> Result<Amended, SendError> {
        self.0.post.delete(chat, id).await
    }

    async fn edit(&self, chat: &ChatId, id: &MessageId, message: &Message) -> Result<(), SendError> {
        self.0.post.edit(chat, id, message).await
    }

    async fn listen(&self, desk: Arc<dyn Desk>, stop: CancellationToken) -> Result<(), SendError> {
        listen::run(&self.0, &desk, &stop).await
    }
}
