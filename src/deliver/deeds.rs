//! What a claimed step comes to on the platform: a message sent, edited or deleted.

use platform::{Amended, ChatId, MessageId, Outgoing, Platform, SendError, SendKey, Sent, Uploaded};

use crate::publish::steps::{Act, DELETED, Deed, Step};

/// Carries a step out, and gives what the reader's message is called then. A message that its reader deleted is left
/// alone, and so is one that the platform no longer lets be changed.
///
/// # Errors
/// The platform's.
pub(super) async fn carry_out(
    bot: &dyn Platform,
    chat: &ChatId,
    deed: Deed<'_>,
    step: &Step,
    outgoing: &Outgoing,
    key: &SendKey,
) -> Result<Sent, SendError> {
    match deed {
        Deed::Send(None) => bot.send(chat, outgoing, key).await,
        Deed::Send(Some(to)) => bot.reply(chat, &MessageId(to.to_owned()), outgoing, key).await,
        Deed::Edit(id) => {
            let id = MessageId(id.to_owned());
            let amended = bot.amend(chat, &id, outgoing, step.act == Act::Reword).await?;
            Ok(kept(id, amended, chat))
        }
        Deed::Delete(id) => {
            let id = MessageId(id.to_owned());
            match bot.delete(chat, &id).await? {
                Amended::Done(_) | Amended::Missing => Ok(named(DELETED)),
                // Too old to be deleted: it is struck through.
                Amended::Barred => {
                    let amended = bot.amend(chat, &id, outgoing, true).await?;
                    Ok(kept(id, amended, chat))
                }
            }
        }
        Deed::Nothing(id) => Ok(named(id)),
    }
}

/// An edit or deletion without an answer is simply tried again, since the second one changes nothing. Only what is sent
/// may be doubled.
#[must_use]
pub(super) fn judged(deed: Deed<'_>, error: SendError) -> SendError {
    match (deed, error) {
        (Deed::Edit(_) | Deed::Delete(_) | Deed::Nothing(_), SendError::Unknown { why }) => {
            SendError::Transient { why }
        }
        (_, error) => error,
    }
}

fn kept(id: MessageId, amended: Amended, chat: &ChatId) -> Sent {
    let uploaded: Vec<Uploaded> = match amended {
        Amended::Done(uploaded) => uploaded,
        Amended::Missing | Amended::Barred => {
            tracing::debug!(%chat, message = id.0, ?amended, "a message was left as it is");
            Vec::new()
        }
    };
    Sent { id, uploaded }
}

fn named(id: &str) -> Sent {
    Sent { id: MessageId(id.to_owned()), uploaded: Vec::new() }
}
