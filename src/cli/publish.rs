//! `paperboy publish`.

use std::path::Path;

use anyhow::{Context as _, bail};
use paperboy::{
    clock::{Clock as _, SystemClock},
    config::Config,
    database::Database,
    picture,
    platforms::Platforms,
    publish::{
        self, Published,
        correct::{Corrected, correct},
    },
    report::folder::{self, Opened, PictureFound},
    schedule::{self, Schedule},
    scheduler,
    store::feeds,
};
use tokio_util::sync::CancellationToken;

/// Archives the report, publishes it whatever its date, and shows how it goes. What went out before is corrected.
///
/// # Errors
/// When the report cannot be read, no schedule declares its feed, or the database refuses.
pub(super) async fn run(
    config: &Config,
    platforms: &Platforms,
    file: &Path,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let schedules = schedule::load(&config.schedules_dir)?;
    let opened = open(&schedules, file)?;
    let report = &opened.report;
    let known: Vec<&str> = schedules.iter().map(|schedule| schedule.feed.as_str()).collect();
    let Some(schedule) = schedules.iter().find(|schedule| schedule.feed == report.feed) else {
        bail!(
            "{}: no schedule declares the feed `{}`; those declared are: {}",
            file.display(),
            report.feed,
            known.join(", ")
        );
    };
    if let PictureFound::Warning(warning) = &opened.picture {
        eprintln!("{warning}; it goes out with a word cloud, or without a picture");
    }
    let database = Database::open(config).await?;
    let db = database.pool();
    scheduler::declare(db, &schedules).await?;
    let feed = feeds::by_name(db, &schedule.feed).await?.context("the feed was just declared")?;
    let file_name = file.file_name().unwrap_or_default().to_string_lossy();
    let now = SystemClock.now();
    let archived = scheduler::archive(db, feed.id, &file_name, &opened, now).await?;
    picture::ensure(db, &schedule.cloud, archived.id(), picture::BUDGET, now).await;
    match publish::digest(db, platforms, archived.id(), now).await? {
        Published::New { publication, audience } => {
            println!("On its way to {audience} chats, as publication {publication}.");
            super::watch::watch(db, publication, &stop).await
        }
        Published::Already { publication } => match correct(db, platforms, archived.id(), now).await? {
            Corrected::Published { publication, audience, in_time } => {
                println!(
                    "It went out before: {audience} chats have it corrected, as publication {publication}; \
                     {in_time} more get the new text at once."
                );
                super::watch::watch(db, publication, &stop).await
            }
            Corrected::Unchanged | Corrected::NeverSent => {
                println!("It went out before, as publication {publication}, and has not changed; nothing was sent.");
                Ok(())
            }
        },
    }
}

/// Reads the report. Its pictures are looked for below its schedule's folder if it lies there, else beside it.
fn open(schedules: &[Schedule], file: &Path) -> anyhow::Result<Opened> {
    let file = file.canonicalize().with_context(|| format!("cannot read {}", file.display()))?;
    let below = |schedule: &&Schedule| schedule.folder.canonicalize().is_ok_and(|folder| file.starts_with(folder));
    let home = schedules.iter().find(below);
    let only = if let [only] = schedules { Some(only) } else { home };
    let root = home.map_or_else(|| file.parent().unwrap_or(Path::new("/")), |schedule| &schedule.folder);
    Ok(folder::open(root, &file, only.map(|schedule| schedule.feed.as_str()))?)
}
