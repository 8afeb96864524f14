//! Every text a reader sees, per language.
//!
//! [`Wording`] lists them all; a language is one value of it in a file of its own, so a text that is missing does not
//! compile. Texts are plain: whoever shows one passes it through the platform's `Dialect::note`, which escapes it.

mod en;
mod facts;
mod recalls;
mod zh;

use chrono::{NaiveDate, NaiveTime};
use platform::{Act, ChatKind, Labels, Language, Layout, Right};

pub use facts::{BotPause, DailyHour, DigestFigures, FeedStatus, Figures, Going, PlatformCount, Progress, Subscribed};
pub use recalls::Recalls;

/// All texts in one language.
pub struct Wording {
    /// What the formatter adds itself.
    pub labels: Labels,
    /// The menu's lines.
    pub commands: Commands,

    /// What a word cloud shows, for those who do not see it; its chief words, with `、` between them.
    pub cloud: fn(&str) -> String,

    /// A day with its weekday; the year only when it is not the second day's.
    pub day: fn(NaiveDate, NaiveDate) -> String,

    /// The first line of `/help`, above the commands.
    pub help_opening: &'static str,
    /// The line above the admins' commands in `/help`.
    pub help_admins: &'static str,
    /// To a line in a private chat that is neither a command nor a day.
    pub hint: &'static str,
    /// To a command that does not exist; as typed, shortened.
    pub unknown_command: fn(&str) -> String,

    /// When something on our side is broken.
    pub apology: &'static str,
    /// To somebody who asks for an admin's command.
    pub admins_only: &'static str,
    /// To somebody who may not decide for a group or channel.
    pub deciders_only: &'static str,

    /// To a `/start` where the bot may not post: the rights it lacks.
    pub missing: fn(&[Right]) -> String,
    /// Where the bot can answer but can never post.
    pub no_place: &'static str,

    /// After `/start`: what comes, and when.
    pub subscribed: fn(&Subscribed<'_>) -> String,
    /// To a group that the bot was added to.
    pub greeting: &'static str,
    /// Above the feeds to choose from: name and title of each.
    pub which_feed: fn(&[(String, String)]) -> String,
    /// When there is no feed yet.
    pub no_feeds: &'static str,
    /// To a feed's name that does not exist: as typed, shortened, and name and title of those that do.
    pub unknown_feed: fn(&str, &[(String, String)]) -> String,
    /// On the button that shows the latest digest.
    pub see_latest: &'static str,

    /// After `/stop`: the titles that ended.
    pub stopped: fn(&[String]) -> String,
    /// When this chat receives nothing.
    pub not_subscribed: &'static str,
    /// When this chat does not receive the feed with this title.
    pub not_subscribed_to: fn(&str) -> String,

    /// `/status`: the feeds and the hour.
    pub status: fn(&[FeedStatus], Option<DailyHour<'_>>) -> String,

    /// `/time`: what is set.
    pub hour: fn(Option<DailyHour<'_>>) -> String,
    /// After `/time 08:30`.
    pub hour_set: fn(NaiveTime, &str) -> String,
    /// After `/time off`.
    pub hour_off: &'static str,
    /// To a time zone that does not exist; as typed, shortened.
    pub unknown_zone: fn(&str) -> String,
    /// To a time of day that cannot be understood; as typed, shortened.
    pub bad_hour: fn(&str) -> String,

    /// `/layout`: above what there is to choose from.
    pub which_layout: &'static str,
    /// A layout's name on a button.
    pub layout_name: fn(Layout) -> &'static str,
    /// Below a sample of the rich layout.
    pub layout_sample: &'static str,
    /// On the button for a reader who sees it as it is meant.
    pub looks_right: &'static str,
    /// On the button for a reader who does not.
    pub sees_placeholder: &'static str,
    /// After a layout was chosen; its name.
    pub layout_set: fn(&str) -> String,

    /// When no digest is out yet.
    pub no_digests: &'static str,
    /// Above the nearest days, when that day has no digest.
    pub no_digest_on: fn(&str) -> String,
    /// Above the nearest days, when today's digest is not out yet.
    pub not_out_yet: &'static str,
    /// Above the nearest days, when that day is still to come.
    pub still_to_come: fn(&str) -> String,
    /// To a day that cannot be understood; as typed, shortened.
    pub bad_day: fn(&str) -> String,

    /// What is said when something is taken back.
    pub recalls: &'static Recalls,

    /// To `/broadcast` without a text.
    pub no_text: &'static str,
    /// Below the preview of a broadcast that would reach nobody.
    pub nobody: &'static str,
    /// Below the preview: how many it would reach, and for how many minutes the buttons hold.
    pub preview: fn(i64, i64) -> String,
    /// Below that, where a bot pays to be faster: about how many Telegram Stars it costs.
    pub price: fn(i64) -> String,
    /// On the button that sends.
    pub send: &'static str,
    /// On the button that does not.
    pub discard: &'static str,
    /// To every press after the one that sent.
    pub on_its_way: &'static str,
    /// After the press that does not send.
    pub discarded: &'static str,
    /// To a press that comes too late; for how many minutes the buttons hold.
    pub expired: fn(i64) -> String,
    /// To a press by another admin.
    pub not_yours: &'static str,
    /// How a broadcast goes, and at last how it went.
    pub progress: fn(&Progress) -> String,

    /// `/stats`.
    pub stats: fn(&Figures) -> String,

    /// An act's name on a button.
    pub act: fn(Act) -> &'static str,
    /// Above the publications to choose from.
    pub which_publication: &'static str,
    /// When there is none to choose from.
    pub nothing_under_way: &'static str,
    /// Above the button that cancels: what was named.
    pub sure_to_cancel: fn(&str) -> String,
    /// After an act: what was done, to what.
    pub controlled: fn(Act, &str) -> String,
    /// When a publication's state does not allow an act: its title and its state, as stored.
    pub already: fn(&str, &str) -> String,
    /// To a target that does not exist; as typed, shortened.
    pub no_such_target: fn(&str) -> String,
    /// What stands on the picture beside it.
    pub chart: ChartWords,
}

/// The words on the picture of the last thirty days.
pub struct ChartWords {
    /// Above the line.
    pub subscribers: &'static str,
    /// Above the bars.
    pub delivered: &'static str,
    /// Above the bars, where there is something to say.
    pub failed: &'static str,
    /// What it shows, for those who do not see it.
    pub alt: &'static str,
}

/// The menu's line on each command.
pub struct Commands {
    /// `/start`.
    pub start: &'static str,
    /// `/stop`.
    pub stop: &'static str,
    /// `/digest`.
    pub digest: &'static str,
    /// `/time`.
    pub time: &'static str,
    /// `/layout`.
    pub layout: &'static str,
    /// `/status`.
    pub status: &'static str,
    /// `/help`.
    pub help: &'static str,
    /// `/broadcast`.
    pub broadcast: &'static str,
    /// `/recall`.
    pub recall: &'static str,
    /// `/stats`.
    pub stats: &'static str,
    /// `/pause`.
    pub pause: &'static str,
    /// `/resume`.
    pub resume: &'static str,
    /// `/cancel`.
    pub cancel: &'static str,
    /// What to give as a target.
    pub target: &'static str,
    /// What to give as a publication.
    pub publication: &'static str,
    /// What to give as a feed.
    pub feed: &'static str,
    /// What to give as a day.
    pub day: &'static str,
    /// What to give as a layout.
    pub look: &'static str,
    /// What to give as an hour.
    pub hour: &'static str,
    /// What to give as a broadcast's text.
    pub text: &'static str,
}

/// The texts in this language.
#[must_use]
pub fn wording(language: Language) -> &'static Wording {
    match language {
        Language::Zh => &zh::ZH,
        Language::En => &en::EN,
    }
}

/// The words that the formatter adds itself, in this language.
#[must_use]
pub fn labels(language: Language) -> &'static Labels {
    &wording(language).labels
}

/// A number with a comma before every three digits: `1,234`.
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// One line for each feed: `name · title`.
fn feed_lines(feeds: &[(String, String)]) -> String {
    feeds.iter().map(|(name, title)| format!("\n• {name} · {title}")).collect()
}

/// The words for a chat of this kind.
fn by_kind(kind: ChatKind, private: &'static str, group: &'static str, channel: &'static str) -> &'static str {
    match kind {
        ChatKind::Private => private,
        ChatKind::Group => group,
        ChatKind::Channel => channel,
    }
}

#[cfg(test)]
mod tests;
