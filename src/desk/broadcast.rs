//! `/broadcast text`: a preview first, then one press that sends or discards.

use std::sync::{Arc, PoisonError};

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use platform::{ChatId, Layout, MessageId, Outgoing, Reply, UserId};
use rand::distr::{Alphanumeric, SampleString};
use sqlx::PgPool;

use super::{
    buttons::{button, rows},
    visit::{Visit, outgoing},
};
use crate::{
    platforms::Platforms,
    publish::{self, Broadcast, Place, Published, sheet::Paper},
    store::{
        confirmations::{self, CutShort, Press, Preview},
        publications::chain,
    },
    wording::{Going, Progress},
};

/// How long the buttons hold, in minutes.
pub(super) const MINUTES: i64 = 10;

/// The broadcast exactly as it will look, and below it how many it would reach, with the two buttons.
pub(super) async fn preview(visit: &Visit<'_>, admin: &UserId, text: &str) -> anyhow::Result<Reply> {
    let (db, texts) = (&visit.desk.db, visit.texts);
    let (paper, card) = Paper::of_broadcast(text).await;
    let card = card.map(Arc::new);
    let shown = paper.render(visit.dialect, Layout::default(), visit.language);
    if shown.is_empty() {
        return Ok(visit.say(texts.no_text));
    }
    let mut messages: Vec<Outgoing> = shown.into_iter().map(|message| outgoing(message, card.as_ref())).collect();

    let audience = publish::audience(db, &visit.desk.platforms).await?;
    if audience == 0 {
        messages.push(visit.note(texts.nobody, &[]));
        return Ok(Reply { messages, ..Reply::default() });
    }
    let token = token(visit);
    let waiting = Preview {
        token: &token,
        bot: visit.bot,
        chat: &visit.chat.id.0,
        person: &admin.0,
        language: visit.language.code(),
        text,
        recalls: None,
        audience,
        created_at: visit.now,
        expires_at: visit.now + TimeDelta::minutes(MINUTES),
    };
    confirmations::put(db, &waiting).await?;
    let send = button(texts.send, format!("/confirm {token}"));
    let discard = button(texts.discard, format!("/discard {token}"));
    let stars = publish::price::stars(db, &visit.desk.platforms, &paper).await?;
    let price = if stars == 0 { String::new() } else { format!("\n{}", (texts.price)(stars)) };
    let question = (texts.preview)(audience, MINUTES) + &price;
    messages.push(visit.note(&question, &rows(send.into_iter().chain(discard), 2)));
    Ok(Reply { messages, ..Reply::default() })
}

/// A press of one of the two buttons. The first one counts; every later one hears what came of it.
pub(super) async fn decide(visit: &Visit<'_>, admin: &UserId, token: &str, sends: bool) -> anyhow::Result<Reply> {
    let (db, texts) = (&visit.desk.db, visit.texts);
    let press = Press {
        token,
        bot: visit.bot,
        chat: &visit.chat.id.0,
        person: &admin.0,
        sends,
        message: visit.pressed.map(|message| message.0.as_str()),
    };
    let Some(decided) = confirmations::decide(db, &press, visit.now).await? else {
        return too_late(visit, admin, token).await;
    };
    let recalls = decided.recalls.is_some();
    if !sends {
        return Ok(visit.instead(if recalls { texts.recalls.kept } else { texts.discarded }));
    }
    let cut = CutShort {
        token: token.to_owned(),
        text: decided.text,
        recalls: decided.recalls,
        bot: visit.bot,
        chat: visit.chat.id.0.clone(),
        message: visit.pressed.map(|message| message.0.clone()),
    };
    let audience = publish(db, &visit.desk.platforms, &cut, visit.now).await?;
    // Typed by hand, there is no message that could show how it goes.
    if visit.pressed.is_none() {
        return Ok(visit.say(texts.on_its_way));
    }
    let begun = Progress { going: Going::On, audience, delivered: 0, failed: 0, uncertain: 0 };
    let progress = if recalls { texts.recalls.progress } else { texts.progress };
    Ok(visit.instead(&progress(&begun)))
}

/// Publishes a confirmed broadcast or recall; gives how many it will reach. Repeatable: the token is the publication's key.
pub(super) async fn publish(
    db: &PgPool,
    platforms: &Platforms,
    confirmed: &CutShort,
    now: DateTime<Utc>,
) -> anyhow::Result<i64> {
    let progress = confirmed.message.as_ref().map(|message| Place {
        bot: confirmed.bot,
        chat: ChatId(confirmed.chat.clone()),
        message: MessageId(message.clone()),
    });
    let published = match confirmed.recalls {
        Some(recalled) => {
            let root = chain::root(db, recalled).await?.context("what is recalled was published")?;
            publish::recall::recall(db, &root, progress, now).await?
        }
        None => {
            let broadcast = Broadcast { token: confirmed.token.clone(), text: confirmed.text.clone(), progress };
            publish::broadcast(db, platforms, &broadcast, now).await?
        }
    };
    let (publication, audience) = match published {
        Published::New { publication, audience } => (publication, audience),
        Published::Already { publication } => (publication, 0),
    };
    confirmations::published(db, &confirmed.token, publication).await?;
    Ok(audience)
}

/// Why a press changed nothing.
async fn too_late(visit: &Visit<'_>, admin: &UserId, token: &str) -> anyhow::Result<Reply> {
    let texts = visit.texts;
    Ok(match confirmations::standing(&visit.desk.db, token, visit.bot, &visit.chat.id.0).await? {
        Some(standing) if standing.person != admin.0 => visit.aside(texts.not_yours),
        Some(standing) if standing.confirmed => visit.aside(texts.on_its_way),
        Some(standing) if standing.decided_at.is_some() && standing.recalls => visit.instead(texts.recalls.kept),
        Some(standing) if standing.decided_at.is_some() => visit.instead(texts.discarded),
        Some(standing) if standing.recalls => visit.instead(&(texts.recalls.expired)(MINUTES)),
        Some(_) | None => visit.instead(&(texts.expired)(MINUTES)),
    })
}

/// Letters and digits that nobody can guess (131 bits), short enough for a button's action.
pub(super) fn token(visit: &Visit<'_>) -> String {
    let mut chance = visit.desk.chance.lock().unwrap_or_else(PoisonError::into_inner);
    Alphanumeric.sample_string(&mut *chance, 22)
}
