//! `/recall`, its question and its two buttons.

use paperboy::publish;
use platform::{Place, Reply};

use super::{
    counter::{ADMIN, Counter},
    reader::Reader,
    shown::{buttons, text},
};

const QUESTION: &str = "42";

/// A desk whose two subscribers are getting the digest of 27 November, and its admin.
async fn counter() -> (Counter, Reader) {
    let counter = Counter::new().await;
    counter.says(&Reader::new("1"), "/start").await;
    counter.says(&Reader::new("2").on("discord"), "/start").await;
    counter.archive("twitter_ai", &["2025-11-27"]).await;
    let report = sqlx::query_scalar("select id from reports").fetch_one(counter.db()).await.unwrap();
    publish::digest(counter.db(), &counter.platforms(), report, counter.now()).await.unwrap();
    (counter, Reader::new(ADMIN))
}

fn choices(reply: &Reply) -> (String, String) {
    let buttons = buttons(reply);
    let [take_back, keep] = buttons.as_slice() else { panic!("{buttons:?}") };
    assert_eq!((take_back.0.as_str(), keep.0.as_str()), ("撤回", "不撤"));
    (take_back.1.clone(), keep.1.clone())
}

async fn recalls(counter: &Counter) -> i64 {
    counter.count("select count(*) from publications where kind = 'recall'").await
}

#[tokio::test]
async fn a_digest_is_taken_back_on_a_press_and_shown_to_nobody() {
    let (counter, admin) = counter().await;
    let question = counter.says(&admin, "/recall 11-27").await;
    assert!(text(&question).ends_with("会从 2 个聊天里删掉，还没送到的不再送。10 分钟内有效。"), "{}", text(&question));
    let (take_back, keep) = choices(&question);
    let reply = counter.presses(&admin, &take_back, QUESTION).await;
    assert_eq!((text(&reply).as_str(), reply.place), ("正在撤回……\n已撤回 0 / 0", Place::Instead));
    assert_eq!(recalls(&counter).await, 1);
    assert_eq!(counter.count("select count(*) from deliveries where state = 'cancelled'").await, 2);
    let reply = counter.presses(&admin, &keep, QUESTION).await;
    assert_eq!(reply.notice.as_deref(), Some("已经在发了。"));
    let asked = counter.says(&Reader::new("1"), "/digest 11-27").await;
    assert!(!text(&asked).contains("今天的要点"), "{}", text(&asked));
}

#[tokio::test]
async fn without_a_day_there_is_a_choice_and_the_other_button_keeps_it() {
    let (counter, admin) = counter().await;
    let offered = counter.says(&admin, "/recall").await;
    let buttons = buttons(&offered);
    let [(_, action)] = buttons.as_slice() else { panic!("{buttons:?}") };
    let question = counter.presses(&admin, action, "41").await;
    let (take_back, keep) = choices(&question);
    for action in [&keep, &take_back] {
        let reply = counter.presses(&admin, action, QUESTION).await;
        assert_eq!((text(&reply).as_str(), reply.place), ("好，不撤回。", Place::Instead));
    }
    assert_eq!(recalls(&counter).await, 0);
}

#[tokio::test]
async fn a_question_expires_and_nobody_else_is_asked() {
    let (counter, admin) = counter().await;
    let question = counter.says(&admin, "/recall 11-27").await;
    counter.wait(10 * 60);
    let reply = counter.presses(&admin, &choices(&question).0, QUESTION).await;
    assert_eq!(text(&reply), "过了 10 分钟，没有撤回。要撤回请再发一次 /recall。");
    let reply = counter.says(&Reader::new("1"), "/recall 11-27").await;
    assert_eq!(text(&reply), "抱歉，这个命令只有管理员能用。");
    assert_eq!(text(&counter.says(&admin, "/recall 99").await), "没有可以撤回的内容。");
    assert_eq!(recalls(&counter).await, 0);
}

#[tokio::test]
async fn the_question_shows_how_it_goes_and_a_crash_in_between_is_made_good() {
    let (counter, admin) = counter().await;
    let question = counter.says(&admin, "/recall 11-27").await;
    let (take_back, _) = choices(&question);
    // As if the process had ended between the press and the recall.
    sqlx::query("update confirmations set confirmed = true, decided_at = $1, message = $2")
        .bind(counter.now())
        .bind(QUESTION)
        .execute(counter.db())
        .await
        .unwrap();
    counter.wait(31);
    counter.progress().step().await.unwrap();
    assert_eq!(recalls(&counter).await, 1);
    counter.wait(3);
    counter.progress().step().await.unwrap();
    assert_eq!(counter.bots[0].texts(), ["正在撤回……\n已撤回 0 / 0"]);
    assert_eq!(counter.presses(&admin, &take_back, QUESTION).await.notice.as_deref(), Some("已经在发了。"));
}
