//! `/stats`: the figures and the picture beside them.

use paperboy::store::{
    clouds::{self, Outcome},
    pictures,
};
use platform::{Language, PictureFormat, PictureId, Uploaded};

use super::{
    counter::{ADMIN, Counter},
    reader::Reader,
    shown::text,
};

/// A desk with two subscribers, and its admin.
async fn counter() -> (Counter, Reader) {
    let counter = Counter::new().await;
    counter.says(&Reader::new("1"), "/start").await;
    counter.says(&Reader::new("2").on("discord"), "/start").await;
    (counter, Reader::new(ADMIN))
}

#[tokio::test]
async fn stats_tell_how_things_stand() {
    let (counter, admin) = counter().await;
    counter.archive("twitter_ai", &["2025-11-26", "2025-11-27"]).await;
    for report in [1, 2] {
        paperboy::publish::digest(counter.db(), &counter.platforms(), report, counter.now()).await.unwrap();
    }
    let first = "update deliveries set state = 'done' where publication = (select min(id) from publications)";
    sqlx::query(first).execute(counter.db()).await.unwrap();
    sqlx::query("update bots set frozen_until = '2025-11-28T02:05:00Z' where platform = 'telegram'")
        .execute(counter.db())
        .await
        .unwrap();
    insta::assert_snapshot!("stats_zh", text(&counter.says(&admin, "/stats").await));
    insta::assert_snapshot!("stats_en", text(&counter.says(&admin.speaking(Some(Language::En)), "/stats").await));
}

#[tokio::test]
async fn stats_come_with_a_picture_of_the_last_days_and_say_in_words_what_it_shows() {
    let (counter, admin) = counter().await;
    counter.archive("twitter_ai", &["2025-11-27"]).await;
    paperboy::publish::digest(counter.db(), &counter.platforms(), 1, counter.now()).await.unwrap();
    for outcome in [Outcome::Drawn { without_glyph: 2 }, Outcome::Late, Outcome::Failed] {
        clouds::note(counter.db(), 1, outcome, counter.now()).await.unwrap();
    }
    for reader in [&admin, &Reader::new(ADMIN).speaking(Some(Language::En))] {
        let reply = counter.says(reader, "/stats").await;
        let [shown] = reply.messages.as_slice() else { panic!("{reply:?}") };
        assert_eq!((shown.message.method.as_str(), shown.attachments.len()), ("sendPhoto", 1));
        let picture = &shown.attachments[0].picture;
        assert_eq!((picture.format, picture.width, picture.height), (PictureFormat::Jpeg, 1200, 675));
    }
    let told = text(&counter.says(&admin, "/stats").await);
    assert!(told.contains("近 30 天词云：画成 1 张，超时 1，失败 1，因缺字略去的词 2"), "{told}");
    // The picture is drawn for one message, so nobody keeps what a platform calls it.
    let uploaded = Uploaded { picture: PictureId("drawn once".to_owned()), file: "file".to_owned() };
    pictures::remember_uploads(counter.db(), 1, &[uploaded]).await.unwrap();
    assert_eq!(counter.count("select count(*) from uploads").await, 0);
}

#[tokio::test]
async fn where_a_platform_has_several_bots_stats_say_which_one_is_paused() {
    let (counter, admin) = counter().await;
    assert_eq!(counter.says(&admin, "/pause telegram").await.messages.len(), 1);
    assert!(text(&counter.says(&admin, "/stats").await).ends_with("\nTelegram 暂停发送"));
    let second = "insert into bots (platform, account, emission, burst) values ('telegram', '4321', '1 s', '0 s')";
    sqlx::query(second).execute(counter.db()).await.unwrap();
    counter.says(&admin, "/resume telegram").await;
    counter.says(&admin, "/pause telegram:4321").await;
    assert!(text(&counter.says(&admin, "/stats").await).ends_with("\ntelegram:4321 暂停发送"));
}

#[tokio::test]
async fn stats_without_anything_to_show_have_no_picture() {
    let counter = Counter::new().await;
    let reply = counter.says(&Reader::new(ADMIN), "/stats").await;
    assert!(reply.messages[0].attachments.is_empty());
    assert!(text(&reply).starts_with("订阅者\n还没有。"));
}
