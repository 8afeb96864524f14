//! The HTML that stands in Markdown: tags that mean something are obeyed, the others go, and all text stays.

use super::{
    link,
    tree::{Kind, Mark, Tree},
};

/// Reads a piece of HTML into the tree.
pub(super) fn read(tree: &mut Tree, html: &str) {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text(tree, &rest[..at]);
        rest = &rest[at..];
        if let Some(length) = comment(rest) {
            rest = &rest[length..];
        } else if let Some((tag, length)) = Tag::read(rest) {
            rest = &rest[length..];
            if !tag.closing && matches!(tag.name.as_str(), "script" | "style" | "head" | "template") {
                rest = after_closing(rest, &tag.name);
            } else {
                obey(tree, &tag);
            }
        } else {
            text(tree, "<");
            rest = &rest[1..];
        }
    }
    text(tree, rest);
}

/// Text between tags: of HTML's spaces and line ends, however many, one counts.
fn text(tree: &mut Tree, text: &str) {
    let decoded = decoded(text);
    let mut ends = decoded.bytes().filter(u8::is_ascii_whitespace);
    for (n, word) in decoded.split(|c: char| c.is_ascii_whitespace()).enumerate() {
        match if n > 0 { ends.next() } else { None } {
            Some(b'\n' | b'\r') => tree.soft_break(),
            Some(_) => tree.space(),
            None => {}
        }
        if !word.is_empty() {
            tree.text(word);
        }
    }
}

/// The length of a comment, declaration or instruction at the start.
fn comment(html: &str) -> Option<usize> {
    let ends = |open: &str, close: &str| {
        html.starts_with(open)
            .then(|| html[open.len()..].find(close).map_or(html.len(), |at| open.len() + at + close.len()))
    };
    ends("<!--", "-->").or_else(|| ends("<![CDATA[", "]]>")).or_else(|| ends("<!", ">")).or_else(|| ends("<?", "?>"))
}

/// What follows the end tag of that name; nothing if there is none.
fn after_closing<'h>(html: &'h str, name: &str) -> &'h str {
    let closes =
        |at: usize| html.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
    match html.match_indices("</").map(|(at, _)| at).find(|&at| closes(at)) {
        Some(at) => html[at..].split_once('>').map_or("", |(_, after)| after),
        None => "",
    }
}

struct Tag {
    name: String,
    closing: bool,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The tag at the start and its length; `None` if it is only a less-than sign.
    fn read(html: &str) -> Option<(Self, usize)> {
        let closing = html.starts_with("</");
        let body = &html[if closing { 2 } else { 1 }..];
        let name = body.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let mut attributes = Vec::new();
        let mut rest = &body[name.len()..];
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if let Some(after) = rest.strip_prefix('>') {
                let tag = Self { name: name.to_ascii_lowercase(), closing, attributes };
                return Some((tag, html.len() - after.len()));
            }
            let key =
                rest.split(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/')).next().unwrap_or_default();
            if key.is_empty() && !rest.starts_with('=') || key.contains('<') {
                return None;
            }
            rest = rest[key.len()..].trim_start();
            let mut value = "";
            if let Some(after) = rest.strip_prefix('=') {
                let after = after.trim_start();
                let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
                let (start, end) = match quote {
                    Some(quote) => (1, 1 + after[1..].find(quote)?),
                    None => (0, after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len())),
                };
                value = &after[start..end];
                rest = &after[end + start..];
            }
            attributes.push((key.to_ascii_lowercase(), decoded(value).into_owned()));
        }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

fn obey(tree: &mut Tree, tag: &Tag) {
    let change = if tag.closing { -1 } else { 1 };
    match tag.name.as_str() {
        "b" | "strong" => tree.style(Mark::Bold, change),
        "i" | "em" | "cite" | "dfn" | "var" => tree.style(Mark::Italic, change),
        "s" | "del" | "strike" => tree.style(Mark::Strike, change),
        "u" | "ins" => tree.style(Mark::Underline, change),
        "code" | "kbd" | "samp" | "tt" => tree.style(Mark::Code, change),
        "sup" => tree.style(Mark::Raised, change),
        "sub" => tree.style(Mark::Lowered, change),
        "br" => tree.hard_break(),
        "hr" => tree.rule(),
        "a" if tag.closing => tree.close_link(),
        "a" => tree.open_link(tag.attribute("href").and_then(link::checked)),
        "img" if !tag.closing => {
            tree.open_picture(tag.attribute("src").unwrap_or_default());
            tree.text(tag.attribute("alt").or_else(|| tag.attribute("title")).unwrap_or_default());
            tree.close_picture();
        }
        "blockquote" => block(tree, tag, Kind::Quote),
        "details" => block(tree, tag, Kind::Details),
        "summary" => block(tree, tag, Kind::Summary),
        "pre" => block(tree, tag, Kind::Code(None)),
        "ul" | "menu" => block(tree, tag, Kind::List(None)),
        "ol" => {
            let start = tag.attribute("start").and_then(|number| number.parse().ok()).unwrap_or(1);
            block(tree, tag, Kind::List(Some(start)));
        }
        "li" => sibling(tree, tag, Kind::Item, |kind| matches!(kind, Kind::List(_))),
        "table" => block(tree, tag, Kind::Table(Vec::new())),
        "tr" => sibling(tree, tag, Kind::Row, |kind| matches!(kind, Kind::Table(_))),
        "td" | "th" => sibling(tree, tag, Kind::Cell, |kind| *kind == Kind::Row),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => block(tree, tag, Kind::Heading(tag.name.as_bytes()[1] - b'0')),
        "p" | "div" | "section" | "article" | "header" | "footer" | "main" | "nav" | "aside" | "figure"
        | "figcaption" | "center" | "address" | "dl" | "dt" | "dd" | "caption" | "form" | "fieldset" | "legend"
        | "video" | "audio" => {
            tree.end_line();
        }
        // What a tag of another name means is not ours to know; its text stays.
        _ => {}
    }
}

fn block(tree: &mut Tree, tag: &Tag, kind: Kind) {
    if tag.closing {
        tree.close_tag(|open| std::mem::discriminant(open) == std::mem::discriminant(&kind));
    } else {
        tree.open_tag(kind);
    }
}

/// A tag whose end people leave out: the next of its kind ends it. It means something only in its `parent`.
fn sibling(tree: &mut Tree, tag: &Tag, kind: Kind, parent: impl Fn(&Kind) -> bool) {
    if !tree.is_open_by_tag(&parent) {
        return tree.end_line();
    }
    tree.close_inside(&parent, &kind);
    if !tag.closing {
        tree.open_tag(kind);
    }
}

/// Text with its character references resolved.
fn decoded(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((reference(&rest[1..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out.into()
}

/// The character that a reference names: the numbered ones and those that people write.
fn reference(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|&c| c != '\0');
    }
    let known = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", '\u{A0}'),
        ("copy", '©'),
        ("reg", '®'),
        ("trade", '™'),
        ("hellip", '…'),
        ("mdash", '—'),
        ("ndash", '–'),
        ("lsquo", '‘'),
        ("rsquo", '’'),
        ("ldquo", '“'),
        ("rdquo", '”'),
        ("laquo", '«'),
        ("raquo", '»'),
        ("middot", '·'),
        ("bull", '•'),
        ("times", '×'),
        ("deg", '°'),
        ("plusmn", '±'),
        ("rarr", '→'),
        ("larr", '←'),
        ("uarr", '↑'),
        ("darr", '↓'),
        ("ge", '≥'),
        ("le", '≤'),
        ("ne", '≠'),
        ("asymp", '≈'),
        ("euro", '€'),
        ("pound", '£'),
        ("yen", '¥'),
        ("sect", '§'),
        ("ensp", ' '),
        ("emsp", ' '),
        ("thinsp", ' '),
        ("zwj", '\u{200D}'),
        ("zwnj", '\u{200C}'),
        ("check", '✓'),
    ];
    known.iter().find(|(known, _)| *known == name).map(|&(_, c)| c)
}
