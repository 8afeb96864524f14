//! A schedule file, and its next and due firings. All of it but [`load`] and [`folder`] is pure.

pub mod cloud;
pub mod cron;
mod file;
pub mod folder;
mod zoned;

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

pub use file::{BadSchedules, ScheduleError, load, parse};

use crate::store::feeds::Titles;

/// One file in `schedules/`: a feed, where its reports appear and when they go out.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// The file's name without `.toml`: what its firings are kept under.
    pub name: String,
    /// The feed's name, as in `twitter_ai_20251127_20251127`.
    pub feed: String,
    /// What readers see, by language.
    pub titles: Titles,
    /// Where the reports appear.
    pub folder: PathBuf,
    /// When it fires.
    pub cron: cron::Cron,
    /// What days and hours are counted in.
    pub zone: Tz,
    /// When a report goes out.
    pub publish: Publish,
    /// When a word cloud is drawn, and how.
    pub cloud: cloud::Plan,
}

/// When a report goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Publish {
    /// As soon as its file is complete; the firing looks once more, as a safety net.
    Arrival,
    /// At the next firing after its file is complete.
    Firing,
}

impl Schedule {
    /// The first firing after `t`. `None`: never again (the calendar of the cron fields ends with the year 2099).
    #[must_use]
    pub fn next_after(&self, t: DateTime<Utc>) -> Option<DateTime<Utc>> {
        zoned::next_after(&self.cron, self.zone, t)
    }

    /// The firing that is due at `now` when `last` was the last one run. However many were missed in between, it is
    /// one: the newest. With no `last`, the newest there was.
    #[must_use]
    pub fn due(&self, last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        zoned::at_or_before(&self.cron, self.zone, now).filter(|at| last.is_none_or(|last| *at > last))
    }
}

#[cfg(test)]
mod tests;
