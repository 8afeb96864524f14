//! Hears readers: long polling, one lane per chat, and the desk's replies.

use std::sync::Arc;
use std::time::Duration;

use platform::{BotKey, Desk, SendError};
use teloxide::payloads::GetMe;
use tokio_util::sync::CancellationToken;

use crate::error::CallError;
use crate::post::Post;

mod answer;
mod heard;
mod lanes;
mod menu;
mod poll;
mod replies;
mod rights;

use answer::Answering;
use lanes::Lanes;
use poll::{Backoff, Poll};
use replies::Replies;

/// How long replies that are under way may take once the program stops.
const DRAIN: Duration = Duration::from_secs(5);

/// Listens until `stop`.
///
/// # Errors
/// Only when the service refuses the bot's token; everything else is survived.
pub(crate) async fn run(
    bot: BotKey,
    post: Arc<Post>,
    desk: Arc<dyn Desk>,
    stop: CancellationToken,
) -> Result<(), SendError> {
    let Some(name) = until(&stop, introduce(&post)).await.transpose()? else { return Ok(()) };
    tracing::info!(account = %bot.account, name, "listening on Telegram");
    let replies = Replies::new(bot.clone(), Arc::clone(&post), Arc::clone(&desk));
    let answering = Arc::new(Answering::new(bot.clone(), Arc::clone(&post), Arc::clone(&desk), replies));
    let lanes = Lanes::new(move |heard| {
        let answering = Arc::clone(&answering);
        async move { answering.take(heard).await }
    });
    let mut poll = Poll::default();
    let mut menu_is_set = false;
    let listening = async {
        loop {
            if !menu_is_set {
                menu_is_set = menu::set(post.wire(), desk.as_ref()).await?;
            }
            for update in poll.next(post.wire(), || desk.may_answer(&bot)).await? {
                if let Some(heard) = heard::read(update, &name) {
                    lanes.push(heard).await;
                }
            }
        }
    };
    let ended = until(&stop, listening).await;
    let confirmed = async {
        if desk.may_answer(&bot) {
            poll.confirm(post.wire()).await;
        }
    };
    let drained = async { tokio::join!(confirmed, lanes.drain()) };
    if tokio::time::timeout(DRAIN, drained).await.is_err() {
        tracing::warn!("some replies on Telegram were not finished in time");
    }
    ended.unwrap_or(Ok(()))
}

/// The bot's own name, which tells its commands from other bots'. Asks until it is answered.
async fn introduce(post: &Post) -> Result<String, SendError> {
    let mut backoff = Backoff::default();
    loop {
        match post.wire().ask(&GetMe::new(), Duration::ZERO).await {
            Ok(me) => return Ok(me.user.username.unwrap_or_default()),
            Err(error) => backoff.wait("cannot reach Telegram", fatal(error)?).await,
        }
    }
}

/// Lets only those errors through that end the listening.
fn fatal(error: CallError) -> Result<SendError, SendError> {
    match SendError::from(error) {
        error @ SendError::Fatal { .. } => Err(error),
        other => Ok(other),
    }
}

async fn until<T>(stop: &CancellationToken, work: impl Future<Output = T>) -> Option<T> {
    stop.run_until_cancelled(work).await
}
