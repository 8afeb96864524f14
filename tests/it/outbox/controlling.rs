//! What an operator does with what is under way.

use paperboy::{
    control::{self, ControlError, Target},
    deliver::Delivered,
    store,
};
use platform::{Act, SendError};

use super::{double::Double, stage::Stage};

async fn act(stage: &Stage, act: Act, target: &str) -> Result<String, ControlError> {
    control::act(stage.db(), act, &Target::read(target)).await.map(|done| done.to)
}

#[tokio::test]
async fn a_paused_publication_waits_and_goes_on_where_it_was() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a", "b"]).await;
    let publication = stage.publish("news", 2).await;
    let worker = stage.worker();
    assert_eq!(worker.step().await.unwrap().sent, 2);
    assert_eq!(act(&stage, Act::Pause, &publication.to_string()).await.unwrap(), "news");
    stage.pass_time().await;
    assert_eq!(worker.step().await.unwrap(), Delivered::default());
    assert_eq!(stage.publication_state(publication).await, "paused");
    // Another one is not held up by chats in the midst of this.
    stage.publish("other", 1).await;
    stage.pass_time().await;
    assert_eq!(worker.step().await.unwrap().sent, 2);

    act(&stage, Act::Resume, &publication.to_string()).await.unwrap();
    stage.deliver_everything(&worker).await;
    assert_eq!(stage.double.texts("a"), ["news 0", "other 0", "news 1"]);
    assert_eq!(stage.publication_state(publication).await, "done");
}

#[tokio::test]
async fn a_cancelled_publication_sends_no_more_and_is_counted() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a", "b"]).await;
    let publication = stage.publish("news", 2).await;
    let worker = stage.worker();
    assert_eq!(worker.step().await.unwrap().sent, 2);
    act(&stage, Act::Cancel, &publication.to_string()).await.unwrap();
    stage.deliver_everything(&worker).await;
    assert_eq!(stage.double.came().len(), 2);
    assert_eq!(stage.publication_state(publication).await, "cancelled");
    let figures = store::publications::figures::progress(stage.db(), publication).await.unwrap().unwrap();
    assert_eq!((figures.cancelled, figures.pending, figures.finished_at.is_some()), (2, 0, true));
    // There is no way back.
    let again = act(&stage, Act::Resume, &publication.to_string()).await;
    assert!(matches!(again, Err(ControlError::Already { state, .. }) if state == "cancelled"));
}

#[tokio::test]
async fn a_message_on_its_way_when_its_publication_is_cancelled_is_still_recorded() {
    let stage = Stage::with(Double::that_is_silent()).await;
    stage.readers(&["a"]).await;
    let publication = stage.publish("news", 2).await;
    let worker = stage.worker();
    let (delivered, ()) = tokio::join!(worker.step(), async {
        stage.double.until(1).await;
        act(&stage, Act::Cancel, &publication.to_string()).await.unwrap();
        stage.double.answer(1);
    });
    assert_eq!(delivered.unwrap().sent, 1);
    stage.deliver_everything(&worker).await;
    let delivery = stage.delivery(publication, "a").await;
    assert_eq!((delivery.state.as_str(), delivery.message_ids.len()), ("cancelled", 1));
}

#[tokio::test]
async fn a_paused_bot_is_silent_in_every_process_until_it_is_resumed() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a"]).await;
    stage.publish("news", 1).await;
    assert_eq!(act(&stage, Act::Pause, "telegram").await.unwrap(), "telegram");
    for worker in [stage.worker(), stage.worker()] {
        assert_eq!(worker.step().await.unwrap(), Delivered::default());
    }
    act(&stage, Act::Resume, "telegram:1").await.unwrap();
    assert_eq!(stage.worker().step().await.unwrap().sent, 1);
}

#[tokio::test]
async fn what_does_not_exist_or_cannot_be_is_told() {
    let stage = Stage::with(Double::new()).await;
    assert!(matches!(act(&stage, Act::Pause, "99").await, Err(ControlError::NoSuchPublication(99))));
    assert!(matches!(act(&stage, Act::Pause, "matrix").await, Err(ControlError::NoSuchBot(_))));
    assert!(matches!(act(&stage, Act::Cancel, "telegram").await, Err(ControlError::NoSuchBot(_))));
    stage.readers(&["a"]).await;
    let publication = stage.publish("news", 1).await;
    let again = act(&stage, Act::Resume, &publication.to_string()).await;
    assert!(matches!(again, Err(ControlError::Already { state, .. }) if state == "running"));
}

#[tokio::test]
async fn a_publication_of_which_more_fails_than_goes_well_pauses_itself() {
    let stage = Stage::with(Double::new()).await;
    stage.crowd(64).await;
    for chat in 1..=64 {
        stage.double.will_answer(&format!("chat {chat}"), [SendError::Suspended { reason: "no rights".into() }]);
    }
    let publication = stage.publish("news", 1).await;
    let worker = stage.worker();
    stage.deliver_everything(&worker).await;
    assert_eq!(stage.publication_state(publication).await, "paused");
    assert_eq!(stage.double.came().len(), 32, "the claim in which it came to light was the last one");
    // The operator's word lets the rest have their try.
    act(&stage, Act::Resume, &publication.to_string()).await.unwrap();
    stage.pass_time().await;
    worker.step().await.unwrap();
    assert_eq!(stage.double.came().len(), 64);
}
