//! Posts messages.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use platform::{Amended, Attachment, ChatId, Message, MessageId, Outgoing, PictureFormat, Scope, SendError, Sent};
use serde_json::Value;
use tokio::time::Instant;

use crate::error::CallError;
use crate::wire::Wire;

mod flood;
mod request;
mod uploads;

use flood::Flood;
use request::Target;
use uploads::{Flight, Uploads};

/// How long others wait for a picture that is on its way for the first time.
const UPLOAD_WAIT: Duration = Duration::from_millis(300);

/// Posts for one bot.
#[derive(Debug)]
pub(crate) struct Post {
    wire: Wire,
    uploads: Mutex<Uploads>,
    flood: Mutex<Flood>,
}

impl Post {
    /// Posts over this line.
    pub(crate) fn new(wire: Wire) -> Self {
        Self { wire, uploads: Mutex::default(), flood: Mutex::default() }
    }

    /// The line.
    pub(crate) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// Posts one message, as a reply to an earlier one if that still exists; `paid` lets it go above the free pace. A
    /// picture goes up once: while it does, other messages with it are told to wait a moment.
    pub(crate) async fn send(
        &self,
        chat: &ChatId,
        outgoing: &Outgoing,
        to: Option<&MessageId>,
        paid: bool,
    ) -> Result<Sent, SendError> {
        let target = Target::read(chat)?;
        let flight = self.flight(&outgoing.message.method, &outgoing.attachments)?;
        let body = request::new_message(target, outgoing, flight.files(), to, paid)?;
        match self.wire.call(&outgoing.message.method, body).await {
            Ok(result) => {
                let id = message_id(&result)?;
                let uploaded = flight.landed(file_id(&result));
                Ok(Sent { id, uploaded: uploaded.into_iter().collect() })
            }
            Err(error) => Err(self.failed(target, &flight, error)),
        }
    }

    /// Replaces text and buttons of a message. That nothing would change is fine.
    pub(crate) async fn edit(&self, chat: &ChatId, id: &MessageId, message: &Message) -> Result<(), SendError> {
        let target = Target::read(chat)?;
        let (method, body) = request::edit(target, id, message)?;
        match self.wire.call(method, body).await {
            Ok(_) => Ok(()),
            Err(CallError::Refused(refusal)) if refusal.is_not_modified() => Ok(()),
            Err(error) => Err(self.verdict(target, error)),
        }
    }

    /// Makes a message show another one, with its pictures.
    pub(crate) async fn amend(
        &self,
        chat: &ChatId,
        id: &MessageId,
        outgoing: &Outgoing,
        same_pictures: bool,
    ) -> Result<Amended, SendError> {
        let target = Target::read(chat)?;
        let captioned = same_pictures && matches!(outgoing.message.method.as_str(), "sendPhoto" | "sendDocument");
        let attachments: &[Attachment] = if captioned { &[] } else { &outgoing.attachments };
        let flight = self.flight(&outgoing.message.method, attachments)?;
        let (method, body) = request::amendment(target, id, outgoing, flight.files(), same_pictures)?;
        match self.wire.call(method, body).await {
            Ok(result) => Ok(Amended::Done(flight.landed(file_id(&result)).into_iter().collect())),
            Err(error) => match past_changing(&error) {
                Some(amended) => Ok(amended),
                None => Err(self.failed(target, &flight, error)),
            },
        }
    }

    /// Deletes a message.
    pub(crate) async fn delete(&self, chat: &ChatId, id: &MessageId) -> Result<Amended, SendError> {
        let target = Target::read(chat)?;
        match self.wire.call("deleteMessage", request::message(target, id)?).await {
            Ok(_) => Ok(Amended::Done(Vec::new())),
            Err(error) => past_changing(&error).map_or_else(|| Err(self.verdict(target, error)), Ok),
        }
    }

    fn flight(&self, method: &str, attachments: &[Attachment]) -> Result<Flight<'_>, SendError> {
        // A photo's id is none of a file, nor the other way round. A report's text is never sent but as a file.
        let is_text = |attachment: &Attachment| attachment.picture.format == PictureFormat::Markdown;
        if method == "sendDocument" && !attachments.iter().all(is_text) {
            return Ok(Flight::of_files(&self.uploads, attachments.len()));
        }
        Flight::begin(&self.uploads, attachments)
            .ok_or(SendError::RateLimited { retry_after: UPLOAD_WAIT, scope: Scope::Chat })
    }

    fn failed(&self, target: Target, flight: &Flight<'_>, error: CallError) -> SendError {
        match error {
            // The next try sends the bytes.
            CallError::Refused(refusal) if refusal.is_wrong_file() && flight.forget() => {
                SendError::Transient { why: refusal.description }
            }
            error => self.verdict(target, error),
        }
    }

    fn verdict(&self, target: Target, error: CallError) -> SendError {
        match SendError::from(error) {
            SendError::RateLimited { retry_after, .. } => {
                let scope = lock(&self.flood).struck(target.chat, Instant::now());
                SendError::RateLimited { retry_after, scope }
            }
            other => other,
        }
    }
}

/// What a refusal says of the message that was to be changed, if it speaks of that.
fn past_changing(error: &CallError) -> Option<Amended> {
    match error {
        CallError::Refused(refusal) if refusal.is_not_modified() => Some(Amended::Done(Vec::new())),
        CallError::Refused(refusal) if refusal.is_missing() => Some(Amended::Missing),
        CallError::Refused(refusal) if refusal.is_barred() => Some(Amended::Barred),
        _ => None,
    }
}

fn message_id(result: &Value) -> Result<MessageId, SendError> {
    let id = result["message_id"].as_i64().map(|id| MessageId(id.to_string()));
    id.ok_or_else(|| SendError::Unknown { why: "accepted, but the answer has no message_id".to_owned() })
}

/// The id of the message's own file: the largest copy of its photo, which is the last one.
fn file_id(result: &Value) -> Option<String> {
    let photo = result["photo"].as_array().and_then(|sizes| sizes.last());
    photo.unwrap_or(&result["document"])["file_id"].as_str().map(str::to_owned)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
