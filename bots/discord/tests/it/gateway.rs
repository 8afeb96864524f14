//! The gateway: commands, lost connections, refusals, events.

use platform::{ChatEvent, ChatId, ChatKind, SendError};
use sandbox::discord::Settings;
use sandbox::{Fault, Match};

use crate::stage::{CHANNEL, GUILD, READER, ScriptedDesk, Stage, soon};

#[tokio::test]
async fn the_menu_is_registered_in_every_language() {
    let stage = Stage::new().await;
    let listening = stage.listen(&ScriptedDesk::saying("")).await;
    let commands = stage.discord.commands();
    let names: Vec<&str> = commands.iter().filter_map(|command| command["name"].as_str()).collect();
    assert_eq!(names, ["start", "digest", "status", "broadcast"]);
    assert_eq!(commands[0]["description"], "any start");
    for (locale, code) in [("zh-CN", "zh"), ("zh-TW", "zh"), ("en-US", "en"), ("en-GB", "en")] {
        assert_eq!(commands[0]["description_localizations"][locale], format!("{code} start"));
    }
    assert_eq!(commands[1]["options"][0]["autocomplete"], true);
    assert_eq!(commands[3]["options"][0]["required"], true);
    listening.stop().await.unwrap();
}

#[tokio::test]
async fn registering_is_tried_again() {
    let stage = Stage::new().await;
    stage.faults.plan(Match::method("putCommands"), Fault::BadGateway { accepted: false }, 1);
    let listening = stage.listen(&ScriptedDesk::saying("")).await;
    assert_eq!(stage.discord.commands().len(), 4);
    listening.stop().await.unwrap();
}

#[tokio::test]
async fn a_reconnect_resumes_and_loses_no_command() {
    let stage = Stage::new().await;
    let listening = stage.listen(&ScriptedDesk::saying("here")).await;
    stage.discord.reconnect();
    stage.discord.slash(stage.dm, READER, "status", &[]);
    soon(stage.discord.resumed(1)).await;
    stage.until_seen(&stage.dm(), 1).await;
    stage.discord.break_gateway();
    stage.discord.slash(stage.dm, READER, "status", &[]);
    soon(stage.discord.resumed(2)).await;
    stage.discord.slash(stage.dm, READER, "status", &[]);
    stage.until_seen(&stage.dm(), 3).await;
    listening.stop().await.unwrap();
    assert_eq!(stage.seen(&stage.dm()).len(), 3);
}

#[tokio::test]
async fn every_shard_hears_its_servers_and_the_first_one_direct_messages() {
    let stage = Stage::with(Settings { shards: 2, ..Settings::default() }).await;
    // Which shard a server belongs to stands above the lowest 22 bits of its id.
    let (even, odd) = ((6 << 22) + 1, (7 << 22) + 1);
    stage.discord.add_channel(even, 5001, "even");
    stage.discord.add_channel(odd, 5002, "odd");
    let listening = stage.listen(&ScriptedDesk::saying("here")).await;
    soon(stage.discord.connected(2)).await;
    for channel in [stage.dm, 5001, 5002] {
        stage.discord.slash(channel, READER, "status", &[]);
        stage.until_seen(&ChatId(channel.to_string()), 1).await;
    }
    assert_eq!(stage.discord.heard(), [(stage.dm, 0), (5001, 0), (5002, 1)]);
    listening.stop().await.unwrap();
    let answers = [stage.dm, 5001, 5002].map(|channel| stage.seen(&ChatId(channel.to_string())).len());
    assert_eq!(answers, [1, 1, 1]);
    assert_eq!(stage.discord.commands().len(), 4);
}

#[tokio::test]
async fn a_session_that_ended_is_begun_anew() {
    let stage = Stage::new().await;
    let listening = stage.listen(&ScriptedDesk::saying("here")).await;
    stage.discord.invalidate_sessions();
    stage.discord.slash(stage.dm, READER, "status", &[]);
    stage.until_seen(&stage.dm(), 1).await;
    listening.stop().await.unwrap();
}

#[tokio::test]
async fn a_gateway_that_refuses_the_bot_ends_the_listening() {
    for code in [4004, 4014] {
        let stage = Stage::new().await;
        let listening = stage.listen(&ScriptedDesk::saying("")).await;
        stage.discord.close_gateway(code);
        let ended = listening.ended().await;
        assert!(matches!(ended, Err(SendError::Fatal { .. })), "{code}: {ended:?}");
    }
}

#[tokio::test]
async fn a_refused_token_ends_the_listening() {
    let stage = Stage::new().await;
    stage.discord.revoke_token();
    let ended = stage.listen_unready(&ScriptedDesk::saying("")).ended().await;
    assert!(matches!(ended, Err(SendError::Fatal { .. })), "{ended:?}");
}

#[tokio::test]
async fn a_gateway_that_cannot_be_found_is_looked_for_again() {
    let stage = Stage::new().await;
    stage.faults.plan(Match::method("getGatewayBot"), Fault::BadGateway { accepted: false }, 1);
    let listening = stage.listen(&ScriptedDesk::saying("")).await;
    listening.stop().await.unwrap();
}

#[tokio::test]
async fn chats_that_are_deleted_are_told_to_the_desk() {
    let stage = Stage::new().await;
    let desk = ScriptedDesk::saying("");
    let (thread, other) = (5001, 4002);
    stage.discord.add_channel(GUILD, other, "other");
    let listening = stage.listen(&desk).await;
    stage.discord.add_thread(GUILD, CHANNEL, thread, "thread");
    let told = || async {
        let next = std::future::poll_fn(|cx| desk.events.lock().unwrap().poll_recv(cx));
        let (chat, event) = soon(next).await.unwrap();
        assert!(matches!(event, ChatEvent::Removed(_)), "{event:?}");
        assert_eq!(chat.kind, ChatKind::Channel);
        chat.id.0
    };
    stage.discord.delete_channel(thread);
    assert_eq!(told().await, thread.to_string());
    stage.discord.delete_channel(other);
    assert_eq!(told().await, other.to_string());
    stage.discord.remove_guild(GUILD);
    assert_eq!(told().await, CHANNEL.to_string());
    listening.stop().await.unwrap();
}
