//! Who asks what, and where: an interaction as the desk understands it.

use platform::{Chat, ChatId, ChatKind, Command, Invocation, Language, MessageId, Right, UserId};
use serenity::all::{
    ChannelId, ChannelType, CommandDataOptionValue, CommandInteraction, ComponentInteraction,
    ComponentInteractionDataKind, GuildId, InteractionContext, Member, Permissions, User,
};

use crate::Bot;

/// The channels whose posts need a right of their own.
const THREADS: [ChannelType; 3] = [ChannelType::NewsThread, ChannelType::PublicThread, ChannelType::PrivateThread];

/// What every interaction tells of its reader.
pub(super) struct Reader<'a> {
    pub(super) channel: ChannelId,
    pub(super) guild: Option<GuildId>,
    pub(super) context: Option<InteractionContext>,
    pub(super) member: Option<&'a Member>,
    pub(super) user: &'a User,
    pub(super) locale: &'a str,
    /// Whether the channel is a thread, where another right lets the bot post.
    pub(super) thread: bool,
    /// What the bot may do in the channel.
    pub(super) granted: Option<Permissions>,
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
            thread: interaction.channel.as_ref().is_some_and(|channel| THREADS.contains(&channel.kind)),
            granted: interaction.app_permissions,
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
            thread: interaction.channel.as_ref().is_some_and(|channel| THREADS.contains(&channel.kind)),
            granted: interaction.app_permissions,
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

    /// The rights that the bot lacks to deliver here. In a direct message Discord asks for none.
    fn missing(&self) -> Vec<Right> {
        let (Some(_), Some(granted)) = (self.guild, self.granted) else { return Vec::new() };
        let send = if self.thread {
            (Permissions::SEND_MESSAGES_IN_THREADS, Right::SendInThreads)
        } else {
            (Permissions::SEND_MESSAGES, Right::Send)
        };
        let needed = [
            (Permissions::VIEW_CHANNEL, Right::View),
            send,
            (Permissions::EMBED_LINKS, Right::EmbedLinks),
            (Permissions::ATTACH_FILES, Right::AttachFiles),
        ];
        let lacks = |permission| !granted.intersects(permission | Permissions::ADMINISTRATOR);
        needed.into_iter().filter(|(permission, _)| lacks(*permission)).map(|(_, right)| right).collect()
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
            missing: self.missing(),
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
