//! `paperboy stats`.

use paperboy::{
    clock::{Clock as _, SystemClock},
    config::Config,
    database::Database,
    desk,
    wording::wording,
};
use platform::Language;

/// Prints what `/stats` answers, in the operator's language: English.
///
/// # Errors
/// The database's.
pub(super) async fn run(config: &Config) -> anyhow::Result<()> {
    let database = Database::open(config).await?;
    let figures = desk::stats::figures(database.pool(), Language::En, SystemClock.now()).await?;
    println!("{}", (wording(Language::En).stats)(&figures));
    Ok(())
}
