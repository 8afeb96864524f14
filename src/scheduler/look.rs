//! What is known of a folder, and the next look at it.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::NaiveDate;

use super::arrivals::{Arrivals, Pictures};
use crate::{
    report::{
        ReportError,
        folder::{Found, Opened, Stamp},
    },
    schedule::folder::Folder,
};

/// A folder where reports appear.
pub(super) struct Source {
    pub(super) folder: Arc<Folder>,
    pub(super) arrivals: Arrivals,
    /// Which file holds the report of these days, by the schedule's place.
    pub(super) holders: HashMap<(usize, NaiveDate, NaiveDate), PathBuf>,
    /// Files that were rejected because another one holds their days.
    pub(super) twins: Vec<PathBuf>,
}

impl Source {
    pub(super) fn new(folder: Folder) -> Self {
        Self { folder: Arc::new(folder), arrivals: Arrivals::default(), holders: HashMap::new(), twins: Vec::new() }
    }

    /// Lists the folder, off the async threads.
    pub(super) async fn list(&self) -> io::Result<(Vec<Found>, Pictures)> {
        let (folder, places) = (self.folder.clone(), self.arrivals.places());
        let listing = tokio::task::spawn_blocking(move || {
            let found = folder.list()?;
            let pictures = places.into_iter().map(|place| {
                let stamp = Stamp::at(&place);
                (place, stamp)
            });
            Ok((found, pictures.collect()))
        });
        listing.await.map_err(io::Error::other)?
    }

    /// Opens a report of the folder, off the async threads. `None`: it went away meanwhile, and the next look will not
    /// show it.
    pub(super) async fn open(&self, path: &Path) -> Option<Result<(usize, Opened), ReportError>> {
        let (folder, path) = (self.folder.clone(), path.to_owned());
        let opened = tokio::task::spawn_blocking(move || {
            let opened = folder.open(&path);
            if opened.is_err() && Stamp::at(&path).is_none() { None } else { Some(opened) }
        });
        // Opening never panics; if it did, the file would be tried again.
        opened.await.ok().flatten()
    }

    /// The file was dealt with.
    pub(super) fn take(&mut self, path: &Path, pictures: Vec<(PathBuf, Option<Stamp>)>) {
        self.arrivals.take(path, pictures);
    }

    /// Frees the days that these files held, so that their twins may take them.
    pub(super) fn forget(&mut self, gone: &[PathBuf]) {
        let held = self.holders.len();
        self.holders.retain(|_, holder| !gone.contains(holder));
        if self.holders.len() < held {
            for twin in std::mem::take(&mut self.twins) {
                self.arrivals.give_back(&twin);
            }
        }
    }
}
