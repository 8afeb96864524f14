//! What this process has learnt of how plain each message must be, so that a million readers need not each see a
//! platform refuse it first.

use std::collections::BTreeMap;

use super::judge::is_unfit;
use crate::store::publications::Reception;

/// Publications are few and end within a day; what is older is learnt again.
const MESSAGES: usize = 512;

/// A message of a rendition, at a step.
type Shape = (i64, i16, i16);

/// How platforms received the messages of renditions, step by step.
#[derive(Debug, Default)]
pub(super) struct Learnt {
    receptions: BTreeMap<Shape, Reception>,
}

impl Learnt {
    /// Some chat's platform took the message at this step.
    pub(super) fn taken(&mut self, rendition: i64, message: i16, step: i16) {
        self.of(rendition, message, step).served += 1;
    }

    /// Some chat's platform refused it; whether that made it unfit, which the operator must hear.
    pub(super) fn refused(&mut self, rendition: i64, message: i16, step: i16) -> bool {
        let reception = self.of(rendition, message, step);
        let before = is_unfit(*reception);
        reception.refused += 1;
        !before && is_unfit(*reception)
    }

    /// The first step at or above `step` that is not known to be refused.
    pub(super) fn least(&self, rendition: i64, message: i16, step: i16) -> i16 {
        let unfit = |step: &i16| self.receptions.get(&(rendition, message, *step)).copied().is_some_and(is_unfit);
        (step..i16::MAX).find(|step| !unfit(step)).unwrap_or(step)
    }

    fn of(&mut self, rendition: i64, message: i16, step: i16) -> &mut Reception {
        if self.receptions.len() >= MESSAGES {
            // The oldest renditions have the smallest numbers.
            self.receptions.pop_first();
        }
        self.receptions.entry((rendition, message, step)).or_insert(Reception { refused: 0, served: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_chats_refuse_is_not_tried_on_the_others() {
        let mut learnt = Learnt::default();
        assert_eq!(learnt.least(1, 0, 0), 0);
        assert!(!learnt.refused(1, 0, 0) && !learnt.refused(1, 0, 0));
        assert!(learnt.refused(1, 0, 0), "the third one is news");
        assert!(!learnt.refused(1, 0, 0), "the fourth is not");
        assert_eq!((learnt.least(1, 0, 0), learnt.least(1, 1, 0), learnt.least(2, 0, 0)), (1, 0, 0));
    }

    #[test]
    fn a_few_odd_chats_do_not_make_it_plainer_for_the_rest() {
        let mut learnt = Learnt::default();
        (0..100).for_each(|_| learnt.taken(1, 0, 0));
        (0..4).for_each(|_| assert!(!learnt.refused(1, 0, 0)));
        assert_eq!(learnt.least(1, 0, 0), 0);
    }
}
