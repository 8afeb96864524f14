//! The demo's watched folder and what appears in it.

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::Context as _;
use chrono::{DateTime, Days, NaiveDate, Utc};

/// The day of the sample report.
const SAMPLE_DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2025, 11, 27);
const SAMPLE: &str = include_str!("../../reports/2025-11-27-twitter_ai_20251127_20251127.md");
const SAMPLE_PICTURE: &[u8] = include_bytes!("../../reports/wordcloud_twitter_ai_20251127_20251127.jpg");
const SCHEDULE: &str = include_str!("../../schedules/twitter_ai.toml");

/// How many days back the button goes: as far as what arrives late still goes out by itself.
const DAYS_BACK: u64 = 7;

/// The first digest is yesterday's: a visitor asks for today's, and may drop the sample's own day.
const YESTERDAY: u64 = 1;

/// The folders of the demo's schedule.
pub(super) struct Reports {
    schedules: PathBuf,
    folder: PathBuf,
}

impl Reports {
    /// Makes the folders: the schedule in one, the sample report in the other. That is old, so it comes into the archive
    /// and does not go out before somebody touches it or drops another one for its day.
    pub(super) fn prepare(home: &Path) -> anyhow::Result<Self> {
        let reports = Self { schedules: home.join("schedules"), folder: home.join("reports") };
        for folder in [&reports.schedules, &reports.folder] {
            match fs::remove_dir_all(folder) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => fs::create_dir(folder),
            }
            .with_context(|| format!("cannot empty the folder {}", folder.display()))?;
        }
        let path = reports.schedules.join("twitter_ai.toml");
        fs::write(&path, SCHEDULE).with_context(|| format!("cannot write {}", path.display()))?;
        SAMPLE_DAY.map_or(Ok(()), |day| reports.write(day)).context("cannot write the sample report")?;
        Ok(reports)
    }

    /// Where the schedule is.
    pub(super) fn schedules(&self) -> &Path {
        &self.schedules
    }

    /// Where reports appear.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Lets yesterday's report arrive.
    pub(super) fn write_first(&self, now: DateTime<Utc>) -> io::Result<()> {
        self.missing(now, YESTERDAY).map_or(Ok(()), |day| self.write(day))
    }

    /// Lets a report for today arrive, or for the last day before that has none yet. Gives the file's name.
    pub(super) fn write_newer(&self, now: DateTime<Utc>) -> io::Result<String> {
        let missing = self.missing(now, 0);
        let day = missing.ok_or_else(|| io::Error::other("the last seven days are all there"))?;
        self.write(day)?;
        Ok(file_name(day))
    }

    /// The last day without a report, looked for from so many days ago.
    fn missing(&self, now: DateTime<Utc>, from: u64) -> Option<NaiveDate> {
        let today = now.with_timezone(&chrono_tz::Asia::Shanghai).date_naive();
        let mut days = (from..DAYS_BACK).filter_map(|back| today.checked_sub_days(Days::new(back)));
        days.find(|day| !self.folder.join(file_name(*day)).exists())
    }

    /// The picture first, so that it is there when the report is read; the report whole or not at all.
    fn write(&self, day: NaiveDate) -> io::Result<()> {
        let (dashed, plain) = (day.to_string(), day.format("%Y%m%d").to_string());
        fs::write(self.folder.join(format!("wordcloud_twitter_ai_{plain}_{plain}.jpg")), SAMPLE_PICTURE)?;
        let text = SAMPLE.replace("2025-11-27", &dashed).replace("20251127", &plain);
        let unfinished = self.folder.join(".report.new");
        fs::write(&unfinished, text)?;
        fs::rename(unfinished, self.folder.join(file_name(day)))
    }
}

fn file_name(day: NaiveDate) -> String {
    format!("{day}-twitter_ai_{0}_{0}.md", day.format("%Y%m%d"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report;

    #[test]
    fn each_press_gives_the_newest_day_that_has_no_report() {
        let home = tempfile::tempdir().unwrap();
        let reports = Reports::prepare(home.path()).unwrap();
        // Already the 24th in Shanghai.
        let now = "2026-11-23T16:30:00Z".parse().unwrap();
        let names: Vec<String> = (0..7).map(|_| reports.write_newer(now).unwrap()).collect();
        assert_eq!(names[0], "2026-11-24-twitter_ai_20261124_20261124.md");
        assert_eq!(names[6], "2026-11-18-twitter_ai_20261118_20261118.md");
        assert!(reports.write_newer(now).is_err());
    }

    #[test]
    fn the_first_digest_is_yesterdays_and_the_button_gives_todays() {
        let home = tempfile::tempdir().unwrap();
        let reports = Reports::prepare(home.path()).unwrap();
        let now = "2026-11-23T00:00:00Z".parse().unwrap();
        reports.write_first(now).unwrap();
        let there = |name: &str| reports.folder().join(name).exists();
        assert!(
            there("2026-11-22-twitter_ai_20261122_20261122.md") && !there("2026-11-23-twitter_ai_20261123_20261123.md")
        );
        assert_eq!(reports.write_newer(now).unwrap(), "2026-11-23-twitter_ai_20261123_20261123.md");
        assert_eq!(reports.write_newer(now).unwrap(), "2026-11-21-twitter_ai_20261121_20261121.md");
    }

    #[test]
    fn a_report_for_another_day_is_a_whole_report_with_its_picture() {
        let home = tempfile::tempdir().unwrap();
        let reports = Reports::prepare(home.path()).unwrap();
        let name = reports.write_newer("2026-11-23T00:00:00Z".parse().unwrap()).unwrap();
        let text = fs::read_to_string(reports.folder().join(&name)).unwrap();
        let report = report::parse(&name, &text).unwrap();
        assert_eq!(report.to, NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
        let picture = report.picture.unwrap().source;
        assert!(reports.folder().join(&picture).exists(), "{picture}");
        assert!(!text.contains("2025"), "the sample's own day is nowhere");
    }
}
