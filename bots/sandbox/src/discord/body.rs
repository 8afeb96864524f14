//! What a client sends: JSON, or a form with `payload_json` and files.

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::problem::{Complaints, Problem};

/// The most bytes of one request (25 MiB).
const REQUEST: usize = 25 << 20;

/// A request's body.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) payload: Value,
    pub(super) files: Vec<File>,
}

/// An uploaded file.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// The n of its `files[n]`.
    pub(super) number: u64,
    pub(super) name: String,
    pub(super) mime: String,
    pub(super) bytes: Vec<u8>,
}

impl Body {
    pub(super) async fn read(request: Request) -> Result<Self, Problem> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("").to_owned();
        if kind.starts_with("multipart/form-data") {
            return Self::read_form(request).await;
        }
        let bytes = axum::body::to_bytes(request.into_body(), REQUEST).await.map_err(|_| Problem::too_large())?;
        if bytes.is_empty() {
            return Ok(Self { payload: json!({}), files: Vec::new() });
        }
        if !kind.starts_with("application/json") {
            let mut complaints = Complaints::default();
            let message = "Expected \"Content-Type\" header to be one of {'application/json'}.";
            complaints.add("content_type", "CONTENT_TYPE_INVALID", message);
            return Err(Problem::form(&complaints));
        }
        Ok(Self { payload: parse(&bytes)?, files: Vec::new() })
    }

    async fn read_form(request: Request) -> Result<Self, Problem> {
        let broken = |_| Problem::new(400, 50035, "Invalid Form Body");
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| broken(()))?;
        let mut body = Self { payload: json!({}), files: Vec::new() };
        let mut total = 0;
        while let Some(field) = form.next_field().await.map_err(|_| broken(()))? {
            let name = field.name().unwrap_or("").to_owned();
            let file_name = field.file_name().map(str::to_owned);
            let mime = field.content_type().unwrap_or("application/octet-stream").to_owned();
            let bytes = field.bytes().await.map_err(|_| broken(()))?.to_vec();
            total += bytes.len();
            if total > REQUEST {
                return Err(Problem::too_large());
            }
            if name == "payload_json" {
                body.payload = parse(&bytes)?;
            } else if let Some(number) = name.strip_prefix("files[").and_then(|rest| rest.strip_suffix(']')) {
                let number = number.parse().map_err(|_| broken(()))?;
                let name = file_name.ok_or_else(|| broken(()))?;
                body.files.push(File { number, name, mime, bytes });
            }
        }
        Ok(body)
    }

    /// What the ledger keeps: the payload, with the uploads' facts under `files`.
    pub(super) fn facts(&self) -> Value {
        let mut facts = self.payload.clone();
        if !self.files.is_empty() {
            facts["files"] = self.files.iter().map(File::facts).collect();
        }
        facts
    }
}

impl File {
    fn facts(&self) -> Value {
        let size = self.size();
        json!({
            "name": self.name,
            "mime": self.mime,
            "bytes": self.bytes.len(),
            "sha256": hex::encode(Sha256::digest(&self.bytes)),
            "width": size.map(|size| size.width),
            "height": size.map(|size| size.height),
        })
    }

    pub(super) fn size(&self) -> Option<imagesize::ImageSize> {
        imagesize::blob_size(&self.bytes).ok()
    }
}

fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    let value: Option<Value> = serde_json::from_slice(bytes).ok();
    value
        .filter(|value| value.is_object() || value.is_array())
        .ok_or_else(|| Problem::new(400, 50109, "The request body contains invalid JSON."))
}
