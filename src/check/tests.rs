use std::{fs, path::Path};

use super::*;

const SCHEDULE: &str = "\
feed = \"ai\"
title = { en = \"AI\" }
folder = \"reports\"
cron = \"30 1 * * *\"
zone = \"Europe/London\"
publish = \"arrival\"
";

fn checked(dir: &Path, variables: &[(&str, &str)]) -> (bool, String) {
    let schedules = dir.join("schedules").display().to_string();
    let env = |name: &str| {
        let set = variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned());
        set.or_else(|| (name == "SCHEDULES_DIR").then(|| schedules.clone()))
    };
    let mut out = Vec::new();
    let fine = check(&env, "2026-10-23T12:00:00Z".parse().unwrap(), &mut out).unwrap();
    (fine, String::from_utf8(out).unwrap().replace(&dir.display().to_string(), "DIR"))
}

fn house() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("reports")).unwrap();
    fs::create_dir_all(dir.path().join("schedules")).unwrap();
    fs::write(dir.path().join("schedules/ai.toml"), SCHEDULE).unwrap();
    dir
}

#[test]
fn a_sound_house_is_told_in_full() {
    let dir = house();
    let reports = dir.path().join("reports");
    fs::copy("reports/wordcloud_twitter_ai_20251127_20251127.jpg", reports.join("cloud.jpg")).unwrap();
    fs::write(reports.join("ai_20261022_20261022.md"), "# Words\n\n![](cloud.jpg)").unwrap();
    fs::write(reports.join("ai_20261023_20261023.md"), "---\npublished: false\n---\nlater").unwrap();
    let (fine, out) = checked(dir.path(), &[]);
    assert!(fine, "{out}");
    for expected in [
        "fires Sat 2026-10-24 01:30:00 +01:00  =  2026-10-24 00:30:00 UTC",
        "fires Sun 2026-10-25 01:30:00 +01:00  =  2026-10-25 00:30:00 UTC",
        "fires Mon 2026-10-26 01:30:00 +00:00  =  2026-10-26 01:30:00 UTC",
        "ok     DIR/reports/ai_20261022_20261022.md: ai of 2026-10-22, “Words”, with a picture (jpg, ",
        "ai_20261023_20261023.md: held back",
        "\n1 report, 1 held back, 0 problems\n",
    ] {
        assert!(out.contains(expected), "no {expected} in\n{out}");
    }
    assert_eq!(out.matches("fires ").count(), 5);
}

#[test]
fn everything_that_is_wrong_is_named_with_file_and_line() {
    let dir = house();
    let reports = dir.path().join("reports");
    fs::write(reports.join("ai_20261020_20261020.md"), "text\n\n![](absent.jpg)").unwrap();
    fs::write(reports.join("ai_20261021_20261021.md"), b"one\ntwo\n\xd6\xd0\xce\xc4").unwrap();
    fs::write(reports.join("ml_20261021_20261021.md"), "text").unwrap();
    fs::write(reports.join("other.md"), "---\ntitle: ai_20261020_20261020\n---\ntext").unwrap();
    let (fine, out) = checked(dir.path(), &[("ADMINS", "somebody"), ("DISCORD_RATE", "fast"), ("DISCORD_TOKEN", "x")]);
    assert!(!fine);
    assert!(out.contains("WRONG  ADMINS: ") && out.contains("not checked before the settings are right"), "{out}");

    let (fine, out) = checked(dir.path(), &[]);
    assert!(!fine);
    for expected in [
        "ai_20261020_20261020.md:3: picture `absent.jpg`: there is no such file",
        "ai_20261021_20261021.md:3: not UTF-8 here (byte 0xd6), likely GB18030 (GBK)",
        "ml_20261021_20261021.md:1: it is of feed `ml`, which no schedule expects",
        "other.md:1: it has the feed and days of DIR/reports/ai_20261020_20261020.md; keep one",
        "\n1 report, 4 problems\n",
    ] {
        assert!(out.contains(expected), "no {expected} in\n{out}");
    }
}

#[test]
fn a_bad_schedule_is_named() {
    let dir = house();
    fs::write(dir.path().join("schedules/ai.toml"), SCHEDULE.replace("30 1", "30 25")).unwrap();
    let (fine, out) = checked(dir.path(), &[]);
    assert!(!fine);
    assert!(out.contains("WRONG  DIR/schedules/ai.toml:4: cron: `25` is no hour (0-23)"), "{out}");
}
