//! From a report or an admin's text to rows of the outbox.

use chrono::{DateTime, NaiveTime, Utc};
use paperboy::{
    clock::Clock as _,
    publish::{self, Broadcast, PublishError, Published},
    store::{self, feeds::Declaration, reports::Fresh},
};
use platform::{ChatKind, Language};

use super::{double::Double, stage::Stage};

const REPORT: &str = "---\ntitle: A day\n---\n\n# What happened\n\nA **great** deal.\n";

/// A feed in Shanghai with one report, and the row of each.
async fn archived(stage: &Stage) -> (i32, i64) {
    let titles = [(Language::En, "Daily".to_owned())].into();
    let declaration = Declaration { name: "twitter_ai", titles: &titles, zone: chrono_tz::Asia::Shanghai };
    store::feeds::declare(stage.db(), &[declaration]).await.unwrap();
    let feed = store::feeds::by_name(stage.db(), "twitter_ai").await.unwrap().unwrap().id;
    let file_name = "twitter_ai_20260101_20260101.md";
    let report = paperboy::report::parse(file_name, REPORT).unwrap();
    let fresh = Fresh { feed, report: &report, file_name, text: REPORT, picture: None };
    let recorded = store::reports::record(stage.db(), &fresh, stage.now()).await.unwrap();
    (feed, recorded.id())
}

async fn due(stage: &Stage, subscriber: i64) -> DateTime<Utc> {
    sqlx::query_scalar("select due_at from deliveries where subscriber = $1")
        .bind(subscriber)
        .fetch_one(stage.db())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_digest_goes_to_its_feeds_living_subscribers_and_they_are_counted() {
    let stage = Stage::with(Double::new()).await;
    let (feed, report) = archived(&stage).await;
    let reader = stage.subscriber("reader", ChatKind::Private).await;
    let gone = stage.subscriber("gone", ChatKind::Private).await;
    stage.subscriber("other feeds", ChatKind::Private).await;
    for subscriber in [reader, gone] {
        store::subscriptions::add(stage.db(), subscriber, feed, stage.now()).await.unwrap();
    }
    store::subscribers::end(stage.db(), gone, "blocked", stage.now()).await.unwrap();
    let published = publish::digest(stage.db(), &stage.platforms(), report, stage.now()).await.unwrap();
    let Published::New { publication, audience: 1 } = published else { panic!("{published:?}") };
    assert_eq!(due(&stage, reader).await, stage.now());
    // Those who come later are not in it.
    let late = stage.subscriber("late", ChatKind::Private).await;
    store::subscriptions::add(stage.db(), late, feed, stage.now()).await.unwrap();
    let progress = store::publications::figures::progress(stage.db(), publication).await.unwrap().unwrap();
    assert_eq!((progress.audience, progress.pending), (1, 1));
}

#[tokio::test]
async fn publishing_twice_changes_nothing() {
    let stage = Stage::with(Double::new()).await;
    let (feed, report) = archived(&stage).await;
    let reader = stage.subscriber("reader", ChatKind::Private).await;
    store::subscriptions::add(stage.db(), reader, feed, stage.now()).await.unwrap();
    let platforms = stage.platforms();
    let publication = publish::digest(stage.db(), &platforms, report, stage.now()).await.unwrap().publication();
    let again = publish::digest(stage.db(), &platforms, report, stage.now()).await.unwrap();
    assert_eq!(again, Published::Already { publication });
    let rows: i64 = sqlx::query_scalar("select count(*) from deliveries").fetch_one(stage.db()).await.unwrap();
    assert_eq!(rows, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_who_publish_at_once_one_does() {
    let stage = Stage::with(Double::new()).await;
    let (feed, report) = archived(&stage).await;
    let reader = stage.subscriber("reader", ChatKind::Private).await;
    store::subscriptions::add(stage.db(), reader, feed, stage.now()).await.unwrap();
    let (platforms, now) = (stage.platforms(), stage.now());
    let publish = || publish::digest(stage.db(), &platforms, report, now);
    let (a, b, c, d) = tokio::join!(publish(), publish(), publish(), publish());
    let all = [a.unwrap(), b.unwrap(), c.unwrap(), d.unwrap()];
    assert_eq!(all.iter().filter(|one| matches!(one, Published::New { .. })).count(), 1);
    assert!(all.iter().all(|one| one.publication() == all[0].publication()));
}

#[tokio::test]
async fn a_digest_comes_at_the_readers_own_hour() {
    let stage = Stage::with(Double::new()).await;
    let (feed, report) = archived(&stage).await;
    // The clock stands at 03:04:05 in Greenwich, so at 11:04:05 in Shanghai.
    let wishes = [
        ("own zone", "08:00", Some("Europe/Berlin"), "2026-01-02T07:00:00Z"),
        ("the feed's zone", "12:00", None, "2026-01-02T04:00:00Z"),
        ("past in the feed's zone", "08:00", None, "2026-01-03T00:00:00Z"),
        ("no zone there is", "12:00", Some("Atlantis"), "2026-01-02T04:00:00Z"),
    ];
    for (chat, hour, zone, _) in wishes {
        let id = stage.subscriber(chat, ChatKind::Private).await;
        store::subscriptions::add(stage.db(), id, feed, stage.now()).await.unwrap();
        let hour = NaiveTime::parse_from_str(hour, "%H:%M").unwrap();
        store::subscribers::set_hour(stage.db(), id, Some(hour), zone).await.unwrap();
    }
    publish::digest(stage.db(), &stage.platforms(), report, stage.now()).await.unwrap();
    for (chat, _, _, expected) in wishes {
        let id = stage.subscriber(chat, ChatKind::Private).await;
        assert_eq!(due(&stage, id).await, expected.parse::<DateTime<Utc>>().unwrap(), "{chat}");
    }
}

#[tokio::test]
async fn a_broadcast_goes_to_everybody_at_once_whatever_their_hour() {
    let stage = Stage::with(Double::new()).await;
    let reader = stage.subscriber("reader", ChatKind::Private).await;
    stage.subscriber("group", ChatKind::Group).await;
    let hour = NaiveTime::from_hms_opt(8, 0, 0);
    store::subscribers::set_hour(stage.db(), reader, hour, Some("Asia/Tokyo")).await.unwrap();
    let broadcast = Broadcast { token: "t1".into(), text: "Hello **all**".into(), progress: None };
    let platforms = stage.platforms();
    assert_eq!(publish::audience(stage.db(), &platforms).await.unwrap(), 2);
    let published = publish::broadcast(stage.db(), &platforms, &broadcast, stage.now()).await.unwrap();
    let Published::New { publication, audience: 2 } = published else { panic!("{published:?}") };
    assert_eq!(due(&stage, reader).await, stage.now());
    let again = publish::broadcast(stage.db(), &platforms, &broadcast, stage.now()).await.unwrap();
    assert_eq!(again, Published::Already { publication });
}

#[tokio::test]
async fn nothing_is_published_for_a_text_without_words_or_a_report_that_does_not_exist() {
    let stage = Stage::with(Double::new()).await;
    let broadcast = Broadcast { token: "t1".into(), text: "  \n".into(), progress: None };
    let nothing = publish::broadcast(stage.db(), &stage.platforms(), &broadcast, stage.now()).await;
    assert!(matches!(nothing, Err(PublishError::Nothing)));
    let missing = publish::digest(stage.db(), &stage.platforms(), 404, stage.now()).await;
    assert!(matches!(missing, Err(PublishError::NoSuchReport(404))));
}

#[tokio::test]
async fn a_publication_without_an_audience_is_done_at_once() {
    let stage = Stage::with(Double::new()).await;
    let (_, report) = archived(&stage).await;
    let publication =
        publish::digest(stage.db(), &stage.platforms(), report, stage.clock.now()).await.unwrap().publication();
    stage.worker().step().await.unwrap();
    assert_eq!(stage.publication_state(publication).await, "done");
}
