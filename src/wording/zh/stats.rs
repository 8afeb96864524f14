//! `/stats` in Chinese.

use chrono::Datelike as _;

use crate::{
    store::clouds::Clouds,
    wording::{Figures, grouped},
};

pub(super) fn stats(figures: &Figures) -> String {
    let mut text = String::from("订阅者");
    for count in &figures.subscribers {
        text += &format!("\n• {}：{}", count.platform, grouped(count.active));
        if count.ended > 0 {
            text += &format!("（另有 {} 个已联系不上）", grouped(count.ended));
        }
    }
    if figures.subscribers.is_empty() {
        text += "\n还没有。";
    }
    text += "\n\n最近几期";
    for digest in &figures.digests {
        text += &format!(
            "\n• {} {}月{}日：送达 {} / {}",
            digest.title,
            digest.day.month(),
            digest.day.day(),
            grouped(digest.delivered),
            grouped(digest.audience)
        );
        if digest.failed > 0 {
            text += &format!("，失败 {}", grouped(digest.failed));
        }
        if digest.uncertain > 0 {
            text += &format!("，不确定 {}", grouped(digest.uncertain));
        }
    }
    if figures.digests.is_empty() {
        text += "\n还没有。";
    }
    text += &clouds(&figures.clouds);
    text += &format!("\n\n还在排队：{}", grouped(figures.queued));
    for pause in &figures.paused {
        text += &match pause.until {
            Some(until) => {
                let until = until.with_timezone(&pause.zone);
                let time = until.format("%H:%M");
                format!("\n{} 暂停发送，到 {}月{}日 {time}", pause.bot, until.month(), until.day())
            }
            None => format!("\n{} 暂停发送", pause.bot),
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
    let mut text = format!("\n\n近 30 天词云：画成 {} 张", grouped(drawn));
    for (count, what) in [(late, "超时"), (failed, "失败"), (without_glyph, "因缺字略去的词")] {
        if count > 0 {
            text += &format!("，{what} {}", grouped(count));
        }
    }
    text
}
