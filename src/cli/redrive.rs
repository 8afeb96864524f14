//! `paperboy redrive`.

use std::process::ExitCode;

use clap::{ArgGroup, Args, ValueEnum};
use paperboy::{
    config::Config,
    database::Database,
    store::deliveries::redrive::{self, Choice},
};

/// What is to be sent again.
#[derive(Args)]
#[command(group = ArgGroup::new("what").required(true))]
pub(super) struct Options {
    /// What was given up, each delivery from the message that it had come to.
    #[arg(long, group = "what")]
    failed: bool,
    /// What may not have arrived; a reader may see it twice.
    #[arg(long, group = "what")]
    uncertain: bool,
    /// Changes nothing: lists what there is.
    #[arg(long, group = "what")]
    list: bool,
    /// Only this class of failure.
    #[arg(long, requires = "failed")]
    class: Option<Class>,
    /// Only of this publication.
    #[arg(long)]
    publication: Option<i64>,
}

/// Why deliveries were given up.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Class {
    /// The chat was gone; it must have said /start again since.
    Gone,
    /// The bot could not post there; likewise.
    Suspended,
    /// The platform refused the content.
    Refused,
    /// Tried too often.
    Exhausted,
}

impl Class {
    fn as_stored(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Suspended => "suspended",
            Self::Refused => "refused",
            Self::Exhausted => "exhausted",
        }
    }
}

/// Sends again, or lists.
///
/// # Errors
/// The database's.
pub(super) async fn run(config: &Config, options: Options) -> anyhow::Result<ExitCode> {
    let database = Database::open(config).await?;
    let db = database.pool();
    let class = options.class.map(|class| class.as_stored().to_owned());
    let choice = Choice { publication: options.publication, class };
    if options.list {
        for one in redrive::standing(db, &choice).await? {
            let example = one.example.map(|said| format!(": {said}")).unwrap_or_default();
            println!("{} \u{201c}{}\u{201d}: {} {}{example}", one.publication, one.title, one.chats, one.class);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let chats = match options.failed {
        true => redrive::failed(db, &choice).await?,
        false => redrive::uncertain(db, &choice).await?,
    };
    println!("{chats} deliveries wait to be sent again; a running `paperboy serve` sends them.");
    Ok(ExitCode::SUCCESS)
}
