//! `/help`: the commands as the menu has them.

use platform::{MenuEntry, Reply};

use super::{menu, visit::Visit};

pub(super) fn help(visit: &Visit<'_>, for_admin: bool) -> Reply {
    let texts = visit.texts;
    let (for_admins, for_all): (Vec<_>, Vec<_>) = menu::menu(visit.language).into_iter().partition(|e| e.admin_only);
    let mut text = format!("{}\n{}", texts.help_opening, lines(&for_all));
    if for_admin {
        text += &format!("\n\n{}{}", texts.help_admins, lines(&for_admins));
    }
    visit.say(&text)
}

fn lines(entries: &[MenuEntry]) -> String {
    entries.iter().map(|entry| format!("\n/{} {}", entry.name, entry.summary)).collect()
}
