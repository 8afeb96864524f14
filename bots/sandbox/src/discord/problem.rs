//! Refusals in Discord's own shape.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// A refusal: HTTP status, JSON code and text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Problem {
    pub(super) status: u16,
    pub(super) code: u32,
    pub(super) message: String,
    errors: Option<Value>,
    limit: Option<Limit>,
}

#[derive(Clone, Debug, PartialEq)]
struct Limit {
    retry_after: Duration,
    global: bool,
}

impl Problem {
    pub(super) fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), errors: None, limit: None }
    }

    /// 50035 with the complaints nested under the names of their fields.
    pub(super) fn form(complaints: &Complaints) -> Self {
        let errors = Some(complaints.nested());
        Self { errors, ..Self::new(400, 50035, "Invalid Form Body") }
    }

    pub(super) fn rate_limited(retry_after: Duration, global: bool) -> Self {
        let limit = Some(Limit { retry_after, global });
        Self { limit, ..Self::new(429, 0, "You are being rate limited.") }
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(401, 0, "401: Unauthorized")
    }

    pub(super) fn unknown_channel() -> Self {
        Self::new(404, 10003, "Unknown Channel")
    }

    pub(super) fn unknown_message() -> Self {
        Self::new(404, 10008, "Unknown Message")
    }

    pub(super) fn unknown_interaction() -> Self {
        Self::new(404, 10062, "Unknown interaction")
    }

    pub(super) fn unknown_webhook() -> Self {
        Self::new(404, 10015, "Unknown Webhook")
    }

    pub(super) fn missing_access() -> Self {
        Self::new(403, 50001, "Missing Access")
    }

    pub(super) fn missing_permissions() -> Self {
        Self::new(403, 50013, "Missing Permissions")
    }

    pub(super) fn cannot_message_user() -> Self {
        Self::new(403, 50007, "Cannot send messages to this user")
    }

    pub(super) fn empty() -> Self {
        Self::new(400, 50006, "Cannot send an empty message")
    }

    pub(super) fn too_large() -> Self {
        Self::new(413, 40005, "Request entity too large")
    }

    /// What a plain status looks like in JSON.
    pub(super) fn status(status: u16) -> Self {
        match status {
            401 => Self::unauthorized(),
            429 => Self::rate_limited(Duration::from_secs(1), false),
            status => {
                let reason = StatusCode::from_u16(status).ok().and_then(|code| code.canonical_reason());
                Self::new(status, 0, format!("{status}: {}", reason.unwrap_or("Error")))
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut headers = HeaderMap::new();
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = self.errors {
            body["errors"] = errors;
        }
        if let Some(limit) = self.limit {
            let seconds = limit.retry_after.as_secs_f64();
            body = json!({ "message": self.message, "retry_after": seconds, "global": limit.global });
            let scope = if limit.global { "global" } else { "user" };
            headers.insert(HeaderName::from_static("x-ratelimit-scope"), HeaderValue::from_static(scope));
            // The header is in whole seconds, rounded up; the body is exact.
            headers.insert(HeaderName::from_static("retry-after"), HeaderValue::from(limit.retry_after.as_secs() + 1));
            if limit.global {
                headers.insert(HeaderName::from_static("x-ratelimit-global"), HeaderValue::from_static("true"));
            }
        }
        (status, headers, Json(body)).into_response()
    }
}

/// What is wrong with the fields of one body.
#[derive(Debug, Default)]
pub(super) struct Complaints(Vec<(String, &'static str, String)>);

impl Complaints {
    /// Adds one about the field at `path`, such as `embeds.0.title`.
    pub(super) fn add(&mut self, path: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.0.push((path.into(), code, message.into()));
    }

    /// Adds one if `length` is more than `most` characters or items.
    pub(super) fn at_most(&mut self, path: impl Into<String>, length: usize, most: usize) {
        if length > most {
            self.add(path, "BASE_TYPE_MAX_LENGTH", format!("Must be {most} or fewer in length."));
        }
    }

    pub(super) fn required(&mut self, path: impl Into<String>) {
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required");
    }

    /// The refusal, if there is anything to complain about.
    pub(super) fn into_result(self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::form(&self)) }
    }

    fn nested(&self) -> Value {
        let mut tree = Value::Object(Map::new());
        for (path, code, message) in &self.0 {
            let mut here = &mut tree;
            for step in path.split('.') {
                here = &mut here[step];
            }
            let error = json!({ "code": code, "message": message });
            match here["_errors"].as_array_mut() {
                Some(errors) => errors.push(error),
                None => here["_errors"] = json!([error]),
            }
        }
        tree
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_are_nested_under_the_names_of_their_fields() {
        let mut complaints = Complaints::default();
        complaints.at_most("embeds.0.title", 257, 256);
        complaints.at_most("embeds.0.title", 256, 256);
        let nested = complaints.nested();
        let error = json!([{ "code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length." }]);
        assert_eq!(nested, json!({ "embeds": { "0": { "title": { "_errors": error } } } }));
    }
}
