//! `/stop [feed]`: end the subscription.

use platform::Reply;

use super::{feeds, typed::shortened, visit::Visit};
use crate::store::{
    feeds::{Feed, all_declared},
    subscriptions,
};

pub(super) async fn stop(visit: &Visit<'_>, name: Option<&str>) -> anyhow::Result<Reply> {
    let received: Vec<Feed> = feeds::received(visit).await?.into_iter().map(|received| received.feed).collect();
    let (Some(subscriber), false) = (&visit.subscriber, received.is_empty()) else {
        return Ok(visit.say(visit.texts.not_subscribed));
    };
    let leaving: Vec<&Feed> = match name {
        None => received.iter().collect(),
        Some(name) => received.iter().filter(|feed| feed.name.eq_ignore_ascii_case(name)).collect(),
    };
    if let (Some(name), []) = (name, leaving.as_slice()) {
        return not_received(visit, name).await;
    }
    let ids: Vec<i32> = leaving.iter().map(|feed| feed.id).collect();
    subscriptions::end(&visit.desk.db, subscriber.id, &ids, visit.now).await?;
    let titles: Vec<String> = leaving.iter().map(|feed| feed.title(visit.language).to_owned()).collect();
    Ok(visit.say(&(visit.texts.stopped)(&titles)))
}

async fn not_received(visit: &Visit<'_>, name: &str) -> anyhow::Result<Reply> {
    let declared = all_declared(&visit.desk.db).await?;
    let text = match declared.iter().find(|feed| feed.name.eq_ignore_ascii_case(name)) {
        Some(feed) => (visit.texts.not_subscribed_to)(feed.title(visit.language)),
        None => (visit.texts.unknown_feed)(&shortened(name), &feeds::listed(&declared, visit.language)),
    };
    Ok(visit.say(&text))
}
