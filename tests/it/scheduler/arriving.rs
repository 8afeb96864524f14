//! Files on their way into the archive.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use paperboy::{
    clock::SystemClock,
    platforms::Platforms,
    schedule::{self, Publish},
    scheduler::{Scheduler, Stepped},
    store,
};
use tokio_util::sync::CancellationToken;

use super::house::House;

const PICTURE: &[u8] = include_bytes!("../../../reports/wordcloud_twitter_ai_20251127_20251127.jpg");

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
async fn a_database_that_fails_between_two_reports_loses_neither() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Arrival);
    scheduler.step().await;
    house.report(1);
    house.report(23);
    scheduler.step().await;
    house.pass(300);
    let refuse_the_second = "alter table reports add constraint broken check (to_day < '2026-11-23')";
    sqlx::query(refuse_the_second).execute(house.db()).await.unwrap();
    assert_eq!(scheduler.step().await, Stepped { archived: 1, failed: true, ..Stepped::default() });
    sqlx::query("alter table reports drop constraint broken").execute(house.db()).await.unwrap();
    assert_eq!(scheduler.step().await, Stepped { archived: 1, published: 2, ..Stepped::default() });
    assert_eq!(house.published().await, ["11-01", "11-23"]);
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
    // By the real clock its day is long past, so that it goes out only if it is seen to arrive.
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
