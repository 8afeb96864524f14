//! The settings, from the environment alone. What belongs to one platform (tokens, addresses, pace) is read by its adapter.

use std::{path::PathBuf, time::Duration};

use platform::{BadVariable, Env, Language, Pages, UserId};
use secrecy::SecretString;
use sqlx::postgres::PgConnectOptions;
use tracing_subscriber::EnvFilter;

use crate::platforms;

/// Every variable that the engine reads; the adapters name theirs.
pub const VARIABLES: &[&str] = &[
    "DATABASE_URL",
    "DATA_DIR",
    "SCHEDULES_DIR",
    "ADMINS",
    "DEFAULT_LANGUAGE",
    "ON_UNCERTAIN",
    "SEND_TIMEOUT",
    "MAX_MESSAGES",
    "LOG",
];

/// The engine's settings. `Debug` shows no password.
#[derive(Clone, Debug)]
pub struct Config {
    /// The Postgres to use; without it, a private one in `data_dir`.
    pub database_url: Option<SecretString>,
    /// Where the private Postgres lives.
    pub data_dir: PathBuf,
    /// Where the schedule files are.
    pub schedules_dir: PathBuf,
    /// Who may broadcast and see the figures.
    pub admins: Vec<Admin>,
    /// For readers whose platform does not tell their language.
    pub default_language: Language,
    /// What becomes of a message that may or may not have arrived.
    pub on_uncertain: OnUncertain,
    /// How long one call to a platform may take, connecting included.
    pub send_timeout: Duration,
    /// What is logged, in the syntax of `tracing_subscriber::EnvFilter`.
    pub log: String,
}

/// A person with an admin's rights.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Admin {
    /// The platform's stable name.
    pub platform: &'static str,
    /// The platform's own id of the person.
    pub user: UserId,
}

/// What becomes of a message that may or may not have arrived on a platform that cannot drop a second copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnUncertain {
    /// It stays uncertain, is counted and listed, and can be redriven by hand.
    #[default]
    Hold,
    /// It is sent again: the reader may see it twice.
    Resend,
}

impl Config {
    /// The settings in this environment.
    ///
    /// # Errors
    /// Every variable that cannot be used, with what to write instead.
    pub fn from_env(env: Env<'_>) -> Result<Self, Vec<BadVariable>> {
        let mut bad = Vec::new();
        let path = |name, default| env(name).map_or_else(|| PathBuf::from(default), PathBuf::from);
        let config = Self {
            database_url: database_url(env).unwrap_or_else(|error| note(&mut bad, error)),
            data_dir: path("DATA_DIR", ".paperboy"),
            schedules_dir: path("SCHEDULES_DIR", "schedules"),
            admins: admins(env).unwrap_or_else(|error| note(&mut bad, error)),
            default_language: default_language(env).unwrap_or_else(|error| note(&mut bad, error)),
            on_uncertain: on_uncertain(env).unwrap_or_else(|error| note(&mut bad, error)),
            send_timeout: send_timeout(env).unwrap_or_else(|error| note(&mut bad, error)),
            log: log(env).unwrap_or_else(|error| note(&mut bad, error)),
        };
        if bad.is_empty() { Ok(config) } else { Err(bad) }
    }
}

/// Keeps the error for the list and goes on with a value that is never used.
fn note<T: Default>(bad: &mut Vec<BadVariable>, error: BadVariable) -> T {
    bad.push(error);
    T::default()
}

fn database_url(env: Env<'_>) -> Result<Option<SecretString>, BadVariable> {
    let Some(url) = env("DATABASE_URL") else { return Ok(None) };
    let bad = |reason: String| BadVariable { variable: "DATABASE_URL", reason };
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(bad("must begin with postgres:// ; unset it to use a private Postgres".to_owned()));
    }
    match url.parse::<PgConnectOptions>() {
        Ok(_) => Ok(Some(SecretString::from(url))),
        Err(_) => Err(bad("is no address such as postgres://name:password@host:5432/database; in the password \
                           write @ as %40, / as %2F and : as %3A"
            .to_owned())),
    }
}

fn admins(env: Env<'_>) -> Result<Vec<Admin>, BadVariable> {
    let list = env("ADMINS").unwrap_or_default();
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(admin).collect()
}

fn admin(entry: &str) -> Result<Admin, BadVariable> {
    let found = entry.split_once(':').and_then(|(name, user)| Some((platforms::adapter(name.trim())?, user.trim())));
    match found {
        Some((adapter, user)) if !user.is_empty() && user.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(Admin { platform: adapter.name, user: UserId(user.to_owned()) })
        }
        _ => Err(BadVariable {
            variable: "ADMINS",
            reason: format!("`{entry}` is not platform:number; write for example telegram:1234,discord:5678"),
        }),
    }
}

fn default_language(env: Env<'_>) -> Result<Language, BadVariable> {
    let Some(code) = env("DEFAULT_LANGUAGE") else { return Ok(Language::default()) };
    Language::from_code(&code).ok_or_else(|| BadVariable {
        variable: "DEFAULT_LANGUAGE",
        reason: format!("`{code}` is not spoken here; write zh or en"),
    })
}

fn on_uncertain(env: Env<'_>) -> Result<OnUncertain, BadVariable> {
    match env("ON_UNCERTAIN").as_deref() {
        None | Some("hold") => Ok(OnUncertain::Hold),
        Some("resend") => Ok(OnUncertain::Resend),
        Some(other) => {
            Err(BadVariable { variable: "ON_UNCERTAIN", reason: format!("`{other}` is neither hold nor resend") })
        }
    }
}

fn send_timeout(env: Env<'_>) -> Result<Duration, BadVariable> {
    let Some(text) = env("SEND_TIMEOUT") else { return Ok(Duration::from_secs(10)) };
    match text.parse::<u64>() {
        Ok(seconds @ 1..=60) => Ok(Duration::from_secs(seconds)),
        _ => Err(BadVariable {
            variable: "SEND_TIMEOUT",
            reason: format!("`{text}` is not a whole number of seconds from 1 to 60"),
        }),
    }
}

/// The most messages of one report that are sent at once; the rest is behind buttons and in a file.
///
/// # Errors
/// When it is no number from 2 to 100.
pub fn max_messages(env: Env<'_>) -> Result<usize, BadVariable> {
    let Some(text) = env("MAX_MESSAGES") else { return Ok(Pages::MOST) };
    match text.parse() {
        Ok(most @ 2..=100) => Ok(most),
        _ => {
            Err(BadVariable { variable: "MAX_MESSAGES", reason: format!("`{text}` is no whole number from 2 to 100") })
        }
    }
}

fn log(env: Env<'_>) -> Result<String, BadVariable> {
    let filter = env("LOG").unwrap_or_else(|| "info,sqlx=warn,serenity=warn".to_owned());
    match EnvFilter::try_new(&filter) {
        Ok(_) => Ok(filter),
        Err(error) => Err(BadVariable { variable: "LOG", reason: format!("{error}; write for example info or debug") }),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn with(variables: &[(&str, &str)]) -> Result<Config, Vec<BadVariable>> {
        let variables: HashMap<_, _> = variables.iter().map(|&(name, value)| (name, value.to_owned())).collect();
        Config::from_env(&|name| variables.get(name).cloned())
    }

    #[test]
    fn an_empty_environment_is_enough() {
        let config = with(&[]).unwrap();
        assert!(config.database_url.is_none() && config.admins.is_empty());
        assert_eq!(config.on_uncertain, OnUncertain::Hold);
        assert_eq!(config.send_timeout, Duration::from_secs(10));
    }

    #[test]
    fn every_bad_variable_is_named_at_once() {
        let bad = with(&[("ADMINS", "telegram:x"), ("ON_UNCERTAIN", "skip"), ("SEND_TIMEOUT", "0"), ("LOG", "a=b=c")]);
        let names: Vec<_> = bad.unwrap_err().into_iter().map(|error| error.variable).collect();
        assert_eq!(names, ["ADMINS", "ON_UNCERTAIN", "SEND_TIMEOUT", "LOG"]);
    }

    #[test]
    fn the_number_of_messages_has_bounds() {
        let most = |text: Option<&str>| max_messages(&|_| text.map(str::to_owned)).ok();
        assert_eq!([None, Some("2"), Some("100")].map(most), [Some(12), Some(2), Some(100)]);
        assert_eq!([Some("1"), Some("101"), Some("x")].map(most), [None; 3]);
    }

    #[test]
    fn admins_are_people_on_platforms() {
        let config = with(&[("ADMINS", "telegram:1, discord:2")]).unwrap();
        let admin = |platform, user: &str| Admin { platform, user: UserId(user.to_owned()) };
        assert_eq!(config.admins, [admin("telegram", "1"), admin("discord", "2")]);
        assert!(with(&[("ADMINS", "matrix:1")]).is_err());
    }

    #[test]
    fn a_database_password_is_never_printed() {
        let config = with(&[("DATABASE_URL", "postgres://app:hunter2@db/app")]).unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
        for wrong in ["mysql://app:hunter2@db/app", "postgres://app:hunter2@db:port/app"] {
            let refused = with(&[("DATABASE_URL", wrong)]).unwrap_err();
            assert!(!format!("{refused:?}").contains("hunter2"), "{refused:?}");
        }
    }
}
