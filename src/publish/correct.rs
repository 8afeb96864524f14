//! A digest's new text, for those who have the old one.
//!
//! What a reader's messages show now stands in the reader's last delivery of the digest's chain. From there each reader
//! is led to the new text: what stays the same is left alone, and whom the digest has not reached gets the new text at
//! once. A publication of its own makes it paced, resumable and counted like every other.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use platform::{Language, Layout};
use sqlx::PgPool;

use super::{PublishError, sheet::Paper, steps};
use crate::{
    platforms::{self, Platforms},
    store::{
        self,
        deliveries::follow,
        publications::{
            Fresh, Kind,
            chain::{self, Root},
        },
        renditions,
        reports::Archived,
    },
    wording::wording,
};

/// What correcting came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corrected {
    /// Readers are getting it.
    Published {
        /// The correction's row.
        publication: i64,
        /// How many chats have something that changes.
        audience: i64,
        /// How many had nothing yet, and get the new text at once, or when they are sent again by hand.
        in_time: u64,
    },
    /// Readers have it, or see no difference.
    Unchanged,
    /// The report never went out.
    NeverSent,
}

/// Leads everybody who has this report to its present text, as of now. Repeatable: the same text changes nothing.
///
/// # Errors
/// [`PublishError`]; then nothing was written.
pub async fn correct(
    db: &PgPool,
    platforms: &Platforms,
    report: i64,
    now: DateTime<Utc>,
) -> Result<Corrected, PublishError> {
    let archived = store::reports::by_id(db, report).await?.ok_or(PublishError::NoSuchReport(report))?;
    let Some(root) = chain::of_report(db, report).await? else { return Ok(Corrected::NeverSent) };
    let key = format!("correction:{}:{}", root.id, archived.revision);
    if store::publications::by_key(db, &key).await?.is_some() {
        return Ok(Corrected::Unchanged);
    }
    let paper = Paper::of_report(db, &archived, platforms.most_messages()).await?;
    if paper.document.blocks.is_empty() && paper.picture.is_none() {
        return Err(PublishError::Nothing);
    }
    let fresh = Fresh { key, kind: Kind::Correction { of: root.id }, title: archived.title.clone(), progress: None };
    match write(db, &root, &fresh, &archived, &paper, now).await {
        Ok(corrected) => Ok(corrected),
        // Somebody else published the same correction in the same moment.
        Err(error) if store::is_conflict(&error) => Ok(Corrected::Unchanged),
        Err(error) => Err(error.into()),
    }
}

async fn write(
    db: &PgPool,
    root: &Root,
    fresh: &Fresh,
    archived: &Archived,
    paper: &Paper,
    now: DateTime<Utc>,
) -> sqlx::Result<Corrected> {
    let day = now.date_naive();
    store::deliveries::ensure_partition(db, day).await?;
    let mut tx = db.begin().await?;
    store::deliveries::fan_out::plan_for_crowds(&mut tx).await?;
    chain::lock(&mut tx, root.id).await?;
    store::reports::changes::set_shown(&mut tx, archived.id, archived.revision).await?;
    let all = renditions::of_chain(&mut tx, root.id).await?;
    let publication = store::publications::insert(&mut tx, fresh, now).await?;
    let mut revised: BTreeMap<(&str, &str, &str), i64> = BTreeMap::new();
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for had in &all {
        let Some(dialect) = platforms::dialect(&had.platform) else { continue };
        let layout = Layout::from_stored(&had.layout).unwrap_or_default();
        let language = Language::from_code(&had.language).unwrap_or_default();
        let text = paper.render(dialect, layout, language);
        for whole in [true, false] {
            let steps = steps::between(dialect, &had.shown, whole, &text, wording(language).recalls.withdrawn);
            if !steps.is_empty() {
                renditions::insert_following(&mut tx, publication, had, whole, &steps, &text).await?;
            }
        }
        if had.publication == root.id && had.shown != text {
            let key = (had.platform.as_str(), had.layout.as_str(), had.language.as_str());
            let rendition = match revised.get(&key) {
                Some(rendition) => *rendition,
                None => renditions::insert_revised(&mut tx, root.id, had, archived.revision, &text).await?,
            };
            revised.insert(key, rendition);
            old.push(had.rendition);
            new.push(rendition);
        }
    }
    chain::run_on(&mut tx, root.id, false).await?;
    follow::supersede(&mut tx, root.id, publication).await?;
    let in_time = follow::switch(&mut tx, root.id, &old, &new).await?;
    let written = follow::fan_out(&mut tx, publication, root.id, day, root.feed, now).await?;
    if written == 0 && in_time == 0 {
        // Only what no reader sees is another now, or nobody has it.
        tx.rollback().await?;
        let mut connection = db.acquire().await?;
        store::reports::changes::set_shown(&mut connection, archived.id, archived.revision).await?;
        return Ok(Corrected::Unchanged);
    }
    let audience = i64::try_from(written).unwrap_or(i64::MAX);
    store::publications::set_audience(&mut tx, publication, audience).await?;
    tx.commit().await?;
    super::tell_planner(db, day, written).await;
    Ok(Corrected::Published { publication, audience, in_time })
}
