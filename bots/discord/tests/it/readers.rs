//! Slash commands, buttons and half-typed options.

use std::time::Duration;

use platform::{BadCommand, ChatId, ChatKind, Command, Day, Language, Place, Reply, Right};
use sandbox::discord::Settings;
use sandbox::{Entry, Fault, Match};
use serde_json::json;

use crate::stage::{CHANNEL, GUILD, READER, ScriptedDesk, Stage, illustrated, outgoing, picture, soon, words};

fn methods(seen: &[Entry]) -> Vec<&str> {
    seen.iter().map(|entry| entry.method.as_str()).collect()
}

/// Posts a message with buttons and gives its id.
async fn with_buttons(stage: &Stage) -> u64 {
    let button = |id: &str| json!({ "type": 2, "style": 2, "label": "L", "custom_id": id });
    let row = json!({ "type": 1, "components": [button("/digest 2025-11-27"), button("nonsense")] });
    let message = outgoing(json!({ "content": "choose", "components": [row] }), &[]);
    let key = platform::SendKey("buttons".into());
    stage.bot.send(&stage.dm(), &message, &key).await.unwrap().id.0.parse().unwrap()
}

#[tokio::test]
async fn a_slash_command_in_a_direct_message_is_answered_there() {
    let stage = Stage::new().await;
    let desk = ScriptedDesk::saying("welcome");
    let listening = stage.listen(&desk).await;
    stage.discord.slash(stage.dm, READER, "start", &[("feed", "twitter_ai")]);
    let seen = stage.until_seen(&stage.dm(), 1).await;
    assert_eq!(methods(&seen), ["editOriginal"]);
    assert_eq!(seen[0].payload["content"], "welcome");
    let asked = desk.last_asked();
    assert_eq!(asked.command, Ok(Command::Start { feed: Some("twitter_ai".into()) }));
    assert_eq!((asked.chat.id, asked.chat.kind), (stage.dm(), ChatKind::Private));
    assert_eq!((asked.user.0, asked.may_decide), (READER.to_string(), true));
    assert_eq!((asked.language, asked.pressed), (Some(Language::Zh), None));
    assert_eq!(&asked.bot, stage.bot.key());
    listening.stop().await.unwrap();
}

#[tokio::test]
async fn several_messages_and_pictures_follow_the_deferred_answer_in_order() {
    let stage = Stage::new().await;
    let reply = || vec![illustrated("first"), words("second"), illustrated("third")];
    let desk = ScriptedDesk::new(move |_| Reply { messages: reply(), ..Reply::default() });
    let listening = stage.listen(&desk).await;
    for chat in [stage.dm, CHANNEL] {
        stage.discord.slash(chat, READER, "digest", &[("day", "11-27")]);
        let seen = stage.until_seen(&ChatId(chat.to_string()), 3).await;
        assert_eq!(methods(&seen), ["editOriginal", "followUp", "followUp"]);
        assert_eq!(seen[0].payload["embeds"][0]["description"], "first");
        assert_eq!(seen[1].payload["content"], "second");
        assert_eq!(seen[2].payload["embeds"][0]["description"], "third");
        for entry in [&seen[0], &seen[2]] {
            let sandbox::Outcome::Accepted(id) = &entry.outcome else { panic!("{entry:?}") };
            assert_eq!(stage.discord.attachment(id, "picture0.png").unwrap().1, picture().bytes);
        }
        assert_eq!(desk.last_asked().command, Ok(Command::Digest(Day::MonthDay { month: 11, day: 27 })));
    }
    listening.stop().await.unwrap();
}

#[tokio::test]
async fn in_a_server_only_who_manages_channels_may_decide() {
    let stage = Stage::new().await;
    let desk = ScriptedDesk::saying("so be it");
    let listening = stage.listen(&desk).await;
    let channel = ChatId(CHANNEL.to_string());
    stage.discord.slash(CHANNEL, READER, "start", &[]);
    stage.until_seen(&channel, 1).await;
    let asked = desk.last_asked();
    assert_eq!((asked.may_decide, asked.chat.kind), (false, ChatKind::Channel));
    stage.discord.let_manage(GUILD, READER);
    stage.discord.slash(CHANNEL, READER, "start", &[]);
    stage.until_seen(&channel, 2).await;
    assert!(desk.last_asked().may_decide);
    listening.stop().await.unwrap();
}

#[tokio::test]
async fn the_desk_hears_which_rights_the_bot_lacks_in_a_channel() {
    const VIEW_AND_SEND: u64 = 1 << 10 | 1 << 11;
    const THREAD: u64 = 4002;
    let stage = Stage::new().await;
    stage.discord.add_thread(GUILD, CHANNEL, THREAD, "thread");
    let desk = ScriptedDesk::saying("ok");
    let listening = stage.listen(&desk).await;
    let no_pictures = [Right::EmbedLinks, Right::AttachFiles];
    let no_thread = [&[Right::SendInThreads], &no_pictures[..]].concat();
    let cases = [(CHANNEL, no_pictures.to_vec()), (THREAD, no_thread), (stage.dm, Vec::new())];
    for (channel, missing) in cases {
        stage.discord.slash(channel, READER, "start", &[]);
        stage.until_seen(&ChatId(channel.to_string()), 1).await;
        assert_eq!(desk.last_asked().missing, Vec::new());
        stage.discord.permit(channel, VIEW_AND_SEND);
        stage.discord.slash(channel, READER, "start", &[]);
        stage.until_seen(&ChatId(channel.to_string()), 2).await;
        assert_eq!(desk.last_asked().missing, missing);
    }
    listening.stop().await.unwrap();
}

#[tokio::test]
async fn an_admins_command_exists_in_direct_messages_only() {
    let stage = Stage::new().await;
    let desk = ScriptedDesk::saying("preview");
    let listening = stage.listen(&desk).await;
    stage.discord.slash(CHANNEL, READER, "broadcast", &[("text", "hello")]);
    let refused = stage.ledger.entries().pop().unwrap();
    assert_eq!((refused.method.as_str(), refused.accepted()), ("interaction", false));
    stage.discord.slash(stage.dm, READER, "broadcast", &[("text", "hello")]);
    stage.until_seen(&stage.dm(), 1).await;
    assert_eq!(desk.last_asked().command, Ok(Command::Broadcast { text: "hello".into() }));
    listening.stop().await.unwrap();
}

#[tokio::test]
async fn days_are_offered_while_one_is_typed() {
    let stage = Stage::new().await;
    let listening = stage.listen(&ScriptedDesk::saying("")).await;
    let offered = soon(stage.discord.autocomplete(stage.dm, READER, "digest", "day", "11")).await;
    assert_eq!(offered.len(), 25);
    assert_eq!(offered[0], ("zh 11".to_owned(), "2025-11-01".to_owned()));
    listening.stop().await.unwrap();
}

#[tokio::test]
async fn a_press_is_a_command_and_its_answer_can_take_the_buttons_place() {
    let stage = Stage::new().await;
    let messages = || vec![illustrated("the day"), words("more")];
    let desk = ScriptedDesk::new(move |_| Reply { messages: messages(), place: Place::Instead, notice: None });
    let listening = stage.listen(&desk).await;
    let message = with_buttons(&stage).await;
    stage.discord.press(stage.dm, READER, message, "/digest 2025-11-27");
    let seen = stage.until_seen(&stage.dm(), 3).await;
    assert_eq!(methods(&seen), ["createMessage", "editOriginal", "followUp"]);
    let changed = stage.discord.message(&message.to_string()).unwrap();
    assert_eq!((&changed["content"], &changed["components"]), (&json!(""), &json!([])));
    assert_eq!(changed["embeds"][0]["description"], "the day");
    let asked = desk.last_asked();
    assert_eq!(asked.pressed.unwrap().0, message.to_string());
    assert!(matches!(asked.command, Ok(Command::Digest(Day::On(_)))));
    listening.stop().await.unwrap();
}

#[tokio::test]
async fn an_answer_below_leaves_the_buttons_and_a_notice_is_for_one_reader() {
    let stage = Stage::new().await;
    let reply = |_: &platform::Invocation| Reply {
        messages: vec![words("below")],
        place: Place::Below,
        notice: Some("done".into()),
    };
    let desk = ScriptedDesk::new(reply);
    let listening = stage.listen(&desk).await;
    let message = with_buttons(&stage).await;
    stage.discord.press(stage.dm, READER, message, "nonsense");
    let seen = stage.until_seen(&stage.dm(), 3).await;
    assert_eq!(methods(&seen), ["createMessage", "followUp", "followUp"]);
    assert_eq!((&seen[1].payload["content"], &seen[1].payload["flags"]), (&json!("done"), &json!(64)));
    assert_eq!(seen[2].payload["content"], "below");
    assert_eq!(stage.discord.message(&message.to_string()).unwrap()["content"], "choose");
    assert_eq!(desk.last_asked().command, Err(BadCommand::NotACommand { typed: "nonsense".into() }));
    listening.stop().await.unwrap();
}

#[tokio::test]
async fn a_command_that_has_no_answer_leaves_no_sign_of_thinking() {
    let stage = Stage::new().await;
    let desk = ScriptedDesk::new(|asked| match asked.command {
        Ok(Command::Status) => Reply::default(),
        _ => Reply { messages: vec![words("after")], ..Reply::default() },
    });
    let listening = stage.listen(&desk).await;
    stage.discord.slash(stage.dm, READER, "status", &[]);
    stage.discord.slash(stage.dm, READER, "start", &[]);
    let seen = stage.until_seen(&stage.dm(), 1).await;
    assert_eq!(seen[0].payload["content"], "after");
    // Stopping waits for the answers under way, so whatever would still come is here.
    listening.stop().await.unwrap();
    assert_eq!(stage.seen(&stage.dm()).len(), 1);
}

#[tokio::test]
async fn an_answer_is_tried_again_where_that_cannot_double_it() {
    let stage = Stage::new().await;
    let desk = ScriptedDesk::new(|_| Reply { messages: vec![words("one"), words("two")], ..Reply::default() });
    let listening = stage.listen(&desk).await;
    let only = |method: &str| Match { method: Some(method.into()), ..Match::chat(stage.dm().0) };
    stage.faults.plan(only("interactionResponse"), Fault::AcceptThenDrop, 1);
    stage.faults.plan(only("editOriginal"), Fault::BadGateway { accepted: false }, 1);
    let retry_after = Duration::from_millis(20);
    stage.faults.plan(only("followUp"), Fault::RateLimited { retry_after, global: false }, 2);
    stage.discord.slash(stage.dm, READER, "start", &[]);
    let seen = stage.until_seen(&stage.dm(), 2).await;
    assert_eq!(methods(&seen), ["editOriginal", "followUp"]);
    // An answer that may have arrived is not said again.
    stage.faults.plan(only("followUp"), Fault::AcceptThenDrop, 1);
    stage.discord.slash(stage.dm, READER, "start", &[]);
    stage.until_seen(&stage.dm(), 4).await;
    listening.stop().await.unwrap();
    assert_eq!(stage.seen(&stage.dm()).len(), 4);
}

#[tokio::test]
async fn an_acknowledgement_that_comes_too_late_ends_the_answer() {
    let settings = Settings { acknowledge_within: Duration::ZERO, ..Settings::default() };
    let stage = Stage::with(settings).await;
    let desk = ScriptedDesk::saying("too late");
    let listening = stage.listen(&desk).await;
    stage.discord.slash(stage.dm, READER, "status", &[]);
    let refused = |entries: &[Entry]| entries.iter().any(|entry| entry.method == "interactionResponse");
    soon(stage.ledger.wait_until(refused)).await;
    listening.stop().await.unwrap();
    assert_eq!(stage.seen(&stage.dm()), []);
    assert!(desk.invocations.lock().unwrap().try_recv().is_err());
}

#[tokio::test]
async fn an_answer_after_a_quarter_of_an_hour_reaches_nobody() {
    let stage = Stage::with(Settings { token_life: Duration::ZERO, ..Settings::default() }).await;
    let listening = stage.listen(&ScriptedDesk::saying("too late")).await;
    stage.discord.slash(stage.dm, READER, "status", &[]);
    let refused = |entries: &[Entry]| entries.iter().any(|entry| entry.method == "editOriginal");
    soon(stage.ledger.wait_until(refused)).await;
    listening.stop().await.unwrap();
    assert_eq!(stage.seen(&stage.dm()), []);
}

#[tokio::test]
async fn replies_do_not_wait_for_an_exhausted_channel() {
    let stage = Stage::new().await;
    let listening = stage.listen(&ScriptedDesk::saying("at once")).await;
    for number in 0..5 {
        stage.send(&stage.dm(), &number.to_string()).await.unwrap();
    }
    assert!(stage.send(&stage.dm(), "sixth").await.is_err());
    stage.discord.slash(stage.dm, READER, "status", &[]);
    let seen = stage.until_seen(&stage.dm(), 6).await;
    assert_eq!(seen[5].payload["content"], "at once");
    listening.stop().await.unwrap();
}

#[tokio::test]
async fn a_session_whose_turn_is_over_hears_and_answers_nothing() {
    let stage = Stage::new().await;
    let (late, next) = (ScriptedDesk::saying("too late"), ScriptedDesk::saying("here"));
    let first = stage.listen(&late).await;
    let second = stage.listen_unready(&next);
    soon(stage.discord.connected(2)).await;
    late.over.store(true, std::sync::atomic::Ordering::SeqCst);
    stage.discord.slash(stage.dm, READER, "status", &[]);
    stage.until_seen(&stage.dm(), 1).await;
    first.stop().await.unwrap();
    second.stop().await.unwrap();
    let seen = stage.seen(&stage.dm());
    assert_eq!((seen.len(), &seen[0].payload["content"]), (1, &json!("here")));
    assert!(late.invocations.lock().unwrap().try_recv().is_err());
}
