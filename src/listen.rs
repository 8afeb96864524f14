//! Which process listens with a bot: one at a time, however many run on one database.
//!
//! - [`turn`]: what a process knows of its turn (pure).
//! - [`Listener`]: takes the turn, listens as long as it can be renewed, and gives it back.
//!
//! A process that is killed or frozen renews nothing, and another one takes over when its turn has run out. When it
//! wakes it finds its turn over before it answers anybody: adapters ask [`platform::Desk::may_answer`] each time.

pub mod turn;

use std::{sync::Arc, time::Duration};

use platform::{BotKey, Desk, Platform, SendError};
use sqlx::PgPool;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::store::listeners;
use turn::{LASTS, Next, RENEW, Turn};

/// Between two looks whether the turn is free.
const LOOK: Duration = Duration::from_secs(1);

/// Listens with one bot.
pub struct Listener {
    /// Where the turns are kept.
    pub db: PgPool,
    /// The bot.
    pub bot: Arc<dyn Platform>,
    /// The bot's row.
    pub id: i32,
    /// Who answers.
    pub desk: Arc<dyn Desk>,
    /// This process's turn with this bot.
    pub turn: Arc<Turn>,
    /// What this process is called in the table.
    pub process: Arc<str>,
}

impl Listener {
    /// Waits for the turn and listens, again and again until `stop`. A refused bot stays silent; the others go on.
    ///
    /// # Errors
    /// What ended the listening, unless the platform refused the bot or the turn was over.
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        let mut said = None;
        loop {
            let since = self.turn.now();
            let taken = timeout(LASTS, listeners::take(&self.db, self.id, &self.process, LASTS)).await;
            match taken {
                Ok(Ok(Some(number))) => {
                    self.turn.begin(since);
                    said = None;
                    match self.listen(number, &stop).await {
                        Ok(()) => {}
                        Err(error @ SendError::Fatal { .. }) => {
                            let BotKey { platform, account } = self.bot.key();
                            tracing::error!(platform, account, %error, "this bot is silent until its token is mended and paperboy restarted");
                            stop.cancelled().await;
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
                Ok(Ok(None)) => self
                    .say_once(&mut said, "another process listens with this bot; it is taken over when that one ends"),
                Ok(Err(error)) => self.say_once(&mut said, &format!("cannot ask for the turn to listen: {error}")),
                Err(_) => self.say_once(&mut said, "cannot ask for the turn to listen: the database does not answer"),
            }
            if stop.run_until_cancelled(sleep(LOOK)).await.is_none() {
                return Ok(());
            }
        }
    }

    /// Listens until `stop` or until the turn is over; gives the turn back once the last answers are out.
    async fn listen(&self, number: i64, stop: &CancellationToken) -> Result<(), SendError> {
        let over = stop.child_token();
        let mut listening = self.bot.listen(self.desk.clone(), over.clone());
        let ended = tokio::select! {
            ended = &mut listening => ended,
            () = self.keep(number) => {
                // Nobody is answered from here on, so whatever is under way ends soon.
                self.turn.end();
                over.cancel();
                listening.await
            }
        };
        self.turn.end();
        match timeout(RENEW, listeners::end(&self.db, self.id, number)).await {
            Ok(Ok(())) => {}
            // It runs out by itself.
            Ok(Err(_)) | Err(_) => tracing::debug!(bot = self.id, "the turn to listen could not be given back"),
        }
        ended
    }

    /// Renews the turn until it is over.
    async fn keep(&self, number: i64) {
        let mut pause = RENEW;
        loop {
            sleep(pause).await;
            let (since, left) = (self.turn.now(), self.turn.left());
            if left.is_zero() {
                self.say("this process was paused for longer than its turn to listen lasts; another may have it now");
                return;
            }
            let asked = timeout(left.min(RENEW), listeners::renew(&self.db, self.id, number, LASTS)).await;
            let renewed = asked.ok().and_then(Result::ok);
            match turn::next(renewed, self.turn.left()) {
                Next::On(after) => {
                    if renewed == Some(true) {
                        self.turn.begin(since);
                    }
                    pause = after;
                }
                Next::Over => {
                    let why = match renewed {
                        Some(_) => "the turn to listen has passed to another process",
                        None => "the turn to listen ran out, since the database did not renew it in time",
                    };
                    self.say(why);
                    return;
                }
            }
        }
    }

    fn say_once(&self, said: &mut Option<String>, text: &str) {
        if said.as_deref() != Some(text) {
            self.say(text);
            *said = Some(text.to_owned());
        }
    }

    fn say(&self, text: &str) {
        let BotKey { platform, account } = self.bot.key();
        tracing::warn!(platform, account, "{text}");
    }
}
