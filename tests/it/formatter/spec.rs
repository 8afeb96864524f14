//! The examples of the CommonMark and GFM specifications: whatever their own HTML shows, every layout shows.

use paperboy::report::markdown;

use super::{judge, judge_all, pages, render};
use platform::Layout;

const COMMONMARK: &str = include_str!("../../fixtures/spec/commonmark.txt");
const GFM: &str = include_str!("../../fixtures/spec/gfm.txt");
const FENCE: &str = "````````````````````````````````";

/// Each example's Markdown and the HTML that it means.
fn examples(text: &str) -> Vec<(String, String)> {
    let example = |block: &str| {
        let block = format!("\n{}", block.replace('→', "\t"));
        let (markdown, html) = block.split_once("\n.\n")?;
        Some((markdown.get(1..).unwrap_or_default().to_owned(), html.to_owned()))
    };
    let (begin, end) = (format!("{FENCE} example\n"), format!("{FENCE}\n"));
    let blocks = text.split(&begin).skip(1);
    blocks.map(|block| example(&block[..block.find(&end).expect("an end")]).expect("a dot")).collect()
}

/// What a browser would show of HTML, without white space.
fn visible(html: &str) -> String {
    let mut shown = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = |close: &str| rest.find(close).map_or(rest.len(), |at| at + close.len());
        let length = match rest {
            _ if rest.starts_with("<!--") => end("-->"),
            _ if rest.starts_with("<![CDATA[") => end("]]>"),
            _ if rest.starts_with("<?") => end("?>"),
            _ if rest.starts_with("<script") => end("</script>"),
            _ if rest.starts_with("<style") => end("</style>"),
            _ => tag(rest),
        };
        rest = &rest[length..];
    }
    shown.push_str(rest);
    for (name, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")] {
        shown = shown.replace(name, sign);
    }
    shown.retain(|c| !c.is_whitespace());
    shown
}

/// The length of the tag at the start; a quoted value may hold any sign.
fn tag(html: &str) -> usize {
    let mut quote = None;
    for (at, c) in html.char_indices() {
        match (quote, c) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    html.len()
}

/// Whether all of `wanted` is in `shown`, in order.
fn is_within(wanted: &str, shown: &str) -> bool {
    let mut shown = shown.chars();
    wanted.chars().all(|c| shown.any(|found| found == c))
}

fn lost(examples: &[(String, String)]) -> Vec<String> {
    let mut lost = Vec::new();
    for (text, html) in examples {
        let document = markdown::parse(text);
        if let Err(problem) = judge_all(&document) {
            lost.push(format!("{text:?}: {problem}"));
        }
        let mut brief = render("telegram", &document, Layout::Brief, false);
        brief.extend(pages("telegram", &document, false));
        for messages in [render("telegram", &document, Layout::Full, false), brief] {
            let shown: String = messages.iter().flat_map(judge::texts).collect();
            if !is_within(&visible(html), &shown) {
                lost.push(format!("{text:?}: {shown:?} lacks some of {:?}", visible(html)));
            }
        }
    }
    lost
}

#[test]
fn no_visible_character_of_a_commonmark_example_is_lost() {
    let examples = examples(COMMONMARK);
    assert_eq!(examples.len(), 652);
    assert_eq!(lost(&examples), Vec::<String>::new());
}

#[test]
fn no_visible_character_of_a_gfm_example_is_lost() {
    let examples = examples(GFM);
    assert_eq!(examples.len(), 26);
    assert_eq!(lost(&examples), Vec::<String>::new());
}
