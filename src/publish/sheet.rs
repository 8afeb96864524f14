//! A report or broadcast as it goes to the formatter.

use platform::{Dialect, Document, Language, Layout, Message, Sheet, SheetPicture};
use sqlx::PgPool;

use super::PublishError;
use crate::{
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
}

impl Paper {
    /// An archived report, with its picture if it has one that can be shown.
    ///
    /// # Errors
    /// When the text can no longer be read, or the database fails.
    pub async fn of_report(db: &PgPool, archived: &Archived) -> Result<Self, PublishError> {
        let report = archived.parse()?;
        let Some(id) = &archived.picture else {
            return Ok(Self { document: report.document, picture: None });
        };
        let format = store::pictures::format(db, id).await?;
        let (source, alt) = report.picture.map(|link| (link.source, link.alt)).unwrap_or_default();
        let picture = SheetPicture::new(id.clone(), format, &source, &alt, &report.title);
        Ok(Self { document: report.document, picture: Some(picture) })
    }

    /// The messages on one platform. A layout that it cannot show gives way to the full one.
    #[must_use]
    pub fn render(&self, dialect: &dyn Dialect, layout: Layout, language: Language) -> Vec<Message> {
        let layout = if dialect.layouts().contains(&layout) { layout } else { Layout::Full };
        let sheet = Sheet {
            document: &self.document,
            picture: self.picture.as_ref(),
            labels: wording::labels(language),
            pages: None,
        };
        dialect.render(&sheet, layout)
    }
}
