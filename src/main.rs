//! The program `paperboy`: reads the command line and the environment, calls the library, prints errors, exits.

mod cli;
mod environment;

use std::process::ExitCode;

use clap::Parser;
use tokio_util::sync::CancellationToken;

use crate::{cli::Cli, environment::Environment};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = Environment::read().and_then(|environment| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let stop = CancellationToken::new();
            tokio::spawn(stop_at_signal(stop.clone()));
            cli.run(&environment, stop).await
        })
    });
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("paperboy: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Ctrl-C and SIGTERM ask for a drain; a second one ends the program at once, which loses nothing either.
#[allow(clippy::exit, reason = "the second signal means now")]
async fn stop_at_signal(stop: CancellationToken) {
    for asked in 0.. {
        if let Err(error) = signal().await {
            tracing::error!(%error, "cannot listen for signals; stop the program with SIGKILL, nothing is lost");
            return;
        }
        if asked > 0 {
            std::process::exit(130);
        }
        stop.cancel();
    }
}

async fn signal() -> std::io::Result<()> {
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = term.recv() => Ok(()),
    }
}
