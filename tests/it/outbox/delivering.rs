//! What each answer of a platform leads to.

use std::time::Duration;

use paperboy::{deliver::Delivered, store};
use platform::{ChatId, ChatKind, Language, Picture, PictureFormat, PictureId, Platform as _, Scope, SendError};

use super::{
    double::Double,
    stage::{Seen, Stage},
};

fn transient() -> SendError {
    SendError::Transient { why: "500".into() }
}

#[tokio::test]
async fn every_reader_gets_every_message_once_and_in_order() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a", "b", "c"]).await;
    let publication = stage.publish("news", 3).await;
    let all = stage.deliver_everything(&stage.worker()).await;
    assert_eq!(all, Delivered { sent: 9, ..Delivered::default() });
    for chat in ["a", "b", "c"] {
        assert_eq!(stage.double.texts(chat), ["news 0", "news 1", "news 2"]);
        let delivery = stage.delivery(publication, chat).await;
        assert_eq!((delivery.state.as_str(), delivery.message_ids.len()), ("done", 3));
    }
    assert_eq!(stage.publication_state(publication).await, "done");
    let progress = store::publications::figures::progress(stage.db(), publication).await.unwrap().unwrap();
    assert_eq!((progress.audience, progress.delivered, progress.pending), (3, 3, 0));
}

#[tokio::test]
async fn a_chat_waits_its_interval_between_two_messages() {
    let stage = Stage::with(Double::new()).await;
    stage.subscriber("person", ChatKind::Private).await;
    stage.subscriber("group", ChatKind::Group).await;
    let publication = stage.publish("news", 2).await;
    let worker = stage.worker();
    assert_eq!(worker.step().await.unwrap().sent, 2);
    assert_eq!(worker.step().await.unwrap(), Delivered::default(), "nobody is due yet");
    assert_eq!(stage.due_in(publication, "person").await, 1);
    assert_eq!(stage.due_in(publication, "group").await, 3);
    // Not even another publication comes sooner.
    stage.publish("other", 1).await;
    assert_eq!(worker.step().await.unwrap(), Delivered::default());
}

#[tokio::test]
async fn publications_do_not_mix_within_a_chat() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a", "b", "c", "d"]).await;
    stage.publish("one", 3).await;
    stage.publish("two", 2).await;
    stage.deliver_everything(&stage.worker()).await;
    for chat in ["a", "b", "c", "d"] {
        let texts = stage.double.texts(chat);
        let one_first = ["one 0", "one 1", "one 2", "two 0", "two 1"];
        let two_first = ["two 0", "two 1", "one 0", "one 1", "one 2"];
        assert!(texts == one_first || texts == two_first, "{texts:?}");
    }
}

#[tokio::test]
async fn a_paused_publication_waits_and_holds_up_no_other() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a", "b"]).await;
    let paused = stage.publish("paused", 2).await;
    let worker = stage.worker();
    // Both chats are in the midst of it when it is paused.
    assert_eq!(worker.step().await.unwrap().sent, 2);
    stage.execute("update publications set state = 'paused'").await;
    let running = stage.publish("running", 1).await;
    assert_eq!(stage.deliver_everything(&worker).await.sent, 2);
    assert_eq!(stage.publication_state(running).await, "done");
    assert_eq!(stage.delivery(paused, "a").await.next_message, 1);
    stage.execute("update publications set state = 'running' where state = 'paused'").await;
    assert_eq!(stage.deliver_everything(&worker).await.sent, 2);
    assert_eq!(stage.publication_state(paused).await, "done");
}

#[tokio::test]
async fn a_chat_over_its_limit_waits_alone_and_for_free() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["busy", "calm"]).await;
    let retry_after = Duration::from_secs(3600);
    stage.double.will_answer("busy", [SendError::RateLimited { retry_after, scope: Scope::Chat }]);
    let publication = stage.publish("news", 1).await;
    let delivered = stage.worker().step().await.unwrap();
    assert_eq!(delivered, Delivered { sent: 1, again: 1, ..Delivered::default() });
    assert_eq!(stage.due_in(publication, "busy").await, 3600);
    assert_eq!(stage.delivery(publication, "busy").await.attempts, 0);
    assert_eq!(stage.deliver_everything(&stage.worker()).await.sent, 1);
}

#[tokio::test]
async fn a_bot_over_its_limit_is_silent_in_every_process() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a"]).await;
    let retry_after = Duration::from_secs(30);
    stage.double.will_answer("a", [SendError::RateLimited { retry_after, scope: Scope::Bot }]);
    stage.publish("news", 1).await;
    assert_eq!(stage.worker().step().await.unwrap().again, 1);
    stage.readers(&["b"]).await;
    stage.publish("more", 1).await;
    assert_eq!(stage.worker().step().await.unwrap(), Delivered::default());
    assert_eq!(stage.deliver_everything(&stage.worker()).await.sent, 3);
}

#[tokio::test]
async fn a_refused_bot_is_silent_until_the_next_start_and_loses_nothing() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a"]).await;
    stage.double.will_answer("a", [SendError::Fatal { why: "401".into() }]);
    let publication = stage.publish("news", 1).await;
    assert_eq!(stage.worker().step().await.unwrap().again, 1);
    assert_eq!(stage.worker().step().await.unwrap(), Delivered::default());
    store::bots::register(stage.db(), stage.double.key(), stage.double.pace()).await.unwrap();
    stage.execute("update subscribers set quiet_until = '-infinity'").await;
    assert_eq!(stage.worker().step().await.unwrap().sent, 1);
    assert_eq!(stage.delivery(publication, "a").await.state, "done");
}

#[tokio::test]
async fn a_failing_chat_is_tried_ever_more_slowly_and_then_given_up() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["bad", "good"]).await;
    stage.double.will_answer("bad", std::iter::repeat_n(transient(), 30));
    let publication = stage.publish("news", 1).await;
    let worker = stage.worker();
    worker.step().await.unwrap();
    let first = stage.due_in(publication, "bad").await;
    assert!((1..=3).contains(&first), "{first}");
    let all = stage.deliver_everything(&worker).await;
    assert_eq!((all.again, all.failed), (28, 1));
    assert_eq!(stage.delivery(publication, "bad").await.failed_as.as_deref(), Some("exhausted"));
    assert_eq!(stage.end_reason("bad").await, None, "the chat is not to blame");
    assert_eq!(stage.publication_state(publication).await, "done");
}

#[tokio::test]
async fn a_blocked_chat_ends_its_subscription_and_what_it_was_still_to_get() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a", "b"]).await;
    stage.double.will_answer("a", [SendError::Gone { reason: "blocked by the user".into() }]);
    let first = stage.publish("first", 1).await;
    let second = stage.publish("second", 1).await;
    let all = stage.deliver_everything(&stage.worker()).await;
    assert_eq!((all.sent, all.failed), (2, 1));
    assert!(stage.end_reason("a").await.unwrap().contains("blocked by the user"));
    let mut states = [stage.delivery(first, "a").await.state, stage.delivery(second, "a").await.state];
    states.sort();
    assert_eq!(states, ["cancelled", "failed"]);
    // A new start wakes it.
    stage.readers(&["a"]).await;
    assert_eq!(stage.end_reason("a").await, None);
}

#[tokio::test]
async fn what_is_claimed_for_a_chat_that_has_ended_is_not_sent() {
    let stage = Stage::with(Double::new()).await;
    stage.readers(&["a"]).await;
    stage.publish("news", 1).await;
    stage.execute("update subscribers set ended_at = now()").await;
    assert_eq!(stage.worker().step().await.unwrap().cancelled, 1);
    assert_eq!(stage.double.came(), []);
}

#[tokio::test]
async fn a_group_that_moved_gets_its_message_at_the_new_place() {
    let stage = Stage::with(Double::new()).await;
    stage.subscriber("-1", ChatKind::Group).await;
    stage.double.will_answer("-1", [SendError::Moved { to: ChatId("-100".into()) }]);
    let publication = stage.publish("news", 2).await;
    let all = stage.deliver_everything(&stage.worker()).await;
    assert_eq!((all.sent, all.again), (2, 1));
    assert_eq!(stage.double.texts("-100"), ["news 0", "news 1"]);
    assert_eq!(stage.delivery(publication, "-100").await.state, "done");
}

#[tokio::test]
async fn a_group_that_moved_to_a_known_one_becomes_that_one() {
    let stage = Stage::with(Double::new()).await;
    let old = stage.subscriber("-1", ChatKind::Group).await;
    let only_old = stage.publish("only old", 1).await;
    let new = stage.subscriber("-100", ChatKind::Group).await;
    let both = stage.publish("both", 1).await;
    assert_ne!(old, new);
    stage.double.will_answer("-1", [SendError::Moved { to: ChatId("-100".into()) }]);
    stage.deliver_everything(&stage.worker()).await;
    let mut texts = stage.double.texts("-100");
    texts.sort();
    assert_eq!(texts, ["both 0", "only old 0"]);
    assert!(stage.end_reason("-1").await.is_some());
    for publication in [only_old, both] {
        assert_eq!(stage.publication_state(publication).await, "done");
    }
}

#[tokio::test]
async fn what_every_chat_refuses_is_quarantined_and_no_chat_ends() {
    let stage = Stage::with(Double::new()).await;
    let chats = ["a", "b", "c", "d", "e"];
    stage.readers(&chats).await;
    let publication = stage.publish("bad", 1).await;
    for chat in chats {
        stage.double.will_answer(chat, [SendError::Refused { why: "can't parse entities".into() }]);
    }
    // One at a time, so that the third refusal stops the rest.
    stage.execute("update deliveries set due_at = 'infinity'").await;
    let worker = stage.worker();
    for _ in 0..5 {
        stage
            .execute(
                "update deliveries set due_at = '-infinity' where subscriber = (
                     select subscriber from deliveries where state = 'pending' order by subscriber limit 1)",
            )
            .await;
        worker.step().await.unwrap();
    }
    assert_eq!(stage.double.came().len(), 3);
    assert_eq!(stage.publication_state(publication).await, "quarantined");
    assert_eq!(stage.delivery(publication, "a").await.failed_as.as_deref(), Some("refused"));
    for chat in chats {
        assert_eq!(stage.end_reason(chat).await, None);
    }
}

#[tokio::test]
async fn a_picture_is_uploaded_once_and_then_referred_to() {
    let stage = Stage::with(Double::new()).await;
    let id = PictureId("ab".repeat(32));
    let picture = Picture { id: id.clone(), format: PictureFormat::Jpeg, width: 2, height: 1, bytes: vec![1, 2, 3] };
    store::pictures::put(stage.db(), &picture).await.unwrap();
    store::pictures::put(stage.db(), &picture).await.unwrap();
    stage.readers(&["a"]).await;
    stage.publish_with("one", 1, std::slice::from_ref(&id)).await;
    stage.deliver_everything(&stage.worker()).await;
    stage.publish_with("two", 1, std::slice::from_ref(&id)).await;
    // Another worker has nothing at hand and learns it from the table.
    stage.deliver_everything(&stage.worker()).await;
    let uploads: Vec<_> = stage.double.came().into_iter().flat_map(|came| came.uploads).collect();
    assert_eq!(uploads, [None, Some(format!("file of {}", id.0))]);
    let attachments = store::pictures::attachments(stage.db(), stage.bot, &[id]).await.unwrap();
    assert_eq!(*attachments[0].picture, picture);
}

#[tokio::test]
async fn a_subscriber_keeps_what_it_chose_when_it_starts_again() {
    let stage = Stage::with(Double::new()).await;
    let id = stage.subscriber("a", ChatKind::Private).await;
    let hour = "08:30:00".parse().unwrap();
    store::subscribers::set_hour(stage.db(), id, Some(hour), Some("Asia/Shanghai")).await.unwrap();
    store::subscribers::end(stage.db(), id, "blocked", stage.now()).await.unwrap();
    stage.subscriber("a", ChatKind::Private).await;
    let found = store::subscribers::find(stage.db(), stage.bot, &ChatId("a".into())).await.unwrap().unwrap();
    assert_eq!((found.id, found.deliver_at, found.zone.as_deref()), (id, Some(hour), Some("Asia/Shanghai")));
    assert_eq!((found.language, found.ended_at), (Language::En, None));
    let untouched = Seen {
        state: "done".into(),
        next_message: 1,
        message_ids: vec!["1".into()],
        uncertain: vec![],
        attempts: 0,
        failed_as: None,
    };
    let publication = stage.publish("news", 1).await;
    stage.deliver_everything(&stage.worker()).await;
    assert_eq!(stage.delivery(publication, "a").await, untouched);
}
