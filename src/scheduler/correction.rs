//! What went out and says something else now.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Scheduler, Stepped};
use crate::{
    picture,
    publish::correct::{self, Corrected},
    store,
};

/// A file that is saved again and again is left alone until it has stayed the same for so long.
const QUIET: TimeDelta = TimeDelta::seconds(10);
/// What went out earlier is history: whoever tidies up an archive does not mean to write to everybody.
const CURRENT: TimeDelta = TimeDelta::days(7);

impl Scheduler {
    /// Corrects what readers have, or are getting, in an older revision. Any process may: a correction is made once.
    pub(super) async fn correct(&mut self, now: DateTime<Utc>, stepped: &mut Stepped) -> sqlx::Result<()> {
        for place in 0..self.feeds.len() {
            let row = self.feeds[place].row;
            for changed in store::reports::changes::changed(&self.db, row, now - QUIET, now - CURRENT).await? {
                let feed = self.feeds[place].schedule.feed.clone();
                picture::ensure(&self.db, &self.feeds[place].schedule.cloud, changed.id, picture::BUDGET, now).await;
                let key = format!("correct {}", changed.id);
                match correct::correct(&self.db, &self.platforms, changed.id, now).await {
                    Ok(Corrected::Published { publication, audience, in_time }) => {
                        stepped.corrected += 1;
                        self.said.remove(&key);
                        tracing::info!(feed, day = %changed.to, publication, audience, in_time, "corrected");
                    }
                    Ok(Corrected::Unchanged | Corrected::NeverSent) => {}
                    Err(error) => {
                        let text = format!("{feed} of {} cannot be corrected: {error}; trying again", changed.to);
                        self.say(&key, &text);
                    }
                }
            }
        }
        Ok(())
    }
}
