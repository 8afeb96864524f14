//! The folders that schedules name, each once, and the reports in them.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::Schedule;
use crate::report::{
    Problem, ReportError,
    folder::{self, Found, Opened},
};

/// A folder with the feeds whose reports appear in it.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Where it is.
    pub root: PathBuf,
    /// The schedules that name it, by their places in the list, with their feeds.
    pub feeds: Vec<(usize, String)>,
    /// Folders inside it that other schedules name: what lies there is theirs.
    others: Vec<PathBuf>,
}

/// The folders of these schedules.
#[must_use]
pub fn folders(schedules: &[Schedule]) -> Vec<Folder> {
    let mut folders: Vec<Folder> = Vec::new();
    for (place, schedule) in schedules.iter().enumerate() {
        let feed = (place, schedule.feed.clone());
        match folders.iter_mut().find(|folder| folder.root == schedule.folder) {
            Some(folder) => folder.feeds.push(feed),
            None => {
                let inside = |other: &&PathBuf| **other != schedule.folder && other.starts_with(&schedule.folder);
                let others = schedules.iter().map(|other| &other.folder).filter(inside).cloned().collect();
                folders.push(Folder { root: schedule.folder.clone(), feeds: vec![feed], others });
            }
        }
    }
    folders
}

impl Folder {
    /// The files in it that may be reports, sorted by path.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub fn list(&self) -> io::Result<Vec<Found>> {
        let mut found = folder::list(&self.root)?;
        found.retain(|found| !self.others.iter().any(|other| found.path.starts_with(other)));
        Ok(found)
    }

    /// Opens a report, and tells which schedule it is of. Only where the folder is one feed's own can a file go
    /// without naming it.
    ///
    /// # Errors
    /// A file that is no report of these feeds.
    pub fn open(&self, path: &Path) -> Result<(usize, Opened), ReportError> {
        let only = match self.feeds.as_slice() {
            [(_, only)] => Some(only.as_str()),
            _ => None,
        };
        let opened = folder::open(&self.root, path, only)?;
        match self.feeds.iter().find(|(_, feed)| *feed == opened.report.feed) {
            Some((place, _)) => Ok((*place, opened)),
            None => Err(ReportError {
                file: path.display().to_string(),
                line: 1,
                problem: Problem::StrangeFeed(opened.report.feed),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::schedule;

    fn schedule(feed: &str, folder: &str, base: &Path) -> Schedule {
        let text = format!(
            "feed = \"{feed}\"\ntitle = {{ en = \"A\" }}\nfolder = \"{folder}\"\ncron = \"0 0 * * *\"\nzone = \"UTC\"\npublish = \"arrival\""
        );
        schedule::parse("a.toml", &text, base).unwrap()
    }

    #[test]
    fn feeds_may_share_a_folder_or_lie_in_anothers() {
        let base = tempfile::tempdir().unwrap();
        let inner = base.path().join("all/inner");
        fs::create_dir_all(&inner).unwrap();
        for (path, text) in [
            ("all/a_20261123_20261123.md", "text"),
            ("all/b_20261123_20261123.md", "text"),
            ("all/c_20261123_20261123.md", "text"),
            ("all/2026-11-23-nameless.md", "text"),
            ("all/inner/2026-11-23-nameless.md", "text"),
        ] {
            fs::write(base.path().join(path), text).unwrap();
        }
        let schedules = [("a", "all"), ("b", "all"), ("c", "all/inner")];
        let folders = folders(&schedules.map(|(feed, folder)| schedule(feed, folder, base.path())));
        assert_eq!(folders.len(), 2);
        assert_eq!(folders[0].list().unwrap().len(), 4);
        let open = |folder: usize, path: &str| {
            folders[folder].open(&base.path().join(path)).map(|(place, _)| place).map_err(|error| error.problem)
        };
        assert_eq!(open(0, "all/a_20261123_20261123.md"), Ok(0));
        assert_eq!(open(0, "all/b_20261123_20261123.md"), Ok(1));
        assert_eq!(open(0, "all/c_20261123_20261123.md"), Err(Problem::StrangeFeed("c".to_owned())));
        assert_eq!(open(0, "all/2026-11-23-nameless.md"), Err(Problem::NoFeed));
        assert_eq!(open(1, "all/inner/2026-11-23-nameless.md"), Ok(2));
    }
}
