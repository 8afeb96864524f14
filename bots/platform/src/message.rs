//! What goes over the wire: rendered once, stored, and posted as it stands.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One message of a rendition: the platform's method and the payload exactly as it is posted, less the chat.
///
/// A picture that goes with it is named by its place in `pictures`; the payload refers to it in the platform's
/// own way (`attach://picture0`, `attachment://picture0.jpg`) and the adapter puts the bytes or the uploaded id there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// The platform's name of the call: `sendMessage`, `sendPhoto`, `createMessage`.
    pub method: String,
    /// The body of the call, less the chat.
    pub payload: Value,
    /// The pictures that the payload refers to, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<PictureId>,
}

/// The SHA-256 of a picture's bytes, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PictureId(pub String);

/// An image type that every platform shows, or a report's text as a file: it is kept and uploaded as pictures are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PictureFormat {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
    /// A report as it was written, for whoever wants the whole of one that is too long for messages.
    Markdown,
}

impl PictureFormat {
    /// Every type that is accepted.
    pub const ALL: [Self; 5] = [Self::Jpeg, Self::Png, Self::Gif, Self::Webp, Self::Markdown];

    /// The ending of a file of this type, without the dot; also the word that is stored.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Markdown => "md",
        }
    }

    /// The media type.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Markdown => "text/markdown",
        }
    }
}

/// A picture with its bytes. Debug prints its facts, not its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// The hash of `bytes`.
    pub id: PictureId,
    /// What the bytes really are, whatever the file was called.
    pub format: PictureFormat,
    /// In pixels; a text has none.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The file.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture")
            .field("id", &self.id)
            .field("format", &self.format)
            .field("width", &self.width)
            .field("height", &self.height)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// A message with what it needs to be posted.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// What to post.
    pub message: Message,
    /// Its pictures, in the order of `message.pictures`.
    pub attachments: Vec<Attachment>,
}

/// A picture on its way, with the platform's own id of it if this bot has uploaded it before.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// The picture.
    pub picture: Arc<Picture>,
    /// The platform's id of an earlier upload by the same bot (Telegram's `file_id`).
    pub uploaded: Option<String>,
}

/// The platform's own id of a posted message, as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub String);

/// What the platform said when it took a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The new message.
    pub id: MessageId,
    /// The uploads that this call made and that later calls can refer to.
    pub uploaded: Vec<Uploaded>,
}

/// A picture that the platform now keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// Which picture.
    pub picture: PictureId,
    /// The platform's id of it.
    pub file: String,
}

/// A button under a message. Its action is a command as a reader would type it (`/digest 2025-11-27`), so a press
/// and a typed line take the same way; at most 64 bytes (Telegram's `callback_data`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What the reader sees.
    pub label: String,
    /// The command that a press gives.
    pub action: String,
}
