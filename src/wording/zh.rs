//! Chinese.

mod stats;

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Weekday};
use platform::{Act, Labels, Layout, Right};

use super::{
    ChartWords, Commands, DailyHour, FeedStatus, Going, Progress, Subscribed, Wording, by_kind, feed_lines, grouped,
    recalls,
};

pub(super) static ZH: Wording = Wording {
    labels: Labels {
        part: "（{n}/{of}）",
        more: "……后面还有，点按钮接着读",
        more_in_file: "……后面还有：点按钮接着读，或打开附件看全文",
    },
    commands: Commands {
        start: "订阅日报",
        stop: "退订",
        digest: "看某一天，如 11-27、昨天",
        time: "定时送达，如 08:30",
        layout: "选日报的样式",
        status: "我订阅了什么",
        help: "怎么用",
        broadcast: "给所有订阅者发消息",
        recall: "撤回发出的内容",
        stats: "订阅和送达情况",
        pause: "暂停正在发送的内容",
        resume: "继续发送",
        cancel: "取消发送",
        target: "编号，或 telegram、discord",
        publication: "日期（如 11-27）或编号；不填列出最近几条",
        feed: "日报名称，可不填",
        day: "2025-11-27、11-27、昨天；不填看最新",
        look: "full、brief 等；不填看有哪些",
        hour: "08:30，可加时区；off 为一出就送",
        text: "要发的内容，可用 Markdown；首行写“# 标题”会配上标题图",
    },
    cloud: |words| format!("词云：{words}"),
    day,
    help_opening: "我把每天的日报送到这里。",
    help_admins: "管理员：",
    hint: "发 /digest 看最新一期，发日期（如 11-27）看那一天，发 /help 看怎么用。",
    unknown_command: |name| format!("没有 /{name} 这个命令。发 /help 看有哪些。"),
    apology: "抱歉，刚才出了点问题，请过一会儿再试。",
    admins_only: "抱歉，这个命令只有管理员能用。",
    deciders_only: "抱歉，订阅的事要请这里的管理员来定。",
    missing: |rights| {
        let names: Vec<&str> = rights.iter().map(|right| permission(*right)).collect();
        format!("我在这里还发不了日报，少了这些权限：「{}」。请在频道设置里给我，再发一次 /start。", names.join("」「"))
    },
    no_place: "这里不能订阅。请私信机器人，或在服务器频道里使用命令。",
    subscribed,
    greeting: "大家好，我是送日报的。请管理员发 /start，以后每期都会送到群里；谁都可以发 /digest 看最新一期。",
    which_feed: |feeds| format!("想订阅哪一份？点下面的按钮，或发 /start 加名称。\n{}", feed_lines(feeds)),
    no_feeds: "眼下还没有日报可以订阅，请过些天再来看看。",
    unknown_feed: |typed, feeds| format!("没有叫「{typed}」的日报。现在有：\n{}", feed_lines(feeds)),
    see_latest: "看最新一期",
    stopped: |titles| format!("已退订{}。什么时候想看了，发 /start 就好。", quoted(titles)),
    not_subscribed: "这里还没有订阅日报。发 /start 就能订阅。",
    not_subscribed_to: |title| format!("这里没有订阅「{title}」。"),
    status,
    hour: |hour| match hour {
        None => "现在每期一出就送。想定时收，就发 /time 08:30。".to_owned(),
        Some((at, zone)) => {
            format!("现在每天 {}送。换个时间：/time 08:30，改成一出就送：/time off。", clock(at, zone))
        }
    },
    hour_set: |at, zone| format!("好，以后每天 {}送到这里。", clock(at, zone)),
    hour_off: "好，以后每期一出就送到这里。",
    which_layout: "想怎么看日报？",
    layout_name: |layout| match layout {
        Layout::Full => "全文",
        Layout::Brief => "只看概要，其余点开",
        Layout::Rich => "富文本（一条消息）",
        Layout::Components => "图文卡片",
    },
    layout_sample: "上面是样例。有些客户端还显示不了，您看到的正常吗？",
    looks_right: "正常，就用它",
    sees_placeholder: "只看到占位，用全文",
    layout_set: |name| format!("好，以后的日报样式：{name}。"),
    unknown_zone: |typed| format!("没有找到时区「{typed}」。可以写城市，如北京、东京、伦敦，或 Asia/Shanghai。"),
    bad_hour: |typed| format!("没看懂「{typed}」是几点。请这样写：/time 08:30，或 /time 08:30 北京。"),
    no_digests: "第一期还没出，再等等。",
    no_digest_on: |day| format!("{day}没有日报。离得最近的是："),
    not_out_yet: "今天的日报还没出。最近的几期：",
    still_to_come: |day| format!("{day}还没到呢。最近的几期："),
    bad_day: |typed| format!("没看懂「{typed}」是哪天。可以写 2025-11-27、11-27 或昨天。"),
    recalls: &recalls::ZH,
    no_text: "要发什么？写在命令后面，如：/broadcast 今晚的日报晚一点到。",
    nobody: "样子就是上面这样，不过现在还没有订阅者，所以不能发。",
    preview: |audience, minutes| {
        format!("样子就是上面这样，会发给 {} 个订阅者。发吗？{minutes} 分钟内有效。", grouped(audience))
    },
    price: |stars| {
        format!("机器人要为此付约 {} 颗 Telegram 星：每秒 30 条以内免费，超出的每条 0.1 颗。", grouped(stars))
    },
    send: "发送",
    discard: "不发了",
    on_its_way: "已经在发了。",
    discarded: "好，不发了。",
    expired: |minutes| format!("过了 {minutes} 分钟，这份预览已失效，没有发出。要发请重新写一遍 /broadcast。"),
    not_yours: "这条要由写它的人来定。",
    progress,
    stats: stats::stats,
    act: |act| match act {
        Act::Pause => "暂停",
        Act::Resume => "继续",
        Act::Cancel => "取消",
    },
    which_publication: "哪一个？",
    nothing_under_way: "没有可选的。",
    sure_to_cancel: |target| format!("确定取消 {target} 吗？已送达的不受影响，还没发的就不再发了。"),
    controlled: |act, what| match act {
        Act::Pause => format!("已暂停：{what}"),
        Act::Resume => format!("已继续：{what}"),
        Act::Cancel => format!("已取消：{what}"),
    },
    already: |title, state| {
        let state = match state {
            "running" => "正在发送",
            "paused" => "已经暂停了",
            "quarantined" => "已停发，内容未被接受",
            "cancelled" => "已经取消了",
            _ => "已经发完了",
        };
        format!("「{title}」{state}。")
    },
    no_such_target: |typed| format!("没有找到「{typed}」。只写 /pause 可以看到正在发送的内容。"),
    chart: ChartWords {
        subscribers: "订阅者",
        delivered: "近 30 天送达",
        failed: "失败",
        alt: "近 30 天的订阅者和送达数",
    },
};

/// As Discord's own settings name it.
fn permission(right: Right) -> &'static str {
    match right {
        Right::View => "查看频道",
        Right::Send => "发送消息",
        Right::SendInThreads => "在子区内发送消息",
        Right::EmbedLinks => "嵌入链接",
        Right::AttachFiles => "附加文件",
    }
}

fn day(day: NaiveDate, today: NaiveDate) -> String {
    let weekday = match day.weekday() {
        Weekday::Mon => "周一",
        Weekday::Tue => "周二",
        Weekday::Wed => "周三",
        Weekday::Thu => "周四",
        Weekday::Fri => "周五",
        Weekday::Sat => "周六",
        Weekday::Sun => "周日",
    };
    let year = if day.year() == today.year() { String::new() } else { format!("{}年", day.year()) };
    format!("{year}{}月{}日（{weekday}）", day.month(), day.day())
}

/// `08:30（北京时间）`, with the zone's name where Chinese has no short one.
fn clock(at: NaiveTime, zone: &str) -> String {
    let zone = match zone {
        "Asia/Shanghai" => "北京时间",
        "Asia/Hong_Kong" => "香港时间",
        "Asia/Macau" => "澳门时间",
        "Asia/Taipei" => "台北时间",
        "Asia/Tokyo" => "东京时间",
        "Asia/Seoul" => "首尔时间",
        "Asia/Singapore" => "新加坡时间",
        "Australia/Sydney" => "悉尼时间",
        "Europe/London" => "伦敦时间",
        "Europe/Paris" => "巴黎时间",
        "Europe/Berlin" => "柏林时间",
        "Europe/Moscow" => "莫斯科时间",
        "America/New_York" => "纽约时间",
        "America/Toronto" => "多伦多时间",
        "America/Los_Angeles" => "洛杉矶时间",
        "America/Vancouver" => "温哥华时间",
        other => other,
    };
    format!("{}（{zone}）", at.format("%H:%M"))
}

fn quoted(titles: &[String]) -> String {
    titles.iter().map(|title| format!("「{title}」")).collect()
}

fn subscribed(subscribed: &Subscribed<'_>) -> String {
    let Subscribed { kind, title, new, hour, latest } = *subscribed;
    let opening = if new {
        format!("{}「{title}」。", by_kind(kind, "你好！已为你订阅", "大家好！本群已订阅", "本频道已订阅"))
    } else {
        format!("{}「{title}」。", by_kind(kind, "你已经订阅了", "本群已经订阅了", "本频道已经订阅了"))
    };
    let when = match hour {
        None => "每期一出就送到这里。".to_owned(),
        Some((at, zone)) => format!("每天 {}送到这里。", clock(at, zone)),
    };
    let latest = latest.map(|day| format!("\n最近一期：{day}")).unwrap_or_default();
    format!("{opening}{when}{latest}\n\n看别的日子：/digest 11-27\n退订：/stop")
}

fn status(feeds: &[FeedStatus], hour: Option<DailyHour<'_>>) -> String {
    let mut text = String::from("这里订阅了：");
    for FeedStatus { title, since, latest } in feeds {
        text += &format!("\n• {title}，从 {}年{}月{}日起", since.year(), since.month(), since.day());
        if let Some(day) = latest {
            text += &format!("\n  最近一期：{day}");
        }
    }
    match hour {
        None => text + "\n\n每期一出就送。",
        Some((at, zone)) => text + &format!("\n\n每天 {}送。", clock(at, zone)),
    }
}

fn progress(progress: &Progress) -> String {
    let Progress { going, audience, delivered, failed, uncertain } = progress;
    let mut counts = format!("送达 {} / {}", grouped(*delivered), grouped(*audience));
    if *failed > 0 {
        counts += &format!("，失败 {}", grouped(*failed));
    }
    if *uncertain > 0 {
        counts += &format!("，不确定 {}", grouped(*uncertain));
    }
    match going {
        Going::On => format!("正在发送……\n{counts}"),
        Going::Paused => format!("已暂停。\n{counts}"),
        Going::Done(took) => format!("发完了，用时{}。\n{counts}", duration(*took)),
        Going::Cancelled => format!("已取消，没发的不再发。\n{counts}"),
        Going::Refused => format!("平台不收这条消息，已停下。请改一改再发。\n{counts}"),
    }
}

fn duration(took: TimeDelta) -> String {
    let seconds = took.num_seconds().max(1);
    match (seconds / 3600, seconds % 3600 / 60, seconds % 60) {
        (0, 0, s) => format!(" {s} 秒"),
        (0, m, s) => format!(" {m} 分 {s} 秒"),
        (h, m, _) => format!(" {h} 小时 {m} 分"),
    }
}
