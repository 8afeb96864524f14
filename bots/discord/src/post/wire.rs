//! One HTTP request and its answer.

use std::time::Duration;

use platform::{BadVariable, SendError};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::multipart::{self, Part};
use reqwest::{Client, Method};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::form::Form;
use crate::error::judge;
use crate::settings::Settings;

const PUBLIC: &str = "https://discord.com";

/// Where Discord is, and who asks.
pub(crate) struct Wire {
    client: Client,
    base: String,
    token: SecretString,
}

/// What came back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// `None` when it is not JSON.
    pub(crate) body: Option<Value>,
    /// Calls left in the bucket.
    pub(crate) remaining: Option<u32>,
    /// When the bucket is full again.
    pub(crate) reset_after: Option<Duration>,
    /// The header, which is in whole seconds.
    pub(crate) retry_after: Option<Duration>,
    /// Whether a rate limit stops the whole bot.
    pub(crate) global: bool,
    /// Whether a rate limit is shared with others, so that nobody counts it against us.
    pub(crate) shared: bool,
}

impl Answer {
    /// Whether Discord counts it towards banning the address.
    pub(crate) fn counts_as_invalid(&self) -> bool {
        matches!(self.status, 401 | 403) || (self.status == 429 && !self.shared)
    }
}

impl Wire {
    pub(crate) fn new(settings: &Settings) -> Result<Self, BadVariable> {
        let builder = Client::builder()
            .user_agent(serenity::constants::USER_AGENT)
            .connect_timeout(settings.timeout.min(Duration::from_secs(5)))
            .timeout(settings.timeout);
        // A proxy that the machine is set up with must not stand before this machine.
        let builder = if settings.loopback { builder.no_proxy() } else { builder };
        let client = builder.build().map_err(|error| BadVariable {
            variable: "DISCORD_API_URL",
            reason: format!("cannot be connected to: {error}"),
        })?;
        let base = settings.api_url.clone().unwrap_or_else(|| PUBLIC.to_owned());
        Ok(Self { client, base, token: settings.token.clone() })
    }

    /// For serenity, which has no time-outs of its own.
    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn token(&self) -> &str {
        self.token.expose_secret()
    }

    /// Makes a call and waits for its answer, whatever it says.
    pub(crate) async fn call(&self, method: Method, path: &str, form: &Form) -> Result<Answer, SendError> {
        let request = self.client.request(method.clone(), format!("{}/api/v10{path}", self.base));
        let mut authorization = HeaderValue::try_from(format!("Bot {}", self.token.expose_secret()))
            .map_err(|_| SendError::Fatal { why: "the token holds characters that no token has".into() })?;
        authorization.set_sensitive(true);
        let request = request.header(AUTHORIZATION, authorization);
        let request = if !form.files.is_empty() {
            request.multipart(multipart(form))
        } else if method == Method::GET || method == Method::DELETE {
            request
        } else {
            request.json(&form.payload)
        };
        let response = request.send().await.map_err(|error| lost(&error))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response.bytes().await.map_err(|error| lost(&error))?;
        Ok(read(status, &headers, &body))
    }

    /// Makes a call of plain JSON and gives what Discord says to it.
    pub(crate) async fn ask(&self, method: Method, path: &str, payload: Value) -> Result<Value, SendError> {
        self.ask_with(method, path, &Form { payload, files: Vec::new() }).await
    }

    /// The same with pictures.
    pub(crate) async fn ask_with(&self, method: Method, path: &str, form: &Form) -> Result<Value, SendError> {
        let answer = self.call(method, path, form).await?;
        let heavy = super::form::is_heavy(&form.payload);
        judge(&answer, heavy).map_or_else(|| Ok(answer.body.unwrap_or_default()), Err)
    }
}

fn multipart(form: &Form) -> multipart::Form {
    let json = Part::text(form.payload.to_string());
    let json = json.mime_str("application/json").unwrap_or_else(|_| Part::text(form.payload.to_string()));
    let mut multipart = multipart::Form::new().part("payload_json", json);
    for (at, file) in form.files.iter().enumerate() {
        let bytes = || Part::bytes(file.picture.bytes.clone()).file_name(file.name.clone());
        let part = bytes().mime_str(file.picture.format.mime()).unwrap_or_else(|_| bytes());
        multipart = multipart.part(format!("files[{at}]"), part);
    }
    multipart
}

/// Only a connection that was never made proves that nothing was sent.
fn lost(error: &reqwest::Error) -> SendError {
    let why = cause(error);
    if error.is_connect() || error.is_builder() { SendError::Transient { why } } else { SendError::Unknown { why } }
}

/// The innermost words; the outer ones hold the address, and an interaction's address holds its token.
fn cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "timed out".to_owned();
    }
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    if std::ptr::addr_eq(inner, error) { "the request failed".to_owned() } else { inner.to_string() }
}

fn read(status: u16, headers: &HeaderMap, body: &[u8]) -> Answer {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let seconds = |name: &str| {
        text(name).and_then(|value| value.parse().ok()).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
    };
    // No body is an answer too (204); half a body is none.
    let json = if body.is_empty() { Some(Value::Null) } else { serde_json::from_slice(body).ok() };
    Answer {
        status,
        body: json.filter(|json: &Value| status < 300 || json.is_object()),
        remaining: text("x-ratelimit-remaining").and_then(|value| value.parse().ok()),
        reset_after: seconds("x-ratelimit-reset-after"),
        retry_after: seconds(RETRY_AFTER.as_str()),
        global: text("x-ratelimit-global") == Some("true") || text("x-ratelimit-scope") == Some("global"),
        shared: text("x-ratelimit-scope") == Some("shared"),
    }
}
