use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

fn line() -> impl Strategy<Value = Weight> {
    let cuts = vec![Cut::Section(1), Cut::Section(3), Cut::Paragraph, Cut::Item(0), Cut::Sentence, Cut::Letter];
    line_with(select(cuts))
}

fn line_with(cut: impl Strategy<Value = Cut>) -> impl Strategy<Value = Weight> {
    (0_u32..3, 1_u32..12, 0_u32..4, any::<bool>(), cut).prop_map(|(gap, body, entities, continues, cut)| Weight {
        gap: Size { text: gap, ..Size::default() },
        body: Size { text: body, entities, bytes: 0 },
        open: Size { text: 1, ..Size::default() },
        close: Size { text: 1, ..Size::default() },
        continues,
        cut,
    })
}

/// Every way to part the lines, tried: the fewest messages that any of them needs.
fn fewest(weights: &[Weight], room: Room) -> usize {
    let lines = Lines::new(weights, room);
    let count = |cuts: u32| {
        let mut starts: Vec<usize> = (1..weights.len()).filter(|line| cuts >> (line - 1) & 1 == 1).collect();
        starts.insert(0, 0);
        let ends = starts.iter().skip(1).copied().chain([weights.len()]);
        let fits = |(&start, end): (&usize, usize)| end - start == 1 || lines.fit(start, end);
        starts.iter().zip(ends).all(fits).then_some(starts.len())
    };
    (0..1 << (weights.len() - 1)).filter_map(count).min().expect("each line alone")
}

proptest! {
    #[test]
    fn there_are_never_more_messages_than_the_best_of_all_ways_needs(lines in vec(line(), 1..12), narrow in any::<bool>()) {
        let other = Size { text: 24, entities: 8, bytes: 0 };
        let first = if narrow { Size { text: 12, ..other } } else { other };
        let room = Room { first, other };
        let messages = pack(&lines, room);
        prop_assert_eq!(messages.first().map(|lines| lines.start), Some(0));
        prop_assert!(messages.windows(2).all(|pair| pair[0].end == pair[1].start));
        prop_assert_eq!(messages.len(), fewest(&lines, room));
    }

    #[test]
    fn what_must_stay_together_is_parted_only_where_one_message_has_no_room_for_it(
        lines in vec(line_with(select(vec![Cut::Never, Cut::Never, Cut::Paragraph, Cut::Word])), 1..40),
    ) {
        let size = Size { text: 24, entities: 8, bytes: 0 };
        let messages = pack(&lines, Room { first: size, other: size });
        prop_assert_eq!(messages.iter().cloned().flatten().collect::<Vec<_>>(), (0..lines.len()).collect::<Vec<_>>());
        let ends = |line: &usize| lines.get(*line).is_none_or(|line| line.cut != Cut::Never);
        for parted in messages.iter().skip(1).map(|lines| lines.start).filter(|line| !ends(line)) {
            let start = (0..parted).rev().find(|line| *line == 0 || ends(line)).unwrap_or(0);
            let end = (parted..=lines.len()).find(ends).unwrap_or(lines.len());
            prop_assert!(!fits_one(&lines[start..end], size), "{parted} in {start}..{end} of {messages:?}");
        }
    }
}
