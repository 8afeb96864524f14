//! The loops: one per bot that claims and starts sending, one that records, one that tidies, one that hears of news.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sqlx::postgres::PgListener;
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc},
    time::{Instant, sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Worker,
    judge::Verdict,
    lane::{Lane, Outcome},
    record::Recorder,
};
use crate::store::{self, deliveries::claim::MOST};

/// The longest pause between two looks into an outbox where nothing is due.
const IDLE: Duration = Duration::from_millis(500);
/// The longest pause while something of ours is about to come due.
const EAGER: Duration = Duration::from_millis(50);
/// How far ahead "about to" reaches.
const SOON: Duration = Duration::from_secs(10);
/// At a fast pace, how long turns are let gather before they are claimed together: less than they may be claimed ahead.
const GATHER: Duration = Duration::from_millis(16);
/// Between two writes of what became of messages, which is how many are written together.
const TICK: Duration = Duration::from_millis(8);
/// After the database failed to answer.
const AWAY: Duration = Duration::from_secs(1);
/// Between two looks for what dead workers left and for what is finished.
const TIDY: Duration = Duration::from_secs(1);
/// Nothing is taken over for so long after the database was away: every process that knows what became of its messages
/// has written it by then.
const SETTLE: Duration = Duration::from_secs(3);
/// How long a drain may take: the program has ten seconds for everything.
const DRAIN: Duration = Duration::from_secs(8);
/// Messages of one bot that may be on their way, or not written down yet: a thousand a second for a quarter of one.
const IN_FLIGHT: usize = 256;
/// The most outcomes that are written in one go.
const BATCH: usize = 256;

/// An outcome on its way to the recorder; the place in flight is free once it is written.
type Recorded = (Outcome, OwnedSemaphorePermit);

pub(super) async fn run(worker: &Worker, stop: CancellationToken) -> anyhow::Result<()> {
    let Some(lanes) = lanes(worker, &stop).await else { return Ok(()) };
    let lanes: Vec<Runner> = lanes.into_iter().map(|lane| Runner::new(lane, worker.recorder.clone())).collect();
    let (outcomes, inbox) = mpsc::unbounded_channel();
    let wakes: Vec<_> = lanes.iter().map(|lane| lane.wake.clone()).collect();
    let (sending, tidying) = {
        let outcomes = outcomes;
        let sending = lanes.iter().map(|lane| lane.run(outcomes.clone(), stop.clone())).collect::<Vec<_>>();
        (sending, tidy(worker, &lanes, &stop))
    };
    let working = async {
        // Every sender is dropped with its lane, which ends the recorder.
        tokio::join!(futures::future::join_all(sending), tidying, record(&worker.recorder, &lanes, inbox));
    };
    let bounded = async {
        stop.cancelled().await;
        sleep(DRAIN).await;
    };
    tokio::select! {
        () = working => {}
        () = bounded => tracing::warn!("some messages were still on their way; they are judged at the next start"),
        () = hear(worker, &wakes) => {}
    }
    Ok(())
}

/// The lanes, once the database answers; `None` when it is to stop before that.
async fn lanes(worker: &Worker, stop: &CancellationToken) -> Option<Vec<Lane>> {
    let mut told = false;
    loop {
        match worker.lanes().await {
            Ok(lanes) => return Some(lanes),
            Err(error) if !told => {
                tracing::error!(%error, "cannot read the bots from the database; trying until it answers");
                told = true;
            }
            Err(_) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return None,
            () = sleep(AWAY) => {}
        }
    }
}

/// A lane and what its loop needs.
struct Runner {
    lane: Lane,
    recorder: Arc<Recorder>,
    wake: Arc<Notify>,
    places: Arc<Semaphore>,
    /// Until when something of ours is about to come due.
    eager_until: Mutex<Instant>,
}

impl Runner {
    fn new(lane: Lane, recorder: Arc<Recorder>) -> Self {
        Self {
            lane,
            recorder,
            wake: Arc::default(),
            places: Arc::new(Semaphore::new(IN_FLIGHT)),
            eager_until: Mutex::new(Instant::now()),
        }
    }

    /// Claims and starts sending until `stop`, then waits for what is on its way.
    async fn run(&self, outcomes: mpsc::UnboundedSender<Recorded>, stop: CancellationToken) {
        let sending = TaskTracker::new();
        let mut pause = Duration::ZERO;
        let mut away = false;
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = sleep(pause) => {}
                () = self.wake.notified() => {}
            }
            let room = i32::try_from(self.places.available_permits()).unwrap_or(MOST).min(MOST);
            if room == 0 || self.recorder.is_behind() {
                pause = EAGER;
                continue;
            }
            match self.lane.claim(room).await {
                Ok(batch) => {
                    away = false;
                    let full = batch.claims.len() >= usize::try_from(room).unwrap_or(usize::MAX);
                    let gather = if full { Duration::ZERO } else { self.gather() };
                    pause = batch.next_turn.map_or_else(|| self.longer(pause), |next| next + gather);
                    for claim in batch.claims {
                        // There is room, and nobody else takes these places.
                        let Ok(place) = self.places.clone().try_acquire_owned() else { break };
                        let (lane, since, outcomes) = (self.lane.clone(), batch.since, outcomes.clone());
                        sending.spawn(async move {
                            let outcome = lane.send(claim, since).await;
                            // Fails only when the recorder was cut off at the end of a drain.
                            drop(outcomes.send((outcome, place)));
                        });
                    }
                }
                Err(error) => {
                    if !away {
                        tracing::error!(%error, "cannot claim; trying until the database answers");
                    }
                    away = true;
                    pause = AWAY;
                }
            }
        }
        sending.close();
        sending.wait().await;
    }

    /// How much longer than to its next turn it is worth waiting, so that there are several to claim.
    fn gather(&self) -> Duration {
        if self.lane.beat() * 4 < GATHER { GATHER } else { Duration::ZERO }
    }

    /// Twice the last pause, within bounds.
    fn longer(&self, pause: Duration) -> Duration {
        let eager = *self.eager_until.lock().unwrap_or_else(PoisonError::into_inner) > Instant::now();
        let most = if eager { EAGER } else { IDLE };
        (2 * pause).max(self.lane.beat() / 2).min(most)
    }

    /// Notes that a delivery goes on before long.
    fn expect(&self, outcome: &Outcome) {
        let after = match &outcome.what {
            Err(Verdict::Again(again)) => again.after,
            Ok(_) | Err(Verdict::Hold { .. }) if !outcome.last => outcome.interval,
            Err(Verdict::Move { .. } | Verdict::StepDown { .. }) => outcome.interval,
            _ => return,
        };
        if after <= SOON {
            let until = Instant::now() + after + EAGER;
            let mut eager = self.eager_until.lock().unwrap_or_else(PoisonError::into_inner);
            *eager = until.max(*eager);
        }
    }
}

/// Writes outcomes as they come, several at a time when they come fast.
async fn record(recorder: &Recorder, lanes: &[Runner], mut inbox: mpsc::UnboundedReceiver<Recorded>) {
    let mut batch = Vec::with_capacity(BATCH);
    while inbox.recv_many(&mut batch, BATCH).await > 0 {
        let (outcomes, places): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        recorder.write_in_the_end(&outcomes).await;
        drop(places);
        for outcome in &outcomes {
            lanes.iter().filter(|runner| runner.lane.id == outcome.bot).for_each(|runner| runner.expect(outcome));
        }
        sleep(TICK).await;
    }
}

/// Takes over what dead workers left, and finishes what is finished, until `stop`.
async fn tidy(worker: &Worker, lanes: &[Runner], stop: &CancellationToken) {
    loop {
        let pause = match tidy_once(worker, lanes).await {
            Ok(()) => TIDY,
            // A database that is away is told of where it hurts; here a later round will do.
            Err(error) => {
                tracing::debug!(%error, "tidying failed");
                SETTLE
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(pause) => {}
        }
    }
}

async fn tidy_once(worker: &Worker, lanes: &[Runner]) -> sqlx::Result<()> {
    // What this process knows and could not write yet would come back to it as unknown.
    let lanes = if worker.recorder.is_behind() { &[] } else { lanes };
    for runner in lanes {
        // A bounded number at a time, until none is left: at a thousand a second the dead leave more than one round's.
        loop {
            let outcomes = runner.lane.take_over().await?;
            if outcomes.is_empty() {
                break;
            }
            tracing::warn!(messages = outcomes.len(), "taken over from a worker that is dead");
            worker.recorder.write_in_the_end(&outcomes).await;
        }
    }
    while store::publications::control::cancel_some(&worker.db).await? > 0 {}
    worker.let_follow().await?;
    for publication in store::publications::finish(&worker.db).await? {
        tracing::info!(publication, "finished");
    }
    Ok(())
}

/// Wakes the lanes when something was published, until it is dropped. They look by themselves too, so nothing is lost
/// while this cannot listen.
async fn hear(worker: &Worker, wakes: &[Arc<Notify>]) {
    loop {
        if let Err(error) = hear_until_cut_off(worker, wakes).await {
            tracing::debug!(%error, "cannot listen for publications");
        }
        sleep(AWAY).await;
    }
}

async fn hear_until_cut_off(worker: &Worker, wakes: &[Arc<Notify>]) -> sqlx::Result<()> {
    let mut listener =
        timeout(AWAY, PgListener::connect_with(&worker.db)).await.map_err(|_| sqlx::Error::PoolTimedOut)??;
    listener.listen("deliveries").await?;
    loop {
        listener.recv().await?;
        wakes.iter().for_each(|wake| wake.notify_one());
    }
}
