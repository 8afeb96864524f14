//! `/page 12 3` and `/turn 12 4`: a page of a digest that is not sent all at once.

use platform::{Outgoing, Place, Reply};

use super::visit::Visit;
use crate::{publish::sheet::Paper, store::reports};

pub(super) async fn page(visit: &Visit<'_>, report: i64, number: usize, turn: bool) -> anyhow::Result<Reply> {
    let Some(archived) = reports::by_id(&visit.desk.db, report).await? else {
        return Ok(visit.aside(visit.texts.no_digests));
    };
    if reports::changes::is_withheld(&visit.desk.db, report).await? {
        return Ok(visit.aside(visit.texts.no_digests));
    }
    let paper = Paper::of_report(&visit.desk.db, &archived, visit.desk.platforms.most_messages()).await?;
    let Some(message) = paper.page(visit.dialect, number, visit.language) else {
        return Ok(visit.aside(visit.texts.no_digests));
    };
    let place = if turn { Place::Instead } else { Place::Below };
    Ok(Reply { messages: vec![Outgoing { message, attachments: Vec::new() }], place, ..Reply::default() })
}
