//! The wiring: one line per platform.

use std::{fmt, sync::Arc};

use platform::{Adapter, BadVariable, BotKey, Dialect, Env, Platform};

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

/// The bots that run here.
#[derive(Clone, Default)]
pub struct Platforms(Arc<[Arc<dyn Platform>]>);

impl Platforms {
    /// These bots.
    #[must_use]
    pub fn new(bots: Vec<Arc<dyn Platform>>) -> Self {
        Self(bots.into())
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
        Ok(Self::new(bots))
    }

    /// All of them.
    #[must_use]
    pub fn bots(&self) -> &[Arc<dyn Platform>] {
        &self.0
    }

    /// The bot with this key.
    #[must_use]
    pub fn bot(&self, key: &BotKey) -> Option<&Arc<dyn Platform>> {
        self.0.iter().find(|bot| bot.key() == key)
    }
}

impl fmt::Debug for Platforms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|bot| bot.key())).finish()
    }
}
