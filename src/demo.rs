//! `paperboy demo`: the real program against stand-ins for Telegram and Discord, with a page that shows their chats.
//!
//! Everything is on this machine and nothing is kept but the private Postgres, whose next start is quick. Four readers
//! type `/start` by themselves; then yesterday's report arrives in the watched folder, beside the sample of long ago.

mod readers;
mod reports;

use std::collections::HashMap;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use localpg::Cluster;
use sandbox::page::{Page, Stage};
use sandbox::{Faults, Ledger, discord, telegram};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::log;
use crate::platforms::Platforms;
use crate::serve::{self, Role};
use readers::Readers;
use reports::Reports;

/// Where the page is looked for first.
const PORT: u16 = 8025;

/// How long a stand-in takes to answer, like the real services from not too far away.
const LATENCY: Duration = Duration::from_millis(50);

/// How long the readers wait for the answer to `/start` before the report comes anyway.
const GREETING: Duration = Duration::from_secs(15);

/// Where root's demo keeps its database when no other account may enter the folder that it runs in.
const OUTSIDE: &str = "/var/lib/paperboy-demo";

/// What can be chosen.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The page's port; 0 takes any free one. Without it, 8025 or else any free one.
    #[arg(long)]
    pub port: Option<u16>,
    /// Where the demo's private Postgres and its report folder are kept (in `demo/`). Without it, DATA_DIR or .paperboy.
    #[arg(long)]
    pub data_dir: Option<PathBuf>,
}

impl Options {
    fn home(&self) -> PathBuf {
        self.data_dir.as_deref().unwrap_or(Path::new(".paperboy")).join("demo")
    }
}

/// A demo that is ready to run.
pub struct Demo {
    config: Config,
    platforms: Platforms,
    page: Page,
    ledger: Ledger,
    readers: Readers,
    reports: Arc<Reports>,
    _cluster: Cluster,
    /// Held as long as the demo runs: two in one folder would empty each other's database.
    _lock: File,
}

/// Runs the demo until `stop`.
///
/// # Errors
/// When it cannot start, or when the program that it shows ends.
pub async fn run(options: Options, stop: CancellationToken) -> anyhow::Result<()> {
    let demo = Demo::start(&options).await?;
    let log = options.home().join("paperboy.log");
    write_log(&demo.config, &log)?;
    println!("\n  Paperboy's demo:  {}\n", demo.url());
    println!("  Four chats subscribe by themselves, then a digest arrives. Drop reports on the page or into");
    println!("  {}", demo.reports.folder().display());
    println!("  Log: {}    Ctrl-C ends it.\n", log.display());
    demo.run(stop).await
}

impl Demo {
    /// Starts everything but the program itself.
    ///
    /// # Errors
    /// When PostgreSQL is missing or a folder or port cannot be used.
    pub async fn start(options: &Options) -> anyhow::Result<Self> {
        let home = options.home();
        fs::create_dir_all(&home).with_context(|| format!("cannot make the folder {}", home.display()))?;
        let home = home.canonicalize()?;
        let lock = lock(&home)?;
        let postgres = home.join("postgres");
        let (cluster, database) = tokio::task::spawn_blocking(move || {
            let cluster = start_cluster(&postgres)?;
            let url = cluster.empty_database("demo")?;
            anyhow::Ok((cluster, url))
        })
        .await??;
        let reports = Arc::new(Reports::prepare(&home)?);

        let (ledger, faults) = (Ledger::default(), Faults::default());
        let settings = telegram::Settings { latency: LATENCY, enforce_limits: true };
        let telegram = telegram::Telegram::start(settings, ledger.clone(), faults.clone()).await?;
        let settings = discord::Settings { latency: LATENCY, ..discord::Settings::default() };
        let discord = discord::Discord::start(settings, ledger.clone(), faults.clone()).await?;
        let readers = Readers::settle(&telegram, &discord);

        let variables = HashMap::from([
            ("DATABASE_URL", database),
            ("SCHEDULES_DIR", reports.schedules().display().to_string()),
            ("TELEGRAM_TOKEN", telegram.token()),
            ("TELEGRAM_API_URL", telegram.url()),
            ("DISCORD_TOKEN", discord.token()),
            ("DISCORD_API_URL", discord.url()),
            ("ADMINS", readers.admins()),
        ]);
        // Nothing from outside: neither a real token nor a real database may slip in.
        let env = |name: &str| variables.get(name).cloned();
        let config = Config::from_env(&env).map_err(|errors| anyhow!("the demo's own settings: {errors:?}"))?;
        let platforms = Platforms::connect(&env)?;

        let newer = reports.clone();
        let stage = Stage {
            telegram,
            discord,
            ledger: ledger.clone(),
            faults,
            chats: readers.chats.clone(),
            folder: reports.folder().to_owned(),
            write_today: Box::new(move || newer.write_newer(SystemClock.now())),
        };
        let page = Page::serve(listen(options.port).await?, stage)?;
        Ok(Self { config, platforms, page, ledger, readers, reports, _cluster: cluster, _lock: lock })
    }

    /// The page's address.
    #[must_use]
    pub fn url(&self) -> String {
        self.page.url()
    }

    /// What the stand-ins were asked.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Runs the program, and lets the readers and the report come.
    ///
    /// # Errors
    /// When the program ends by itself.
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        let serve = serve::run(self.config.clone(), self.platforms.clone(), &Role::ALL, stop);
        tokio::pin!(serve);
        tokio::select! {
            ended = &mut serve => return ended,
            opened = self.open() => opened?,
        }
        serve.await
    }

    /// The readers subscribe; when all are answered, a report is there.
    async fn open(&self) -> anyhow::Result<()> {
        for chat in 0..self.readers.chats.len() {
            self.page.say(chat, "/start");
        }
        let answered = self.ledger.wait_until(|entries| {
            self.readers.names().iter().all(|chat| entries.iter().any(|entry| entry.chat == *chat && entry.accepted()))
        });
        if tokio::time::timeout(GREETING, answered).await.is_err() {
            tracing::warn!("not every reader was answered in time");
        }
        let reports = self.reports.clone();
        let now = SystemClock.now();
        tokio::task::spawn_blocking(move || reports.write_first(now)).await?.context("cannot write the first report")
    }
}

/// Starts the private Postgres, which forgets in a crash of the machine what it was doing: that halves the time to the
/// first digest, and nothing is kept anyway. What a crash left unreadable is made anew. Where the account that it runs
/// under cannot enter root's own folders, it lives outside of them.
fn start_cluster(home: &Path) -> anyhow::Result<Cluster> {
    let settings = localpg::Settings::forgetful();
    let started = match Cluster::start(home, &settings) {
        Err(localpg::Error::Failed { .. }) if fs::remove_dir_all(home).is_ok() => Cluster::start(home, &settings),
        Err(localpg::Error::Root { .. }) => {
            let home = fs::metadata(home)?;
            let outside = Path::new(OUTSIDE).join(format!("{:x}-{:x}", home.dev(), home.ino()));
            Cluster::start(&outside, &settings)
        }
        started => started,
    };
    Ok(started?)
}

fn lock(home: &Path) -> anyhow::Result<File> {
    let path = home.join("demo.lock");
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    file.try_lock().map_err(|_| {
        anyhow!("another demo runs in {}; stop it, or choose another folder with --data-dir", home.display())
    })?;
    Ok(file)
}

async fn listen(port: Option<u16>) -> anyhow::Result<TcpListener> {
    let bind = async |port| TcpListener::bind(("127.0.0.1", port)).await;
    match port {
        Some(port) => bind(port).await.with_context(|| format!("port {port} is taken; choose another with --port")),
        None => match bind(PORT).await {
            Ok(listener) => Ok(listener),
            Err(_) => bind(0).await.context("no port is free"),
        },
    }
}

fn write_log(config: &Config, path: &Path) -> anyhow::Result<()> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    log::start(&config.log, file, false)
}
