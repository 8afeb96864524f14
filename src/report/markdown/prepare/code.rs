//! Which parts of the source are code, which stays as it is.

/// The text with each line written anew by `rewrite`, which gets the line, whether it is code, and what is written so far.
pub(super) fn lines(text: &str, mut rewrite: impl FnMut(&str, bool, &mut String)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    // Four spaces begin code only where no paragraph goes on.
    let mut after_text = false;
    for line in text.split_inclusive('\n') {
        let bare = inside(line).trim();
        let signs = fence_of(bare);
        let indented = !after_text && (line.starts_with("    ") || line.starts_with('\t'));
        let is_code = fence.is_some() || signs.is_some() || indented;
        fence = match (fence, signs) {
            (None, opens) => opens,
            // A fence ends with one that is no shorter, and behind which there is nothing.
            (Some(open), Some(close)) if close.starts_with(open) && close == bare => None,
            (open, _) => open,
        };
        rewrite(line, is_code, &mut out);
        after_text = !(bare.is_empty() || is_code || bare.starts_with('#') || bare.starts_with("---"));
    }
    out
}

/// A line without the signs of the quotations and lists that it stands in.
fn inside(line: &str) -> &str {
    let mut rest = line.trim_start();
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let item = match rest.as_bytes().get(digits) {
            Some(b'>') if digits == 0 => 1,
            Some(b'-' | b'*' | b'+') if digits == 0 && rest[1..].starts_with(' ') => 2,
            Some(b'.' | b')') if digits > 0 && rest[digits + 1..].starts_with(' ') => digits + 2,
            _ => return rest,
        };
        rest = rest[item..].trim_start();
    }
}

/// The three or more signs of a fence that a line begins with.
fn fence_of(line: &str) -> Option<&str> {
    let sign = line.bytes().next().filter(|sign| matches!(sign, b'`' | b'~'))?;
    let length = line.bytes().take_while(|&byte| byte == sign).count();
    let is_inline = sign == b'`' && line[length..].contains('`');
    (length >= 3 && !is_inline).then(|| &line[..length])
}

/// The length of the code that a line's rest begins with: from its backticks to the same ones, or the backticks alone.
pub(super) fn span(text: &str) -> usize {
    let ticks = text.bytes().take_while(|&byte| byte == b'`').count();
    text[ticks..].find(&text[..ticks]).map_or(ticks, |found| ticks + found + ticks)
}
