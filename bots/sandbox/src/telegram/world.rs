//! Everything the stand-in knows.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::chats::Chats;
use super::files::Files;
use super::limits::Limits;
use super::updates::Updates;
use super::{CallbackAnswer, FIRST_BOT};

/// The state behind the methods; one lock holds it all, so that the ledger's order is the order of events.
#[derive(Debug)]
pub(super) struct World {
    /// The bot's account.
    pub(super) account: i64,
    pub(super) chats: Chats,
    pub(super) files: Files,
    pub(super) updates: Updates,
    pub(super) limits: Limits,
    /// Whether the limits are enforced.
    pub(super) enforce_limits: bool,
    /// Menus by scope and language.
    pub(super) commands: BTreeMap<(String, String), Value>,
    /// Presses that are not answered yet, with the chat they came from.
    pub(super) queries: BTreeMap<String, i64>,
    pub(super) answers: Vec<CallbackAnswer>,
    /// How many messages were paid for.
    pub(super) paid: usize,
    last_query: u64,
    /// The token was taken back.
    pub(super) unauthorized: bool,
    /// Seconds that a test has let pass.
    pub(super) passed: u64,
    began: Instant,
}

impl World {
    pub(super) fn new(account: i64, enforce_limits: bool) -> Self {
        Self {
            account,
            chats: Chats::default(),
            files: Files::default(),
            updates: Updates::default(),
            limits: Limits::default(),
            enforce_limits,
            commands: BTreeMap::new(),
            queries: BTreeMap::new(),
            answers: Vec::new(),
            paid: 0,
            last_query: 4_000_000_000_000,
            unauthorized: false,
            passed: 0,
            began: Instant::now(),
        }
    }

    /// A name for the next press.
    pub(super) fn next_query(&mut self) -> String {
        self.last_query += 1;
        self.last_query.to_string()
    }

    /// The bot's name, without `@`.
    pub(super) fn bot_name(&self) -> String {
        name(self.account)
    }

    /// The bot as the service describes it.
    pub(super) fn bot(&self) -> Value {
        bot(self.account)
    }

    /// The time that messages carry, in Unix seconds: it begins on 2025-11-27 and runs as the real one does, so that
    /// nothing here depends on the machine's clock.
    pub(super) fn date(&self) -> u64 {
        1_764_201_600 + self.passed + self.began.elapsed().as_secs()
    }
}

fn name(account: i64) -> String {
    match account - FIRST_BOT {
        0 => "paperboy_bot".to_owned(),
        number => format!("paperboy{}_bot", number + 1),
    }
}

/// A bot as the service describes it.
pub(super) fn bot(account: i64) -> Value {
    json!({ "id": account, "is_bot": true, "first_name": "Paperboy", "username": name(account) })
}
