//! `/status`: what this chat receives.

use platform::Reply;

use super::{
    buttons::{button, rows},
    feeds::{self, Received},
    visit::Visit,
};
use crate::wording::FeedStatus;

pub(super) async fn status(visit: &Visit<'_>) -> anyhow::Result<Reply> {
    let texts = visit.texts;
    let ended = visit.subscriber.as_ref().is_some_and(|subscriber| subscriber.ended_at.is_some());
    let received = feeds::received(visit).await?;
    let first = match received.first() {
        Some(first) if !ended => first,
        _ => return Ok(visit.say(texts.not_subscribed)),
    };
    let mut lines = Vec::new();
    for Received { feed, since } in &received {
        lines.push(FeedStatus {
            title: feed.title(visit.language).to_owned(),
            since: since.with_timezone(&feed.zone).date_naive(),
            latest: feeds::latest_day(visit, feed).await?,
        });
    }
    let any = lines.iter().any(|line| line.latest.is_some());
    let see = if any { button(texts.see_latest, "/digest".to_owned()) } else { None };
    Ok(visit.offer(&(texts.status)(&lines, visit.hour(first.feed.zone)), &rows(see, 1)))
}
