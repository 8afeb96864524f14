//! Messages are as few as they can be, beside a bound that knows nothing of lines: the same text cut between any two letters. That
//! no other way of packing the same lines takes fewer is shown where they are packed, by trying all ways.

use paperboy::report::markdown;
use platform::{
    Document, Layout, Message,
    text::{code_points, utf16_len},
};
use proptest::{prelude::Strategy, strategy::ValueTree, test_runner::TestRunner};

use super::{documents, judge, render};

/// The most entities of one message on Telegram.
const ENTITIES: usize = 100;

/// How many messages it takes at the least to say what these messages say: each is filled until its last letter or entity.
fn least(platform: &str, messages: &[Message], with_picture: bool) -> usize {
    let (length, first, other): (fn(&str) -> usize, _, _) = match platform {
        "telegram" => (utf16_len, if with_picture { 1_024 } else { 4_096 }, 4_096),
        _ => (code_points, 6_000, 6_000),
    };
    // The length of all their text, and where in it the entities begin.
    let (mut all, mut entities) = (0, Vec::new());
    for message in messages {
        let begins = |entity: &serde_json::Value| all + entity["offset"].as_u64().map_or(0, |offset| offset as usize);
        for name in ["entities", "caption_entities"] {
            entities.extend(message.payload[name].as_array().into_iter().flatten().map(begins));
        }
        all += judge::texts(message).into_iter().map(length).sum::<usize>();
    }
    let (mut count, mut at) = (0, 0);
    while at < all || count == 0 {
        let room = at + if count == 0 { first } else { other };
        let begun = entities.partition_point(|&entity| entity < at);
        at = entities.get(begun + ENTITIES).map_or(room, |&entity| entity.min(room));
        count += 1;
    }
    count
}

/// For each document, platform and picture, how many messages there are above the least.
fn above(documents: &[Document]) -> Vec<usize> {
    let mut above = Vec::new();
    for document in documents {
        for (platform, with_picture) in [("telegram", true), ("telegram", false), ("discord", true)] {
            let messages = render(platform, document, Layout::Full, with_picture);
            above.push(messages.len() - least(platform, &messages, with_picture).min(messages.len()));
        }
    }
    above
}

#[test]
fn reports_take_no_more_messages_than_full_ones_in_95_of_100_cases_and_never_two_more() {
    let sample = include_str!("../../../reports/2025-11-27-twitter_ai_20251127_20251127.md");
    let sections: Vec<&str> = sample.split_inclusive("\n### ").collect();
    // Reports of every length, from one section to six times the sample.
    let mut reports = Vec::new();
    for count in 1..60 {
        let text: String = sections.iter().cycle().skip(count).take(count).copied().collect();
        reports.push(markdown::parse(&text));
    }
    let above = above(&reports);
    let best = above.iter().filter(|&&above| above == 0).count();
    // A heading stays with its text and sentences are not torn, so not quite every message can be full.
    assert!(best * 100 >= above.len() * 95, "{best} of {}: {above:?}", above.len());
    assert!(above.iter().all(|&above| above <= 1), "{above:?}");
}

#[test]
fn random_sections_never_take_two_messages_more_than_the_least() {
    let mut runner = TestRunner::deterministic();
    let mut documents = Vec::new();
    while documents.len() < 60 {
        documents.push(documents::sections().new_tree(&mut runner).expect("a document").current());
    }
    // Addresses and styles have limits of their own, of which the bound knows nothing.
    for document in &mut documents {
        for block in &mut document.blocks {
            if let platform::Block::Paragraph(spans) = block {
                spans.iter_mut().for_each(|span| *span = platform::Span::plain(std::mem::take(&mut span.text)));
            }
        }
    }
    let above = above(&documents);
    assert!(above.iter().all(|&above| above <= 1), "{above:?}");
}
