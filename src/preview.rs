//! Shows what a report looks like on each platform, without a database and without a token.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use platform::{Adapter, Language, Layout, Message, Pages, PictureId, Sheet, SheetFile, SheetPicture};
use serde_json::{Value, json};

use crate::{
    report::{
        self, Draft, Report, ReportError,
        folder::{self, PictureFound},
        name::Name,
    },
    wording,
};

/// What to show.
#[derive(Clone)]
pub struct Preview<'a> {
    /// The reports.
    pub files: &'a [PathBuf],
    /// For which platforms.
    pub platforms: Vec<&'static Adapter>,
    /// In which layouts; one that a platform cannot show is left out there.
    pub layouts: Vec<Layout>,
    /// In whose language.
    pub language: Language,
    /// One line of JSON for each message, instead of text for people.
    pub json: bool,
    /// Whether to show the pages behind the buttons of `brief` too, which nobody gets unasked.
    pub pages: bool,
}

impl Preview<'_> {
    /// Writes every message to `out`, and a line to `err` for each file that cannot be read. Gives back whether all
    /// could be read.
    ///
    /// # Errors
    /// Only when `out` or `err` cannot be written to.
    pub fn write(&self, out: &mut impl Write, err: &mut impl Write) -> io::Result<bool> {
        let mut all = true;
        for file in self.files {
            match read(file) {
                Ok((draft, picture)) => {
                    if let Err(warning) = &picture {
                        writeln!(err, "{warning}")?;
                    }
                    self.write_report(file, &draft, picture.ok().flatten().as_ref(), out)?;
                }
                Err(problem) => {
                    all = false;
                    writeln!(err, "{problem}")?;
                }
            }
        }
        out.flush()?;
        Ok(all)
    }

    fn write_report(
        &self,
        file: &Path,
        draft: &Draft,
        picture: Option<&SheetPicture>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let labels = wording::labels(self.language);
        // As for the archive's first report.
        let pages = Some(Pages { open: "/page 1", turn: "/turn 1", most: Pages::MOST });
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // Nothing is sent, so nobody asks for its bytes.
        let whole = SheetFile { id: PictureId(String::new()), name };
        let sheet = Sheet { document: &draft.document, picture, labels, pages, file: Some(&whole) };
        for adapter in &self.platforms {
            let known = adapter.dialect.layouts();
            for &layout in self.layouts.iter().filter(|layout| known.contains(layout)) {
                let messages = adapter.dialect.render(&sheet, layout);
                for (n, message) in messages.iter().enumerate() {
                    let place = Place { file, platform: adapter.name, layout, number: n + 1, is_page: false };
                    self.write_message(out, &place, message)?;
                }
                // What the buttons of the one message lead to.
                let pages = (1..).map_while(|n| Some((n, adapter.dialect.page(&sheet, n)?)));
                for (n, page) in pages.take_while(|_| self.pages && layout == Layout::Brief) {
                    let place = Place { file, platform: adapter.name, layout, number: n, is_page: true };
                    self.write_message(out, &place, &page)?;
                }
            }
        }
        Ok(())
    }

    fn write_message(&self, out: &mut impl Write, place: &Place<'_>, message: &Message) -> io::Result<()> {
        let Place { file, platform, layout, number, is_page } = place;
        let (layout, method) = (layout.as_str(), &message.method);
        let part = if *is_page { "page" } else { "part" };
        if self.json {
            let line = json!({
                "file": file.display().to_string(),
                "platform": platform,
                "layout": layout,
                part: number,
                "method": method,
                "payload": message.payload,
            });
            return writeln!(out, "{line}");
        }
        writeln!(out, "━━━ {} · {platform} · {layout} · {part} {number} · {method}", file.display())?;
        writeln!(out, "{}\n", for_people(message))
    }
}

/// Where a message belongs.
struct Place<'a> {
    file: &'a Path,
    platform: &'static str,
    layout: Layout,
    number: usize,
    /// Whether it is one of the pages behind the buttons of `brief`.
    is_page: bool,
}

/// Reads a file and finds its picture, or says why the picture cannot be shown.
fn read(file: &Path) -> Result<(Draft, Result<Option<SheetPicture>, folder::PictureWarning>), ReportError> {
    let text = folder::read(file)?;
    let name = file.file_name().map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into_owned());
    let in_file = |error: ReportError| ReportError { file: file.display().to_string(), ..error };
    let draft = report::draft(&name, &text).map_err(in_file)?;
    let root = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let picture = match folder::picture(root, file, &as_report(&draft)) {
        PictureFound::None => Ok(None),
        PictureFound::Picture { path, picture, alt } => {
            let source = path.to_string_lossy();
            Ok(Some(SheetPicture::new(picture.id, picture.format, &source, &alt, &draft.title)))
        }
        PictureFound::Warning(warning) => Err(warning),
    };
    Ok((draft, picture))
}

/// A draft as a report, whether or not it can be published: a preview needs neither feed nor day.
fn as_report(draft: &Draft) -> Report {
    let day = draft.day.unwrap_or_default();
    let name = draft.name.clone().unwrap_or(Name { feed: String::new(), from: day, to: day });
    Report {
        feed: name.feed,
        from: name.from,
        to: name.to,
        title: draft.title.clone(),
        document: draft.document.clone(),
        picture: draft.picture.clone(),
    }
}

/// A message's text with a word on what stands around it.
fn for_people(message: &Message) -> String {
    let mut lines = Vec::new();
    gather(&message.payload, &mut lines);
    lines.join("\n")
}

/// The texts in a payload, in reading order, with a word for what is no text.
fn gather(value: &Value, lines: &mut Vec<String>) {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    if text("document").is_some() {
        lines.push("[file]".to_owned());
    }
    if text("photo").is_some() || value.get("image").is_some() || value["type"] == 12 {
        lines.push("[picture]".to_owned());
    }
    for key in ["caption", "text", "content", "description", "html"] {
        lines.extend(text(key).map(str::to_owned));
    }
    for label in ["label", "placeholder"] {
        lines.extend(text(label).map(|label| format!("[{label}]")));
    }
    for key in ["embeds", "components", "options"] {
        value[key].as_array().into_iter().flatten().for_each(|inner| gather(inner, lines));
    }
    for key in ["rich_message", "footer"] {
        if value[key].is_object() {
            gather(&value[key], lines);
        }
    }
    for button in
        value["reply_markup"]["inline_keyboard"].as_array().into_iter().flatten().flat_map(Value::as_array).flatten()
    {
        lines.push(format!("[{}]", button["text"].as_str().unwrap_or_default()));
    }
}
