//! Whose limit a 429 is. Telegram does not say, so it is inferred.

use std::time::Duration;

use platform::Scope;
use tokio::time::Instant;

/// Two chats that are refused within this time mean that the whole bot is too fast.
const TOGETHER: Duration = Duration::from_secs(5);

/// The latest refusal.
#[derive(Debug, Default)]
pub(crate) struct Flood {
    last: Option<(i64, Instant)>,
}

impl Flood {
    /// This chat was answered 429: whose limit is it?
    pub(crate) fn struck(&mut self, chat: i64, now: Instant) -> Scope {
        let together = |(other, at): (i64, Instant)| other != chat && now.duration_since(at) <= TOGETHER;
        let scope = if self.last.is_some_and(together) { Scope::Bot } else { Scope::Chat };
        self.last = Some((chat, now));
        scope
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_chat_slows_itself_and_two_at_once_slow_the_bot() {
        let (mut flood, now) = (Flood::default(), Instant::now());
        assert_eq!(flood.struck(1, now), Scope::Chat);
        assert_eq!(flood.struck(1, now), Scope::Chat);
        assert_eq!(flood.struck(2, now + TOGETHER), Scope::Bot);
        assert_eq!(flood.struck(3, now + TOGETHER * 3), Scope::Chat);
    }
}
