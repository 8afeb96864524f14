//! Reports from folders into the archive and out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

use std::{
    fs,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use paperboy::{
    clock::{Clock, ManualClock, SystemClock},
    platforms::Platforms,
    schedule::{self, Publish},
    scheduler::{Scheduler, Stepped},
    store,
};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::database::{TestDatabase, database};

const PICTURE: &[u8] = include_bytes!("../../reports/wordcloud_twitter_ai_20251127_20251127.jpg");

/// A folder with reports, a database and a clock that stands at noon in Shanghai on 23 November 2026.
struct House {
    database: TestDatabase,
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
}

impl House {
    async fn new() -> Self {
        let clock = Arc::new(ManualClock::at("2026-11-23T04:00:00Z".parse().unwrap()));
        Self { database: database().await, folder: tempfile::tempdir().unwrap(), clock }
    }

    fn db(&self) -> &PgPool {
        &self.database.pool
    }

    fn scheduler(&self, publish: Publish) -> Scheduler {
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

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Writes the report of a day in November 2026.
    fn report(&self, day: u32) {
        self.write(&format!("ai_202611{day:02}_202611{day:02}.md"), format!("# Day {day}\n\nText of day {day}\n"));
    }

    fn pass(&self, milliseconds: i64) {
        self.clock.advance(TimeDelta::milliseconds(milliseconds));
    }

    /// Looks, waits until what it saw counts as complete, and looks again.
    async fn settle(&self, scheduler: &mut Scheduler) -> Stepped {
        scheduler.step().await;
        self.pass(300);
        scheduler.step().await
    }

    async fn count(&self, table: &'static str) -> i64 {
        let statement = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        sqlx::query_scalar(statement).fetch_one(self.db()).await.unwrap()
    }

    /// The days that went out, in that order.
    async fn published(&self) -> Vec<String> {
        sqlx::query_scalar(
            "select to_char(to_day, 'MM-DD') from publications p join reports r on r.id = p.report order by p.id",
        )
        .fetch_all(self.db())
        .await
        .unwrap()
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_report_goes_out_once_when_its_file_is_complete() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Arrival);
    scheduler.step().await;
    house.report(23);
    assert_eq!(scheduler.step().await, Stepped { waiting: 1, ..Stepped::default() });
    house.pass(299);
    assert_eq!(scheduler.step().await.waiting, 1);
    house.pass(1);
    assert_eq!(scheduler.step().await, Stepped { archived: 1, published: 1, ..Stepped::default() });
    house.pass(60_000);
    assert_eq!(scheduler.step().await, Stepped::default());
    assert_eq!(house.published().await, ["11-23"]);
}

#[tokio::test]
async fn a_half_written_file_waits() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Arrival);
    scheduler.step().await;
    for length in 1..=4 {
        house.write("ai_20261123_20261123.md", "line\n".repeat(length));
        assert_eq!(scheduler.step().await, Stepped { waiting: 1, ..Stepped::default() });
        house.pass(200);
    }
    house.pass(100);
    assert_eq!(scheduler.step().await.published, 1);
    let feed = store::feeds::by_name(house.db(), "ai").await.unwrap().unwrap();
    let archived = store::reports::latest(house.db(), feed.id).await.unwrap().unwrap();
    assert_eq!(archived.text, "line\n".repeat(4));
}

#[tokio::test]
async fn a_report_waits_for_its_picture_and_goes_without_it_in_the_end() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Arrival);
    scheduler.step().await;
    house.write("ai_20261122_20261122.md", "![words](late.jpg)\n\ntext");
    house.write("ai_20261123_20261123.md", "![words](never.jpg)\n\ntext");
    assert_eq!(house.settle(&mut scheduler).await, Stepped { waiting: 2, ..Stepped::default() });
    house.pass(2_000);
    house.write("late.jpg", &PICTURE[..PICTURE.len() / 2]);
    assert_eq!(scheduler.step().await.waiting, 2);
    house.pass(500);
    house.write("late.jpg", PICTURE);
    assert_eq!(scheduler.step().await, Stepped { archived: 1, published: 1, waiting: 1, ..Stepped::default() });
    house.pass(500);
    assert_eq!(scheduler.step().await, Stepped { archived: 1, published: 1, ..Stepped::default() });
    assert_eq!((house.count("pictures").await, house.count("reports where picture is null").await), (1, 1));
    assert_eq!(house.count("rejections where reason like '%never.jpg%no such file%'").await, 1);

    // A picture that comes too late for readers still comes into the archive, and nothing goes out again.
    house.write("never.jpg", PICTURE);
    assert_eq!(house.settle(&mut scheduler).await, Stepped { archived: 1, ..Stepped::default() });
    assert_eq!((house.count("reports where picture is null").await, house.count("rejections").await), (0, 0));
}

#[tokio::test]
async fn a_broken_file_never_stops_others_and_is_reported_once() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Arrival);
    scheduler.step().await;
    house.write("ai_20261122_20261122.md", b"\xff\xfet\0e\0x\0t\0");
    house.write("ai_20261121_20261121.md", "---\ntitle: never closed\n");
    house.write("notes.md", "whose day is this?");
    house.report(23);
    let first = house.settle(&mut scheduler).await;
    assert_eq!(first, Stepped { archived: 1, published: 1, waiting: 3, ..Stepped::default() });
    house.pass(3_000);
    assert_eq!(scheduler.step().await, Stepped { rejected: 3, ..Stepped::default() });
    house.pass(5_000);
    assert_eq!(scheduler.step().await, Stepped::default());

    let mut restarted = house.scheduler(Publish::Arrival);
    house.settle(&mut restarted).await;
    house.pass(3_000);
    assert_eq!(restarted.step().await, Stepped::default());

    house.write("notes.md", "---\ndate: 2026-11-22\n---\nNow it is known.\n");
    let mended = house.settle(&mut scheduler).await;
    assert_eq!(mended, Stepped { archived: 1, published: 1, ..Stepped::default() });
    assert_eq!(house.count("rejections").await, 2);
    let reason: String =
        sqlx::query_scalar("select reason from rejections order by path limit 1").fetch_one(house.db()).await.unwrap();
    assert!(
        reason.contains("ai_20261121_20261121.md:1: the front matter that begins here is never closed"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_report_that_is_held_back_is_skipped_without_a_word_until_it_is_not() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Arrival);
    scheduler.step().await;
    house.write("ai_20261123_20261123.md", "---\npublished: false\n---\ntext");
    assert_eq!(house.settle(&mut scheduler).await, Stepped::default());
    assert_eq!((house.count("reports").await, house.count("rejections").await), (0, 0));
    house.write("ai_20261123_20261123.md", "---\npublished: true\n---\ntext");
    assert_eq!(house.settle(&mut scheduler).await.published, 1);
}

#[tokio::test]
async fn a_fresh_install_archives_all_and_sends_only_the_newest_day() {
    let house = House::new().await;
    for day in [1, 2, 20, 21, 22] {
        house.report(day);
    }
    let mut scheduler = house.scheduler(Publish::Arrival);
    assert_eq!(house.settle(&mut scheduler).await, Stepped { archived: 5, published: 1, ..Stepped::default() });
    assert_eq!(house.published().await, ["11-22"]);

    let other = House::new().await;
    other.report(1);
    other.report(2);
    let mut scheduler = other.scheduler(Publish::Arrival);
    assert_eq!(other.settle(&mut scheduler).await, Stepped { archived: 2, ..Stepped::default() });
    // Touched by a person, an old report goes out.
    other.write("ai_20261101_20261101.md", "# Day 1\n\nsent by hand\n");
    assert_eq!(other.settle(&mut scheduler).await, Stepped { archived: 1, published: 1, ..Stepped::default() });
}

#[tokio::test]
async fn an_archive_that_is_copied_in_does_not_flood_the_readers() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Arrival);
    scheduler.step().await;
    for day in 1..=10 {
        house.report(day);
    }
    assert_eq!(house.settle(&mut scheduler).await, Stepped { archived: 10, published: 1, ..Stepped::default() });
    for day in 11..=20 {
        house.report(day);
        house.settle(&mut scheduler).await;
    }
    assert_eq!(house.published().await, ["11-10", "11-11", "11-12", "11-13", "11-14"]);
    house.report(23);
    assert_eq!(house.settle(&mut scheduler).await.published, 1);
}

#[tokio::test]
async fn what_came_while_nobody_looked_goes_out_at_the_next_start() {
    let house = House::new().await;
    house.report(21);
    house.clock.advance(TimeDelta::days(-1));
    house.settle(&mut house.scheduler(Publish::Arrival)).await;
    house.clock.advance(TimeDelta::days(1));
    house.report(22);
    house.report(23);
    house.settle(&mut house.scheduler(Publish::Arrival)).await;
    assert_eq!(house.published().await, ["11-21", "11-22", "11-23"]);
}

#[tokio::test]
async fn a_changed_report_changes_the_archive_and_is_not_sent_again() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Arrival);
    house.report(23);
    house.settle(&mut scheduler).await;
    house.write("ai_20261123_20261123.md", "# Day 23\n\ncorrected\n");
    assert_eq!(house.settle(&mut scheduler).await, Stepped { archived: 1, ..Stepped::default() });
    assert_eq!(house.count("reports where revision = 2 and text like '%corrected%'").await, 1);
    assert_eq!(house.published().await, ["11-23"]);
}

#[tokio::test]
async fn two_files_of_the_same_day_do_not_take_turns() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Arrival);
    house.report(23);
    house.write("zz_ai.md", "---\ntitle: ai_20261123_20261123\n---\nanother text");
    assert_eq!(
        house.settle(&mut scheduler).await,
        Stepped { archived: 1, published: 1, rejected: 1, ..Stepped::default() }
    );
    fs::remove_file(house.path("ai_20261123_20261123.md")).unwrap();
    scheduler.step().await;
    house.pass(300);
    scheduler.step().await;
    assert_eq!(house.count("reports where revision = 2 and text like '%another text%'").await, 1);
    assert_eq!(house.count("rejections").await, 0);
}

#[tokio::test]
async fn a_firing_runs_once_however_many_look_at_the_clock() {
    let house = House::new().await;
    let mut schedulers: Vec<_> = (0..4).map(|_| house.scheduler(Publish::Firing)).collect();
    for scheduler in &mut schedulers {
        scheduler.step().await;
    }
    house.report(23);
    for scheduler in &mut schedulers {
        house.settle(scheduler).await;
    }
    assert_eq!((house.count("reports").await, house.published().await), (1, Vec::new()));

    // 16:00 in Shanghai.
    house.clock.advance(at("2026-11-23T08:00:00Z") - house.clock.now());
    let steps = schedulers.iter_mut().map(Scheduler::step);
    let stepped = futures::future::join_all(steps).await;
    assert_eq!(stepped.iter().map(|stepped| stepped.fired).sum::<usize>(), 1);
    assert_eq!(stepped.iter().map(|stepped| stepped.published).sum::<usize>(), 1);
    assert_eq!(house.published().await, ["11-23"]);
    house.pass(1_000);
    for scheduler in &mut schedulers {
        assert_eq!(scheduler.step().await, Stepped::default());
    }
    let done = "firings where fires_at = '2026-11-23T08:00:00Z' and finished_at is not null";
    assert_eq!(house.count(done).await, 1);
}

#[tokio::test]
async fn of_several_missed_firings_one_is_caught_up() {
    let house = House::new().await;
    house.scheduler(Publish::Firing).step().await;
    house.clock.advance(TimeDelta::days(5));
    let mut scheduler = house.scheduler(Publish::Firing);
    assert_eq!(scheduler.step().await.fired, 1);
    assert_eq!(scheduler.step().await.fired, 0);
    let caught_up = "firings where fires_at = '2026-11-27T08:00:00Z'";
    assert_eq!((house.count("firings").await, house.count(caught_up).await), (2, 1));
}

#[tokio::test]
async fn a_firing_that_nobody_finished_is_taken_anew() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Firing);
    house.report(23);
    house.settle(&mut scheduler).await;
    let due = at("2026-11-23T08:00:00Z");
    house.clock.advance(due - house.clock.now());
    // Another process claims the firing and dies.
    let long_ago = due - TimeDelta::minutes(5);
    store::firings::claim(house.db(), "ai", due, long_ago, due).await.unwrap().unwrap();
    assert_eq!(scheduler.step().await.fired, 0);
    house.clock.advance(TimeDelta::minutes(5));
    assert_eq!(scheduler.step().await.fired, 1);
    assert_eq!(house.published().await, ["11-23"]);
}

#[tokio::test]
async fn a_database_that_fails_loses_no_report() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Arrival);
    scheduler.step().await;
    house.report(23);
    scheduler.step().await;
    house.pass(300);
    sqlx::query("alter table reports rename to elsewhere").execute(house.db()).await.unwrap();
    assert_eq!(scheduler.step().await, Stepped { failed: true, ..Stepped::default() });
    sqlx::query("alter table elsewhere rename to reports").execute(house.db()).await.unwrap();
    assert_eq!(scheduler.step().await, Stepped { archived: 1, published: 1, ..Stepped::default() });
}

#[tokio::test]
async fn a_folder_that_comes_later_is_found() {
    let house = House::new().await;
    let gone = house.folder.path().to_owned();
    fs::remove_dir(&gone).unwrap();
    let mut scheduler = house.scheduler(Publish::Arrival);
    assert_eq!(scheduler.step().await, Stepped::default());
    fs::create_dir(&gone).unwrap();
    scheduler.step().await;
    house.report(23);
    assert_eq!(house.settle(&mut scheduler).await.published, 1);
}

#[tokio::test]
async fn a_new_file_is_out_within_two_seconds() {
    let house = House::new().await;
    let text = "feed = \"ai\"\ntitle = { en = \"AI\" }\nfolder = \".\"\ncron = \"0 16 * * *\"\nzone = \"UTC\"\npublish = \"arrival\"";
    let schedule = schedule::parse("ai.toml", text, house.folder.path()).unwrap();
    let db = house.db().clone();
    let scheduler = Scheduler::new(db, Platforms::default(), Arc::new(SystemClock), vec![schedule]);
    let stop = CancellationToken::new();
    let running = tokio::spawn(scheduler.run(stop.clone()));
    let feed_is_there = async || while house.count("feeds").await == 0 {};
    tokio::time::timeout(Duration::from_secs(10), feed_is_there()).await.unwrap();
    let written = Instant::now();
    house.report(23);
    let published = async || while house.count("publications").await == 0 {};
    tokio::time::timeout(Duration::from_secs(10), published()).await.unwrap();
    let took = written.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(10), running).await.unwrap().unwrap().unwrap();
}
