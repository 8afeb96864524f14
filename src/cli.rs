//! The command line.

mod broadcast;
mod publish;
mod stats;
mod watch;

use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::{Parser, Subcommand};
use paperboy::{check, config::Config, database::Database, demo, platforms::Platforms, serve};
use tokio_util::sync::CancellationToken;

use crate::environment::Environment;

/// Publishes daily digests over Telegram and Discord.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Shows everything at work on this machine alone: the real program against local stand-ins of both platforms.
    Demo(demo::Options),
    /// Runs the bots, the scheduler and the deliveries until Ctrl-C or SIGTERM.
    Serve,
    /// Brings the database's tables up to date.
    Migrate,
    /// Checks the environment, the schedules and the reports; changes nothing.
    Check,
    /// Publishes one report to its feed's subscribers, whatever its date.
    Publish {
        /// The report file.
        file: PathBuf,
    },
    /// Sends a message to every subscriber, after a question.
    Broadcast {
        /// What to say, in Markdown.
        text: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Shows subscribers, recent publications and what waits.
    Stats,
}

impl Cli {
    /// Does what was asked.
    pub(crate) async fn run(self, environment: &Environment, stop: CancellationToken) -> anyhow::Result<ExitCode> {
        let env = |name: &str| environment.get(name);
        match self.command {
            Command::Check => check::run(&env),
            Command::Demo(options) => {
                let data_dir = options.data_dir.or_else(|| env("DATA_DIR").map(PathBuf::from));
                demo::run(demo::Options { data_dir, ..options }, stop).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Serve => {
                let (config, platforms) = settings(&env)?;
                start_log(&config);
                serve::run(config, platforms, stop).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Migrate => {
                let (config, _) = settings(&env)?;
                let _database = Database::open(&config).await?;
                println!("The database is up to date.");
                Ok(ExitCode::SUCCESS)
            }
            Command::Publish { file } => {
                let (config, platforms) = settings(&env)?;
                publish::run(&config, &platforms, &file, stop).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Broadcast { text, yes } => {
                let (config, platforms) = settings(&env)?;
                broadcast::run(&config, &platforms, text, yes, stop).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Stats => {
                let (config, _) = settings(&env)?;
                stats::run(&config).await.map(|()| ExitCode::SUCCESS)
            }
        }
    }
}

fn settings(env: platform::Env<'_>) -> anyhow::Result<(Config, Platforms)> {
    let config = Config::from_env(env);
    let platforms = Platforms::connect(env);
    match (config, platforms) {
        (Ok(config), Ok(platforms)) => Ok((config, platforms)),
        (config, platforms) => {
            let bad = config.err().into_iter().flatten().chain(platforms.err());
            let lines: Vec<_> = bad.map(|error| format!("\n  {error}")).collect();
            bail!("these settings cannot be used:{}", lines.concat())
        }
    }
}

fn start_log(config: &Config) {
    tracing_subscriber::fmt().with_env_filter(&config.log).with_writer(std::io::stderr).init();
}
