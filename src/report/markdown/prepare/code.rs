//! Which parts of the source are code, which stays as it is.

/// The text with each line outside code blocks written anew by `rewrite`, which gets the line and what is written so far.
pub(super) fn outside_blocks(text: &str, mut rewrite: impl FnMut(&str, &mut String)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    // Four spaces begin code only where no paragraph goes on.
    let mut after_blank = true;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start();
        let opens = ["```", "~~~"].into_iter().find(|sign| bare.starts_with(sign));
        match (fence, opens) {
            (None, Some(sign)) => fence = Some(sign),
            (Some(open), Some(sign)) if open == sign => fence = None,
            _ => {}
        }
        let indented = after_blank && (line.starts_with("    ") || line.starts_with('\t'));
        if fence.is_some() || opens.is_some() || indented {
            out.push_str(line);
        } else {
            rewrite(line, &mut out);
        }
        after_blank = bare.is_empty() || indented;
    }
    out
}

/// The length of the code that a line's rest begins with: from its backticks to the same ones, or the backticks alone.
pub(super) fn span(text: &str) -> usize {
    let ticks = text.bytes().take_while(|&byte| byte == b'`').count();
    text[ticks..].find(&text[..ticks]).map_or(ticks, |found| ticks + found + ticks)
}
