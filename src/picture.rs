//! The word cloud that goes with a report whose own picture is missing or cannot be shown, or in its place when the
//! schedule says so.

pub mod paragraphs;

use std::time::Duration;

use chrono::NaiveDate;
use cloud::{
    Style,
    words::{Archive, Dictionary},
};
use platform::{Document, Picture, PictureFormat, PictureId};
use sha2::{Digest, Sha256};
use sqlx::PgPool;

use crate::{
    schedule::cloud::{Draw, Plan},
    store::{self, reports::Archived},
};

/// A report never waits longer than this for its word cloud; it goes out as text.
const BUDGET: Duration = Duration::from_secs(2);

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
    Cloud(#[from] cloud::CloudError),
    /// The schedule's font cannot be used.
    #[error("the font {0}: {1}")]
    Font(String, String),
    /// It took longer than two seconds.
    #[error("it was not drawn within {} s", BUDGET.as_secs())]
    TooSlow,
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
    let id = PictureId(hex::encode(Sha256::digest(&cloud.jpeg)));
    let (width, height) = (cloud.width, cloud.height);
    Ok(Drawn {
        words: told.join("、"),
        count: cloud.words.len(),
        without_glyph: cloud.without_glyph,
        picture: Picture { id, format: PictureFormat::Jpeg, width, height, bytes: cloud.jpeg },
    })
}

/// Sees to it that an archived report has a word cloud if its schedule wants one. What fails is logged: the report
/// then goes out with what it has.
pub async fn ensure(db: &PgPool, plan: &Plan, report: i64) {
    match try_ensure(db, plan, report).await {
        Ok(None) => {}
        Ok(Some(drawn)) => {
            let (words, without_glyph) = (drawn.count, drawn.without_glyph);
            tracing::info!(report, words, without_glyph, "drew a word cloud");
        }
        Err(NoCloud::Cloud(why)) => tracing::info!(report, "no word cloud: {why}"),
        Err(why) => tracing::warn!(report, "no word cloud: {why}; the report goes out with the picture it has, if any"),
    }
}

async fn try_ensure(db: &PgPool, plan: &Plan, report: i64) -> Result<Option<Drawn>, NoCloud> {
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
    let Ok(Ok(drawn)) = tokio::time::timeout(BUDGET, drawing).await else { return Err(NoCloud::TooSlow) };
    let Some(drawn) = drawn? else { return Ok(None) };
    store::pictures::put(db, &drawn.picture).await?;
    store::reports::clouds::set_cloud(db, report, revision, &drawn.picture.id, &drawn.words).await?;
    Ok(Some(drawn))
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
