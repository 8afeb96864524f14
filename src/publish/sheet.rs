//! A report or broadcast as it goes to the formatter.

use platform::{Dialect, Document, Language, Layout, Message, Pages, Picture, Sheet, SheetPicture};
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
}

impl Paper {
    /// An archived report, with its picture if it has one that can be shown.
    ///
    /// # Errors
    /// When the text can no longer be read, or the database fails.
    pub async fn of_report(db: &PgPool, archived: &Archived) -> Result<Self, PublishError> {
        let report = archived.parse()?;
        let Some(id) = &archived.picture else {
            let (document, report) = (report.document, Some(archived.id));
            return Ok(Self { document, picture: None, picture_words: None, report });
        };
        let format = store::pictures::format(db, id).await?;
        let (source, alt) = report.picture.map(|link| (link.source, link.alt)).unwrap_or_default();
        let picture = SheetPicture::new(id.clone(), format, &source, &alt, &report.title);
        Ok(Self {
            document: report.document,
            picture: Some(picture),
            picture_words: archived.picture_words.clone(),
            report: Some(archived.id),
        })
    }

    /// An admin's message, with its card if it begins with a headline.
    pub async fn of_broadcast(text: &str) -> (Self, Option<Picture>) {
        let document = markdown::parse(text);
        let (alt, card) = picture::card::of(&document).await.unzip();
        let shown = card.as_ref().zip(alt);
        let picture = shown.map(|(card, alt)| SheetPicture::new(card.id.clone(), card.format, "card", &alt, ""));
        (Self { document, picture, picture_words: None, report: None }, card)
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
        let pages = commands.as_ref().map(|(open, turn)| Pages { open, turn, most: Pages::MOST });
        let told = self.picture_words.as_deref().map(|words| (wording::wording(language).cloud)(words));
        let picture = self.picture.clone().map(|picture| match told {
            Some(alt) => SheetPicture { alt, ..picture },
            None => picture,
        });
        let labels = wording::labels(language);
        work(&Sheet { document: &self.document, picture: picture.as_ref(), labels, pages })
    }
}
