//! `/digest [day]`: show a day's digest, to anybody who asks.
//!
//! Every feed in question that has a report on that day is shown. In question are the feeds that the chat receives, or
//! all declared ones for a chat that receives nothing.

use chrono::NaiveDate;
use platform::{Day, Layout, Outgoing, Reply};

use super::{
    buttons::{button, rows},
    days, feeds,
    visit::Visit,
};
use crate::{
    publish::sheet::Paper,
    store::{feeds::Feed, pictures, reports, reports::Archived},
};

/// How many days are offered in place of one that has no digest.
const OFFERED: u8 = 6;

pub(super) async fn digest(visit: &Visit<'_>, day: Day) -> anyhow::Result<Reply> {
    let feeds = feeds::to_read(visit).await?;
    let mut messages = Vec::new();
    for feed in &feeds {
        let report = match days::resolve(day, feeds::today(visit, feed)) {
            None => reports::latest(&visit.desk.db, feed.id).await?,
            Some(date) => reports::on_day(&visit.desk.db, feed.id, date).await?,
        };
        if let Some(report) = report {
            let layout = visit.subscriber.as_ref().map(|subscriber| subscriber.layout).unwrap_or_default();
            messages.extend(render(visit, &report, layout).await?);
        }
    }
    if !messages.is_empty() {
        return Ok(Reply { messages, ..Reply::default() });
    }
    let Some(first) = feeds.first() else { return Ok(visit.say(visit.texts.no_digests)) };
    let today = feeds::today(visit, first);
    match days::resolve(day, today) {
        None => Ok(visit.say(visit.texts.no_digests)),
        Some(date) => nearest(visit, &feeds, date, today).await,
    }
}

/// The report for this platform, in the reader's language, with its picture.
pub(super) async fn render(visit: &Visit<'_>, report: &Archived, layout: Layout) -> anyhow::Result<Vec<Outgoing>> {
    let db = &visit.desk.db;
    let paper = Paper::of_report(db, report, visit.desk.platforms.most_messages()).await?;
    let mut messages = Vec::new();
    for message in paper.render(visit.dialect, layout, visit.language) {
        let attachments = pictures::attachments(db, visit.bot, &message.pictures).await?;
        messages.push(Outgoing { message, attachments });
    }
    Ok(messages)
}

/// The nearest days that do have a digest, as buttons.
async fn nearest(visit: &Visit<'_>, feeds: &[Feed], date: NaiveDate, today: NaiveDate) -> anyhow::Result<Reply> {
    let texts = visit.texts;
    let mut days = Vec::new();
    for feed in feeds {
        days.extend(reports::nearest_days(&visit.desk.db, feed.id, date, OFFERED.into()).await?);
    }
    days.sort_unstable();
    days.dedup();
    days.sort_by_key(|day| (*day - date).abs());
    days.truncate(OFFERED.into());
    days.sort_unstable_by(|a, b| b.cmp(a));
    if days.is_empty() {
        return Ok(visit.say(texts.no_digests));
    }
    let asked = (texts.day)(date, today);
    let text = match date.cmp(&today) {
        std::cmp::Ordering::Less => (texts.no_digest_on)(&asked),
        std::cmp::Ordering::Equal => texts.not_out_yet.to_owned(),
        std::cmp::Ordering::Greater => (texts.still_to_come)(&asked),
    };
    let buttons = days.into_iter().filter_map(|day| button(&(texts.day)(day, today), format!("/digest {day}")));
    Ok(visit.offer(&text, &rows(buttons, 2)))
}
