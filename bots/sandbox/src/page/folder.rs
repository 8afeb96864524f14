//! The folder that Paperboy watches: what a visitor drops on the page goes there.

use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;

/// The most bytes of one file; both platforms take pictures up to this.
pub(super) const LARGEST: usize = 10 << 20;

type Answer = (StatusCode, Json<Value>);

#[derive(Deserialize)]
pub(super) struct Named {
    name: String,
}

/// Takes a report or a picture.
pub(super) async fn upload(State(shared): State<Arc<Shared>>, Query(named): Query<Named>, bytes: Bytes) -> Answer {
    let Some(name) = plain_name(&named.name) else {
        return told(StatusCode::BAD_REQUEST, "Drop a report (.md) or a picture (.jpg, .png, .webp, .gif).");
    };
    let written = tokio::task::spawn_blocking(move || write(&shared.stage.folder, &name, &bytes).map(|()| name)).await;
    answer(written)
}

/// Writes a report for today.
pub(super) async fn today(State(shared): State<Arc<Shared>>) -> Answer {
    answer(tokio::task::spawn_blocking(move || (shared.stage.write_today)()).await)
}

fn answer(written: Result<io::Result<String>, tokio::task::JoinError>) -> Answer {
    match written {
        Ok(Ok(name)) => told(StatusCode::OK, &name),
        Ok(Err(error)) => told(StatusCode::INTERNAL_SERVER_ERROR, &format!("The file was not written: {error}.")),
        Err(_) => told(StatusCode::INTERNAL_SERVER_ERROR, "The file was not written."),
    }
}

fn told(status: StatusCode, word: &str) -> Answer {
    (status, Json(json!({ "told": word })))
}

/// The file appears whole or not at all, so that nobody reads half of it.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let unfinished = folder.join(format!(".{name}.new"));
    fs::write(&unfinished, bytes)?;
    fs::rename(&unfinished, folder.join(name))
}

/// The last part of the name with nothing in it that a path could use; `None` for a kind of file that is not read.
fn plain_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next()?;
    let plain: String = last
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' })
        .take(120)
        .collect();
    let (stem, ending) = plain.rsplit_once('.')?;
    let known = ["md", "jpg", "jpeg", "png", "webp", "gif"].contains(&ending.to_ascii_lowercase().as_str());
    (known && !stem.is_empty() && !stem.starts_with('.')).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_name_cannot_leave_the_folder() {
        assert_eq!(plain_name("../../etc/日报 1.md").as_deref(), Some("日报_1.md"));
        assert_eq!(plain_name("C:\\x\\cloud.JPG").as_deref(), Some("cloud.JPG"));
        for bad in ["..", ".md", "..md", "a.sh", "", "a", "/", "x.md/"] {
            assert_eq!(plain_name(bad), None, "{bad}");
        }
    }
}
