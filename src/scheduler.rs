//! Sees reports arrive, writes them into the archive, and publishes them when their schedule says so.
//!
//! A look at the folders ([`look`]) tells which files are complete; each is opened, checked and archived ([`intake`]),
//! and what is to go out is chosen ([`choice`]) and published. A firing is one more look at the archive ([`firing`]),
//! run by exactly one of the processes that share the database. [`watch`] only makes the next look come sooner: a look
//! every second finds everything by itself, also where no file system events come.
//!
//! # What goes out by itself
//!
//! Every report that can be read goes into the archive, where readers find its day. What goes out to subscribers:
//!
//! - **A report of these days** (its last day ended less than 36 hours ago in the feed's zone) goes out when it
//!   arrives.
//! - **An older report** that arrives goes out too: whoever puts it there now wants it seen. But of several in one look
//!   only the newest does, and at most [`choice::OLD_PER_HOUR`] an hour, so that copying an archive into the folder does
//!   not flood the readers. The rest are archived, with a line that says how to send them.
//! - **A report that arrived while nobody was looking** arrives at the next start: the archive does not know it yet.
//! - **On the very first start**, when the archive holds nothing of the feed, the folder may hold years: only the newest
//!   day goes out, and only if it is of these days.
//! - **With `publish = "firing"`** nothing goes out on arrival. The firing sends what has not gone out and is not older
//!   than 36 hours before the firing before it; when nothing ever went out, only the newest of these.
//! - **A firing of `publish = "arrival"`** is the safety net: it does what a start does.
//!
//! A report that changes changes the archive at once. What was sent already is corrected ([`correction`]) when the file
//! has stayed the same for ten seconds, as long as it went out within the last week. Whoever writes `published: false`
//! into a file keeps it from going out; what went out before, only a recall takes back.

mod arrivals;
mod choice;
mod correction;
mod firing;
mod intake;
mod look;
mod watch;

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    picture,
    platforms::Platforms,
    publish::{self, Published},
    schedule::{self, Schedule},
    store::{self, feeds::Declaration},
};
use choice::Candidate;
pub use intake::archive;
use look::Source;

/// How long between two looks while a file is not complete yet.
const SOON: Duration = Duration::from_millis(100);
/// How long between two looks otherwise, unless something stirs.
const LOOK: Duration = Duration::from_secs(1);
/// How long to leave a database alone that refused something.
const BREATHER: Duration = Duration::from_secs(2);
/// How long to wait with a publication that failed.
const TRY_AGAIN: TimeDelta = TimeDelta::seconds(30);

/// Watches the folders and the clock.
pub struct Scheduler {
    db: PgPool,
    platforms: Platforms,
    clock: Arc<dyn Clock>,
    feeds: Vec<Feed>,
    sources: Vec<Source>,
    /// Whether the feeds have their rows.
    declared: bool,
    /// What is to go out, with the instant of the next try.
    to_publish: Vec<(usize, Candidate, DateTime<Utc>)>,
    /// The last word on each trouble, so that each is said once and not every second.
    said: HashMap<String, String>,
}

/// A schedule with what is known of its feed.
struct Feed {
    schedule: Schedule,
    /// The feed's row; 0 before it is declared.
    row: i32,
    /// Whether the archive held something of it at the start: what is not there arrived since.
    known: bool,
    /// What was archived and is to be chosen from. Kept while the database refuses the next question.
    found: Vec<Candidate>,
    /// The last firing that is known to be run.
    fired: Option<DateTime<Utc>>,
    /// When old reports went out on arrival, in the last hour.
    old_published: Vec<DateTime<Utc>>,
}

/// What one step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stepped {
    /// Reports that are new in the archive or took another's place there.
    pub archived: usize,
    /// Publications made.
    pub published: usize,
    /// Corrections made of what was published before.
    pub corrected: usize,
    /// Files that cannot be read, told to the operator now.
    pub rejected: usize,
    /// Firings run.
    pub fired: usize,
    /// Files that are not complete yet.
    pub waiting: usize,
    /// Whether the database refused something; it is tried again.
    pub failed: bool,
}

/// Lets readers subscribe the feeds of these schedules, and no others.
///
/// # Errors
/// The database's.
pub async fn declare(db: &PgPool, schedules: impl IntoIterator<Item = &Schedule>) -> sqlx::Result<()> {
    let declarations =
        schedules.into_iter().map(|one| Declaration { name: &one.feed, titles: &one.titles, zone: one.zone });
    store::feeds::declare(db, &declarations.collect::<Vec<_>>()).await
}

impl Scheduler {
    /// Watches for these schedules. Nothing is read before the first step.
    #[must_use]
    pub fn new(db: PgPool, platforms: Platforms, clock: Arc<dyn Clock>, schedules: Vec<Schedule>) -> Self {
        let sources = schedule::folder::folders(&schedules).into_iter().map(Source::new).collect();
        let feed = |schedule| Feed {
            schedule,
            row: 0,
            known: false,
            found: Vec::new(),
            fired: None,
            old_published: Vec::new(),
        };
        let feeds = schedules.into_iter().map(feed).collect();
        Self { db, platforms, clock, feeds, sources, declared: false, to_publish: Vec::new(), said: HashMap::new() }
    }

    /// Steps until `stop`. Survives the database and the disk: what fails is logged once and tried again.
    ///
    /// # Errors
    /// None; the type is that of the program's other parts.
    pub async fn run(mut self, stop: CancellationToken) -> anyhow::Result<()> {
        let mut watch = watch::Watch::new();
        loop {
            watch.keep(self.sources.iter().map(|source| source.folder.root.as_path()));
            let stepped = self.step().await;
            let wait = match stepped {
                Stepped { failed: true, .. } => BREATHER,
                Stepped { waiting: 1.., .. } => SOON,
                _ => LOOK,
            };
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(wait) => {}
                () = watch.stirred(), if wait == LOOK => {}
            }
        }
    }

    /// One look at the folders, and whatever follows from it and from the clock.
    pub async fn step(&mut self) -> Stepped {
        let now = self.clock.now();
        let mut stepped = Stepped::default();
        if let Err(error) = self.step_at(now, &mut stepped).await {
            stepped.failed = true;
            self.say("database", &format!("the database refused: {error}; trying again"));
        } else {
            self.said.remove("database");
        }
        stepped
    }

    async fn step_at(&mut self, now: DateTime<Utc>, stepped: &mut Stepped) -> sqlx::Result<()> {
        if !self.declared {
            // Before anybody can subscribe the feeds, so that whatever comes from then on counts as an arrival.
            self.list(now).await;
            self.declare(now).await?;
        }
        self.look(now, stepped).await?;
        self.publish(now, stepped).await;
        self.correct(now, stepped).await?;
        self.fire(now, stepped).await
    }

    /// Gives each feed its row, and each schedule the instant that its firings are counted from.
    async fn declare(&mut self, now: DateTime<Utc>) -> sqlx::Result<()> {
        declare(&self.db, self.feeds.iter().map(|feed| &feed.schedule)).await?;
        for feed in &mut self.feeds {
            let declared = store::feeds::by_name(&self.db, &feed.schedule.feed).await?;
            feed.row = declared.ok_or(sqlx::Error::RowNotFound)?.id;
            feed.known = store::reports::latest(&self.db, feed.row).await?.is_some();
            if let Some(before) = feed.schedule.due(None, now) {
                store::firings::begin(&self.db, &feed.schedule.name, before, now).await?;
            }
            tracing::info!(
                feed = feed.schedule.feed,
                folder = %feed.schedule.folder.display(),
                next_firing = feed.schedule.next_after(now).map(|at| at.to_rfc3339()),
                "watching"
            );
        }
        self.declared = true;
        Ok(())
    }

    /// Publishes what is to go out, oldest day first. What fails stays for later.
    async fn publish(&mut self, now: DateTime<Utc>, stepped: &mut Stepped) {
        let waiting = std::mem::take(&mut self.to_publish);
        for (feed, candidate, at) in waiting {
            if at > now {
                self.to_publish.push((feed, candidate, at));
                continue;
            }
            let Schedule { feed: name, cloud, .. } = &self.feeds[feed].schedule;
            picture::ensure(&self.db, cloud, candidate.report, picture::BUDGET, now).await;
            match publish::digest(&self.db, &self.platforms, candidate.report, now).await {
                Ok(Published::New { publication, audience }) => {
                    stepped.published += 1;
                    tracing::info!(feed = name, day = %candidate.to, publication, audience, "published");
                }
                Ok(Published::Already { .. }) => {}
                Err(error) => {
                    let key = format!("publish {}", candidate.report);
                    let text = format!("{name} of {} cannot be published: {error}; trying again", candidate.to);
                    self.say(&key, &text);
                    self.to_publish.push((feed, candidate, now + TRY_AGAIN));
                }
            }
        }
    }

    /// Logs an error once: again only after it was another one, or was over.
    fn say(&mut self, key: &str, text: &str) {
        if self.said.insert(key.to_owned(), text.to_owned()).as_deref() != Some(text) {
            tracing::error!("{text}");
        }
    }
}
