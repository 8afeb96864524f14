//! From what was heard to the desk and back.

use std::sync::Arc;
use std::time::Duration;

use platform::{BotKey, Chat, Command, Desk, Invocation, Place, SendError};
use teloxide::payloads::{AnswerCallbackQuery, AnswerCallbackQuerySetters};
use teloxide::types::CallbackQueryId;

use super::heard::{Heard, Pressed, Speaker, What};
use super::replies::Replies;
use super::rights::may_decide;
use crate::post::Post;

/// Characters of the notice over a chat.
const MAX_NOTICE: usize = 200;

/// Takes what was heard to the desk and posts what comes back.
pub(super) struct Answering {
    bot: BotKey,
    post: Arc<Post>,
    desk: Arc<dyn Desk>,
    replies: Replies,
}

impl Answering {
    pub(super) fn new(bot: BotKey, post: Arc<Post>, desk: Arc<dyn Desk>, replies: Replies) -> Self {
        Self { bot, post, desk, replies }
    }

    /// Answers one thing.
    pub(super) async fn take(&self, heard: Heard) {
        // Confirmed or not: whoever listens now answers what was not.
        if !self.desk.may_answer(&self.bot) {
            return;
        }
        let Heard { chat, what } = heard;
        match what {
            What::Said { speaker, line } => {
                let invocation = self.invocation(&chat, speaker, &line, None).await;
                let reply = self.desk.handle(invocation).await;
                self.replies.below(&chat, reply.messages).await;
            }
            What::Pressed { speaker, query, action, pressed } => {
                let invocation = self.invocation(&chat, speaker, &action, Some(&pressed)).await;
                let reply = self.desk.handle(invocation).await;
                // The phone shows a clock on the button until the press is answered.
                if self.desk.may_answer(&self.bot) {
                    self.answer_press(query, reply.notice).await;
                }
                match reply.place {
                    Place::Instead => self.replies.instead(&chat, &pressed, reply.messages).await,
                    Place::Below => self.replies.below(&chat, reply.messages).await,
                }
            }
            What::Happened(event) => {
                let reply = self.desk.noticed(&self.bot, &chat, event).await;
                self.replies.below(&chat, reply.messages).await;
            }
        }
    }

    async fn invocation(&self, chat: &Chat, speaker: Speaker, line: &str, pressed: Option<&Pressed>) -> Invocation {
        let command = Command::parse(line);
        Invocation {
            bot: self.bot.clone(),
            chat: chat.clone(),
            may_decide: may_decide(self.post.wire(), chat, &speaker, &command).await,
            user: speaker.id,
            language: speaker.language,
            // Telegram tells of a right that was lost by itself, as an event.
            missing: Vec::new(),
            command,
            pressed: pressed.map(|pressed| pressed.id.clone()),
        }
    }

    async fn answer_press(&self, query: CallbackQueryId, notice: Option<String>) {
        let mut ask = AnswerCallbackQuery::new(query);
        if let Some(notice) = notice {
            ask = ask.text(notice.chars().take(MAX_NOTICE).collect::<String>());
        }
        // A press that is too old to be answered is nobody's loss.
        if let Err(error) = self.post.wire().ask(&ask, Duration::ZERO).await {
            tracing::debug!(error = %SendError::from(error), "a press was not answered");
        }
    }
}
