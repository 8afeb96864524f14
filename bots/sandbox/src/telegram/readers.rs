//! What the people on the other side do.

use serde_json::{Value, json};

use super::Telegram;
use super::ask::bot_member;
use super::chats::{Kind, Posted, Standing};

/// Telegram's own account that speaks for administrators who stay anonymous.
const ANONYMOUS_ADMIN: i64 = 1_087_968_824;

impl Telegram {
    /// A person with whom the bot has a private chat; `language_code` as Telegram tells it (`zh-hans`), or empty.
    pub fn add_private(&self, user: i64, first_name: &str, language_code: &str) {
        let mut world = self.shared.world();
        let chat = world.chats.add(user, Kind::Private, first_name);
        chat.language = (!language_code.is_empty()).then(|| language_code.to_owned());
    }

    /// A person who has never written to the bot: it may not speak first.
    pub fn add_stranger(&self, user: i64, first_name: &str) {
        self.shared.world().chats.add(user, Kind::Private, first_name).standing = Standing::Left;
    }

    /// A group with the bot in it: a supergroup if its id begins with `-100`, else a basic group. The admin with
    /// the lowest id is its creator.
    pub fn add_group(&self, chat: i64, title: &str, admins: &[i64]) {
        let kind = if chat.to_string().starts_with("-100") { Kind::Supergroup } else { Kind::Group };
        self.shared.world().chats.add(chat, kind, title).admins.extend(admins);
    }

    /// A channel with the bot as an administrator.
    pub fn add_channel(&self, chat: i64, title: &str) {
        self.shared.world().chats.add(chat, Kind::Channel, title);
    }

    /// A topic of a group, open or closed.
    pub fn add_topic(&self, chat: i64, topic: i64, closed: bool) {
        if let Ok(chat) = self.shared.world().chats.get(chat) {
            chat.topics.insert(topic, closed);
        }
    }

    /// A reader types a line; in a channel, one of its admins. Gives the message's id.
    ///
    /// # Panics
    /// The chat was never added.
    pub fn say(&self, chat: i64, user: i64, text: &str) -> i64 {
        self.hear(chat, Some(user), None, text)
    }

    /// A reader types a line in a topic of a group. Gives the message's id.
    ///
    /// # Panics
    /// The chat was never added.
    pub fn say_in_topic(&self, chat: i64, topic: i64, user: i64, text: &str) -> i64 {
        self.hear(chat, Some(user), Some(topic), text)
    }

    /// An administrator who stays anonymous types a line in a group. Gives the message's id.
    ///
    /// # Panics
    /// The chat was never added.
    pub fn say_anonymously(&self, chat: i64, text: &str) -> i64 {
        self.hear(chat, None, None, text)
    }

    fn hear(&self, chat: i64, user: Option<i64>, topic: Option<i64>, text: &str) -> i64 {
        let mut world = self.shared.world();
        if let Ok(chat) = world.chats.get(chat)
            && chat.standing == Standing::Left
        {
            chat.standing = Standing::Member;
        }
        if chat > 0 && world.chats.get(chat).is_ok_and(|chat| chat.standing == Standing::Kicked) {
            // Whoever writes to a bot that was blocked has pressed "restart" before.
            drop(world);
            self.stand(chat, user.unwrap_or(chat), Standing::Member);
            world = self.shared.world();
        }
        let id = world.chats.next_message(chat).expect("this chat was never added to the stand-in");
        let (date, from) = (world.date(), user.map(|user| world.chats.person(user)));
        let place = world.chats.get(chat).expect("this chat was never added to the stand-in");
        let mut message = json!({ "message_id": id, "chat": place.describe(), "date": date, "text": text });
        let kind = match (place.kind, from) {
            (Kind::Channel, _) => {
                message["sender_chat"] = place.describe();
                "channel_post"
            }
            (_, Some(from)) => {
                message["from"] = from;
                "message"
            }
            (_, None) => {
                message["from"] = json!({
                    "id": ANONYMOUS_ADMIN, "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot",
                });
                message["sender_chat"] = place.describe();
                "message"
            }
        };
        if let Some(topic) = topic {
            message["message_thread_id"] = json!(topic);
            message["is_topic_message"] = json!(true);
        }
        if text.starts_with('/') {
            let length = text.split_whitespace().next().unwrap_or(text).encode_utf16().count();
            message["entities"] = json!([{ "type": "bot_command", "offset": 0, "length": length }]);
        }
        place.messages.insert(id, Posted { message: message.clone(), ours: false });
        world.updates.push(kind, message);
        self.shared.news.notify_waiters();
        id
    }

    /// A reader presses a button of the bot's message. Gives the press's id, by which the bot answers. The button need
    /// not be there any more: a phone may show an older state of the message.
    ///
    /// # Panics
    /// The message does not exist.
    pub fn press(&self, chat: i64, user: i64, message: i64, action: &str) -> String {
        let mut world = self.shared.world();
        let from = world.chats.person(user);
        let posted = world.chats.get(chat).ok().and_then(|chat| chat.messages.get(&message));
        let message = posted.expect("there is no such message in the stand-in").message.clone();
        let query = world.next_query();
        world.queries.insert(query.clone(), chat);
        let press = json!({
            "id": query, "from": from, "message": message, "chat_instance": format!("{chat}"), "data": action,
        });
        world.updates.push("callback_query", press);
        self.shared.news.notify_waiters();
        query
    }

    /// A reader blocks the bot.
    pub fn block(&self, user: i64) {
        self.stand(user, user, Standing::Kicked);
    }

    /// A reader lets the bot back in.
    pub fn unblock(&self, user: i64) {
        self.stand(user, user, Standing::Member);
    }

    /// A reader's account is deleted; nobody tells the bot.
    pub fn deactivate(&self, user: i64) {
        if let Ok(chat) = self.shared.world().chats.get(user) {
            chat.standing = Standing::Deactivated;
        }
    }

    /// The bot is thrown out of a group or channel by `user`.
    pub fn kick(&self, chat: i64, user: i64) {
        self.stand(chat, user, Standing::Kicked);
    }

    /// The bot is taken into a group or channel again, or gets the right to post back.
    pub fn admit(&self, chat: i64, user: i64) {
        self.stand(chat, user, Standing::Member);
    }

    /// The bot loses the right to post in a group or channel.
    pub fn restrict(&self, chat: i64, user: i64) {
        self.stand(chat, user, Standing::Restricted);
    }

    fn stand(&self, chat: i64, user: i64, standing: Standing) {
        let mut world = self.shared.world();
        let (from, date, bot) = (world.chats.person(user), world.date(), world.bot());
        let Ok(place) = world.chats.get(chat) else { return };
        let before = std::mem::replace(&mut place.standing, standing);
        let change = json!({
            "chat": place.describe(), "from": from, "date": date,
            "old_chat_member": bot_member(&bot, place.kind, before), "new_chat_member": bot_member(&bot, place.kind, standing),
        });
        world.updates.push("my_chat_member", change);
        self.shared.news.notify_waiters();
    }

    /// A basic group becomes the supergroup `to`: both chats get their service message.
    pub fn migrate(&self, from: i64, to: i64) {
        let mut world = self.shared.world();
        let Ok(old) = world.chats.get(from) else { return };
        old.standing = Standing::Migrated(to);
        let (title, admins) = (old.title.clone(), old.admins.clone());
        world.chats.add(to, Kind::Supergroup, &title).admins = admins;
        for (chat, field, other) in [(from, "migrate_to_chat_id", to), (to, "migrate_from_chat_id", from)] {
            let message = self::service_message(&mut world, chat, field, other);
            world.updates.push("message", message);
        }
        self.shared.news.notify_waiters();
    }
}

fn service_message(world: &mut super::World, chat: i64, field: &str, other: i64) -> Value {
    let (id, date) = (world.chats.next_message(chat).unwrap_or(1), world.date());
    let from = world.chats.person(world.account);
    let place = world.chats.get(chat).map(|chat| chat.describe()).unwrap_or_default();
    let mut message = json!({ "message_id": id, "from": from, "chat": place, "date": date });
    message[field] = json!(other);
    message
}
