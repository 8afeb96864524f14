//! Points at which a debug build can be told to die, for the kill matrix in `tests/it/kills.rs`: `--die-at after-claim`.
//! A release build has neither the argument nor the points.

/// Where to die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(debug_assertions, derive(clap::ValueEnum))]
pub enum Point {
    /// Messages are claimed and nothing is sent.
    AfterClaim,
    /// The platform has said yes, and nobody else knows.
    AfterAnswer,
    /// What became of some messages is about to be written.
    BeforeMark,
    /// The outbox rows are written and not committed.
    InFanOut,
    /// A dead worker's claims are taken over, and not judged.
    InTakeOver,
}

#[cfg(debug_assertions)]
static DIE_AT: std::sync::OnceLock<Point> = std::sync::OnceLock::new();

/// From now on the program dies at this point, as by `kill -9`.
#[cfg(debug_assertions)]
pub fn die_at(point: Point) {
    DIE_AT.get_or_init(|| point);
}

/// Dies here, if that was asked for.
#[cfg(debug_assertions)]
pub(crate) fn point(here: Point) {
    use rustix::process::{Signal, getpid, kill_process};
    if DIE_AT.get() == Some(&here) {
        // Nothing may run on while the signal is on its way.
        while kill_process(getpid(), Signal::KILL).is_ok() {}
    }
}

/// Nobody dies in a release build.
#[cfg(not(debug_assertions))]
pub(crate) fn point(_: Point) {}
