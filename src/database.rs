//! The database of this run: the one that DATABASE_URL names, or a private one.

use std::{path::Path, time::Duration};

use anyhow::Context as _;
use localpg::Cluster;
use secrecy::ExposeSecret as _;
use sqlx::{PgPool, postgres::PgConnectOptions};
use tokio::time::Instant;

use crate::{config::Config, store};

/// How long a database that is away at the start is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(250);

/// An open, migrated database. A private Postgres runs as long as this lives.
#[derive(Debug)]
pub struct Database {
    pool: PgPool,
    _private: Option<Cluster>,
}

impl Database {
    /// Opens the database and brings its tables up to date.
    ///
    /// # Errors
    /// When it cannot be reached, started or migrated.
    pub async fn open(config: &Config) -> anyhow::Result<Self> {
        let (url, private) = match &config.database_url {
            Some(url) => (url.expose_secret().to_owned(), None),
            None => {
                let dir = config.data_dir.clone();
                let (url, cluster) = tokio::task::spawn_blocking(move || start_private(&dir)).await??;
                (url, Some(cluster))
            }
        };
        let pool = patiently(|| open(&url)).await?;
        Ok(Self { pool, _private: private })
    }

    /// Its connections.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }
}

async fn open(url: &str) -> anyhow::Result<PgPool> {
    let pool = store::connect(url)
        .await
        .with_context(|| format!("cannot reach the database{}; is DATABASE_URL right, and Postgres up?", place(url)))?;
    store::migrate(&pool).await.context("cannot bring the database's tables up to date")?;
    Ok(pool)
}

/// Tries again while the database is away, since it may have crashed in this very moment, but not for long: at a start
/// a wrong address must be told.
///
/// # Errors
/// What the last try met.
pub async fn patiently<T, F: Future<Output = anyhow::Result<T>>>(attempt: impl Fn() -> F) -> anyhow::Result<T> {
    let until = Instant::now() + PATIENCE;
    loop {
        match attempt().await {
            Err(error) if is_away(&error) && Instant::now() < until => tokio::time::sleep(PAUSE).await,
            done => return done,
        }
    }
}

fn is_away(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref()).any(store::is_away)
}

/// Where a database is, without its password.
fn place(url: &str) -> String {
    let options = url.parse::<PgConnectOptions>();
    options.map_or_else(|_| String::new(), |at| format!(" at {}:{}", at.get_host(), at.get_port()))
}

fn start_private(dir: &Path) -> Result<(String, Cluster), localpg::Error> {
    let cluster = Cluster::start(&dir.join("postgres"), &localpg::Settings::default())?;
    let url = cluster.database("paperboy")?;
    Ok((url, cluster))
}
