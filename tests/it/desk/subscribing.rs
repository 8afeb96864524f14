//! `/start`, `/stop`, `/status`, `/time`, `/help`.

use paperboy::publish::{self, Broadcast};
use platform::{ChatKind, Language, Right};
use sqlx::Row;

use super::{
    counter::{ADMIN, Counter},
    reader::Reader,
    shown::{buttons, text},
};

#[tokio::test]
async fn a_channel_where_the_bot_may_not_post_is_told_what_is_missing_and_not_subscribed() {
    let counter = Counter::new().await;
    let channel = Reader::new("1").on("discord").among("55", ChatKind::Channel, true);
    let lacking = channel.clone().lacking(&[Right::EmbedLinks, Right::AttachFiles]);
    let told = text(&counter.says(&lacking, "/start").await);
    assert!(told.contains("「嵌入链接」「附加文件」"), "{told}");
    let told = text(&counter.says(&lacking.clone().speaking(Some(Language::En)), "/start twitter_ai").await);
    assert!(told.contains("“Embed Links” and “Attach Files”"), "{told}");
    assert_eq!(counter.received(&channel).await, [""; 0]);
    counter.says(&channel, "/start").await;
    assert_eq!(counter.received(&channel).await, ["twitter_ai"]);
}

#[tokio::test]
async fn start_subscribes_and_says_what_comes() {
    let counter = Counter::new().await;
    counter.archive("twitter_ai", &["2025-11-26", "2025-11-27"]).await;
    let reader = Reader::new("1");
    let reply = counter.says(&reader, "/start").await;
    insta::assert_snapshot!(text(&reply), @r"
    你好！已为你订阅「推特 AI 日报」。每期一出就送到这里。
    最近一期：11月27日（周四）

    看别的日子：/digest 11-27
    退订：/stop
    ");
    assert_eq!(buttons(&reply), [("看最新一期".to_owned(), "/digest".to_owned())]);
    assert_eq!(counter.received(&reader).await, ["twitter_ai"]);

    let again = counter.says(&reader.clone().speaking(Some(Language::En)), "/start TWITTER_AI").await;
    assert!(text(&again).starts_with("You are already subscribed to “Twitter AI daily”."), "{}", text(&again));
    assert_eq!(counter.received(&reader).await, ["twitter_ai"]);
    assert_eq!(counter.count("select count(*) from subscribers").await, 1);
}

#[tokio::test]
async fn a_chat_on_discord_is_another_subscriber() {
    let counter = Counter::new().await;
    let reader = Reader::new("1");
    counter.says(&reader, "/start").await;
    let english = reader.on("discord").speaking(Some(Language::En));
    let reply = counter.says(&english, "/start").await;
    assert!(text(&reply).starts_with("Hello! You are now subscribed to"), "{}", text(&reply));
    assert_eq!(counter.count("select count(*) from subscriptions").await, 2);
}

#[tokio::test]
async fn several_feeds_are_offered_as_buttons() {
    let long = "x".repeat(60);
    let counter = Counter::with_feeds(&["tech", "twitter_ai", &long]).await;
    let reader = Reader::new("1");
    let reply = counter.says(&reader, "/start").await;
    // The action of the third would be too long; its name stands in the text.
    let actions: Vec<String> = buttons(&reply).into_iter().map(|(_, action)| action).collect();
    assert_eq!(actions, ["/start tech", "/start twitter_ai"]);
    assert!(text(&reply).contains(&long));
    assert!(counter.received(&reader).await.is_empty());

    counter.presses(&reader, "/start tech", "5").await;
    counter.says(&reader, &format!("/start {long}")).await;
    assert_eq!(counter.received(&reader).await, ["tech", long.as_str()]);
}

#[tokio::test]
async fn an_unknown_feed_is_answered_with_those_there_are() {
    let counter = Counter::new().await;
    let reader = Reader::new("1");
    let reply = counter.says(&reader, &format!("/start **bold** {}", "字".repeat(500))).await;
    let said = text(&reply);
    assert!(said.starts_with("没有叫「**bold** 字字字") && said.contains("…」的日报"), "{said}");
    assert!(said.contains("twitter_ai · 推特 AI 日报"), "{said}");
    assert!(counter.received(&reader).await.is_empty());
}

#[tokio::test]
async fn stop_ends_and_start_begins_anew() {
    let counter = Counter::with_feeds(&["tech", "twitter_ai"]).await;
    let reader = Reader::new("1");
    for line in ["/start tech", "/start twitter_ai"] {
        counter.says(&reader, line).await;
    }
    let reply = counter.says(&reader, "/stop tech").await;
    assert_eq!(text(&reply), "已退订「tech」。什么时候想看了，发 /start 就好。");
    assert_eq!(text(&counter.says(&reader, "/stop tech").await), "这里没有订阅「tech」。");
    assert_eq!(counter.received(&reader).await, ["twitter_ai"]);
    counter.says(&reader, "/stop").await;
    assert!(counter.received(&reader).await.is_empty());
    let again = counter.says(&reader.clone().speaking(Some(Language::En)), "/stop").await;
    assert_eq!(text(&again), "Nothing is delivered here yet. Send /start to subscribe.");

    let back = counter.says(&reader, "/start tech").await;
    assert!(text(&back).starts_with("你好！已为你订阅「tech」。"), "{}", text(&back));
}

#[tokio::test]
async fn stop_withdraws_what_still_waits_for_its_hour() {
    let counter = Counter::with_feeds(&["tech", "twitter_ai"]).await;
    for feed in ["tech", "twitter_ai"] {
        counter.archive(feed, &["2025-11-27"]).await;
    }
    let (reader, other) = (Reader::new("1"), Reader::new("2"));
    for line in ["/start tech", "/start twitter_ai", "/time 20:00"] {
        counter.says(&reader, line).await;
        counter.says(&other, line).await;
    }
    for report in [1, 2] {
        publish::digest(counter.db(), &counter.platforms(), report, counter.now()).await.unwrap();
    }
    assert_eq!(counter.count("select count(*) from deliveries where state = 'pending'").await, 4);
    counter.says(&reader, "/stop twitter_ai").await;
    assert_eq!(counter.count("select count(*) from deliveries where state = 'pending'").await, 3);
    counter.says(&reader, "/stop").await;
    assert_eq!(counter.count("select count(*) from deliveries where state = 'cancelled'").await, 2);
}

#[tokio::test]
async fn a_chat_that_stops_everything_leaves_the_broadcasts_too() {
    let counter = Counter::with_feeds(&["tech", "twitter_ai"]).await;
    let (reader, other) = (Reader::new("1"), Reader::new("2"));
    for line in ["/start tech", "/start twitter_ai"] {
        counter.says(&reader, line).await;
        counter.says(&other, line).await;
    }
    let broadcast = Broadcast { token: "t".to_owned(), text: "hello".to_owned(), progress: None };
    publish::broadcast(counter.db(), &counter.platforms(), &broadcast, counter.now()).await.unwrap();
    let cancelled = async || counter.count("select count(*) from deliveries where state = 'cancelled'").await;
    counter.says(&reader, "/stop tech").await;
    assert_eq!(cancelled().await, 0, "it still receives something");
    counter.says(&reader, "/stop").await;
    assert_eq!(cancelled().await, 1);
    assert_eq!(counter.count("select count(*) from deliveries where state = 'pending'").await, 1, "the other's");
}

#[tokio::test]
async fn start_wakes_a_subscriber_that_had_ended() {
    let counter = Counter::new().await;
    let reader = Reader::new("1");
    counter.says(&reader, "/start").await;
    let word = "bot was blocked by the user".to_owned();
    let reply = counter.notices(&reader, platform::ChatEvent::Removed(word)).await;
    assert!(reply.messages.is_empty());
    assert!(counter.received(&reader).await.is_empty());
    // Unblocking alone changes nothing.
    assert!(counter.notices(&reader, platform::ChatEvent::Added).await.messages.is_empty());
    assert!(counter.received(&reader).await.is_empty());
    let reply = counter.says(&reader, "/start").await;
    assert!(text(&reply).starts_with("你好！已为你订阅"), "{}", text(&reply));
    assert_eq!(counter.received(&reader).await, ["twitter_ai"]);
}

#[tokio::test]
async fn status_tells_what_comes_here() {
    let counter = Counter::new().await;
    counter.archive("twitter_ai", &["2025-11-27"]).await;
    let reader = Reader::new("1").speaking(Some(Language::En));
    let before = counter.says(&reader, "/status").await;
    assert_eq!(text(&before), "Nothing is delivered here yet. Send /start to subscribe.");
    counter.says(&reader, "/start").await;
    counter.says(&reader, "/time 8:30 london").await;
    insta::assert_snapshot!(text(&counter.says(&reader, "/status").await), @r"
    Delivered here:
    • Twitter AI daily, since 28 November 2025
      Latest: Thu 27 Nov

    At 08:30 London time.
    ");
}

#[tokio::test]
async fn an_hour_is_kept_with_its_zone() {
    let counter = Counter::new().await;
    let reader = Reader::new("1");
    assert_eq!(text(&counter.says(&reader, "/time 08:30").await), "这里还没有订阅日报。发 /start 就能订阅。");
    counter.says(&reader, "/start").await;
    let talk = [
        ("/time", "现在每期一出就送。想定时收，就发 /time 08:30。"),
        ("/time 08:30", "好，以后每天 08:30（北京时间）送到这里。"),
        ("/time 9 东京", "好，以后每天 09:00（东京时间）送到这里。"),
        ("/time 10:15", "好，以后每天 10:15（东京时间）送到这里。"),
        ("/time 7 火星", "没有找到时区「火星」。可以写城市，如北京、东京、伦敦，或 Asia/Shanghai。"),
        ("/time 25", "没看懂「25」是几点。请这样写：/time 08:30，或 /time 08:30 北京。"),
        ("/time", "现在每天 10:15（东京时间）送。换个时间：/time 08:30，改成一出就送：/time off。"),
        ("/time off", "好，以后每期一出就送到这里。"),
        ("/time", "现在每期一出就送。想定时收，就发 /time 08:30。"),
    ];
    for (line, expected) in talk {
        assert_eq!(text(&counter.says(&reader, line).await), expected, "{line}");
    }
    let row = sqlx::query("select deliver_at, zone from subscribers").fetch_one(counter.db()).await.unwrap();
    assert_eq!(row.get::<Option<chrono::NaiveTime>, _>(0), None);
    assert_eq!(row.get::<Option<String>, _>(1).as_deref(), Some("Asia/Tokyo"));
}

#[tokio::test]
async fn only_who_decides_for_a_group_changes_what_it_receives() {
    let counter = Counter::new().await;
    let member = Reader::new("1").among("-100", ChatKind::Group, false);
    let owner = Reader::new("2").among("-100", ChatKind::Group, true);
    for line in ["/start", "/stop", "/time 8"] {
        let reply = counter.says(&member, line).await;
        assert_eq!(text(&reply), "抱歉，订阅的事要请这里的管理员来定。", "{line}");
    }
    assert!(counter.received(&owner).await.is_empty());
    let reply = counter.says(&owner, "/start").await;
    assert!(text(&reply).starts_with("大家好！本群已订阅「推特 AI 日报」。"), "{}", text(&reply));
    assert_eq!(counter.received(&owner).await, ["twitter_ai"]);
    // A refusal to a press does not take the place of what the others see.
    let pressed = counter.presses(&member, "/stop", "5").await;
    assert!(pressed.messages.is_empty());
    assert_eq!(pressed.notice.as_deref(), Some("抱歉，订阅的事要请这里的管理员来定。"));
}

#[tokio::test]
async fn help_lists_what_this_person_may_use() {
    let counter = Counter::new().await;
    let reader = Reader::new("1");
    insta::assert_snapshot!("help_zh", text(&counter.says(&reader, "/help").await));
    let english = reader.speaking(Some(Language::En));
    insta::assert_snapshot!("help_en", text(&counter.says(&english, "/help").await));
    let admin = Reader::new(ADMIN);
    insta::assert_snapshot!("help_admin_zh", text(&counter.says(&admin, "/help").await));
    let admin = admin.speaking(Some(Language::En));
    insta::assert_snapshot!("help_admin_en", text(&counter.says(&admin, "/help").await));
}

#[tokio::test]
async fn a_language_that_nobody_told_is_the_stored_one_and_then_the_default() {
    let counter = Counter::new().await;
    let silent = Reader::new("1").speaking(None);
    assert_eq!(text(&counter.says(&silent, "/status").await), "这里还没有订阅日报。发 /start 就能订阅。");
    counter.says(&silent.clone().speaking(Some(Language::En)), "/start").await;
    assert!(text(&counter.says(&silent, "/status").await).starts_with("Delivered here:"));
}

#[tokio::test]
async fn without_a_feed_there_is_nothing_to_subscribe() {
    let counter = Counter::with_feeds(&[]).await;
    let reader = Reader::new("1");
    for line in ["/start", "/start twitter_ai"] {
        assert_eq!(text(&counter.says(&reader, line).await), "眼下还没有日报可以订阅，请过些天再来看看。");
    }
    assert_eq!(text(&counter.says(&reader, "/digest").await), "第一期还没出，再等等。");
}
