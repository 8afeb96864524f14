//! `paperboy recall`.

use anyhow::{Context as _, bail};
use chrono::NaiveDate;
use paperboy::{
    clock::{Clock as _, SystemClock},
    config::Config,
    database::Database,
    publish::{Published, recall::recall},
    store::{
        deliveries::follow,
        feeds,
        publications::chain::{self, Root},
    },
};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

/// Asks, takes it back, and shows how that goes.
///
/// # Errors
/// When there is no such publication, nobody said yes, or the database refuses.
pub(super) async fn run(
    config: &Config,
    what: &str,
    day: Option<NaiveDate>,
    yes: bool,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let database = Database::open(config).await?;
    let db = database.pool();
    let root = find(db, what, day).await?;
    let chats = follow::count(db, root.id).await?;
    let question = format!(
        "Take back “{}”, published on {}, from {chats} chats?",
        root.title,
        root.published_at.format("%Y-%m-%d %H:%M UTC")
    );
    if !yes && !super::broadcast::confirmed(&question)? {
        bail!("nothing was taken back");
    }
    match recall(db, &root, None, SystemClock.now()).await? {
        Published::New { publication, audience } => {
            println!("Being taken back from {audience} chats, as publication {publication}.");
            super::watch::watch(db, publication, &stop).await
        }
        Published::Already { publication } => {
            println!("It was taken back before, as publication {publication}.");
            Ok(())
        }
    }
}

async fn find(db: &PgPool, what: &str, day: Option<NaiveDate>) -> anyhow::Result<Root> {
    let Some(day) = day else {
        let id = what.parse().with_context(|| {
            format!("`{what}` is no publication's number: write that, or a feed and a day, such as {what} 2025-11-27")
        })?;
        return chain::root(db, id).await?.with_context(|| format!("there is no publication {id}"));
    };
    let feed = feeds::by_name(db, what).await?.with_context(|| format!("there is no feed `{what}`"))?;
    let found = chain::on_day(db, feed.id, day).await?;
    found.with_context(|| format!("no digest of {what} for {day} went out"))
}
