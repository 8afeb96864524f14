//! A folder with reports, a database and a clock, for a scheduler to look at.

use std::{fs, path::PathBuf, sync::Arc};

use chrono::TimeDelta;
use paperboy::{
    clock::ManualClock,
    platforms::Platforms,
    schedule::{self, Publish},
    scheduler::{Scheduler, Stepped},
};
use sqlx::PgPool;

use crate::database::{TestDatabase, database};

/// A folder with reports, a database and a clock that stands at noon in Shanghai on 23 November 2026.
pub(super) struct House {
    pub(super) database: TestDatabase,
    pub(super) folder: tempfile::TempDir,
    pub(super) clock: Arc<ManualClock>,
}

impl House {
    pub(super) async fn new() -> Self {
        let clock = Arc::new(ManualClock::at("2026-11-23T04:00:00Z".parse().unwrap()));
        Self { database: database().await, folder: tempfile::tempdir().unwrap(), clock }
    }

    pub(super) fn db(&self) -> &PgPool {
        &self.database.pool
    }

    pub(super) fn scheduler(&self, publish: Publish) -> Scheduler {
        let publish = match publish {
            Publish::Arrival => "arrival",
            Publish::Firing => "firing",
        };
        let text = format!(
            "feed = \"ai\"\ntitle = {{ en = \"AI\" }}\nfolder = \".\"\ncron = \"0 16 * * *\"\nzone = \"Asia/Shanghai\"\npublish = \"{publish}\""
        );
        let schedule = schedule::parse("ai.toml", &text, self.folder.path()).unwrap();
        Scheduler::new(self.db().clone(), Platforms::default(), self.clock.clone(), vec![schedule])
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Writes the report of a day in November 2026.
    pub(super) fn report(&self, day: u32) {
        self.write(&format!("ai_202611{day:02}_202611{day:02}.md"), format!("# Day {day}\n\nText of day {day}\n"));
    }

    pub(super) fn pass(&self, milliseconds: i64) {
        self.clock.advance(TimeDelta::milliseconds(milliseconds));
    }

    /// Looks, waits until what it saw counts as complete, and looks again.
    pub(super) async fn settle(&self, scheduler: &mut Scheduler) -> Stepped {
        scheduler.step().await;
        self.pass(300);
        scheduler.step().await
    }

    pub(super) async fn count(&self, table: &'static str) -> i64 {
        let statement = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        sqlx::query_scalar(statement).fetch_one(self.db()).await.unwrap()
    }

    /// The days that went out, in that order.
    pub(super) async fn published(&self) -> Vec<String> {
        sqlx::query_scalar(
            "select to_char(to_day, 'MM-DD') from publications p join reports r on r.id = p.report order by p.id",
        )
        .fetch_all(self.db())
        .await
        .unwrap()
    }
}
