//! What only a site's generator reads: Liquid's tags and outputs, and kramdown's attribute lines.

use std::borrow::Cow;

use super::code;

/// The text without them; code keeps them.
pub(super) fn removed(text: &str) -> Cow<'_, str> {
    if !text.contains('{') || !["{%", "{{", "{:"].into_iter().any(|open| text.contains(open)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(code::lines(text, |line, is_code, out| {
        if is_code {
            out.push_str(line);
        } else if !is_attribute_line(line.trim_start()) {
            push_without_tags(line, out);
        }
    }))
}

/// The most bytes of a tag; beyond, nobody looks for its end.
const LONGEST: usize = 2_000;

fn is_attribute_line(line: &str) -> bool {
    let line = line.trim_end();
    line.starts_with("{:") && line.ends_with('}')
}

fn push_without_tags(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find(['{', '`']) {
        let tail = &rest[at..];
        out.push_str(&rest[..at]);
        let near = &tail[..tail.floor_char_boundary(LONGEST)];
        let tag = |close: &str| near.find(close).map(|end| end + close.len());
        let (kept, passed) = if tail.starts_with('`') {
            let length = code::span(tail);
            (length, length)
        } else if let Some(length) = if tail.starts_with("{%") { tag("%}") } else { None } {
            (0, length)
        } else if let Some(length) = if tail.starts_with("{{") { tag("}}") } else { None } {
            (0, length)
        } else {
            (1, 1)
        };
        out.push_str(&tail[..kept]);
        rest = &tail[passed..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn liquid_goes_and_code_keeps_it() {
        let text = "a {{ site.x }} b {% raw %}c{% endraw %} `{{ d }}` {e}\n```\n{% f %}\n```\n{: .note }\n{% g\n";
        assert_eq!(removed(text), "a  b c `{{ d }}` {e}\n```\n{% f %}\n```\n{% g\n");
    }

    #[test]
    fn four_spaces_are_code_unless_a_paragraph_goes_on() {
        assert_eq!(removed("## a\n    {{ b }}\n"), "## a\n    {{ b }}\n");
        assert_eq!(removed("a\n    {{ b }}c\n\n    {{ d }}\n    {{ e }}\n"), "a\n    c\n\n    {{ d }}\n    {{ e }}\n");
    }
}
