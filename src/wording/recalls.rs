//! What is said when something is taken back, in both languages.

use super::{Going, Progress, grouped};

/// The texts around `/recall`, and what readers see of it.
pub struct Recalls {
    /// Above a message that was taken back and can no longer be deleted, and in the place of one that has no text.
    pub withdrawn: &'static str,
    /// Above the buttons that name what can be taken back.
    pub which: &'static str,
    /// When there is nothing that could be taken back.
    pub nothing: &'static str,
    /// Below a title: from how many chats it would be taken back, and for how many minutes the buttons hold.
    pub preview: fn(&str, i64, i64) -> String,
    /// On the button that takes it back.
    pub take_back: &'static str,
    /// On the button that does not.
    pub keep: &'static str,
    /// After the press that does not.
    pub kept: &'static str,
    /// To a press that comes too late; for how many minutes the buttons hold.
    pub expired: fn(i64) -> String,
    /// How it goes, and at last how it went.
    pub progress: fn(&Progress) -> String,
}

pub(super) static ZH: Recalls = Recalls {
    withdrawn: "已撤回",
    which: "撤回哪一条？",
    nothing: "没有可以撤回的内容。",
    preview: |title, chats, minutes| {
        format!("撤回「{title}」？会从 {} 个聊天里删掉，还没送到的不再送。{minutes} 分钟内有效。", grouped(chats))
    },
    take_back: "撤回",
    keep: "不撤",
    kept: "好，不撤回。",
    expired: |minutes| format!("过了 {minutes} 分钟，没有撤回。要撤回请再发一次 /recall。"),
    progress: |progress| {
        let Progress { going, audience, delivered, failed, .. } = progress;
        let mut counts = format!("已撤回 {} / {}", grouped(*delivered), grouped(*audience));
        if *failed > 0 {
            counts += &format!("，失败 {}", grouped(*failed));
        }
        match going {
            Going::On | Going::Refused => format!("正在撤回……\n{counts}"),
            Going::Paused => format!("已暂停。\n{counts}"),
            Going::Done(_) => format!("撤回完毕。\n{counts}"),
            Going::Cancelled => format!("已取消，没撤的不再撤。\n{counts}"),
        }
    },
};

pub(super) static EN: Recalls = Recalls {
    withdrawn: "Withdrawn",
    which: "Which one shall I take back?",
    nothing: "There is nothing to take back.",
    preview: |title, chats, minutes| {
        let chats = format!("{} {}", grouped(chats), if chats == 1 { "chat" } else { "chats" });
        format!(
            "Take back “{title}”? It will be deleted in {chats}, and nobody else gets it. You have {minutes} minutes."
        )
    },
    take_back: "Take back",
    keep: "Keep",
    kept: "All right, it stays.",
    expired: |minutes| format!("{minutes} minutes have passed, so nothing was taken back. Please send /recall again."),
    progress: |progress| {
        let Progress { going, audience, delivered, failed, .. } = progress;
        let mut counts = format!("Taken back from {} of {}", grouped(*delivered), grouped(*audience));
        if *failed > 0 {
            counts += &format!(", {} failed", grouped(*failed));
        }
        match going {
            Going::On | Going::Refused => format!("Taking it back…\n{counts}"),
            Going::Paused => format!("Paused.\n{counts}"),
            Going::Done(_) => format!("Done.\n{counts}"),
            Going::Cancelled => format!("Cancelled; the rest stays.\n{counts}"),
        }
    },
};
