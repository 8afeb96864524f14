//! `/start [feed]`: subscribe this chat.

use platform::Reply;

use super::{
    buttons::{button, rows},
    feeds,
    typed::shortened,
    visit::Visit,
};
use crate::{
    store::{
        feeds::{Feed, all_declared},
        subscribers, subscriptions,
    },
    wording::{DailyHour, Subscribed},
};

pub(super) async fn start(visit: &Visit<'_>, name: Option<&str>) -> anyhow::Result<Reply> {
    let declared = all_declared(&visit.desk.db).await?;
    let texts = visit.texts;
    match (name, declared.as_slice()) {
        (_, []) => Ok(visit.say(texts.no_feeds)),
        (None, [only]) => subscribe(visit, only).await,
        (None, several) => Ok(choice(visit, &(texts.which_feed)(&feeds::listed(several, visit.language)), several)),
        (Some(name), declared) => match declared.iter().find(|feed| feed.name.eq_ignore_ascii_case(name)) {
            Some(feed) => subscribe(visit, feed).await,
            None => {
                let text = (texts.unknown_feed)(&shortened(name), &feeds::listed(declared, visit.language));
                Ok(choice(visit, &text, declared))
            }
        },
    }
}

/// The feeds as buttons below a text that names them.
fn choice(visit: &Visit<'_>, text: &str, feeds: &[Feed]) -> Reply {
    let buttons = feeds.iter().filter_map(|feed| button(feed.title(visit.language), format!("/start {}", feed.name)));
    visit.offer(text, &rows(buttons, 1))
}

async fn subscribe(visit: &Visit<'_>, feed: &Feed) -> anyhow::Result<Reply> {
    let db = &visit.desk.db;
    let subscriber = subscribers::ensure(db, visit.bot, visit.chat, visit.language, visit.now).await?;
    let new = subscriptions::add(db, subscriber.id, feed.id, visit.now).await?;
    let zone = subscriber.zone.as_deref().unwrap_or(feed.zone.name());
    let hour: Option<DailyHour<'_>> = subscriber.deliver_at.map(|at| (at, zone));
    // A chat that had ended hears what a new one hears: for its reader the digests begin anew.
    let woken = visit.subscriber.as_ref().is_some_and(|before| before.ended_at.is_some());
    welcome(visit, feed, new || woken, hour).await
}

/// What comes and when, with a button for the latest digest.
pub(super) async fn welcome(
    visit: &Visit<'_>,
    feed: &Feed,
    new: bool,
    hour: Option<DailyHour<'_>>,
) -> anyhow::Result<Reply> {
    let latest = feeds::latest_day(visit, feed).await?;
    let text = (visit.texts.subscribed)(&Subscribed {
        kind: visit.chat.kind,
        title: feed.title(visit.language),
        new,
        hour,
        latest: latest.as_deref(),
    });
    let see = latest.and_then(|_| button(visit.texts.see_latest, "/digest".to_owned()));
    Ok(visit.offer(&text, &rows(see, 1)))
}
