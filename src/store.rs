//! All SQL: one file per table, one function per statement.

pub mod bots;
pub mod clouds;
pub mod confirmations;
pub mod deliveries;
pub mod feeds;
pub mod figures;
pub mod firings;
pub mod listeners;
pub mod pictures;
pub mod publications;
pub mod rejections;
pub mod renditions;
pub mod reports;
pub mod subscribers;
pub mod subscriptions;

use std::time::Duration;

use sqlx::{Connection as _, PgConnection, PgPool, migrate::MigrateError, postgres::PgPoolOptions};

/// How long the database may take to answer at the start; it may be starting too.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a statement waits for a connection afterwards. Short, since the pool goes on waiting for a server that has
/// crashed while another try would find it back.
const RECOVERY: Duration = Duration::from_secs(3);

/// Opens a pool on the database at `url`, enough connections for one process. The database must answer now.
///
/// # Errors
/// What the first connection met.
pub async fn connect(url: &str) -> sqlx::Result<PgPool> {
    let options = || PgPoolOptions::new().max_connections(10);
    match options().acquire_timeout(PATIENCE).connect(url).await {
        // The pool has tried again and again and keeps the reason to itself, so it is asked for once more.
        Err(sqlx::Error::PoolTimedOut) => match tokio::time::timeout(PATIENCE, PgConnection::connect(url)).await {
            Ok(Err(why)) => Err(why),
            Ok(Ok(_)) | Err(_) => Err(sqlx::Error::PoolTimedOut),
        },
        Err(why) => Err(why),
        Ok(answered) => {
            answered.close().await;
            options().acquire_timeout(RECOVERY).connect(url).await
        }
    }
}

/// Brings the tables up to date and makes the outbox's partitions for this month and the next. Safe to call at every
/// start, by any number of processes.
///
/// # Errors
/// A migration that fails, or one that was applied and has since been edited.
pub async fn migrate(db: &PgPool) -> Result<(), MigrateError> {
    sqlx::migrate!().run(db).await?;
    deliveries::ensure_partitions(db).await?;
    Ok(())
}

/// Whether a statement failed because of what it was to write, such as a text with a zero in it: it always will.
#[must_use]
pub fn is_unwritable(error: &sqlx::Error) -> bool {
    // Class 22 is "data exception".
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code.starts_with("22"))
}

/// Whether a statement failed because somebody else wrote the same row first.
#[must_use]
pub fn is_conflict(error: &sqlx::Error) -> bool {
    // A unique key that exists, and a snapshot that is older than somebody's change.
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "23505" || code == "40001")
}

/// Whether a statement failed because the server cannot be spoken to now: it crashed, stops, starts, was cut off, or takes no
/// writes while it is failed over.
#[must_use]
pub fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => true,
        // Classes 08 (connection exception) and 57P (operator intervention), and 25006 (read-only SQL transaction);
        // PostgreSQL's documentation, appendix A.
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| code.starts_with("08") || code.starts_with("57P") || code == "25006")
        }
        _ => false,
    }
}
