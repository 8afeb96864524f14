//! Writes down what became of claimed messages, as often as it takes.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::{
    Delivered,
    health::Health,
    judge::{self, BOT_REFUSED, Verdict},
    lane::Outcome,
};
use crate::crash::{self, Point};
use crate::store::{
    self, bots,
    deliveries::Claim,
    deliveries::mark::{self, Again, Doubt, Ending, Passed},
    publications::{
        self,
        control::{self, Changed},
    },
    subscribers,
};

/// How long to wait before a write is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// Writes outcomes.
#[derive(Debug)]
pub struct Recorder {
    db: PgPool,
    worker: Arc<str>,
    behind: AtomicBool,
    health: Mutex<Health>,
}

impl Recorder {
    /// For this worker.
    #[must_use]
    pub fn new(db: PgPool, worker: Arc<str>) -> Self {
        Self { db, worker, behind: AtomicBool::new(false), health: Mutex::default() }
    }

    /// Whether something is kept here that could not be written yet. Nothing must be claimed meanwhile.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.behind.load(Ordering::Relaxed)
    }

    /// Writes the outcomes, trying until it is done. To write twice what was written already changes nothing.
    pub async fn write_in_the_end(&self, outcomes: &[Outcome]) -> Delivered {
        loop {
            match self.write(outcomes).await {
                Ok(delivered) => {
                    if self.behind.swap(false, Ordering::Relaxed) {
                        tracing::info!("the database is back: what was sent meanwhile is written");
                    }
                    return delivered;
                }
                // What the database will never take must not hold up the others, so it is looked for by halves.
                Err(error) if store::is_unwritable(&error) => {
                    if let [outcome] = outcomes {
                        let Claim { publication, subscriber, .. } = outcome.claim;
                        tracing::error!(%error, publication, subscriber, "cannot be written; uncertain when its claim ends");
                        return Delivered { lost: 1, ..Delivered::default() };
                    }
                    let (first, rest) = outcomes.split_at(outcomes.len() / 2);
                    let mut delivered = Box::pin(self.write_in_the_end(first)).await;
                    delivered += Box::pin(self.write_in_the_end(rest)).await;
                    return delivered;
                }
                Err(error) => {
                    if !self.behind.swap(true, Ordering::Relaxed) {
                        tracing::error!(%error, "cannot write what was sent; nothing is claimed until it is written");
                    }
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }

    /// Writes the outcomes.
    ///
    /// # Errors
    /// The database's; then some are written and some are not.
    pub async fn write(&self, outcomes: &[Outcome]) -> sqlx::Result<Delivered> {
        let mut delivered = Delivered::default();
        let passed: Vec<Passed> = outcomes.iter().filter_map(passed).collect();
        if !passed.is_empty() {
            crash::point(Point::BeforeMark);
            let marked = mark::passed(&self.db, &self.worker, &passed).await?;
            let all = count(passed.len());
            let held = count(passed.iter().filter(|one| one.id.is_none()).count());
            delivered.lost += all.saturating_sub(marked);
            delivered.uncertain += held.min(marked);
            delivered.sent += marked.saturating_sub(held);
            for one in passed.iter().filter(|one| one.id.is_some()) {
                self.health().served(one.claim.publication, 1);
            }
        }
        for outcome in outcomes {
            match &outcome.what {
                Ok(_) | Err(Verdict::Hold { .. }) => {}
                Err(verdict) => self.obey(verdict, outcome, &mut delivered).await?,
            }
        }
        if delivered.lost > 0 {
            tracing::warn!(messages = delivered.lost, "their claims had passed to another worker");
        }
        Ok(delivered)
    }

    async fn obey(&self, verdict: &Verdict, outcome: &Outcome, delivered: &mut Delivered) -> sqlx::Result<()> {
        match verdict {
            Verdict::Again(again) => self.again(again, outcome, delivered).await,
            Verdict::Pause { wait, why } => {
                bots::pause_for(&self.db, outcome.bot, *wait).await?;
                self.again(&at_no_cost(*wait, why), outcome, delivered).await
            }
            Verdict::Silence { why } => {
                if bots::freeze(&self.db, outcome.bot, BOT_REFUSED, why).await? {
                    tracing::error!(bot = outcome.bot, %why, "the platform refuses this bot: check its token, then restart");
                }
                self.again(&at_no_cost(Duration::ZERO, why), outcome, delivered).await
            }
            Verdict::StepDown { to, why } => {
                let counted = mark::stepped_down(&self.db, &self.worker, &outcome.claim, *to, why).await?;
                tried_again(counted, delivered);
                Ok(())
            }
            Verdict::Move { to } => {
                self.again(&at_no_cost(Duration::ZERO, "the chat moved"), outcome, delivered).await?;
                subscribers::moved(&self.db, outcome.bot, &outcome.claim.chat, to, at(outcome)).await
            }
            Verdict::End { ending, why } => self.end(*ending, why, outcome, delivered).await,
            Verdict::Hold { .. } => Ok(()),
        }
    }

    /// Holds a publication back because more of its deliveries fail than go well.
    async fn pause(&self, publication: i64, why: &str) -> sqlx::Result<()> {
        let reason = format!("more deliveries fail than go well; the last one: {why}");
        if let Some(Changed::Yes(title)) = control::pause(&self.db, publication, &reason).await? {
            tracing::error!(publication, title, %why, "paused: more deliveries fail than go well. Look into it, then \
                `paperboy resume {publication}` or `paperboy cancel {publication}`");
        }
        Ok(())
    }

    fn health(&self) -> std::sync::MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn again(&self, again: &Again, outcome: &Outcome, delivered: &mut Delivered) -> sqlx::Result<()> {
        let counted = mark::again(&self.db, &self.worker, &outcome.claim, again).await?;
        tried_again(counted, delivered);
        Ok(())
    }

    async fn end(&self, ending: Ending, why: &str, outcome: &Outcome, delivered: &mut Delivered) -> sqlx::Result<()> {
        let claim = &outcome.claim;
        let counted = mark::ended(&self.db, &self.worker, claim, ending, why).await?;
        match (counted, ending) {
            (false, _) => delivered.lost += 1,
            (true, Ending::Cancelled) => delivered.cancelled += 1,
            (true, _) => {
                delivered.failed += 1;
                if self.health().failed(claim.publication) {
                    self.pause(claim.publication, why).await?;
                }
            }
        }
        match ending {
            Ending::Gone | Ending::Suspended => subscribers::end(&self.db, claim.subscriber, why, at(outcome)).await,
            Ending::Refused if counted => {
                let reception = publications::count_refusal(&self.db, claim.publication).await?;
                if judge::is_unfit(reception)
                    && let Some(title) = publications::quarantine(&self.db, claim.publication, why).await?
                {
                    tracing::error!(publication = claim.publication, title, %why,
                        "quarantined: the platforms refuse its messages, so no more of them are sent");
                }
                Ok(())
            }
            Ending::Exhausted => {
                tracing::warn!(publication = claim.publication, subscriber = claim.subscriber, %why, "given up");
                Ok(())
            }
            Ending::Refused | Ending::Cancelled => Ok(()),
        }
    }
}

fn tried_again(counted: bool, delivered: &mut Delivered) {
    if counted {
        delivered.again += 1;
    } else {
        delivered.lost += 1;
    }
}

/// What goes into the one statement for all that are over and done with.
fn passed(outcome: &Outcome) -> Option<Passed> {
    let (id, why) = match &outcome.what {
        Ok(id) => (Some(id.0.clone()), None),
        Err(Verdict::Hold { why }) => (None, Some(why.clone())),
        Err(_) => return None,
    };
    let (claim, place) = (outcome.claim.clone(), i32::try_from(outcome.place).unwrap_or(i32::MAX));
    Some(Passed { claim, place, id, why, last: outcome.last, interval: outcome.interval })
}

fn at_no_cost(after: Duration, why: &str) -> Again {
    Again { after, counted: false, doubt: Doubt::None, quiet: false, why: why.to_owned() }
}

/// When it happened, on the database's clock.
fn at(outcome: &Outcome) -> DateTime<Utc> {
    outcome.claim.claimed_at
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}
