//! The wiring: one line per platform.

use std::{fmt, sync::Arc};

use platform::{Adapter, BadVariable, BotKey, Dialect, Env, Pages, Platform};

use crate::config;

/// Every platform there is.
pub const ADAPTERS: &[Adapter] = &[telegram::ADAPTER, discord::ADAPTER];

/// The adapter with this stable name.
#[must_use]
pub fn adapter(name: &str) -> Option<&'static Adapter> {
    ADAPTERS.iter().find(|adapter| adapter.name == name)
}

/// How the platform with this stable name writes.
#[must_use]
pub fn dialect(name: &str) -> Option<&'static dyn Dialect> {
    adapter(name).map(|adapter| adapter.dialect)
}

/// The bots that run here, and how many messages of one report they send at once.
#[derive(Clone)]
pub struct Platforms {
    bots: Arc<[Arc<dyn Platform>]>,
    most_messages: usize,
}

impl Default for Platforms {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Platforms {
    /// These bots.
    #[must_use]
    pub fn new(bots: Vec<Arc<dyn Platform>>) -> Self {
        Self { bots: bots.into(), most_messages: Pages::MOST }
    }

    /// The same bots, each of which sends at most so many messages of one report at once.
    #[must_use]
    pub fn with_most_messages(self, most_messages: usize) -> Self {
        Self { most_messages, ..self }
    }

    /// The most messages of one report that are sent at once.
    #[must_use]
    pub fn most_messages(&self) -> usize {
        self.most_messages
    }

    /// The bots whose tokens are set.
    ///
    /// # Errors
    /// The first variable that cannot be used.
    pub fn connect(env: Env<'_>) -> Result<Self, BadVariable> {
        let mut bots = Vec::new();
        for adapter in ADAPTERS {
            bots.extend((adapter.connect)(env)?);
        }
        Ok(Self::new(bots).with_most_messages(config::max_messages(env)?))
    }

    /// All of them.
    #[must_use]
    pub fn bots(&self) -> &[Arc<dyn Platform>] {
        &self.bots
    }

    /// The bot with this key.
    #[must_use]
    pub fn bot(&self, key: &BotKey) -> Option<&Arc<dyn Platform>> {
        self.bots.iter().find(|bot| bot.key() == key)
    }
}

impl fmt::Debug for Platforms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.bots.iter().map(|bot| bot.key())).finish()
    }
}
