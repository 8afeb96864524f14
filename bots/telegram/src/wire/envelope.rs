//! The envelope around every answer of the Bot API.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::error::{CallError, Refusal};

#[derive(Deserialize)]
struct Envelope {
    ok: bool,
    result: Option<Value>,
    error_code: Option<u16>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Default, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

/// The result in an answer's body, or why there is none. `wait` is the header `Retry-After`.
pub(super) fn read(status: u16, wait: Option<Duration>, body: &str) -> Result<Value, CallError> {
    match serde_json::from_str::<Envelope>(body) {
        Ok(Envelope { ok: true, result: Some(result), .. }) => Ok(result),
        Ok(Envelope { ok: false, error_code, description, parameters, .. }) => {
            let parameters = parameters.unwrap_or_default();
            Err(CallError::Refused(Refusal {
                status: error_code.unwrap_or(status),
                description: description.unwrap_or_else(|| format!("status {status} without a description")),
                retry_after: parameters.retry_after.map(Duration::from_secs).or(wait),
                migrate_to: parameters.migrate_to_chat_id,
            }))
        }
        // Something in front of the service refused the call; it cannot have come through.
        _ if status == 429 => {
            let description = "Too Many Requests, said by a gateway".to_owned();
            Err(CallError::Refused(Refusal { status, description, retry_after: wait, migrate_to: None }))
        }
        _ if (400..500).contains(&status) => {
            Err(CallError::NotSent(format!("status {status} from something that is not the Bot API")))
        }
        _ => Err(CallError::NoAnswer(format!("status {status} with a body that is not the Bot API's"))),
    }
}

#[cfg(test)]
mod tests {
    use platform::{ChatId, Scope, SendError};

    use super::*;

    #[test]
    fn a_group_that_became_a_supergroup_has_moved() {
        let body = r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat",
            "parameters":{"migrate_to_chat_id":-1001234567890}}"#;
        let error = SendError::from(read(400, None, body).unwrap_err());
        assert_eq!(error, SendError::Moved { to: ChatId("-1001234567890".to_owned()) });
    }

    #[test]
    fn a_rate_limit_says_how_long_in_the_body_or_in_the_header() {
        let wait = |seconds| SendError::RateLimited { retry_after: Duration::from_secs(seconds), scope: Scope::Chat };
        let body = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}"#;
        assert_eq!(SendError::from(read(429, Some(Duration::from_secs(9)), body).unwrap_err()), wait(7));
        let page = read(429, Some(Duration::from_secs(9)), "<html>").unwrap_err();
        assert_eq!(SendError::from(page), wait(9));
        assert_eq!(SendError::from(read(429, None, "<html>").unwrap_err()), wait(30));
    }

    #[test]
    fn an_answer_that_is_not_the_bot_apis_leaves_a_doubt_unless_it_is_a_refusal() {
        for (status, body) in
            [(502, "<html>"), (200, "<html>"), (200, r#"{"ok":true"#), (500, ""), (200, r#"{"ok":true}"#)]
        {
            assert!(matches!(read(status, None, body), Err(CallError::NoAnswer(_))), "{status} {body}");
        }
        assert!(matches!(read(403, None, "<html>"), Err(CallError::NotSent(_))));
    }
}
