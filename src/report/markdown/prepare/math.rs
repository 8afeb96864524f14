//! Formulas: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. No chat shows them set, so what stands in them is left as it was written: what
//! Markdown would take for emphasis, escapes or links in `$a_{1}*b_{2}*c$` is escaped. `\(` itself is a bracket, as ever.
//!
//! Reports have far more prices than formulas: `**$5**和**$10**` is none, nor is `$5*` by itself.

use std::borrow::Cow;

use super::{code, is_cjk};

/// The text with its formulas escaped.
pub(super) fn shielded(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains('$') && !text.contains("\\(") && !text.contains("\\[") {
        return text;
    }
    // How many lines there were of a formula that has lines of its own.
    let mut display: Option<usize> = None;
    // Tags and the text of their block know no escapes.
    let mut in_html = false;
    Cow::Owned(code::lines(&text, |line, is_code, out| {
        let bare = line.trim();
        in_html = !bare.is_empty() && (in_html || bare.starts_with('<'));
        if is_code || in_html {
            display = None;
            out.push_str(line);
            return;
        }
        match (bare, display) {
            ("$$" | "\\[" | "\\]", _) => {
                display = if display.is_some() || bare == "\\]" { None } else { Some(0) };
                out.push_str(line);
            }
            // A formula ends with its paragraph, whether somebody has closed it or not.
            ("", _) => {
                display = None;
                out.push_str(line);
            }
            (_, Some(lines)) => {
                display = Some(lines + 1);
                if lines > 0 {
                    // Its lines stay lines.
                    out.truncate(out.trim_end().len());
                    out.push_str("\\\n");
                }
                push_display(line, out);
                if bare.ends_with("$$") || bare.ends_with("\\]") {
                    display = None;
                }
            }
            (_, None) => push_line(line, out),
        }
    }))
}

/// A line of a formula that has lines of its own.
fn push_display(line: &str, out: &mut String) {
    let bare = line.trim_start();
    out.push_str(&line[..line.len() - bare.len()]);
    // At a line's start these would begin a list, a heading or a quotation.
    if bare.starts_with(['-', '+', '=', '#']) {
        out.push('\\');
    }
    push_escaped(bare, out);
}

fn push_line(line: &str, out: &mut String) {
    let mut rest = line;
    let mut before = ' ';
    while let Some(at) = rest.find(['$', '`', '\\']) {
        let tail = &rest[at..];
        out.push_str(&rest[..at]);
        before = rest[..at].chars().next_back().unwrap_or(before);
        let length = if tail.starts_with('`') {
            let length = code::span(tail);
            out.push_str(&tail[..length]);
            length
        } else if let Some((sign, inner)) = formula(before, tail) {
            let length = 2 * sign.len() + inner.len();
            out.push_str(sign);
            push_escaped(inner, out);
            out.push_str(&tail[length - sign.len()..length]);
            length
        } else {
            // With a backslash goes what it escapes.
            let length = tail.chars().take(if tail.starts_with('\\') { 2 } else { 1 }).map(char::len_utf8).sum();
            out.push_str(&tail[..length]);
            length
        };
        before = tail[..length].chars().next_back().unwrap_or(before);
        rest = &tail[length..];
    }
    out.push_str(rest);
}

/// The signs between which formulas stand.
const SIGNS: [(&str, &str); 4] = [("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")];

/// The most bytes of a formula within a line; beyond, nobody looks for its end.
const LONGEST: usize = 1000;

/// The formula that `text` begins with, if it is one, and the sign before it; `before` stands before that.
fn formula(before: char, text: &str) -> Option<(&str, &str)> {
    let (open, close) = SIGNS.into_iter().find(|(open, _)| text.starts_with(open))?;
    let body = &text[open.len()..];
    let end = body[..body.floor_char_boundary(LONGEST)].find(close)?;
    let (inner, after) = (&body[..end], body[end + close.len()..].chars().next().unwrap_or(' '));
    // A dollar beside a letter or digit is money.
    let apart = open != "$" || !before.is_ascii_alphanumeric() && before != '$' && !after.is_ascii_alphanumeric();
    let snug = open != "$" || inner.trim() == inner;
    let tells = inner.contains(['\\', '^', '_', '=', '*']);
    let prose = ["**", "](", "://", "`"].iter().any(|sign| inner.contains(sign)) || inner.chars().any(is_cjk);
    (apart && snug && tells && !prose).then_some((open, inner))
}

fn push_escaped(text: &str, out: &mut String) {
    for c in text.chars() {
        if matches!(c, '*' | '_' | '\\' | '`' | '[' | ']' | '<' | '>' | '~' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> String {
        shielded(Cow::Borrowed(text)).into_owned()
    }

    #[test]
    fn what_stands_in_a_formula_is_no_markup() {
        assert_eq!(after("设 $a_{1}*b*c$，则"), r"设 $a\_{1}\*b\*c$，则");
        assert_eq!(after(r"\(a*b*c\)，\[a*b*c\]"), r"\(a\*b\*c\)，\[a\*b\*c\]");
        assert_eq!(after(r"$$ \{a\} $$"), r"$$ \\{a\\} $$");
        assert_eq!(after("$$\n= a_1\n- *b*\n$$\n*c*\n"), "$$\n\\= a\\_1\\\n\\- \\*b\\*\n$$\n*c*\n");
    }

    #[test]
    fn a_formula_ends_with_its_last_sign_and_code_hides_nothing_behind_it() {
        assert_eq!(after("$$\nE = mc^2 $$\n## *a*\n"), "$$\nE = mc^2 $$\n## *a*\n");
        assert_eq!(after("- ```\n  a\n  ```\n\n$x_1$"), "- ```\n  a\n  ```\n\n$x\\_1$");
    }

    #[test]
    fn signs_without_end_take_time_in_proportion() {
        for sign in ["\\(", "\\[", "$", "$$ ", "$a"] {
            let text = sign.repeat(300_000);
            assert_eq!(after(&text).len(), text.len());
        }
    }

    #[test]
    fn prices_code_and_links_are_no_formulas() {
        for text in [
            "**$5**和**$10**",
            "$5 *or* $10",
            "US$5*a*$",
            "$5*, 约 *10$",
            "`$a*b$` `` $c_d$ ``",
            "```\n$a*b$\n```",
            "$x [a_b](https://x.example/a_b)$",
            "\\$a*b*c$",
            "\\\\(a*b*c\\)",
            "\\(见 *下*\\)",
            "\\*a\\* \\",
            "<a title=\"$a_b$\">",
            "$$\n\n*a*",
            "<details>\n<summary>a</summary>\n$x_{1}$\n</details>",
            "> ```\n> $x_1$\n> ```",
            "- ```\n  $x_1$\n  ```\n",
            "````\n```\n$x_1$\n```\n````\n",
        ] {
            assert_eq!(after(text), text);
        }
    }
}
