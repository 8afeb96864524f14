//! The end of a digest or broadcast: its messages are deleted at those who have it, and nobody else gets it.

use chrono::{DateTime, Utc};
use platform::Language;
use sqlx::PgPool;

use super::{Place, PublishError, Published, steps};
use crate::{
    platforms,
    store::{
        self,
        deliveries::follow,
        publications::{
            Fresh, Kind,
            chain::{self, Root},
        },
        renditions,
    },
    wording::wording,
};

/// Takes a digest or broadcast back, as of now: whatever of it waits is cancelled, and what was sent is deleted, or struck
/// through where the platform no longer lets it be deleted. A recalled report is shown to nobody until its file changes.
/// Repeatable: what is recalled stays recalled.
///
/// # Errors
/// [`PublishError`]; then nothing was written.
pub async fn recall(
    db: &PgPool,
    root: &Root,
    progress: Option<Place>,
    now: DateTime<Utc>,
) -> Result<Published, PublishError> {
    match write(db, root, progress, now).await {
        // Somebody else recalled it in the same moment.
        Err(error) if store::is_conflict(&error) => Ok(write(db, root, None, now).await?),
        other => Ok(other?),
    }
}

async fn write(db: &PgPool, root: &Root, progress: Option<Place>, now: DateTime<Utc>) -> sqlx::Result<Published> {
    let day = now.date_naive();
    store::deliveries::ensure_partition(db, day).await?;
    let mut tx = db.begin().await?;
    store::deliveries::fan_out::plan_for_crowds(&mut tx).await?;
    let last = chain::lock(&mut tx, root.id).await?;
    let key = format!("recall:{}:{last}", root.id);
    if let Some(publication) = store::publications::by_key(&mut *tx, &key).await? {
        return Ok(Published::Already { publication });
    }
    let all = renditions::of_chain(&mut tx, root.id).await?;
    let fresh = Fresh { key, kind: Kind::Recall { of: root.id }, title: root.title.clone(), progress };
    let publication = store::publications::insert(&mut tx, &fresh, now).await?;
    for had in &all {
        let Some(dialect) = platforms::dialect(&had.platform) else { continue };
        let gone = wording(Language::from_code(&had.language).unwrap_or_default()).recalls.withdrawn;
        for whole in [true, false] {
            let steps = steps::between(dialect, &had.shown, whole, &[], gone);
            if !steps.is_empty() {
                renditions::insert_following(&mut tx, publication, had, whole, &steps, &[]).await?;
            }
        }
    }
    if let Some(report) = root.report {
        store::reports::changes::withhold(&mut tx, report).await?;
    }
    follow::cancel(&mut tx, root.id, publication).await?;
    chain::run_on(&mut tx, root.id, true).await?;
    let written = follow::fan_out(&mut tx, publication, root.id, day, None, now).await?;
    let audience = i64::try_from(written).unwrap_or(i64::MAX);
    store::publications::set_audience(&mut tx, publication, audience).await?;
    tx.commit().await?;
    super::tell_planner(db, day, written).await;
    Ok(Published::New { publication, audience })
}
