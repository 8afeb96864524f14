//! `paperboy cloud`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use paperboy::{
    picture,
    report::{self, folder},
    schedule::cloud::Plan,
};

/// Draws the report's word cloud into a file.
///
/// # Errors
/// When the report cannot be read, has too few words, or the picture cannot be written.
pub(super) fn run(file: &Path, out: Option<PathBuf>, dark: bool) -> anyhow::Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let draft = report::draft(&name, &folder::read(file)?)?;
    let caption = draft.name.as_ref().map(|name| picture::caption(&name.feed, name.from, name.to));
    let caption = caption.unwrap_or_else(|| draft.title.clone());
    let drawn = picture::draw(&draft.document, &caption, &[], &Plan { dark, ..Plan::default() })
        .with_context(|| format!("no word cloud for {}", file.display()))?;
    let out = out.unwrap_or_else(|| file.with_extension("jpg"));
    std::fs::write(&out, &drawn.picture.bytes).with_context(|| format!("cannot write {}", out.display()))?;
    println!("{}: {} words: {}", out.display(), drawn.count, drawn.words);
    if drawn.without_glyph > 0 {
        println!("{} words were left out, because the font lacks their characters.", drawn.without_glyph);
    }
    Ok(())
}
