//! `/time 08:30 [zone]` and `/time off`: when this chat wants its digests.

use platform::{Hour, Reply};

use super::{feeds, typed::shortened, visit::Visit, zones};
use crate::store::subscribers;

pub(super) async fn time(visit: &Visit<'_>, hour: &Hour) -> anyhow::Result<Reply> {
    let (db, texts) = (&visit.desk.db, visit.texts);
    let received = feeds::received(visit).await?;
    let (Some(subscriber), Some(first)) = (&visit.subscriber, received.first()) else {
        return Ok(visit.say(texts.not_subscribed));
    };
    match hour {
        Hour::Show => Ok(visit.say(&(texts.hour)(visit.hour(first.feed.zone)))),
        Hour::Off => {
            subscribers::set_hour(db, subscriber.id, None, None).await?;
            Ok(visit.say(texts.hour_off))
        }
        Hour::At { at, zone } => {
            let named = match zone {
                None => None,
                Some(typed) => match zones::find(typed) {
                    None => return Ok(visit.say(&(texts.unknown_zone)(&shortened(typed)))),
                    found => found.map(|zone| zone.name()),
                },
            };
            subscribers::set_hour(db, subscriber.id, Some(*at), named).await?;
            let zone = named.or(subscriber.zone.as_deref()).unwrap_or(first.feed.zone.name());
            Ok(visit.say(&(texts.hour_set)(*at, zone)))
        }
    }
}
