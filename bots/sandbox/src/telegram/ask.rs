//! The methods that ask or set something without posting.

use serde_json::{Value, json};

use super::CallbackAnswer;
use super::answer::{Answer, Refusal};
use super::call::Call;
use super::chats::{Kind, Standing};
use super::send::chat_id;
use super::world::World;

/// Commands in one menu.
const MAX_COMMANDS: usize = 100;
/// Characters of a press's answer.
const MAX_NOTICE: usize = 200;

/// `getMe`.
pub(super) fn me(world: &World) -> Answer {
    Ok(itself(world.bot()))
}

/// A bot as it is told of itself.
pub(super) fn itself(mut me: Value) -> Value {
    for (right, value) in [
        ("can_join_groups", true),
        ("can_read_all_group_messages", false),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", false),
    ] {
        me[right] = json!(value);
    }
    me
}

/// `setMyCommands`.
pub(super) fn set_commands(world: &mut World, call: &Call) -> Answer {
    let commands = call.fields.get("commands").and_then(Value::as_array);
    let commands = commands.ok_or_else(|| Refusal::bad("can't parse commands JSON object"))?;
    if commands.len() > MAX_COMMANDS {
        return Err(Refusal::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    for command in commands {
        let (name, about) = (command["command"].as_str().unwrap_or(""), command["description"].as_str().unwrap_or(""));
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !(1..=32).contains(&name.len()) || !name.bytes().all(plain) {
            return Err(Refusal::bad("BOT_COMMAND_INVALID"));
        }
        if !(1..=256).contains(&about.chars().count()) {
            return Err(Refusal::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    let language = call.text("language_code").unwrap_or("");
    if !(language.is_empty() || language.len() == 2) {
        return Err(Refusal::bad("LANG_CODE_INVALID"));
    }
    world.commands.insert(scope(call), json!(commands));
    Ok(json!(true))
}

/// `getMyCommands`.
pub(super) fn commands(world: &World, call: &Call) -> Answer {
    Ok(world.commands.get(&scope(call)).cloned().unwrap_or_else(|| json!([])))
}

fn scope(call: &Call) -> (String, String) {
    let scope = call.fields.get("scope");
    let kind = scope.and_then(|scope| scope["type"].as_str()).unwrap_or("default");
    let chat = scope.and_then(|scope| scope.get("chat_id")).map(|chat| format!(":{chat}")).unwrap_or_default();
    (format!("{kind}{chat}"), call.text("language_code").unwrap_or("").to_owned())
}

/// `answerCallbackQuery`: each press is answered at most once.
pub(super) fn answer_callback(world: &mut World, call: &Call) -> Answer {
    let query = call.text("callback_query_id").unwrap_or("");
    let text = call.text("text").unwrap_or("");
    if text.chars().count() > MAX_NOTICE {
        return Err(Refusal::bad("MESSAGE_TOO_LONG"));
    }
    let chat = world
        .queries
        .remove(query)
        .ok_or_else(|| Refusal::bad("query is too old and response timeout expired or query ID is invalid"))?;
    let (query, text) = (query.to_owned(), text.to_owned());
    world.answers.push(CallbackAnswer { query, chat, text, alert: call.flag("show_alert") });
    Ok(json!(true))
}

/// `getChat`.
pub(super) fn chat(world: &mut World, call: &Call) -> Answer {
    let chat = world.chats.get(chat_id(call)?)?;
    chat.check_member()?;
    let mut full = chat.describe();
    full["accent_color_id"] = json!(0);
    full["max_reaction_count"] = json!(11);
    Ok(full)
}

/// `getChatMember`.
pub(super) fn member(world: &mut World, call: &Call) -> Answer {
    let id = chat_id(call)?;
    let user = call.integer("user_id").ok_or_else(|| Refusal::bad("invalid user_id specified"))?;
    let (bot, person) = (world.bot(), world.chats.person(user));
    let ours = user == world.account;
    let chat = world.chats.get(id)?;
    chat.check_member()?;
    if ours {
        return Ok(bot_member(&bot, chat.kind, chat.standing));
    }
    Ok(described(&person, chat.status_of(user)))
}

/// `getChatAdministrators`.
pub(super) fn administrators(world: &mut World, call: &Call) -> Answer {
    let chat = world.chats.get(chat_id(call)?)?;
    chat.check_member()?;
    if chat.kind == Kind::Private {
        return Err(Refusal::bad("there are no administrators in the private chat"));
    }
    let admins: Vec<(i64, &str)> = chat.admins.iter().map(|admin| (*admin, chat.status_of(*admin))).collect();
    let admins = admins.iter().map(|(admin, status)| described(&world.chats.person(*admin), status));
    Ok(Value::Array(admins.collect()))
}

/// `getFile`.
pub(super) fn file(world: &World, call: &Call) -> Answer {
    let id = call.text("file_id").unwrap_or("");
    let file =
        world.files.get(id).ok_or_else(|| Refusal::bad("wrong file_id or the file is temporarily unavailable"))?;
    Ok(json!({
        "file_id": id, "file_unique_id": format!("u{id}"), "file_size": file.bytes.len(),
        "file_path": format!("files/{id}"),
    }))
}

/// `sendChatAction`: seen for five seconds, kept nowhere.
pub(super) fn action(world: &mut World, call: &Call) -> Answer {
    world.chats.get(chat_id(call)?)?.check_post("text messages", call.integer("message_thread_id"))?;
    match call.text("action") {
        Some("typing" | "upload_photo" | "upload_document") => Ok(json!(true)),
        _ => Err(Refusal::bad("wrong parameter action in request")),
    }
}

/// What the bot is in a chat, as `ChatMember`.
pub(super) fn bot_member(bot: &Value, kind: Kind, standing: Standing) -> Value {
    let status = match standing {
        Standing::Member if kind == Kind::Channel => "administrator",
        Standing::Member => "member",
        Standing::Restricted if kind == Kind::Channel => "member",
        Standing::Restricted => "restricted",
        Standing::Left | Standing::Deactivated | Standing::Migrated(_) => "left",
        Standing::Kicked => "kicked",
    };
    described(bot, status)
}

fn described(person: &Value, status: &str) -> Value {
    let mut member = json!({ "user": person, "status": status });
    let rights: &[&str] = match status {
        "creator" => &["is_anonymous"],
        "administrator" => &[
            "can_be_edited",
            "is_anonymous",
            "can_manage_chat",
            "can_delete_messages",
            "can_manage_video_chats",
            "can_restrict_members",
            "can_promote_members",
            "can_change_info",
            "can_invite_users",
            "can_post_stories",
            "can_edit_stories",
            "can_delete_stories",
            "can_post_messages",
            "can_edit_messages",
        ],
        "restricted" => &[
            "can_send_messages",
            "can_send_audios",
            "can_send_documents",
            "can_send_photos",
            "can_send_videos",
            "can_send_video_notes",
            "can_send_voice_notes",
            "can_send_polls",
            "can_send_other_messages",
            "can_add_web_page_previews",
            "can_change_info",
            "can_invite_users",
            "can_pin_messages",
            "can_manage_topics",
        ],
        _ => &[],
    };
    for right in rights {
        member[*right] = json!(matches!(*right, "can_post_messages" | "can_edit_messages" | "can_manage_chat"));
    }
    if matches!(status, "restricted" | "kicked") {
        member["until_date"] = json!(0);
    }
    if status == "restricted" {
        member["is_member"] = json!(true);
    }
    member
}
