//! Tables: in columns where a phone has room for them, else each row as a small list.

use std::borrow::Cow;

use super::Run;
use crate::{
    Span,
    document::{Alignment, Style},
    text::columns,
};

/// What stands between two columns.
const BETWEEN: &str = "  ";

/// The table in columns, or `None` if it is too wide or has links, which letters of one width cannot have.
pub(super) fn aligned(
    alignments: &[Alignment],
    head: &[Vec<Span>],
    rows: &[Vec<Vec<Span>>],
    limit: usize,
) -> Option<Vec<String>> {
    let count = rows.iter().map(Vec::len).chain([head.len()]).max().filter(|&count| count > 0)?;
    let mut widths = vec![0; count];
    let all = || std::iter::once(head).chain(rows.iter().map(Vec::as_slice));
    for row in all() {
        for (width, cell) in widths.iter_mut().zip(row) {
            if cell.iter().any(|span| span.link.is_some() || span.text.contains('\n')) {
                return None;
            }
            *width = (*width).max(cell.iter().map(|span| columns(&span.text)).sum());
        }
        if widths.iter().sum::<usize>() + BETWEEN.len() * (count - 1) > limit {
            return None;
        }
    }
    if rows.is_empty() || widths.iter().all(|&width| width == 0) {
        return None;
    }
    let line = |row: &[Vec<Span>]| {
        let mut line = String::new();
        for (column, &width) in widths.iter().enumerate() {
            let cell: String = row.get(column).into_iter().flatten().map(|span| span.text.as_str()).collect();
            let space = width - columns(&cell).min(width);
            let left = match alignments.get(column).copied().unwrap_or_default() {
                Alignment::Left => 0,
                Alignment::Centre => space / 2,
                Alignment::Right => space,
            };
            line.extend(std::iter::repeat_n(' ', left));
            line.push_str(&cell);
            line.extend(std::iter::repeat_n(' ', space - left));
            line.push_str(BETWEEN);
        }
        line.truncate(line.trim_end().len());
        line
    };
    let mut lines: Vec<String> = all().map(line).collect();
    lines.insert(1, widths.iter().map(|&width| "─".repeat(width)).collect::<Vec<_>>().join(BETWEEN));
    Some(lines)
}

/// The table as one group of lines for each row, the heads as labels. A table without rows is its head.
pub(super) fn groups<'d>(head: &'d [Vec<Span>], rows: &'d [Vec<Vec<Span>>]) -> Vec<Vec<Vec<Run<'d>>>> {
    if rows.is_empty() {
        return vec![head.iter().filter(|cell| !is_empty(cell)).map(|cell| bold(cell)).collect()];
    }
    rows.iter().map(|row| group(head, row)).filter(|group| !group.is_empty()).collect()
}

fn group<'d>(head: &'d [Vec<Span>], row: &'d [Vec<Span>]) -> Vec<Vec<Run<'d>>> {
    let mut lines = Vec::new();
    for (column, cell) in row.iter().enumerate() {
        if is_empty(cell) {
            continue;
        }
        let label = head.get(column).filter(|label| !is_empty(label));
        let mut line: Vec<Run<'d>> = Vec::new();
        if let Some(label) = label {
            line.extend(bold(label));
            let chinese = label.iter().chain(cell).any(|span| !span.text.is_ascii());
            let colon = Cow::Borrowed(if chinese { "：" } else { ": " });
            line.push(Run { text: colon, style: Style::default(), link: None });
        }
        line.extend(cell.iter().map(Run::of));
        lines.push(line);
    }
    lines
}

fn is_empty(cell: &[Span]) -> bool {
    cell.iter().all(|span| span.text.trim().is_empty())
}

fn bold(cell: &[Span]) -> Vec<Run<'_>> {
    cell.iter().map(|span| Run { style: Style { bold: true, ..span.style }, ..Run::of(span) }).collect()
}
