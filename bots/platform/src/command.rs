//! What a reader can ask for, parsed from a typed line or a pressed button.

mod day;
mod recall;

use chrono::NaiveTime;

use crate::Layout;

pub use day::Day;
pub use recall::Recall;

/// A command with its arguments, as far as they can be understood without the clock and the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `/start [feed]`: subscribe this chat.
    Start {
        /// The feed's name; without it, what the operator offers first.
        feed: Option<String>,
    },
    /// `/stop [feed]`: end the subscription.
    Stop {
        /// The feed's name; without it, every feed.
        feed: Option<String>,
    },
    /// `/digest [day]`: show a day's digest.
    Digest(Day),
    /// `/time 08:30 [zone]` or `/time off`: when this chat wants its digests.
    Time(Hour),
    /// `/layout [word]`: how this chat wants its digests to look.
    Layout {
        /// Without it, what there is to choose from.
        layout: Option<Layout>,
        /// Whether the reader has seen a sample of it.
        sure: bool,
    },
    /// The buttons that show a page of a digest: `/page 12 3`, and `/turn 12 4` in place of the page that is shown.
    Page {
        /// The report's number in the archive.
        report: i64,
        /// From 1.
        number: usize,
        /// Whether it takes the place of the page whose button was pressed.
        turn: bool,
    },
    /// `/status`: what this chat receives.
    Status,
    /// `/help`.
    Help,
    /// `/broadcast text`: an admin's message to every subscriber, as a preview first.
    Broadcast {
        /// Markdown.
        text: String,
    },
    /// The button under a broadcast's preview.
    Confirm {
        /// Of the preview.
        token: String,
    },
    /// The other button under a broadcast's preview.
    Discard {
        /// Of the preview.
        token: String,
    },
    /// `/recall`: an admin takes back what was sent, after a question.
    Recall(Recall),
    /// `/stats`: an admin's figures.
    Stats,
    /// `/pause`, `/resume` and `/cancel`: an admin's hold on what is under way.
    Control {
        /// What is to be done.
        act: Act,
        /// A publication's number or a bot's platform; without it, what there is to choose from.
        target: Option<String>,
        /// Whether the button was pressed that says so again.
        sure: bool,
    },
}

/// What an operator does with what is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Hold back until it is resumed.
    Pause,
    /// Let go on.
    Resume,
    /// End for good; only a publication can be.
    Cancel,
}

impl Act {
    /// The command's name, without the slash.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
        }
    }
}

/// A delivery hour as a reader says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hour {
    /// Not said: show what is set.
    Show,
    /// As soon as a digest is out.
    Off,
    /// At that time of day, in the named IANA zone or, without one, in the zone set before.
    At {
        /// The time of day.
        at: NaiveTime,
        /// As typed; the desk checks it.
        zone: Option<String>,
    },
}

/// Why a line is no command that can be carried out. The desk finds the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadCommand {
    /// Not a command at all; in a private chat it may still be a day.
    NotACommand {
        /// The whole line.
        typed: String,
    },
    /// A command that does not exist.
    Unknown {
        /// As typed, without the slash.
        name: String,
    },
    /// A day that cannot be understood.
    Day {
        /// As typed.
        typed: String,
    },
    /// A time of day that cannot be understood.
    Hour {
        /// As typed.
        typed: String,
    },
    /// `/broadcast` without a text.
    NoText,
}

impl Command {
    /// The command in a line such as `/digest 11-27` or `/start@paperboy_bot twitter_ai`.
    /// Names are matched without regard to case.
    ///
    /// # Errors
    /// Says what cannot be understood.
    pub fn parse(line: &str) -> Result<Self, BadCommand> {
        let line = line.trim();
        let Some(rest) = line.strip_prefix('/') else {
            return Err(BadCommand::NotACommand { typed: line.to_owned() });
        };
        let (name, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let name = name.split('@').next().unwrap_or(name).to_ascii_lowercase();
        Self::from_parts(&name, argument.trim())
    }

    /// The command with this name and this argument, both without slash and surrounding space.
    ///
    /// # Errors
    /// Says what cannot be understood.
    pub fn from_parts(name: &str, argument: &str) -> Result<Self, BadCommand> {
        let word = || (!argument.is_empty()).then(|| argument.to_owned());
        match name {
            "start" => Ok(Self::Start { feed: word() }),
            "stop" => Ok(Self::Stop { feed: word() }),
            "digest" => Day::parse(argument).map(Self::Digest),
            "time" => Hour::parse(argument).map(Self::Time),
            "layout" => Ok(Self::layout(argument)),
            "page" | "turn" => Self::page(name, argument).ok_or_else(|| BadCommand::Unknown { name: name.to_owned() }),
            "status" => Ok(Self::Status),
            "help" => Ok(Self::Help),
            "broadcast" if argument.is_empty() => Err(BadCommand::NoText),
            "broadcast" => Ok(Self::Broadcast { text: argument.to_owned() }),
            "confirm" => Ok(Self::Confirm { token: argument.to_owned() }),
            "discard" => Ok(Self::Discard { token: argument.to_owned() }),
            "recall" => Recall::parse(argument).map(Self::Recall),
            "stats" => Ok(Self::Stats),
            "pause" => Ok(Self::control(Act::Pause, argument)),
            "resume" => Ok(Self::control(Act::Resume, argument)),
            "cancel" => Ok(Self::control(Act::Cancel, argument)),
            _ => Err(BadCommand::Unknown { name: name.to_owned() }),
        }
    }
}

impl Command {
    fn layout(argument: &str) -> Self {
        let mut words = argument.split_whitespace();
        let layout = words.next().and_then(|word| Layout::from_stored(&word.to_lowercase()));
        Self::Layout { layout, sure: words.next() == Some("sure") }
    }

    fn control(act: Act, argument: &str) -> Self {
        let mut words = argument.split_whitespace();
        Self::Control { act, target: words.next().map(str::to_owned), sure: words.next() == Some("sure") }
    }

    fn page(name: &str, argument: &str) -> Option<Self> {
        let (report, number) = argument.split_once(' ')?;
        Some(Self::Page { report: report.parse().ok()?, number: number.trim().parse().ok()?, turn: name == "turn" })
    }
}

impl Hour {
    fn parse(typed: &str) -> Result<Self, BadCommand> {
        let bad = || BadCommand::Hour { typed: typed.to_owned() };
        let (time, zone) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
        let time = time.replace('：', ":");
        match time.to_lowercase().as_str() {
            "" => return Ok(Self::Show),
            "off" | "now" | "关" | "關" | "取消" => return Ok(Self::Off),
            _ => {}
        }
        let with_minutes = if time.contains(':') { time } else { format!("{time}:00") };
        let at = NaiveTime::parse_from_str(&with_minutes, "%H:%M").map_err(|_| bad())?;
        let zone = zone.trim();
        Ok(Self::At { at, zone: (!zone.is_empty()).then(|| zone.to_owned()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broadcast_keeps_its_lines() {
        let expected = Command::Broadcast { text: "one\n\n**two**".to_owned() };
        assert_eq!(Command::parse("/broadcast one\n\n**two**"), Ok(expected));
        assert_eq!(Command::parse("/broadcast  "), Err(BadCommand::NoText));
    }

    #[test]
    fn an_hour_may_lack_minutes_and_may_name_a_zone() {
        let at = NaiveTime::from_hms_opt(8, 0, 0).unwrap();
        let zone = Some("Asia/Shanghai".to_owned());
        assert_eq!(Command::parse("/time 8 Asia/Shanghai"), Ok(Command::Time(Hour::At { at, zone })));
        assert_eq!(Command::parse("/time 08：00"), Ok(Command::Time(Hour::At { at, zone: None })));
        assert_eq!(Command::parse("/time off"), Ok(Command::Time(Hour::Off)));
        assert_eq!(Command::parse("/time 25"), Err(BadCommand::Hour { typed: "25".to_owned() }));
    }

    #[test]
    fn a_page_and_a_layout_are_asked_for_by_button() {
        assert_eq!(Command::parse("/page 12 3"), Ok(Command::Page { report: 12, number: 3, turn: false }));
        assert_eq!(Command::parse("/turn 12 4"), Ok(Command::Page { report: 12, number: 4, turn: true }));
        assert_eq!(Command::parse("/page x"), Err(BadCommand::Unknown { name: "page".to_owned() }));
        assert_eq!(Command::parse("/layout"), Ok(Command::Layout { layout: None, sure: false }));
        assert_eq!(Command::parse("/layout RICH sure"), Ok(Command::Layout { layout: Some(Layout::Rich), sure: true }));
    }

    #[test]
    fn what_is_under_way_is_held_by_its_number_or_by_a_platform() {
        let control =
            |act, target: Option<&str>, sure| Ok(Command::Control { act, target: target.map(str::to_owned), sure });
        assert_eq!(Command::parse("/pause 12"), control(Act::Pause, Some("12"), false));
        assert_eq!(Command::parse("/resume telegram"), control(Act::Resume, Some("telegram"), false));
        assert_eq!(Command::parse("/cancel 12 sure"), control(Act::Cancel, Some("12"), true));
        assert_eq!(Command::parse("/cancel"), control(Act::Cancel, None, false));
    }

    #[test]
    fn what_is_no_command_is_told_from_an_unknown_one() {
        assert_eq!(Command::parse("hello"), Err(BadCommand::NotACommand { typed: "hello".to_owned() }));
        assert_eq!(Command::parse("/fly"), Err(BadCommand::Unknown { name: "fly".to_owned() }));
    }
}
