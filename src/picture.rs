//! The word cloud that goes with a report whose own picture is missing or cannot be shown, or in its place when the
//! schedule says so. A broadcast that begins with a headline has it on a [`card`].

pub mod card;
pub mod paragraphs;

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use cloud::{
    CloudError, Style,
    words::{Archive, Dictionary},
};
use platform::{Document, Picture, PictureFormat, PictureId};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use tokio::task::{JoinError, JoinHandle};

use crate::{
    schedule::cloud::{Draw, Plan},
    store::{
        self,
        clouds::{self, Outcome},
        reports::Archived,
    },
};

/// A report never waits longer than this for its word cloud; it goes out as text.
pub const BUDGET: Duration = Duration::from_secs(2);

/// What is new today is told from this many earlier reports.
const EARLIER: i64 = 30;

/// As many words tell those who do not see the picture what is on it.
const TOLD: usize = 10;

/// A word cloud, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The picture.
    pub picture: Picture,
    /// Its chief words, with `、` between them.
    pub words: String,
    /// How many words are on it.
    pub count: usize,
    /// How many words were left out because no font has their characters.
    pub without_glyph: usize,
}

/// Why there is no word cloud.
#[derive(Debug, thiserror::Error)]
pub enum NoCloud {
    /// The text has too few words, or the size is out of range.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// The schedule's font cannot be used.
    #[error("the font {0}: {1}")]
    Font(String, String),
    /// It took longer than it may.
    #[error("it was not drawn within {0:?}")]
    Late(Duration),
    /// The drawing itself went wrong.
    #[error("drawing it went wrong, which is a fault of ours: {0}")]
    Broken(JoinError),
    /// The database's.
    #[error("the database refused it: {0}")]
    Database(#[from] sqlx::Error),
}

/// Draws a report's word cloud, with its feed and days as `caption`; what the `earlier` reports said weighs less. Takes
/// about 50 ms, the first time a little longer, so call it off the async threads.
///
/// # Errors
/// [`NoCloud`], but for the database's.
pub fn draw(document: &Document, caption: &str, earlier: &[Document], plan: &Plan) -> Result<Drawn, NoCloud> {
    let own = Dictionary::parse(&plan.words.join("\n"));
    let mut archive = Archive::default();
    for document in earlier {
        archive.add(&paragraphs::of(document), &own);
    }
    let words = cloud::words::words(&paragraphs::of(document), &own, &archive);
    let font = plan.font().map_err(|(path, why)| NoCloud::Font(path, why))?;
    let style = Style { width: plan.size.0, height: plan.size.1, look: plan.look(), font };
    let cloud = cloud::draw(&words, caption, &style)?;
    let told: Vec<&str> = cloud.words.iter().take(TOLD).map(|word| word.text.as_str()).collect();
    Ok(Drawn {
        words: told.join("、"),
        count: cloud.words.len(),
        without_glyph: cloud.without_glyph,
        picture: of_jpeg(cloud.jpeg, cloud.width, cloud.height),
    })
}

/// A picture that we drew ourselves.
#[must_use]
pub fn of_jpeg(bytes: Vec<u8>, width: u32, height: u32) -> Picture {
    let id = PictureId(hex::encode(Sha256::digest(&bytes)));
    Picture { id, format: PictureFormat::Jpeg, width, height, bytes }
}

/// Sees to it that an archived report has a word cloud if its schedule wants one and it can be drawn within the budget,
/// which is [`BUDGET`] but in tests. What fails is logged and counted: the report then goes out with what it has.
pub async fn ensure(db: &PgPool, plan: &Plan, report: i64, budget: Duration, now: DateTime<Utc>) {
    let outcome = match try_ensure(db, plan, report, budget).await {
        Ok(None) => return,
        Ok(Some(drawn)) => {
            let (words, without_glyph) = (drawn.count, drawn.without_glyph);
            tracing::info!(report, words, without_glyph, "drew a word cloud");
            Outcome::Drawn { without_glyph }
        }
        Err(NoCloud::Cloud(why @ CloudError::TooFewWords(_))) => {
            tracing::info!(report, "no word cloud: {why}");
            Outcome::Wordless
        }
        Err(why) => {
            tracing::warn!(report, "no word cloud: {why}; the report goes out with the picture it has, if any");
            if matches!(why, NoCloud::Late(_)) { Outcome::Late } else { Outcome::Failed }
        }
    };
    if let Err(error) = clouds::note(db, report, outcome, now).await {
        tracing::warn!(report, "what became of a word cloud is not counted: {error}");
    }
}

async fn try_ensure(db: &PgPool, plan: &Plan, report: i64, budget: Duration) -> Result<Option<Drawn>, NoCloud> {
    let Some(archived) = store::reports::by_id(db, report).await? else { return Ok(None) };
    let wanted = match plan.draw {
        Draw::Always => archived.picture_words.is_none(),
        Draw::Missing => archived.picture.is_none(),
        Draw::Never => false,
    };
    if !wanted {
        return Ok(None);
    }
    let earlier = store::reports::clouds::earlier(db, archived.feed, archived.from, EARLIER).await?;
    let (plan, revision) = (plan.clone(), archived.revision);
    let drawing = tokio::task::spawn_blocking(move || drawn(&archived, &earlier, &plan));
    let Some(drawn) = in_time(drawing, budget).await? else { return Ok(None) };
    store::pictures::put(db, &drawn.picture).await?;
    store::reports::clouds::set_cloud(db, report, revision, &drawn.picture.id, &drawn.words).await?;
    Ok(Some(drawn))
}

async fn in_time<T>(drawing: JoinHandle<Result<T, NoCloud>>, budget: Duration) -> Result<T, NoCloud> {
    match tokio::time::timeout(budget, drawing).await {
        Ok(Ok(drawn)) => drawn,
        Ok(Err(panicked)) => Err(NoCloud::Broken(panicked)),
        Err(_) => Err(NoCloud::Late(budget)),
    }
}

fn drawn(archived: &Archived, earlier: &[Archived], plan: &Plan) -> Result<Option<Drawn>, NoCloud> {
    // What cannot be parsed any more is publishing's matter, which says so.
    let Ok(report) = archived.parse() else { return Ok(None) };
    let earlier: Vec<_> = earlier.iter().filter_map(|archived| Some(archived.parse().ok()?.document)).collect();
    draw(&report.document, &caption(&report.feed, report.from, report.to), &earlier, plan).map(Some)
}

/// What stands small in the picture's corner: `twitter_ai · 2025-11-27`.
#[must_use]
pub fn caption(feed: &str, from: NaiveDate, to: NaiveDate) -> String {
    if from == to { format!("{feed} · {to}") } else { format!("{feed} · {from} – {to}") }
}
