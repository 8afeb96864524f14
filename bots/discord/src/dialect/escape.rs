//! Plain text so written that Discord shows it as it is.

/// Plain text of several lines, escaped.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            out.push('\n');
        }
        push(line, true, &mut out);
    }
    out
}

/// Writes a piece of a line; `begins` says whether the line begins with it.
pub(super) fn push(text: &str, begins: bool, out: &mut String) {
    let text = if begins { push_line_start(text, out) } else { text };
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let is_sign = match byte {
            b'\\' | b'*' | b'_' | b'~' | b'`' | b'|' | b'<' | b'[' => true,
            b'@' => text[at + 1..].starts_with("everyone") || text[at + 1..].starts_with("here"),
            // An address that is no link of ours is not to become one, nor `:smile:` a face.
            b':' => text[at + 1..].starts_with("//") || names_an_emoji(&text[at + 1..]),
            _ => false,
        };
        if is_sign {
            out.push_str(&text[done..at]);
            out.push('\\');
            done = at;
        }
    }
    out.push_str(&text[done..]);
}

/// Whether a colon before this text would begin an emoji's name.
fn names_an_emoji(text: &str) -> bool {
    let name =
        text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-')).count();
    name > 0 && text[name..].starts_with(':')
}

/// Writes what would make a line a heading, list, quotation or small print; gives back the rest.
fn push_line_start<'t>(text: &'t str, out: &mut String) -> &'t str {
    let space = text.len() - text.trim_start().len();
    let (space, rest) = text.split_at(space);
    out.push_str(space);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let sign = match rest.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => digits,
        Some(b'#' | b'-' | b'+' | b'>') if digits == 0 => 0,
        _ => return rest,
    };
    out.push_str(&rest[..sign]);
    out.push('\\');
    out.push_str(&rest[sign..=sign]);
    &rest[sign + 1..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_discord_would_read_as_markup_is_escaped() {
        for (text, expected) in [
            ("# tag\n#tag", "\\# tag\n\\#tag"),
            ("- a\n1. b\n12) c\n  > d\n-# e", "\\- a\n1\\. b\n12\\) c\n  \\> d\n\\-# e"),
            ("**a** __b__ ~~c~~ ||d|| `e` \\", "\\*\\*a\\*\\* \\_\\_b\\_\\_ \\~\\~c\\~\\~ \\|\\|d\\|\\| \\`e\\` \\\\"),
            ("@everyone @here @you <@1> <#2> </c:3>", "\\@everyone \\@here @you \\<@1> \\<#2> \\</c:3>"),
            ("[a](http://b) 3.5 a-b", "\\[a](http\\://b) 3.5 a-b"),
            ("-5% #", "\\-5% #"),
            (":smile: a:+1:b 12:30:45 a: b:", "\\:smile: a\\:+1:b 12\\:30:45 a: b:"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
