//! Content that a platform refuses goes out plainer, and never costs a subscriber.

use paperboy::deliver::Delivered;
use platform::{Message, SendError};
use serde_json::json;

use super::{double::Double, stage::Stage};

fn refused() -> SendError {
    SendError::Refused { why: "ENTITIES_TOO_LONG".into() }
}

fn text(text: &str) -> Message {
    let payload = json!({ "text": text, "entities": [{ "type": "bold", "offset": 0, "length": 1 }] });
    Message { method: "sendMessage".into(), payload, pictures: Vec::new() }
}

fn rich(text: &str) -> Message {
    Message { method: "sendRichMessage".into(), payload: json!({ "text": text }), pictures: Vec::new() }
}

#[tokio::test]
async fn a_refused_message_goes_out_plainer_and_the_next_one_as_it_was_meant() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a"]).await;
    stage.double.will_answer("a", [refused()]);
    let publication = stage.publish_layouts("styled", &[("full", vec![text("one"), text("two")])]).await;
    let all = stage.deliver_everything(&stage.worker()).await;
    assert_eq!(all, Delivered { sent: 2, again: 1, ..Delivered::default() });
    let shapes: Vec<_> = stage.double.came().into_iter().map(|came| (came.text, came.styled)).collect();
    assert_eq!(shapes, [("one".into(), true), ("one".into(), false), ("two".into(), true)]);
    assert_eq!(stage.delivery(publication, "a").await.message_ids, ["2", "3"]);
    assert_eq!(stage.end_reason("a").await, None);
}

#[tokio::test]
async fn a_message_that_is_refused_at_its_plainest_ends_its_delivery_alone() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a", "b"]).await;
    stage.double.will_answer("a", [refused(), refused()]);
    let publication = stage.publish_layouts("styled", &[("full", vec![text("one")])]).await;
    let all = stage.deliver_everything(&stage.worker()).await;
    assert_eq!(all, Delivered { sent: 1, again: 1, failed: 1, ..Delivered::default() });
    assert_eq!(stage.delivery(publication, "a").await.failed_as.as_deref(), Some("refused"));
    assert_eq!(stage.delivery(publication, "b").await.state, "done");
}

#[tokio::test]
async fn a_refused_rich_message_is_sent_in_the_full_layout_and_once() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a"]).await;
    stage.execute("update subscribers set layout = 'rich'").await;
    stage.double.will_answer("a", [SendError::Refused { why: "Not Found: method not found".into() }]);
    let full = vec![text("one"), text("two")];
    let publication = stage.publish_layouts("report", &[("rich", vec![rich("all")]), ("full", full)]).await;
    let all = stage.deliver_everything(&stage.worker()).await;
    assert_eq!(all, Delivered { sent: 2, again: 1, ..Delivered::default() });
    assert_eq!(stage.double.texts("a"), ["all", "one", "two"]);
    assert_eq!(stage.delivery(publication, "a").await.message_ids, ["2", "3"]);
}

#[tokio::test]
async fn a_rich_message_without_an_answer_never_falls_back() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a"]).await;
    stage.execute("update subscribers set layout = 'rich'").await;
    stage.double.will_answer("a", [SendError::Unknown { why: "no answer".into() }]);
    let publication =
        stage.publish_layouts("report", &[("rich", vec![rich("all")]), ("full", vec![text("one")])]).await;
    let all = stage.deliver_everything(&stage.worker()).await;
    assert_eq!(all, Delivered { uncertain: 1, ..Delivered::default() });
    assert_eq!(stage.double.texts("a"), ["all"]);
    assert_eq!(stage.delivery(publication, "a").await.uncertain, [0]);
}

#[tokio::test]
async fn after_three_refusals_the_other_chats_are_spared_the_first_try() {
    let stage = Stage::with(Double::new()).await;
    let chats = ["a", "b", "c", "d", "e", "f"];
    stage.readers(&chats).await;
    for chat in chats {
        stage.double.will_answer(chat, [refused()]);
    }
    stage.publish_layouts("styled", &[("full", vec![text("one")])]).await;
    stage.execute("update deliveries set due_at = 'infinity'").await;
    let worker = stage.worker();
    for _ in 0..3 {
        stage
            .execute(
                "update deliveries set due_at = '-infinity' where subscriber = (
                     select subscriber from deliveries where due_at = 'infinity' order by subscriber limit 1)",
            )
            .await;
        assert_eq!(worker.step().await.unwrap().again, 1);
    }
    stage.execute("update deliveries set due_at = '-infinity'").await;
    // The rest meets its errors with what is plain already, which ends those deliveries: each was tried once.
    stage.deliver_everything(&worker).await;
    let came = stage.double.came();
    let plain = |chat: &&&str| came.iter().filter(|came| came.chat == ***chat).all(|came| !came.styled);
    assert_eq!(chats.iter().filter(plain).count(), 3);
}

#[tokio::test]
async fn groups_without_photos_get_it_plainer_and_teach_nothing_about_the_others() {
    let stage = Stage::with(Double::new()).await;
    let chats = ["a", "b", "c", "d", "e"];
    stage.readers(&chats).await;
    for chat in &chats[..4] {
        stage.double.will_answer(chat, [SendError::Unwelcome { why: "no photos here".into() }]);
    }
    stage.publish_layouts("styled", &[("full", vec![text("one")])]).await;
    let all = stage.deliver_everything(&stage.worker()).await;
    assert_eq!(all, Delivered { sent: 5, again: 4, ..Delivered::default() });
    stage.publish_layouts("next", &[("full", vec![text("two")])]).await;
    stage.deliver_everything(&stage.worker()).await;
    let second: Vec<_> = stage.double.came().into_iter().filter(|came| came.text == "two").collect();
    assert!(second.iter().all(|came| came.styled));
    assert_eq!(stage.end_reason("a").await, None);
}
