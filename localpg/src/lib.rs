//! A private Postgres cluster made from the machine's own binaries, for when nobody has set up a database.
//!
//! [`Cluster::start`] finds PostgreSQL, makes a cluster in a folder, and starts it on a unix socket that only this
//! user can reach. A cluster that already runs there is shared. When the last program that uses it ends, in
//! whatever way, the cluster stops by itself ([`watchdog`]). Everything here blocks.

mod account;
mod binaries;
mod error;
mod server;
mod stale;
mod watchdog;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub use error::Error;

use account::Account;
use binaries::Binaries;
use watchdog::Watchdog;

/// How the cluster runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Lines of `postgresql.conf`, such as `fsync = off`. A cluster that already runs keeps those it was started with.
    pub lines: Vec<String>,
    /// How long the cluster outlives its last user. Saves many short programs in a row its start and its stop.
    pub linger: Duration,
}

impl Settings {
    /// For tests: fast, and lost when the machine crashes.
    #[must_use]
    pub fn forgetful() -> Self {
        let lines = ["fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 300"];
        Self { lines: lines.map(str::to_owned).to_vec(), linger: Duration::ZERO }
    }
}

/// A running cluster and our share in it, which ends when this is dropped.
#[derive(Debug)]
pub struct Cluster {
    binaries: Binaries,
    account: Account,
    socket_folder: PathBuf,
    _watchdog: Watchdog,
}

/// Where a cluster keeps its things.
#[derive(Clone, Debug)]
struct Layout {
    /// The folder that was asked for, as an absolute path.
    home: PathBuf,
    /// The data folder of Postgres.
    data: PathBuf,
    /// What the server writes.
    log: PathBuf,
    /// Locked shared by each program that uses the cluster.
    users: PathBuf,
}

impl Cluster {
    /// Makes the cluster in `home` if there is none, starts it if it does not run, and joins it.
    ///
    /// # Errors
    /// When PostgreSQL is missing, may not run here, or does not start; the text says what to do.
    pub fn start(home: &Path, settings: &Settings) -> Result<Self, Error> {
        make_folder(home)?;
        let home = home.canonicalize().map_err(Error::io("open", home))?;
        let layout =
            Layout { data: home.join(server::DATA), log: home.join(server::LOG), users: home.join("users.lock"), home };
        // First of all, so that a cluster that runs now is not stopped under us.
        let share = open_lock(&layout.users)?;
        share.lock_shared().map_err(Error::io("lock", &layout.users))?;
        // Programs that start at the same time take turns until the server answers.
        let turn_path = layout.home.join("start.lock");
        let turn = open_lock(&turn_path)?;
        turn.lock().map_err(Error::io("lock", &turn_path))?;

        let binaries = Binaries::find(&layout.data)?;
        let account = Account::choose(&binaries, &layout)?;
        account.give(&layout.users)?;
        let watchdog = Watchdog::spawn(share, &binaries, account, &layout, settings.linger)?;
        if !layout.data.exists() {
            server::create(&binaries, account, &layout)?;
        }
        let socket_folder = server::ensure_running(&binaries, account, &layout, settings)?;
        Ok(Self { binaries, account, socket_folder, _watchdog: watchdog })
    }

    /// The address of one of its databases.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        use std::fmt::Write;
        use std::os::unix::ffi::OsStrExt;
        let mut host = String::new();
        for &byte in self.socket_folder.as_os_str().as_bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                host.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(host, "%{byte:02X}");
            }
        }
        format!("postgres://{}@{host}/{database}", server::SUPERUSER)
    }

    /// Makes a database unless it exists, and gives its address. The name is of letters, digits and `_`.
    ///
    /// # Errors
    /// When the name is of anything else, or the server refuses.
    pub fn database(&self, name: &str) -> Result<String, Error> {
        check_name(name)?;
        let statement = format!(
            "select 'create database \"{name}\"' where not exists \
             (select from pg_database where datname = '{name}') \\gexec\n"
        );
        server::query(&self.binaries, self.account, &self.socket_folder, &statement)?;
        Ok(self.url(name))
    }

    /// One of PostgreSQL's own programs, such as `pg_basebackup`: it runs under the server's account and finds this server.
    #[must_use]
    pub fn program(&self, name: &str) -> Command {
        let mut command = self.account.command(self.binaries.program(name));
        command.env("PGHOST", &self.socket_folder).env("PGUSER", server::SUPERUSER);
        command
    }

    /// Like [`Cluster::database`], but whatever was in it is gone.
    ///
    /// # Errors
    /// The same.
    pub fn empty_database(&self, name: &str) -> Result<String, Error> {
        check_name(name)?;
        let statement = format!("drop database if exists \"{name}\" with (force);\ncreate database \"{name}\";\n");
        server::query(&self.binaries, self.account, &self.socket_folder, &statement)?;
        Ok(self.url(name))
    }
}

fn check_name(name: &str) -> Result<(), Error> {
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(Error::DatabaseName { name: name.to_owned() });
    }
    Ok(())
}

fn make_folder(path: &Path) -> Result<(), Error> {
    DirBuilder::new().recursive(true).create(path).map_err(Error::io("create", path))
}

fn make_private_folder(path: &Path) -> Result<(), Error> {
    DirBuilder::new().mode(0o700).create(path).map_err(Error::io("create", path))
}

fn open_lock(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    options.open(path).map_err(Error::io("open", path))
}

fn remove_if_present(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io("remove", path)(error)),
        _ => Ok(()),
    }
}
