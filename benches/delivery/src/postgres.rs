//! A private Postgres that can be crashed and started again.

use std::{
    fs,
    path::PathBuf,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use localpg::{Cluster, Settings};
use rustix::process::{Pid, Signal, kill_process};

/// How long a server may take to die.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server with the settings of a fresh installation: what is committed is on the disk.
#[derive(Debug)]
pub struct Postgres {
    home: PathBuf,
    settings: Settings,
    cluster: Cluster,
}

impl Postgres {
    /// Makes and starts one in `home`.
    ///
    /// # Errors
    /// When PostgreSQL is missing or does not start.
    pub fn start(home: PathBuf) -> anyhow::Result<Self> {
        // Enough for four programs of ten connections; all else as a fresh installation has it.
        let settings = Settings { lines: vec!["max_connections = 100".to_owned()], ..Settings::default() };
        let cluster = Cluster::start(&home, &settings)?;
        Ok(Self { home, settings, cluster })
    }

    /// The address of a database, made if there is none.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn database(&self, name: &str) -> anyhow::Result<String> {
        Ok(self.cluster.database(name)?)
    }

    /// What `pg_ctl stop -m immediate` does: every connection ends at once and nothing is tidied up.
    ///
    /// # Errors
    /// When it does not run.
    pub fn crash(&self) -> anyhow::Result<()> {
        let text = fs::read_to_string(self.home.join("data/postmaster.pid")).context("no server runs")?;
        let number: i32 = text.lines().next().unwrap_or_default().trim().parse().context("no process id")?;
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
        self.cluster = Cluster::start(&self.home, &self.settings)?;
        Ok(())
    }

    /// The processors' time that the server has used, in seconds, for as long as its processes live.
    #[must_use]
    pub fn processor_seconds(&self) -> f64 {
        let pid = fs::read_to_string(self.home.join("data/postmaster.pid")).unwrap_or_default();
        let pid = pid.lines().next().unwrap_or_default().to_owned();
        let listed = Command::new("ps").args(["-o", "pid=", "--ppid", &pid]).output();
        let listed = listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        listed.split_whitespace().map(crate::figures::processor_seconds).sum()
    }
}
