//! `/pause`, `/resume` and `/cancel`: an admin's hold on what is under way.

use platform::{Act, Button, Reply};

use super::{
    buttons::{button, rows},
    typed,
    visit::Visit,
};
use crate::{
    control::{self, ControlError, Target},
    store::publications::control::{Open, open},
    wording::Wording,
};

/// Does it, after a second press where it cannot be undone.
pub(super) async fn control(visit: &Visit<'_>, act: Act, target: Option<&str>, sure: bool) -> anyhow::Result<Reply> {
    let (db, texts) = (&visit.desk.db, visit.texts);
    let Some(word) = target else { return choose(visit, act).await };
    if act == Act::Cancel && !sure {
        let again = button((texts.act)(act), format!("/cancel {word} sure"));
        return Ok(visit.offer(&(texts.sure_to_cancel)(&typed::shortened(word)), &rows(again, 1)));
    }
    match control::act(db, act, &Target::read(word)).await {
        Ok(done) => Ok(visit.aside(&(texts.controlled)(act, &done.to))),
        Err(ControlError::Already { title, state }) => Ok(visit.aside(&(texts.already)(&title, &state))),
        Err(ControlError::NoSuchPublication(_) | ControlError::NoSuchBot(_)) => {
            Ok(visit.aside(&(texts.no_such_target)(&typed::shortened(word))))
        }
        Err(ControlError::Database(error)) => Err(error.into()),
    }
}

/// What this can be done to.
async fn choose(visit: &Visit<'_>, act: Act) -> anyhow::Result<Reply> {
    let running = |one: &Open| one.state == "running";
    let fits = |one: &Open| match act {
        Act::Pause => running(one),
        Act::Resume => !running(one),
        Act::Cancel => true,
    };
    let open: Vec<Open> = open(&visit.desk.db).await?.into_iter().filter(fits).collect();
    if open.is_empty() {
        return Ok(visit.say(visit.texts.nothing_under_way));
    }
    let one = |one: &Open| button(&format!("{} · {}", one.id, one.title), format!("/{} {}", act.name(), one.id));
    Ok(visit.offer(visit.texts.which_publication, &rows(open.iter().filter_map(one), 1)))
}

/// The buttons below a message that shows how a publication goes.
pub(super) fn beside(texts: &Wording, publication: i64, state: &str) -> Vec<Vec<Button>> {
    let acts: &[Act] = match state {
        "running" => &[Act::Pause, Act::Cancel],
        "paused" | "quarantined" => &[Act::Resume, Act::Cancel],
        _ => &[],
    };
    rows(acts.iter().filter_map(|act| button((texts.act)(*act), format!("/{} {publication}", act.name()))), 2)
}
