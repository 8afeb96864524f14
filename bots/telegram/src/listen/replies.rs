//! Posts replies, on a lane of their own that bulk deliveries never use.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use platform::{BotKey, Chat, ChatEvent, ChatId, Desk, Dialect as _, Message, Outgoing, SendError};
use serde_json::{Value, json};

use super::heard::{Body, Pressed};
use crate::dialect::Telegram;
use crate::post::Post;

/// Between two replies, and how many may go at once: together never more than five in a second, which is what Telegram
/// allows a bot (30) less what bulk takes by default (25).
const PERIOD: Duration = Duration::from_millis(250);
const AT_ONCE: NonZeroU32 = NonZeroU32::new(2).expect("two is not zero");
/// How long one message of a reply is tried; the reader has gone away by then.
const PATIENCE: Duration = Duration::from_secs(60);
/// The first wait after a temporary failure; each further one doubles it.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Code points of a caption.
const MAX_CAPTION: usize = 1024;

/// The replies' lane.
pub(super) struct Replies {
    bot: BotKey,
    post: Arc<Post>,
    desk: Arc<dyn Desk>,
    lane: DefaultDirectRateLimiter,
}

/// Whether the rest of a reply may still go out.
enum Next {
    GoOn,
    Stop,
}

impl Replies {
    pub(super) fn new(bot: BotKey, post: Arc<Post>, desk: Arc<dyn Desk>) -> Self {
        let quota = Quota::with_period(PERIOD).expect("a period is not zero").allow_burst(AT_ONCE);
        Self { bot, post, desk, lane: RateLimiter::direct(quota) }
    }

    /// Posts messages below, in order.
    pub(super) async fn below(&self, chat: &Chat, messages: Vec<Outgoing>) {
        let mut chat = chat.clone();
        for outgoing in messages {
            if let Next::Stop = self.send(&mut chat, &outgoing).await {
                return;
            }
        }
    }

    /// Posts the first message in the place of the pressed one, the others below.
    pub(super) async fn instead(&self, chat: &Chat, pressed: &Pressed, mut messages: Vec<Outgoing>) {
        if messages.is_empty() {
            return;
        }
        if let Some(message) = in_place(pressed.body, &messages[0])
            && self.edit(chat, pressed, &message).await
        {
            messages.remove(0);
        }
        self.below(chat, messages).await;
    }

    /// Waits for a place on the lane; says whether this process may still answer then.
    async fn turn(&self) -> bool {
        self.lane.until_ready().await;
        self.desk.may_answer(&self.bot)
    }

    async fn send(&self, chat: &mut Chat, outgoing: &Outgoing) -> Next {
        let mut patience = Waits::default();
        let mut outgoing = outgoing.clone();
        loop {
            if !self.turn().await {
                return Next::Stop;
            }
            let error = match self.post.send(&chat.id, &outgoing, None, false).await {
                Ok(sent) => {
                    if !sent.uploaded.is_empty() {
                        self.desk.uploaded(&self.bot, &sent.uploaded).await;
                    }
                    return Next::GoOn;
                }
                Err(error) => error,
            };
            match error {
                SendError::Moved { to } => {
                    self.desk.noticed(&self.bot, chat, ChatEvent::Moved(to.clone())).await;
                    // A chat that moves in circles must not keep us.
                    if !patience.pass(FIRST_WAIT) {
                        return Next::Stop;
                    }
                    chat.id = to;
                }
                SendError::Refused { .. } | SendError::Unwelcome { .. } => match Telegram.plainer(&outgoing.message) {
                    Some(message) => {
                        outgoing.attachments.truncate(message.pictures.len());
                        outgoing.message = message;
                    }
                    None => return give_up(&chat.id, &error),
                },
                error => match patience.after(&error) {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => return give_up(&chat.id, &error),
                },
            }
        }
    }

    /// Says whether the pressed message now shows `message`; otherwise it has to be posted below.
    async fn edit(&self, chat: &Chat, pressed: &Pressed, message: &Message) -> bool {
        let mut patience = Waits::default();
        loop {
            if !self.turn().await {
                return true;
            }
            let Err(error) = self.post.edit(&chat.id, &pressed.id, message).await else { return true };
            if let SendError::Refused { why } = &error {
                tracing::debug!(chat = %chat.id, why, "cannot edit in place; posting below");
                return false;
            }
            match patience.after(&error) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => {
                    give_up(&chat.id, &error);
                    // An edit in doubt may have been made; a second copy below would be worse than none.
                    return true;
                }
            }
        }
    }
}

/// What the pressed message is to become; `None` where that cannot be: a text does not turn into a picture, nor a
/// picture into another one, and what an old message is made of is unknown.
fn in_place(body: Body, outgoing: &Outgoing) -> Option<Message> {
    let message = &outgoing.message;
    match (body, message.method.as_str()) {
        (Body::Text, "sendMessage" | "sendRichMessage") => Some(message.clone()),
        (Body::Media, "sendMessage") => {
            let text = message.payload["text"].as_str().filter(|text| text.chars().count() <= MAX_CAPTION)?;
            let mut payload = json!({ "caption": text });
            for (from, to) in [("entities", "caption_entities"), ("reply_markup", "reply_markup")] {
                if let Some(value) = message.payload.get(from).filter(|value| **value != Value::Null) {
                    payload[to] = value.clone();
                }
            }
            Some(Message { method: "sendPhoto".to_owned(), payload, pictures: Vec::new() })
        }
        _ => None,
    }
}

fn give_up(chat: &ChatId, error: &SendError) -> Next {
    match error {
        // The next messages do not depend on this one, whether it arrived or is broken.
        SendError::Unknown { .. } | SendError::Refused { .. } | SendError::Unwelcome { .. } => {
            tracing::warn!(%chat, %error, "a reply is missing or in doubt");
            Next::GoOn
        }
        SendError::Gone { .. } | SendError::Suspended { .. } => {
            tracing::debug!(%chat, %error, "a reply has nowhere to go");
            Next::Stop
        }
        _ => {
            tracing::warn!(%chat, %error, "a reply was given up");
            Next::Stop
        }
    }
}

/// The waits for one message, up to [`PATIENCE`] in all.
#[derive(Default)]
struct Waits {
    waited: Duration,
    failures: u32,
}

impl Waits {
    /// How long to wait after this error before trying again; `None` when that would be wrong or too long.
    fn after(&mut self, error: &SendError) -> Option<Duration> {
        let wait = match error {
            SendError::RateLimited { retry_after, .. } => *retry_after,
            SendError::Transient { .. } => {
                self.failures += 1;
                FIRST_WAIT.saturating_mul(2_u32.saturating_pow(self.failures - 1))
            }
            _ => return None,
        };
        self.pass(wait).then_some(wait)
    }

    fn pass(&mut self, wait: Duration) -> bool {
        self.waited = self.waited.saturating_add(wait);
        self.waited <= PATIENCE
    }
}
