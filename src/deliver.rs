//! The worker: claim → send → record. It formats nothing and waits for nobody: what cannot go now is a later
//! `due_at` of that one row.
//!
//! - [`lane`]: one bot's way: what it claims, and `attempt`: how one claimed message is sent.
//! - `deeds`: what is asked of the platform: to send, to edit or to delete.
//! - [`judge`]: what to do about a message that did not go out (pure).
//! - `learnt`: how plain a refused message must be.
//! - `health`: whether so much fails that it is better to pause.
//! - `turnstile`: lets messages out no faster than the pace.
//! - [`record`]: writes down what became of claimed messages, as often as it takes.
//! - [`shelf`]: renditions and pictures at hand.
//! - [`running`]: the loops.
//!
//! A crash at any point leaves rows in `sending`. When no request of theirs can last any longer they are taken over and
//! judged like a message without an answer.

mod attempt;
mod deeds;
mod health;
pub mod judge;
pub mod lane;
mod learnt;
pub mod record;
mod running;
pub mod shelf;
pub mod since;
mod turnstile;

use std::{ops::AddAssign, sync::Arc, time::Duration};

use futures::future::join_all;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    config::{Config, OnUncertain},
    platforms::Platforms,
    store,
};
use lane::Lane;
use record::Recorder;
use shelf::Shelf;

/// How the worker works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long one call to a platform may take.
    pub send_timeout: Duration,
    /// What becomes of a message that may or may not have arrived, where the platform cannot drop a second copy.
    pub on_uncertain: OnUncertain,
}

impl From<&Config> for Settings {
    fn from(config: &Config) -> Self {
        Self { send_timeout: config.send_timeout, on_uncertain: config.on_uncertain }
    }
}

impl Settings {
    /// After this long a claim's worker is dead: three times what a call can last, and never less than that and the
    /// time that a worker may take to begin it.
    #[must_use]
    pub fn claim_lasts(&self) -> Duration {
        3 * self.send_timeout
    }
}

/// What a step came to, in messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Accepted by the platform.
    pub sent: u64,
    /// Left uncertain.
    pub uncertain: u64,
    /// To be tried again.
    pub again: u64,
    /// Given up, and their deliveries with them.
    pub failed: u64,
    /// Nobody waits for them any more.
    pub cancelled: u64,
    /// Taken over by another worker meanwhile; nothing was changed.
    pub lost: u64,
}

impl AddAssign for Delivered {
    fn add_assign(&mut self, other: Self) {
        self.sent += other.sent;
        self.uncertain += other.uncertain;
        self.again += other.again;
        self.failed += other.failed;
        self.cancelled += other.cancelled;
        self.lost += other.lost;
    }
}

/// Sends what the outbox holds. Any number may work on one database.
pub struct Worker {
    db: PgPool,
    platforms: Platforms,
    clock: Arc<dyn Clock>,
    settings: Settings,
    /// Another one in every process and at every start: marks and claims are told apart by it.
    name: Arc<str>,
    shelf: Arc<Shelf>,
    recorder: Arc<Recorder>,
}

impl Worker {
    /// A worker for these bots.
    #[must_use]
    pub fn new(db: PgPool, platforms: Platforms, clock: Arc<dyn Clock>, settings: Settings) -> Self {
        let name: Arc<str> = format!("{}-{:016x}", std::process::id(), rand::random::<u64>()).into();
        Self {
            shelf: Arc::new(Shelf::new(db.clone())),
            recorder: Arc::new(Recorder::new(db.clone(), name.clone())),
            db,
            platforms,
            clock,
            settings,
            name,
        }
    }

    /// Works until `stop`, then claims no more, finishes what is in flight, and returns: within eight seconds.
    /// Survives a database that goes away: it keeps what became of the messages, and claims nothing until that is written.
    ///
    /// # Errors
    /// None that it knows of; a loop that ends unasked is one.
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        running::run(&self, stop).await
    }

    /// One round: takes over what dead workers left, sends one claim of each bot, waits for the answers, records them, and
    /// finishes publications. Tests call it until nothing is left.
    ///
    /// # Errors
    /// The database's.
    pub async fn step(&self) -> sqlx::Result<Delivered> {
        let mut delivered = Delivered::default();
        self.let_follow().await?;
        for lane in self.lanes().await? {
            delivered += self.recorder.write(&lane.take_over().await?).await?;
            let claimed = lane.claim(store::deliveries::claim::MOST).await?;
            let outcomes = join_all(claimed.claims.into_iter().map(|claim| lane.send(claim, claimed.since))).await;
            delivered += self.recorder.write(&outcomes).await?;
        }
        store::publications::control::cancel_some(&self.db).await?;
        store::publications::finish(&self.db).await?;
        Ok(delivered)
    }

    /// Lets corrections and recalls go on where what they follow has ended.
    pub(crate) async fn let_follow(&self) -> sqlx::Result<()> {
        store::deliveries::follow::cut_short(&self.db).await?;
        store::deliveries::follow::release(&self.db).await?;
        Ok(())
    }

    /// One lane for each bot, which is made known if it was not.
    ///
    /// # Errors
    /// The database's.
    pub async fn lanes(&self) -> sqlx::Result<Vec<Lane>> {
        let mut lanes = Vec::new();
        for bot in self.platforms.bots() {
            let id = match store::bots::id(&self.db, bot.key()).await? {
                Some(id) => id,
                None => store::bots::register(&self.db, bot.key(), bot.pace()).await?,
            };
            lanes.push(Lane::new(self, bot.clone(), id));
        }
        Ok(lanes)
    }
}
