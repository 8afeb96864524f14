use proptest::prelude::*;

use super::*;

/// The sample's picture: a real JPEG as the word-cloud tool writes it.
const SAMPLE: &[u8] = include_bytes!("../../../../reports/wordcloud_twitter_ai_20251127_20251127.jpg");

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = width.to_be_bytes().to_vec();
    head.extend(height.to_be_bytes());
    head.extend([8, 2, 0, 0, 0]);
    for (kind, data) in [(b"IHDR", head.as_slice()), (b"IDAT", &[0; 8]), (b"IEND", &[])] {
        bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend(kind);
        bytes.extend(data);
        bytes.extend([0; 4]);
    }
    bytes
}

fn gif() -> Vec<u8> {
    let mut bytes = b"GIF89a\x02\0\x02\0\x80\0\0\0\0\0\xff\xff\xff".to_vec();
    bytes.extend(b"\x21\xf9\x04\0\0\0\0\0");
    bytes.extend(b"\x2c\0\0\0\0\x02\0\x02\0\0\x02\x02\x44\x5e\0\x3b");
    bytes
}

fn webp() -> Vec<u8> {
    let mut bytes = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f".to_vec();
    bytes.extend([1, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

#[test]
fn a_picture_is_known_by_its_content() {
    let picture = check(SAMPLE.to_vec()).unwrap();
    assert_eq!(picture.format, PictureFormat::Jpeg);
    assert_eq!(picture.id.0, hex::encode(Sha256::digest(SAMPLE)));
    assert!(picture.width > 100 && picture.height > 100);
    let formats = [(png(640, 480), PictureFormat::Png), (gif(), PictureFormat::Gif), (webp(), PictureFormat::Webp)];
    for (bytes, format) in formats {
        assert_eq!(check(bytes).unwrap().format, format);
    }
}

#[test]
fn every_file_that_is_cut_short_is_broken() {
    for bytes in [png(640, 480), gif(), webp()] {
        for length in 13..bytes.len() {
            assert!(check(bytes[..length].to_vec()).is_err(), "{length} of {} bytes", bytes.len());
        }
    }
    for tenths in 1..10 {
        let cut = SAMPLE[..SAMPLE.len() * tenths / 10].to_vec();
        let why = check(cut).unwrap_err();
        assert!(matches!(why, PictureProblem::Broken { format: "JPEG", .. }), "{tenths}/10: {why}");
    }
    assert!(check(SAMPLE[..SAMPLE.len() - 2].to_vec()).is_err());
    let mut zeroed = SAMPLE.to_vec();
    zeroed[SAMPLE.len() / 2..].fill(0);
    assert!(check(zeroed).is_err());
}

#[test]
fn a_jpeg_whose_end_is_there_but_not_its_middle_is_broken() {
    let mut flipped = SAMPLE.to_vec();
    for byte in &mut flipped[SAMPLE.len() / 2..SAMPLE.len() / 2 + 64] {
        *byte = !*byte & 0x7f;
    }
    assert!(matches!(check(flipped), Err(PictureProblem::Broken { format: "JPEG", .. })));
}

#[test]
fn a_sound_picture_that_is_too_large_is_made_smaller() {
    let mut bytes = SAMPLE.to_vec();
    // Whatever stands after the end mark counts as bytes too.
    bytes.resize(usize::try_from(MAX_BYTES).unwrap() + 1, 0);
    let picture = check(bytes).unwrap();
    assert_eq!((picture.format, picture.width, picture.height), (PictureFormat::Jpeg, 1200, 675));
    assert!(picture.bytes.len() < 1_000_000);
}

#[test]
fn a_sound_picture_that_is_too_wide_is_made_smaller() {
    let mut jpeg = Vec::new();
    let paper = vec![0x80; 9_000 * 1_200];
    jpeg_encoder::Encoder::new(&mut jpeg, 80).encode(&paper, 9_000, 1_200, jpeg_encoder::ColorType::Luma).unwrap();
    let picture = check(jpeg).unwrap();
    assert_eq!((picture.format, picture.width, picture.height), (PictureFormat::Jpeg, 2_560, 341));
}

#[test]
fn bytes_after_the_end_mark_do_no_harm() {
    let mut bytes = SAMPLE.to_vec();
    bytes.extend(b"\n");
    assert!(check(bytes).is_ok());
}

#[test]
fn what_no_platform_shows_is_refused_with_a_reason() {
    let shape = |width, height| Err(PictureProblem::Shape { width, height });
    let problem = |bytes: Vec<u8>| check(bytes).map(|picture| picture.format);
    assert_eq!(problem(Vec::new()), Err(PictureProblem::Empty));
    assert!(matches!(problem(b"<html><body>404".to_vec()), Err(PictureProblem::NotAPicture(_))));
    assert!(matches!(problem(b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28".to_vec()), Err(PictureProblem::NotAPicture(_))));
    assert_eq!(problem(png(9_000, 1_001)), shape(9_000, 1_001));
    assert_eq!(problem(png(2_001, 100)), shape(2_001, 100));
    assert_eq!(problem(png(0, 100)), shape(0, 100));
    assert_eq!(problem(png(9_000, 1_000)), Ok(PictureFormat::Png));
    assert_eq!(problem(png(100, 2_000)), Ok(PictureFormat::Png));
    let large = usize::try_from(MAX_BYTES).unwrap() + 1;
    assert_eq!(problem(vec![0xff; large]), Err(PictureProblem::TooLarge(MAX_BYTES + 1)));
}

proptest! {
    #[test]
    fn any_bytes_after_any_head_are_judged_without_panic(head in 0..5_usize, tail: Vec<u8>) {
        let heads: [&[u8]; 5] = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x10\0\0\0WEBPVP8 ", b""];
        drop(check([heads[head], &tail].concat()));
    }
}
