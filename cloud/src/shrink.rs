//! Other people's pictures: whether they can be decoded to their end, and smaller ones where they are too large.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage, imageops, metadata::Orientation};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

/// Larger pictures are not decoded: this many pixels take 150 MB.
const MOST_PIXELS: u64 = 50_000_000;

/// The longer side of what is made, in pixels: what Telegram keeps of a photo at most.
const LONGEST: u32 = 2560;

const QUALITY: u8 = 85;

/// A picture made smaller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shrunk {
    /// The file.
    pub jpeg: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// Why a picture cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPicture {
    /// It stops early, or its coded pixels make no sense.
    #[error("its pixels cannot be decoded: {0}")]
    Broken(String),
    /// More than fifty million pixels.
    #[error("it has {0} × {1} pixels, too many to make it smaller")]
    TooManyPixels(u32, u32),
}

/// Decodes a JPEG to its last pixel and forgets it. What lenient viewers show with a grey lower half is broken here.
///
/// # Errors
/// What is wrong with it.
pub fn check_jpeg(jpeg: &[u8]) -> Result<(), BadPicture> {
    decode_jpeg(jpeg).map(|_| ())
}

/// A JPEG of the picture with sides of at most 2,560 pixels, on white where it is transparent.
///
/// # Errors
/// If it cannot be decoded.
pub fn shrink(picture: &[u8]) -> Result<Shrunk, BadPicture> {
    let pixels = match image::guess_format(picture) {
        Ok(ImageFormat::Jpeg) => decode_jpeg(picture)?,
        _ => decode_other(picture)?,
    };
    let longest = pixels.width().max(pixels.height());
    let smaller = if longest > LONGEST {
        let side = |side: u32| (u64::from(side) * u64::from(LONGEST) / u64::from(longest)).max(1) as u32;
        // Averages the pixels that each new one covers.
        imageops::thumbnail(&pixels, side(pixels.width()), side(pixels.height()))
    } else {
        pixels
    };
    let (width, height) = smaller.dimensions();
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    // The sides are at most 2,560, far below the format's limit.
    let encoded = encoder.encode(smaller.as_raw(), width as u16, height as u16, ColorType::Rgb);
    encoded.map_err(|why| BadPicture::Broken(why.to_string()))?;
    Ok(Shrunk { jpeg, width, height })
}

fn decode_jpeg(jpeg: &[u8]) -> Result<RgbImage, BadPicture> {
    let broken = |why: &dyn std::fmt::Display| BadPicture::Broken(why.to_string());
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
    decoder.decode_headers().map_err(|why| broken(&why))?;
    let (width, height) = decoder.dimensions().ok_or_else(|| broken(&"it does not tell its size"))?;
    let (width, height) = (width as u32, height as u32);
    not_too_many(width, height)?;
    let orientation = decoder.exif().and_then(|exif| Orientation::from_exif_chunk(exif));
    let pixels = decoder.decode().map_err(|why| broken(&why))?;
    let pixels = RgbImage::from_raw(width, height, pixels).ok_or_else(|| broken(&"it ends too early"))?;
    let mut picture = DynamicImage::ImageRgb8(pixels);
    picture.apply_orientation(orientation.unwrap_or(Orientation::NoTransforms));
    Ok(picture.into_rgb8())
}

fn decode_other(picture: &[u8]) -> Result<RgbImage, BadPicture> {
    let broken = |why: image::ImageError| BadPicture::Broken(why.to_string());
    let reader = ImageReader::new(Cursor::new(picture)).with_guessed_format();
    let decoder = reader.map_err(|why| broken(why.into()))?.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    not_too_many(width, height)?;
    let picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    if !picture.color().has_alpha() {
        return Ok(picture.into_rgb8());
    }
    let mut paper = RgbImage::from_pixel(width, height, image::Rgb([255; 3]));
    for (paper, ink) in paper.pixels_mut().zip(picture.to_rgba8().pixels()) {
        let [red, green, blue, alpha] = ink.0.map(u32::from);
        paper.0 = [red, green, blue].map(|part| ((part * alpha + 255 * (255 - alpha)) / 255) as u8);
    }
    Ok(paper)
}

fn not_too_many(width: u32, height: u32) -> Result<(), BadPicture> {
    let fits = u64::from(width) * u64::from(height) <= MOST_PIXELS;
    if fits { Ok(()) } else { Err(BadPicture::TooManyPixels(width, height)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &[u8] = include_bytes!("../../reports/wordcloud_twitter_ai_20251127_20251127.jpg");

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_jpeg_that_was_cut_anywhere_is_broken() {
        assert_eq!(check_jpeg(SAMPLE), Ok(()));
        for tenths in 1..10 {
            assert!(check_jpeg(&SAMPLE[..SAMPLE.len() * tenths / 10]).is_err(), "cut at {tenths}/10");
        }
        assert!(check_jpeg(b"<html>404</html>").is_err());
    }

    #[test]
    fn a_picture_that_is_too_large_becomes_a_smaller_jpeg_of_the_same_shape() {
        let large = DynamicImage::ImageRgb8(RgbImage::from_fn(3200, 2400, |x, y| image::Rgb([x as u8, y as u8, 90])));
        let small = shrink(&png(&large)).unwrap();
        assert_eq!((small.width, small.height), (2560, 1920));
        assert_eq!(check_jpeg(&small.jpeg), Ok(()));
        assert!(small.jpeg.len() < 5_000_000);
    }

    #[test]
    fn what_is_transparent_becomes_white() {
        let clear = DynamicImage::ImageRgba8(image::RgbaImage::new(16, 16));
        let pixels = decode_jpeg(&shrink(&png(&clear)).unwrap().jpeg).unwrap();
        assert!(pixels.pixels().all(|pixel| pixel.0.iter().all(|part| *part > 250)));
    }

    #[test]
    fn a_picture_of_too_many_pixels_is_not_decoded() {
        let mut header = SAMPLE.to_vec();
        let frame = header.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
        header[frame + 5..frame + 9].copy_from_slice(&[0xea, 0x60, 0xea, 0x60]);
        assert_eq!(shrink(&header), Err(BadPicture::TooManyPixels(60_000, 60_000)));
    }
}
