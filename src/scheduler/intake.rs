//! From a complete file to the archive.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;

use super::{
    Scheduler, Stepped,
    arrivals::{self, Arrival, Ready},
    choice::{self, Candidate},
};
use crate::{
    report::{
        Problem, ReportError,
        folder::{Opened, PictureFound, Stamp},
    },
    schedule::Publish,
    store::{
        self,
        reports::{Fresh, Recorded},
    },
};

/// Writes a report with its picture into the archive. Repeatable: what is there already is not written again.
///
/// # Errors
/// The database's.
pub async fn archive(
    db: &PgPool,
    feed: i32,
    file_name: &str,
    opened: &Opened,
    now: DateTime<Utc>,
) -> sqlx::Result<Recorded> {
    let picture = match &opened.picture {
        PictureFound::Picture { picture, .. } => Some(picture),
        PictureFound::None | PictureFound::Warning(_) => None,
    };
    let fresh = Fresh {
        feed,
        report: &opened.report,
        file_name,
        text: &opened.text,
        picture: picture.map(|picture| &picture.id),
    };
    if let Some(id) = store::reports::archived(db, &fresh).await? {
        return Ok(Recorded::Same(id));
    }
    if let Some(picture) = picture {
        store::pictures::put(db, picture).await?;
    }
    store::reports::record(db, &fresh, now).await
}

impl Scheduler {
    /// Lists every folder, and takes note of what is there.
    pub(super) async fn list(&mut self, now: DateTime<Utc>) {
        for place in 0..self.sources.len() {
            let source = &mut self.sources[place];
            let folder = source.folder.root.display().to_string();
            let key = format!("folder {folder}");
            match source.list().await {
                Ok((found, pictures)) => {
                    let gone = source.arrivals.note(&found, &pictures, now);
                    source.forget(&gone);
                    self.said.remove(&key);
                }
                Err(why) => self.say(&key, &format!("{folder}: cannot be listed: {why}; make the folder")),
            }
        }
    }

    /// Looks at every folder, and takes the files that are complete.
    pub(super) async fn look(&mut self, now: DateTime<Utc>, stepped: &mut Stepped) -> sqlx::Result<()> {
        self.list(now).await;
        for place in 0..self.sources.len() {
            for ready in self.sources[place].arrivals.ready(now) {
                self.take(place, &ready, now, stepped).await?;
            }
            stepped.waiting += self.sources[place].arrivals.waiting();
        }
        for feed in 0..self.feeds.len() {
            self.choose(feed, now).await?;
        }
        Ok(())
    }

    /// Takes one complete file: into the archive, or to the operator.
    async fn take(
        &mut self,
        place: usize,
        ready: &Ready,
        now: DateTime<Utc>,
        stepped: &mut Stepped,
    ) -> sqlx::Result<()> {
        let (path, file) = (&ready.path, ready.path.display().to_string());
        let opened = self.sources[place].open(path).await;
        // What it held before may have changed.
        self.sources[place].forget(std::slice::from_ref(path));
        let (feed, opened) = match opened {
            None => return Ok(()),
            Some(Err(ReportError { problem: Problem::Withheld, .. })) => {
                store::rejections::clear(&self.db, &file).await?;
                self.sources[place].take(path, Vec::new());
                return Ok(());
            }
            // What is still being written is not worth a word yet.
            Some(Err(_)) if now - ready.since < arrivals::PATIENCE => return Ok(()),
            Some(Err(error)) => {
                stepped.rejected += self.reject(ready, &error).await?;
                self.sources[place].take(path, Vec::new());
                return Ok(());
            }
            Some(Ok(found)) => found,
        };
        let report = &opened.report;
        let days = (feed, report.from, report.to);
        if let Some(holder) = self.sources[place].holders.get(&days).filter(|holder| *holder != path) {
            let problem = Problem::Twin(holder.display().to_string());
            stepped.rejected += self.reject(ready, &ReportError { file, line: 1, problem }).await?;
            self.sources[place].twins.push(path.clone());
            self.sources[place].take(path, Vec::new());
            return Ok(());
        }
        if matches!(opened.picture, PictureFound::Warning(_))
            && self.sources[place].arrivals.waits_for_picture(path, opened.watched.clone(), now)
        {
            return Ok(());
        }

        self.tell_of_picture(ready, &opened, now).await?;
        let recorded = archive(&self.db, self.feeds[feed].row, &name_of(path), &opened, now).await?;
        if !matches!(recorded, Recorded::Same(_)) {
            stepped.archived += 1;
            tracing::info!(file, feed = report.feed, day = %report.to, ?recorded, "archived");
        }
        let arrival = match recorded {
            // It came while nobody was looking.
            Recorded::New(_) if self.feeds[feed].known => Arrival::Now,
            _ => ready.arrival,
        };
        // Noted before anything else can fail: a file that is taken is not looked at again.
        self.feeds[feed].found.push(Candidate { report: recorded.id(), to: report.to, arrival });
        self.sources[place].holders.insert(days, path.clone());
        self.sources[place].take(path, opened.watched);
        Ok(())
    }

    /// Tells the operator of a file that cannot be published, once per change.
    async fn reject(&self, ready: &Ready, error: &ReportError) -> sqlx::Result<usize> {
        let path = ready.path.display().to_string();
        let news = store::rejections::note(&self.db, &path, &stamp(&ready.stamp), &error.to_string(), self.clock.now())
            .await?;
        if news {
            tracing::error!("{error}");
        }
        Ok(usize::from(news))
    }

    /// Tells the operator once per change why a report goes out without its picture.
    async fn tell_of_picture(&self, ready: &Ready, opened: &Opened, now: DateTime<Utc>) -> sqlx::Result<()> {
        let path = ready.path.display().to_string();
        let PictureFound::Warning(warning) = &opened.picture else {
            return store::rejections::clear(&self.db, &path).await;
        };
        if store::rejections::note(&self.db, &path, &stamp(&ready.stamp), &warning.to_string(), now).await? {
            tracing::warn!("{warning}; the report goes out with a word cloud in its place, or without a picture");
        }
        Ok(())
    }

    /// Chooses what goes out of the reports that a look found.
    async fn choose(&mut self, place: usize, now: DateTime<Utc>) -> sqlx::Result<()> {
        let feed = &mut self.feeds[place];
        if feed.schedule.publish == Publish::Firing {
            feed.found.clear();
        }
        if feed.found.is_empty() {
            return Ok(());
        }
        let through = store::reports::published_through(&self.db, feed.row).await?;
        let found = std::mem::take(&mut feed.found);
        let fresh_from = choice::fresh_from(now, feed.schedule.zone);
        feed.old_published.retain(|at| now - *at < TimeDelta::hours(1));
        let old_left = choice::OLD_PER_HOUR.saturating_sub(feed.old_published.len());
        let chosen = choice::on_look(&found, through, fresh_from, old_left);
        let old = chosen.iter().filter(|one| one.to < fresh_from).count();
        feed.old_published.extend(std::iter::repeat_n(now, old));
        for left in found.iter().filter(|one| one.arrival == Arrival::Now && !chosen.contains(one)) {
            tracing::warn!(
                feed = feed.schedule.feed,
                day = %left.to,
                "archived and not sent, since many old reports came at once; `paperboy publish FILE` sends it"
            );
        }
        self.to_publish.extend(chosen.into_iter().map(|one| (place, one, now)));
        Ok(())
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A stamp as text, to tell one state of a file from the next.
fn stamp(stamp: &Stamp) -> String {
    let modified = stamp.modified.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    format!("{} bytes, {} ns", stamp.size, modified.map_or(0, |at| at.as_nanos()))
}
