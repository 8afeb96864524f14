//! The folders where reports and their pictures appear: the only part of [`super`] that touches the disk.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Component, Path, PathBuf},
    time::SystemTime,
};

use platform::Picture;

use super::{
    Problem, Report, ReportError, encoding,
    picture::{self, PictureProblem},
};

/// A report's file as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// What it looks like from outside.
    pub stamp: Stamp,
}

/// What changes when a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// In bytes.
    pub size: u64,
    /// When it was last written, by the file system's clock; only compared, never reckoned with.
    pub modified: Option<SystemTime>,
}

/// A report's file with all that was found in it and beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The file's whole text.
    pub text: String,
    /// The report in it.
    pub report: Report,
    /// Its picture.
    pub picture: PictureFound,
    /// Where its picture lies or would lie, and what was there just before it was read: when that changes, so does
    /// the picture.
    pub watched: Vec<(PathBuf, Option<Stamp>)>,
}

/// What there is to say about a report's picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureFound {
    /// The report names none, and none lies beside it.
    None,
    /// It can be shown.
    Picture {
        /// Its file.
        path: PathBuf,
        /// With its bytes.
        picture: Picture,
        /// What it shows, as the report tells it.
        alt: String,
    },
    /// The report goes out without it.
    Warning(PictureWarning),
}

/// Why a report goes out without its picture. Shown as `file:line: picture `source`: reason`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: picture `{source_written}`: {problem}")]
pub struct PictureWarning {
    /// The report's file.
    pub file: String,
    /// Where it names the picture, from 1.
    pub line: usize,
    /// As written there.
    pub source_written: String,
    /// The reason, and what to do.
    pub problem: PictureProblem,
}

/// The files under `root` that may be reports, sorted by path: `*.md` and `*.markdown`, in folders of any depth, but
/// nothing hidden and no `README`. Linked folders are not entered.
///
/// # Errors
/// Only when `root` itself cannot be listed; what vanishes meanwhile is left out.
pub fn list(root: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut folders = vec![fs::read_dir(root)?];
    while let Some(folder) = folders.pop() {
        for entry in folder.flatten() {
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.extend(fs::read_dir(&path));
            } else if may_be_report(&path)
                && let Ok(meta) = fs::metadata(&path)
                && meta.is_file()
            {
                found.push(Found { path, stamp: Stamp::of(&meta) });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn may_be_report(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase());
    matches!(ending.as_deref(), Some("md" | "markdown")) && stem.as_deref() != Some("readme")
}

impl Stamp {
    fn of(meta: &fs::Metadata) -> Self {
        Self { size: meta.len(), modified: meta.modified().ok() }
    }

    /// The stamp of the file at `path`; `None` where there is none.
    #[must_use]
    pub fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|meta| Self::of(&meta))
    }
}

/// The text of the report's file at `path`; errors name the whole path.
///
/// # Errors
/// A file that cannot be read, is too large, or is no text.
pub fn read(path: &Path) -> Result<String, ReportError> {
    let file = path.display().to_string();
    let unreadable =
        |why: &io::Error| ReportError { file: file.clone(), line: 1, problem: Problem::Unreadable(why.to_string()) };
    let opened = File::open(path).map_err(|why| unreadable(&why))?;
    let size = opened.metadata().map_err(|why| unreadable(&why))?.len();
    if size > encoding::MAX_BYTES {
        return Err(ReportError { file, line: 1, problem: Problem::TooLarge { bytes: size } });
    }
    let mut bytes = Vec::new();
    // The file may grow while it is read; one byte more than the limit is enough to see that.
    opened.take(encoding::MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|why| unreadable(&why))?;
    encoding::decode(&file, &bytes)
}

/// Opens the report at `path`, with `feed` for a file that names none, and its picture inside `root`. Errors name the
/// whole path.
///
/// # Errors
/// A file that is no report that can be published.
pub fn open(root: &Path, path: &Path, feed: Option<&str>) -> Result<Opened, ReportError> {
    let text = read(path)?;
    let report = super::draft(&path.display().to_string(), &text)?.into_report(feed)?;
    let watched = places(root, path, &report).into_iter().map(|place| {
        let stamp = Stamp::at(&place);
        (place, stamp)
    });
    let watched = watched.collect();
    Ok(Opened { picture: picture(root, path, &report), text, report, watched })
}

/// Finds and checks the picture of the report at `path`: the one it names, or else a word cloud beside it, called
/// `wordcloud_FEED_FROM_TO`. Everything stays inside `root`.
#[must_use]
pub fn picture(root: &Path, path: &Path, report: &Report) -> PictureFound {
    let here = path.parent().unwrap_or(root);
    let warning = |line, source: &str, problem| {
        let file = path.display().to_string();
        PictureFound::Warning(PictureWarning { file, line, source_written: source.to_owned(), problem })
    };
    if let Some(link) = &report.picture {
        return match resolve(root, here, &link.paths()).and_then(|path| Ok((load(&path)?, path))) {
            Ok((picture, path)) => PictureFound::Picture { path, picture, alt: link.alt.clone() },
            Err(problem) => warning(link.line, &link.source, problem),
        };
    }
    for name in word_clouds(report) {
        match resolve(root, here, &[PathBuf::from(&name)]) {
            Err(PictureProblem::Missing) => {}
            Err(problem) => return warning(1, &name, problem),
            Ok(path) => {
                return match load(&path) {
                    Ok(picture) => PictureFound::Picture { path, picture, alt: String::new() },
                    Err(problem) => warning(1, &name, problem),
                };
            }
        }
    }
    PictureFound::None
}

/// What a word cloud beside the report may be called.
fn word_clouds(report: &Report) -> impl Iterator<Item = String> {
    let (from, to) = (report.from.format("%Y%m%d"), report.to.format("%Y%m%d"));
    let stem = format!("wordcloud_{}_{from}_{to}", report.feed);
    ["jpg", "jpeg", "png", "webp", "gif"].into_iter().map(move |ending| format!("{stem}.{ending}"))
}

/// Every place where the report's picture may lie.
fn places(root: &Path, path: &Path, report: &Report) -> Vec<PathBuf> {
    let here = path.parent().unwrap_or(root);
    match &report.picture {
        Some(link) => link.paths().iter().map(|path| meant(root, here, path)).collect(),
        None => word_clouds(report).map(|name| here.join(name)).collect(),
    }
}

/// A path that begins with `/` is meant from `root`, as in a Jekyll site; any other from the report's folder.
fn meant(root: &Path, here: &Path, path: &Path) -> PathBuf {
    path.strip_prefix("/").map_or_else(|_| here.join(path), |from_root| root.join(from_root))
}

/// The file that one of `paths` leads to, with every link followed.
fn resolve(root: &Path, here: &Path, paths: &[PathBuf]) -> Result<PathBuf, PictureProblem> {
    let unreadable = |why: &io::Error| PictureProblem::Unreadable(why.to_string());
    let inside = root.canonicalize().map_err(|why| unreadable(&why))?;
    for path in paths {
        match meant(root, here, path).canonicalize() {
            Ok(real) if real.starts_with(&inside) => return Ok(real),
            // What lies outside is not even told to exist.
            Ok(_) => return Err(PictureProblem::Outside),
            Err(why) if why.kind() == io::ErrorKind::NotFound || why.kind() == io::ErrorKind::InvalidInput => {}
            Err(why) if why.kind() == io::ErrorKind::NotADirectory => {}
            Err(why) => return Err(unreadable(&why)),
        }
    }
    let leads_out = |path: &PathBuf| {
        let depth = here.strip_prefix(root).map_or(0, |below| below.components().count());
        let up = path.components().filter(|part| *part == Component::ParentDir).count();
        up > depth
    };
    Err(if paths.iter().any(leads_out) { PictureProblem::Outside } else { PictureProblem::Missing })
}

fn load(path: &Path) -> Result<Picture, PictureProblem> {
    let unreadable = |why: io::Error| PictureProblem::Unreadable(why.to_string());
    // Looked at before it is opened: opening a named pipe would wait for a writer.
    let meta = fs::metadata(path).map_err(unreadable)?;
    if !meta.is_file() {
        return Err(PictureProblem::NotAFile);
    }
    if meta.len() > picture::check::MOST_BYTES {
        return Err(PictureProblem::TooLarge(meta.len()));
    }
    let mut bytes = Vec::new();
    let opened = File::open(path).map_err(unreadable)?;
    opened.take(picture::check::MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    picture::check(bytes)
}

#[cfg(test)]
mod tests;
