//! What the stand-ins were asked and what they did with it, in order.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;
use tokio::sync::broadcast;

/// One call that changes or shows something in a chat.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// From 0, without gaps.
    pub number: usize,
    /// Since the ledger was made.
    pub at: Duration,
    /// `telegram` or `discord`.
    pub platform: &'static str,
    /// The bot's account id.
    pub account: String,
    /// The chat or channel.
    pub chat: String,
    /// The platform's name of the call: `sendMessage`, `createMessage`, `editMessageText` ….
    pub method: String,
    /// What the client sent, with uploads replaced by their facts.
    pub payload: Value,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Taken; the reader sees it. Holds the message's id. An answer may still have been lost on its way (see faults).
    Accepted(String),
    /// Refused with this code and text.
    Refused(u16, String),
    /// Never looked at, because a fault stood before it.
    Lost,
}

impl Entry {
    /// Whether the reader sees it.
    #[must_use]
    pub fn accepted(&self) -> bool {
        matches!(self.outcome, Outcome::Accepted(_))
    }
}

/// The ledger: cheap to clone, all clones are one.
#[derive(Clone, Debug)]
pub struct Ledger {
    began: Instant,
    entries: Arc<Mutex<Vec<Entry>>>,
    news: broadcast::Sender<Entry>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { began: Instant::now(), entries: Arc::default(), news: broadcast::channel(4096).0 }
    }
}

impl Ledger {
    /// Writes an entry; its `number` and `at` are filled in here.
    pub fn write(&self, mut entry: Entry) {
        let mut entries = self.lock();
        entry.number = entries.len();
        entry.at = self.began.elapsed();
        entries.push(entry.clone());
        // Nobody may be listening, which is fine. Sent under the lock, so that listeners see the order of the ledger.
        drop(self.news.send(entry));
    }

    /// How long ago it was made: what an entry written now would have as `at`.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.began.elapsed()
    }

    /// Everything so far.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.lock().clone()
    }

    /// What readers of one chat see, in order: the accepted calls.
    #[must_use]
    pub fn accepted_in(&self, chat: &str) -> Vec<Entry> {
        self.lock().iter().filter(|entry| entry.chat == chat && entry.accepted()).cloned().collect()
    }

    /// Waits until `enough` says so of the entries; for tests, which bound it with a time-out.
    pub async fn wait_until(&self, enough: impl Fn(&[Entry]) -> bool) -> Vec<Entry> {
        let mut news = self.news.subscribe();
        loop {
            let entries = self.entries();
            if enough(&entries) {
                return entries;
            }
            // A lagging receiver only means that there is more to look at.
            drop(news.recv().await);
        }
    }

    /// New entries from now on.
    #[must_use]
    pub fn follow(&self) -> broadcast::Receiver<Entry> {
        self.news.subscribe()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
