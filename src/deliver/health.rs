//! Whether a publication meets so many failures that something must be wrong with it, or with us: pure.

use std::collections::BTreeMap;

/// So many deliveries must have failed first: the first few say little.
const LEAST: u32 = 30;
/// Publications are few at a time; the oldest are forgotten.
const PUBLICATIONS: usize = 64;

/// What one process has seen of a publication since it began or was resumed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Toll {
    failed: u32,
    served: u32,
}

/// What this process has seen of each running publication.
#[derive(Debug, Default)]
pub(super) struct Health {
    tolls: BTreeMap<i64, Toll>,
}

impl Health {
    /// So many chats took a message of it.
    pub(super) fn served(&mut self, publication: i64, count: u32) {
        self.toll(publication).served += count;
    }

    /// A delivery of it was given up, whatever for; whether it should be paused: more failed than went well. What was
    /// counted is then forgotten, so that a resumed publication gets a fair try.
    pub(super) fn failed(&mut self, publication: i64) -> bool {
        let toll = self.toll(publication);
        toll.failed += 1;
        let ill = toll.failed >= LEAST && toll.failed > toll.served;
        if ill {
            self.tolls.remove(&publication);
        }
        ill
    }

    fn toll(&mut self, publication: i64) -> &mut Toll {
        if self.tolls.len() >= PUBLICATIONS && !self.tolls.contains_key(&publication) {
            self.tolls.pop_first();
        }
        self.tolls.entry(publication).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_of_which_some_have_left_is_healthy() {
        let mut health = Health::default();
        for _ in 0..100 {
            health.served(1, 4);
            assert!(!health.failed(1));
        }
    }

    #[test]
    fn when_more_fails_than_goes_well_it_is_ill_and_counted_anew_afterwards() {
        let mut health = Health::default();
        health.served(1, 20);
        let ill: Vec<bool> = (0..40).map(|_| health.failed(1)).collect();
        assert_eq!(ill.iter().position(|ill| *ill), Some(29));
        assert!(!ill[30..].contains(&true));
    }
}
