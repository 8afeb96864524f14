//! Who may ask for what: the only place that decides it.

use platform::{BadCommand, BotKey, Command, Hour, Invocation, UserId};

use crate::config::Admin;

/// Why somebody is politely refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Only the operator's admins may.
    AdminsOnly,
    /// Only who decides for this group or channel may.
    DecidersOnly,
}

/// What a command asks of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// Nothing.
    Nothing,
    /// To decide for the chat.
    ToDecide,
    /// To be an admin of the operator's.
    ToBeAdmin,
}

/// Whether this person is one of the operator's admins.
pub(super) fn is_admin(admins: &[Admin], bot: &BotKey, user: &UserId) -> bool {
    admins.iter().any(|admin| admin.platform == bot.platform && admin.user == *user)
}

/// Why this invocation may not be carried out, if so.
pub(super) fn refusal(admins: &[Admin], invocation: &Invocation) -> Option<Refusal> {
    let needs = match &invocation.command {
        Ok(command) => needs(command),
        Err(BadCommand::NoText) => Needs::ToBeAdmin,
        Err(BadCommand::Hour { .. }) => Needs::ToDecide,
        Err(BadCommand::NotACommand { .. } | BadCommand::Unknown { .. } | BadCommand::Day { .. }) => Needs::Nothing,
    };
    match needs {
        Needs::ToBeAdmin if !is_admin(admins, &invocation.bot, &invocation.user) => Some(Refusal::AdminsOnly),
        Needs::ToDecide if !invocation.may_decide => Some(Refusal::DecidersOnly),
        Needs::Nothing | Needs::ToDecide | Needs::ToBeAdmin => None,
    }
}

fn needs(command: &Command) -> Needs {
    match command {
        Command::Start { .. }
        | Command::Stop { .. }
        | Command::Time(Hour::Off | Hour::At { .. })
        | Command::Layout { layout: Some(_), .. } => Needs::ToDecide,
        Command::Broadcast { .. }
        | Command::Confirm { .. }
        | Command::Discard { .. }
        | Command::Recall(_)
        | Command::Stats
        | Command::Control { .. } => Needs::ToBeAdmin,
        Command::Digest(_)
        | Command::Page { .. }
        | Command::Layout { layout: None, .. }
        | Command::Time(Hour::Show)
        | Command::Status
        | Command::Help => Needs::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use platform::{Chat, ChatId, ChatKind};

    use super::*;

    fn asks(line: &str, user: &str, may_decide: bool) -> Option<Refusal> {
        let admin = |platform, user: &str| Admin { platform, user: UserId(user.to_owned()) };
        let admins = [admin("telegram", "1"), admin("discord", "2")];
        let invocation = Invocation {
            bot: BotKey { platform: "telegram", account: "7".to_owned() },
            chat: Chat { id: ChatId("-5".to_owned()), kind: ChatKind::Group },
            user: UserId(user.to_owned()),
            may_decide,
            language: None,
            missing: Vec::new(),
            command: Command::parse(line),
            pressed: None,
        };
        refusal(&admins, &invocation)
    }

    const FOR_ADMINS: [&str; 10] = [
        "/broadcast hello",
        "/broadcast",
        "/confirm x",
        "/discard x",
        "/recall",
        "/recall 12",
        "/stats",
        "/pause 12",
        "/resume telegram",
        "/cancel 12 sure",
    ];
    const FOR_DECIDERS: [&str; 6] = ["/start", "/start twitter_ai", "/stop", "/time 8", "/time off", "/time later"];
    const FOR_ALL: [&str; 7] = ["/digest", "/digest soon", "/status", "/help", "/time", "/fly", "hello"];

    #[test]
    fn an_admin_of_another_platform_is_a_stranger_here() {
        for line in FOR_ADMINS {
            assert_eq!(asks(line, "1", false), None, "{line}");
            assert_eq!(asks(line, "2", true), Some(Refusal::AdminsOnly), "{line}");
            assert_eq!(asks(line, "3", true), Some(Refusal::AdminsOnly), "{line}");
        }
    }

    #[test]
    fn only_who_decides_for_a_chat_changes_what_it_receives() {
        for line in FOR_DECIDERS {
            assert_eq!(asks(line, "3", true), None, "{line}");
            assert_eq!(asks(line, "3", false), Some(Refusal::DecidersOnly), "{line}");
            assert_eq!(
                asks(line, "1", false),
                Some(Refusal::DecidersOnly),
                "an admin of ours decides for no chat: {line}"
            );
        }
    }

    #[test]
    fn reading_is_for_everybody() {
        for line in FOR_ALL {
            assert_eq!(asks(line, "3", false), None, "{line}");
        }
    }
}
