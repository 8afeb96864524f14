//! One bot's way: what it claims, and how one claimed message is sent.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use platform::{ChatKind, Dialect, MessageId, Platform, SendError};
use sqlx::PgPool;
use tokio::time::Instant;

use super::{
    Settings, Worker, deeds,
    judge::{self, History, Policy, Verdict},
    shelf::Shelf,
    since::Since,
    turnstile::Turnstile,
};
use crate::{
    clock::Clock,
    crash::{self, Point},
    platforms,
    publish::steps::Step,
    store::deliveries::{
        Claim,
        claim::{self, Claimant},
    },
};

/// One bot, as the worker uses it.
#[derive(Clone)]
pub struct Lane {
    db: PgPool,
    pub(super) bot: Arc<dyn Platform>,
    pub(super) dialect: Option<&'static dyn Dialect>,
    /// The bot's row.
    pub id: i32,
    worker: Arc<str>,
    pub(super) shelf: Arc<Shelf>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) settings: Settings,
    turn: Arc<AtomicI64>,
    turnstile: Arc<Turnstile>,
}

/// What was claimed in one go.
#[derive(Clone, Debug)]
pub struct Batch {
    /// To be sent now.
    pub claims: Vec<Claim>,
    /// When the bot may send its next message; `None` when nothing was claimed.
    pub next_turn: Option<Duration>,
    /// Just before the claim was made.
    pub since: Since,
}

/// What became of one claimed message.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The claim.
    pub claim: Claim,
    /// The bot's row.
    pub bot: i32,
    /// The message's id, or what to do.
    pub what: Result<MessageId, Verdict>,
    /// Its place among the reader's messages, from 0.
    pub place: usize,
    /// Whether it was the rendition's last.
    pub last: bool,
    /// How long the chat must be left alone after a message.
    pub interval: Duration,
}

impl Lane {
    pub(super) fn new(worker: &Worker, bot: Arc<dyn Platform>, id: i32) -> Self {
        let mut seed = DefaultHasher::new();
        worker.name.hash(&mut seed);
        Self {
            db: worker.db.clone(),
            turnstile: Arc::new(Turnstile::new()),
            dialect: platforms::dialect(bot.key().platform),
            bot,
            id,
            worker: worker.name.clone(),
            shelf: worker.shelf.clone(),
            clock: worker.clock.clone(),
            settings: worker.settings.clone(),
            turn: Arc::new(AtomicI64::new(seed.finish().cast_signed())),
        }
    }

    /// The time between two messages of this bot.
    #[must_use]
    pub fn beat(&self) -> Duration {
        Duration::from_secs_f64(1.0 / self.bot.pace().per_second)
    }

    /// Claims what is due and allowed now, at most `room` messages.
    ///
    /// # Errors
    /// The database's; then nothing was claimed, or it is taken over later.
    pub async fn claim(&self, room: i32) -> sqlx::Result<Batch> {
        let since = Since::now(&*self.clock);
        let claimant = Claimant {
            worker: &self.worker,
            bot: self.id,
            room,
            intervals: [ChatKind::Private, ChatKind::Group, ChatKind::Channel].map(|kind| self.bot.chat_interval(kind)),
            turn: self.turn.fetch_add(1, Ordering::Relaxed),
        };
        let mut claimed = claim::claim(&self.db, &claimant).await?;
        if !claimed.claims.is_empty() {
            crash::point(Point::AfterClaim);
            let way = self.turnstile.way(since.plus(Duration::ZERO), claimed.clock);
            claimed.claims.iter_mut().for_each(|claim| claim.wait += way);
        }
        Ok(Batch { claims: claimed.claims, next_turn: claimed.next_turn, since })
    }

    /// Takes over what dead workers left on its way, and judges it like a message without an answer.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_over(&self) -> sqlx::Result<Vec<Outcome>> {
        let lasts = self.settings.claim_lasts();
        let mut outcomes = Vec::new();
        for claim in claim::take_over(&self.db, &self.worker, self.id, lasts).await? {
            crash::point(Point::InTakeOver);
            let steps = self.shelf.steps(claim.rendition).await?;
            let error = SendError::Unknown { why: "the process that sent it ended before it could say".into() };
            let deed = step(&claim, &steps).map(|step| step.deed(&claim.ids, claim.redo.is_some()));
            let error = deed.map_or(error.clone(), |deed| deeds::judged(deed, error));
            let verdict = judge::judge(&error, &history(&claim), &self.policy(), jitter(&claim));
            outcomes.push(self.outcome(claim, Err(verdict), &steps));
        }
        Ok(outcomes)
    }

    /// Sends one claimed message when its turn has come, and says what became of it.
    pub async fn send(&self, claim: Claim, since: Since) -> Outcome {
        tokio::time::sleep_until(since.plus(claim.wait)).await;
        tokio::time::sleep_until(self.turnstile.place(Instant::now(), claim.apart)).await;
        let (what, steps) = self.try_send(&claim, since).await;
        self.outcome(claim, what, &steps)
    }

    pub(super) fn policy(&self) -> Policy {
        Policy {
            on_uncertain: self.settings.on_uncertain,
            drops_copies_for: self.bot.drops_copies_for(),
            can_look_back: self.bot.can_look_back(),
        }
    }

    fn outcome(&self, claim: Claim, what: Result<MessageId, Verdict>, steps: &[Step]) -> Outcome {
        let last = match claim.redo {
            Some(left) => left <= 1,
            None => usize::try_from(claim.message).is_ok_and(|at| at + 1 >= steps.len()),
        };
        let place = step(&claim, steps).map_or(0, |step| step.place);
        let interval = self.bot.chat_interval(claim.kind);
        Outcome { claim, bot: self.id, what, place, last, interval }
    }
}

/// What is claimed.
pub(super) fn step<'a>(claim: &Claim, steps: &'a [Step]) -> Option<&'a Step> {
    usize::try_from(claim.message).ok().and_then(|at| steps.get(at))
}

pub(super) fn history(claim: &Claim) -> History {
    let attempts = u32::from(claim.attempts.unsigned_abs());
    History { attempts, doubt: claim.doubt, age: claim.age, plainer: None }
}

/// The same for the same try, different for everybody else: chance enough, and a step gives what it gave before.
pub(super) fn jitter(claim: &Claim) -> f64 {
    let mut hasher = DefaultHasher::new();
    (claim.publication, claim.subscriber, claim.message, claim.attempts).hash(&mut hasher);
    // 53 bits are what a f64 holds exactly.
    #[allow(clippy::cast_precision_loss, reason = "53 bits fit")]
    let fraction = (hasher.finish() >> 11) as f64 / (1_u64 << 53) as f64;
    fraction
}
