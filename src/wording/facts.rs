//! What the longer texts are told of.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use platform::ChatKind;

use crate::store::clouds::Clouds;

/// The hour that a chat chose, with the IANA zone it is meant in.
pub type DailyHour<'a> = (NaiveTime, &'a str);

/// What `/start` ended in.
#[derive(Clone, Copy, Debug)]
pub struct Subscribed<'a> {
    /// What sort of chat receives.
    pub kind: ChatKind,
    /// The feed.
    pub title: &'a str,
    /// Whether it is new to this chat.
    pub new: bool,
    /// The hour it comes at, with its zone; without one, as soon as it is out.
    pub hour: Option<DailyHour<'a>>,
    /// The latest day there is.
    pub latest: Option<&'a str>,
}

/// A feed that a chat receives.
#[derive(Clone, Debug)]
pub struct FeedStatus {
    /// The feed.
    pub title: String,
    /// Since when.
    pub since: NaiveDate,
    /// The latest day there is, already in words.
    pub latest: Option<String>,
}

/// How far a broadcast has come. All counts are subscribers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Whether it still goes on.
    pub going: Going,
    /// How many it is meant for.
    pub audience: i64,
    /// Arrived.
    pub delivered: i64,
    /// Will never arrive.
    pub failed: i64,
    /// May or may not have arrived.
    pub uncertain: i64,
}

/// Whether a broadcast still goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Going {
    /// It does.
    On,
    /// It waits for an admin.
    Paused,
    /// Everybody has been served; how long it took.
    Done(TimeDelta),
    /// An admin ended it.
    Cancelled,
    /// The platform does not take it.
    Refused,
}

/// What `/stats` tells.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Subscribers per platform.
    pub subscribers: Vec<PlatformCount>,
    /// The last digests, newest first.
    pub digests: Vec<DigestFigures>,
    /// Deliveries that wait or are on their way.
    pub queued: i64,
    /// What became of the word clouds of the last thirty days.
    pub clouds: Clouds,
    /// Bots that may not send now.
    pub paused: Vec<BotPause>,
}

/// How many chats receive on a platform.
#[derive(Clone, Debug)]
pub struct PlatformCount {
    /// The platform's name.
    pub platform: String,
    /// Those that receive.
    pub active: i64,
    /// Those that can be reached no more.
    pub ended: i64,
}

/// How one digest went. All counts are subscribers.
#[derive(Clone, Debug)]
pub struct DigestFigures {
    /// The feed.
    pub title: String,
    /// Its day.
    pub day: NaiveDate,
    /// How many it is meant for.
    pub audience: i64,
    /// Arrived.
    pub delivered: i64,
    /// Will never arrive.
    pub failed: i64,
    /// May or may not have arrived.
    pub uncertain: i64,
}

/// A bot that may not send now.
#[derive(Clone, Debug)]
pub struct BotPause {
    /// Its platform's name; where several bots are there, as `/resume` takes it: `telegram:1234`.
    pub bot: String,
    /// Until when; `None` when nobody knows.
    pub until: Option<DateTime<Utc>>,
    /// The zone to show the time in.
    pub zone: Tz,
}
