//! The folders of the schedules, and a look at one.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
};

use chrono::NaiveDate;

use super::arrivals::{Arrivals, Pictures};
use crate::{
    report::ReportError,
    report::folder::{self, Found, Opened, Stamp},
    schedule::Schedule,
};

/// A folder with the schedules whose reports appear in it.
pub(super) struct Source {
    root: PathBuf,
    /// Their places in the scheduler's list.
    pub(super) feeds: Vec<usize>,
    /// Folders inside it that are other schedules' own.
    others: Vec<PathBuf>,
    pub(super) arrivals: Arrivals,
    /// Which file holds the report of these days.
    pub(super) holders: HashMap<(usize, NaiveDate, NaiveDate), PathBuf>,
    /// Files that were rejected because another one holds their days.
    pub(super) twins: Vec<PathBuf>,
}

/// The folders of these schedules, each once.
pub(super) fn sources(schedules: &[Schedule]) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for (place, schedule) in schedules.iter().enumerate() {
        match sources.iter_mut().find(|source| source.root == schedule.folder) {
            Some(source) => source.feeds.push(place),
            None => sources.push(Source {
                root: schedule.folder.clone(),
                feeds: vec![place],
                others: schedules
                    .iter()
                    .map(|other| other.folder.clone())
                    .filter(|other| *other != schedule.folder && other.starts_with(&schedule.folder))
                    .collect(),
                arrivals: Arrivals::default(),
                holders: HashMap::new(),
                twins: Vec::new(),
            }),
        }
    }
    sources
}

impl Source {
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Lists the folder, off the async threads.
    pub(super) async fn list(&self) -> io::Result<(Vec<Found>, Pictures)> {
        let (root, others, places) = (self.root.clone(), self.others.clone(), self.arrivals.places());
        let listing = tokio::task::spawn_blocking(move || {
            let mut found = folder::list(&root)?;
            found.retain(|found| !others.iter().any(|other| found.path.starts_with(other)));
            let pictures = places.into_iter().map(|place| {
                let stamp = Stamp::at(&place);
                (place, stamp)
            });
            Ok((found, pictures.collect()))
        });
        listing.await.map_err(io::Error::other)?
    }

    /// Opens a report of the folder, off the async threads, with `feed` for a file that names none.
    pub(super) async fn open(&self, path: &Path, feed: Option<String>) -> Option<Result<Opened, ReportError>> {
        let (root, path) = (self.root.clone(), path.to_owned());
        let opened = tokio::task::spawn_blocking(move || {
            let opened = folder::open(&root, &path, feed.as_deref());
            // A file that went away meanwhile is no error: the next look will not show it.
            if opened.is_err() && Stamp::at(&path).is_none() { None } else { Some(opened) }
        });
        // Opening never panics; if it did, the file would be tried again.
        opened.await.ok().flatten()
    }
}
