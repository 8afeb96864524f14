//! Which files of a folder are complete. Pure: a listing and the time in, paths out.
//!
//! A file is complete when it looks the same in two looks [`SETTLE`] apart. What cannot be read then may still be on its
//! way: for [`PATIENCE`] after it last changed nobody is told. Its picture may come a moment later, too: while that is
//! missing or broken, and for [`PATIENCE`] after it last changed, the report waits for it.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::report::folder::{Found, Stamp};

/// How long a file must stay the same to count as complete.
pub(super) const SETTLE: TimeDelta = TimeDelta::milliseconds(300);
/// How long a report waits for its picture, and the operator for a report that cannot be read.
pub(super) const PATIENCE: TimeDelta = TimeDelta::seconds(3);

/// Whether a file was there before anybody looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// It was there at the first look.
    Before,
    /// It came, or was written anew, since.
    Now,
}

/// Where pictures are looked for, and what lies there.
pub(super) type Pictures = HashMap<PathBuf, Option<Stamp>>;

/// The files of one folder.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    begun: bool,
    files: BTreeMap<PathBuf, Seen>,
}

#[derive(Debug)]
struct Seen {
    stamp: Stamp,
    /// When the file was first seen with this stamp.
    since: DateTime<Utc>,
    /// When its picture was last seen to change, or the file itself.
    picture_since: DateTime<Utc>,
    arrival: Arrival,
    taken: bool,
    pictures: Vec<(PathBuf, Option<Stamp>)>,
}

/// A file that is complete and not taken yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ready {
    pub(super) path: PathBuf,
    pub(super) stamp: Stamp,
    /// When the file was first seen as it is now.
    pub(super) since: DateTime<Utc>,
    pub(super) arrival: Arrival,
}

impl Arrivals {
    /// Every place where a picture is expected.
    pub(super) fn places(&self) -> Vec<PathBuf> {
        self.files.values().flat_map(|seen| seen.pictures.iter().map(|(place, _)| place.clone())).collect()
    }

    /// Takes note of a look. Gives the files that are gone.
    pub(super) fn note(&mut self, found: &[Found], pictures: &Pictures, now: DateTime<Utc>) -> Vec<PathBuf> {
        let arrival = if self.begun { Arrival::Now } else { Arrival::Before };
        self.begun = true;
        for Found { path, stamp } in found {
            match self.files.get_mut(path) {
                Some(seen) if seen.stamp == *stamp => seen.note_pictures(pictures, now),
                known => {
                    let fresh = Seen {
                        stamp: *stamp,
                        since: now,
                        picture_since: now,
                        arrival,
                        taken: false,
                        pictures: Vec::new(),
                    };
                    match known {
                        Some(seen) => *seen = fresh,
                        None => drop(self.files.insert(path.clone(), fresh)),
                    }
                }
            }
        }
        let there: std::collections::HashSet<&Path> = found.iter().map(|found| found.path.as_path()).collect();
        let gone = self.files.extract_if(.., |path, _| !there.contains(path.as_path()));
        gone.map(|(path, _)| path).collect()
    }

    /// The complete files that are not taken yet.
    pub(super) fn ready(&self, now: DateTime<Utc>) -> Vec<Ready> {
        let ready = self.files.iter().filter(|(_, seen)| !seen.taken && now - seen.since >= SETTLE);
        ready
            .map(|(path, seen)| Ready {
                path: path.clone(),
                stamp: seen.stamp,
                since: seen.since,
                arrival: seen.arrival,
            })
            .collect()
    }

    /// Whether the report at `path` should still wait for its picture, which lies at one of these places. Remembers
    /// what lies there.
    pub(super) fn waits_for_picture(
        &mut self,
        path: &Path,
        pictures: Vec<(PathBuf, Option<Stamp>)>,
        now: DateTime<Utc>,
    ) -> bool {
        let Some(seen) = self.files.get_mut(path) else { return false };
        if !seen.pictures.is_empty() && seen.pictures != pictures {
            seen.picture_since = now;
        }
        seen.pictures = pictures;
        now - seen.picture_since < PATIENCE
    }

    /// The file was dealt with; it is not ready again before it or its picture changes.
    pub(super) fn take(&mut self, path: &Path, pictures: Vec<(PathBuf, Option<Stamp>)>) {
        if let Some(seen) = self.files.get_mut(path) {
            seen.taken = true;
            seen.pictures = pictures;
        }
    }

    /// The file is to be looked at again.
    pub(super) fn give_back(&mut self, path: &Path) {
        if let Some(seen) = self.files.get_mut(path) {
            seen.taken = false;
        }
    }

    /// How many files are not dealt with.
    pub(super) fn waiting(&self) -> usize {
        self.files.values().filter(|seen| !seen.taken).count()
    }
}

impl Seen {
    /// A picture that changes makes the report ready again; that is no arrival.
    fn note_pictures(&mut self, pictures: &Pictures, now: DateTime<Utc>) {
        let changed = self.pictures.iter().any(|(place, stamp)| pictures.get(place).is_some_and(|new| new != stamp));
        if self.taken && changed {
            self.taken = false;
            self.arrival = Arrival::Before;
            self.since = now;
            self.picture_since = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder {
        arrivals: Arrivals,
        files: Vec<Found>,
        pictures: Pictures,
    }

    fn stamp(size: u64) -> Stamp {
        Stamp { size, modified: None }
    }

    fn after(milliseconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(milliseconds).unwrap()
    }

    impl Folder {
        fn new() -> Self {
            Self { arrivals: Arrivals::default(), files: Vec::new(), pictures: Pictures::new() }
        }

        fn write(&mut self, name: &str, size: u64) {
            self.files.retain(|found| found.path != Path::new(name));
            self.files.push(Found { path: name.into(), stamp: stamp(size) });
        }

        fn look(&mut self, milliseconds: i64) -> Vec<(String, Arrival)> {
            self.arrivals.note(&self.files, &self.pictures, after(milliseconds));
            let ready = self.arrivals.ready(after(milliseconds));
            ready.into_iter().map(|ready| (ready.path.display().to_string(), ready.arrival)).collect()
        }
    }

    #[test]
    fn a_file_is_ready_when_it_has_stayed_the_same() {
        let mut folder = Folder::new();
        folder.look(0);
        folder.write("a", 1);
        assert_eq!(folder.look(1_000), []);
        folder.write("a", 2);
        assert_eq!(folder.look(1_300), []);
        assert_eq!(folder.look(1_599), []);
        assert_eq!(folder.look(1_600), [("a".to_owned(), Arrival::Now)]);
        assert_eq!(folder.arrivals.waiting(), 1);
        folder.arrivals.take(Path::new("a"), Vec::new());
        assert_eq!(folder.look(9_000), []);
        assert_eq!(folder.arrivals.waiting(), 0);
        folder.write("a", 3);
        assert_eq!(folder.look(10_000), []);
        assert_eq!(folder.look(10_300), [("a".to_owned(), Arrival::Now)]);
    }

    #[test]
    fn what_was_there_before_is_told_from_what_came() {
        let mut folder = Folder::new();
        folder.write("old", 1);
        folder.look(0);
        folder.write("new", 1);
        folder.look(100);
        assert_eq!(folder.look(400), [("new".to_owned(), Arrival::Now), ("old".to_owned(), Arrival::Before)]);
    }

    #[test]
    fn a_file_that_is_gone_is_told_once() {
        let mut folder = Folder::new();
        folder.write("a", 1);
        folder.look(0);
        assert_eq!(folder.arrivals.note(&[], &Pictures::new(), after(100)), [PathBuf::from("a")]);
        assert_eq!(folder.arrivals.note(&[], &Pictures::new(), after(200)), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_report_waits_for_its_picture_as_long_as_that_grows() {
        let mut folder = Folder::new();
        folder.write("a", 1);
        folder.look(0);
        let mut waits = |size: Option<u64>, at| {
            folder.arrivals.waits_for_picture(Path::new("a"), vec![("p".into(), size.map(stamp))], after(at))
        };
        assert!(waits(None, 300));
        assert!(waits(None, 2_999));
        assert!(waits(Some(1), 3_000));
        assert!(waits(Some(2), 5_900));
        assert!(waits(Some(2), 8_899));
        assert!(!waits(Some(2), 8_900));
    }

    #[test]
    fn a_picture_that_changes_later_makes_its_report_ready_but_no_arrival() {
        let mut folder = Folder::new();
        folder.look(0);
        folder.write("a", 1);
        folder.look(100);
        folder.arrivals.take(Path::new("a"), vec![("p".into(), None)]);
        folder.pictures.insert("p".into(), None);
        assert_eq!(folder.look(1_000), []);
        folder.pictures.insert("p".into(), Some(stamp(1)));
        folder.look(2_000);
        assert_eq!(folder.look(2_300), [("a".to_owned(), Arrival::Before)]);
    }
}
