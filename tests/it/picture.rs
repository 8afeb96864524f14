//! Word clouds for reports, from the archive to the message.

use chrono::{DateTime, Utc};
use paperboy::{
    picture,
    publish::sheet::Paper,
    report,
    schedule::cloud::{Draw, Plan},
    store::{self, feeds::Declaration, reports::Archived},
};
use platform::{Language, Layout, Picture, PictureFormat, PictureId};
use sqlx::PgPool;

use crate::database::database;

const FILE: &str = "twitter_ai_20251127_20251127.md";
const TEXT: &str =
    "# 日报\n\n芯片厂商扩产，光刻机交付提前。\n\n- **Claude Opus 4.5**：推动工程效率\n- 数据中心用电成焦点\n";

fn now() -> DateTime<Utc> {
    "2025-11-27T08:00:00Z".parse().unwrap()
}

/// Archives a text with its own picture, if it has one, and gives back its row.
async fn archive(db: &PgPool, text: &str, own: Option<&PictureId>) -> i64 {
    let titles = [(Language::Zh, "日报".to_owned())].into();
    let declaration = Declaration { name: "twitter_ai", titles: &titles, zone: chrono_tz::Asia::Shanghai };
    store::feeds::declare(db, &[declaration]).await.unwrap();
    let feed = store::feeds::by_name(db, "twitter_ai").await.unwrap().unwrap().id;
    let report = report::parse(FILE, text).unwrap();
    let fresh = store::reports::Fresh { feed, report: &report, file_name: FILE, text, picture: own };
    store::reports::record(db, &fresh, now()).await.unwrap().id()
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
    picture::ensure(db, &Plan::default(), report).await;
    let first = archived(db, report).await;
    let drawn = store::pictures::get(db, first.picture.as_ref().unwrap()).await.unwrap();
    assert_eq!((drawn.format, drawn.width, drawn.height), (PictureFormat::Jpeg, 1200, 675));
    assert!(first.picture_words.as_ref().unwrap().contains("Claude Opus 4.5"));
    picture::ensure(db, &Plan::default(), report).await;
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
    picture::ensure(db, &Plan::default(), report).await;
    let paper = Paper::of_report(db, &archived(db, report).await).await.unwrap();
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
    picture::ensure(db, &Plan::default(), report).await;
    let before = archived(db, report).await;
    archive(db, &TEXT.replace("光刻机", "蚀刻机"), None).await;
    assert_eq!(archived(db, report).await.picture_words, None);
    picture::ensure(db, &Plan::default(), report).await;
    assert_ne!(archived(db, report).await.picture, before.picture);
}

#[tokio::test]
async fn a_reports_own_picture_stays_unless_the_schedule_says_always() {
    let database = database().await;
    let db = &database.pool;
    let own = own_picture(db).await;
    let report = archive(db, TEXT, Some(&own)).await;
    picture::ensure(db, &Plan::default(), report).await;
    assert_eq!(archived(db, report).await.picture.as_ref(), Some(&own));
    picture::ensure(db, &Plan { draw: Draw::Always, ..Plan::default() }, report).await;
    assert_ne!(archived(db, report).await.picture, Some(own));
}

#[tokio::test]
async fn a_report_goes_out_as_text_when_no_cloud_is_wanted_or_can_be_drawn() {
    let database = database().await;
    let db = &database.pool;
    let report = archive(db, TEXT, None).await;
    picture::ensure(db, &Plan { draw: Draw::Never, ..Plan::default() }, report).await;
    assert_eq!(archived(db, report).await.picture, None);
    archive(db, "# 12\n\n3 4 5\n", None).await;
    picture::ensure(db, &Plan::default(), report).await;
    assert_eq!(archived(db, report).await.picture, None);
}
