//! Whether a server runs in the data folder, and what a dead one has left there.
//!
//! A server that was killed leaves its process id in `postmaster.pid`. Postgres refuses to start as long as any
//! process has that number, and in a container whose first process does not collect the dead ones, one always has.
//! So we look at what the processes do: a server stands in its data folder.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::{Error, Layout, remove_if_present, server::SOCKET};

/// How long a server may take to open its socket, or its last processes to end, before we say that it is stuck.
const PATIENCE: Duration = Duration::from_secs(10);

/// The socket folder of the server that runs in the data folder. If none does, removes what it left.
pub(crate) fn running_in(layout: &Layout) -> Result<Option<PathBuf>, Error> {
    let pid_file = layout.data.join("postmaster.pid");
    let began = Instant::now();
    loop {
        let Ok(text) = fs::read_to_string(&pid_file) else { return Ok(None) };
        let socket_folder = socket_folder_in(&text);
        if let Some(folder) = &socket_folder
            && UnixStream::connect(folder.join(SOCKET)).is_ok()
        {
            return Ok(socket_folder);
        }
        if !Path::new("/proc/self/cwd").exists() {
            // Only Linux lets us look; elsewhere Postgres's own check has the say.
            return Ok(None);
        }
        if !somebody_stands_in(&layout.data) {
            tracing::info!(home = %layout.home.display(), "removing what a killed Postgres left");
            remove_if_present(&pid_file)?;
            if let Some(folder) = socket_folder {
                remove_if_present(&folder.join(format!("{SOCKET}.lock")))?;
                remove_if_present(&folder.join(SOCKET))?;
            }
            return Ok(None);
        }
        if began.elapsed() > PATIENCE {
            return Err(Error::Held { data: layout.data.clone(), log: layout.log.clone() });
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// The socket folder in the text of a `postmaster.pid`: its fifth line.
fn socket_folder_in(pid_file: &str) -> Option<PathBuf> {
    let line = pid_file.lines().nth(4)?;
    (!line.is_empty()).then(|| PathBuf::from(line))
}

/// Whether a live process has the folder as its current one. Processes of other users cannot be seen, but they could
/// not write to the folder either.
fn somebody_stands_in(folder: &Path) -> bool {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.filter_map(|process| fs::read_link(process.path().join("cwd")).ok()).any(|cwd| cwd == folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_folder_is_the_fifth_line_of_the_pid_file() {
        assert_eq!(socket_folder_in("12\n/d\n1\n5432\n/d/run\n\n"), Some(PathBuf::from("/d/run")));
        assert_eq!(socket_folder_in("12\n/d\n1\n5432\n\n"), None);
        assert_eq!(socket_folder_in("12\n/d\n"), None);
    }
}
