//! The command line.

mod broadcast;
mod cloud;
mod control;
mod publish;
mod recall;
mod redrive;
mod stats;
mod watch;

use std::{
    io::{self, IsTerminal as _},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::bail;
use chrono::NaiveDate;
use clap::{Parser, Subcommand};
use paperboy::{
    check,
    config::Config,
    control::Target,
    database::Database,
    demo, log,
    platforms::{ADAPTERS, Platforms},
    preview::Preview,
    serve::{self, Role},
};
use platform::{Act, Adapter, Language, Layout};
use tokio_util::sync::CancellationToken;

use crate::environment::Environment;

/// Publishes daily digests over Telegram and Discord.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// Dies at this point, as by kill -9; for tests.
    #[cfg(debug_assertions)]
    #[arg(long, global = true, hide = true)]
    die_at: Option<paperboy::crash::Point>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Shows everything at work on this machine alone: the real program against local stand-ins of both platforms.
    Demo(demo::Options),
    /// Runs the bots, the scheduler and the deliveries until Ctrl-C or SIGTERM.
    Serve {
        /// Only these parts, for a machine of their own on the same database; without it, all.
        #[arg(long, value_enum, value_delimiter = ',')]
        only: Vec<Role>,
    },
    /// Brings the database's tables up to date.
    Migrate,
    /// Checks the environment, the schedules and the reports; changes nothing.
    Check,
    /// Shows the messages that reports become. Needs no database and no token.
    Preview {
        /// Only for this platform.
        #[arg(long, value_parser = platform_name)]
        platform: Option<&'static Adapter>,
        /// Only in this layout.
        #[arg(long, value_parser = layout)]
        layout: Option<Layout>,
        /// One JSON object a line for each outgoing message.
        #[arg(long)]
        json: bool,
        /// Also the pages behind the buttons of the layout brief.
        #[arg(long)]
        pages: bool,
        /// Report files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Draws a report's word cloud. Needs no database and no token.
    Cloud {
        /// The report file.
        file: PathBuf,
        /// The picture to write, a JPEG; without it, the report's name with `.jpg`.
        #[arg(short, long)]
        out: Option<PathBuf>,
        /// Bright words on a dark ground.
        #[arg(long)]
        dark: bool,
    },
    /// Publishes one report to its feed's subscribers, whatever its date; if it went out before, corrects it.
    Publish {
        /// The report file.
        file: PathBuf,
    },
    /// Sends a message to every subscriber, after a question.
    Broadcast {
        /// What to say, in Markdown. A first line `# Headline` is shown as a picture too.
        text: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Takes a digest or broadcast back, after a question: deletes it at everybody who has it.
    Recall {
        /// The publication's number, or a feed.
        what: String,
        /// The day of the feed's digest: 2025-11-27.
        day: Option<NaiveDate>,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Shows subscribers, recent publications and what waits.
    Stats,
    /// Holds a publication or a bot back until it is resumed.
    Pause {
        /// A publication's number, a platform, or a bot such as telegram:1234.
        target: String,
    },
    /// Lets what was paused, quarantined or refused go on.
    Resume {
        /// As for `pause`.
        target: String,
    },
    /// Ends a publication for good; what has arrived stays.
    Cancel {
        /// Its number.
        publication: i64,
    },
    /// Sends again what was given up or what may not have arrived.
    Redrive(redrive::Options),
}

impl Cli {
    /// Does what was asked.
    pub(crate) async fn run(self, environment: &Environment, stop: CancellationToken) -> anyhow::Result<ExitCode> {
        let env = |name: &str| environment.get(name);
        #[cfg(debug_assertions)]
        if let Some(point) = self.die_at {
            paperboy::crash::die_at(point);
        }
        match self.command {
            Command::Preview { platform, layout, json, pages, files } => show(&files, platform, layout, json, pages),
            Command::Cloud { file, out, dark } => cloud::run(&file, out, dark).map(|()| ExitCode::SUCCESS),
            Command::Check => check::run(&env),
            Command::Demo(options) => demo::run(options, stop).await.map(|()| ExitCode::SUCCESS),
            Command::Serve { only } => {
                let (config, platforms) = settings(&env)?;
                log::start(&config.log, io::stderr, io::stderr().is_terminal())?;
                let roles = if only.is_empty() { &Role::ALL[..] } else { &only };
                serve::run(config, platforms, roles, stop).await.map(|()| ExitCode::SUCCESS)
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
            Command::Recall { what, day, yes } => {
                let (config, _) = settings(&env)?;
                recall::run(&config, &what, day, yes, stop).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Stats => {
                let (config, _) = settings(&env)?;
                stats::run(&config).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Pause { target } => control::run(&settings(&env)?.0, Act::Pause, &Target::read(&target)).await,
            Command::Resume { target } => control::run(&settings(&env)?.0, Act::Resume, &Target::read(&target)).await,
            Command::Cancel { publication } => {
                control::run(&settings(&env)?.0, Act::Cancel, &Target::Publication(publication)).await
            }
            Command::Redrive(options) => redrive::run(&settings(&env)?.0, options).await,
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

fn show(
    files: &[PathBuf],
    platform: Option<&'static Adapter>,
    layout: Option<Layout>,
    json: bool,
    pages: bool,
) -> anyhow::Result<ExitCode> {
    let platforms = platform.map_or_else(|| ADAPTERS.iter().collect(), |one| vec![one]);
    let layouts = layout.map_or_else(|| Layout::ALL.to_vec(), |one| vec![one]);
    let preview = Preview { files, platforms, layouts, language: Language::default(), json, pages };
    let all = preview.write(&mut io::stdout().lock(), &mut io::stderr().lock());
    match all {
        Ok(true) => Ok(ExitCode::SUCCESS),
        Ok(false) => Ok(ExitCode::FAILURE),
        // Whoever reads the output has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error.into()),
    }
}

fn platform_name(name: &str) -> Result<&'static Adapter, String> {
    paperboy::platforms::adapter(name).ok_or_else(|| "write telegram or discord".to_owned())
}

fn layout(word: &str) -> Result<Layout, String> {
    let known = Layout::ALL.map(Layout::as_str).join(", ");
    Layout::from_stored(word).ok_or_else(|| format!("write one of: {known}"))
}
