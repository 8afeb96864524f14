//! A private Postgres that can be crashed and started again.

use std::{fs, path::PathBuf, process::Command};

use anyhow::Context as _;
use localpg::{Cluster, Settings};
use rustix::process::{Pid, Signal, kill_process};

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
        let pid = text.lines().next().and_then(|line| line.trim().parse().ok()).and_then(Pid::from_raw);
        kill_process(pid.context("no process id")?, Signal::QUIT)?;
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
