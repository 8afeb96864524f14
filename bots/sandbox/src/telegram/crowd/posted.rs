//! What the crowd's stand-in reads of a call.

use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request},
    http::header,
};
use serde::Deserialize;
use serde_json::Value;

/// What is read of a posted message.
#[derive(Default, Deserialize)]
pub(super) struct Posted {
    #[serde(default)]
    pub(super) chat_id: Value,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    pub(super) caption: String,
    #[serde(default)]
    pub(super) offset: i64,
    #[serde(default)]
    pub(super) timeout: u64,
}

/// The arguments, from JSON or from the texts of a form; whatever else came is not looked at.
pub(super) async fn read(request: Request) -> Posted {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/") {
        let mut posted = Posted::default();
        let Ok(mut parts) = Multipart::from_request(request, &()).await else { return posted };
        while let Ok(Some(part)) = parts.next_field().await {
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.unwrap_or_default();
            let text = || String::from_utf8_lossy(&bytes).into_owned();
            match name.as_str() {
                "chat_id" => posted.chat_id = text().into(),
                "text" => posted.text = text(),
                "caption" => posted.caption = text(),
                _ => {}
            }
        }
        return posted;
    }
    let body = Bytes::from_request(request, &()).await.unwrap_or_default();
    serde_json::from_slice(&body).unwrap_or_default()
}
