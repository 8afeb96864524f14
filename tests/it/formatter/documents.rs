//! Random documents: in scripts with and without spaces, with emoji and marks, as deep and as long as limits go.

use std::sync::Arc;

use platform::{
    Block, Document, Span,
    document::{Alignment, Item, Style},
};
use proptest::{collection::vec, option, prelude::*, sample::select};

/// A mark that only headings have, so that they can be told in a message.
pub(crate) const HEADING: char = '§';

/// A piece of text that begins with a letter and ends with no space.
pub(crate) fn words() -> impl Strategy<Value = String> {
    let word = select(vec![
        "人工智能",
        "模型发布。",
        "，但是",
        "「重点」",
        "专家：",
        "カタカナ",
        "です。",
        "مرحبا",
        "، والسلام.",
        "word",
        "two words",
        "end. ",
        "3.5",
        "#tag",
        "@everyone",
        "*",
        "_x_",
        "`",
        "~~",
        "||",
        "<@1>",
        "[a](b)",
        "\\",
        "👩‍👩‍👧‍👦",
        "🇨🇳🇯🇵",
        "👍🏽",
        "e\u{301}\u{323}",
        "ก็",
        "한국어",
        "𠀀",
        "（注）",
        "……",
        "——",
        "a,b",
        "https://x.example/a_b?c=1",
    ]);
    // Mostly short, sometimes longer than a line may be.
    let count = prop_oneof![4 => 0_usize..8, 1 => 8_usize..60];
    let words = count.prop_flat_map(move |count| vec((word.clone(), any::<bool>()), count));
    let joined = (select(vec!["字", "A", "あ", "م"]), words);
    joined.prop_map(|(first, words)| {
        let mut text = first.to_owned();
        for (word, space) in words {
            text.push_str(word);
            if space {
                text.push(' ');
            }
        }
        text.trim_end().to_owned()
    })
}

fn style() -> impl Strategy<Value = Style> {
    let on = || prop::bool::weighted(0.2);
    (on(), on(), on(), on(), on()).prop_map(|(bold, italic, strike, underline, code)| Style {
        bold,
        italic,
        strike,
        underline,
        code,
    })
}

fn spans() -> impl Strategy<Value = Vec<Span>> {
    let link = option::weighted(0.2, (1_usize..200).prop_map(|n| format!("https://x.example/{}", "a".repeat(n))));
    let span = (words(), style(), link).prop_map(|(text, style, link)| Span { text, style, link: link.map(Arc::from) });
    vec(span, 1..8)
}

fn block() -> impl Strategy<Value = Block> {
    let code = (option::of(Just("rust".to_owned())), vec(words(), 1..30))
        .prop_map(|(language, lines)| Block::Code { language, text: lines.join("\n") });
    let table = (1_usize..5, 1_usize..8, any::<bool>())
        .prop_flat_map(|(columns, rows, short)| {
            let cell = if short {
                select(vec!["字", "b", "12.5"]).prop_map(|text| vec![Span::plain(text)]).boxed()
            } else {
                spans().boxed()
            };
            (vec(cell.clone(), columns), vec(vec(cell, columns), rows))
        })
        .prop_map(|(head, rows)| Block::Table { alignments: vec![Alignment::Right; head.len()], head, rows });
    let picture = words().prop_map(|alt| Block::Picture { source: "a.png".to_owned(), alt, link: None });
    let leaf = prop_oneof![
        4 => spans().prop_map(Block::Paragraph),
        1 => (1_u8..=6, spans()).prop_map(|(level, text)| Block::Heading { level, text }),
        1 => code,
        1 => table,
        1 => Just(Block::Rule),
        1 => picture,
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let item =
            (option::of(any::<bool>()), vec(inner.clone(), 1..3)).prop_map(|(task, blocks)| Item { task, blocks });
        prop_oneof![
            (option::of(0_u64..1_000), any::<bool>(), vec(item, 1..12)).prop_map(|(start, loose, items)| Block::List {
                start,
                loose,
                items
            }),
            vec(inner.clone(), 1..5).prop_map(Block::Quote),
            (spans(), vec(inner, 1..4)).prop_map(|(summary, blocks)| Block::Details { summary, blocks }),
        ]
    })
}

/// Any document.
pub(crate) fn document() -> impl Strategy<Value = Document> {
    vec(block(), 0..8).prop_map(|blocks| Document { blocks })
}

/// A document of sections, each of a heading and what it heads.
pub(crate) fn sections() -> impl Strategy<Value = Document> {
    let section = (1_u8..=6, vec(spans(), 1..6)).prop_map(|(level, paragraphs)| {
        let text = vec![Span::plain(format!("{HEADING}标题"))];
        let heading = Block::Heading { level, text };
        std::iter::once(heading).chain(paragraphs.into_iter().map(Block::Paragraph)).collect::<Vec<_>>()
    });
    vec(section, 1..30).prop_map(|sections| Document { blocks: sections.concat() })
}

/// Markdown that is often broken.
pub(crate) fn markdown() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "# ",
        "## ",
        "- ",
        "  - ",
        "1. ",
        "> ",
        "```\n",
        "| a | b |\n|---|---|\n",
        "|",
        "**",
        "*",
        "_",
        "~~",
        "~",
        "`",
        "[",
        "](https://x.example)",
        "![",
        "](a.png)",
        "<b>",
        "</b>",
        "<details><summary>",
        "</summary>",
        "</details>",
        "<br>",
        "<!--",
        "-->",
        "&amp;",
        "[^1]",
        "[^1]: ",
        "---\n",
        "\n",
        "\n\n",
        "    ",
        "\t",
        "\\",
        "$",
        "$$\n",
        "$a_{1}*b*c$",
        "\\(x*y*z\\)",
        "{{ x }}",
        "{% y %}",
        "- [x] ",
        "<table><tr><td>",
        "</table>",
        "https://x.example/a",
        "<a href=\"https://x.example\">",
        "</a>",
        "\u{0}",
        "\u{2028}",
        "\u{E0F0}",
    ]);
    let part = prop_oneof![2 => piece.prop_map(str::to_owned), 3 => words()];
    vec(part, 0..120).prop_map(|parts| parts.concat())
}
