//! Runs a command with `DATABASE_URL` set to an empty database on a private cluster that goes with it.
//! Usage: `cargo run --package localpg --example with-postgres -- COMMAND [ARGUMENT]…`

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, ExitCode};
use std::{env, error::Error, fs};

use localpg::{Cluster, Settings};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let program = arguments.next().ok_or("say which command to run")?;
    // Open to the account that PostgreSQL runs under when we are root.
    let home = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir()?;
    let cluster = Cluster::start(home.path(), &Settings::forgetful())?;
    let url = cluster.database("scratch")?;
    let status = Command::new(program).args(arguments).env("DATABASE_URL", url).status()?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
