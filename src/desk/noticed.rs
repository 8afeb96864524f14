//! What happens to a chat without a command: the bot is added, removed, or the chat moves.

use platform::{BotKey, Chat, ChatEvent, ChatKind, Reply};

use super::{FrontDesk, start, visit::Visit};
use crate::store::{feeds::all_declared, subscribers, subscriptions};

pub(super) async fn noticed(desk: &FrontDesk, bot: &BotKey, chat: &Chat, event: ChatEvent) -> anyhow::Result<Reply> {
    let visit = Visit::begin(desk, bot, chat, None).await?;
    match (event, &visit.subscriber) {
        (ChatEvent::Added, _) => added(&visit).await,
        (ChatEvent::Removed(word), Some(subscriber)) => {
            subscribers::end(&desk.db, subscriber.id, &word, visit.now).await?;
            Ok(Reply::default())
        }
        (ChatEvent::Removed(_), None) => Ok(Reply::default()),
        (ChatEvent::Moved(to), _) => {
            subscribers::moved(&desk.db, visit.bot, &chat.id, &to, visit.now).await?;
            Ok(Reply::default())
        }
    }
}

/// The bot may post here now. A channel that is new to us is subscribed at once: nobody can type a command there, and
/// whoever adds us wants digests. A chat that we know receives what it received before, so a mere change of our rights
/// neither greets again nor undoes a `/stop`. A reader who unblocks us says `/start` when ready.
async fn added(visit: &Visit<'_>) -> anyhow::Result<Reply> {
    let db = &visit.desk.db;
    if visit.chat.kind == ChatKind::Private {
        return Ok(Reply::default());
    }
    let back = match &visit.subscriber {
        Some(subscriber) if subscriber.ended_at.is_none() => return Ok(Reply::default()),
        other => other.is_some(),
    };
    let subscriber = subscribers::ensure(db, visit.bot, visit.chat, visit.language, visit.now).await?;
    let declared = all_declared(db).await?;
    if visit.chat.kind == ChatKind::Channel
        && !back
        && let Some(first) = declared.first()
    {
        subscriptions::add(db, subscriber.id, first.id, visit.now).await?;
        return start::welcome(visit, first, true, None).await;
    }
    let received = subscriptions::of(db, subscriber.id).await?;
    match declared.iter().find(|feed| received.iter().any(|one| one.feed == feed.id)) {
        Some(feed) => start::welcome(visit, feed, true, visit.hour(feed.zone)).await,
        None => Ok(visit.say(visit.texts.greeting)),
    }
}
