//! Emphasis beside Chinese, Japanese and Korean, checked against comrak, which has the amendment built in.

use comrak::{Arena, Options, nodes::NodeValue};
use paperboy::report::markdown;
use platform::Block;
use proptest::{collection::vec, prelude::*, sample::select};

/// Each visible character with whether it is bold and italic.
type Looks = Vec<(char, bool, bool)>;

fn by_comrak(text: &str) -> Looks {
    let mut options = Options::default();
    options.extension.cjk_friendly_emphasis = true;
    let arena = Arena::new();
    let mut looks = Looks::new();
    let root = comrak::parse_document(&arena, text, &options);
    for node in root.descendants() {
        let NodeValue::Text(text) = &node.data.borrow().value else { continue };
        let within = |wanted: fn(&NodeValue) -> bool| node.ancestors().any(|outer| wanted(&outer.data.borrow().value));
        let bold = within(|value| matches!(value, NodeValue::Strong));
        let italic = within(|value| matches!(value, NodeValue::Emph));
        looks.extend(text.chars().map(|c| (c, bold, italic)));
    }
    visible(looks)
}

fn by_us(text: &str) -> Looks {
    let document = markdown::parse(text);
    let mut looks = Looks::new();
    for block in &document.blocks {
        let Block::Paragraph(spans) = block else { continue };
        for span in spans {
            looks.extend(span.text.chars().map(|c| (c, span.style.bold, span.style.italic)));
        }
    }
    visible(looks)
}

/// A space is neither bold nor italic to see.
fn visible(looks: Looks) -> Looks {
    looks.into_iter().filter(|(c, ..)| !c.is_whitespace()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn emphasis_in_chinese_is_what_comrak_makes_of_it(
        words in vec(select(vec![
            "*", "**", "*", "**", "***", "专家", "：", "。", "“", "”", "「", "」", "（", "）", "カ", "한", "字", "word", "a", "(", ")",
            "\"", "!", ".", ",", " ", " ", "𠀀",
        ]), 0..24),
    ) {
        let text = format!("字{}字", words.concat());
        prop_assert_eq!(by_us(&text), by_comrak(&text), "{}", text);
    }
}
