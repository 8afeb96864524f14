//! Why there is no cluster, told as what to do about it.

use std::{io, path::Path, path::PathBuf};

/// Why a private cluster could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No server binaries that can be used.
    #[error(
        "PostgreSQL {} or newer is not installed{}; install it (Debian, Ubuntu: apt-get install postgresql; \
         Fedora: dnf install postgresql-server) or set DATABASE_URL to a database that you have",
        crate::binaries::OLDEST, found(.older)
    )]
    NotInstalled {
        /// The newest one that is too old.
        older: Option<u32>,
    },
    /// The data folder was made by a version that is not here.
    #[error(
        "{} was made by PostgreSQL {version}, which is not installed any more; install that version, or move \
         the folder away to begin anew", .data.display()
    )]
    OtherVersion {
        /// The data folder.
        data: PathBuf,
        /// What made it.
        version: String,
    },
    /// PostgreSQL does not run as root, and no other account can be used.
    #[error(
        "PostgreSQL does not run as root, and neither the account `postgres` nor `nobody` can reach {}; \
         run Paperboy as another user, choose another DATA_DIR, or set DATABASE_URL", .home.display()
    )]
    Root {
        /// The cluster's folder.
        home: PathBuf,
    },
    /// The data folder is another user's.
    #[error(
        "{} belongs to the user with id {owner}; run Paperboy as that user, choose another DATA_DIR, or set \
         DATABASE_URL", .data.display()
    )]
    Foreign {
        /// The data folder.
        data: PathBuf,
        /// Its owner.
        owner: u32,
    },
    /// Another server holds the data folder but does not answer.
    #[error("a PostgreSQL server holds {} but does not answer; stop it, or look at {}", .data.display(), .log.display())]
    Held {
        /// The data folder.
        data: PathBuf,
        /// What the server writes.
        log: PathBuf,
    },
    /// A name that is not only of letters, digits and `_`.
    #[error("{name:?} cannot be a database's name: use letters, digits and _")]
    DatabaseName {
        /// As given.
        name: String,
    },
    /// One of PostgreSQL's programs failed.
    #[error("{program} failed: {said}")]
    Failed {
        /// Which.
        program: &'static str,
        /// Its last words.
        said: String,
    },
    /// A file or folder cannot be used.
    #[error("cannot {what} {}", .path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// With what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

impl Error {
    /// Names the file that an I/O error is about.
    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { what, path, source }
    }
}

fn found(older: &Option<u32>) -> String {
    older.map_or_else(String::new, |version| format!(" (found {version}, which is too old)"))
}
