//! Writes the runs of one line with the signs of their styles.

use platform::{document::Style, flow::Run};

use super::escape;

/// Keeps two signs apart that would be read as one; nobody sees it.
const APART: char = '\u{200B}';

/// Writes runs of one line with the signs of their styles, properly nested.
#[derive(Default)]
pub(super) struct Marked<'a> {
    /// Whether a line begins here, where more signs have to be escaped.
    begins: bool,
    /// The signs that are open, the outermost first.
    open: Vec<&'static str>,
    link: Option<&'a str>,
}

impl<'a> Marked<'a> {
    /// A writer that stands where a line `begins`, or within one.
    pub(super) fn at(begins: bool) -> Self {
        Self { begins, ..Self::default() }
    }

    pub(super) fn write(mut self, runs: &'a [Run<'a>], more: Style, out: &mut String) {
        for run in runs {
            let link = run.link.map(|link| &**link).filter(|link| link.starts_with("http"));
            if self.link != link {
                self.close(0, out);
                self.close_link(out);
            }
            if link.is_some_and(|link| is_same_address(&run.text, link)) && link != self.link {
                self.close(0, out);
                out.push('<');
                out.push_str(link.unwrap_or_default());
                out.push('>');
                self.begins = false;
                continue;
            }
            if run.style.code {
                self.close(0, out);
                self.open_link(link, out);
                if out.ends_with('`') {
                    out.push(APART);
                }
                push_inline_code(&run.text, out);
                self.begins = false;
                continue;
            }
            self.text(run, link, more, out);
        }
        self.close(0, out);
        self.close_link(out);
    }

    fn text(&mut self, run: &Run<'_>, link: Option<&'a str>, more: Style, out: &mut String) {
        let style = Style { bold: run.style.bold || more.bold, ..run.style };
        let wanted: Vec<&'static str> =
            [(style.strike, "~~"), (style.bold, "**"), (style.underline, "__"), (style.italic, "*")]
                .into_iter()
                .filter_map(|(on, sign)| on.then_some(sign))
                .collect();
        let same = self.open.iter().zip(&wanted).take_while(|(a, b)| a == b).count();
        self.close(same, out);
        let text: &str = &run.text;
        let body = text.trim_start();
        let space = &text[..text.len() - body.len()];
        out.push_str(space);
        if body.is_empty() {
            return;
        }
        self.open_link(link, out);
        for &sign in &wanted[same..] {
            // The signs of two styles that meet would be read as one.
            if out.ends_with(&sign[..1]) && !sign_is_nested(&self.open, out) {
                out.push(APART);
            }
            out.push_str(sign);
            self.open.push(sign);
        }
        escape::push(body, self.begins, out);
        self.begins = false;
    }

    fn open_link(&mut self, link: Option<&'a str>, out: &mut String) {
        if let (None, Some(link)) = (self.link, link) {
            out.push('[');
            self.link = Some(link);
            self.begins = false;
        }
    }

    fn close_link(&mut self, out: &mut String) {
        let Some(link) = self.link.take() else { return };
        let space = take_space(out);
        out.push_str("](");
        for c in link.chars() {
            match c {
                '(' => out.push_str("%28"),
                ')' => out.push_str("%29"),
                c => out.push(c),
            }
        }
        out.push(')');
        out.push_str(&space);
    }

    /// Closes signs until `keep` are open; white space goes behind them.
    fn close(&mut self, keep: usize, out: &mut String) {
        if self.open.len() <= keep {
            return;
        }
        let space = take_space(out);
        for sign in self.open.drain(keep..).rev() {
            out.push_str(sign);
        }
        out.push_str(&space);
    }
}

/// Whether what the text ends with is the sign of a style that is still open, in which another may begin at once.
fn sign_is_nested(open: &[&str], out: &str) -> bool {
    open.last().is_some_and(|sign| out.ends_with(sign))
}

fn take_space(out: &mut String) -> String {
    let kept = out.trim_end_matches([' ', '\u{3000}', '\u{A0}']).len();
    out.split_off(kept)
}

/// Whether a link only shows its own address: Discord refuses to show one address for another.
fn is_same_address(text: &str, link: &str) -> bool {
    let bare = |text: &str| {
        let text = text.trim_start_matches("https://").trim_start_matches("http://");
        text.trim_end_matches('/').to_ascii_lowercase()
    };
    text.contains('.') && !text.contains(' ') && bare(text) == bare(link)
}

fn push_inline_code(text: &str, out: &mut String) {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    if longest == 0 {
        out.push('`');
        out.push_str(text);
        out.push('`');
        return;
    }
    // Two backticks hold single ones; more are parted.
    out.push_str("`` ");
    push_code(text, out);
    out.push_str(" ``");
}

/// A fence cannot stand in a fence: an invisible sign parts its backticks.
pub(super) fn push_code(text: &str, out: &mut String) {
    for (n, part) in text.split("``").enumerate() {
        if n > 0 {
            out.push('`');
            out.push(APART);
            out.push('`');
            out.push(APART);
        }
        out.push_str(part);
    }
}
