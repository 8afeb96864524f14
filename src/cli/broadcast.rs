//! `paperboy broadcast`.

use std::io::{IsTerminal as _, Write as _};

use anyhow::bail;
use paperboy::{
    clock::{Clock as _, SystemClock},
    config::Config,
    database::Database,
    platforms::Platforms,
    publish::{self, Broadcast, sheet::Paper},
    wording::wording,
};
use platform::Language;
use tokio_util::sync::CancellationToken;

/// Asks, publishes, and shows how it goes.
///
/// # Errors
/// When nobody said yes, or the database refuses.
pub(super) async fn run(
    config: &Config,
    platforms: &Platforms,
    text: String,
    yes: bool,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    if text.trim().is_empty() {
        bail!("there is nothing to say: write a text");
    }
    let database = Database::open(config).await?;
    let db = database.pool();
    let audience = publish::audience(db, platforms).await?;
    if audience == 0 {
        bail!("nobody would get it: no chat has said /start yet");
    }
    if !yes {
        let (paper, _) = Paper::of_broadcast(&text).await;
        let stars = publish::price::stars(db, platforms, &paper).await?;
        let price = if stars > 0 { (wording(Language::En).price)(stars) + "\n" } else { String::new() };
        let question = format!("{price}Send this to {audience} chats?");
        let confirmed = tokio::select! {
            answer = tokio::task::spawn_blocking(move || confirmed(&question)) => answer??,
            () = stop.cancelled() => false,
        };
        if !confirmed {
            bail!("nothing was sent");
        }
    }
    let token = format!("{:032x}", rand::random::<u128>());
    let broadcast = Broadcast { token, text, progress: None };
    let published = publish::broadcast(db, platforms, &broadcast, SystemClock.now()).await?;
    println!("On its way to {audience} chats, as publication {}.", published.publication());
    super::watch::watch(db, published.publication(), &stop).await
}

/// Asks at the terminal.
///
/// # Errors
/// When there is none.
pub(super) fn confirmed(question: &str) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!("{question} There is no terminal to ask at: add --yes");
    }
    print!("{question} [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
