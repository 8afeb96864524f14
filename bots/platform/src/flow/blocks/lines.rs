//! Writes text as lines: one, one for each line break in it, or several that are joined.

use super::Writer;
use crate::{
    Span,
    flow::{Cut, Gap, Kind, Line, Marker, Run},
    split,
};

impl<'d> Writer<'d> {
    pub(super) fn text(&mut self, gap: Gap, cut: Cut, kind: Kind<'d>, spans: &'d [Span]) {
        if spans.iter().any(|span| span.text.contains('\n')) {
            let runs: Vec<Run<'d>> = spans.iter().map(Run::of).collect();
            self.lines(gap, cut, kind, &runs);
        } else {
            let start = self.flow.runs.len();
            self.flow.runs.extend(spans.iter().map(Run::of));
            self.end_line(gap, cut, kind, start);
        }
    }

    /// Writes text that may have line breaks.
    pub(super) fn lines(&mut self, gap: Gap, cut: Cut, kind: Kind<'d>, runs: &[Run<'d>]) {
        let (mut gap, mut cut) = (gap, cut);
        let mut start = self.flow.runs.len();
        for run in runs {
            let mut from = 0;
            for (at, _) in run.text.match_indices('\n') {
                if at > from {
                    self.flow.runs.push(run.part(from..at));
                }
                from = at + 1;
                if self.flow.runs[start..].iter().any(|run| !run.text.trim().is_empty()) {
                    self.end_line(gap, cut, kind, start);
                    (gap, cut) = (Gap::Line, if matches!(kind, Kind::Heading(_)) { Cut::Never } else { Cut::Row });
                } else {
                    self.flow.runs.truncate(start);
                }
                start = self.flow.runs.len();
            }
            if from < run.text.len() {
                self.flow.runs.push(run.part(from..run.text.len()));
            }
        }
        if self.flow.runs[start..].iter().any(|run| !run.text.trim().is_empty()) {
            self.end_line(gap, cut, kind, start);
        } else {
            self.flow.runs.truncate(start);
        }
    }

    pub(super) fn line(&mut self, gap: Gap, cut: Cut, kind: Kind<'d>, runs: &[Run<'d>]) {
        let start = self.flow.runs.len();
        self.flow.runs.extend_from_slice(runs);
        self.end_line(gap, cut, kind, start);
    }

    /// Makes a line of the runs from `start` on; a long one becomes several that are joined.
    fn end_line(&mut self, gap: Gap, cut: Cut, kind: Kind<'d>, start: usize) {
        let line = Line {
            gap,
            cut,
            kind,
            quote: self.place.quote,
            indent: self.sign_indent.take().unwrap_or(self.place.lists.saturating_sub(1)),
            marker: self.marker,
            runs: start..self.flow.runs.len(),
        };
        self.marker = if self.place.lists > 0 { Marker::Under } else { Marker::None };
        split::push(&mut self.flow, line);
    }
}
