//! The queue of updates and the long poll that empties it.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::answer::Refusal;
use super::call::Call;

/// Kinds of updates that a bot gets without asking.
const DEFAULT_KINDS: &[&str] =
    &["message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "my_chat_member"];
/// Seconds that a poll may last.
const MAX_TIMEOUT: u64 = 50;

/// Updates that are not confirmed yet.
#[derive(Debug, Default)]
pub(super) struct Updates {
    queue: VecDeque<(i64, Value)>,
    next: i64,
    allowed: Option<Vec<String>>,
    /// Counts polls: a newer one ends an older one.
    poll: u64,
    /// How many were ended so.
    pub(super) conflicts: usize,
}

impl Updates {
    /// Queues an update of this kind, unless the bot does not want such.
    pub(super) fn push(&mut self, kind: &str, content: Value) {
        let wanted = match &self.allowed {
            Some(kinds) => kinds.iter().any(|one| one == kind),
            None => DEFAULT_KINDS.contains(&kind),
        };
        if wanted {
            // Real ids begin anywhere; a number that is not 1 catches those who count by themselves.
            self.next = self.next.max(710_000_000) + 1;
            let mut update = json!({ "update_id": self.next });
            update[kind] = content;
            self.queue.push_back((self.next, update));
        }
    }

    /// Begins a poll: confirms what lies before its offset and remembers the kinds it asks for. Gives the poll's
    /// number and how long it may wait, in seconds.
    pub(super) fn begin(&mut self, call: &Call) -> (u64, u64) {
        if let Some(Value::Array(kinds)) = call.fields.get("allowed_updates") {
            let kinds: Vec<String> = kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            self.allowed = (!kinds.is_empty()).then_some(kinds);
        }
        let offset = call.integer("offset").unwrap_or(0);
        if offset < 0 {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            self.queue.drain(..self.queue.len().saturating_sub(keep));
        } else {
            self.queue.retain(|(id, _)| *id >= offset);
        }
        self.poll += 1;
        let timeout = call.integer("timeout").and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(0);
        (self.poll, timeout.min(MAX_TIMEOUT))
    }

    /// What there is for this poll; empty means to wait on.
    ///
    /// # Errors
    /// A newer poll has begun: two instances of the bot are running.
    pub(super) fn collect(&mut self, poll: u64, call: &Call) -> Result<Vec<Value>, Refusal> {
        if poll != self.poll {
            self.conflicts += 1;
            let text =
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
            return Err(Refusal::new(409, text));
        }
        let limit = call.integer("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100).clamp(1, 100);
        Ok(self.queue.iter().take(limit).map(|(_, update)| update.clone()).collect())
    }

    /// How many updates nobody has confirmed.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }
}
