//! Where the machine keeps PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::Error;

/// The oldest version that is used: older ones lack statements that we need.
pub(crate) const OLDEST: u32 = 15;

/// A folder that holds the server's and the client's programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binaries {
    folder: PathBuf,
    version: u32,
}

impl Binaries {
    /// The version that made `data`, or the newest one if there is no such folder yet.
    pub(crate) fn find(data: &Path) -> Result<Self, Error> {
        let mut found: Vec<Self> = candidates().into_iter().filter_map(Self::at).collect();
        found.sort_by_key(|binaries| std::cmp::Reverse(binaries.version));
        if let Ok(made_by) = fs::read_to_string(data.join("PG_VERSION")) {
            let version = made_by.trim();
            return found
                .into_iter()
                .find(|binaries| binaries.version.to_string() == version)
                .ok_or_else(|| Error::OtherVersion { data: data.to_owned(), version: version.to_owned() });
        }
        let newest = found.into_iter().next().ok_or(Error::NotInstalled { older: None })?;
        if newest.version < OLDEST {
            return Err(Error::NotInstalled { older: Some(newest.version) });
        }
        Ok(newest)
    }

    /// The path of one of the programs.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The binaries in this folder, if they are complete and run.
    fn at(folder: PathBuf) -> Option<Self> {
        if !["initdb", "pg_ctl", "psql"].iter().all(|name| folder.join(name).exists()) {
            return None;
        }
        let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
        let version = version_in(&String::from_utf8_lossy(&output.stdout))?;
        output.status.success().then_some(Self { folder, version })
    }
}

/// The folders worth a look, links resolved, none twice.
fn candidates() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    // A program on the PATH may be a link to where all of them are.
    let on_path = env::split_paths(&path)
        .filter_map(|folder| folder.join("postgres").canonicalize().ok())
        .filter_map(|program| program.parent().map(Path::to_owned));
    let packaged = ["/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"]
        .iter()
        .filter_map(|parent| fs::read_dir(parent).ok())
        .flat_map(|entries| entries.flatten().map(|entry| entry.path().join("bin")));
    let usual = ["/usr/pgsql/bin", "/usr/local/pgsql/bin", "/usr/bin"].map(PathBuf::from);
    let mut folders: Vec<PathBuf> =
        on_path.chain(packaged).chain(usual).filter_map(|folder| folder.canonicalize().ok()).collect();
    folders.sort();
    folders.dedup();
    folders
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian …)`.
fn version_in(said: &str) -> Option<u32> {
    let (_, number) = said.split_once("(PostgreSQL) ")?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_postgres_says() {
        assert_eq!(version_in("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(version_in("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(version_in("some other program\n"), None);
    }
}
