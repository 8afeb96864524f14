//! `paperboy serve`: everything at once, or the parts that were asked for, until it is asked to stop.

use std::{collections::HashMap, sync::Arc, time::Duration};

use anyhow::{Context as _, anyhow, bail};
use platform::{BotKey, Desk, Platform};
use rand::{SeedableRng as _, rngs::StdRng};
use sqlx::PgPool;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::{Clock, SystemClock},
    config::Config,
    database::{self, Database},
    deliver::{self, Worker},
    desk::{self, FrontDesk},
    listen::{Listener, turn::Turn},
    platforms::{ADAPTERS, Platforms},
    schedule,
    scheduler::Scheduler,
    store,
};

/// How long a drain may take. With what follows it, such as the end of a private Postgres, it stays within the ten
/// seconds that supervisors wait.
const DRAIN: Duration = Duration::from_secs(8);
/// How long the database's connections may take to close.
const CLOSE: Duration = Duration::from_secs(1);

/// A part of the work that a process can do. Any number of processes may do each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Role {
    /// Sends what the outbox holds, and shows admins how their broadcasts go.
    Deliver,
    /// Answers readers.
    Listen,
    /// Watches the folders and the clock, and publishes.
    Schedule,
}

impl Role {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Deliver, Self::Listen, Self::Schedule];
}

/// Does these parts of the work until `stop`, then drains.
///
/// # Errors
/// When it cannot start, or when a part that must run ends.
pub async fn run(config: Config, platforms: Platforms, roles: &[Role], stop: CancellationToken) -> anyhow::Result<()> {
    let does = |role| roles.contains(&role);
    let schedules = if does(Role::Schedule) { schedule::load(&config.schedules_dir)? } else { Vec::new() };
    if platforms.bots().is_empty() {
        bail!("no bot to run: set TELEGRAM_TOKEN or DISCORD_TOKEN (see .env.example), or try ./script/demo");
    }
    let database = tokio::select! {
        opened = Database::open(&config) => opened?,
        () = stop.cancelled() => return Ok(()),
    };
    let db = database.pool();
    announce(&platforms);
    let mut bots = Vec::new();
    for bot in platforms.bots() {
        let register =
            async || store::bots::register(db, bot.key(), bot.pace()).await.context("cannot register the bot");
        let id = database::patiently(register).await?;
        bots.push((bot.clone(), id));
    }
    warn_of_others(db, &bots).await;

    let mut parts = Parts { tasks: JoinSet::new(), stop: stop.clone() };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    if does(Role::Schedule) {
        let mut scheduler = Scheduler::new(db.clone(), platforms.clone(), clock.clone(), schedules);
        // A first look before anybody listens: the first /start finds its feed, and whoever sees an answer knows that
        // every file which comes from now on counts as new.
        scheduler.step().await;
        parts.spawn("scheduler", scheduler.run(stop.clone()));
    }
    if does(Role::Deliver) {
        let worker = Worker::new(db.clone(), platforms.clone(), clock.clone(), deliver::Settings::from(&config));
        parts.spawn("deliveries", worker.run(stop.clone()));
        let progress = desk::progress::run(db.clone(), platforms.clone(), clock.clone(), stop.clone());
        parts.spawn("progress", progress);
    }
    if does(Role::Listen) {
        let settings = desk::Settings::from(&config);
        let desk = FrontDesk::new(db.clone(), platforms.clone(), clock.clone(), settings, StdRng::from_os_rng());
        for listener in listeners(db, bots, desk, &clock) {
            parts.spawn("listener", listener.run(stop.clone()));
        }
    }
    let ended = parts.wait().await;
    if tokio::time::timeout(CLOSE, db.close()).await.is_err() {
        tracing::warn!("the database does not answer; its connections are cut");
    }
    ended
}

/// One for each bot, all at one desk.
fn listeners(
    db: &PgPool,
    bots: Vec<(Arc<dyn Platform>, i32)>,
    desk: FrontDesk,
    clock: &Arc<dyn Clock>,
) -> Vec<Listener> {
    let turns: HashMap<BotKey, Arc<Turn>> =
        bots.iter().map(|(bot, _)| (bot.key().clone(), Arc::new(Turn::new(clock.clone())))).collect();
    let desk: Arc<dyn Desk> = Arc::new(desk.taking_turns(turns.clone()));
    let process: Arc<str> = format!("{}-{:016x}", std::process::id(), rand::random::<u64>()).into();
    let listener = |(bot, id): (Arc<dyn Platform>, i32)| {
        let turn = turns[bot.key()].clone();
        Listener { db: db.clone(), bot, id, desk: desk.clone(), turn, process: process.clone() }
    };
    bots.into_iter().map(listener).collect()
}

fn announce(platforms: &Platforms) {
    for adapter in ADAPTERS {
        let mut bots = platforms.bots().iter().filter(|bot| bot.key().platform == adapter.name).peekable();
        if bots.peek().is_none() {
            tracing::info!(platform = adapter.name, "left out: its token is not set");
        }
        for bot in bots {
            tracing::info!(platform = adapter.name, account = bot.key().account, "speaking to");
        }
    }
}

/// Readers belong to the bot that they started: a token that was left out leaves them without their digests.
async fn warn_of_others(db: &PgPool, bots: &[(Arc<dyn Platform>, i32)]) {
    let ids: Vec<i32> = bots.iter().map(|&(_, id)| id).collect();
    // A database that went away in this very moment is told of where it hurts.
    for store::bots::Known { platform, account, readers } in store::bots::others(db, &ids).await.unwrap_or_default() {
        tracing::warn!(
            platform,
            account,
            readers,
            "this bot has readers, and its token is not set here: unless another process has it, they get nothing"
        );
    }
}

/// The parts that must all run; when one ends by itself, all stop.
struct Parts {
    tasks: JoinSet<(&'static str, anyhow::Result<()>)>,
    stop: CancellationToken,
}

impl Parts {
    fn spawn(&mut self, name: &'static str, part: impl Future<Output = anyhow::Result<()>> + Send + 'static) {
        self.tasks.spawn(async move { (name, part.await) });
    }

    async fn wait(mut self) -> anyhow::Result<()> {
        let first = self.tasks.join_next().await;
        let asked = self.stop.is_cancelled();
        self.stop.cancel();
        let ended = report(first, asked);
        let drain = async {
            let mut ended = Ok(());
            while let Some(next) = self.tasks.join_next().await {
                ended = ended.and(report(Some(next), true));
            }
            ended
        };
        match tokio::time::timeout(DRAIN, drain).await {
            Ok(drained) => ended.and(drained),
            Err(_) => {
                tracing::warn!("the drain took too long; what was in flight is found again at the next start");
                ended
            }
        }
    }
}

type Ended = Option<Result<(&'static str, anyhow::Result<()>), JoinError>>;

/// What a part that ended means: nothing when a stop was asked for, else the end of the program.
fn report(ended: Ended, asked: bool) -> anyhow::Result<()> {
    match ended {
        None => Ok(()),
        Some(Ok((_, Ok(())))) if asked => Ok(()),
        Some(Ok((name, Ok(())))) => Err(anyhow!("the {name} ended by itself, which must not happen")),
        Some(Ok((name, Err(error)))) => Err(error.context(format!("the {name} failed"))),
        Some(Err(panic)) => Err(anyhow!("a part of the program panicked: {panic}")),
    }
}
