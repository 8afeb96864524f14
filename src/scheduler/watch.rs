//! File system events, which only make the next look come sooner.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode},
};
use tokio::sync::Notify;

/// Watches folders.
pub(super) struct Watch {
    /// `None` where this machine cannot watch.
    watcher: Option<RecommendedWatcher>,
    watched: HashSet<PathBuf>,
    stirred: Arc<Notify>,
}

impl Watch {
    /// Watches nothing yet.
    pub(super) fn new() -> Self {
        let stirred = Arc::new(Notify::new());
        let bell = stirred.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| is_writing(event.kind)) {
                bell.notify_one();
            }
        });
        let watcher =
            watcher.inspect_err(|why| tracing::warn!(%why, "cannot watch folders; looking every second")).ok();
        Self { watcher, watched: HashSet::new(), stirred }
    }

    /// Watches these folders from now on, as far as they exist; call it again, since a folder may come, and go.
    pub(super) fn keep<'a>(&mut self, folders: impl Iterator<Item = &'a Path>) {
        let Some(watcher) = &mut self.watcher else { return };
        for folder in folders {
            if !folder.is_dir() {
                self.watched.remove(folder);
            } else if !self.watched.contains(folder) {
                // Said once and not tried again, for instance when the machine's watches are used up.
                if let Err(why) = watcher.watch(folder, RecursiveMode::Recursive) {
                    tracing::warn!(folder = %folder.display(), %why, "cannot watch; looking every second");
                }
                self.watched.insert(folder.to_owned());
            }
        }
    }

    /// Returns when something was written.
    pub(super) async fn stirred(&self) {
        self.stirred.notified().await;
    }
}

/// Our own reading makes events too, and must not wake us.
fn is_writing(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}
