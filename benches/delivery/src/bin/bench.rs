//! `script/bench-delivery`: the figures of BENCHMARKS.md.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use delivery::bench::{chats, corrections, million, pace, peers, reply};

/// Measures the delivery of the real program.
#[derive(Parser)]
struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// How much of a limit one, two and four processes use.
    Pace {
        /// Messages a second.
        #[arg(long, default_value_t = 30.0)]
        limit: f64,
        /// How long each.
        #[arg(long, default_value_t = 40)]
        seconds: u32,
    },
    /// Whether three bad chats slow down the others.
    Chats,
    /// Fan-out, memory and the speed from the first to the last delivery.
    Million {
        /// Chats.
        #[arg(long, default_value_t = 1_000_000)]
        readers: u64,
        /// How many of the messages are delivered.
        #[arg(long, default_value_t = 1_000_000)]
        deliver: usize,
    },
    /// A correction and a recall of a digest that a million have.
    Corrections {
        /// Chats.
        #[arg(long, default_value_t = 1_000_000)]
        readers: u64,
    },
    /// How long readers wait for answers and reports.
    Reply {
        /// Deliveries that wait meanwhile.
        #[arg(long, default_value_t = 1_000_000)]
        readers: u64,
        /// How many answers.
        #[arg(long, default_value_t = 200)]
        asks: i64,
    },
    /// Messages a second without a limit, beside a bare loop, teloxide and aiogram.
    Peers {
        /// Messages for each.
        #[arg(long, default_value_t = 30_000)]
        messages: usize,
        /// Turns.
        #[arg(long, default_value_t = 3)]
        runs: usize,
        /// A Python that has aiogram.
        #[arg(long)]
        python: Option<PathBuf>,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Options::parse().what {
        What::Pace { limit, seconds } => pace::run(limit, seconds).await,
        What::Chats => chats::run().await,
        What::Million { readers, deliver } => million::run(readers, deliver).await,
        What::Corrections { readers } => corrections::run(readers).await,
        What::Reply { readers, asks } => reply::run(readers, asks).await,
        What::Peers { messages, runs, python } => peers::run(messages, runs, python.as_deref()).await,
    }
}
