//! A fresh, migrated database for each test, copied from a template that is migrated once.
//!
//! On the server at `DATABASE_URL` if that is set; else on a private one that all tests share and that forgets
//! everything when the machine stops. Without PostgreSQL the tests fail.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use localpg::{Cluster, Settings};
use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, migrate::Migrator};
use tokio::sync::OnceCell;
use url::Url;

static MIGRATIONS: Migrator = sqlx::migrate!();
static SERVER: OnceCell<Server> = OnceCell::const_new();
static MADE: AtomicU32 = AtomicU32::new(0);

/// A database of one test's own, which goes when this is dropped.
#[derive(Debug)]
pub(crate) struct TestDatabase {
    /// Connected to it.
    pub(crate) pool: PgPool,
    /// Its address, for programs that the test starts.
    pub(crate) url: String,
    name: String,
    server: Url,
}

struct Server {
    url: Url,
    /// The name of the migrated database.
    template: String,
    /// Runs until the process ends.
    _cluster: Option<Cluster>,
}

/// Makes a database.
pub(crate) async fn database() -> TestDatabase {
    let server = SERVER.get_or_init(Server::reach).await;
    let mut connection = connect(&server.url).await;
    let name = name_for_now(&mut connection, "paperboy_test").await;
    // Copying files is three times as fast as the default, which writes the copy to the log as well.
    let statement = format!("create database {name} template {} strategy file_copy", server.template);
    run(&mut connection, statement).await.expect("a copy of the template");
    let url = in_database(&server.url, &name);
    let pool = PgPoolOptions::new().max_connections(8).connect(url.as_str()).await.expect("a connection");
    TestDatabase { pool, url: url.into(), name, server: server.url.clone() }
}

impl TestDatabase {
    /// Cuts every connection to it, and refuses new ones until this is called with `true`.
    pub(crate) async fn let_connect(&self, allowed: bool) {
        let mut connection = connect(&in_database(&self.server, "postgres")).await;
        let statement = format!("alter database {} allow_connections {allowed}", self.name);
        run(&mut connection, statement).await.expect("the door is ours");
        if !allowed {
            let cut = format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}'", self.name);
            run(&mut connection, cut).await.expect("the connections are ours");
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // A thread with a runtime of its own, since the test's runtime cannot wait in a destructor. What is left when
        // this fails is removed by a later run.
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut connection = PgConnection::connect(server.as_str()).await?;
                run(&mut connection, format!("drop database {name} with (force)")).await
            })
        });
        drop(thread.join());
    }
}

impl Server {
    async fn reach() -> Self {
        let (url, cluster) = match std::env::var_os("DATABASE_URL").filter(|url| !url.is_empty()) {
            Some(url) => (url.into_string().expect("DATABASE_URL in UTF-8"), None),
            None => {
                let started = tokio::task::spawn_blocking(|| {
                    let settings = Settings { linger: Duration::from_secs(10), ..Settings::forgetful() };
                    Cluster::start(&cluster_folder(), &settings)
                });
                let cluster = started
                    .await
                    .expect("no panic")
                    .unwrap_or_else(|error| panic!("the tests need a database: {:#}", anyhow::Error::from(error)));
                (cluster.url("postgres"), Some(cluster))
            }
        };
        let url = Url::parse(&url).expect("DATABASE_URL is an address");
        let mut connection = connect(&url).await;
        // One process at a time makes the template and removes what is left over.
        run(&mut connection, "select pg_advisory_lock(20251127)".to_owned()).await.expect("the lock");
        remove_left_over(&mut connection).await;
        let template = template(&url, &mut connection).await;
        Self { url, template, _cluster: cluster }
    }
}

/// The migrated database for the migrations as they are now, made if there is none.
async fn template(server: &Url, connection: &mut PgConnection) -> String {
    let prefix = format!("paperboy_template_{}", hash_of_migrations());
    let existing: Option<String> = sqlx::query_scalar("select datname from pg_database where starts_with(datname, $1)")
        .bind(&prefix)
        .fetch_optional(&mut *connection)
        .await
        .expect("the list of databases");
    if let Some(existing) = existing {
        return existing;
    }
    let unfinished = name_for_now(connection, "paperboy_test_template").await;
    run(connection, format!("create database {unfinished}")).await.expect("a new database");
    let mut inside = connect(&in_database(server, &unfinished)).await;
    MIGRATIONS.run(&mut inside).await.expect("the migrations");
    inside.close().await.expect("a clean end");
    let finished = name_for_now(connection, &prefix).await;
    // A database can be copied only while nobody is connected to it.
    run(connection, format!("alter database {unfinished} with allow_connections false")).await.expect("a closed door");
    run(connection, format!("alter database {unfinished} rename to {finished}")).await.expect("a new name");
    finished
}

/// Removes what tests left that were killed, and the templates of older migrations. A name ends with the second in
/// which it was made; nothing younger than any test lasts is touched, since other test runs may use this server.
async fn remove_left_over(connection: &mut PgConnection) {
    let left_over: Vec<String> = sqlx::query_scalar(
        r"select datname from pg_database, lateral (
              select extract(epoch from now()) - substring(datname from '_(\d+)$')::bigint as age) as made
          where (datname like 'paperboy\_test\_%' and age > 1800)
             or (datname like 'paperboy\_template\_%' and age > 86400 and not starts_with(datname, $1))",
    )
    .bind(format!("paperboy_template_{}", hash_of_migrations()))
    .fetch_all(&mut *connection)
    .await
    .expect("the list of databases");
    for name in left_over {
        // Another server's rights or another run's haste may prevent it, which harms nobody.
        drop(run(connection, format!("drop database if exists {name} with (force)")).await);
    }
}

/// Memory where there is plenty of it, else the machine's temporary folder.
fn cluster_folder() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let room = rustix::fs::statvfs(&memory).map_or(0, |facts| facts.f_bavail * facts.f_frsize);
    // All tests at once take about 100 MB; containers often have 64.
    let parent = if room > 1 << 30 { memory } else { std::env::temp_dir() };
    parent.join(format!("paperboy-tests-{}", rustix::process::geteuid().as_raw()))
}

fn hash_of_migrations() -> String {
    let mut hash = Sha256::new();
    for migration in MIGRATIONS.iter() {
        hash.update(&migration.checksum);
    }
    hex::encode(&hash.finalize()[..8])
}

/// A name that no other database of any process has. Ends with the server's time in seconds.
async fn name_for_now(connection: &mut PgConnection, prefix: &str) -> String {
    let now: i64 = sqlx::query_scalar("select extract(epoch from now())::bigint")
        .fetch_one(connection)
        .await
        .expect("the server's time");
    format!("{prefix}_{}_{}_{now}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed))
}

fn in_database(server: &Url, name: &str) -> Url {
    let mut url = server.clone();
    url.set_path(name);
    url
}

async fn connect(url: &Url) -> PgConnection {
    PgConnection::connect(url.as_str())
        .await
        .unwrap_or_else(|error| panic!("the tests need a database and cannot reach the one at DATABASE_URL: {error}"))
}

async fn run(connection: &mut PgConnection, statement: String) -> sqlx::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await.map(drop)
}

#[tokio::test]
async fn a_database_is_migrated_and_its_own() {
    let (one, other) = (database().await, database().await);
    sqlx::raw_sql("insert into feeds (name, titles, zone) values ('papers', '{}', 'UTC')")
        .execute(&one.pool)
        .await
        .unwrap();
    let count = async |of: &TestDatabase| -> i64 {
        sqlx::query_scalar("select count(*) from feeds").fetch_one(&of.pool).await.unwrap()
    };
    assert_eq!((count(&one).await, count(&other).await), (1, 0));
}

#[tokio::test]
async fn a_database_goes_with_its_test() {
    let database = database().await;
    let url = database.url.clone();
    PgConnection::connect(&url).await.expect("it is there");
    drop(database);
    let error = PgConnection::connect(&url).await.unwrap_err();
    assert!(error.to_string().contains("does not exist"), "{error}");
}
