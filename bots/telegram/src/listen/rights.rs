//! Who may decide for a chat.

use std::time::Duration;

use platform::{BadCommand, Chat, ChatKind, Command};
use teloxide::payloads::GetChatMember;
use teloxide::types::{ChatId, Recipient};

use super::heard::Speaker;
use crate::wire::Wire;

/// Whether the speaker may decide for the chat. The service is asked only when the command decides something.
pub(super) async fn may_decide(
    wire: &Wire,
    chat: &Chat,
    speaker: &Speaker,
    command: &Result<Command, BadCommand>,
) -> bool {
    if chat.kind == ChatKind::Private {
        return true;
    }
    // Who speaks as the chat is its administrator.
    let Some(user) = speaker.number else { return true };
    if !matches!(command, Ok(Command::Start { .. } | Command::Stop { .. } | Command::Time(_) | Command::Layout { .. }))
    {
        return false;
    }
    let Some(id) = chat.id.0.split('/').next().and_then(|id| id.parse().ok()) else { return false };
    let ask = GetChatMember::new(Recipient::Id(ChatId(id)), user);
    match wire.ask(&ask, Duration::ZERO).await {
        Ok(member) => member.kind.is_privileged(),
        Err(error) => {
            tracing::warn!(error = %platform::SendError::from(error), chat = %chat.id, "cannot tell who may decide");
            false
        }
    }
}
