//! Writes lines as text with entities: offsets in UTF-16, sorted, nested, none empty, none beginning or ending in
//! white space.

use std::ops::Range;

use platform::{
    flow::{Flow, Kind, Run},
    pack::{Size, Weight, size_of},
    text::utf16_len,
};
use serde_json::{Map, Value};

use super::weigh::{Look, RULE, entity, gap, push_sign};

/// A quotation longer than this is folded until it is touched.
const LONG_QUOTE: usize = 600;

/// About how many bytes a line takes beside its text.
const LINE: usize = 8;

/// Text with entities.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) text: String,
    length: usize,
    entities: Vec<Entity>,
}

#[derive(Debug)]
struct Entity {
    range: Range<usize>,
    kind: What,
}

/// What an entity is, in the order in which Telegram nests those that have the same range.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Quote { folded: bool },
    Pre { language: Option<String> },
    Link(String),
    Mark(usize),
}

const MARKS: [&str; 5] = ["bold", "italic", "underline", "strikethrough", "code"];

impl Written {
    /// These lines of a flow, without rules at either end.
    pub(super) fn of(flow: &Flow<'_>, weights: &[Weight], lines: Range<usize>) -> Self {
        let written = Self::write(flow, lines.clone());
        debug_assert!(written.size().fits(size_of(weights, lines)), "heavier than it was weighed");
        written
    }

    fn write(flow: &Flow<'_>, lines: Range<usize>) -> Self {
        let is_rule = |n: &usize| flow.lines[*n].kind == Kind::Rule;
        let start = lines.clone().find(|n| !is_rule(n)).unwrap_or(lines.end);
        let end = lines.rev().find(|n| !is_rule(n)).map_or(start, |last| last + 1);
        let bytes = flow.lines[start..end]
            .iter()
            .map(|line| LINE + flow.text_of(line).iter().map(|run| run.text.len()).sum::<usize>());
        let mut written = Self { text: String::with_capacity(bytes.sum()), ..Self::default() };
        // Where the quotation and the code block begin that the last line stood in.
        let mut quote: Option<(u32, bool, usize)> = None;
        let mut code: Option<(u32, Option<&str>, usize)> = None;
        for (line, runs) in flow.whole_lines(start..end) {
            let same_quote = quote.map(|(block, ..)| block) == line.quote.map(|quote| quote.block);
            let block = match line.kind {
                Kind::Code { block, .. } => Some(block),
                _ => None,
            };
            if !same_quote || code.map(|(block, ..)| block) != block {
                written.end_code(code.take());
            }
            if !same_quote {
                written.end_quote(quote.take());
            }
            if !written.text.is_empty() {
                written.push(&"\n\n"[..gap(line.gap)]);
            }
            if !same_quote {
                quote = line.quote.map(|quote| (quote.block, quote.folded, written.length));
            }
            let mut sign = String::new();
            push_sign(line, &mut sign);
            // Telegram takes white space from both ends of a message.
            let sign = if written.text.is_empty() { sign.trim_start() } else { &sign };
            written.push(sign);
            if let Kind::Code { block, language } = line.kind {
                code.get_or_insert((block, language, written.length));
            }
            if line.kind == Kind::Rule {
                written.push(RULE);
            }
            written.push_runs(runs, line.kind);
        }
        written.end_code(code);
        written.end_quote(quote);
        written
    }

    /// As [`super::weigh`] counts.
    fn size(&self) -> Size {
        let more = |entity: &Entity| match &entity.kind {
            What::Link(more) => more.len(),
            What::Pre { language } => language.as_ref().map_or(0, String::len),
            What::Quote { .. } | What::Mark(_) => 0,
        };
        let entities = self.entities.iter().map(|one| entity(more(one)));
        entities.fold(Size::text(self.length), |sum, one| sum + one)
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.length += utf16_len(text);
    }

    fn end_code(&mut self, code: Option<(u32, Option<&str>, usize)>) {
        if let Some((_, language, start)) = code {
            let language = language.map(str::to_owned);
            self.mark(start..self.length, What::Pre { language });
        }
    }

    fn end_quote(&mut self, quote: Option<(u32, bool, usize)>) {
        if let Some((_, folded, start)) = quote {
            let folded = folded || self.length - start > LONG_QUOTE;
            self.mark(start..self.length, What::Quote { folded });
        }
    }

    /// Adds an entity over a range that ends where the text ends, less the white space there.
    fn mark(&mut self, range: Range<usize>, kind: What) {
        let space = self.text.len() - self.text.trim_end().len();
        // White space is one code unit a character.
        let space = self.text[self.text.len() - space..].chars().count();
        let end = range.end.min(self.length - space);
        if range.start < end {
            self.entities.push(Entity { range: range.start..end, kind });
        }
    }

    /// Writes a line's text. Marks that carry on from one run to the next become one entity.
    fn push_runs(&mut self, runs: &[Run<'_>], kind: Kind<'_>) {
        let mut open = Open::default();
        for run in runs {
            let look = Look::of(run, kind);
            let text: &str = if self.text.is_empty() { run.text.trim_start() } else { &run.text };
            let lead = text.len() - text.trim_start().len();
            let blank = lead == text.len();
            open.end_unlike(self, look);
            self.push(&text[..lead]);
            if !blank {
                open.begin(self.length, look);
                self.push(&text[lead..]);
            }
        }
        open.end_unlike(self, Look { style: platform::document::Style::default(), link: None });
    }

    /// The text without white space at its end, and the entities as Telegram takes them.
    pub(super) fn finish(mut self) -> (String, Vec<Value>) {
        self.text.truncate(self.text.trim_end().len());
        self.entities.sort_by(|a, b| {
            (a.range.start, std::cmp::Reverse(a.range.end), &a.kind).cmp(&(
                b.range.start,
                std::cmp::Reverse(b.range.end),
                &b.kind,
            ))
        });
        let entities = self.entities.into_iter().map(Entity::value).collect();
        (self.text, entities)
    }

    /// Adds a line at the end, such as the part counter.
    pub(super) fn push_footer(&mut self, footer: &str) {
        let kept = self.text.trim_end().len();
        self.length -= utf16_len(&self.text[kept..]);
        self.text.truncate(kept);
        self.push("\n\n");
        self.push(footer);
    }
}

/// The marks and the link that are open, and since where.
#[derive(Default)]
struct Open<'a> {
    marks: [Option<usize>; 5],
    link: Option<(&'a str, usize)>,
}

impl<'a> Open<'a> {
    fn begin(&mut self, at: usize, look: Look<'a>) {
        for (mark, on) in self.marks.iter_mut().zip(look.marks()) {
            if on {
                mark.get_or_insert(at);
            }
        }
        if let Some(link) = look.link {
            self.link.get_or_insert((link, at));
        }
    }

    /// Ends what the next run does not have. What began inside of something that ends here ends with it and begins
    /// anew, and a mark that reaches into a link from outside is cut at the link's start: entities must nest.
    fn end_unlike(&mut self, written: &mut Written, look: Look<'_>) {
        let at = written.length;
        if let Some((link, start)) = self.link
            && look.link != Some(link)
        {
            self.link = None;
            written.mark(start..at, What::Link(link.to_owned()));
            self.restart_after(written, start, at);
        }
        for (n, on) in look.marks().into_iter().enumerate() {
            let Some(start) = self.marks[n].filter(|_| !on) else { continue };
            self.marks[n] = None;
            self.end_mark(written, n, start..at);
            self.restart_after(written, start, at);
        }
    }

    /// Ends a mark; one that reaches into the open link from outside is cut at the link's start.
    fn end_mark(&self, written: &mut Written, n: usize, range: Range<usize>) {
        match self.link {
            Some((_, link)) if range.start < link && link < range.end => {
                written.entities.push(Entity { range: range.start..link, kind: What::Mark(n) });
                written.mark(link..range.end, What::Mark(n));
            }
            _ => written.mark(range, What::Mark(n)),
        }
    }

    fn restart_after(&mut self, written: &mut Written, start: usize, at: usize) {
        for n in 0..self.marks.len() {
            if let Some(inner) = self.marks[n].filter(|&inner| inner > start && inner < at) {
                self.end_mark(written, n, inner..at);
                self.marks[n] = Some(at);
            }
        }
    }
}

impl Entity {
    fn value(self) -> Value {
        let mut map = Map::new();
        let name = match self.kind {
            What::Quote { folded: false } => "blockquote",
            What::Quote { folded: true } => "expandable_blockquote",
            What::Pre { language } => {
                if let Some(language) = language {
                    map.insert("language".to_owned(), language.into());
                }
                "pre"
            }
            What::Link(url) => {
                map.insert("url".to_owned(), url.into());
                "text_link"
            }
            What::Mark(n) => MARKS[n],
        };
        map.insert("type".to_owned(), name.into());
        map.insert("offset".to_owned(), self.range.start.into());
        map.insert("length".to_owned(), self.range.len().into());
        Value::Object(map)
    }
}
