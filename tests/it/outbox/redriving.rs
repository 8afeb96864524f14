//! Sending again by hand.

use paperboy::{
    config::OnUncertain,
    deliver::Delivered,
    store::deliveries::redrive::{self, Choice},
};
use platform::{ChatKind, SendError};

use super::{double::Double, stage::Stage};

fn no_answer() -> SendError {
    SendError::Unknown { why: "reset".into() }
}

#[tokio::test]
async fn uncertain_messages_are_sent_again_alone_and_stay_marked() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a", "b"]).await;
    stage.double.will_answer("a", [no_answer()]);
    let publication = stage.publish("news", 3).await;
    let worker = stage.worker();
    stage.deliver_everything(&worker).await;
    assert_eq!(stage.delivery(publication, "a").await.message_ids, ["", "3", "5"]);

    let listed = redrive::standing(stage.db(), &Choice::default()).await.unwrap();
    let told: Vec<_> = listed.iter().map(|one| (one.publication, one.class.as_str(), one.chats)).collect();
    assert_eq!(told, [(publication, "uncertain", 1)]);
    assert_eq!(redrive::uncertain(stage.db(), &Choice::default()).await.unwrap(), 1);
    assert_eq!(stage.publication_state(publication).await, "running");
    let all = stage.deliver_everything(&worker).await;
    assert_eq!(all, Delivered { sent: 1, ..Delivered::default() });
    assert_eq!(stage.double.texts("a"), ["news 0", "news 1", "news 2", "news 0"]);
    let delivery = stage.delivery(publication, "a").await;
    assert_eq!((delivery.state.as_str(), delivery.next_message), ("done", 3));
    assert_eq!(delivery.message_ids, ["7", "3", "5"]);
    assert_eq!(delivery.uncertain, [0], "the reader may have it twice");
    assert_eq!(stage.publication_state(publication).await, "done");
    assert_eq!(redrive::uncertain(stage.db(), &Choice::default()).await.unwrap(), 0, "there is nothing left");
}

#[tokio::test]
async fn several_uncertain_messages_of_one_reader_are_sent_again_in_their_order() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a"]).await;
    stage.double.will_answer("a", [no_answer(), no_answer()]);
    let publication = stage.publish("news", 3).await;
    let worker = stage.worker();
    stage.deliver_everything(&worker).await;
    // The first of them has no answer again.
    stage.double.will_answer("a", [no_answer()]);
    redrive::uncertain(stage.db(), &Choice { publication: Some(publication), class: None }).await.unwrap();
    let all = stage.deliver_everything(&worker).await;
    assert_eq!(all, Delivered { sent: 1, uncertain: 1, ..Delivered::default() });
    assert_eq!(stage.double.texts("a")[3..], ["news 0", "news 1"]);
    let delivery = stage.delivery(publication, "a").await;
    assert_eq!(
        (delivery.message_ids.as_slice(), delivery.uncertain.as_slice()),
        (&["", "5", "3"].map(String::from)[..], &[0, 1][..])
    );
}

#[tokio::test]
async fn what_was_given_up_goes_on_from_the_message_that_it_had_come_to() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a", "b"]).await;
    stage.double.will_answer("b", [SendError::Suspended { reason: "no rights".into() }]);
    let publication = stage.publish("news", 2).await;
    let worker = stage.worker();
    worker.step().await.unwrap();
    stage.double.will_answer("a", [SendError::Refused { why: "odd".into() }]);
    stage.deliver_everything(&worker).await;

    let of = |class: &str| Choice { class: Some(class.to_owned()), publication: None };
    assert_eq!(redrive::failed(stage.db(), &of("exhausted")).await.unwrap(), 0);
    assert_eq!(redrive::failed(stage.db(), &of("suspended")).await.unwrap(), 0, "that chat has not come back");
    assert_eq!(redrive::failed(stage.db(), &of("refused")).await.unwrap(), 1);
    stage.deliver_everything(&worker).await;
    assert_eq!(stage.double.texts("a"), ["news 0", "news 1", "news 1"]);

    stage.subscriber("b", ChatKind::Private).await;
    assert_eq!(redrive::failed(stage.db(), &Choice::default()).await.unwrap(), 1);
    stage.deliver_everything(&worker).await;
    assert_eq!(stage.double.texts("b"), ["news 0", "news 0", "news 1"]);
    assert_eq!(stage.publication_state(publication).await, "done");
}

#[tokio::test]
async fn what_was_resent_by_policy_is_not_sent_a_third_time() {
    let mut stage = Stage::with(Double::new()).await;
    stage.on_uncertain = OnUncertain::Resend;
    stage.readers(&["a"]).await;
    stage.double.will_answer("a", [no_answer()]);
    stage.publish("news", 1).await;
    stage.deliver_everything(&stage.worker()).await;
    assert_eq!(redrive::uncertain(stage.db(), &Choice::default()).await.unwrap(), 0);
}
