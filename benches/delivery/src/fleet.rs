//! The `paperboy serve` processes, and what can be done to them.

use std::{
    fs::File,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};

/// Any number of processes on one database.
#[derive(Debug)]
pub struct Fleet {
    program: PathBuf,
    folder: PathBuf,
    variables: Vec<(String, String)>,
    running: Vec<Child>,
    started: usize,
}

impl Fleet {
    /// None yet. They will be run in `folder` with these variables and no others, and log to files there.
    #[must_use]
    pub fn new(program: PathBuf, folder: PathBuf, variables: Vec<(String, String)>) -> Self {
        Self { program, folder, variables, running: Vec::new(), started: 0 }
    }

    /// How many run.
    #[must_use]
    pub fn size(&self) -> usize {
        self.running.len()
    }

    /// The process ids.
    #[must_use]
    pub fn pids(&self) -> Vec<u32> {
        self.running.iter().map(Child::id).collect()
    }

    /// Starts one more; `more` variables win.
    ///
    /// # Errors
    /// When the program is not there.
    pub fn start(&mut self, more: &[(&str, &str)]) -> anyhow::Result<()> {
        self.started += 1;
        let log = File::create(self.folder.join(format!("paperboy-{}.log", self.started)))?;
        let mut command = self.command(&["serve"]);
        let child = command.envs(more.iter().copied()).stderr(log).spawn();
        self.running.push(child.with_context(|| format!("cannot run {}", self.program.display()))?);
        Ok(())
    }

    /// Runs the program with these arguments beside the fleet until it ends, at most a minute; whether SIGKILL ended it.
    ///
    /// # Errors
    /// When the program is not there, or does not end.
    pub async fn dies(&self, arguments: &[&str]) -> anyhow::Result<bool> {
        let mut child = self.command(arguments).stderr(Stdio::null()).spawn()?;
        for _ in 0..1200 {
            if let Some(status) = child.try_wait()? {
                return Ok(status.signal() == Some(Signal::KILL.as_raw()));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        child.kill()?;
        child.wait()?;
        anyhow::bail!("it lives on");
    }

    /// Ends processes by SIGTERM, or starts some, until so many run.
    ///
    /// # Errors
    /// The system's.
    pub fn resize(&mut self, size: usize) -> anyhow::Result<()> {
        while self.running.len() > size {
            self.send(self.running.len() - 1, Signal::TERM)?;
            if let Some(mut child) = self.running.pop() {
                child.wait()?;
            }
        }
        while self.running.len() < size {
            self.start(&[])?;
        }
        Ok(())
    }

    /// SIGKILL for the `at`th, which is started again.
    ///
    /// # Errors
    /// The system's.
    pub fn kill(&mut self, at: usize) -> anyhow::Result<()> {
        let mut child = self.running.remove(at);
        // Waited for whether it could be killed or not: a process that is gone already is dead as well.
        let killed = child.kill();
        child.wait()?;
        killed?;
        self.start(&[])
    }

    /// SIGKILL for all at the same instant; each is started again.
    ///
    /// # Errors
    /// The system's.
    pub fn kill_all(&mut self) -> anyhow::Result<()> {
        let size = self.running.len();
        for child in &mut self.running {
            child.kill()?;
        }
        for mut child in self.running.drain(..) {
            child.wait()?;
        }
        self.resize(size)
    }

    /// Sends a signal to the `at`th.
    ///
    /// # Errors
    /// The system's.
    pub fn send(&self, at: usize, signal: Signal) -> anyhow::Result<()> {
        signal_to(self.running[at].id(), signal)
    }

    /// How many have ended by themselves since the last time; they are started again. A program that stays up is a promise.
    ///
    /// # Errors
    /// The system's.
    pub fn fallen(&mut self) -> anyhow::Result<usize> {
        let size = self.running.len();
        let mut alive = Vec::with_capacity(size);
        for mut child in self.running.drain(..) {
            if child.try_wait()?.is_none() {
                alive.push(child);
            }
        }
        self.running = alive;
        let fallen = size - self.running.len();
        self.resize(size)?;
        Ok(fallen)
    }

    /// The program with the fleet's settings.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(&self.folder).env_clear().stdin(Stdio::null());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for child in &mut self.running {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// Sends a signal to a process.
///
/// # Errors
/// The system's; a process that has ended meanwhile is one.
pub fn signal_to(pid: u32, signal: Signal) -> anyhow::Result<()> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).context("no process id")?;
    Ok(kill_process(pid, signal)?)
}

/// The program beside this one, as cargo builds them.
///
/// # Errors
/// When it is not there.
pub fn built_program() -> anyhow::Result<PathBuf> {
    let me = std::env::current_exe()?;
    let program = me.parent().unwrap_or(Path::new(".")).join("paperboy");
    anyhow::ensure!(program.exists(), "{} is missing: cargo build --release --bin paperboy", program.display());
    Ok(program)
}
