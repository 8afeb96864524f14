//! What is on the picture.

use cloud::{Cloud, CloudError, Placed, Style, draw, font::Font, look::Look, text::Paragraph, words::words};

use sha2::{Digest, Sha256};

use crate::{
    measure::measure,
    report::{paragraphs, sample},
};

fn drawn(text: &[Paragraph], style: &Style) -> Cloud {
    draw(
        &words(text, &cloud::words::Dictionary::default(), &cloud::words::Archive::default()),
        "twitter_ai · 2025-11-27",
        style,
    )
    .unwrap()
}

fn overlap(a: &Placed, b: &Placed) -> bool {
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

fn assert_sound(cloud: &Cloud) {
    for (at, word) in cloud.words.iter().enumerate() {
        assert!(word.x + word.width <= cloud.width && word.y + word.height <= cloud.height, "{word:?} is cut");
        assert!(word.size >= 12.0, "{word:?} is too small to read");
        for other in &cloud.words[at + 1..] {
            // A word keeps to its box, so boxes apart are words apart: neither over nor inside one another.
            assert!(!overlap(word, other), "{word:?} lies on {other:?}");
        }
    }
}

#[test]
fn the_sample_report_fills_its_picture() {
    let all = words(&sample(), &cloud::words::Dictionary::default(), &cloud::words::Archive::default());
    let cloud = drawn(&sample(), &Style::default());
    assert_sound(&cloud);
    assert_eq!((cloud.width, cloud.height), (1200, 675));
    assert_eq!(cloud.without_glyph, 0, "every character can be drawn");
    assert!(cloud.words.len() >= 200, "{} words", cloud.words.len());
    let main: Vec<&str> = all.iter().take(60).map(|word| word.text.as_str()).collect();
    let there: Vec<&str> = cloud.words.iter().take(60).map(|word| word.text.as_str()).collect();
    assert_eq!(there, main, "the sixty most important words are all there");
    let measures = measure(&cloud.jpeg);
    assert!(measures.ink >= 45.0 && measures.covered >= 96.0 && measures.largest_empty <= 40, "{measures:?}");
    assert!(cloud.jpeg.len() <= 350_000, "{} bytes", cloud.jpeg.len());
}

#[test]
fn the_size_of_a_main_word_follows_its_weight_exactly() {
    let all = words(&sample(), &cloud::words::Dictionary::default(), &cloud::words::Archive::default());
    let cloud = drawn(&sample(), &Style::default());
    let expected = |at: usize| 1.0 + all[at].weight.powf(0.8) * 8.0;
    let scale = cloud.words[0].size / expected(0);
    for (at, word) in cloud.words.iter().take(60).enumerate() {
        assert!((word.size - scale * expected(at)).abs() < 0.01, "{word:?}");
    }
}

#[test]
fn the_same_text_gives_the_same_bytes() {
    let first = drawn(&sample(), &Style::default());
    assert!(first.jpeg == drawn(&sample(), &Style::default()).jpeg);
}

/// The bytes on Linux on x86-64; elsewhere logarithms and powers may differ in their last bit. A change of the words, the
/// layout, the font or an encoder changes them: look at the pictures, then put the new hashes here.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn the_sample_gives_the_bytes_that_it_gave_before() {
    let hash = |look| {
        let cloud = drawn(&sample(), &Style { look, ..Style::default() });
        Sha256::digest(&cloud.jpeg).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let before = [
        "4e6aa7ec18bfc7e368006bc4b167697779fd1e4977921bc875ed466b438c32cf",
        "c5a1e4d31b5fddf05f71e9964ad431c31b903a20814bdade3eec8a5194303779",
    ];
    assert_eq!([Look::LIGHT, Look::DARK].map(hash), before);
}

#[test]
fn other_sizes_and_the_dark_look_are_as_sound() {
    for (width, height) in [(800, 400), (1080, 1080), (675, 1200), (1920, 1080)] {
        let style = Style { width, height, look: Look::DARK, ..Style::default() };
        let cloud = drawn(&sample(), &style);
        assert_sound(&cloud);
        assert!(cloud.words.len() >= 60, "{width}×{height}: {} words", cloud.words.len());
        assert!(measure(&cloud.jpeg).covered >= 85.0, "{width}×{height}: {:?}", measure(&cloud.jpeg));
    }
}

#[test]
fn a_short_text_makes_a_small_sound_cloud() {
    let cloud =
        drawn(&paragraphs("台积电上调资本开支，英伟达与博通追加先进封装订单，苹果下调出货预期。"), &Style::default());
    assert_sound(&cloud);
    assert!(cloud.words.len() >= 5);
}

#[test]
fn a_text_without_words_gives_no_picture() {
    let nothing =
        words(&paragraphs("3 5 7 !"), &cloud::words::Dictionary::default(), &cloud::words::Archive::default());
    assert!(matches!(draw(&nothing, "", &Style::default()), Err(CloudError::TooFewWords(0))));
}

#[test]
fn a_word_without_its_glyphs_is_left_out_and_counted() {
    let text = "Halvorsen Ruiz Okafor Tanaka Lindqvist met ሰላም and สวัสดี in Oslo about Fjordkraft shares";
    let cloud = drawn(&paragraphs(text), &Style::default());
    assert_eq!(cloud.without_glyph, 2);
    assert!(cloud.words.iter().all(|word| Style::default().font.has_all(&word.text)));
    assert!(cloud.words.iter().any(|word| word.text == "Fjordkraft"));
}

#[test]
fn another_font_draws_what_it_has_and_the_embedded_one_the_rest() {
    // Paperboy Sans with nothing but capitals and digits, also in place of small letters.
    let own = include_bytes!("../capitals.otf").to_vec();
    let font = Font::from_file(own, 0).unwrap();
    let text = "Halvorsen Ruiz Okafor Tanaka Lindqvist 半导体 量子纠错 met ሰላም in Oslo about Fjordkraft shares";
    let style = Style { font, ..Style::default() };
    let (own, embedded) = (drawn(&paragraphs(text), &style), drawn(&paragraphs(text), &Style::default()));
    assert_ne!(own.jpeg, embedded.jpeg);
    assert!(own.words.iter().any(|word| word.text == "量子"), "{:?}", own.words);
    assert_eq!(own.without_glyph, 1, "what neither has is left out and counted");
    assert!(Font::from_file(b"no font".to_vec(), 0).is_err());
}

#[test]
fn every_character_of_both_ways_of_writing_chinese_has_its_glyph() {
    let font = Style::default().font;
    let letters = "简体中文字库 繁體中文字庫 臺灣龍鳳麒麟 ひらがなカタカナー ÀÉÎÕüß αβγ Привет ，。！？：；「」『』《》、…—·（）％ ▲▼◀▶●★→≤≥€£¥™";
    for c in letters.chars() {
        assert!(font.has_all(&c.to_string()), "{c} is missing");
    }
}

#[test]
fn words_that_name_the_same_theme_have_the_same_colour() {
    let look = Look::LIGHT;
    assert_eq!(look.words.len(), cloud::words::Theme::ALL.len());
    let cloud = drawn(&sample(), &Style::default());
    let theme = |text: &str| cloud.words.iter().find(|word| word.text == text).unwrap().theme;
    assert_eq!(theme("模型"), theme("评测"));
    assert_eq!(theme("融资"), theme("供应链"));
    assert_ne!(theme("模型"), theme("风险"));
}
