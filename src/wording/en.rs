//! English.

mod stats;

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta};
use platform::{Act, Labels, Layout, Right};

use super::{
    ChartWords, Commands, DailyHour, FeedStatus, Going, Progress, Subscribed, Wording, by_kind, feed_lines, grouped,
    recalls,
};

pub(super) static EN: Wording = Wording {
    labels: Labels {
        part: "({n}/{of})",
        more: "… there is more: read on with the buttons",
        more_in_file: "… there is more: read on with the buttons, or open the file for the whole report",
    },
    commands: Commands {
        start: "Subscribe",
        stop: "Unsubscribe",
        digest: "Read a day: 11-27, yesterday",
        time: "Set your hour: 08:30",
        layout: "Choose how digests look",
        status: "What you receive",
        help: "How this works",
        broadcast: "Write to every subscriber",
        recall: "Take back what was sent",
        stats: "Subscribers and deliveries",
        pause: "Hold back what is being sent",
        resume: "Let it go on",
        cancel: "Stop it for good",
        target: "A publication’s number, or telegram or discord",
        publication: "A day such as 11-27, or a publication’s number; leave it out to choose",
        feed: "Which digest; may be left out",
        day: "2025-11-27, 11-27 or yesterday; the latest if left out",
        look: "full, brief and so on; leave it out to see what there is",
        hour: "08:30, with a time zone if you like; off: as soon as it is out",
        text: "What to say; Markdown works, and a first line “# Headline” is shown as a picture",
    },
    cloud: |words| format!("Word cloud: {}", words.replace('、', ", ")),
    day,
    help_opening: "I bring you a digest every day.",
    help_admins: "For admins:",
    hint: "Send /digest for the latest digest, a date such as 11-27 for that day, or /help to see what I can do.",
    unknown_command: |name| format!("There is no /{name}. Send /help to see what there is."),
    apology: "Sorry, something went wrong here. Please try again in a little while.",
    admins_only: "Sorry, only admins can use this one.",
    deciders_only: "Sorry, that is for the admins of this chat to decide.",
    missing: |rights| {
        let names: Vec<String> = rights.iter().map(|right| permission(*right).to_owned()).collect();
        format!(
            "I can’t deliver here yet: I am missing {}. Please allow that in the channel’s settings, then send /start again.",
            quoted(&names)
        )
    },
    no_place: "This is no place to subscribe. Message the bot directly, or use a server’s channel.",
    subscribed,
    greeting: "Hello everyone! I bring a daily digest. An admin can send /start to have it delivered here; \
               anyone can send /digest to read the latest.",
    which_feed: |feeds| {
        format!("Which one would you like? Tap a button, or send /start and its name.\n{}", feed_lines(feeds))
    },
    no_feeds: "There is nothing to subscribe to yet. Please come back in a few days.",
    unknown_feed: |typed, feeds| format!("There is no digest called “{typed}”. There is:\n{}", feed_lines(feeds)),
    see_latest: "Read the latest",
    stopped: |titles| format!("Unsubscribed from {}. Send /start whenever you want it back.", quoted(titles)),
    not_subscribed: "Nothing is delivered here yet. Send /start to subscribe.",
    not_subscribed_to: |title| format!("“{title}” is not delivered here."),
    status,
    hour: |hour| match hour {
        None => "Digests come as soon as they are out. To choose an hour, send /time 08:30.".to_owned(),
        Some((at, zone)) => format!(
            "Digests come at {}. To change that, send /time 08:30, or /time off to get them as soon as they are out.",
            clock(at, zone)
        ),
    },
    hour_set: |at, zone| format!("Done. Digests will come at {}.", clock(at, zone)),
    hour_off: "Done. Digests will come as soon as they are out.",
    which_layout: "How would you like your digests?",
    layout_name: |layout| match layout {
        Layout::Full => "Everything",
        Layout::Brief => "In brief, the rest at a touch",
        Layout::Rich => "One rich message",
        Layout::Components => "Picture card",
    },
    layout_sample: "That was a sample. Some apps cannot show it yet. Does it look right?",
    looks_right: "Looks right",
    sees_placeholder: "I see a placeholder",
    layout_set: |name| format!("Done. Your digests from now on: {name}."),
    unknown_zone: |typed| format!("I don’t know the time zone “{typed}”. Try one like Europe/London or Asia/Shanghai."),
    bad_hour: |typed| format!("I don’t understand the time “{typed}”. Try /time 08:30 or /time 08:30 Europe/London."),
    no_digests: "The first digest is not out yet. It won’t be long.",
    no_digest_on: |day| format!("There is no digest for {day}. The nearest are:"),
    not_out_yet: "Today’s digest is not out yet. The latest are:",
    still_to_come: |day| format!("{day} is still to come. The latest are:"),
    bad_day: |typed| format!("I don’t understand the day “{typed}”. Try 2025-11-27, 11-27 or yesterday."),
    recalls: &recalls::EN,
    no_text: "What shall I send? Write it after the command: /broadcast Tonight’s digest will be late.",
    nobody: "This is how it will look, but there is nobody to send it to yet.",
    preview: |audience, minutes| {
        let readers = if audience == 1 { "subscriber" } else { "subscribers" };
        format!("This is how it will look to {} {readers}. Send it? You have {minutes} minutes.", grouped(audience))
    },
    price: |stars| {
        let noun = if stars == 1 { "Star" } else { "Stars" };
        format!("The bot pays about {} Telegram {noun} for it: 0.1 for each message above 30 a second.", grouped(stars))
    },
    send: "Send",
    discard: "Don’t send",
    on_its_way: "Already on its way.",
    discarded: "All right, nothing was sent.",
    expired: |minutes| {
        format!("{minutes} minutes have passed, so nothing was sent. Please write your /broadcast again.")
    },
    not_yours: "Only the admin who wrote this can decide.",
    progress,
    stats: stats::stats,
    chart: ChartWords {
        subscribers: "Subscribers",
        delivered: "Delivered in 30 days",
        failed: "Failed",
        alt: "Subscribers and deliveries of the last 30 days",
    },
    act: |act| match act {
        Act::Pause => "Pause",
        Act::Resume => "Resume",
        Act::Cancel => "Cancel",
    },
    which_publication: "Which one?",
    nothing_under_way: "There is nothing to choose from.",
    sure_to_cancel: |target| {
        format!("Cancel {target}? What has arrived stays; what has not been sent yet never will be.")
    },
    controlled: |act, what| match act {
        Act::Pause => format!("Paused: {what}"),
        Act::Resume => format!("Goes on: {what}"),
        Act::Cancel => format!("Cancelled: {what}"),
    },
    already: |title, state| {
        let state = match state {
            "running" => "is on its way already",
            "paused" => "is paused already",
            "quarantined" => "is stopped, since it is not accepted",
            "cancelled" => "is cancelled",
            _ => "is finished",
        };
        format!("“{title}” {state}.")
    },
    no_such_target: |typed| {
        format!("I know no publication or platform “{typed}”. Try /pause alone to see what is on its way.")
    },
};

/// As Discord's own settings name it.
fn permission(right: Right) -> &'static str {
    match right {
        Right::View => "View Channel",
        Right::Send => "Send Messages",
        Right::SendInThreads => "Send Messages in Threads",
        Right::EmbedLinks => "Embed Links",
        Right::AttachFiles => "Attach Files",
    }
}

fn day(day: NaiveDate, today: NaiveDate) -> String {
    let format = if day.year() == today.year() { "%a %-d %b" } else { "%a %-d %b %Y" };
    day.format(format).to_string()
}

/// `08:30 New York time`.
fn clock(at: NaiveTime, zone: &str) -> String {
    let at = at.format("%H:%M");
    match zone.rsplit_once('/') {
        // `GMT-8 time` would say nothing more than `Etc/GMT-8`.
        Some((area, city)) if area != "Etc" => format!("{at} {} time", city.replace('_', " ")),
        _ => format!("{at} {zone}"),
    }
}

fn quoted(titles: &[String]) -> String {
    let quoted: Vec<String> = titles.iter().map(|title| format!("“{title}”")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

fn subscribed(subscribed: &Subscribed<'_>) -> String {
    let Subscribed { kind, title, new, hour, latest } = *subscribed;
    let opening = if new {
        by_kind(
            kind,
            "Hello! You are now subscribed to",
            "Hello! This group is now subscribed to",
            "This channel is now subscribed to",
        )
    } else {
        by_kind(
            kind,
            "You are already subscribed to",
            "This group is already subscribed to",
            "This channel is already subscribed to",
        )
    };
    let when = match hour {
        None => "It comes here as soon as it is out.".to_owned(),
        Some((at, zone)) => format!("It comes here at {}.", clock(at, zone)),
    };
    let latest = latest.map(|day| format!("\nLatest: {day}")).unwrap_or_default();
    format!("{opening} “{title}”. {when}{latest}\n\nAnother day: /digest 11-27\nUnsubscribe: /stop")
}

fn status(feeds: &[FeedStatus], hour: Option<DailyHour<'_>>) -> String {
    let mut text = String::from("Delivered here:");
    for FeedStatus { title, since, latest } in feeds {
        text += &format!("\n• {title}, since {}", since.format("%-d %B %Y"));
        if let Some(day) = latest {
            text += &format!("\n  Latest: {day}");
        }
    }
    match hour {
        None => text + "\n\nAs soon as it is out.",
        Some((at, zone)) => text + &format!("\n\nAt {}.", clock(at, zone)),
    }
}

fn progress(progress: &Progress) -> String {
    let Progress { going, audience, delivered, failed, uncertain } = progress;
    let mut counts = format!("{} of {} delivered", grouped(*delivered), grouped(*audience));
    if *failed > 0 {
        counts += &format!(", {} failed", grouped(*failed));
    }
    if *uncertain > 0 {
        counts += &format!(", {} uncertain", grouped(*uncertain));
    }
    match going {
        Going::On => format!("On its way…\n{counts}"),
        Going::Paused => format!("Paused.\n{counts}"),
        Going::Done(took) => format!("Done in {}.\n{counts}", duration(*took)),
        Going::Cancelled => format!("Cancelled; the rest will not be sent.\n{counts}"),
        Going::Refused => format!("Stopped: this message is not accepted. Please change it and try again.\n{counts}"),
    }
}

fn duration(took: TimeDelta) -> String {
    let seconds = took.num_seconds().max(1);
    match (seconds / 3600, seconds % 3600 / 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s} s"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}
