//! A call as it arrives: JSON, urlencoded, multipart or in the query string.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, Multipart, Query, Request};
use axum::http::header;
use axum::{Form, Json};
use serde_json::{Map, Value};

use super::answer::Refusal;

/// A file in a multipart body.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    /// As the client calls it.
    pub(super) name: String,
    /// The bytes.
    pub(super) bytes: Vec<u8>,
}

/// A method's arguments, whichever way they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Call {
    /// By name. Numbers and JSON that came as text are parsed, so that the ledger shows every body alike.
    pub(super) fields: Map<String, Value>,
    /// By part name.
    pub(super) uploads: BTreeMap<String, Upload>,
}

/// Arguments that are JSON by themselves; the real service takes them as text too.
const JSON_FIELDS: &[&str] = &[
    "allowed_updates",
    "caption_entities",
    "commands",
    "entities",
    "link_preview_options",
    "media",
    "message_ids",
    "reply_markup",
    "reply_parameters",
    "rich_message",
    "scope",
];

/// Arguments that are whole numbers, also when they came as text.
const NUMBER_FIELDS: &[&str] = &["chat_id", "message_id", "message_thread_id", "user_id"];

impl Call {
    /// Reads the arguments; the limit on the body's size is the router's.
    pub(super) async fn read(request: Request) -> Result<Self, Refusal> {
        let mut call = Self::default();
        if let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(request.uri()) {
            call.take_texts(pairs)?;
        }
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/json" => {
                let unreadable = || Refusal::bad("can't parse JSON object");
                let Json(body) = Json::<Value>::from_request(request, &()).await.map_err(|_| unreadable())?;
                let Value::Object(fields) = body else { return Err(unreadable()) };
                for (name, value) in fields {
                    call.take(name, value)?;
                }
            }
            "application/x-www-form-urlencoded" => {
                let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
                let Form(pairs) = form.map_err(|_| Refusal::bad("can't parse the form"))?;
                call.take_texts(pairs)?;
            }
            "multipart/form-data" => call.take_parts(request).await?,
            _ => {}
        }
        Ok(call)
    }

    async fn take_parts(&mut self, request: Request) -> Result<(), Refusal> {
        let unreadable = || Refusal::bad("can't parse the multipart body");
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
        while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
            let name = part.name().unwrap_or("").to_owned();
            let file = part.file_name().map(str::to_owned);
            let too_big = |_| Refusal::new(413, "Request Entity Too Large");
            let bytes = part.bytes().await.map_err(too_big)?.to_vec();
            if let Some(file) = file {
                self.uploads.insert(name, Upload { name: file, bytes });
            } else {
                let text = String::from_utf8(bytes).map_err(|_| Refusal::bad("strings must be encoded in UTF-8"))?;
                self.take(name, Value::String(text))?;
            }
        }
        Ok(())
    }

    fn take_texts(&mut self, pairs: Vec<(String, String)>) -> Result<(), Refusal> {
        pairs.into_iter().try_for_each(|(name, text)| self.take(name, Value::String(text)))
    }

    fn take(&mut self, name: String, value: Value) -> Result<(), Refusal> {
        let value = match value {
            Value::String(text) if JSON_FIELDS.contains(&name.as_str()) => serde_json::from_str(&text)
                .map_err(|_| Refusal::bad(format_args!("can't parse {} JSON object", name.replace('_', " "))))?,
            Value::String(text) if NUMBER_FIELDS.contains(&name.as_str()) => {
                text.trim().parse::<i64>().map_or(Value::String(text), Value::from)
            }
            other => other,
        };
        if !value.is_null() {
            self.fields.insert(name, value);
        }
        Ok(())
    }

    /// A whole number, given as one or as text.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        match self.fields.get(name)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.as_str()
    }

    /// Yes or no, given as a boolean or as text.
    pub(super) fn flag(&self, name: &str) -> bool {
        match self.fields.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true") || text == "1",
            _ => false,
        }
    }

    /// The chat that is spoken to, as the ledger names it; empty without one.
    pub(super) fn chat(&self) -> String {
        match self.fields.get("chat_id") {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }
}
