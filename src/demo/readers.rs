//! The demo's readers and their chats.

use sandbox::discord::Discord;
use sandbox::page::{Chat, Place};
use sandbox::telegram::Telegram;

/// On Telegram; also an admin of the group and of Paperboy.
const LIN: i64 = 10_000_001;
/// The group that Lin is in.
const GROUP: i64 = -1_001_000_000_002;
/// On Discord; also a manager of the server and an admin of Paperboy.
const ADA: u64 = 200_000_000_000_000_001;
/// Ada's server.
const SERVER: u64 = 300_000_000_000_000_001;
/// Its channel for digests.
const CHANNEL: u64 = 300_000_000_000_000_002;

/// The chats of the page.
pub(super) struct Readers {
    pub(super) chats: Vec<Chat>,
}

impl Readers {
    /// Makes the readers and their chats known to the stand-ins.
    pub(super) fn settle(telegram: &Telegram, discord: &Discord) -> Self {
        telegram.add_private(LIN, "小林", "zh-hans");
        telegram.add_group(GROUP, "AI 读书会", &[LIN]);
        let dm = discord.add_dm(ADA, "Ada", "en-GB");
        discord.add_channel(SERVER, CHANNEL, "ai-daily");
        discord.let_manage(SERVER, ADA);
        let lin = |chat, title: &str, note: &str| Chat {
            place: Place::Telegram { chat, user: LIN },
            title: title.to_owned(),
            note: note.to_owned(),
            reader: "小林".to_owned(),
            language: "zh-hans".to_owned(),
            private: chat == LIN,
        };
        let ada = |channel, title: &str, note: &str| Chat {
            place: Place::Discord { channel, user: ADA },
            title: title.to_owned(),
            note: note.to_owned(),
            reader: "Ada".to_owned(),
            language: "en-GB".to_owned(),
            private: channel == dm,
        };
        let chats = vec![
            lin(LIN, "Paperboy", "bot"),
            lin(GROUP, "AI 读书会", "36 members"),
            ada(dm, "Paperboy", "Direct message"),
            ada(CHANNEL, "ai-daily", "One digest a day, from Paperboy"),
        ];
        Self { chats }
    }

    /// The chats as the ledger names them.
    pub(super) fn names(&self) -> Vec<String> {
        let name = |chat: &Chat| match chat.place {
            Place::Telegram { chat, .. } => chat.to_string(),
            Place::Discord { channel, .. } => channel.to_string(),
        };
        self.chats.iter().map(name).collect()
    }

    /// The value for `ADMINS`.
    pub(super) fn admins(&self) -> String {
        format!("telegram:{LIN},discord:{ADA}")
    }
}
