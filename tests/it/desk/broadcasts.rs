//! `/broadcast`, its buttons and its progress.

use std::time::Duration;

use paperboy::store::pictures;
use platform::{Desk, Language, PictureFormat, Place, Reply, Scope, SendError};

use super::{
    counter::{ADMIN, Counter},
    reader::Reader,
    shown::{buttons, text, texts},
};

const PREVIEW: &str = "42";

/// A desk with two subscribers, and its admin.
async fn counter() -> (Counter, Reader) {
    let counter = Counter::new().await;
    counter.says(&Reader::new("1"), "/start").await;
    counter.says(&Reader::new("2").on("discord"), "/start").await;
    (counter, Reader::new(ADMIN))
}

/// The actions of the two buttons.
fn choices(reply: &Reply) -> (String, String) {
    let buttons = buttons(reply);
    let [send, discard] = buttons.as_slice() else { panic!("{buttons:?}") };
    assert!(send.1.starts_with("/confirm ") && discard.1.starts_with("/discard "), "{buttons:?}");
    assert!(send.1.len() <= 64 && discard.1.len() <= 64);
    (send.1.clone(), discard.1.clone())
}

async fn publications(counter: &Counter) -> i64 {
    counter.count("select count(*) from publications where kind = 'broadcast'").await
}

#[tokio::test]
async fn a_broadcast_is_shown_first_and_sent_on_a_press() {
    let (counter, admin) = counter().await;
    let preview = counter.says(&admin, "/broadcast 今晚**停更**一天").await;
    let said = texts(&preview);
    assert_eq!(said[0], "今晚停更一天");
    assert_eq!(said[1], "样子就是上面这样，会发给 2 个订阅者。发吗？10 分钟内有效。");
    assert_eq!(publications(&counter).await, 0);

    let (send, _) = choices(&preview);
    let reply = counter.presses(&admin, &send, PREVIEW).await;
    assert_eq!(text(&reply), "正在发送……\n送达 0 / 2");
    assert_eq!(reply.place, Place::Instead);
    assert!(buttons(&reply).is_empty());
    assert_eq!(publications(&counter).await, 1);
    assert_eq!(counter.count("select count(*) from deliveries").await, 2);
}

#[tokio::test]
async fn what_is_sent_is_what_was_shown() {
    let (counter, admin) = counter().await;
    let preview = counter.says(&admin, "/broadcast # 通知\n\n- 一\n- **二** [链接](https://example.com)").await;
    counter.presses(&admin, &choices(&preview).0, PREVIEW).await;
    let stored: serde_json::Value =
        sqlx::query_scalar("select messages from renditions where platform = 'telegram' and language = 'zh'")
            .fetch_one(counter.db())
            .await
            .unwrap();
    assert_eq!(stored[0], serde_json::to_value(&preview.messages[0].message).unwrap());
}

#[tokio::test]
async fn a_broadcast_that_begins_with_a_headline_has_it_on_a_card() {
    let (counter, admin) = counter().await;
    let preview = counter.says(&admin, "/broadcast # 今晚停更一天\n\n明早**九点**见。").await;
    let shown = &preview.messages[0];
    assert_eq!(shown.message.method, "sendPhoto");
    assert_eq!(texts(&preview)[0], "今晚停更一天\n明早九点见。");
    let card = &shown.attachments[0].picture;
    assert_eq!((card.format, card.width, card.height), (PictureFormat::Jpeg, 1200, 675));
    assert_eq!(card.id, shown.message.pictures[0]);
    counter.presses(&admin, &choices(&preview).0, PREVIEW).await;
    // It is kept for those who are to get it, and both platforms show it.
    assert_eq!(pictures::get(counter.db(), &card.id).await.unwrap(), **card);
    let with_it: i64 =
        counter.count("select count(*) from renditions where messages->0->'pictures'->0 is not null").await;
    assert_eq!(with_it, 2);

    let plain = counter.says(&admin, "/broadcast 今晚停更一天\n\n# 明早九点见").await;
    assert!(plain.messages.iter().all(|outgoing| outgoing.attachments.is_empty()));
}

#[tokio::test]
async fn two_presses_at_once_publish_once() {
    let (counter, admin) = counter().await;
    let preview = counter.says(&admin, "/broadcast hello").await;
    let (send, discard) = choices(&preview);
    let (other, desk) = (counter.restarted(), counter.desk.clone());
    let mut presses = tokio::task::JoinSet::new();
    let (one, two) = (admin.presses(&send, PREVIEW), admin.presses(&send, PREVIEW));
    presses.spawn(async move { desk.handle(one).await });
    presses.spawn(async move { other.handle(two).await });
    let replies = presses.join_all().await;
    assert_eq!(publications(&counter).await, 1);
    let begun = replies.iter().filter(|reply| reply.place == Place::Instead).count();
    let told: Vec<_> = replies.iter().filter_map(|reply| reply.notice.as_deref()).collect();
    assert_eq!((begun, told), (1, vec!["已经在发了。"]));

    // Nor do any later ones, after a restart.
    for action in [&send, &discard] {
        let reply = counter.restarted().handle(admin.presses(action, PREVIEW)).await;
        assert_eq!(reply.notice.as_deref(), Some("已经在发了。"));
        assert!(reply.messages.is_empty());
    }
    assert_eq!(publications(&counter).await, 1);
}

#[tokio::test]
async fn a_discarded_broadcast_is_never_sent() {
    let (counter, admin) = counter().await;
    let preview = counter.says(&admin, "/broadcast hello").await;
    let (send, discard) = choices(&preview);
    for action in [&discard, &send, &discard] {
        let reply = counter.presses(&admin, action, PREVIEW).await;
        assert_eq!((text(&reply).as_str(), reply.place), ("好，不发了。", Place::Instead));
    }
    assert_eq!(publications(&counter).await, 0);
}

#[tokio::test]
async fn a_preview_expires_after_ten_minutes() {
    let (counter, admin) = counter().await;
    let early = counter.says(&admin, "/broadcast early").await;
    let late = counter.says(&admin, "/broadcast late").await;
    counter.wait(10 * 60 - 1);
    assert!(text(&counter.presses(&admin, &choices(&early).0, PREVIEW).await).starts_with("正在发送"));
    counter.wait(1);
    let reply = counter.presses(&admin, &choices(&late).0, PREVIEW).await;
    assert!(text(&reply).starts_with("过了 10 分钟"), "{}", text(&reply));
    assert_eq!(reply.place, Place::Instead);
    assert_eq!(publications(&counter).await, 1);
}

#[tokio::test]
async fn nobody_else_can_press_the_button() {
    let (counter, admin) = counter().await;
    let preview = counter.says(&admin, "/broadcast hello").await;
    let (send, _) = choices(&preview);
    let stranger = counter.presses(&Reader::new("1"), &send, PREVIEW).await;
    assert_eq!(stranger.notice.as_deref(), Some("抱歉，这个命令只有管理员能用。"));
    // The same number on another platform is another person.
    let elsewhere = counter.presses(&Reader::new(ADMIN).on("discord"), &send, PREVIEW).await;
    assert_eq!(elsewhere.notice.as_deref(), Some("抱歉，这个命令只有管理员能用。"));
    let made_up = counter.presses(&admin, "/confirm 0000", PREVIEW).await;
    assert!(text(&made_up).starts_with("过了 10 分钟"));
    assert_eq!(publications(&counter).await, 0);
}

#[tokio::test]
async fn readers_are_politely_refused() {
    let (counter, _) = counter().await;
    for line in ["/broadcast hello", "/broadcast", "/stats", "/confirm x", "/discard x"] {
        let zh = counter.says(&Reader::new("1"), line).await;
        assert_eq!(text(&zh), "抱歉，这个命令只有管理员能用。", "{line}");
        let en = counter.says(&Reader::new("1").speaking(Some(Language::En)), line).await;
        assert_eq!(text(&en), "Sorry, only admins can use this one.", "{line}");
    }
}

#[tokio::test]
async fn a_broadcast_needs_a_text_and_somebody_to_read_it() {
    let counter = Counter::new().await;
    let admin = Reader::new(ADMIN);
    assert_eq!(
        text(&counter.says(&admin, "/broadcast").await),
        "要发什么？写在命令后面，如：/broadcast 今晚的日报晚一点到。"
    );
    let reply = counter.says(&admin, "/broadcast hello").await;
    assert_eq!(texts(&reply)[1], "样子就是上面这样，不过现在还没有订阅者，所以不能发。");
    assert!(buttons(&reply).is_empty());
}

#[tokio::test]
async fn who_said_stop_gets_no_broadcast() {
    let (counter, admin) = counter().await;
    counter.says(&Reader::new("1"), "/stop").await;
    let preview = counter.says(&admin, "/broadcast hello").await;
    assert!(texts(&preview)[1].contains("会发给 1 个订阅者"), "{:?}", texts(&preview));
    counter.presses(&admin, &choices(&preview).0, PREVIEW).await;
    assert_eq!(counter.count("select count(*) from deliveries").await, 1);
}

#[tokio::test]
async fn a_confirmation_typed_by_hand_sends_too() {
    let (counter, admin) = counter().await;
    let (send, _) = choices(&counter.says(&admin, "/broadcast hello").await);
    assert_eq!(text(&counter.says(&admin, &send).await), "已经在发了。");
    assert_eq!(text(&counter.says(&admin, &send).await), "已经在发了。");
    assert_eq!(publications(&counter).await, 1);
}

/// Ends the deliveries on a platform in this way.
async fn ends(counter: &Counter, platform: &str, set: &str) {
    let statement = format!(
        "update deliveries d set {set} from bots b where b.id = d.bot and b.platform = $1 and d.state = 'pending'"
    );
    sqlx::query(sqlx::AssertSqlSafe(statement)).bind(platform).execute(counter.db()).await.unwrap();
}

#[tokio::test]
async fn the_preview_becomes_progress_and_then_the_result() {
    let (counter, admin) = counter().await;
    let preview = counter.says(&admin, "/broadcast hello").await;
    counter.presses(&admin, &choices(&preview).0, PREVIEW).await;
    let telegram = &counter.bots[0];
    let mut progress = counter.progress();
    assert_eq!(progress.step().await.unwrap(), 0, "the press is being answered");
    counter.wait(3);
    progress.step().await.unwrap();
    assert_eq!(progress.step().await.unwrap(), 0, "nothing has changed");
    ends(&counter, "telegram", "state = 'done'").await;
    assert_eq!(progress.step().await.unwrap(), 1);

    // A restart goes on where the other process ended.
    let mut progress = counter.progress();
    assert_eq!(progress.step().await.unwrap(), 0);
    ends(&counter, "discord", "state = 'done', uncertain = '{0}'").await;
    sqlx::query("update publications set state = 'done', finished_at = published_at + interval '65 s'")
        .execute(counter.db())
        .await
        .unwrap();
    assert_eq!(progress.step().await.unwrap(), 1);
    assert_eq!(progress.step().await.unwrap(), 0, "the result stays");
    assert_eq!(
        telegram.texts(),
        ["正在发送……\n送达 0 / 2", "正在发送……\n送达 1 / 2", "发完了，用时 1 分 5 秒。\n送达 1 / 2，不确定 1",]
    );
    assert!(telegram.edits.lock().unwrap().iter().all(|(id, _)| id.0 == PREVIEW));
    assert!(counter.bots[1].texts().is_empty());
}

#[tokio::test]
async fn an_edit_that_cannot_be_made_now_is_made_later() {
    let (counter, admin) = counter().await;
    let preview = counter.says(&admin, "/broadcast hello").await;
    counter.presses(&admin, &choices(&preview).0, PREVIEW).await;
    let mut progress = counter.progress();
    counter.wait(3);
    let limited = SendError::RateLimited { retry_after: Duration::from_secs(30), scope: Scope::Chat };
    counter.bots[0].trouble.lock().unwrap().push(limited);
    assert_eq!(progress.step().await.unwrap(), 0);
    counter.wait(29);
    assert_eq!(progress.step().await.unwrap(), 0, "the platform said 30 s");
    counter.wait(1);
    assert_eq!(progress.step().await.unwrap(), 1);

    sqlx::query("update publications set state = 'cancelled'").execute(counter.db()).await.unwrap();
    counter.bots[0].trouble.lock().unwrap().push(SendError::Transient { why: "502".to_owned() });
    assert_eq!(progress.step().await.unwrap(), 0);
    assert_eq!(progress.step().await.unwrap(), 1);
    assert_eq!(counter.bots[0].texts()[1], "已取消，没发的不再发。\n送达 0 / 2");
}

#[tokio::test]
async fn a_broadcast_that_a_crash_cut_short_is_published_once() {
    let (counter, admin) = counter().await;
    let preview = counter.says(&admin, "/broadcast hello").await;
    counter.presses(&admin, &choices(&preview).0, PREVIEW).await;
    let mut progress = counter.progress();
    // What a crash between the publication and the note of it leaves, and one before the publication.
    for cleared in ["update confirmations set publication = null", "delete from publications"] {
        sqlx::query("update confirmations set publication = null").execute(counter.db()).await.unwrap();
        sqlx::query(cleared).execute(counter.db()).await.unwrap();
        let again = counter.presses(&admin, &choices(&preview).0, PREVIEW).await;
        assert_eq!(again.notice.as_deref(), Some("已经在发了。"));
        counter.wait(31);
        progress.step().await.unwrap();
        assert_eq!(publications(&counter).await, 1);
        assert_eq!(counter.count("select count(*) from confirmations where publication is not null").await, 1);
    }
}
