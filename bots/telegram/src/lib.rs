//! The Telegram adapter.
//!
//! [`dialect`] writes messages. Posting speaks HTTP itself, because the SDK waits ten seconds inside a call when the
//! service is ill and folds most refusals into one; hearing readers uses the SDK's types for what they say.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use platform::{
    Adapter, Amended, BadVariable, BotKey, ChatId, ChatKind, Desk, Env, Message, MessageId, Outgoing, Pace, Platform,
    Price, SendError, SendKey, Sent,
};
use tokio_util::sync::CancellationToken;

pub mod dialect;
mod error;
mod listen;
mod post;
mod settings;
mod wire;

use post::Post;
use settings::{FREE_RATE, Settings};
use wire::Wire;

/// What the engine's wiring needs.
pub const ADAPTER: Adapter =
    Adapter { name: NAME, dialect: &dialect::Telegram, variables: settings::VARIABLES, connect };

const NAME: &str = "telegram";

/// One message a second in a chat, says Telegram's FAQ.
const PRIVATE_INTERVAL: Duration = Duration::from_secs(1);
/// Telegram takes 20 messages a minute in a group; 18 leave room for replies.
const GROUP_INTERVAL: Duration = Duration::from_millis(60_000 / 18);

/// A tenth of a Star for each message above the free pace, says the Bot API's page.
const PRICE: Price = Price { free_per_second: FREE_RATE, stars: 0.1 };

fn connect(env: Env<'_>) -> Result<Vec<Arc<dyn Platform>>, BadVariable> {
    let bot = |settings: Settings| {
        let key = BotKey { platform: NAME, account: settings.account.clone() };
        let (pace, paid) = (Pace { per_second: settings.rate }, settings.paid);
        let post = Arc::new(Post::new(Wire::new(settings)?));
        Ok(Arc::new(Bot { key, pace, paid, post }) as Arc<dyn Platform>)
    };
    Settings::from_env(env)?.into_iter().map(bot).collect()
}

/// One bot account.
struct Bot {
    key: BotKey,
    pace: Pace,
    /// Whether bulk messages above the free pace are paid for.
    paid: bool,
    post: Arc<Post>,
}

#[async_trait]
impl Platform for Bot {
    fn key(&self) -> &BotKey {
        &self.key
    }

    fn pace(&self) -> Pace {
        self.pace
    }

    fn price(&self) -> Option<Price> {
        self.paid.then_some(PRICE)
    }

    fn chat_interval(&self, kind: ChatKind) -> Duration {
        match kind {
            ChatKind::Private => PRIVATE_INTERVAL,
            ChatKind::Group | ChatKind::Channel => GROUP_INTERVAL,
        }
    }

    // Telegram knows no key that would drop a second copy, so the key has no use here.
    async fn send(&self, chat: &ChatId, outgoing: &Outgoing, _key: &SendKey) -> Result<Sent, SendError> {
        self.post.send(chat, outgoing, None, self.paid).await
    }

    async fn reply(
        &self,
        chat: &ChatId,
        to: &MessageId,
        outgoing: &Outgoing,
        _key: &SendKey,
    ) -> Result<Sent, SendError> {
        self.post.send(chat, outgoing, Some(to), self.paid).await
    }

    async fn amend(
        &self,
        chat: &ChatId,
        id: &MessageId,
        outgoing: &Outgoing,
        same_pictures: bool,
    ) -> Result<Amended, SendError> {
        self.post.amend(chat, id, outgoing, same_pictures).await
    }

    async fn delete(&self, chat: &ChatId, id: &MessageId) -> Result<Amended, SendError> {
        self.post.delete(chat, id).await
    }

    async fn edit(&self, chat: &ChatId, id: &MessageId, message: &Message) -> Result<(), SendError> {
        self.post.edit(chat, id, message).await
    }

    async fn listen(&self, desk: Arc<dyn Desk>, stop: CancellationToken) -> Result<(), SendError> {
        listen::run(self.key.clone(), Arc::clone(&self.post), desk, stop).await
    }
}
