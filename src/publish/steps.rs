//! What a correction or recall does to the messages that a reader has: pure.

use platform::{Dialect, Message};
use serde::{Deserialize, Serialize};

/// One thing that a worker does for a delivery.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Which of the reader's messages, from 0.
    pub place: usize,
    /// What becomes of it.
    pub act: Act,
    /// What it then shows; in place of a deleted message, where the platform does not let it be deleted.
    pub message: Message,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// It is sent, as part of a digest or broadcast.
    #[default]
    Send,
    /// It is edited; a reader who has none there is sent it.
    Show,
    /// The same, where only its text is another and its pictures stay.
    Reword,
    /// It is deleted.
    Remove,
}

/// The steps from one text to another. Those who have the `whole` old one are spared what stays the same.
#[must_use]
pub fn between(dialect: &dyn Dialect, old: &[Message], whole: bool, new: &[Message], gone: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for (place, message) in new.iter().enumerate() {
        let step = |act, message: &Message| Step { place, act, message: message.clone() };
        match old.get(place) {
            Some(same) if whole && same == message => {}
            // Sent anew in its place; a reader who has none there has nothing deleted.
            Some(other) if !dialect.can_become(other, message) => {
                steps.extend([step(Act::Remove, &dialect.struck(other, gone)), step(Act::Show, message)]);
            }
            Some(other) if whole && other.pictures == message.pictures => steps.push(step(Act::Reword, message)),
            _ => steps.push(step(Act::Show, message)),
        }
    }
    let surplus = old.iter().enumerate().skip(new.len());
    steps.extend(surplus.map(|(place, old)| Step { place, act: Act::Remove, message: dialect.struck(old, gone) }));
    steps
}

/// What one step comes to for a reader, by the id of the message in that place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed<'a> {
    /// Post it; as a reply to this message, if the reader has one.
    Send(Option<&'a str>),
    /// Edit this message.
    Edit(&'a str),
    /// Delete this message.
    Delete(&'a str),
    /// Nothing can be done: nobody knows the message's id, or it is gone. So it is called.
    Nothing(&'a str),
}

/// The id of a message that was deleted again.
pub const DELETED: &str = "-";

impl Step {
    /// What to do for a reader whose messages have these ids: empty for one that may not have arrived, which is left alone
    /// unless it is sent again by hand.
    #[must_use]
    pub fn deed<'a>(&self, ids: &'a [String], by_hand: bool) -> Deed<'a> {
        match (self.act, ids.get(self.place).map(String::as_str)) {
            (Act::Send, _) => Deed::Send(None),
            (Act::Remove, None | Some(DELETED)) => Deed::Nothing(DELETED),
            (Act::Remove, Some("")) => Deed::Nothing(""),
            (Act::Show | Act::Reword, Some("")) if !by_hand => Deed::Nothing(""),
            (Act::Remove, Some(id)) => Deed::Delete(id),
            (Act::Show | Act::Reword, Some(DELETED | "") | None) => {
                let known = |id: &&str| !matches!(*id, "" | DELETED);
                Deed::Send(ids[..self.place.min(ids.len())].iter().map(String::as_str).rev().find(known))
            }
            (Act::Show | Act::Reword, Some(id)) => Deed::Edit(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platforms;

    fn texts(texts: &[&str]) -> Vec<Message> {
        let message = |text: &&str| Message {
            method: "sendMessage".to_owned(),
            payload: serde_json::json!({ "text": text }),
            pictures: Vec::new(),
        };
        texts.iter().map(message).collect()
    }

    fn steps(old: &[&str], whole: bool, new: &[&str]) -> Vec<Step> {
        between(platforms::dialect("telegram").unwrap(), &texts(old), whole, &texts(new), "gone")
    }

    fn acts(old: &[&str], whole: bool, new: &[&str]) -> Vec<(usize, Act)> {
        steps(old, whole, new).iter().map(|step| (step.place, step.act)).collect()
    }

    #[test]
    fn what_stays_the_same_has_no_step() {
        assert_eq!(acts(&["a", "b"], true, &["a", "b"]), []);
        assert_eq!(acts(&["a", "b", "c"], true, &["a", "x", "c"]), [(1, Act::Reword)]);
        assert_eq!(acts(&["a"], true, &["a", "b"]), [(1, Act::Show)]);
        assert_eq!(acts(&["a", "b", "c"], true, &["a"]), [(1, Act::Remove), (2, Act::Remove)]);
        assert_eq!(acts(&["a", "b"], true, &[]), [(0, Act::Remove), (1, Act::Remove)]);
    }

    #[test]
    fn who_got_only_a_part_is_led_to_the_whole() {
        assert_eq!(acts(&["a", "b"], false, &["a", "b"]), [(0, Act::Show), (1, Act::Show)]);
        let steps = steps(&["a", "b", "c"], false, &["a", "b"]);
        let ids = ["7".to_owned()];
        let deeds: Vec<Deed<'_>> = steps.iter().map(|step| step.deed(&ids, false)).collect();
        assert_eq!(deeds, [Deed::Edit("7"), Deed::Send(Some("7")), Deed::Nothing(DELETED)]);
    }

    #[test]
    fn what_may_not_have_arrived_is_neither_edited_nor_sent_again() {
        let ids = [String::new(), DELETED.to_owned()];
        let deeds =
            |steps: &[Step]| steps.iter().map(|step| format!("{:?}", step.deed(&ids, false))).collect::<Vec<_>>();
        assert_eq!(deeds(&steps(&["a", "b"], true, &["x", "y"])), ["Nothing(\"\")", "Send(None)"]);
        assert_eq!(deeds(&steps(&["a", "b"], true, &[])), ["Nothing(\"\")", "Nothing(\"-\")"]);
    }
}
