//! A report: front matter, Markdown, picture.
//!
//! Everything here but [`folder`] is pure: bytes or text in, value out.
//!
//! - [`encoding`]: a file's bytes as text, or one clear error.
//! - [`front_matter`]: Jekyll's block at the top of the file.
//! - [`name`]: `twitter_ai_20251127_20251127` as feed and days.
//! - [`markdown`]: the body as a [`Document`].
//! - [`picture`]: the report's picture: which it is, where it may lie, whether it can be shown.
//! - [`folder`]: the folders where reports and their pictures appear.

pub mod encoding;
pub mod folder;
pub mod front_matter;
pub mod markdown;
pub mod name;
pub mod picture;

use chrono::NaiveDate;
use platform::{Block, Document};

use front_matter::FrontMatter;
use name::Name;
pub use picture::PictureLink;

/// A report that can be published.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The feed's name.
    pub feed: String,
    /// The first day that it covers.
    pub from: NaiveDate,
    /// The last day that it covers.
    pub to: NaiveDate,
    /// What it is called: the front matter's title, or where that is only the report's name, its first heading.
    pub title: String,
    /// What it says.
    pub document: Document,
    /// The picture that it names, not looked at yet.
    pub picture: Option<PictureLink>,
}

/// A file as it was read, whether or not it says which feed and day it is of. A preview needs no more than this.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The file's name.
    pub file: String,
    /// Feed and days from the file's name or the title, or the days alone from the front matter's date.
    pub name: Option<Name>,
    /// The days that the front matter or the file's name gives where `name` is absent.
    pub day: Option<NaiveDate>,
    /// What it is called.
    pub title: String,
    /// `false` when the front matter says `published: false`.
    pub published: bool,
    /// What it says.
    pub document: Document,
    /// The picture that it names, not looked at yet.
    pub picture: Option<PictureLink>,
}

/// Why a file is no report that can be published. Shown as `file:line: reason`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct ReportError {
    /// The file's name, or its path where that is known.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// The reason, and what to do.
    pub problem: Problem,
}

/// What is wrong with a file, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The author holds it back. Nothing is wrong: such a file is skipped without a word.
    #[error("held back by `published: false`; remove that line to publish it")]
    Withheld,
    /// A byte order mark of UTF-16 or UTF-32.
    #[error("the file is {0}; save it as UTF-8")]
    OtherEncoding(&'static str),
    /// Bytes that are not UTF-8.
    #[error("not UTF-8 here (byte {byte:#04x}){likely}; save the file as UTF-8")]
    NotUtf8 {
        /// The first bad byte.
        byte: u8,
        /// ", likely GB18030 (GBK)" or nothing.
        likely: &'static str,
    },
    /// The last letter is not whole.
    #[error("the file ends in the middle of a letter: it was not written to its end; write it again")]
    CutShort,
    /// A zero byte, which text never has.
    #[error("a zero byte: the file is not text, or was not written to its end; write it again")]
    Nul,
    /// Larger than [`encoding::MAX_BYTES`].
    #[error("the file has {bytes} bytes, the limit is {}; split it or take something out", encoding::MAX_BYTES)]
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// Nothing but white space after the front matter.
    #[error("the report is empty; write something below the front matter")]
    Empty,
    /// The front matter has no end.
    #[error("the front matter that begins here is never closed; end it with a line `---`")]
    UnclosedFrontMatter,
    /// The front matter is no YAML mapping, not even line by line.
    #[error("the front matter cannot be read: {0}; write each line as `key: value`")]
    Yaml(String),
    /// A date that does not exist, or the last day before the first.
    #[error("{0}; write the days as FEED_YYYYMMDD_YYYYMMDD, the first day first")]
    Days(String),
    /// No feed anywhere.
    #[error("which feed is it of? Name the file FEED_YYYYMMDD_YYYYMMDD.md, such as twitter_ai_20251127_20251127.md")]
    NoFeed,
    /// No day anywhere.
    #[error(
        "which day is it of? Name the file FEED_YYYYMMDD_YYYYMMDD.md, or write `date: 2025-11-27` in the front matter"
    )]
    NoDay,
    /// A feed that no schedule expects where the file lies.
    #[error("it is of feed `{0}`, which no schedule expects in this folder; rename the file or write a schedule")]
    StrangeFeed(String),
    /// Another file holds the same feed and days.
    #[error("it has the feed and days of {0}; keep one of the two")]
    Twin(String),
    /// The file could not be opened or read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
}

/// Reads a report whose feed is in its own name or title.
///
/// # Errors
/// Says what is wrong and where.
pub fn parse(file_name: &str, text: &str) -> Result<Report, ReportError> {
    draft(file_name, text)?.into_report(None)
}

/// Reads a file without asking which feed and day it is of.
///
/// # Errors
/// Says what is wrong and where.
pub fn draft(file_name: &str, text: &str) -> Result<Draft, ReportError> {
    let error = |line, problem| ReportError { file: file_name.to_owned(), line, problem };
    let (front, body) = front_matter::split(text).map_err(|(line, problem)| error(line, problem))?;
    if let Some(offset) = text.find('\0') {
        return Err(error(encoding::line_of(text.as_bytes(), offset), Problem::Nul));
    }
    if body.text.trim().is_empty() {
        return Err(error(body.first_line, Problem::Empty));
    }
    let title_name = || front.title.as_deref().map_or(Ok(None), Name::parse);
    let name = match Name::parse(name::stem(file_name)).map_err(|why| error(1, Problem::Days(why)))? {
        Some(name) => Some(name),
        None => title_name().map_err(|why| error(front.title_line, Problem::Days(why)))?,
    };
    let day = front.day.or_else(|| name::prefix_day(name::stem(file_name)));
    let document = markdown::parse(body.text);
    Ok(Draft {
        file: file_name.to_owned(),
        title: title(&front, &document, file_name),
        name,
        day,
        published: front.published,
        picture: picture::link::find(&front, &body),
        document,
    })
}

impl Draft {
    /// The report, with `feed` for a file that names none.
    ///
    /// # Errors
    /// [`Problem::NoFeed`], [`Problem::NoDay`], or [`Problem::Withheld`].
    pub fn into_report(self, feed: Option<&str>) -> Result<Report, ReportError> {
        let error = |problem| ReportError { file: self.file.clone(), line: 1, problem };
        if !self.published {
            return Err(error(Problem::Withheld));
        }
        let (feed, from, to) = match (self.name, self.day, feed) {
            (Some(name), _, _) => (name.feed, name.from, name.to),
            (None, Some(day), Some(feed)) => (feed.to_owned(), day, day),
            (None, Some(_), None) => return Err(error(Problem::NoFeed)),
            (None, None, _) => return Err(error(Problem::NoDay)),
        };
        Ok(Report { feed, from, to, title: self.title, document: self.document, picture: self.picture })
    }
}

/// The title unless it is only a name such as `twitter_ai_20251127_20251127`; then the first heading; then the stem.
fn title(front: &FrontMatter, document: &Document, file_name: &str) -> String {
    let written = front.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
    let told = written.filter(|title| !matches!(Name::parse(title), Ok(Some(_))));
    let heading = || {
        document.blocks.iter().find_map(|block| match block {
            Block::Heading { text, .. } => {
                let text: String = text.iter().map(|span| span.text.as_str()).collect();
                (!text.trim().is_empty()).then(|| text.trim().to_owned())
            }
            _ => None,
        })
    };
    told.map(str::to_owned)
        .or_else(heading)
        .or_else(|| written.map(str::to_owned))
        .unwrap_or_else(|| name::stem(file_name).to_owned())
}

#[cfg(test)]
mod tests;
