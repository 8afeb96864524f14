//! Readers type, press and leave; the bot hears and answers.

use std::sync::Arc;
use std::time::Duration;

use platform::{ChatEvent, ChatId, ChatKind, Command, Day, Language, Place, Reply, SendError, UserId};
use sandbox::{Fault, Match};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::stage::{Asked, Stage, TestDesk, below, bot, chat, photo, plain, soon, text};

async fn next(asked: &mut Asked) -> platform::Invocation {
    soon(asked.recv()).await.unwrap()
}

#[tokio::test]
async fn a_private_command_is_heard_with_its_language_and_answered() {
    let stage = Stage::new().await;
    stage.telegram.add_private(7, "小明", "zh-hans");
    let (desk, mut asked, _) = TestDesk::plain();
    let (stop, listening) = stage.listen(&desk);
    stage.telegram.say(7, 7, "/start twitter_ai");
    let heard = next(&mut asked).await;
    assert_eq!(heard.command, Ok(Command::Start { feed: Some("twitter_ai".to_owned()) }));
    assert_eq!(
        (heard.chat.kind, heard.user, heard.language),
        (ChatKind::Private, UserId("7".to_owned()), Some(Language::Zh))
    );
    assert!(heard.may_decide);
    assert_eq!(stage.seen("7", 1).await[0]["text"], json!("ok"));
    stop.cancel();
    assert_eq!(soon(listening).await.unwrap(), Ok(()));
}

#[tokio::test]
async fn in_a_group_administrators_decide() {
    let stage = Stage::new().await;
    stage.telegram.add_group(-1005, "Group", &[1, 2]);
    let (desk, mut asked, _) = TestDesk::plain();
    let _listening = stage.listen(&desk);
    stage.telegram.say(-1005, 1, "/start");
    stage.telegram.say(-1005, 2, "/stop@paperboy_bot");
    stage.telegram.say(-1005, 3, "/start");
    stage.telegram.say_anonymously(-1005, "/start");
    let mut decides = Vec::new();
    for _ in 0..4 {
        let heard = next(&mut asked).await;
        assert_eq!(heard.chat.kind, ChatKind::Group);
        decides.push(heard.may_decide);
    }
    assert_eq!(decides, [true, true, false, true]);
}

#[tokio::test]
async fn talk_and_other_bots_commands_are_left_alone_in_a_group() {
    let stage = Stage::new().await;
    stage.telegram.add_group(-1005, "Group", &[1]);
    let (desk, mut asked, _) = TestDesk::plain();
    let _listening = stage.listen(&desk);
    for line in ["hello", "/digest@other_bot", "/weather", "/status"] {
        stage.telegram.say(-1005, 3, line);
    }
    assert_eq!(next(&mut asked).await.command, Ok(Command::Status));
}

#[tokio::test]
async fn a_post_decides_for_its_channel() {
    let stage = Stage::new().await;
    stage.telegram.add_channel(-1009, "News");
    let (desk, mut asked, _) = TestDesk::plain();
    let _listening = stage.listen(&desk);
    stage.telegram.say(-1009, 1, "/start");
    let heard = next(&mut asked).await;
    assert_eq!((heard.chat.kind, heard.may_decide, heard.chat.id.0.as_str()), (ChatKind::Channel, true, "-1009"));
    assert_eq!(stage.seen("-1009", 1).await.len(), 1);
}

#[tokio::test]
async fn a_topic_is_a_chat_of_its_own_and_is_answered_there() {
    let stage = Stage::new().await;
    stage.telegram.add_group(-1005, "Forum", &[1]);
    stage.telegram.add_topic(-1005, 42, false);
    let (desk, mut asked, _) = TestDesk::plain();
    let _listening = stage.listen(&desk);
    stage.telegram.say_in_topic(-1005, 42, 1, "/start");
    let heard = next(&mut asked).await;
    assert_eq!((heard.chat.id.0.as_str(), heard.may_decide), ("-1005/42", true));
    assert_eq!(stage.seen("-1005", 1).await[0]["message_thread_id"], json!(42));
}

#[tokio::test]
async fn a_press_is_answered_and_its_message_edited_in_place() {
    let stage = Stage::with_reader().await;
    let (desk, mut asked, _) = TestDesk::new(|heard| match heard.pressed {
        Some(_) => Reply {
            messages: vec![text("done"), text("more")],
            place: Place::Instead,
            notice: Some("saved".to_owned()),
        },
        None => below(vec![plain(
            "sendMessage",
            json!({ "text": "sure?", "reply_markup": { "inline_keyboard": [[{ "text": "yes", "callback_data": "/digest 11-27" }]] } }),
        )]),
    });
    let _listening = stage.listen(&Arc::new(desk));
    stage.telegram.say(1, 1, "/help");
    stage.seen("1", 1).await;
    let message = stage.ledger.accepted_in("1")[0].outcome.clone();
    let sandbox::Outcome::Accepted(message) = message else { panic!("{message:?}") };
    let press = stage.telegram.press(1, 1, message.parse().unwrap(), "/digest 11-27");
    next(&mut asked).await;
    let heard = next(&mut asked).await;
    assert_eq!(heard.command, Ok(Command::Digest(Day::MonthDay { month: 11, day: 27 })));
    assert_eq!(heard.pressed.map(|id| id.0), Some(message.clone()));
    stage.seen("1", 3).await;
    let methods: Vec<String> = stage.ledger.accepted_in("1").into_iter().map(|entry| entry.method).collect();
    assert_eq!(methods, ["sendMessage", "editMessageText", "sendMessage"]);
    let now = stage.telegram.message(1, message.parse().unwrap()).unwrap();
    assert_eq!((&now["text"], now.get("reply_markup")), (&json!("done"), None));
    let answers = stage.telegram.answers();
    assert_eq!((answers[0].query.as_str(), answers[0].text.as_str()), (press.as_str(), "saved"));
}

#[tokio::test]
async fn a_pressed_picture_takes_a_short_text_as_its_caption_and_a_long_one_below() {
    let stage = Stage::with_reader().await;
    let (desk, _asked, _) = TestDesk::new(|heard| match heard.pressed {
        Some(_) => {
            let long = matches!(heard.command, Ok(Command::Status));
            let body = if long { "字".repeat(1025) } else { "short".to_owned() };
            Reply { messages: vec![text(&body)], place: Place::Instead, notice: None }
        }
        None => below(vec![photo("picture", None)]),
    });
    let desk = Arc::new(desk);
    let _listening = stage.listen(&desk);
    stage.telegram.say(1, 1, "/digest");
    stage.seen("1", 1).await;
    stage.telegram.press(1, 1, 2, "/help");
    stage.seen("1", 2).await;
    stage.telegram.press(1, 1, 2, "/status");
    stage.seen("1", 3).await;
    let methods: Vec<String> = stage.ledger.accepted_in("1").into_iter().map(|entry| entry.method).collect();
    assert_eq!(methods, ["sendPhoto", "editMessageCaption", "sendMessage"]);
    // What a reply uploads is told to the desk, so that deliveries need not upload it again.
    assert_eq!(desk.uploads.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn who_blocks_lets_in_throws_out_or_moves_is_noticed() {
    let stage = Stage::with_reader().await;
    stage.telegram.add_group(-5, "Basic", &[1]);
    stage.telegram.add_channel(-1009, "News");
    let (desk, _asked, mut events) = TestDesk::plain();
    let _listening = stage.listen(&desk);
    let removed = |why: &str| ChatEvent::Removed(why.to_owned());
    let mut expect = async |chat: &str, event: ChatEvent| {
        let (at, what) = soon(events.recv()).await.unwrap();
        assert_eq!((at.id.0.as_str(), what), (chat, event));
    };
    stage.telegram.block(1);
    expect("1", removed("bot was blocked by the user")).await;
    stage.telegram.unblock(1);
    expect("1", ChatEvent::Added).await;
    stage.telegram.restrict(-1009, 1);
    expect("-1009", removed("bot is no administrator of the channel")).await;
    stage.telegram.admit(-1009, 1);
    expect("-1009", ChatEvent::Added).await;
    stage.telegram.kick(-5, 1);
    expect("-5", removed("bot was kicked from the chat")).await;
    stage.telegram.admit(-5, 1);
    expect("-5", ChatEvent::Added).await;
    stage.telegram.migrate(-5, -1005);
    expect("-5", ChatEvent::Moved(ChatId("-1005".to_owned()))).await;
}

#[tokio::test]
async fn the_menu_is_set_in_every_language_without_the_admins_commands() {
    let stage = Stage::with_reader().await;
    let (desk, mut asked, _) = TestDesk::plain();
    let _listening = stage.listen(&desk);
    stage.telegram.say(1, 1, "/help");
    next(&mut asked).await;
    for (language, code) in [("", "any"), ("zh", "zh"), ("en", "en")] {
        let expected =
            ["start", "digest"].map(|name| json!({ "command": name, "description": format!("{name} in {code}") }));
        assert_eq!(stage.telegram.commands("default", language), Some(json!(expected)), "{language}");
    }
}

#[tokio::test]
async fn a_menu_that_cannot_be_set_does_not_keep_the_bot_from_listening() {
    let stage = Stage::with_reader().await;
    stage.faults.plan(Match::method("setMyCommands"), Fault::Status(400), 1);
    stage.faults.plan(Match::method("setMyCommands"), Fault::AcceptThenDrop, 1);
    let (desk, mut asked, _) = TestDesk::plain();
    let _listening = stage.listen(&desk);
    stage.telegram.say(1, 1, "/help");
    next(&mut asked).await;
    soon(stage.telegram.caught_up()).await;
    // What failed for a while is set before the next poll.
    assert!(stage.telegram.commands("default", "en").is_some());
}

#[tokio::test]
async fn the_poll_survives_a_gateway_page_a_cut_and_a_second_program() {
    let stage = Stage::with_reader().await;
    for fault in [Fault::BadGateway { accepted: false }, Fault::AcceptThenDrop] {
        stage.faults.plan(Match::method("getUpdates"), fault, 1);
    }
    let (desk, mut asked, _) = TestDesk::plain();
    let _listening = stage.listen(&desk);
    stage.telegram.say(1, 1, "/help");
    next(&mut asked).await;
    soon(stage.telegram.caught_up()).await;
    // A second program polls once with the same token, which ends the bot's own poll with 409.
    let other = format!("{}/bot{}/getUpdates?timeout=0", stage.telegram.url(), stage.telegram.token());
    soon(reqwest::Client::builder().no_proxy().build().unwrap().get(other).send()).await.unwrap();
    stage.telegram.say(1, 1, "/status");
    assert_eq!(next(&mut asked).await.command, Ok(Command::Status));
    stage.seen("1", 2).await;
    // Nothing is heard twice.
    assert!(asked.try_recv().is_err());
}

#[tokio::test]
async fn a_token_that_is_refused_ends_the_listening() {
    let stage = Stage::new().await;
    let (desk, ..) = TestDesk::plain();
    let wrong = bot(&stage.telegram.url(), "7000000001:another_AAAABBBBCCCCDDDDEEEEFFFFGGG");
    let ended = soon(wrong.listen(desk.clone(), tokio_util::sync::CancellationToken::new())).await;
    assert!(matches!(ended, Err(SendError::Fatal { .. })), "{ended:?}");
    stage.faults.plan(Match::method("getUpdates"), Fault::Unauthorized, 1);
    let (_stop, listening) = stage.listen(&desk);
    assert!(matches!(soon(listening).await.unwrap(), Err(SendError::Fatal { .. })));
}

#[tokio::test]
async fn a_chat_that_takes_long_holds_up_nobody_and_keeps_its_order() {
    let stage = Stage::with_reader().await;
    stage.telegram.add_private(2, "Ben", "en");
    let (mut desk, mut asked, _) = TestDesk::new(|heard| {
        let name = format!("{:?}", heard.command);
        below(vec![text(&name)])
    });
    let gate = Arc::new(Semaphore::new(0));
    desk.slow_chat = Some((chat("1"), Arc::clone(&gate)));
    let _listening = stage.listen(&Arc::new(desk));
    for line in ["/help", "/status", "/stats"] {
        stage.telegram.say(1, 1, line);
    }
    assert_eq!(next(&mut asked).await.command, Ok(Command::Help));
    stage.telegram.say(2, 2, "/help");
    stage.seen("2", 1).await;
    assert!(stage.ledger.accepted_in("1").is_empty());
    gate.add_permits(3);
    let seen: Vec<_> = stage.seen("1", 3).await.into_iter().map(|payload| payload["text"].clone()).collect();
    assert_eq!(seen, [json!("Ok(Help)"), json!("Ok(Status)"), json!("Ok(Stats)")]);
}

#[tokio::test]
async fn an_answer_that_panics_does_not_silence_its_chat() {
    let stage = Stage::with_reader().await;
    let (desk, ..) = TestDesk::new(|heard| {
        assert_ne!(heard.command, Ok(Command::Help), "this test's own panic");
        below(vec![text("ok")])
    });
    let _listening = stage.listen(&Arc::new(desk));
    stage.telegram.say(1, 1, "/help");
    stage.telegram.say(1, 1, "/status");
    assert_eq!(stage.seen("1", 1).await[0]["text"], json!("ok"));
}

#[tokio::test]
async fn a_reply_waits_out_a_rate_limit_and_a_failure_and_skips_what_is_in_doubt() {
    let stage = Stage::with_reader().await;
    let limited = Fault::RateLimited { retry_after: Duration::from_secs(1), global: false };
    for fault in [limited, Fault::Status(500), Fault::BadGateway { accepted: false }] {
        stage.faults.plan(Match::method("sendMessage"), fault, 1);
    }
    let (desk, ..) = TestDesk::new(|_| below(vec![text("in doubt"), text("next")]));
    let _listening = stage.listen(&Arc::new(desk));
    stage.telegram.say(1, 1, "/help");
    // The first message is tried again until its answer is lost; then nobody knows, and the second one follows.
    assert_eq!(stage.seen("1", 1).await[0]["text"], json!("next"));
}

#[tokio::test]
async fn a_reply_follows_a_group_to_its_new_id() {
    let stage = Stage::new().await;
    stage.telegram.add_group(-5, "Basic", &[1]);
    stage.telegram.add_group(-1005, "Super", &[1]);
    stage.faults.plan(Match::method("sendMessage"), Fault::Migrated(-1005), 1);
    let (desk, _asked, mut events) = TestDesk::plain();
    let _listening = stage.listen(&desk);
    stage.telegram.say(-5, 1, "/help");
    assert_eq!(stage.seen("-1005", 1).await[0]["text"], json!("ok"));
    assert_eq!(soon(events.recv()).await.unwrap().1, ChatEvent::Moved(ChatId("-1005".to_owned())));
}
