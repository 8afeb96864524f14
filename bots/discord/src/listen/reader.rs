//! Who asks what, and where: an interaction as the desk understands it.

use platform::{Chat, ChatId, ChatKind, Command, Invocation, Language, MessageId, UserId};
use serenity::all::{
    ChannelId, CommandDataOptionValue, CommandInteraction, ComponentInteraction, ComponentInteractionDataKind, GuildId,
    InteractionContext, Member, Permissions, User,
};

use crate::Bot;

/// What every interaction tells of its reader.
pub(super) struct Reader<'a> {
    pub(super) channel: ChannelId,
    pub(super) guild: Option<GuildId>,
    pub(super) context: Option<InteractionContext>,
    pub(super) member: Option<&'a Member>,
    pub(super) user: &'a User,
    pub(super) locale: &'a str,
}

impl<'a> Reader<'a> {
    pub(super) fn of_command(interaction: &'a CommandInteraction) -> Self {
        Self {
            channel: interaction.channel_id,
            guild: interaction.guild_id,
            context: interaction.context,
            member: interaction.member.as_deref(),
            user: &interaction.user,
            locale: &interaction.locale,
        }
    }

    pub(super) fn of_press(interaction: &'a ComponentInteraction) -> Self {
        Self {
            channel: interaction.channel_id,
            guild: interaction.guild_id,
            context: interaction.context,
            member: interaction.member.as_ref(),
            user: &interaction.user,
            locale: &interaction.locale,
        }
    }

    pub(super) fn language(&self) -> Option<Language> {
        Language::from_code(self.locale)
    }

    /// The chat; `None` for a conversation between people, where the bot can answer but never post.
    pub(super) fn chat(&self) -> Option<Chat> {
        let kind = match (self.context, self.guild) {
            (Some(InteractionContext::PrivateChannel), _) => return None,
            (_, Some(_)) => ChatKind::Channel,
            (_, None) => ChatKind::Private,
        };
        Some(Chat { id: ChatId(self.channel.to_string()), kind })
    }

    /// In a direct message the reader decides; in a server, who may manage its channels.
    fn may_decide(&self) -> bool {
        let deciding = Permissions::MANAGE_CHANNELS | Permissions::ADMINISTRATOR;
        match self.guild {
            None => true,
            Some(_) => self.member.and_then(|member| member.permissions).is_some_and(|held| held.intersects(deciding)),
        }
    }

    pub(super) fn invocation(
        &self,
        bot: &Bot,
        chat: Chat,
        command: Result<Command, platform::BadCommand>,
        pressed: Option<MessageId>,
    ) -> Invocation {
        Invocation {
            bot: bot.key.clone(),
            chat,
            user: UserId(self.user.id.to_string()),
            may_decide: self.may_decide(),
            language: self.language(),
            command,
            pressed,
        }
    }
}

/// The command of a slash command: its options, in order, are what a reader would type behind its name.
pub(super) fn slash(interaction: &CommandInteraction) -> Result<Command, platform::BadCommand> {
    let texts = interaction.data.options.iter().filter_map(|option| match &option.value {
        CommandDataOptionValue::String(text) => Some(text.trim()),
        _ => None,
    });
    Command::from_parts(&interaction.data.name, texts.collect::<Vec<_>>().join(" ").trim())
}

/// The command of a button, or of the line that was chosen in a menu.
pub(super) fn pressed(interaction: &ComponentInteraction) -> Result<Command, platform::BadCommand> {
    let line = match &interaction.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => values.first().map_or("", String::as_str),
        _ => &interaction.data.custom_id,
    };
    Command::parse(line)
}
