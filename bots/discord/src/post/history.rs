//! Finds a message of our own in a channel's history, once Discord has forgotten its nonce.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

/// Discord's ids count milliseconds from 2015 on, above 22 other bits (Reference, "Snowflakes").
const EPOCH: i64 = 1_420_070_400_000;
/// The most that one call lists.
pub(super) const MOST: usize = 100;

/// Where to begin to look for what was posted at `since`: a minute before, since two clocks are compared.
pub(super) fn after(since: DateTime<Utc>) -> u64 {
    let millis = (since - TimeDelta::minutes(1)).timestamp_millis().saturating_sub(EPOCH);
    u64::try_from(millis).unwrap_or_default() << 22
}

/// The id of a message by `author` that says what `payload` says.
pub(super) fn find(listed: &[Value], author: &str, payload: &Value) -> Option<String> {
    let ours = |message: &&Value| message["author"]["id"] == author && says(message) == says(payload);
    listed.iter().find(ours).and_then(|message| message["id"].as_str()).map(str::to_owned)
}

/// What a message says, less what Discord adds and trims.
fn says(message: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
    let mut says = vec![text(&message["content"])];
    let embeds = message["embeds"].as_array().into_iter().flatten();
    says.extend(embeds.flat_map(|embed| [text(&embed["description"]), text(&embed["footer"]["text"])]));
    says.extend(texts(&message["components"]));
    says
}

/// The texts of Components V2.
fn texts(components: &Value) -> Vec<String> {
    let one = |component: &Value| match component["type"].as_u64() {
        Some(10) => vec![component["content"].as_str().unwrap_or_default().trim().to_owned()],
        _ => texts(&component["components"]),
    };
    components.as_array().into_iter().flatten().flat_map(one).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_holds_the_time() {
        let at = "2015-01-01T00:01:01Z".parse().unwrap();
        assert_eq!(after(at), 1_000 << 22);
        assert_eq!(after(DateTime::UNIX_EPOCH), 0);
    }

    #[test]
    fn a_message_is_ours_if_we_wrote_it_and_it_says_the_same() {
        let payload = json!({ "embeds": [{ "description": "今天 " }], "nonce": "1", "allowed_mentions": {} });
        let message = |id: &str, author: &str, text: &str| {
            json!({ "id": id, "author": { "id": author }, "content": "",
                    "embeds": [{ "type": "rich", "description": text }], "components": [] })
        };
        let listed = [message("1", "7", "昨天"), message("2", "8", "今天"), message("3", "7", "今天")];
        assert_eq!(find(&listed, "7", &payload), Some("3".to_owned()));
        assert_eq!(find(&listed[..2], "7", &payload), None);
    }
}
