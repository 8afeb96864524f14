//! The message under which an admin confirmed a broadcast: it shows how the broadcast goes, and at last how it went.
//!
//! Where the message is and what it shows stand with the publication, so any process goes on with it after a restart.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use platform::{BotKey, Language, SendError};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use super::{broadcast, control};
use crate::{
    clock::Clock,
    platforms::{self, Platforms},
    store::{
        confirmations,
        publications::figures::{self, Watched},
    },
    wording::{Going, Progress as Words, wording},
};

/// How often the counts are looked at: a platform takes far more edits a minute, and no person reads faster.
const PERIOD: Duration = Duration::from_secs(3);

/// A press is answered by its own edit of the message; the first of ours waits until that has surely arrived.
const SETTLED: TimeDelta = TimeDelta::seconds(2);

/// After this long a confirmed broadcast without a publication is one whose process ended in between.
const CUT_SHORT: TimeDelta = TimeDelta::seconds(30);

/// Keeps the messages up to date.
pub struct Progress {
    db: PgPool,
    platforms: Platforms,
    clock: Arc<dyn Clock>,
    /// Publications whose message may not be edited before that instant.
    not_before: HashMap<i64, DateTime<Utc>>,
}

/// Keeps the messages up to date until `stop`.
///
/// # Errors
/// None so far: what fails is logged and tried again.
pub async fn run(
    db: PgPool,
    platforms: Platforms,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let mut progress = Progress::new(db, platforms, clock);
    while stop.run_until_cancelled(tokio::time::sleep(PERIOD)).await.is_some() {
        if let Err(error) = progress.step().await {
            tracing::error!("the progress of broadcasts cannot be shown: {error:#}");
        }
    }
    Ok(())
}

impl Progress {
    /// For the broadcasts in this database that were confirmed through these bots.
    #[must_use]
    pub fn new(db: PgPool, platforms: Platforms, clock: Arc<dyn Clock>) -> Self {
        Self { db, platforms, clock, not_before: HashMap::new() }
    }

    /// Publishes what a crash cut short and edits every message that is out of date; gives how many were edited.
    ///
    /// # Errors
    /// When the database fails. What a platform refuses is logged, and tried again if that can help.
    pub async fn step(&mut self) -> anyhow::Result<usize> {
        let now = self.clock.now();
        self.not_before.retain(|_, until| *until > now);
        for cut in confirmations::cut_short(&self.db, now - CUT_SHORT).await? {
            if let Err(error) = broadcast::publish(&self.db, &self.platforms, &cut, now).await {
                tracing::error!("a confirmed broadcast cannot be published; it is tried again: {error:#}");
            }
        }
        let mut edited = 0;
        for watched in figures::watched(&self.db, now - SETTLED).await? {
            if !self.not_before.contains_key(&watched.publication) && self.show(&watched, now).await? {
                edited += 1;
            }
        }
        Ok(edited)
    }

    async fn show(&mut self, watched: &Watched, now: DateTime<Utc>) -> anyhow::Result<bool> {
        // Only the process that runs this bot can edit its messages.
        let Some(adapter) = platforms::adapter(&watched.platform) else { return Ok(false) };
        let key = BotKey { platform: adapter.name, account: watched.account.clone() };
        let Some(bot) = self.platforms.bot(&key) else { return Ok(false) };

        let Some(progress) = figures::progress(&self.db, watched.publication).await? else { return Ok(false) };
        let language = Language::from_code(&watched.language).unwrap_or_default();
        let texts = wording(language);
        let say = if watched.recalls { texts.recalls.progress } else { texts.progress };
        let text = say(&words(&progress, now));
        let last = matches!(progress.state.as_str(), "done" | "cancelled");
        let old = watched.shown.as_deref();
        // The last text is noted only after it is shown: better twice than never.
        if !last && (old == Some(&text) || !figures::set_shown(&self.db, watched.publication, old, Some(&text)).await?)
        {
            return Ok(false);
        }
        let note = adapter.dialect.note(&text, &control::beside(texts, watched.publication, &progress.state));
        match bot.edit(&watched.chat, &watched.message, &note).await {
            Ok(()) => {}
            Err(error @ (SendError::RateLimited { .. } | SendError::Transient { .. } | SendError::Unknown { .. })) => {
                tracing::debug!(publication = watched.publication, "a broadcast's progress waits: {error}");
                if let SendError::RateLimited { retry_after, .. } = error {
                    let wait = TimeDelta::from_std(retry_after).unwrap_or(TimeDelta::hours(1));
                    self.not_before.insert(watched.publication, now + wait);
                }
                if !last {
                    figures::set_shown(&self.db, watched.publication, Some(&text), old).await?;
                }
                return Ok(false);
            }
            // The message was deleted, or shows this text already. The broadcast itself goes on all the same.
            Err(error) => {
                tracing::info!(publication = watched.publication, "a progress message was not edited: {error}");
            }
        }
        if last {
            figures::unwatch(&self.db, watched.publication).await?;
        }
        Ok(true)
    }
}

fn words(progress: &figures::Progress, now: DateTime<Utc>) -> Words {
    let going = match progress.state.as_str() {
        "paused" => Going::Paused,
        "quarantined" => Going::Refused,
        "cancelled" => Going::Cancelled,
        "done" => Going::Done(progress.finished_at.unwrap_or(now) - progress.published_at),
        _ => Going::On,
    };
    // Whoever may not have it is counted once. Whoever left meanwhile will never have it; whoever an admin spared is
    // nobody's loss.
    let left = if going == Going::Cancelled { 0 } else { progress.cancelled };
    Words {
        going,
        audience: progress.audience,
        delivered: (progress.delivered - progress.uncertain).max(0),
        failed: progress.failed + left,
        uncertain: progress.uncertain,
    }
}
