//! Runs what is due, in one of the processes that share the database.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Scheduler, Stepped,
    arrivals::Arrival,
    choice::{self, Candidate},
};
use crate::{schedule::Publish, store};

/// A firing that was claimed this long ago and is not finished is taken anew. Running one twice harms nobody.
const ABANDONED: TimeDelta = TimeDelta::minutes(5);
/// How long a firing waits for files that are not complete yet, so that a report written at the last moment goes along.
const LAST_MOMENT: TimeDelta = TimeDelta::seconds(20);

impl Scheduler {
    /// Runs every firing that is due, each by claiming its row.
    pub(super) async fn fire(&mut self, now: DateTime<Utc>, stepped: &mut Stepped) -> sqlx::Result<()> {
        for place in 0..self.feeds.len() {
            let feed = &self.feeds[place];
            // What this process remembers spares the database a question every second.
            let Some(at) = feed.schedule.due(feed.fired, now) else { continue };
            let waits = self
                .sources
                .iter()
                .any(|source| source.arrivals.waiting() > 0 && source.folder.feeds.iter().any(|(of, _)| *of == place));
            if waits && now - at < LAST_MOMENT {
                continue;
            }
            let name = feed.schedule.name.clone();
            let progress = store::firings::progress(&self.db, &name, now - ABANDONED).await?;
            let due = feed.schedule.due(progress.claimed, now);
            self.feeds[place].fired = progress.finished;
            let Some(at) = due else { continue };
            let Some(held) = store::firings::claim(&self.db, &name, at, now - ABANDONED, now).await? else { continue };
            let chosen = self.chosen_at_firing(place, at, now).await?;
            let outcome = match chosen.len() {
                0 => "nothing new".to_owned(),
                reports => format!("{reports} to publish"),
            };
            self.to_publish.extend(chosen.into_iter().map(|one| (place, one, now)));
            self.publish(now, stepped).await;
            if self.to_publish.iter().any(|(of, ..)| *of == place) {
                // Left unfinished: it is taken anew, here or elsewhere.
                continue;
            }
            store::firings::finish(&self.db, &held, &outcome, now).await?;
            tracing::info!(schedule = name, fires_at = %at.to_rfc3339(), outcome, "fired");
            self.feeds[place].fired = Some(at);
            stepped.fired += 1;
        }
        Ok(())
    }

    async fn chosen_at_firing(
        &self,
        place: usize,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Vec<Candidate>> {
        let feed = &self.feeds[place];
        let since = match feed.schedule.publish {
            Publish::Arrival => now,
            // A monthly feed's report is weeks old at its firing, and still the one that everybody waits for.
            Publish::Firing => feed.schedule.due(None, at - TimeDelta::seconds(1)).unwrap_or(at),
        };
        let first = choice::fresh_from(since, feed.schedule.zone);
        let there = store::reports::unpublished(&self.db, feed.row, first).await?;
        let candidate =
            |one: store::reports::Unpublished| Candidate { report: one.id, to: one.to, arrival: Arrival::Before };
        let there: Vec<_> = there.into_iter().map(candidate).collect();
        let through = store::reports::published_through(&self.db, feed.row).await?;
        Ok(choice::at_firing(&there, through, first))
    }
}
