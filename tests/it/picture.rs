//! Word clouds for reports, from the archive to the message.

use std::{path::PathBuf, time::Duration};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use paperboy::{
    picture,
    publish::sheet::Paper,
    report,
    schedule::cloud::{Draw, Plan},
    store::{self, clouds::Clouds, feeds::Declaration, reports::Archived},
};
use platform::{Language, Layout, Picture, PictureFormat, PictureId};
use sqlx::PgPool;

use crate::database::database;

const TEXT: &str =
    "# 日报\n\n芯片厂商扩产，光刻机交付提前。\n\n- **Claude Opus 4.5**：推动工程效率\n- 数据中心用电成焦点\n";

fn now() -> DateTime<Utc> {
    "2025-11-27T08:00:00Z".parse().unwrap()
}

/// Archives a text with its own picture, if it has one, and gives back its row.
async fn archive(db: &PgPool, text: &str, own: Option<&PictureId>) -> i64 {
    archive_on(db, NaiveDate::from_ymd_opt(2025, 11, 27).unwrap(), text, own).await
}

async fn archive_on(db: &PgPool, day: NaiveDate, text: &str, own: Option<&PictureId>) -> i64 {
    let file_name = format!("twitter_ai_{0}_{0}.md", day.format("%Y%m%d"));
    let titles = [(Language::Zh, "日报".to_owned())].into();
    let declaration = Declaration { name: "twitter_ai", titles: &titles, zone: chrono_tz::Asia::Shanghai };
    store::feeds::declare(db, &[declaration]).await.unwrap();
    let feed = store::feeds::by_name(db, "twitter_ai").await.unwrap().unwrap().id;
    let report = report::parse(&file_name, text).unwrap();
    let fresh = store::reports::Fresh { feed, report: &report, file_name: &file_name, text, picture: own };
    store::reports::record(db, &fresh, now()).await.unwrap().id()
}

/// Sees to the report's word cloud, however long that takes on a busy machine.
async fn ensure(db: &PgPool, plan: &Plan, report: i64) {
    picture::ensure(db, plan, report, Duration::from_secs(600), now()).await;
}

async fn counted(db: &PgPool) -> Clouds {
    store::clouds::since(db, now() - TimeDelta::days(1)).await.unwrap()
}

async fn archived(db: &PgPool, report: i64) -> Archived {
    store::reports::by_id(db, report).await.unwrap().unwrap()
}

async fn own_picture(db: &PgPool) -> PictureId {
    let id = PictureId("own".to_owned());
    let picture = Picture { id: id.clone(), format: PictureFormat::Png, width: 1, height: 1, bytes: vec![0] };
    store::pictures::put(db, &picture).await.unwrap();
    id
}

#[tokio::test]
async fn a_report_without_a_picture_gets_a_word_cloud_once() {
    let database = database().await;
    let db = &database.pool;
    let report = archive(db, TEXT, None).await;
    ensure(db, &Plan::default(), report).await;
    let first = archived(db, report).await;
    let drawn = store::pictures::get(db, first.picture.as_ref().unwrap()).await.unwrap();
    assert_eq!((drawn.format, drawn.width, drawn.height), (PictureFormat::Jpeg, 1200, 675));
    assert!(first.picture_words.as_ref().unwrap().contains("Claude Opus 4.5"));
    ensure(db, &Plan::default(), report).await;
    assert_eq!(archived(db, report).await, first);
    // Reading the unchanged file again changes nothing either.
    archive(db, TEXT, None).await;
    assert_eq!(archived(db, report).await, first);
}

#[tokio::test]
async fn its_words_are_told_to_those_who_do_not_see_it() {
    let database = database().await;
    let db = &database.pool;
    let report = archive(db, TEXT, None).await;
    ensure(db, &Plan::default(), report).await;
    let paper = Paper::of_report(db, &archived(db, report).await, 12).await.unwrap();
    let discord = paperboy::platforms::dialect("discord").unwrap();
    let sent = |language| paper.render(discord, Layout::Full, language)[0].payload.to_string();
    assert!(
        sent(Language::Zh).contains("词云：") && sent(Language::En).contains("Word cloud: "),
        "{}",
        sent(Language::Zh)
    );
}

#[tokio::test]
async fn a_changed_report_gets_a_new_word_cloud() {
    let database = database().await;
    let db = &database.pool;
    let report = archive(db, TEXT, None).await;
    ensure(db, &Plan::default(), report).await;
    let before = archived(db, report).await;
    archive(db, &TEXT.replace("光刻机", "蚀刻机"), None).await;
    assert_eq!(archived(db, report).await.picture_words, None);
    ensure(db, &Plan::default(), report).await;
    assert_ne!(archived(db, report).await.picture, before.picture);
}

#[tokio::test]
async fn a_reports_own_picture_stays_unless_the_schedule_says_always() {
    let database = database().await;
    let db = &database.pool;
    let own = own_picture(db).await;
    let report = archive(db, TEXT, Some(&own)).await;
    ensure(db, &Plan::default(), report).await;
    assert_eq!(archived(db, report).await.picture.as_ref(), Some(&own));
    ensure(db, &Plan { draw: Draw::Always, ..Plan::default() }, report).await;
    assert_ne!(archived(db, report).await.picture, Some(own));
}

#[tokio::test]
async fn a_report_goes_out_as_text_when_no_cloud_is_wanted_or_can_be_drawn() {
    let database = database().await;
    let db = &database.pool;
    let report = archive(db, TEXT, None).await;
    ensure(db, &Plan { draw: Draw::Never, ..Plan::default() }, report).await;
    assert_eq!(archived(db, report).await.picture, None);
    archive(db, "# 12\n\n3 4 5\n", None).await;
    ensure(db, &Plan::default(), report).await;
    assert_eq!(archived(db, report).await.picture, None);
}

#[tokio::test]
async fn a_cloud_that_takes_too_long_is_not_waited_for_and_counted() {
    let database = database().await;
    let db = &database.pool;
    let report = archive(db, TEXT, None).await;
    picture::ensure(db, &Plan::default(), report, Duration::ZERO, now()).await;
    assert_eq!(archived(db, report).await.picture, None);
    assert_eq!(counted(db).await, Clouds { late: 1, ..Clouds::default() });
}

#[tokio::test]
async fn what_becomes_of_each_cloud_is_counted_with_the_words_that_no_font_can_write() {
    let database = database().await;
    let db = &database.pool;
    let report = archive(db, &format!("{TEXT}- ሰላም นคร\n"), None).await;
    ensure(db, &Plan::default(), report).await;
    assert_eq!(counted(db).await, Clouds { drawn: 1, without_glyph: 2, ..Clouds::default() });
    let gone = Plan { font: Some("no/such.otf".into()), draw: Draw::Always, ..Plan::default() };
    archive(db, TEXT, None).await;
    ensure(db, &gone, report).await;
    archive(db, "# 12\n\n3 4 5\n", None).await;
    ensure(db, &Plan::default(), report).await;
    let expected = Clouds { drawn: 1, failed: 1, without_glyph: 2, ..Clouds::default() };
    assert_eq!(counted(db).await, expected, "a report of numbers needs no cloud");
}

#[tokio::test]
async fn what_the_feed_said_every_day_before_weighs_less_today() {
    let database = database().await;
    let db = &database.pool;
    for day in 1..=20 {
        let day = NaiveDate::from_ymd_opt(2025, 11, day).unwrap();
        archive_on(db, day, "芯片厂商扩产，光刻机交付提前，数据中心用电。", None).await;
    }
    let today = "芯片厂商扩产，光刻机交付提前，数据中心用电。钙钛矿电池量产，脑机接口获批，量子纠错突破。";
    let report = archive(db, today, None).await;
    ensure(db, &Plan::default(), report).await;
    let words = archived(db, report).await.picture_words.unwrap();
    let place = |word: &str| words.split('、').position(|told| told == word).unwrap_or(usize::MAX);
    assert!(place("钙钛矿") < place("光刻机") && place("脑机") < place("光刻机"), "{words}");
}

#[tokio::test]
async fn a_schedule_gives_the_size_the_look_the_words_and_the_font() {
    let database = database().await;
    let db = &database.pool;
    let report = archive(db, TEXT, None).await;
    ensure(db, &Plan::default(), report).await;
    let plain = archived(db, report).await;
    let font = PathBuf::from("cloud/font/PaperboySans-Bold.otf");
    archive(db, &TEXT.replace("提前", "推迟"), None).await;
    let plan = Plan {
        dark: true,
        size: (800, 450),
        words: vec!["用电成焦点".to_owned()],
        font: Some(font),
        ..Plan::default()
    };
    ensure(db, &plan, report).await;
    let own = archived(db, report).await;
    let drawn = store::pictures::get(db, own.picture.as_ref().unwrap()).await.unwrap();
    assert_eq!((drawn.width, drawn.height), (800, 450));
    assert!(own.picture_words.as_ref().unwrap().contains("用电成焦点"), "{own:?}");
    assert!(!plain.picture_words.as_ref().unwrap().contains("用电成焦点"), "{plain:?}");
}
