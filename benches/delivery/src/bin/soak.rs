//! `script/soak`: kills the program in every way, and judges what arrived.

use std::process::ExitCode;

use clap::Parser;
use delivery::soak::{self, Plan};

/// Torments the real program, and exits with 1 if a promise was broken.
#[derive(Parser)]
struct Options {
    /// SIGKILLs, at least; when all processes are killed at once each counts.
    #[arg(long, default_value_t = 200)]
    kills: u64,
    /// Messages.
    #[arg(long, default_value_t = 200_000)]
    messages: u64,
    /// The platform's limit in messages a second; without it, so many that the run takes some minutes: 60 to 1000.
    #[arg(long)]
    limit: Option<f64>,
    /// Decides what is struck when.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    #[allow(clippy::cast_precision_loss, reason = "the exact number does not matter")]
    let fitting = (options.messages as f64 / 200.0).clamp(60.0, 1000.0);
    let limit = options.limit.unwrap_or(fitting);
    let plan = Plan { kills: options.kills, messages: options.messages, limit, seed: options.seed };
    Ok(if soak::run(plan).await? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
