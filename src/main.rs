//! The program `paperboy`: reads the command line and the environment, calls the library, prints errors, exits.

mod cli;
mod environment;

use std::process::ExitCode;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::{cli::Cli, environment::Environment};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = Environment::read().and_then(|environment| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let done = runtime.block_on(async {
            let stop = CancellationToken::new();
            tokio::spawn(stop_at_signal(stop.clone()));
            cli.run(&environment, stop).await
        });
        // Whatever still waits on a thread of its own, such as a question at the terminal, is not waited for.
        runtime.shutdown_background();
        done
    });
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("paperboy: {}", told(&error));
            ExitCode::FAILURE
        }
    }
}

/// The error and its causes on one line, without those that an error above has told already.
fn told(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !line.contains(&cause) {
            let colon = if line.is_empty() { "" } else { ": " };
            line += &format!("{colon}{cause}");
        }
    }
    line
}

/// Ctrl-C and SIGTERM ask for a drain; a second one ends the program at once, which loses nothing either.
#[allow(clippy::exit, reason = "the second signal means now")]
async fn stop_at_signal(stop: CancellationToken) {
    // Both are listened to from the first to the last, so that a second one is never missed.
    let (mut interrupt, mut terminate) = match (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
        (Ok(interrupt), Ok(terminate)) => (interrupt, terminate),
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(%error, "cannot listen for signals; stop the program with SIGKILL, nothing is lost");
            return;
        }
    };
    for asked in 0.. {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        if asked > 0 {
            std::process::exit(130);
        }
        tracing::info!("stopping: what is in flight is finished first; a second signal ends the program at once");
        stop.cancel();
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    #[test]
    fn a_cause_is_told_once() {
        let error = anyhow!("refused").context("no answer: refused").context("cannot reach it");
        assert_eq!(super::told(&error), "cannot reach it: no answer: refused");
    }
}
