//! `/layout [word]`: how this chat wants its digests to look.
//!
//! The rich one is chosen only by somebody who has seen a sample of it: the service takes such a message for readers
//! whose program shows nothing but a placeholder.

use platform::{Layout, Reply};

use super::{
    buttons::{button, rows},
    digest, feeds,
    visit::Visit,
};
use crate::store::{reports, subscribers};

pub(super) async fn layout(visit: &Visit<'_>, layout: Option<Layout>, sure: bool) -> anyhow::Result<Reply> {
    let (db, texts) = (&visit.desk.db, visit.texts);
    let received = feeds::received(visit).await?;
    let (Some(subscriber), Some(first)) = (&visit.subscriber, received.first()) else {
        return Ok(visit.say(texts.not_subscribed));
    };
    let known = visit.dialect.layouts();
    let Some(layout) = layout.filter(|layout| known.contains(layout)) else {
        let choice = |layout: &Layout| button((texts.layout_name)(*layout), format!("/layout {}", layout.as_str()));
        return Ok(visit.offer(texts.which_layout, &rows(known.iter().filter_map(choice), 1)));
    };
    if layout == Layout::Rich
        && !sure
        && let Some(report) = reports::latest(db, first.feed.id).await?
    {
        let mut messages = digest::render(visit, &report, layout).await?;
        let right = button(texts.looks_right, "/layout rich sure".to_owned());
        let placeholder = button(texts.sees_placeholder, "/layout full".to_owned());
        messages.push(visit.note(texts.layout_sample, &rows([right, placeholder].into_iter().flatten(), 2)));
        return Ok(Reply { messages, ..Reply::default() });
    }
    subscribers::set_layout(db, subscriber.id, layout).await?;
    let set = (texts.layout_set)((texts.layout_name)(layout));
    Ok(if visit.pressed.is_some() { visit.instead(&set) } else { visit.say(&set) })
}
