//! The word lists, as sets of keys.

use std::{collections::HashSet, sync::LazyLock};

use super::scan::Dictionary;

/// Words that say nothing in a cloud.
pub(super) static STOP: LazyLock<HashSet<&str>> = LazyLock::new(|| entries(include_str!("../lists/stop.txt")));

/// Words that headings use to name a part of a report.
pub(super) static BOILERPLATE: LazyLock<HashSet<&str>> =
    LazyLock::new(|| entries(include_str!("../lists/boilerplate.txt")));

/// Names and terms that the segmenter would cut.
pub(super) static NAMES: LazyLock<Dictionary> = LazyLock::new(|| Dictionary::parse(include_str!("../lists/names.txt")));

fn entries(text: &'static str) -> HashSet<&'static str> {
    text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect()
}
