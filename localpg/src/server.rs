//! Making the cluster and starting its server.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use crate::{Error, Layout, Settings, account::Account, binaries::Binaries, stale};

/// The role that owns everything in the cluster. The socket's folder is closed to other users, so it has no password.
pub(crate) const SUPERUSER: &str = "app";

/// The data folder's name in the cluster's folder.
pub(crate) const DATA: &str = "data";

/// The name of the file that the server writes to, in the cluster's folder.
pub(crate) const LOG: &str = "postgres.log";

/// The name of the server's socket in its folder.
pub(crate) const SOCKET: &str = ".s.PGSQL.5432";

/// How many bytes the socket folder's path may have: the socket's whole address must fit in 107.
const LONGEST_FOLDER: usize = 85;

/// Beyond this, a server that does not answer will not.
const PATIENCE: Duration = Duration::from_secs(60);

/// Makes the data folder. It appears whole or not at all.
pub(crate) fn create(binaries: &Binaries, account: Account, layout: &Layout) -> Result<(), Error> {
    for left_over in fs::read_dir(&layout.home).map_err(Error::io("read", &layout.home))?.flatten() {
        if left_over.file_name().as_bytes().starts_with(b"data.new-") {
            fs::remove_dir_all(left_over.path()).map_err(Error::io("remove", &left_over.path()))?;
        }
    }
    let unfinished = layout.home.join(format!("data.new-{}", std::process::id()));
    crate::make_private_folder(&unfinished)?;
    account.give(&unfinished)?;
    let mut initdb = account.command(binaries.program("initdb"));
    initdb.args(["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]);
    // Writing everything to the disk now takes up to 12 s on a busy one, and an empty cluster is easily made again.
    initdb.arg("--no-sync").arg("-D").arg(&unfinished);
    run("initdb", &mut initdb)?;
    let conf = unfinished.join("postgresql.conf");
    let mut text = fs::read(&conf).map_err(Error::io("read", &conf))?;
    text.extend_from_slice(b"\n# Written anew at each start.\ninclude = 'paperboy.conf'\n");
    fs::write(&conf, text).map_err(Error::io("write", &conf))?;
    fs::rename(&unfinished, &layout.data).map_err(Error::io("rename", &unfinished))
}

/// Starts the server unless it runs, and says in which folder its socket is.
pub(crate) fn ensure_running(
    binaries: &Binaries,
    account: Account,
    layout: &Layout,
    settings: &Settings,
) -> Result<PathBuf, Error> {
    if let Some(folder) = stale::running_in(layout)? {
        wait_until_ready(binaries, account, &folder)?;
        return Ok(folder);
    }
    let folder = socket_folder(account, layout)?;
    let mut lines = vec![
        "listen_addresses = ''".to_owned(),
        "unix_socket_permissions = 0700".to_owned(),
        format!("unix_socket_directories = '{}'", folder.display()),
    ];
    lines.extend_from_slice(&settings.lines);
    let conf = layout.data.join("paperboy.conf");
    fs::write(&conf, lines.join("\n") + "\n").map_err(Error::io("write", &conf))?;
    account.give(&conf)?;
    // Each run has its own log: the old one would only hide why this start failed.
    fs::write(&layout.log, "").map_err(Error::io("write", &layout.log))?;
    account.give(&layout.log)?;

    let mut start = account.command(binaries.program("pg_ctl"));
    start.args(["start", "--wait", "--silent", "--timeout=60"]);
    // Short paths, because pg_ctl puts them into a shell's line between plain double quotes.
    start.current_dir(&layout.home).args(["-D", DATA, "-l", LOG]);
    if let Err(Error::Failed { program, said }) = run("pg_ctl start", &mut start) {
        let log = last_lines(&fs::read_to_string(&layout.log).unwrap_or_default());
        return Err(Error::Failed { program, said: if log.is_empty() { said } else { log } });
    }
    wait_until_ready(binaries, account, &folder)?;
    tracing::debug!(home = %layout.home.display(), "started a private Postgres");
    Ok(folder)
}

/// Runs SQL (and psql's own commands) in the database that every cluster has.
pub(crate) fn query(binaries: &Binaries, account: Account, socket: &Path, text: &str) -> Result<(), Error> {
    let mut psql = account.command(binaries.program("psql"));
    psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname=postgres", "--username", SUPERUSER]);
    psql.arg("--host").arg(socket).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = psql.spawn().map_err(Error::io("run", &binaries.program("psql")))?;
    if let Some(mut input) = child.stdin.take() {
        // If it has ended already, its exit status says so below.
        drop(input.write_all(text.as_bytes()));
    }
    let output = child.wait_with_output().map_err(Error::io("run", &binaries.program("psql")))?;
    succeeded("psql", &output)
}

/// Waits while a server is still reading its log after a crash.
fn wait_until_ready(binaries: &Binaries, account: Account, socket: &Path) -> Result<(), Error> {
    let began = Instant::now();
    loop {
        match query(binaries, account, socket, "select 1;\n") {
            Err(Error::Failed { said, .. })
                if said.contains("the database system is") && began.elapsed() < PATIENCE =>
            {
                thread::sleep(Duration::from_millis(50));
            }
            outcome => return outcome,
        }
    }
}

/// `run` in the cluster's folder; where that path does not suit a socket, a folder in the machine's scratch space.
fn socket_folder(account: Account, layout: &Layout) -> Result<PathBuf, Error> {
    let run = layout.home.join("run");
    let folder = if suits_a_socket(&run) {
        run
    } else {
        let data = fs::metadata(&layout.data).map_err(Error::io("open", &layout.data))?;
        env::temp_dir().join(format!("paperboy-{:x}-{:x}", data.dev(), data.ino()))
    };
    // Made anew each time: in scratch space, somebody else could have put a folder of that name there before.
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Error::io("remove", &folder)(error)),
        _ => crate::make_private_folder(&folder)?,
    }
    account.give(&folder)?;
    Ok(folder)
}

/// Whether a socket in this folder can be addressed: clients take a comma for the end of a path, and the system has
/// a limit for its length.
fn suits_a_socket(folder: &Path) -> bool {
    let path = folder.as_os_str().as_bytes();
    path.len() <= LONGEST_FOLDER && !path.iter().any(|byte| b",'\"\\".contains(byte))
}

/// Runs a program to its end.
fn run(name: &'static str, command: &mut Command) -> Result<(), Error> {
    let program = PathBuf::from(OsString::from(command.get_program()));
    let output = command.stdin(Stdio::null()).output().map_err(Error::io("run", &program))?;
    succeeded(name, &output)
}

fn succeeded(program: &'static str, output: &Output) -> Result<(), Error> {
    if output.status.success() {
        return Ok(());
    }
    let said = last_lines(&String::from_utf8_lossy(&output.stderr));
    Err(Error::Failed { program, said: if said.is_empty() { output.status.to_string() } else { said } })
}

/// The end of a text, where programs say what went wrong.
fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(6)..].join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_needs_a_short_and_plain_path() {
        assert!(suits_a_socket(Path::new("/home/paper boy/日报/.paperboy/run")));
        assert!(!suits_a_socket(Path::new("/home/a,b/run")));
        assert!(!suits_a_socket(&Path::new("/home").join("a".repeat(90))));
    }

    #[test]
    fn of_what_a_program_says_the_end_is_kept() {
        let text = (1..=9).map(|n| format!("line {n}\n\n")).collect::<String>();
        assert_eq!(last_lines(&text), "line 4; line 5; line 6; line 7; line 8; line 9");
    }
}
