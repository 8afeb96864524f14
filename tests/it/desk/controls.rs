//! `/pause`, `/resume` and `/cancel`, typed and pressed.

use platform::Desk as _;

use super::{
    counter::{ADMIN, Counter},
    reader::Reader,
    shown::{buttons, text},
};

/// A desk with a broadcast under way, and its admin.
async fn counter() -> (Counter, Reader, i64) {
    let counter = Counter::new().await;
    counter.says(&Reader::new("1"), "/start").await;
    let admin = Reader::new(ADMIN);
    let preview = counter.says(&admin, "/broadcast hello").await;
    counter.presses(&admin, &buttons(&preview)[0].1, "42").await;
    let id = counter.count("select id from publications where kind = 'broadcast'").await;
    (counter, admin, id)
}

async fn state(counter: &Counter) -> String {
    sqlx::query_scalar("select state from publications where kind = 'broadcast'").fetch_one(counter.db()).await.unwrap()
}

#[tokio::test]
async fn an_admin_holds_a_broadcast_back_and_lets_it_go_on() {
    let (counter, admin, id) = counter().await;
    assert_eq!(text(&counter.says(&admin, &format!("/pause {id}")).await), "已暂停：hello");
    assert_eq!(state(&counter).await, "paused");
    assert_eq!(text(&counter.says(&admin, &format!("/pause {id}")).await), "「hello」已经暂停了。");
    assert_eq!(text(&counter.says(&admin, &format!("/resume {id}")).await), "已继续：hello");
    assert_eq!(state(&counter).await, "running");
}

#[tokio::test]
async fn without_a_number_there_is_a_button_for_each() {
    let (counter, admin, id) = counter().await;
    let offered = buttons(&counter.says(&admin, "/pause").await);
    assert_eq!(offered, [(format!("{id} · hello"), format!("/pause {id}"))]);
    assert_eq!(text(&counter.says(&admin, "/resume").await), "没有可选的。");
}

#[tokio::test]
async fn cancelling_takes_a_second_press() {
    let (counter, admin, id) = counter().await;
    let sure = counter.says(&admin, &format!("/cancel {id}")).await;
    assert_eq!(state(&counter).await, "running");
    let action = buttons(&sure)[0].1.clone();
    let reply = counter.presses(&admin, &action, "43").await;
    assert_eq!(reply.notice.as_deref(), Some("已取消：hello"));
    assert_eq!(state(&counter).await, "cancelled");
}

#[tokio::test]
async fn a_stranger_controls_nothing() {
    let (counter, _, id) = counter().await;
    let refused = text(&counter.says(&Reader::new("1"), "/stats").await);
    for line in [format!("/pause {id}"), format!("/cancel {id} sure"), "/pause telegram".to_owned()] {
        let handled = counter.desk.handle(Reader::new("1").says(&line)).await;
        assert_eq!(text(&handled), refused, "{line}");
    }
    assert_eq!(state(&counter).await, "running");
}

#[tokio::test]
async fn the_message_that_shows_the_progress_has_the_buttons() {
    let (counter, admin, id) = counter().await;
    counter.wait(5);
    let mut progress = counter.progress();
    progress.step().await.unwrap();
    let actions = || -> Vec<String> {
        counter.bots[0].buttons.lock().unwrap().iter().map(|(_, action)| action.clone()).collect()
    };
    assert_eq!(actions(), [format!("/pause {id}"), format!("/cancel {id}")]);
    counter.presses(&admin, &format!("/pause {id}"), "42").await;
    progress.step().await.unwrap();
    assert_eq!(actions(), [format!("/resume {id}"), format!("/cancel {id}")]);
}
