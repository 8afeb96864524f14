//! What an operator does with what is under way: pause, resume, cancel. The chat's commands and the command line share it.

use platform::Act;
use sqlx::PgPool;

use crate::store::{
    bots,
    publications::control::{self, Changed},
};

/// What it is done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A publication, by its number.
    Publication(i64),
    /// Bots: `telegram` is all of that platform's, `telegram:1234` one account.
    Bots(String),
}

impl Target {
    /// What a person means by this word: a number is a publication.
    #[must_use]
    pub fn read(word: &str) -> Self {
        word.trim_start_matches('#').parse().map_or_else(|_| Self::Bots(word.to_lowercase()), Self::Publication)
    }
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// What.
    pub act: Act,
    /// To the publication with this title, or to the bot that was named.
    pub to: String,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// There is no such publication.
    #[error("there is no publication {0}; `paperboy stats` lists them")]
    NoSuchPublication(i64),
    /// There is no such bot, or it cannot be cancelled.
    #[error("`{0}` is neither a publication's number nor a bot; write for example 12, telegram or discord:1234")]
    NoSuchBot(String),
    /// Its state does not allow it.
    #[error("“{title}” is {state} already")]
    Already {
        /// The publication's title.
        title: String,
        /// As stored.
        state: String,
    },
    /// The database's.
    #[error("the database refused: {0}")]
    Database(#[from] sqlx::Error),
}

/// Does it. Every process heeds it within a second.
///
/// # Errors
/// [`ControlError`]; then nothing has changed.
pub async fn act(db: &PgPool, act: Act, target: &Target) -> Result<Done, ControlError> {
    let to = match target {
        Target::Publication(id) => {
            let changed = match act {
                Act::Pause => control::pause(db, *id, "by an operator").await?,
                Act::Resume => control::resume(db, *id).await?,
                Act::Cancel => control::cancel(db, *id).await?,
            };
            match changed.ok_or(ControlError::NoSuchPublication(*id))? {
                Changed::Yes(title) => title,
                Changed::No(title, state) => return Err(ControlError::Already { title, state }),
            }
        }
        Target::Bots(name) => {
            let (platform, account) = name.split_once(':').map_or((name.as_str(), None), |(p, a)| (p, Some(a)));
            let changed = match act {
                Act::Pause => bots::pause(db, platform, account).await?,
                Act::Resume => bots::resume(db, platform, account).await?,
                Act::Cancel => 0,
            };
            if changed == 0 {
                return Err(ControlError::NoSuchBot(name.clone()));
            }
            name.clone()
        }
    };
    Ok(Done { act, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_publication_and_a_word_a_bot() {
        assert_eq!(Target::read("12"), Target::Publication(12));
        assert_eq!(Target::read("#12"), Target::Publication(12));
        assert_eq!(Target::read("Telegram:77"), Target::Bots("telegram:77".to_owned()));
    }
}
