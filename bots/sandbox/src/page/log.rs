//! What the page has to show, in order: the ledger's entries and what readers have typed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{Entry, Ledger};

/// One thing to show.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum Told {
    /// A bot's call.
    Call {
        /// Milliseconds since the ledger was made.
        at: u64,
        /// As the ledger has it.
        entry: Entry,
    },
    /// A reader's line.
    Said {
        /// Milliseconds since the ledger was made.
        at: u64,
        /// Which of the page's chats.
        chat: usize,
        /// What was typed.
        text: String,
    },
}

/// Cheap to clone, all clones are one.
#[derive(Clone)]
pub(super) struct Log {
    told: Arc<Mutex<Vec<Told>>>,
    count: watch::Sender<usize>,
    ledger: Ledger,
}

impl Log {
    /// Takes over what the ledger has and gets, until `stop`.
    pub(super) fn follow(ledger: &Ledger, stop: CancellationToken) -> Self {
        let log = Self { told: Arc::default(), count: watch::channel(0).0, ledger: ledger.clone() };
        // Before the first look, so that nothing is missed in between.
        let mut news = ledger.follow();
        let follower = log.clone();
        tokio::spawn(async move {
            let mut next = 0;
            loop {
                for entry in follower.ledger.entries().into_iter().skip(next) {
                    next += 1;
                    let at = millis(entry.at);
                    follower.tell(Told::Call { at, entry });
                }
                tokio::select! {
                    () = stop.cancelled() => return,
                    // Whether it brings an entry or says that we lag: the ledger has all.
                    _ = news.recv() => {}
                }
            }
        });
        log
    }

    /// A reader has typed a line.
    pub(super) fn said(&self, chat: usize, text: &str) {
        self.tell(Told::Said { at: millis(self.ledger.age()), chat, text: text.to_owned() });
    }

    /// The thing with this number, as soon as there is one.
    pub(super) async fn wait_for(&self, number: usize) -> Option<Told> {
        let mut count = self.count.subscribe();
        count.wait_for(|count| *count > number).await.ok()?;
        self.lock().get(number).cloned()
    }

    fn tell(&self, told: Told) {
        let mut all = self.lock();
        all.push(told);
        self.count.send_replace(all.len());
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Told>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn millis(age: std::time::Duration) -> u64 {
    u64::try_from(age.as_millis()).unwrap_or(u64::MAX)
}
