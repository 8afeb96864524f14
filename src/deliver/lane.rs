//! One bot's way: what it claims, and how one claimed message is sent.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use platform::{ChatKind, MessageId, Platform, SendError, SendKey};
use sqlx::PgPool;
use tokio::time::Instant;

use super::{
    Settings, Worker,
    judge::{self, History, Policy, Verdict},
    shelf::Shelf,
};
use crate::{
    clock::Clock,
    store::deliveries::{
        Claim,
        claim::{self, Claimant},
        mark::{Again, Doubt, Ending},
    },
};

/// A claim that has not been sent after this long goes back: its worker was paused, and another may soon take it over.
const FRESH_FOR: Duration = Duration::from_secs(5);

/// One bot, as the worker uses it.
#[derive(Clone)]
pub struct Lane {
    db: PgPool,
    bot: Arc<dyn Platform>,
    /// The bot's row.
    pub id: i32,
    worker: Arc<str>,
    shelf: Arc<Shelf>,
    clock: Arc<dyn Clock>,
    settings: Settings,
    turn: Arc<AtomicI64>,
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

/// An instant on two clocks: one that nobody can set, and one that goes on while the machine sleeps.
#[derive(Clone, Copy, Debug)]
pub struct Since {
    steady: Instant,
    wall: DateTime<Utc>,
}

impl Since {
    fn now(clock: &dyn Clock) -> Self {
        Self { steady: Instant::now(), wall: clock.now() }
    }

    fn elapsed(self, clock: &dyn Clock) -> Duration {
        let wall = (clock.now() - self.wall).to_std().unwrap_or_default();
        self.steady.elapsed().max(wall)
    }
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
        let claimed = claim::claim(&self.db, &claimant).await?;
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
            let messages = self.shelf.messages(claim.rendition).await?;
            let error = SendError::Unknown { why: "the process that sent it ended before it could say".into() };
            let verdict = judge::judge(&error, &history(&claim), &self.policy(), jitter(&claim));
            outcomes.push(self.outcome(claim, Err(verdict), messages.len()));
        }
        Ok(outcomes)
    }

    /// Sends one claimed message, and says what became of it.
    pub async fn send(&self, claim: Claim, since: Since) -> Outcome {
        let (what, of) = self.try_send(&claim, since).await;
        self.outcome(claim, what, of)
    }

    async fn try_send(&self, claim: &Claim, since: Since) -> (Result<MessageId, Verdict>, usize) {
        let messages = match self.shelf.messages(claim.rendition).await {
            Ok(messages) => messages,
            Err(error) => return (Err(unread(&error)), 0),
        };
        let what = match usize::try_from(claim.message).ok().and_then(|at| messages.get(at)) {
            _ if claim.ended => Err(Verdict::End { ending: Ending::Cancelled, why: "the chat has ended".into() }),
            _ if judge::too_late(&history(claim), &self.policy()) => {
                Err(Verdict::Hold { why: "nobody knows whether it arrived, and it is too late to try again".into() })
            }
            Some(message) => self.post(claim, message, since).await,
            // Only a database that was edited by hand holds such a row.
            None => Err(Verdict::End { ending: Ending::Refused, why: "there is no such message".into() }),
        };
        (what, messages.len())
    }

    async fn post(&self, claim: &Claim, message: &platform::Message, since: Since) -> Result<MessageId, Verdict> {
        let outgoing = self.shelf.outgoing(self.id, message).await.map_err(|error| unread(&error))?;
        let key = SendKey(format!("{}/{}/{}", claim.publication, claim.subscriber, claim.message));
        if since.elapsed(&*self.clock) > FRESH_FOR {
            return Err(put_back("its worker was paused before it could send", Duration::ZERO));
        }
        let call = self.bot.send(&claim.chat, &outgoing, &key);
        let answer = tokio::time::timeout(self.settings.send_timeout, call).await.unwrap_or_else(|_| {
            Err(SendError::Unknown { why: format!("no answer within {:?}", self.settings.send_timeout) })
        });
        match answer {
            Ok(sent) => {
                if let Err(error) = self.shelf.remember(self.id, &sent.uploaded).await {
                    tracing::warn!(%error, "an upload's id was not kept; the other processes upload the picture again");
                }
                Ok(sent.id)
            }
            Err(error) => Err(judge::judge(&error, &history(claim), &self.policy(), jitter(claim))),
        }
    }

    fn policy(&self) -> Policy {
        Policy { on_uncertain: self.settings.on_uncertain, drops_copies_for: self.bot.drops_copies_for() }
    }

    fn outcome(&self, claim: Claim, what: Result<MessageId, Verdict>, of: usize) -> Outcome {
        let last = usize::try_from(claim.message).is_ok_and(|at| at + 1 >= of);
        let interval = self.bot.chat_interval(claim.kind);
        Outcome { claim, bot: self.id, what, last, interval }
    }
}

fn history(claim: &Claim) -> History {
    History { attempts: u32::from(claim.attempts.unsigned_abs()), doubt: claim.doubt, age: claim.age }
}

/// A message that was certainly not sent, through no fault of its own.
fn put_back(why: &str, after: Duration) -> Verdict {
    Verdict::Again(Again { after, counted: false, doubt: Doubt::None, quiet: false, why: why.to_owned() })
}

fn unread(error: &sqlx::Error) -> Verdict {
    put_back(&format!("its text or picture could not be read from the database: {error}"), Duration::from_secs(1))
}

/// The same for the same try, different for everybody else: chance enough, and a step gives what it gave before.
fn jitter(claim: &Claim) -> f64 {
    let mut hasher = DefaultHasher::new();
    (claim.publication, claim.subscriber, claim.message, claim.attempts).hash(&mut hasher);
    // 53 bits are what a f64 holds exactly.
    #[allow(clippy::cast_precision_loss, reason = "53 bits fit")]
    let fraction = (hasher.finish() >> 11) as f64 / (1_u64 << 53) as f64;
    fraction
}
