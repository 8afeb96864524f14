//! `paperboy serve`: everything at once, until it is asked to stop.

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, anyhow, bail};
use platform::{Desk, Platform, SendError};
use rand::{SeedableRng as _, rngs::StdRng};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::{Clock, SystemClock},
    config::Config,
    database::Database,
    deliver::{self, Worker},
    desk::{self, FrontDesk},
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

/// Runs listeners, scheduler and deliveries until `stop`, then drains.
///
/// # Errors
/// When it cannot start, or when a part that must run ends.
pub async fn run(config: Config, platforms: Platforms, stop: CancellationToken) -> anyhow::Result<()> {
    let schedules = schedule::load(&config.schedules_dir)?;
    if platforms.bots().is_empty() {
        bail!("no bot to run: set TELEGRAM_TOKEN or DISCORD_TOKEN (see .env.example), or try ./script/demo");
    }
    let database = tokio::select! {
        opened = Database::open(&config) => opened?,
        () = stop.cancelled() => return Ok(()),
    };
    let db = database.pool();
    announce(&platforms);
    for bot in platforms.bots() {
        store::bots::register(db, bot.key(), bot.pace()).await.context("cannot register the bot")?;
    }

    let mut parts = Parts { tasks: JoinSet::new(), stop: stop.clone() };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut scheduler = Scheduler::new(db.clone(), platforms.clone(), clock.clone(), schedules);
    // A first look before anybody listens: the first /start finds its feed, and whoever sees an answer knows that every
    // file which comes from now on counts as new.
    scheduler.step().await;
    parts.spawn("scheduler", scheduler.run(stop.clone()));
    let worker = Worker::new(db.clone(), platforms.clone(), clock.clone(), deliver::Settings::from(&config));
    parts.spawn("deliveries", worker.run(stop.clone()));
    let progress = desk::progress::run(db.clone(), platforms.clone(), clock.clone(), stop.clone());
    parts.spawn("progress", progress);
    let front: Arc<dyn Desk> = Arc::new(FrontDesk::new(
        db.clone(),
        platforms.clone(),
        clock,
        desk::Settings::from(&config),
        StdRng::from_os_rng(),
    ));
    for bot in platforms.bots() {
        parts.spawn("listener", listen(bot.clone(), front.clone(), stop.clone()));
    }
    let ended = parts.wait().await;
    if tokio::time::timeout(CLOSE, db.close()).await.is_err() {
        tracing::warn!("the database does not answer; its connections are cut");
    }
    ended
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

/// Listens with one bot. A refused bot stays silent; the others go on.
async fn listen(bot: Arc<dyn Platform>, desk: Arc<dyn Desk>, stop: CancellationToken) -> anyhow::Result<()> {
    match bot.listen(desk, stop.clone()).await {
        Ok(()) => Ok(()),
        Err(error @ SendError::Fatal { .. }) => {
            tracing::error!(platform = bot.key().platform, account = bot.key().account, %error, "this bot is silent until its token is mended and paperboy restarted");
            stop.cancelled().await;
            Ok(())
        }
        Err(error) => Err(error.into()),
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
