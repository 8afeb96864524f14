//! `/recall [day or number]`: a question first, then one press that takes it back or keeps it.

use chrono::TimeDelta;
use platform::{Recall, Reply, UserId};

use super::{
    broadcast::{MINUTES, token},
    buttons::{button, rows},
    days, feeds,
    visit::Visit,
};
use crate::store::{
    confirmations::{self, Preview},
    deliveries::follow,
    publications::chain::{self, Root},
};

/// How many are offered where none is named.
const OFFERED: i64 = 6;
/// How much of a title stands on a button, in characters.
const TITLE: usize = 40;

pub(super) async fn recall(visit: &Visit<'_>, admin: &UserId, what: &Recall) -> anyhow::Result<Reply> {
    let db = &visit.desk.db;
    let mut found = match what {
        Recall::Choose => chain::last(db, OFFERED).await?,
        Recall::Publication(id) => match chain::root(db, *id).await? {
            Some(root) => return ask(visit, admin, &root).await,
            None => Vec::new(),
        },
        Recall::Day(day) => {
            let mut found = Vec::new();
            for feed in feeds::to_read(visit).await? {
                let today = feeds::today(visit, &feed);
                found.extend(chain::on_day(db, feed.id, days::resolve(*day, today).unwrap_or(today)).await?);
            }
            found
        }
    };
    let texts = visit.texts.recalls;
    match (what, found.len()) {
        (_, 0) => Ok(visit.say(texts.nothing)),
        (Recall::Day(_), 1) => ask(visit, admin, &found.remove(0)).await,
        _ => {
            let buttons = found.iter().filter_map(|root| button(&label(root), format!("/recall {}", root.id)));
            Ok(visit.offer(texts.which, &rows(buttons, 1)))
        }
    }
}

/// What it is and how many it concerns, with the two buttons.
async fn ask(visit: &Visit<'_>, admin: &UserId, root: &Root) -> anyhow::Result<Reply> {
    let (db, texts) = (&visit.desk.db, visit.texts.recalls);
    let chats = follow::count(db, root.id).await?;
    let token = token(visit);
    let waiting = Preview {
        token: &token,
        bot: visit.bot,
        chat: &visit.chat.id.0,
        person: &admin.0,
        language: visit.language.code(),
        text: &root.title,
        recalls: Some(root.id),
        audience: chats,
        created_at: visit.now,
        expires_at: visit.now + TimeDelta::minutes(MINUTES),
    };
    confirmations::put(db, &waiting).await?;
    let take_back = button(texts.take_back, format!("/confirm {token}"));
    let keep = button(texts.keep, format!("/discard {token}"));
    let text = (texts.preview)(&label(root), chats, MINUTES);
    Ok(visit.offer(&text, &rows(take_back.into_iter().chain(keep), 2)))
}

fn label(root: &Root) -> String {
    let title: String = root.title.chars().take(TITLE).collect();
    format!("{title} · {}", root.published_at.format("%m-%d"))
}
