//! `paperboy pause`, `resume` and `cancel`.

use std::process::ExitCode;

use paperboy::{
    config::Config,
    control::{self, Target},
    database::Database,
};
use platform::Act;

/// Does it and says so.
///
/// # Errors
/// When the target does not exist or is as wished already, or the database refuses.
pub(super) async fn run(config: &Config, act: Act, target: &Target) -> anyhow::Result<ExitCode> {
    let database = Database::open(config).await?;
    let done = control::act(database.pool(), act, target).await?;
    let did = match act {
        Act::Pause => "Paused",
        Act::Resume => "Goes on",
        Act::Cancel => "Cancelled",
    };
    println!("{did}: {}. Every running process heeds it within a second.", done.to);
    Ok(ExitCode::SUCCESS)
}
