//! Uploaded files and their ids.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::Refusal;
use super::call::{Call, Upload};

/// What a stored file is shown as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Recompressed and shown in the chat.
    Photo,
    /// Kept as it is.
    Document,
}

/// A file that the service keeps.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) mime: &'static str,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bytes: Vec<u8>,
}

/// Every file, by its id.
#[derive(Debug, Default)]
pub(super) struct Files {
    by_id: BTreeMap<String, Stored>,
    /// How many files came in as bytes.
    pub(super) uploads: usize,
}

/// The largest photo, in bytes.
const MAX_PHOTO_BYTES: usize = 10 * 1024 * 1024;
/// The largest sum of a photo's sides, in pixels.
const MAX_PHOTO_SIDES: u32 = 10_000;
/// The largest ratio of a photo's sides.
const MAX_PHOTO_RATIO: u32 = 20;

impl Files {
    /// The file that the argument `field` names: a part of the body, by its own name or as `attach://part`, or the
    /// id of an earlier upload of the same kind. Gives the file's id.
    pub(super) fn take(&mut self, call: &Call, field: &str, kind: Kind) -> Result<String, Refusal> {
        let wrong = || Refusal::bad("wrong file identifier/HTTP URL specified");
        let text = call.text(field);
        let part = match text {
            None => field,
            Some(text) => match text.strip_prefix("attach://") {
                Some(part) => part,
                None if text.starts_with("http") => return Err(Refusal::bad("failed to get HTTP URL content")),
                None => {
                    let known = self.by_id.get(text).is_some_and(|file| file.kind == kind);
                    return if known { Ok(text.to_owned()) } else { Err(wrong()) };
                }
            },
        };
        let missing = || {
            let word = if kind == Kind::Photo { "photo" } else { "document" };
            Refusal::bad(format_args!("there is no {word} in the request"))
        };
        let upload = call.uploads.get(part).ok_or_else(|| if text.is_some() { wrong() } else { missing() })?;
        self.store(upload, kind)
    }

    fn store(&mut self, upload: &Upload, kind: Kind) -> Result<String, Refusal> {
        self.uploads += 1;
        if upload.bytes.is_empty() {
            return Err(Refusal::bad("file must be non-empty"));
        }
        let (mime, width, height) = match kind {
            Kind::Photo => check_photo(&upload.bytes)?,
            Kind::Document => (mime(&upload.bytes), 0, 0),
        };
        let id = format!("AgACAgSandbox{:06}_{}", self.uploads, if kind == Kind::Photo { "photo" } else { "doc" });
        let (name, bytes) = (upload.name.clone(), upload.bytes.clone());
        self.by_id.insert(id.clone(), Stored { kind, name, mime, width, height, bytes });
        Ok(id)
    }

    /// The file with this id. A photo's smaller copy has the same id with `_s` behind it.
    pub(super) fn get(&self, id: &str) -> Option<&Stored> {
        self.by_id.get(id)
    }

    /// The service forgets a file's id; later use of it is refused.
    pub(super) fn forget(&mut self, id: &str) -> bool {
        self.by_id.remove(id).is_some()
    }

    /// The field of a `Message` that shows this file.
    pub(super) fn describe(&self, id: &str) -> Value {
        let Some(file) = self.by_id.get(id) else { return Value::Null };
        let unique = format!("u{}", &id[id.len().saturating_sub(12)..]);
        match file.kind {
            // The smaller copy comes first, as in the real answer: only the last one is the whole picture.
            Kind::Photo => json!([
                { "file_id": format!("{id}_s"), "file_unique_id": format!("{unique}s"), "file_size": 1253,
                  "width": 90, "height": 90 },
                { "file_id": id, "file_unique_id": unique, "file_size": file.bytes.len(),
                  "width": file.width, "height": file.height },
            ]),
            Kind::Document => json!({
                "file_id": id, "file_unique_id": unique, "file_name": file.name, "mime_type": file.mime,
                "file_size": file.bytes.len(),
            }),
        }
    }

    /// What the ledger keeps of an upload instead of its bytes.
    pub(super) fn facts(&self, id: &str) -> Value {
        let Some(file) = self.by_id.get(id) else { return Value::Null };
        json!({
            "file_id": id, "file_name": file.name, "mime_type": file.mime, "file_size": file.bytes.len(),
            "width": file.width, "height": file.height,
        })
    }
}

fn check_photo(bytes: &[u8]) -> Result<(&'static str, u32, u32), Refusal> {
    if bytes.len() > MAX_PHOTO_BYTES {
        return Err(Refusal::bad(format_args!("file of size {} bytes is too big for a photo", bytes.len())));
    }
    let mime = mime(bytes);
    let size = imagesize::blob_size(bytes).ok().filter(|_| mime.starts_with("image/") && whole(mime, bytes));
    let size = size.ok_or_else(|| Refusal::bad("IMAGE_PROCESS_FAILED"))?;
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let (width, height) = (side(size.width), side(size.height));
    let (short, long) = (width.min(height), width.max(height));
    if short == 0 || long > short.saturating_mul(MAX_PHOTO_RATIO) || width.saturating_add(height) > MAX_PHOTO_SIDES {
        return Err(Refusal::bad("PHOTO_INVALID_DIMENSIONS"));
    }
    Ok((mime, width, height))
}

/// A file that was cut off has no end marker; the real service cannot decode it.
fn whole(mime: &str, bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(1024)..];
    let ends_with = |mark: &[u8]| tail.windows(mark.len()).any(|window| window == mark);
    match mime {
        "image/jpeg" => ends_with(&[0xff, 0xd9]),
        "image/png" => ends_with(b"IEND"),
        _ => true,
    }
}

fn mime(bytes: &[u8]) -> &'static str {
    match imagesize::image_type(bytes) {
        Ok(imagesize::ImageType::Jpeg) => "image/jpeg",
        Ok(imagesize::ImageType::Png) => "image/png",
        Ok(imagesize::ImageType::Gif) => "image/gif",
        Ok(imagesize::ImageType::Webp) => "image/webp",
        _ if std::str::from_utf8(bytes).is_ok() => "text/plain",
        _ => "application/octet-stream",
    }
}
