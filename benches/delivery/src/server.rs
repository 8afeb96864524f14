//! The stand-in that the program sends to, whichever platform's it is.

mod discord;

use std::{io, time::Duration};

use sandbox::{
    Faults,
    judge::Accepted,
    telegram::crowd::{self, Crowd},
};
use serde_json::Value;

pub use discord::{Direct, Settings};

/// The first reader's chat on Telegram; the others follow.
pub const FIRST_READER: i64 = 1_000_000;

/// A platform's stand-in, as far as the stand needs it.
#[allow(async_fn_in_trait, reason = "the stand waits for it where it calls it")]
pub trait Server: Sized + Send + Sync {
    /// How it behaves.
    type Settings;

    /// Its platform's stable name.
    const PLATFORM: &'static str;
    /// What it calls the sending of a text.
    const SENDS: &'static str;
    /// Whether it drops a message that it has already, so that a kill leaves no doubt.
    const DROPS_COPIES: bool;

    /// Begins to listen on a free port of this machine.
    ///
    /// # Errors
    /// No port can be had.
    async fn start(settings: Self::Settings, faults: Faults) -> io::Result<Self>;

    /// The variables of a program that sends to it at this rate, in messages a second.
    fn variables(&self, rate: f64) -> Vec<(&'static str, String)>;

    /// The chats of so many readers.
    fn chats(&self, readers: u64) -> Vec<String>;

    /// What tells a rendered or accepted message from others, from its payload.
    fn text(payload: &Value) -> String;

    /// How many messages it has accepted.
    fn accepted(&self) -> usize;

    /// Those from the `from`th on, in order.
    fn accepted_from(&self, from: usize) -> Vec<Accepted>;

    /// How long ago it was started.
    fn age(&self) -> Duration;
}

impl Server for Crowd {
    type Settings = crowd::Settings;

    const PLATFORM: &'static str = "telegram";
    const SENDS: &'static str = "sendMessage";
    const DROPS_COPIES: bool = false;

    async fn start(settings: crowd::Settings, faults: Faults) -> io::Result<Self> {
        Self::start(settings, faults).await
    }

    fn variables(&self, rate: f64) -> Vec<(&'static str, String)> {
        vec![
            ("TELEGRAM_TOKEN", self.token().to_owned()),
            ("TELEGRAM_API_URL", self.url().to_owned()),
            ("TELEGRAM_RATE", rate.to_string()),
            ("TELEGRAM_PAID_BROADCAST", "true".to_owned()),
        ]
    }

    fn chats(&self, readers: u64) -> Vec<String> {
        (FIRST_READER..).map(|chat| chat.to_string()).zip(0..readers).map(|(chat, _)| chat).collect()
    }

    fn text(payload: &Value) -> String {
        payload["text"].as_str().unwrap_or_default().to_owned()
    }

    fn accepted(&self) -> usize {
        self.accepted()
    }

    fn accepted_from(&self, from: usize) -> Vec<Accepted> {
        self.accepted_from(from)
    }

    fn age(&self) -> Duration {
        self.age()
    }
}
