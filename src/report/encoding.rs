//! A file's bytes as text, or one clear error that names the line.

use super::{Problem, ReportError};

/// The largest report file that is read: many times the longest daily report, and little enough to hold in memory.
pub const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// How other encodings begin. UTF-32's little-endian mark begins like UTF-16's, so it is looked for first.
const MARKS: [(&[u8], &str); 4] =
    [(b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16")];

/// The bytes of a report file as text.
///
/// # Errors
/// Another encoding, a zero byte, or too many bytes.
pub fn decode(file_name: &str, bytes: &[u8]) -> Result<String, ReportError> {
    let error = |offset, problem| ReportError { file: file_name.to_owned(), line: line_of(bytes, offset), problem };
    let size = bytes.len() as u64;
    if size > MAX_BYTES {
        return Err(error(0, Problem::TooLarge { bytes: size }));
    }
    if let Some((_, encoding)) = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Err(error(0, Problem::OtherEncoding(encoding)));
    }
    // Without a mark, UTF-16 shows itself by the zero in every other byte of its first letters, which are ASCII.
    if let [a, b, c, d, ..] = *bytes
        && matches!([a == 0, b == 0, c == 0, d == 0], [true, false, true, false] | [false, true, false, true])
    {
        return Err(error(0, Problem::OtherEncoding("UTF-16")));
    }
    if let Some(offset) = bytes.iter().position(|&byte| byte == 0) {
        return Err(error(offset, Problem::Nul));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(bad) => {
            let offset = bad.valid_up_to();
            if bad.error_len().is_none() {
                return Err(error(offset, Problem::CutShort));
            }
            let likely = if looks_like_gb18030(&bytes[offset..]) { ", likely GB18030 (GBK)" } else { "" };
            Err(error(offset, Problem::NotUtf8 { byte: bytes[offset], likely }))
        }
    }
}

/// The line, from 1, that the byte at `offset` stands on.
#[must_use]
pub fn line_of(bytes: &[u8], offset: usize) -> usize {
    1 + bytes[..offset.min(bytes.len())].iter().filter(|&&byte| byte == b'\n').count()
}

/// Whether the first bytes that are not ASCII are pairs as GBK writes Han letters. One such pair could be chance
/// (or Latin-1), so several in a row are asked for.
fn looks_like_gb18030(bytes: &[u8]) -> bool {
    let mut pairs = 0;
    let mut rest = bytes;
    while let [lead, trail, after @ ..] = rest {
        if !(0xb0..=0xf7).contains(lead) || !(0xa1..=0xfe).contains(trail) {
            break;
        }
        pairs += 1;
        rest = after;
    }
    pairs >= 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn problem(bytes: &[u8]) -> (usize, Problem) {
        let error = decode("a.md", bytes).unwrap_err();
        (error.line, error.problem)
    }

    #[test]
    fn other_encodings_are_named_with_their_line() {
        let gbk = b"one\ntwo\n\xc8\xcb\xb9\xa4\xd6\xc7\xc4\xdc\n";
        assert_eq!(problem(gbk), (3, Problem::NotUtf8 { byte: 0xc8, likely: ", likely GB18030 (GBK)" }));
        assert_eq!(problem(b"caf\xe9 au lait"), (1, Problem::NotUtf8 { byte: 0xe9, likely: "" }));
        assert_eq!(problem(b"\xff\xfe-\0-\0"), (1, Problem::OtherEncoding("UTF-16")));
        assert_eq!(problem(b"\xfe\xff\0-\0-"), (1, Problem::OtherEncoding("UTF-16")));
        assert_eq!(problem(b"-\0-\0"), (1, Problem::OtherEncoding("UTF-16")));
        assert_eq!(problem(b"\0-\0-"), (1, Problem::OtherEncoding("UTF-16")));
        assert_eq!(problem(b"\xff\xfe\0\0-\0\0\0"), (1, Problem::OtherEncoding("UTF-32")));
    }

    #[test]
    fn a_zero_byte_is_one_error_on_its_line() {
        assert_eq!(problem(b"one\n\0\0\0"), (2, Problem::Nul));
    }

    #[test]
    fn a_letter_cut_in_half_is_found_at_the_end() {
        assert_eq!(problem(&"一\n中文".as_bytes()[..9]), (2, Problem::CutShort));
    }

    #[test]
    fn a_file_that_is_too_large_is_refused() {
        let bytes = vec![b'a'; usize::try_from(MAX_BYTES).unwrap() + 1];
        assert_eq!(problem(&bytes), (1, Problem::TooLarge { bytes: MAX_BYTES + 1 }));
    }

    proptest! {
        #[test]
        fn any_bytes_give_text_or_an_error_inside_the_file(bytes: Vec<u8>) {
            match decode("a.md", &bytes) {
                Ok(text) => prop_assert_eq!(text.as_bytes(), &bytes[..]),
                Err(error) => prop_assert!(error.line <= bytes.split(|&byte| byte == b'\n').count()),
            }
        }
    }
}
