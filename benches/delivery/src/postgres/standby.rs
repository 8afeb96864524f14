//! Failover: a synchronous standby, a dead primary, and the standby in its place.

use std::{
    fs,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, chown},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use localpg::Cluster;

use super::Postgres;

/// How long a standby may take to catch up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A standby that every commit of the server waits for.
#[derive(Debug)]
pub struct Standby(Cluster);

impl Postgres {
    /// Has a standby follow it, and gives it once each commit is on both their disks before it is answered.
    ///
    /// # Errors
    /// When one of PostgreSQL's programs fails.
    pub fn standby(&self) -> anyhow::Result<Standby> {
        let standby = self.copy()?;
        ask(&self.cluster, "alter system set synchronous_standby_names = '*'")?;
        ask(&self.cluster, "select pg_reload_conf()")?;
        let began = Instant::now();
        while ask(&self.cluster, "select count(*) from pg_stat_replication where sync_state = 'sync'")? == "0" {
            ensure!(began.elapsed() < PATIENCE, "the standby does not catch up");
            thread::sleep(Duration::from_millis(20));
        }
        // A commit that waits, as all from now on; whatever was committed before it is on the standby with it.
        ask(&self.cluster, "select pg_logical_emit_message(true, 'standby', 'caught up')")?;
        Ok(Standby(standby))
    }

    /// Kills the server and puts the standby in its place. Clients find it there while it still refuses writes, and can
    /// write a moment later.
    ///
    /// # Errors
    /// When one of PostgreSQL's programs fails.
    pub fn fail_over(&mut self, standby: Standby) -> anyhow::Result<()> {
        self.crash()?;
        let dead = self.home(self.number);
        self.number += 1;
        self.cluster = standby.0;
        self.take_the_address()?;
        ask(&self.cluster, "select pg_promote()")?;
        Ok(fs::remove_dir_all(dead)?)
    }

    /// A copy that follows the server.
    fn copy(&self) -> anyhow::Result<Cluster> {
        let home = self.home(self.number + 1);
        let data = home.join("data");
        let owner = fs::metadata(self.home(self.number).join("data"))?;
        fs::create_dir(&home)?;
        fs::DirBuilder::new().mode(0o700).create(&data)?;
        chown(&data, Some(owner.uid()), Some(owner.gid()))?;
        let mut copy = self.cluster.program("pg_basebackup");
        run(copy.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--pgdata"]).arg(&data))?;
        Ok(Cluster::start(&home, &self.settings)?)
    }
}

/// The answer to a statement, as text.
fn ask(cluster: &Cluster, statement: &str) -> anyhow::Result<String> {
    let mut psql = cluster.program("psql");
    psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--dbname=postgres", "--command", statement]);
    run(&mut psql)
}

fn run(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("cannot run {}", command.get_program().display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} failed: {said}", command.get_program().display());
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
