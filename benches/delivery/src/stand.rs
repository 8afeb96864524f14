//! The surroundings: a database, a stand-in of Telegram's server, readers, and broadcasts to them.

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context as _, bail};
use sandbox::{
    Faults,
    judge::{self, Judgement},
    telegram::crowd::Crowd,
};
use sqlx::{Connection as _, PgConnection, PgPool, postgres::PgPoolOptions};
use tempfile::TempDir;

use crate::{fleet::Fleet, outbox, postgres::Postgres, server::Server};

const SCHEDULE: &str = r#"
feed = "daily"
title = { zh = "日报", en = "Daily" }
folder = "reports"
cron = "0 16 * * *"
zone = "UTC"
publish = "arrival"
cloud = "never"
"#;

/// How the stand is set up.
pub struct Setup<S: Server = Crowd> {
    /// The program's rate, in messages a second.
    pub rate: f64,
    /// `SEND_TIMEOUT`, in seconds.
    pub send_timeout: u64,
    /// The stand-in.
    pub server: S::Settings,
}

/// The stand. Everything on it ends with it.
pub struct Stand<S: Server = Crowd> {
    /// The platform's stand-in.
    pub server: S,
    /// What goes wrong there.
    pub faults: Faults,
    /// The processes.
    pub fleet: Fleet,
    /// A few connections of our own.
    pub db: PgPool,
    /// The database server, if it is our own.
    pub postgres: Option<Postgres>,
    /// The readers' chats.
    pub chats: Vec<String>,
    /// Where it all lies.
    pub folder: TempDir,
}

impl<S: Server> Stand<S> {
    /// Sets it up with a database server of its own, one feed, and no process yet.
    ///
    /// # Errors
    /// When something of it does not start.
    pub async fn set_up(program: PathBuf, setup: Setup<S>) -> anyhow::Result<Self> {
        let folder = folder()?;
        let home = folder.path().join("postgres");
        let postgres = tokio::task::spawn_blocking(|| Postgres::start(home)).await??;
        let url = postgres.database("paperboy")?;
        Self::on(program, setup, folder, &url, Some(postgres)).await
    }

    /// The same on this database.
    ///
    /// # Errors
    /// The same.
    pub async fn on_database(program: PathBuf, setup: Setup<S>, url: &str) -> anyhow::Result<Self> {
        Self::on(program, setup, folder()?, url, None).await
    }

    async fn on(
        program: PathBuf,
        setup: Setup<S>,
        folder: TempDir,
        url: &str,
        postgres: Option<Postgres>,
    ) -> anyhow::Result<Self> {
        fs::create_dir_all(folder.path().join("schedules"))?;
        fs::create_dir_all(folder.path().join("reports"))?;
        fs::write(folder.path().join("schedules/daily.toml"), SCHEDULE)?;
        let faults = Faults::default();
        let server = S::start(setup.server, faults.clone()).await?;
        let mut variables = server.variables(setup.rate);
        variables.extend([
            ("DATABASE_URL", url.to_owned()),
            ("SEND_TIMEOUT", setup.send_timeout.to_string()),
            ("LOG", "warn".to_owned()),
        ]);
        let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let fleet = Fleet::new(program, folder.path().to_owned(), variables);
        let options = PgPoolOptions::new().max_connections(4).acquire_timeout(Duration::from_secs(30));
        let db = options.connect(url).await?;
        Ok(Self { server, faults, fleet, db, postgres, chats: Vec::new(), folder })
    }

    /// Starts processes until so many run, and waits until the bot is registered and the feed declared.
    ///
    /// # Errors
    /// When that takes too long.
    pub async fn serve(&mut self, processes: usize) -> anyhow::Result<()> {
        self.fleet.resize(processes)?;
        for _ in 0..600 {
            let ready = "select (select count(*) from bots) > 0 and (select count(*) from feeds) > 0";
            if let Ok(true) = sqlx::query_scalar(ready).fetch_one(&self.db).await {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("the program did not start; its log: {}", self.log())
    }

    /// Readers who have started the bot before.
    ///
    /// # Errors
    /// The database's.
    pub async fn readers(&mut self, count: u64) -> anyhow::Result<()> {
        self.chats = self.server.chats(count);
        sqlx::query(
            "with new as (
                 insert into subscribers (bot, chat, kind, language, started_at)
                 select (select id from bots), chat, 'private', 'en', now() from unnest($1::text[]) chat returning id)
             insert into subscriptions (feed, subscriber, started_at)
             select (select id from feeds), id, now() from new",
        )
        .bind(&self.chats)
        .execute(&self.db)
        .await?;
        sqlx::raw_sql("analyze subscribers; analyze subscriptions").execute(&self.db).await?;
        Ok(())
    }

    /// Broadcasts with the real program, and gives the publication.
    ///
    /// # Errors
    /// What the program said.
    pub async fn broadcast(&self, text: &str) -> anyhow::Result<i64> {
        let mut command = self.fleet.command(&["broadcast", "--yes", text]);
        let said = tokio::task::spawn_blocking(move || command.output()).await??;
        if !said.status.success() {
            bail!("the broadcast failed: {}", String::from_utf8_lossy(&said.stderr));
        }
        let last = "select max(id) from publications";
        let publication: Option<i64> = sqlx::query_scalar(last).fetch_one(&self.db).await?;
        publication.context("no publication was written")
    }

    /// Whether all these publications are over; no when the database does not answer.
    pub async fn are_over(&self, publications: &[i64]) -> bool {
        let over = "select bool_and(state = 'done') from publications where id = any($1)";
        let asked = sqlx::query_scalar::<_, Option<bool>>(over).bind(publications).fetch_one(&self.db);
        matches!(tokio::time::timeout(Duration::from_secs(5), asked).await, Ok(Ok(Some(true))))
    }

    /// What the judge finds of these publications, from the `from`th accepted message on.
    ///
    /// # Errors
    /// The database's.
    pub async fn judged(&self, publications: &[i64], from: usize) -> anyhow::Result<Judgement> {
        let plan = outbox::plan::<S>(&self.db, publications).await?;
        Ok(judge::judge(plan, &self.server.accepted_from(from)))
    }

    /// Waits until all these publications are over, at most so long; how long it took.
    ///
    /// # Errors
    /// When it takes longer.
    pub async fn until_over(&self, publications: &[i64], most: Duration) -> anyhow::Result<Duration> {
        let began = self.server.age();
        while !self.are_over(publications).await {
            if self.server.age() - began > most {
                bail!("not over after {most:?}; the log: {}", self.log());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(self.server.age() - began)
    }

    /// Changes settings of the database server, and puts them back after `time`.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_for(&self, settings: &[(&str, &str)], time: Duration) -> anyhow::Result<()> {
        let mut connection = PgConnection::connect_with(&self.db.connect_options()).await?;
        for (name, value) in settings {
            set(&mut connection, &format!("set {name} = '{value}'")).await?;
        }
        tokio::time::sleep(time).await;
        for (name, _) in settings {
            set(&mut connection, &format!("reset {name}")).await?;
        }
        Ok(())
    }

    /// The processors' time that our own database server has used, in seconds.
    #[must_use]
    pub fn server_seconds(&self) -> f64 {
        self.postgres.as_ref().map_or(0.0, Postgres::processor_seconds)
    }

    /// The end of what the processes have logged.
    #[must_use]
    pub fn log(&self) -> String {
        let files = fs::read_dir(self.folder.path()).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "log")).collect();
        files.sort();
        let text: String = files.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}

async fn set(connection: &mut PgConnection, what: &str) -> sqlx::Result<()> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("alter system {what}"))).execute(&mut *connection).await?;
    sqlx::raw_sql("select pg_reload_conf()").execute(connection).await?;
    Ok(())
}

/// Postgres does not run as root: its own account must be able to pass.
fn folder() -> anyhow::Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("paperboy-stand-").tempdir()?;
    fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok(folder)
}
