//! Buttons whose action fits.

use platform::Button;

/// The longest action that every platform takes, in bytes (Telegram's `callback_data`).
const LONGEST_ACTION: usize = 64;

/// A button that gives `action`, unless that is too long: the text above it always says what to type instead.
pub(super) fn button(label: &str, action: String) -> Option<Button> {
    (action.len() <= LONGEST_ACTION).then(|| Button { label: label.to_owned(), action })
}

/// The buttons in rows of `wide`.
pub(super) fn rows(buttons: impl IntoIterator<Item = Button>, wide: usize) -> Vec<Vec<Button>> {
    let buttons: Vec<Button> = buttons.into_iter().collect();
    buttons.chunks(wide).map(<[Button]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_action_is_never_longer_than_64_bytes(feed in "\\PC{0,80}") {
            let action = format!("/start {feed}");
            let made = button("label", action.clone());
            prop_assert_eq!(made.is_some(), action.len() <= 64);
            prop_assert!(made.is_none_or(|button| button.action == action));
        }
    }

    #[test]
    fn buttons_stand_in_rows() {
        let buttons = ["1", "2", "3"].map(|label| Button { label: label.to_owned(), action: label.to_owned() });
        let shape: Vec<usize> = rows(buttons, 2).iter().map(Vec::len).collect();
        assert_eq!(shape, [2, 1]);
    }
}
