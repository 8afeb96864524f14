//! A stage for whole-program tests: the sandbox servers, a database, a folder of reports, and `paperboy serve` as a process.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use sandbox::{Entry, Faults, Ledger, discord, discord::Discord, telegram, telegram::Telegram};
use tempfile::TempDir;
use url::Url;

use crate::database::{TestDatabase, database};

/// The admin of every stage, on Telegram.
pub(crate) const ADMIN: i64 = 900;
/// The sample's file names.
pub(crate) const REPORT: &str = "2025-11-27-twitter_ai_20251127_20251127.md";
pub(crate) const PICTURE: &str = "wordcloud_twitter_ai_20251127_20251127.jpg";

/// The one publication there is has reached everybody that it can.
pub(crate) const ALL_DONE: &str = "select count(*) = 1 and bool_and(state = 'done') from publications";

/// How long anything may take before a test fails; far above what it does take.
const PATIENCE: Duration = Duration::from_secs(90);

pub(crate) struct Stage {
    pub(crate) telegram: Telegram,
    pub(crate) discord: Discord,
    pub(crate) ledger: Ledger,
    pub(crate) faults: Faults,
    pub(crate) database: TestDatabase,
    folder: TempDir,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(telegram::Settings::default()).await
    }

    /// With a Telegram that behaves so.
    pub(crate) async fn with(settings: telegram::Settings) -> Self {
        let (ledger, faults) = (Ledger::default(), Faults::default());
        let telegram = Telegram::start(settings, ledger.clone(), faults.clone()).await.unwrap();
        let discord = Discord::start(discord::Settings::default(), ledger.clone(), faults.clone()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("reports")).unwrap();
        fs::create_dir_all(folder.path().join("schedules")).unwrap();
        fs::write(folder.path().join("schedules/twitter_ai.toml"), include_str!("../../schedules/twitter_ai.toml"))
            .unwrap();
        Self { telegram, discord, ledger, faults, database: database().await, folder }
    }

    /// Starts the program and waits until its bots listen.
    pub(crate) fn serve(&self) -> Program {
        self.serve_with(&[])
    }

    /// The same with more settings.
    pub(crate) fn serve_with(&self, variables: &[(&str, &str)]) -> Program {
        Program(self.command(&["serve"], variables).spawn().unwrap())
    }

    /// The same with these roles only.
    pub(crate) fn serve_only(&self, roles: &str, variables: &[(&str, &str)]) -> Program {
        Program(self.command(&["serve", "--only", roles], variables).spawn().unwrap())
    }

    /// The same, whose log can be read.
    pub(crate) fn serve_logging(&self) -> Logged {
        let log = tempfile::NamedTempFile::new().unwrap();
        let program = self.serve_into(log.reopen().unwrap(), &[("LOG", "info")]);
        Logged { program, log }
    }

    /// The same with everything it logs in a file, and a password that the database does not ask for.
    pub(crate) fn serve_into(&self, log: File, variables: &[(&str, &str)]) -> Program {
        let mut url = Url::parse(&self.database.url).unwrap();
        url.set_password(Some("hunter2")).unwrap();
        let mut command = self.command(&["serve"], variables);
        Program(command.env("DATABASE_URL", url.as_str()).stderr(log).spawn().unwrap())
    }

    /// The program with this stage's settings, in the stage's folder.
    pub(crate) fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_paperboy"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("DATABASE_URL", &self.database.url)
            .env("TELEGRAM_TOKEN", self.telegram.token())
            .env("TELEGRAM_API_URL", self.telegram.url())
            .env("DISCORD_TOKEN", self.discord.token())
            .env("DISCORD_API_URL", self.discord.url())
            .env("ADMINS", format!("telegram:{ADMIN}"))
            .env("LOG", "warn")
            .envs(variables.iter().copied())
            .stdin(Stdio::null());
        command
    }

    /// Puts the project's sample report and its picture into the watched folder, picture first.
    pub(crate) fn drop_report(&self) -> PathBuf {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports");
        fs::copy(source.join(PICTURE), self.folder.path().join("reports").join(PICTURE)).unwrap();
        let report = self.folder.path().join("reports").join(REPORT);
        fs::copy(source.join(REPORT), &report).unwrap();
        report
    }

    /// Waits until the ledger says so.
    pub(crate) async fn until(&self, what: &str, enough: impl Fn(&[Entry]) -> bool) -> Vec<Entry> {
        let waited = tokio::time::timeout(PATIENCE, self.ledger.wait_until(enough)).await;
        waited
            .unwrap_or_else(|_| panic!("waited in vain until {what}; the ledger: {:#?}", brief(&self.ledger.entries())))
    }

    /// Waits until a query on the database gives true.
    pub(crate) async fn until_database(&self, what: &str, query: &'static str) {
        let asked = async {
            let mut pause = tokio::time::interval(Duration::from_millis(20));
            while !sqlx::query_scalar::<_, bool>(query).fetch_one(&self.database.pool).await.unwrap() {
                pause.tick().await;
            }
        };
        tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("waited in vain until {what}"));
    }
}

/// One line an entry, for the message of a failed test.
fn brief(entries: &[Entry]) -> Vec<String> {
    let line = |entry: &Entry| {
        let payload: String = entry.payload.to_string().chars().take(80).collect();
        format!("{} {} {} {:?} {payload}", entry.platform, entry.chat, entry.method, entry.outcome)
    };
    entries.iter().map(line).collect()
}

/// A running program; killed when the test ends.
pub(crate) struct Program(Child);

impl Program {
    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Sends a signal. That it has ended already is no fault.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).unwrap_or_default();
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().unwrap()
    }

    /// A signal, and how the program ended.
    pub(crate) fn stop(mut self, signal: Signal) -> ExitStatus {
        self.signal(signal);
        self.0.wait().unwrap()
    }

    /// SIGTERM, and how it ended.
    pub(crate) fn terminate(self) -> ExitStatus {
        self.stop(Signal::TERM)
    }
}

/// A running program and its log.
pub(crate) struct Logged {
    pub(crate) program: Program,
    log: tempfile::NamedTempFile,
}

impl Logged {
    /// Waits until this stands in so many of its lines.
    pub(crate) async fn until_it_says(&self, what: &str, times: usize) {
        let said = async {
            let mut pause = tokio::time::interval(Duration::from_millis(20));
            while fs::read_to_string(self.log.path()).unwrap().matches(what).count() < times {
                pause.tick().await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, said).await;
        waited.unwrap_or_else(|_| panic!("no “{what}” in {}", fs::read_to_string(self.log.path()).unwrap()));
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
