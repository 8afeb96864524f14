//! What readers should see of the sample report, taken from `paperboy preview`.

use std::{path::Path, process::Command};

use sandbox::Entry;
use serde_json::Value;

use crate::stage::REPORT;

/// What a reader sees of one message: its words, and whether a picture stands on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) words: String,
    pub(crate) has_picture: bool,
}

/// The sample's messages in layout `full` on this platform.
pub(crate) fn digest(platform: &str) -> Vec<Shown> {
    let report = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports").join(REPORT);
    let preview = Command::new(env!("CARGO_BIN_EXE_paperboy"))
        .args(["preview", "--json", "--layout", "full", "--platform", platform])
        .arg(report)
        .output()
        .unwrap();
    assert!(preview.status.success(), "{}", String::from_utf8_lossy(&preview.stderr));
    let lines = String::from_utf8(preview.stdout).unwrap();
    let messages = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let shown: Vec<Shown> = messages.map(|message| shown(&message["payload"])).collect();
    assert!(!shown.is_empty(), "no messages for {platform}");
    shown
}

/// The same of a message that a platform took.
pub(crate) fn shown_by(entry: &Entry) -> Shown {
    shown(&entry.payload)
}

fn shown(payload: &Value) -> Shown {
    let embeds = payload["embeds"].as_array().into_iter().flatten();
    let embedded = embeds.clone().flat_map(|embed| [&embed["title"], &embed["description"]]);
    let words = [&payload["text"], &payload["caption"], &payload["content"]].into_iter().chain(embedded);
    let words: Vec<&str> = words.filter_map(Value::as_str).collect();
    let has_picture = !payload["photo"].is_null() || embeds.clone().any(|embed| !embed["image"].is_null());
    Shown { words: words.join("\n"), has_picture }
}
