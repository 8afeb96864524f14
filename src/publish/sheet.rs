//! A report or broadcast as it goes to the formatter.

use chrono::NaiveDate;
use platform::{
    Dialect, Document, Language, Layout, Message, Pages, Picture, PictureFormat, PictureId, Sheet, SheetFile,
    SheetPicture,
};
use sha2::{Digest, Sha256};
use sqlx::PgPool;

use super::PublishError;
use crate::{
    picture,
    report::markdown,
    store::{self, reports::Archived},
    wording,
};

/// What is rendered, in whatever language and layout.
#[derive(Clone, Debug)]
pub struct Paper {
    /// What it says.
    pub document: Document,
    /// The picture on top.
    pub picture: Option<SheetPicture>,
    /// The chief words of the picture where it is a word cloud that we drew; they are told to those who do not see it.
    pub picture_words: Option<String>,
    /// The report's number in the archive, from where its pages are shown.
    pub report: Option<i64>,
    /// The whole report as a file, if it may be too long for messages.
    pub file: Option<SheetFile>,
    /// The most messages that are sent at once.
    pub most: usize,
}

/// What every message has room for, in bytes: a report with fewer for each message that is sent at once is not too long.
const SHORT: usize = 1_000;

impl Paper {
    /// An archived report, with its picture if it has one that can be shown.
    ///
    /// # Errors
    /// When the text can no longer be read, or the database fails.
    pub async fn of_report(db: &PgPool, archived: &Archived, most: usize) -> Result<Self, PublishError> {
        let report = archived.parse()?;
        let mut paper = Self {
            document: report.document,
            picture: None,
            picture_words: archived.picture_words.clone(),
            report: Some(archived.id),
            file: None,
            most,
        };
        if let Some(id) = &archived.picture {
            let format = store::pictures::format(db, id).await?;
            let (source, alt) = report.picture.map(|link| (link.source, link.alt)).unwrap_or_default();
            paper.picture = Some(SheetPicture::new(id.clone(), format, &source, &alt, &report.title));
        }
        if archived.text.len() > most.saturating_mul(SHORT) {
            paper.file = Some(keep_file(db, archived).await?);
        }
        Ok(paper)
    }

    /// An admin's message, with its card if it begins with a headline.
    pub async fn of_broadcast(text: &str) -> (Self, Option<Picture>) {
        let document = markdown::parse(text);
        let (alt, card) = picture::card::of(&document).await.unzip();
        let shown = card.as_ref().zip(alt);
        let picture = shown.map(|(card, alt)| SheetPicture::new(card.id.clone(), card.format, "card", &alt, ""));
        (Self { document, picture, picture_words: None, report: None, file: None, most: usize::MAX }, card)
    }

    /// The messages on one platform. A layout that it cannot show gives way to the full one.
    #[must_use]
    pub fn render(&self, dialect: &dyn Dialect, layout: Layout, language: Language) -> Vec<Message> {
        let layout = if dialect.layouts().contains(&layout) { layout } else { Layout::Full };
        self.with_sheet(language, |sheet| dialect.render(sheet, layout))
    }

    /// One page of what is not sent all at once; `None` if there is no such page.
    #[must_use]
    pub fn page(&self, dialect: &dyn Dialect, number: usize, language: Language) -> Option<Message> {
        self.with_sheet(language, |sheet| dialect.page(sheet, number))
    }

    fn with_sheet<T>(&self, language: Language, work: impl FnOnce(&Sheet<'_>) -> T) -> T {
        let commands = self.report.map(|report| (format!("/page {report}"), format!("/turn {report}")));
        let pages = commands.as_ref().map(|(open, turn)| Pages { open, turn, most: self.most });
        let told = self.picture_words.as_deref().map(|words| (wording::wording(language).cloud)(words));
        let picture = self.picture.clone().map(|picture| match told {
            Some(alt) => SheetPicture { alt, ..picture },
            None => picture,
        });
        let labels = wording::labels(language);
        work(&Sheet { document: &self.document, picture: picture.as_ref(), labels, pages, file: self.file.as_ref() })
    }
}

/// Keeps the report as it was written, for its messages to refer to.
async fn keep_file(db: &PgPool, archived: &Archived) -> sqlx::Result<SheetFile> {
    let bytes = archived.text.clone().into_bytes();
    let id = PictureId(hex::encode(Sha256::digest(&bytes)));
    let file = Picture { id: id.clone(), format: PictureFormat::Markdown, width: 0, height: 0, bytes };
    store::pictures::put(db, &file).await?;
    let day = |day: NaiveDate| day.format("%Y%m%d");
    Ok(SheetFile { id, name: format!("{}_{}_{}.md", archived.feed_name, day(archived.from), day(archived.to)) })
}
