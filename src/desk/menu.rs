//! The commands as the platforms' menus show them.

use platform::{Language, MenuEntry};

use crate::wording::{Commands, wording};

/// The menu in one language, in reading order; the admins' commands last.
pub(super) fn menu(language: Language) -> Vec<MenuEntry> {
    let texts = &wording(language).commands;
    let Commands { start, stop, digest, time, layout, status, help, broadcast, recall, stats, .. } = texts;
    let Commands { pause, resume, cancel, publication, feed, day, hour, look, text, target, .. } = texts;
    let entry = |name, summary: &str, argument: Option<(&'static str, &str)>| MenuEntry {
        name,
        summary: summary.to_owned(),
        argument: argument.map(|(name, hint)| (name, hint.to_owned())),
        optional: true,
        admin_only: false,
    };
    vec![
        entry("start", start, Some(("feed", feed))),
        entry("digest", digest, Some(("day", day))),
        entry("time", time, Some(("hour", hour))),
        entry("layout", layout, Some(("look", look))),
        entry("status", status, None),
        entry("stop", stop, Some(("feed", feed))),
        entry("help", help, None),
        MenuEntry { optional: false, admin_only: true, ..entry("broadcast", broadcast, Some(("text", text))) },
        MenuEntry { admin_only: true, ..entry("recall", recall, Some(("publication", publication))) },
        MenuEntry { admin_only: true, ..entry("stats", stats, None) },
        MenuEntry { admin_only: true, ..entry("pause", pause, Some(("target", target))) },
        MenuEntry { admin_only: true, ..entry("resume", resume, Some(("target", target))) },
        MenuEntry { admin_only: true, ..entry("cancel", cancel, Some(("target", target))) },
    ]
}

#[cfg(test)]
mod tests {
    use platform::{BadCommand, Command};

    use super::*;

    #[test]
    fn every_line_of_the_menu_is_a_command_and_fits_every_platform() {
        for language in Language::ALL {
            for entry in menu(language) {
                let parsed = Command::from_parts(entry.name, "");
                assert!(!matches!(parsed, Err(BadCommand::Unknown { .. })), "/{}", entry.name);
                // Discord takes 100 characters of description, for commands and for their options.
                let hint = entry.argument.map(|(_, hint)| hint).unwrap_or_default();
                assert!((1..=100).contains(&entry.summary.chars().count()), "/{}", entry.name);
                assert!(hint.chars().count() <= 100, "/{}", entry.name);
            }
        }
    }
}
