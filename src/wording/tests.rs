//! Every text in both languages stands in one snapshot each, to be read by people.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::*;
use crate::store::clouds::Clouds;

#[test]
fn numbers_are_grouped_by_three() {
    assert_eq!([0, 999, 1_000, 1_234_567, -1_000].map(grouped), ["0", "999", "1,000", "1,234,567", "-1,000"]);
}

#[test]
fn chinese_reads_well() {
    insta::assert_snapshot!("texts_zh", all(Language::Zh, "推特 AI 日报", "科技周报"));
}

#[test]
fn english_reads_well() {
    insta::assert_snapshot!("texts_en", all(Language::En, "Twitter AI daily", "Tech weekly"));
}

#[test]
fn what_shows_over_a_chat_fits_there() {
    for language in Language::ALL {
        let Wording { admins_only, deciders_only, on_its_way, not_yours, .. } = wording(language);
        for text in [admins_only, deciders_only, on_its_way, not_yours] {
            assert!(text.chars().count() <= 200, "{text}");
        }
    }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// All texts, each under its name. The destructuring makes a new text that is not listed here an error.
fn all(language: Language, title: &str, other: &str) -> String {
    let Wording {
        labels: Labels { part, more, more_in_file },
        commands,
        cloud,
        day,
        help_opening,
        help_admins,
        hint,
        unknown_command,
        apology,
        admins_only,
        deciders_only,
        missing,
        no_place,
        subscribed,
        greeting,
        which_feed,
        no_feeds,
        unknown_feed,
        see_latest,
        stopped,
        not_subscribed,
        not_subscribed_to,
        status,
        hour,
        hour_set,
        hour_off,
        unknown_zone,
        bad_hour,
        which_layout,
        layout_name,
        layout_sample,
        looks_right,
        sees_placeholder,
        layout_set,
        no_digests,
        no_digest_on,
        not_out_yet,
        still_to_come,
        bad_day,
        recalls,
        no_text,
        nobody,
        preview,
        price,
        send,
        discard,
        on_its_way,
        discarded,
        expired,
        not_yours,
        progress,
        stats,
        act,
        which_publication,
        nothing_under_way,
        sure_to_cancel,
        controlled,
        already,
        no_such_target,
        chart: ChartWords { subscribers, delivered, failed, alt },
    } = wording(language);

    let today = date("2026-01-02");
    let same_year = day(date("2026-01-01"), today);
    let shown = day(date("2025-11-27"), today);
    let feeds = [("twitter_ai".to_owned(), title.to_owned()), ("tech".to_owned(), other.to_owned())];
    let titles = [title.to_owned(), other.to_owned()];
    let half_past_eight = NaiveTime::from_hms_opt(8, 30, 0).unwrap();
    let set = Some((half_past_eight, "Asia/Shanghai"));

    let mut page = Page::default();
    page.put("part", part.replace("{n}", "2").replace("{of}", "3"));
    page.put("more", more);
    page.put("more_in_file", more_in_file);
    page.put("menu", menu(commands));
    page.put("cloud", cloud("模型、Claude Opus 4.5、估值"));
    page.put("day", format!("{same_year}\n{shown}"));
    page.put("help_opening", help_opening);
    page.put("help_admins", help_admins);
    page.put("hint", hint);
    page.put("unknown_command", unknown_command("fly"));
    page.put("apology", apology);
    page.put("admins_only", admins_only);
    page.put("deciders_only", deciders_only);
    page.put("missing", missing(&[Right::EmbedLinks, Right::AttachFiles]));
    page.put("no_place", no_place);
    for kind in [ChatKind::Private, ChatKind::Group, ChatKind::Channel] {
        for new in [true, false] {
            let hour = if new { None } else { set };
            let latest = new.then_some(shown.as_str());
            let text = subscribed(&Subscribed { kind, title, new, hour, latest });
            page.put(&format!("subscribed ({}, {})", kind.as_str(), if new { "new" } else { "again" }), text);
        }
    }
    page.put("greeting", greeting);
    page.put("which_feed", which_feed(&feeds));
    page.put("no_feeds", no_feeds);
    page.put("unknown_feed", unknown_feed("twiter", &feeds));
    page.put("see_latest", see_latest);
    page.put("stopped", format!("{}\n{}", stopped(&titles[..1]), stopped(&titles)));
    page.put("not_subscribed", not_subscribed);
    page.put("not_subscribed_to", not_subscribed_to(other));
    let statuses = [
        FeedStatus { title: title.to_owned(), since: date("2025-03-01"), latest: Some(shown.clone()) },
        FeedStatus { title: other.to_owned(), since: date("2025-12-24"), latest: None },
    ];
    page.put("status", status(&statuses[..1], None));
    page.put("status (two, with an hour)", status(&statuses, set));
    page.put("hour", format!("{}\n{}", hour(None), hour(set)));
    page.put("hour_set", hour_set(half_past_eight, "Europe/London"));
    page.put("hour_off", hour_off);
    page.put("which_layout", which_layout);
    page.put("layout_name", Layout::ALL.map(layout_name).join("\n"));
    page.put("layout_sample", layout_sample);
    page.put("looks_right", looks_right);
    page.put("sees_placeholder", sees_placeholder);
    page.put("layout_set", layout_set(layout_name(Layout::Brief)));
    page.put("unknown_zone", unknown_zone("Mars"));
    page.put("bad_hour", bad_hour("25:61"));
    page.put("no_digests", no_digests);
    page.put("no_digest_on", no_digest_on(&shown));
    page.put("not_out_yet", not_out_yet);
    page.put("still_to_come", still_to_come(&day(date("2026-02-28"), today)));
    page.put("bad_day", bad_day("13-45"));
    page.put("no_text", no_text);
    page.put("nobody", nobody);
    page.put("preview", format!("{}\n{}", preview(1, 10), preview(12_345, 10)));
    page.put("price", format!("{}\n{}", price(1), price(97_000)));
    page.put("send", send);
    page.put("discard", discard);
    page.put("on_its_way", on_its_way);
    page.put("discarded", discarded);
    page.put("expired", expired(10));
    page.put("not_yours", not_yours);
    let came = |going, delivered, failed, uncertain| {
        progress(&Progress { going, audience: 12_345, delivered, failed, uncertain })
    };
    page.put("progress", came(Going::On, 0, 0, 0));
    page.put("progress (with losses)", came(Going::On, 6_000, 3, 2));
    page.put("progress (paused)", came(Going::Paused, 6_000, 3, 0));
    page.put("progress (done)", came(Going::Done(TimeDelta::seconds(494)), 12_340, 3, 2));
    page.put("progress (done at once)", came(Going::Done(TimeDelta::milliseconds(300)), 12_345, 0, 0));
    page.put("progress (done in hours)", came(Going::Done(TimeDelta::minutes(95)), 12_345, 0, 0));
    page.put("progress (cancelled)", came(Going::Cancelled, 6_000, 0, 0));
    page.put("progress (refused)", came(Going::Refused, 0, 5, 0));
    of_recalls(&mut page, recalls, title);
    page.put("stats", stats(&figures(title)));
    page.put("stats (empty)", stats(&Figures::default()));
    let acts = [Act::Pause, Act::Resume, Act::Cancel];
    page.put("act", acts.map(act).join(" "));
    page.put("which_publication", which_publication);
    page.put("nothing_under_way", nothing_under_way);
    page.put("sure_to_cancel", sure_to_cancel("12"));
    page.put("controlled", acts.map(|act| controlled(act, title)).join("\n"));
    let states = ["running", "paused", "quarantined", "cancelled", "done"];
    page.put("already", states.map(|state| already(title, state)).join("\n"));
    page.put("no_such_target", no_such_target("99"));
    page.put("chart", format!("{subscribers}\n{delivered}\n{failed}\n{alt}"));
    page.0
}

fn of_recalls(page: &mut Page, recalls: &Recalls, title: &str) {
    let Recalls { withdrawn, which, nothing, preview, take_back, keep, kept, expired, progress } = recalls;
    for (name, text) in [
        ("withdrawn", withdrawn),
        ("which", which),
        ("nothing", nothing),
        ("take_back", take_back),
        ("keep", keep),
        ("kept", kept),
    ] {
        page.put(&format!("recalls: {name}"), text);
    }
    page.put("recalls: preview", format!("{}\n{}", preview(title, 1, 10), preview(title, 12_345, 10)));
    page.put("recalls: expired", expired(10));
    let went = |going, failed| progress(&Progress { going, audience: 12_345, delivered: 6_000, failed, uncertain: 0 });
    for (name, going) in [
        ("on", Going::On),
        ("paused", Going::Paused),
        ("done", Going::Done(TimeDelta::seconds(9))),
        ("cancelled", Going::Cancelled),
    ] {
        page.put(&format!("recalls: progress ({name})"), went(going, 3));
    }
}

fn menu(commands: &Commands) -> String {
    let Commands { start, stop, digest, time, layout, status, help, broadcast, recall, stats, .. } = commands;
    let Commands { pause, resume, cancel, publication, feed, day, hour, look, text, target, .. } = commands;
    format!(
        "/start {start}\n  feed: {feed}\n/stop {stop}\n/digest {digest}\n  day: {day}\n/time {time}\n  hour: {hour}\n\
         /layout {layout}\n  look: {look}\n/status {status}\n/help {help}\n/broadcast {broadcast}\n  text: {text}\n\n\
         /recall {recall}\n  publication: {publication}\n/stats {stats}\n\
         /pause {pause}\n/resume {resume}\n/cancel {cancel}\n  target: {target}"
    )
}

fn figures(title: &str) -> Figures {
    let platform = |platform: &str, active, ended| PlatformCount { platform: platform.to_owned(), active, ended };
    let digest = |day, delivered, failed, uncertain| DigestFigures {
        title: title.to_owned(),
        day: date(day),
        audience: 12_345,
        delivered,
        failed,
        uncertain,
    };
    let until: DateTime<Utc> = "2026-01-02T07:05:00Z".parse().unwrap();
    let pause = |bot: &str, until| BotPause { bot: bot.to_owned(), until, zone: Tz::Asia__Shanghai };
    Figures {
        subscribers: vec![platform("Discord", 210, 0), platform("Telegram", 12_135, 87)],
        digests: vec![digest("2026-01-01", 6_000, 0, 0), digest("2025-12-31", 12_330, 12, 3)],
        queued: 6_345,
        clouds: Clouds { drawn: 28, late: 1, failed: 2, without_glyph: 3 },
        paused: vec![pause("Telegram", Some(until)), pause("discord:1234", None)],
    }
}

/// Texts under their names.
#[derive(Default)]
struct Page(String);

impl Page {
    fn put(&mut self, name: &str, text: impl AsRef<str>) {
        self.0 += &format!("[{name}]\n{}\n\n", text.as_ref());
    }
}
