//! The long poll.

use std::time::Duration;

use platform::SendError;
use teloxide::payloads::{GetUpdates, GetUpdatesSetters};
use teloxide::types::{AllowedUpdate, Update};

use super::fatal;
use crate::error::CallError;
use crate::wire::Wire;

/// How long the service keeps a poll open. A dead connection is noticed after this and the usual time-out.
const PATIENCE: Duration = Duration::from_secs(20);
/// The first wait after a failure; each further one doubles it.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest wait after a failure.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Where we are in the stream of updates.
#[derive(Debug, Default)]
pub(super) struct Poll {
    offset: Option<i32>,
    backoff: Backoff,
}

impl Poll {
    /// The next updates; waits for them, through any failure of the network or the service. Once another process
    /// listens (`ours` says so) nothing comes any more: asking would cut that one off, and what has come in and is not
    /// confirmed comes to it too.
    ///
    /// # Errors
    /// The service refuses the bot's token.
    pub(super) async fn next(&mut self, wire: &Wire, ours: impl Fn() -> bool) -> Result<Vec<Update>, SendError> {
        while ours() {
            let mut ask = GetUpdates::new().timeout(u32::try_from(PATIENCE.as_secs()).unwrap_or(0)).allowed_updates([
                AllowedUpdate::Message,
                AllowedUpdate::ChannelPost,
                AllowedUpdate::CallbackQuery,
                AllowedUpdate::MyChatMember,
            ]);
            ask.offset = self.offset;
            match wire.ask(&ask, PATIENCE).await {
                Ok(_) if !ours() => break,
                Ok(updates) => {
                    self.backoff.end();
                    // Asking for what follows the last one tells the service that these have arrived.
                    self.offset = updates.last().map(|update| update.id.as_offset()).or(self.offset);
                    return Ok(updates);
                }
                Err(CallError::Refused(refusal)) if refusal.status == 409 => {
                    let hint = "another program listens with the same token; stop one of them";
                    self.backoff.wait(hint, SendError::Transient { why: refusal.description }).await;
                }
                Err(error) => self.backoff.wait("cannot listen on Telegram", fatal(error)?).await,
            }
        }
        std::future::pending().await
    }

    /// Tells the service that everything so far has arrived, so that whoever listens next does not get it again.
    pub(super) async fn confirm(&self, wire: &Wire) {
        let Some(offset) = self.offset else { return };
        let ask = GetUpdates::new().offset(offset).limit(1).timeout(0);
        if let Err(error) = wire.ask(&ask, Duration::ZERO).await {
            tracing::debug!(error = %SendError::from(error), "the last updates were not confirmed; they come again");
        }
    }
}

/// Waits that grow while something keeps failing. Says so once, and once more when it is over.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Waits after a failure.
    pub(super) async fn wait(&mut self, what: &str, error: SendError) {
        if self.failures == 0 {
            tracing::warn!(%error, "{what}; trying again");
        }
        let grown = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST_WAIT);
        self.failures += 1;
        let wait = match error {
            SendError::RateLimited { retry_after, .. } => retry_after,
            _ => grown,
        };
        tokio::time::sleep(wait).await;
    }

    fn end(&mut self) {
        if std::mem::take(&mut self.failures) > 0 {
            tracing::info!("listening on Telegram again");
        }
    }
}
