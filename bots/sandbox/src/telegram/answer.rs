//! Answers in the Bot API's envelope.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Why a call is refused, in the real service's words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    /// The HTTP status and `error_code`.
    pub(super) status: u16,
    /// The `description`, with its prefix.
    pub(super) description: String,
    /// `migrate_to_chat_id` or `retry_after`.
    pub(super) parameters: Option<Value>,
}

impl Refusal {
    pub(super) fn new(status: u16, description: impl Into<String>) -> Self {
        Self { status, description: description.into(), parameters: None }
    }

    /// 400; the prefix is added here.
    pub(super) fn bad(description: impl std::fmt::Display) -> Self {
        Self::new(400, format!("Bad Request: {description}"))
    }

    /// What the real service would take and quietly mend or drop: readers would lose something and nobody would
    /// notice, so the sandbox says no.
    pub(super) fn strict(description: impl std::fmt::Display) -> Self {
        Self::bad(format_args!("sandbox: {description}"))
    }

    /// 403; the prefix is added here.
    pub(super) fn forbidden(description: impl std::fmt::Display) -> Self {
        Self::new(403, format!("Forbidden: {description}"))
    }

    /// 429 with the wait in whole seconds, rounded up as the real service does.
    pub(super) fn too_many(wait: Duration) -> Self {
        let seconds = u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1);
        Self {
            status: 429,
            description: format!("Too Many Requests: retry after {seconds}"),
            parameters: Some(json!({ "retry_after": seconds })),
        }
    }

    /// The group has become a supergroup.
    pub(super) fn migrated(to: i64) -> Self {
        Self {
            status: 400,
            description: "Bad Request: group chat was upgraded to a supergroup chat".to_owned(),
            parameters: Some(json!({ "migrate_to_chat_id": to })),
        }
    }
}

/// The result of a method, or why there is none.
pub(super) type Answer = Result<Value, Refusal>;

/// The answer as the real service writes it.
pub(super) fn response(answer: Answer) -> Response {
    let (status, body, wait) = match answer {
        Ok(result) => (200, json!({ "ok": true, "result": result }), None),
        Err(refusal) => {
            let mut body = json!({ "ok": false, "error_code": refusal.status, "description": refusal.description });
            let wait = refusal.parameters.as_ref().and_then(|some| some["retry_after"].as_u64());
            if let Some(parameters) = refusal.parameters {
                body["parameters"] = parameters;
            }
            (refusal.status, body, wait)
        }
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, axum::Json(body)).into_response();
    if let Some(wait) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}

/// The page that a gateway in front of the real service shows when it does not reach it.
pub(super) fn bad_gateway() -> Response {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1>\
                </center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n";
    (StatusCode::BAD_GATEWAY, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}
