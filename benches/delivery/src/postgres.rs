//! A private Postgres that can be crashed, started again, and failed over to a standby.

mod standby;

use std::{
    fs,
    os::unix::fs::symlink,
    path::PathBuf,
    process::Command,
    str::FromStr as _,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use localpg::{Cluster, Settings};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{ConnectOptions as _, postgres::PgConnectOptions};

pub use standby::Standby;

/// How long a server may take to die.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server with the settings of a fresh installation: what is committed is on the disk.
#[derive(Debug)]
pub struct Postgres {
    /// Holds a folder for each server that there was, and the address.
    folder: PathBuf,
    /// Which of them it is.
    number: u32,
    settings: Settings,
    cluster: Cluster,
}

impl Postgres {
    /// Makes and starts one in `folder`.
    ///
    /// # Errors
    /// When PostgreSQL is missing or does not start.
    pub fn start(folder: PathBuf) -> anyhow::Result<Self> {
        // Enough for four programs of ten connections; all else as a fresh installation has it.
        let settings = Settings { lines: vec!["max_connections = 100".to_owned()], ..Settings::default() };
        let cluster = Cluster::start(&folder.join("1"), &settings)?;
        let server = Self { folder, number: 1, settings, cluster };
        server.take_the_address()?;
        Ok(server)
    }

    /// The address of a database, made if there is none. It stays the same whichever server answers there.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn database(&self, name: &str) -> anyhow::Result<String> {
        let options = PgConnectOptions::from_str(&self.cluster.database(name)?)?;
        Ok(options.socket(self.address()).to_url_lossy().into())
    }

    /// What `pg_ctl stop -m immediate` does: every connection ends at once and nothing is tidied up.
    ///
    /// # Errors
    /// When it does not run.
    pub fn crash(&self) -> anyhow::Result<()> {
        let number: i32 = self.pid()?.parse().context("no process id")?;
        kill_process(Pid::from_raw(number).context("no process id")?, Signal::QUIT)?;
        // A dying server still takes connections for a moment. A dead one stands nowhere, even when nobody collects it.
        let began = Instant::now();
        while fs::read_link(format!("/proc/{number}/cwd")).is_ok() {
            anyhow::ensure!(began.elapsed() < PATIENCE, "the server does not die");
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Starts it again, with the recovery that a crash needs.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        self.cluster = Cluster::start(&self.home(self.number), &self.settings)?;
        Ok(())
    }

    /// The processors' time that the server has used, in seconds, for as long as its processes live.
    #[must_use]
    pub fn processor_seconds(&self) -> f64 {
        let pid = self.pid().unwrap_or_default();
        let listed = Command::new("ps").args(["-o", "pid=", "--ppid", &pid]).output();
        let listed = listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        listed.split_whitespace().map(crate::figures::processor_seconds).sum()
    }

    /// The number of the server's first process.
    fn pid(&self) -> anyhow::Result<String> {
        let text = fs::read_to_string(self.home(self.number).join("data/postmaster.pid")).context("no server runs")?;
        Ok(text.lines().next().unwrap_or_default().trim().to_owned())
    }

    fn home(&self, number: u32) -> PathBuf {
        self.folder.join(number.to_string())
    }

    /// Where clients find the server: a link, as a name or an address is that moves from one machine to another.
    fn address(&self) -> PathBuf {
        self.folder.join("address")
    }

    /// Has clients find this server from now on.
    fn take_the_address(&self) -> anyhow::Result<()> {
        let options = PgConnectOptions::from_str(&self.cluster.url("postgres"))?;
        let socket = options.get_socket().context("a private server has a socket")?;
        let link = self.folder.join("address.new");
        symlink(socket, &link)?;
        Ok(fs::rename(link, self.address())?)
    }
}
