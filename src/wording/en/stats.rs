//! `/stats` in English.

use crate::{
    store::clouds::Clouds,
    wording::{Figures, grouped},
};

pub(super) fn stats(figures: &Figures) -> String {
    let mut text = String::from("Subscribers");
    for count in &figures.subscribers {
        text += &format!("\n• {}: {}", count.platform, grouped(count.active));
        if count.ended > 0 {
            text += &format!(" ({} more out of reach)", grouped(count.ended));
        }
    }
    if figures.subscribers.is_empty() {
        text += "\nNone yet.";
    }
    text += "\n\nLatest digests";
    for digest in &figures.digests {
        text += &format!(
            "\n• {} {}: {} of {} delivered",
            digest.title,
            digest.day.format("%-d %b"),
            grouped(digest.delivered),
            grouped(digest.audience)
        );
        if digest.failed > 0 {
            text += &format!(", {} failed", grouped(digest.failed));
        }
        if digest.uncertain > 0 {
            text += &format!(", {} uncertain", grouped(digest.uncertain));
        }
    }
    if figures.digests.is_empty() {
        text += "\nNone yet.";
    }
    text += &clouds(&figures.clouds);
    text += &format!("\n\nWaiting to be sent: {}", grouped(figures.queued));
    for pause in &figures.paused {
        text += &match pause.until {
            Some(until) => {
                format!("\n{} is paused until {}", pause.bot, until.with_timezone(&pause.zone).format("%-d %b %H:%M"))
            }
            None => format!("\n{} is paused", pause.bot),
        };
    }
    text
}

/// Says nothing while there are none.
fn clouds(clouds: &Clouds) -> String {
    let Clouds { drawn, late, failed, without_glyph } = *clouds;
    if (drawn, late, failed) == (0, 0, 0) {
        return String::new();
    }
    let mut text = format!("\n\nWord clouds, last 30 days: {} drawn", grouped(drawn));
    for (count, what) in
        [(late, "too slow"), (failed, "failed"), (without_glyph, "words left out, whose letters no font has")]
    {
        if count > 0 {
            text += &format!(", {} {what}", grouped(count));
        }
    }
    text
}
