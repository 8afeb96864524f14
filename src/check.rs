//! `paperboy check`: settings, schedules and reports, without a database.

use std::{
    collections::HashMap,
    io::{self, Write},
    process::ExitCode,
};

use chrono::{DateTime, Utc};
use platform::Env;

use crate::{
    clock::{Clock, SystemClock},
    config::Config,
    platforms::{ADAPTERS, Platforms},
    report::{
        Problem, ReportError,
        folder::{Opened, PictureFound},
    },
    schedule::{self, Publish, Schedule, folder::Folder},
};

/// How many firings are shown of each schedule.
const FIRINGS: usize = 5;

/// Checks everything, on standard output. Fails when anything is wrong.
///
/// # Errors
/// When the output cannot be written.
pub fn run(env: Env<'_>) -> anyhow::Result<ExitCode> {
    let fine = check(env, SystemClock.now(), &mut io::stdout().lock())?;
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checks everything as of `now`. `true`: nothing is wrong.
///
/// # Errors
/// When `out` cannot be written to.
pub fn check(env: Env<'_>, now: DateTime<Utc>, out: &mut dyn Write) -> io::Result<bool> {
    let mut check = Check { out, reports: 0, held_back: 0, problems: 0 };
    let schedules_dir = check.settings(env)?;
    match schedules_dir.as_deref().map(schedule::load) {
        Some(Ok(schedules)) => {
            check.schedules(&schedules, now)?;
            check.reports(&schedules)?;
        }
        Some(Err(bad)) => {
            writeln!(check.out, "\nSchedules")?;
            for error in bad.0 {
                check.problem(&error)?;
            }
        }
        None => writeln!(check.out, "\nSchedules and reports are not checked before the settings are right.")?,
    }
    check.end()
}

struct Check<'a> {
    out: &'a mut dyn Write,
    reports: usize,
    held_back: usize,
    problems: usize,
}

impl Check<'_> {
    fn fine(&mut self, line: impl std::fmt::Display) -> io::Result<()> {
        writeln!(self.out, "  ok     {line}")
    }

    fn problem(&mut self, line: &impl std::fmt::Display) -> io::Result<()> {
        self.problems += 1;
        writeln!(self.out, "  WRONG  {line}")
    }

    /// Gives the folder of the schedules, if the settings tell it.
    fn settings(&mut self, env: Env<'_>) -> io::Result<Option<std::path::PathBuf>> {
        writeln!(self.out, "Settings")?;
        let config = Config::from_env(env);
        match &config {
            Ok(config) => {
                let database = match config.database_url {
                    Some(_) => "the database at DATABASE_URL (not tried here)".to_owned(),
                    None => format!("a private database in {}", config.data_dir.display()),
                };
                self.fine(database)?;
                self.fine(format_args!("{} admins", config.admins.len()))?;
            }
            Err(bad) => {
                for variable in bad {
                    self.problem(variable)?;
                }
            }
        }
        match Platforms::connect(env) {
            Ok(platforms) => {
                for adapter in ADAPTERS {
                    let bots = platforms.bots().iter().filter(|bot| bot.key().platform == adapter.name);
                    let accounts: Vec<&str> = bots.map(|bot| bot.key().account.as_str()).collect();
                    match accounts.as_slice() {
                        [] => self.fine(format_args!("{}: left out, its token is not set", adapter.name))?,
                        [account] => self.fine(format_args!("{}: bot {account}", adapter.name))?,
                        accounts => self.fine(format_args!("{}: bots {}", adapter.name, accounts.join(", ")))?,
                    }
                    let paying = platforms.bots().iter().find(|bot| bot.key().platform == adapter.name);
                    if let Some(price) = paying.and_then(|bot| bot.price()) {
                        let (stars, free) = (price.stars, price.free_per_second);
                        self.fine(format_args!("{}: pays {stars} Star a message above {free} a second", adapter.name))?;
                    }
                }
            }
            Err(bad) => self.problem(&bad)?,
        }
        Ok(config.ok().map(|config| config.schedules_dir))
    }

    fn schedules(&mut self, schedules: &[Schedule], now: DateTime<Utc>) -> io::Result<()> {
        writeln!(self.out, "\nSchedules")?;
        for schedule in schedules {
            let publish = match schedule.publish {
                Publish::Arrival => "on arrival",
                Publish::Firing => "at the firing",
            };
            let (name, feed, cron, zone) = (&schedule.name, &schedule.feed, schedule.cron.as_str(), schedule.zone);
            let folder = schedule.folder.display();
            self.fine(format_args!("{name}: feed {feed} from {folder}, published {publish}, `{cron}` in {zone}"))?;
            let mut at = now;
            for _ in 0..FIRINGS {
                let Some(next) = schedule.next_after(at) else { break };
                let local = next.with_timezone(&zone).format("%a %Y-%m-%d %H:%M:%S %:z");
                writeln!(self.out, "         fires {local}  =  {}", next.format("%Y-%m-%d %H:%M:%S UTC"))?;
                at = next;
            }
        }
        Ok(())
    }

    fn reports(&mut self, schedules: &[Schedule]) -> io::Result<()> {
        writeln!(self.out, "\nReports")?;
        for folder in schedule::folder::folders(schedules) {
            match folder.list() {
                Err(why) => {
                    self.problem(&format_args!("{}: cannot be listed: {why}; make it", folder.root.display()))?;
                }
                Ok(found) if found.is_empty() => {
                    self.fine(format_args!("{}: no reports yet", folder.root.display()))?;
                }
                Ok(found) => self.folder(&folder, found.into_iter().map(|found| found.path))?,
            }
        }
        Ok(())
    }

    fn folder(&mut self, folder: &Folder, files: impl Iterator<Item = std::path::PathBuf>) -> io::Result<()> {
        let mut holders = HashMap::new();
        for path in files {
            let file = path.display().to_string();
            match folder.open(&path) {
                Ok((place, opened)) => {
                    let report = &opened.report;
                    let holder = holders.entry((place, report.from, report.to)).or_insert_with(|| file.clone());
                    if *holder == file {
                        self.report(&file, &opened)?;
                    } else {
                        self.problem(&ReportError { file, line: 1, problem: Problem::Twin(holder.clone()) })?;
                    }
                }
                Err(ReportError { problem: Problem::Withheld, file, .. }) => {
                    self.held_back += 1;
                    self.fine(format_args!("{file}: held back"))?;
                }
                Err(error) => self.problem(&error)?,
            }
        }
        Ok(())
    }

    fn report(&mut self, file: &str, opened: &Opened) -> io::Result<()> {
        self.reports += 1;
        let report = &opened.report;
        let days =
            if report.from == report.to { report.to.to_string() } else { format!("{} to {}", report.from, report.to) };
        let (feed, title) = (&report.feed, &report.title);
        match &opened.picture {
            PictureFound::Picture { picture, .. } => {
                let (format, kilobytes) = (picture.format.extension(), picture.bytes.len() / 1000);
                let (width, height) = (picture.width, picture.height);
                self.fine(format_args!(
                    "{file}: {feed} of {days}, “{title}”, with a picture ({format}, {width}×{height}, {kilobytes} kB)"
                ))
            }
            PictureFound::None => self.fine(format_args!("{file}: {feed} of {days}, “{title}”, without a picture")),
            PictureFound::Warning(warning) => {
                self.fine(format_args!("{file}: {feed} of {days}, “{title}”, without its picture"))?;
                self.problem(warning)
            }
        }
    }

    fn end(self) -> io::Result<bool> {
        let held_back = match self.held_back {
            0 => String::new(),
            count => format!(", {count} held back"),
        };
        let count = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let (reports, problems) = (count(self.reports, "report"), count(self.problems, "problem"));
        writeln!(self.out, "\n{reports}{held_back}, {problems}")?;
        Ok(self.problems == 0)
    }
}

#[cfg(test)]
mod tests;
