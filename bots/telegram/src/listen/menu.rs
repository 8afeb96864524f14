//! The command menu that Telegram shows beside the input line.

use std::time::Duration;

use platform::{Desk, Language, SendError};
use teloxide::payloads::{SetMyCommands, SetMyCommandsSetters};
use teloxide::types::BotCommand;

use super::fatal;
use crate::wire::Wire;

/// Characters of a command's description.
const MAX_SUMMARY: usize = 256;

/// Sets the menu for everybody and for each language; says whether that is settled. Admins' commands are left out:
/// Telegram shows one menu to all.
///
/// # Errors
/// The service refuses the bot's token.
pub(super) async fn set(wire: &Wire, desk: &dyn Desk) -> Result<bool, SendError> {
    for language in std::iter::once(None).chain(Language::ALL.map(Some)) {
        let entries = desk.menu(language).into_iter().filter(|entry| !entry.admin_only);
        let commands = entries
            .map(|entry| BotCommand::new(entry.name, entry.summary.chars().take(MAX_SUMMARY).collect::<String>()));
        let mut ask = SetMyCommands::new(commands);
        if let Some(language) = language {
            ask = ask.language_code(language.code());
        }
        if let Err(error) = wire.ask(&ask, Duration::ZERO).await {
            let error = fatal(error)?;
            if let SendError::Refused { .. } = error {
                // The same menu would be refused again.
                tracing::warn!(%error, "the command menu was refused");
                continue;
            }
            tracing::warn!(%error, "the command menu was not set; trying again later");
            return Ok(false);
        }
    }
    Ok(true)
}
