//! The methods that the stand-in knows.

use super::answer::Answer;
use super::call::Call;
use super::world::World;
use super::{ask, edit, send};

/// How a method works on the world.
type Run = fn(&mut World, &mut Call) -> Answer;

/// A method of the Bot API.
#[derive(Clone, Copy)]
pub(super) struct Method {
    /// In its canonical spelling; callers may write it in any case.
    pub(super) name: &'static str,
    /// Whether readers see what it does: then it stands in the ledger, and faults strike it without naming it.
    pub(super) visible: bool,
    pub(super) run: Run,
}

/// All but `getUpdates`, which waits.
const METHODS: &[Method] = &[
    visible("sendMessage", send::message),
    visible("sendPhoto", send::photo),
    visible("sendDocument", send::document),
    visible("sendRichMessage", send::rich_message),
    visible("editMessageText", edit::text),
    visible("editMessageCaption", edit::caption),
    visible("editMessageMedia", edit::media),
    visible("editMessageReplyMarkup", edit::reply_markup),
    visible("deleteMessage", edit::delete),
    visible("deleteMessages", edit::delete_many),
    silent("answerCallbackQuery", |world, call| ask::answer_callback(world, call)),
    silent("getMe", |world, _| ask::me(world)),
    silent("setMyCommands", |world, call| ask::set_commands(world, call)),
    silent("getMyCommands", |world, call| ask::commands(world, call)),
    silent("getChat", |world, call| ask::chat(world, call)),
    silent("getChatMember", |world, call| ask::member(world, call)),
    silent("getChatAdministrators", |world, call| ask::administrators(world, call)),
    silent("getFile", |world, call| ask::file(world, call)),
    silent("sendChatAction", |world, call| ask::action(world, call)),
    silent("deleteWebhook", |_, _| Ok(true.into())),
];

const fn visible(name: &'static str, run: Run) -> Method {
    Method { name, visible: true, run }
}

const fn silent(name: &'static str, run: Run) -> Method {
    Method { name, visible: false, run }
}

/// The method with this name, in any case.
pub(super) fn find(name: &str) -> Option<Method> {
    METHODS.iter().find(|method| method.name.eq_ignore_ascii_case(name)).copied()
}
