//! One call of the Bot API.

use std::time::Duration;

use platform::BadVariable;
use reqwest::multipart::Form;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use teloxide::requests::Payload;

use crate::error::CallError;
use crate::settings::Settings;

mod envelope;

/// The longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// The line to the service for one bot.
#[derive(Debug)]
pub(crate) struct Wire {
    client: Client,
    api: String,
    token: SecretString,
    timeout: Duration,
}

/// What goes with a call.
pub(crate) enum Body {
    /// Arguments only.
    Json(Value),
    /// Arguments and files.
    Form(Form),
}

impl Wire {
    /// A line for these settings; nothing is connected yet.
    pub(crate) fn new(settings: Settings) -> Result<Self, BadVariable> {
        let mut client = Client::builder()
            .connect_timeout(CONNECT.min(settings.timeout))
            .tcp_keepalive(Duration::from_secs(30))
            .redirect(Policy::none())
            .user_agent("paperboy");
        if is_loopback(&settings.api) {
            // A proxy from the environment does not reach this machine's own servers.
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| BadVariable {
            variable: "TELEGRAM_API_URL",
            reason: format!("no HTTP client can be made for it: {}", error.without_url()),
        })?;
        let api = settings.api.as_str().trim_end_matches('/').to_owned();
        Ok(Self { client, api, token: settings.token, timeout: settings.timeout })
    }

    /// Calls a method; gives its result.
    pub(crate) async fn call(&self, method: &str, body: Body) -> Result<Value, CallError> {
        self.call_within(method, body, self.timeout).await
    }

    /// Calls a method of the SDK's with its typed result; waits `patience` longer than for others.
    pub(crate) async fn ask<P>(&self, payload: &P, patience: Duration) -> Result<P::Output, CallError>
    where
        P: Payload + Serialize,
        P::Output: DeserializeOwned,
    {
        let body = serde_json::to_value(payload).map_err(|error| CallError::NotSent(error.to_string()))?;
        let result = self.call_within(P::NAME, Body::Json(body), self.timeout + patience).await?;
        // The SDK's updates can only be read from text: it looks for borrowed keys.
        serde_json::from_str(&result.to_string())
            .map_err(|error| CallError::NoAnswer(format!("{}: the result has another shape: {error}", P::NAME)))
    }

    async fn call_within(&self, method: &str, body: Body, timeout: Duration) -> Result<Value, CallError> {
        let url = format!("{}/bot{}/{method}", self.api, self.token.expose_secret());
        let request = self.client.post(url).timeout(timeout);
        let request = match body {
            Body::Json(arguments) => request.json(&arguments),
            Body::Form(form) => request.multipart(form),
        };
        let answer = request.send().await.map_err(|error| failed(method, error))?;
        let status = answer.status().as_u16();
        let header = answer.headers().get(reqwest::header::RETRY_AFTER);
        let wait = header.and_then(|value| value.to_str().ok()?.trim().parse().ok()).map(Duration::from_secs);
        let text = answer.text().await.map_err(|error| failed(method, error))?;
        envelope::read(status, wait, &text)
    }
}

/// Only a failed connection proves that nothing was sent.
fn failed(method: &str, error: reqwest::Error) -> CallError {
    let never_written = error.is_connect() || error.is_builder();
    // The address holds the token.
    let error = error.without_url();
    let mut why = format!("{method}: {error}");
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        why = format!("{why}: {inner}");
        cause = inner.source();
    }
    if never_written { CallError::NotSent(why) } else { CallError::NoAnswer(why) }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
