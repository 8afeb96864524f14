//! Under which account the server runs. PostgreSQL refuses root, so root lends it another one.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::{ffi::OsStr, fs};

use crate::{Error, Layout, binaries::Binaries};

/// The account that PostgreSQL's programs run under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    /// Our own, which is not root's.
    Own,
    /// We are root and become this one.
    Other {
        /// The user's id.
        user: u32,
        /// The id of the user's group.
        group: u32,
    },
    /// We are root and stay so, but in a user namespace in which our id is another. Reaches folders that only root can.
    Namespace,
}

impl Account {
    /// Whoever owns the data folder; for a new one, an account that can reach the folder and the binaries.
    pub(crate) fn choose(binaries: &Binaries, layout: &Layout) -> Result<Self, Error> {
        let we = rustix::process::geteuid().as_raw();
        if let Ok(data) = fs::metadata(&layout.data) {
            return match (we, data.uid()) {
                (0, 0) => Ok(Self::Namespace),
                (0, user) => Ok(Self::Other { user, group: data.gid() }),
                (we, owner) if we == owner => Ok(Self::Own),
                (_, owner) => Err(Error::Foreign { data: layout.data.clone(), owner }),
            };
        }
        if we != 0 {
            return Ok(Self::Own);
        }
        let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
        ["postgres", "nobody"]
            .iter()
            .filter_map(|name| listed(&accounts, name))
            .chain([Self::Namespace])
            .find(|account| account.reaches(binaries, &layout.home))
            .ok_or_else(|| Error::Root { home: layout.home.clone() })
    }

    /// A command that runs under this account, in a process group of its own, so that Ctrl-C does not stop the server
    /// before the program has written its last results.
    pub(crate) fn command(self, program: impl AsRef<OsStr>) -> Command {
        let mut command = match self {
            Self::Own => Command::new(program),
            Self::Other { user, group } => {
                let mut command = Command::new(program);
                command.uid(user).gid(group);
                command
            }
            Self::Namespace => {
                let mut command = Command::new("unshare");
                command.args(["--user", "--map-user=65534", "--map-group=65534", "--"]).arg(program);
                command
            }
        };
        // The folder that we stand in may be closed to the other account.
        command.process_group(0).current_dir("/");
        for variable in ["PGDATA", "PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGOPTIONS", "PGSERVICE"] {
            command.env_remove(variable);
        }
        command
    }

    /// Makes the account the owner of a file or folder that we have made.
    pub(crate) fn give(self, path: &Path) -> Result<(), Error> {
        match self {
            Self::Other { user, group } => chown(path, Some(user), Some(group)).map_err(Error::io("give away", path)),
            Self::Own | Self::Namespace => Ok(()),
        }
    }

    /// Whether `postgres` can be run by the account in this folder.
    fn reaches(self, binaries: &Binaries, home: &Path) -> bool {
        let mut command = self.command(binaries.program("postgres"));
        command.arg("--version").current_dir(home);
        command.output().is_ok_and(|output| output.status.success())
    }
}

/// The account with this name in the text of `/etc/passwd`.
fn listed(passwd: &str, name: &str) -> Option<Account> {
    let mut fields = passwd.lines().map(|line| line.split(':')).find(|fields| fields.clone().next() == Some(name))?;
    let user = fields.nth(2)?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    Some(Account::Other { user, group })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let passwd = "root:x:0:0::/root:/bin/sh\npostgres2:x:7:7::/:\npostgres:x:101:104:Admin:/var:/bin/bash\n";
        assert_eq!(listed(passwd, "postgres"), Some(Account::Other { user: 101, group: 104 }));
        assert_eq!(listed(passwd, "nobody"), None);
    }
}
