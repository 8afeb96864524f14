//! Whether a file is a picture that every platform shows.

use cloud::shrink;
use imagesize::ImageType;
use platform::{Picture, PictureFormat, PictureId};
use sha2::{Digest, Sha256};

use super::complete;

/// Telegram's and Discord's limit for one picture, in bytes, read as the smaller of the two megabytes.
pub const MAX_BYTES: u64 = 10_000_000;
/// A larger file is not even read to be made smaller.
pub const MOST_BYTES: u64 = 64_000_000;
/// Telegram's limit for width and height together, in pixels.
const MAX_SIDES: u64 = 10_000;
/// Telegram's limit for the longer side over the shorter one.
const MAX_RATIO: u64 = 20;

/// Why a picture cannot go with its report, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureProblem {
    /// There is no such file.
    #[error("there is no such file in the report's folders")]
    Missing,
    /// The file is outside the report's folders, by `..`, by a link or by an absolute path.
    #[error("it leads out of the report's folders; put the picture into them")]
    Outside,
    /// A folder, a device or the like.
    #[error("it is not a file")]
    NotAFile,
    /// The file could not be opened or read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Not an image, or of a type that some platform does not show.
    #[error("{0}; make it JPEG, PNG, GIF or WebP")]
    NotAPicture(&'static str),
    /// It begins like a picture and does not end like one.
    #[error("the {format} file is broken: {why}; write it again")]
    Broken {
        /// `JPEG` …
        format: &'static str,
        /// What is missing.
        why: &'static str,
    },
    /// Larger than [`MAX_BYTES`], and nothing smaller could be made of it.
    #[error("it has {0} bytes, the limit is {MAX_BYTES}; make it smaller")]
    TooLarge(u64),
    /// Too wide, too high, or too thin.
    #[error(
        "it is {width}×{height}; width and height may be {MAX_SIDES} pixels together, and one at most {MAX_RATIO} times the other"
    )]
    Shape {
        /// In pixels.
        width: u64,
        /// In pixels.
        height: u64,
    },
}

/// The picture in these bytes, whatever its file is called. One that is sound but too large for a platform is made
/// smaller, which turns it into a JPEG.
///
/// # Errors
/// Why it cannot be shown.
pub fn check(bytes: Vec<u8>) -> Result<Picture, PictureProblem> {
    match fitting(bytes) {
        Err((problem @ (PictureProblem::TooLarge(_) | PictureProblem::Shape { .. }), bytes)) => {
            let shrunk = shrink::shrink(&bytes).map_err(|_| problem)?;
            fitting(shrunk.jpeg).map_err(|(problem, _)| problem)
        }
        checked => checked.map_err(|(problem, _)| problem),
    }
}

/// The picture as it is, or why it cannot be shown, with its bytes.
fn fitting(bytes: Vec<u8>) -> Result<Picture, (PictureProblem, Vec<u8>)> {
    match facts(&bytes) {
        Ok((format, width, height)) => {
            Ok(Picture { id: PictureId(hex::encode(Sha256::digest(&bytes))), format, width, height, bytes })
        }
        Err(problem) => Err((problem, bytes)),
    }
}

fn facts(bytes: &[u8]) -> Result<(PictureFormat, u32, u32), PictureProblem> {
    if bytes.is_empty() {
        return Err(PictureProblem::Empty);
    }
    if bytes.len() as u64 > MAX_BYTES {
        return Err(PictureProblem::TooLarge(bytes.len() as u64));
    }
    let format = match imagesize::image_type(bytes) {
        Ok(ImageType::Jpeg) => PictureFormat::Jpeg,
        Ok(ImageType::Png) => PictureFormat::Png,
        Ok(ImageType::Gif) => PictureFormat::Gif,
        Ok(ImageType::Webp) => PictureFormat::Webp,
        Ok(_) => return Err(PictureProblem::NotAPicture("it is an image of a type that not every platform shows")),
        Err(_) => return Err(PictureProblem::NotAPicture("its bytes are not an image")),
    };
    let broken = |why| PictureProblem::Broken { format: name(format), why };
    complete::check(format, bytes).map_err(broken)?;
    let size = imagesize::blob_size(bytes).map_err(|_| broken("it does not tell its size"))?;
    let (width, height) = (size.width as u64, size.height as u64);
    let (short, long) = (width.min(height), width.max(height));
    if short == 0 || width + height > MAX_SIDES || long > short * MAX_RATIO {
        return Err(PictureProblem::Shape { width, height });
    }
    // The walk to the end mark finds what is missing; only decoding finds what is wrong in between.
    if format == PictureFormat::Jpeg && shrink::check_jpeg(bytes).is_err() {
        return Err(broken("its pixels cannot be decoded"));
    }
    let pixels = |side: usize| u32::try_from(side).map_err(|_| PictureProblem::Shape { width, height });
    Ok((format, pixels(size.width)?, pixels(size.height)?))
}

fn name(format: PictureFormat) -> &'static str {
    match format {
        PictureFormat::Jpeg => "JPEG",
        PictureFormat::Png => "PNG",
        PictureFormat::Gif => "GIF",
        PictureFormat::Webp => "WebP",
        PictureFormat::Markdown => "Markdown",
    }
}

#[cfg(test)]
mod tests;
