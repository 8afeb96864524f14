//! The table and the last line.

use std::{fmt, time::Duration};

use sandbox::judge::Judgement;

use super::{DISCORD_LIMIT, Plan};

/// Two messages in one chat are a second apart; clocks are read a little apart too.
const APART: Duration = Duration::from_millis(999);

/// A round's line.
#[derive(Clone, Debug)]
pub struct Line {
    /// The platform's stable name.
    pub platform: &'static str,
    /// The fault.
    pub fault: &'static str,
    /// How many processes ran.
    pub processes: usize,
    /// How often it struck.
    pub strokes: u64,
    /// SIGKILLs.
    pub kills: u64,
    /// The most that may be uncertain.
    pub doubt: u64,
    /// The platform's limit a second.
    pub limit: f64,
    /// The judgement.
    pub judged: Judgement,
    /// Processes that ended by themselves.
    pub fallen: usize,
    /// Whether it came to its end in time.
    pub over: bool,
    /// How long it took.
    pub took: Duration,
    /// The end of the log, when it did not come to its end.
    pub log: String,
}

impl Line {
    /// What promises were broken.
    #[must_use]
    pub fn broken(&self) -> Vec<String> {
        let found = &self.judged;
        let mut broken = Vec::new();
        let mut must = |kept: bool, what: String| {
            if !kept {
                broken.push(what);
            }
        };
        must(self.over, format!("not over after {:.0?}; the log ends: {}", self.took, self.log));
        must(found.lost == 0, format!("{} lost", found.lost));
        must(found.doubled == 0, format!("{} doubled", found.doubled));
        must(found.stray == 0, format!("{} that the outbox does not know of", found.stray));
        must(found.waiting == 0, format!("{} still waiting", found.waiting));
        must(found.refused == 0, format!("{} given up", found.refused));
        must(found.uncertain <= self.doubt, format!("{} uncertain, {} at the most", found.uncertain, self.doubt));
        #[allow(clippy::cast_precision_loss, reason = "thousands")]
        let most = found.most_in_a_second as f64;
        must(most <= self.limit, format!("{most} in a second, {} allowed", self.limit));
        let apart = found.closest_in_a_chat.is_none_or(|closest| closest >= APART);
        must(apart, format!("{:?} between two in a chat", found.closest_in_a_chat.unwrap_or_default()));
        must(self.fallen == 0, format!("{} processes ended by themselves", self.fallen));
        broken
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.judged;
        let closest =
            found.closest_in_a_chat.map_or_else(|| "-".to_owned(), |time| format!("{:.2}", time.as_secs_f64()));
        write!(
            f,
            "{:<8} {:<26} {:>5} {:>7} {:>8} {:>4} {:>7} {:>9} {:>7} {:>7} {:>7} {:>8} {:>6.1}",
            self.platform,
            self.fault,
            self.processes,
            self.strokes,
            found.planned,
            found.lost,
            found.doubled,
            found.uncertain,
            found.uncertain_arrived,
            self.doubt,
            found.most_in_a_second,
            closest,
            self.took.as_secs_f64()
        )?;
        for broken in self.broken() {
            write!(f, "\n  BROKEN: {broken}")?;
        }
        Ok(())
    }
}

/// What is about to happen, and the table's head.
pub fn head(plan: &Plan) {
    println!(
        "{} messages, {} kills; Telegram allows {} a second, Discord {DISCORD_LIMIT}, and the program is told 95 % of it; \
         seed {}",
        plan.messages, plan.kills, plan.limit, plan.seed
    );
    println!(
        "{:<8} {:<26} {:>5} {:>7} {:>8} {:>4} {:>7} {:>9} {:>7} {:>7} {:>7} {:>8} {:>6}",
        "platform",
        "fault",
        "procs",
        "strokes",
        "messages",
        "lost",
        "doubled",
        "uncertain",
        "arrived",
        "allowed",
        "in 1 s",
        "apart s",
        "s"
    );
}

/// The last line, and whether every promise was kept.
#[must_use]
pub fn total(lines: &[Line]) -> (String, bool) {
    let sum = |of: fn(&Line) -> u64| lines.iter().map(of).sum::<u64>();
    let kept = lines.iter().all(|line| line.broken().is_empty());
    let line = format!(
        "kills {} messages {} lost {} doubled {} uncertain {} redriven {} in_a_second {} seconds {:.0} promises {}",
        sum(|line| line.kills),
        sum(|line| line.judged.planned),
        sum(|line| line.judged.lost),
        sum(|line| line.judged.doubled),
        sum(|line| line.judged.uncertain),
        sum(|line| line.judged.redriven),
        lines.iter().map(|line| line.judged.most_in_a_second).max().unwrap_or_default(),
        lines.iter().map(|line| line.took).sum::<Duration>().as_secs_f64(),
        if kept { "kept" } else { "BROKEN" }
    );
    (line, kept)
}
