//! Whether a picture's file is there to its end.
//!
//! Decoders forgive much: several show a JPEG that was cut in the middle, with a grey lower half. So the file's own
//! structure is walked to its end mark, which costs next to nothing and catches every file that is still being written.

use platform::PictureFormat;

/// Walks the file to its end mark.
///
/// # Errors
/// What is missing.
pub(super) fn check(format: PictureFormat, bytes: &[u8]) -> Result<(), &'static str> {
    let complete = match format {
        PictureFormat::Jpeg => jpeg(bytes),
        PictureFormat::Png => png(bytes),
        PictureFormat::Gif => gif(bytes),
        PictureFormat::Webp => webp(bytes),
        PictureFormat::Markdown => Some(()),
    };
    complete.ok_or("it stops before its end mark")
}

/// From the start mark over every segment and scan to the end mark.
fn jpeg(bytes: &[u8]) -> Option<()> {
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        // Any number of fill bytes may stand before a marker.
        while *bytes.get(at)? == 0xff {
            at += 1;
        }
        let marker = bytes[at];
        at += 1;
        match marker {
            0xd9 => return Some(()),
            // These stand alone.
            0x01 | 0xd0..=0xd7 => {}
            _ => {
                let length = u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]);
                at += usize::from(length).max(2);
                if marker == 0xda {
                    at += scan(bytes.get(at..)?)?;
                }
            }
        }
    }
}

/// How long a scan's coded pixels are: up to the next marker that is neither a stuffed zero nor a restart.
fn scan(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff))
}

/// Chunk by chunk to `IEND`.
fn png(bytes: &[u8]) -> Option<()> {
    let mut at = 8;
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?);
        let kind = bytes.get(at + 4..at + 8)?;
        // Length, kind, data, checksum.
        at = at.checked_add(12)?.checked_add(usize::try_from(length).ok()?)?;
        if at > bytes.len() {
            return None;
        }
        if kind == b"IEND" {
            return Some(());
        }
    }
}

/// Block by block to the trailer.
fn gif(bytes: &[u8]) -> Option<()> {
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut at = 13 + table(*bytes.get(10)?);
    loop {
        match *bytes.get(at)? {
            0x3b => return Some(()),
            // An extension: its label, then sub-blocks.
            0x21 => at = after_sub_blocks(bytes, at + 2)?,
            // An image: its place and size, its colours, the code size, then sub-blocks.
            0x2c => at = after_sub_blocks(bytes, at + 11 + table(*bytes.get(at + 9)?))?,
            _ => return None,
        }
    }
}

fn after_sub_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}

/// The container tells its own length.
fn webp(bytes: &[u8]) -> Option<()> {
    let length = u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?);
    (bytes.len() as u64 >= u64::from(length) + 8).then_some(())
}
