//! Discord's stand-in, with direct messages alone.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sandbox::{
    Entry, Faults, Ledger,
    discord::{self, Discord},
    judge::Accepted,
};
use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;

use super::Server;

/// The first reader's account.
const FIRST_USER: u64 = 8_000;

/// How the stand-in behaves.
pub type Settings = discord::Settings;

/// The stand-in, and what it has accepted.
pub struct Direct {
    discord: Discord,
    ledger: Ledger,
    accepted: Arc<Mutex<Vec<Accepted>>>,
}

impl Direct {
    fn list(&self) -> MutexGuard<'_, Vec<Accepted>> {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Server for Direct {
    type Settings = Settings;

    const PLATFORM: &'static str = "discord";
    const SENDS: &'static str = "createMessage";
    const DROPS_COPIES: bool = true;

    async fn start(settings: Settings, faults: Faults) -> io::Result<Self> {
        let ledger = Ledger::default();
        let mut news = ledger.follow();
        let discord = Discord::start(settings, ledger.clone(), faults).await?;
        let accepted: Arc<Mutex<Vec<Accepted>>> = Arc::default();
        let list = accepted.clone();
        tokio::spawn(async move {
            loop {
                match news.recv().await {
                    Ok(entry) => {
                        list.lock().unwrap_or_else(PoisonError::into_inner).extend(taken(&entry));
                    }
                    // Thousands of entries ahead of us: the judge would call them lost, and so they are for him.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        });
        Ok(Self { discord, ledger, accepted })
    }

    fn variables(&self, rate: f64) -> Vec<(&'static str, String)> {
        vec![
            ("DISCORD_TOKEN", self.discord.token()),
            ("DISCORD_API_URL", self.discord.url()),
            ("DISCORD_RATE", rate.to_string()),
        ]
    }

    fn chats(&self, readers: u64) -> Vec<String> {
        (FIRST_USER..FIRST_USER + readers).map(|user| self.discord.add_dm(user, "Reader", "en").to_string()).collect()
    }

    fn text(payload: &Value) -> String {
        let embeds = payload["embeds"].as_array().into_iter().flatten();
        embeds.filter_map(|embed| embed["description"].as_str()).collect()
    }

    fn accepted(&self) -> usize {
        self.list().len()
    }

    fn accepted_from(&self, from: usize) -> Vec<Accepted> {
        self.list().get(from..).unwrap_or_default().to_vec()
    }

    fn age(&self) -> Duration {
        self.ledger.age()
    }
}

/// The message that a reader sees because of this call. A copy that was dropped is not in the ledger.
fn taken(entry: &Entry) -> Option<Accepted> {
    let posted = entry.method == Direct::SENDS && entry.accepted();
    posted.then(|| Some(Accepted::new(entry.at, entry.chat.parse().ok()?, &Direct::text(&entry.payload))))?
}
