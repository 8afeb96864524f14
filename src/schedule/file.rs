//! `schedules/*.toml`, with errors that name file and line and say what to write.

use std::{fmt, fs, path::Path};

use chrono_tz::Tz;
use serde::Deserialize;
use toml::Spanned;

use super::{Publish, Schedule, cloud::Plan, cron::Cron};
use crate::{report::name, store::feeds::Titles};

/// Why a schedule cannot be used. Shown as `file:line: reason`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleError {
    /// The file, or the folder where no file is at fault.
    pub file: String,
    /// From 1.
    pub line: Option<usize>,
    /// What is wrong and what to write instead.
    pub reason: String,
}

impl std::error::Error for ScheduleError {}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.reason),
            None => write!(f, "{}: {}", self.file, self.reason),
        }
    }
}

/// Everything that is wrong with the schedules. Shown as one line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSchedules(pub Vec<ScheduleError>);

impl std::error::Error for BadSchedules {}

impl fmt::Display for BadSchedules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// The file's keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    feed: Spanned<String>,
    title: Spanned<Titles>,
    folder: Spanned<String>,
    cron: Spanned<String>,
    zone: Spanned<String>,
    publish: Publish,
    cloud: Option<Spanned<Plan>>,
}

/// Every schedule in the folder, by file name. `folder` in a file is taken from the folder that holds `dir`, so that
/// `folder = "reports"` in `schedules/twitter_ai.toml` is the `reports` beside `schedules`.
///
/// # Errors
/// Every file that cannot be used; a folder that cannot be listed or holds no schedule; a feed in two files.
pub fn load(dir: &Path) -> Result<Vec<Schedule>, BadSchedules> {
    let shown = dir.display().to_string();
    let of_dir = |reason: String| BadSchedules(vec![ScheduleError { file: shown.clone(), line: None, reason }]);
    let listing = fs::read_dir(dir).map_err(|why| {
        of_dir(format!("cannot be listed: {why}; make the folder, or set SCHEDULES_DIR to the one with the schedules"))
    })?;
    let mut files: Vec<_> = listing.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    if files.is_empty() {
        return Err(of_dir("no schedule here; write one such as twitter_ai.toml (README.md shows it)".to_owned()));
    }
    let base = match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let (mut schedules, mut errors) = (Vec::<Schedule>::new(), Vec::new());
    for path in files {
        let file = path.display().to_string();
        let read = fs::read_to_string(&path);
        let text = read.map_err(|why| {
            vec![ScheduleError { file: file.clone(), line: None, reason: format!("cannot be read: {why}") }]
        });
        match text.and_then(|text| parse(&file, &text, base)) {
            Ok(schedule) => match schedules.iter().find(|other| other.feed == schedule.feed) {
                Some(other) => errors.push(ScheduleError {
                    file,
                    line: None,
                    reason: format!(
                        "feed `{}` is declared by {}.toml already; keep one of the two",
                        other.feed, other.name
                    ),
                }),
                None => schedules.push(schedule),
            },
            Err(bad) => errors.extend(bad),
        }
    }
    if errors.is_empty() { Ok(schedules) } else { Err(BadSchedules(errors)) }
}

/// The schedule in this text; `base` is what its `folder` is relative to.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(file: &str, text: &str, base: &Path) -> Result<Schedule, Vec<ScheduleError>> {
    let error = |offset: usize, reason: String| ScheduleError {
        file: file.to_owned(),
        line: Some(1 + text.as_bytes()[..offset.min(text.len())].iter().filter(|&&byte| byte == b'\n').count()),
        reason,
    };
    let written: Written = toml::from_str(text).map_err(|bad| {
        let reason = format!(
            "{}; a schedule has feed, title, folder, cron, zone and publish (\"arrival\" or \"firing\")",
            bad.message().lines().collect::<Vec<_>>().join(" ")
        );
        vec![error(bad.span().map_or(0, |span| span.start), reason)]
    })?;

    let mut errors = Vec::new();
    let mut wrong = |at: usize, reason: String| errors.push(error(at, reason));
    let feed = written.feed.get_ref();
    if !name::is_feed(feed) {
        let reason = "up to 48 letters A-Z and a-z, digits, `_` and `-`, as in the reports' file names";
        wrong(written.feed.span().start, format!("feed `{feed}`: write {reason}, such as twitter_ai"));
    }
    let titles = written.title.get_ref();
    if titles.is_empty() || titles.values().any(|title| title.trim().is_empty()) {
        let reason = "write a title for each language, such as { zh = \"推特 AI 日报\", en = \"Twitter AI daily\" }";
        wrong(written.title.span().start, reason.to_owned());
    }
    let folder = written.folder.get_ref();
    if folder.trim().is_empty() {
        let reason =
            "folder: write where the reports appear, such as \"reports\", from the folder that holds schedules";
        wrong(written.folder.span().start, reason.to_owned());
    }
    let cron = Cron::parse(written.cron.get_ref())
        .map_err(|why| wrong(written.cron.span().start, format!("cron: {why}")))
        .ok();
    let zone = written.zone.get_ref();
    let zone = zone
        .parse::<Tz>()
        .map_err(|_| {
            let reason = "is no time zone; write an IANA name such as Asia/Shanghai, Europe/London or UTC";
            wrong(written.zone.span().start, format!("zone `{zone}` {reason}"));
        })
        .ok();
    let plan = written.cloud.map(|plan| (plan.span().start, plan.into_inner().at(base)));
    if let Some((at, problem)) = plan.as_ref().and_then(|(at, plan)| Some((*at, plan.problem()?))) {
        wrong(at, format!("cloud: {problem}"));
    }
    match (cron, zone) {
        (Some(cron), Some(zone)) if errors.is_empty() => Ok(Schedule {
            name: name::stem(file).to_owned(),
            feed: feed.clone(),
            titles: titles.clone(),
            folder: base.join(folder),
            cron,
            zone,
            publish: written.publish,
            cloud: plan.map(|(_, plan)| plan).unwrap_or_default(),
        }),
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::schedule::cloud::Draw;

    const GOOD: &str = "\
feed = \"twitter_ai\"
title = { zh = \"推特 AI 日报\", en = \"Twitter AI daily\" }
folder = \"reports\"
cron = \"0 16 * * *\"
zone = \"Asia/Shanghai\"
publish = \"arrival\"
";

    fn errors(text: &str) -> Vec<String> {
        parse("a/b.toml", text, Path::new("base")).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_schedule_is_read() {
        let schedule = parse("schedules/daily.toml", GOOD, Path::new("base")).unwrap();
        assert_eq!(schedule.name, "daily");
        assert_eq!(schedule.feed, "twitter_ai");
        assert_eq!(schedule.folder, PathBuf::from("base/reports"));
        assert_eq!((schedule.zone, schedule.publish), (Tz::Asia__Shanghai, Publish::Arrival));
    }

    #[test]
    fn every_mistake_is_told_with_its_line_and_what_to_write() {
        let cases = [
            ("feed = \"twitter_ai\"", "feed = \"推特\"", "a/b.toml:1: feed `推特`: write"),
            ("{ zh = \"推特 AI 日报\", en = \"Twitter AI daily\" }", "{}", "a/b.toml:2: write a title"),
            ("en = ", "de = ", "a/b.toml:2: unknown variant `de`"),
            ("\"reports\"", "\"\"", "a/b.toml:3: folder: write where"),
            ("0 16 * * *", "0 24 * * *", "a/b.toml:4: cron: `24` is no hour"),
            ("Asia/Shanghai", "Asia/Bejing", "a/b.toml:5: zone `Asia/Bejing` is no time zone; write"),
            ("\"arrival\"", "\"sometimes\"", "a/b.toml:6: unknown variant `sometimes`, expected `arrival` or `firing`"),
            ("cron =", "corn =", "a/b.toml:4: unknown field `corn`, expected one of"),
            ("zone = \"Asia/Shanghai\"\n", "", "a/b.toml:1: missing field `zone`; a schedule has"),
            ("\"reports\"", "\"reports", "a/b.toml:3: "),
        ];
        for (from, to, expected) in cases {
            let errors = errors(&GOOD.replacen(from, to, 1));
            assert_eq!(errors.len(), 1, "{errors:?}");
            assert!(errors[0].starts_with(expected) && !errors[0].contains('\n'), "{} is not {expected}", errors[0]);
        }
    }

    #[test]
    fn a_word_cloud_is_drawn_when_a_picture_is_missing_unless_the_schedule_says_otherwise() {
        let cloud = |written: &str| parse("a/b.toml", &format!("{GOOD}{written}"), Path::new("base")).unwrap().cloud;
        assert_eq!(cloud(""), Plan::default());
        assert_eq!(cloud("cloud = \"always\"").draw, Draw::Always);
        let bad = errors(&format!("{GOOD}cloud = {{ size = [1, 1] }}"));
        assert!(bad[0].starts_with("a/b.toml:7: cloud: size: write"), "{bad:?}");
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let text = GOOD.replace("0 16", "0 24").replace("Shanghai", "Bejing");
        assert_eq!(errors(&text).len(), 2);
    }

    #[test]
    fn a_feed_is_declared_once() {
        let dir = tempfile::tempdir().unwrap();
        let schedules = dir.path().join("schedules");
        fs::create_dir(&schedules).unwrap();
        assert!(load(&schedules).unwrap_err().0[0].reason.starts_with("no schedule here"));
        fs::write(schedules.join("a.toml"), GOOD).unwrap();
        fs::write(schedules.join("notes.txt"), "no schedule").unwrap();
        assert_eq!(load(&schedules).unwrap()[0].folder, dir.path().join("reports"));
        fs::write(schedules.join("b.toml"), GOOD).unwrap();
        let errors = load(&schedules).unwrap_err().0;
        assert!(errors[0].to_string().contains("b.toml: feed `twitter_ai` is declared by a.toml"), "{}", errors[0]);
        assert!(load(&dir.path().join("absent")).unwrap_err().0[0].reason.contains("SCHEDULES_DIR"));
    }

    #[test]
    fn the_projects_own_schedules_can_be_used() {
        let schedules = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("schedules")).unwrap();
        assert!(schedules.iter().any(|schedule| schedule.feed == "twitter_ai"));
    }
}
