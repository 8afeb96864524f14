//! The feeds behind a command.

use chrono::{DateTime, NaiveDate, Utc};
use platform::Language;

use super::visit::Visit;
use crate::store::{
    feeds::{self, Feed},
    reports, subscriptions,
};

/// A feed that a chat receives.
pub(super) struct Received {
    pub(super) feed: Feed,
    /// Since when.
    pub(super) since: DateTime<Utc>,
}

/// What the chat receives, oldest first; a feed that is declared no more is still among them.
pub(super) async fn received(visit: &Visit<'_>) -> anyhow::Result<Vec<Received>> {
    let Some(subscriber) = &visit.subscriber else { return Ok(Vec::new()) };
    let mut received = Vec::new();
    for subscription in subscriptions::of(&visit.desk.db, subscriber.id).await? {
        let feed = feeds::by_id(&visit.desk.db, subscription.feed).await?;
        received.push(Received { feed, since: subscription.started_at });
    }
    Ok(received)
}

/// The feeds that the chat receives; all declared ones when it receives none.
pub(super) async fn to_read(visit: &Visit<'_>) -> anyhow::Result<Vec<Feed>> {
    let received = received(visit).await?;
    if received.is_empty() {
        return Ok(feeds::all_declared(&visit.desk.db).await?);
    }
    Ok(received.into_iter().map(|received| received.feed).collect())
}

/// Today where it is written.
pub(super) fn today(visit: &Visit<'_>, feed: &Feed) -> NaiveDate {
    visit.now.with_timezone(&feed.zone).date_naive()
}

/// Name and title of each, for the texts that list them.
pub(super) fn listed(feeds: &[Feed], language: Language) -> Vec<(String, String)> {
    feeds.iter().map(|feed| (feed.name.clone(), feed.title(language).to_owned())).collect()
}

/// Its latest day, in words.
pub(super) async fn latest_day(visit: &Visit<'_>, feed: &Feed) -> anyhow::Result<Option<String>> {
    let latest = reports::latest(&visit.desk.db, feed.id).await?;
    Ok(latest.map(|report| (visit.texts.day)(report.to, today(visit, feed))))
}
