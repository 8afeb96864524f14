//! What may be a link. One address that a platform dislikes has the whole message refused, so this is strict.

use std::sync::Arc;

use platform::Span;
use url::{Host, Url};

/// The longest address that is kept: both platforms refuse or cut very long ones.
const LONGEST: usize = 2_000;

/// The address as every platform takes it, or `None` if it has to stay plain text.
pub(super) fn checked(address: &str) -> Option<Arc<str>> {
    let address = address.trim();
    let (scheme, rest) = address.split_once(':')?;
    let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    if address.len() > LONGEST || address.chars().any(|c| c.is_control()) {
        return None;
    }
    if web {
        // Most addresses are plain: they are kept as they are written, and cost no parsing.
        let host = rest.strip_prefix("//")?.split(['/', '?', '#']).next()?;
        if is_plain_host(host) && address.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&byte))
        {
            return Some(address.into());
        }
        let url = Url::parse(address).ok()?;
        let Some(Host::Domain(domain)) = url.host() else { return None };
        let named = is_plain_host(domain) && url.username().is_empty() && url.password().is_none();
        return (named && url.as_str().len() <= LONGEST).then(|| url.as_str().into());
    }
    let other = ["tg", "mailto", "tel"].into_iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (other && !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic())).then(|| address.into())
}

/// Whether a host is a name with a dot, without port, user and other rarities.
fn is_plain_host(host: &str) -> bool {
    let labels = || host.split('.');
    let name = |label: &str| {
        !label.is_empty()
            && label.len() < 64
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let top = host.rsplit('.').next().unwrap_or_default();
    labels().count() > 1
        && labels().all(name)
        && top.len() > 1
        && (top.bytes().all(|byte| byte.is_ascii_alphabetic()) || top.starts_with("xn--"))
}

/// Makes links of the addresses that stand bare in the text.
pub(super) fn mark_bare_addresses(spans: &mut Vec<Span>) {
    if !spans.iter().any(is_candidate) {
        return;
    }
    let mut marked = Vec::with_capacity(spans.len() + 2);
    for span in spans.drain(..) {
        if is_candidate(&span) { split(&span, &mut marked) } else { marked.push(span) }
    }
    *spans = marked;
}

fn is_candidate(span: &Span) -> bool {
    span.link.is_none() && !span.style.code && (span.text.contains("://") || span.text.contains("www."))
}

fn split(span: &Span, out: &mut Vec<Span>) {
    let part = |text: &str, link| Span { text: text.to_owned(), style: span.style, link };
    let text = span.text.as_str();
    let mut done = 0;
    let mut from = 0;
    while let Some(start) = next_start(text, from) {
        let end = start + length(&text[start..]);
        let address = &text[start..end];
        let full = if address.starts_with("www.") { format!("http://{address}") } else { address.to_owned() };
        if let Some(link) = checked(&full) {
            if start > done {
                out.push(part(&text[done..start], None));
            }
            out.push(part(address, Some(link)));
            done = end;
        }
        from = end.max(start + 1);
    }
    if done < text.len() {
        out.push(part(&text[done..], None));
    }
}

/// Where the next bare address begins: not inside a word.
fn next_start(text: &str, from: usize) -> Option<usize> {
    let mut from = from;
    loop {
        let rest = text.get(from..)?;
        let found = ["https://", "http://", "www."].into_iter().filter_map(|prefix| rest.find(prefix)).min()? + from;
        let before = text[..found].chars().next_back();
        if before.is_none_or(|c| !c.is_ascii_alphanumeric()) {
            return Some(found);
        }
        from = found + 1;
    }
}

/// How long the address at the start of `text` is. It ends before Chinese text, which writes no space after it,
/// and does not take the full stop or bracket that belongs to the sentence.
fn length(text: &str) -> usize {
    let stop = |c: char| !c.is_ascii_graphic() || matches!(c, '<' | '>' | '"' | '`' | '\\' | '^' | '{' | '|' | '}');
    let mut end = text.find(stop).unwrap_or(text.len());
    loop {
        let address = &text[..end];
        let Some(last) = address.chars().next_back() else { return end };
        let open = address.matches('(').count();
        let surplus = last == ')' && address.matches(')').count() > open;
        if surplus || matches!(last, '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | '[' | ']') {
            end -= 1;
        } else {
            return end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_every_platform_takes_are_links() {
        for good in ["https://example.com", "HTTP://a.example/x?y=1#z", "tg://resolve?domain=a", "mailto:a@b.example"] {
            assert_eq!(checked(good).as_deref(), Some(good));
        }
        for bad in
            ["javascript:alert(1)", "/local", "#part", "http://", "http://localhost/x", "http://a b.example", "x"]
        {
            assert_eq!(checked(bad), None, "{bad}");
        }
        let encoded = checked("https://zh.example.org/人工智能");
        assert_eq!(encoded.as_deref(), Some("https://zh.example.org/%E4%BA%BA%E5%B7%A5%E6%99%BA%E8%83%BD"));
    }

    #[test]
    fn a_bare_address_ends_before_the_sentence_goes_on() {
        let mut spans = vec![Span::plain("见https://a.example/x(1)。后（www.b.example）和 http://c.example/d). 完")];
        mark_bare_addresses(&mut spans);
        let links: Vec<_> = spans.iter().filter(|span| span.link.is_some()).map(|span| span.text.as_str()).collect();
        assert_eq!(links, ["https://a.example/x(1)", "www.b.example", "http://c.example/d"]);
        let text: String = spans.iter().map(|span| span.text.as_str()).collect();
        assert_eq!(text, "见https://a.example/x(1)。后（www.b.example）和 http://c.example/d). 完");
    }
}
