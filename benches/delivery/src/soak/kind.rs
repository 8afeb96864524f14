//! What goes wrong, and how much doubt each stroke may leave behind.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use rand::{Rng as _, rngs::StdRng, seq::IndexedRandom as _};
use rustix::process::Signal;
use sandbox::{Fault, Match};
use sqlx::{Connection as _, PgConnection};

use crate::{fleet::signal_to, server::Server, stand::Stand};

/// Calls that one stroke of a platform's fault meets.
const CALLS: usize = 5;
/// A stopped process sleeps longer than its claims last: three times SEND_TIMEOUT.
const ASLEEP: Duration = Duration::from_secs(4);
/// How long the database is read-only or slow.
const TROUBLE: Duration = Duration::from_secs(2);
/// The most that one claim takes.
const CLAIM: u64 = 32;
/// Between the answer and its mark, and between two claims: the tick, on a busy machine.
const TICK: Duration = Duration::from_millis(120);

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// SIGKILL for one process, at times for all at once.
    Kill,
    /// SIGSTOP for longer than a claim lasts.
    Stop,
    /// `pg_ctl stop -m immediate`, and a start.
    PostgresCrash,
    /// The server dies, and a synchronous standby takes its place.
    Failover,
    /// Every connection to the database is cut.
    CutConnections,
    /// The database writes nothing for a while, as one that is being failed over.
    ReadOnly,
    /// Each commit waits a tenth of a second for the disk.
    SlowDisk,
    /// The platform accepts, then closes the connection.
    AcceptThenDrop,
    /// The platform accepts and never answers.
    AcceptThenHang,
    /// The platform never answers.
    Hang,
    /// Half an answer.
    HalfAnswer,
    /// A gateway's page, with the message accepted or not.
    BadGateway,
    /// 429 for some chats.
    ChatLimit,
    /// 429 for everybody.
    BotLimit,
    /// One process's clock jumps ahead and back.
    ClockJump,
    /// SIGKILLs among all of these.
    Everything,
}

/// What a stroke did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stroke {
    /// SIGKILLs.
    pub kills: u64,
    /// Messages that may be in doubt because of it.
    pub doubt: u64,
}

impl Kind {
    /// As the table calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kill => "SIGKILL",
            Self::Stop => "SIGSTOP beyond the claim",
            Self::PostgresCrash => "Postgres stop -m immediate",
            Self::Failover => "failover to a standby",
            Self::CutConnections => "database connections cut",
            Self::ReadOnly => "database read-only",
            Self::SlowDisk => "slow disk",
            Self::AcceptThenDrop => "accept, then drop",
            Self::AcceptThenHang => "accept, then hang",
            Self::Hang => "hang",
            Self::HalfAnswer => "half an answer",
            Self::BadGateway => "HTML 502",
            Self::ChatLimit => "429 per chat",
            Self::BotLimit => "429 global",
            Self::ClockJump => "clock jump",
            Self::Everything => "everything at once",
        }
    }

    /// Strikes once. `in_flight` is the most that can be on its way at any time.
    ///
    /// # Errors
    /// When the stand itself fails.
    pub async fn strike<S: Server>(
        self,
        stand: &mut Stand<S>,
        clock: Option<&Clock>,
        in_flight: u64,
        chance: &mut StdRng,
    ) -> anyhow::Result<Stroke> {
        let processes = u64::try_from(stand.fleet.size())?;
        let victim = chance.random_range(0..stand.fleet.size());
        let any = Match::method(S::SENDS);
        let one_second = Duration::from_secs(1);
        match self {
            Self::Kill if chance.random_ratio(1, 5) => {
                stand.fleet.kill_all()?;
                Ok(Stroke { kills: processes, doubt: in_flight })
            }
            Self::Kill => {
                stand.fleet.kill(victim)?;
                Ok(Stroke { kills: 1, doubt: in_flight })
            }
            Self::Stop => {
                let pid = stand.fleet.pids()[victim];
                signal_to(pid, Signal::STOP)?;
                tokio::spawn(async move {
                    tokio::time::sleep(ASLEEP).await;
                    // Killed meanwhile by another stroke, which is fine.
                    drop(signal_to(pid, Signal::CONT));
                });
                Ok(Stroke { kills: 0, doubt: in_flight })
            }
            Self::PostgresCrash => {
                if let Some(postgres) = &mut stand.postgres {
                    tokio::task::block_in_place(|| postgres.crash().and_then(|()| postgres.restart()))?;
                }
                // A claim that was committed, and whose rows never reached the worker.
                Ok(Stroke { kills: 0, doubt: processes * CLAIM })
            }
            Self::Failover => {
                if let Some(postgres) = &mut stand.postgres {
                    tokio::task::block_in_place(|| postgres.standby().and_then(|standby| postgres.fail_over(standby)))?;
                }
                Ok(Stroke { kills: 0, doubt: processes * CLAIM })
            }
            Self::CutConnections => {
                let mut connection = PgConnection::connect_with(&stand.db.connect_options()).await?;
                let cut = "select pg_terminate_backend(pid) from pg_stat_activity
                           where datname = current_database() and pid <> pg_backend_pid()";
                sqlx::query(cut).execute(&mut connection).await?;
                Ok(Stroke { kills: 0, doubt: processes * CLAIM })
            }
            Self::ReadOnly => {
                stand.set_for(&[("default_transaction_read_only", "on")], TROUBLE).await?;
                Ok(Stroke::default())
            }
            Self::SlowDisk => {
                // The longest that the server can be told to put off its flush.
                stand.set_for(&[("commit_siblings", "0"), ("commit_delay", "100000")], TROUBLE).await?;
                Ok(Stroke::default())
            }
            Self::AcceptThenDrop => Ok(plan(stand, any, Fault::AcceptThenDrop, CALLS)),
            Self::AcceptThenHang => Ok(plan(stand, any, Fault::AcceptThenHang, CALLS)),
            Self::Hang => Ok(plan(stand, any, Fault::Hang, CALLS)),
            Self::HalfAnswer => Ok(plan(stand, any, Fault::HalfAnswer, CALLS)),
            Self::BadGateway => Ok(plan(stand, any, Fault::BadGateway { accepted: chance.random_ratio(1, 2) }, CALLS)),
            Self::ChatLimit => {
                for _ in 0..CALLS {
                    let chat = stand.chats.choose(chance).cloned().unwrap_or_default();
                    let fault = Fault::RateLimited { retry_after: one_second, global: false };
                    stand.faults.plan(Match::chat(chat), fault, 2);
                }
                Ok(Stroke::default())
            }
            Self::BotLimit => {
                plan(stand, any, Fault::RateLimited { retry_after: one_second, global: true }, 4 * CALLS);
                Ok(Stroke::default())
            }
            Self::ClockJump => {
                if let Some(clock) = clock {
                    clock.set([0, 3600, -1800][chance.random_range(0..3)])?;
                }
                Ok(Stroke::default())
            }
            Self::Everything => {
                let killed = Box::pin(Self::Kill.strike(stand, clock, in_flight, chance)).await?;
                let others = [
                    Self::Stop,
                    Self::PostgresCrash,
                    Self::CutConnections,
                    Self::ReadOnly,
                    Self::SlowDisk,
                    Self::AcceptThenDrop,
                    Self::AcceptThenHang,
                    Self::Hang,
                    Self::HalfAnswer,
                    Self::BadGateway,
                    Self::ChatLimit,
                    Self::BotLimit,
                ];
                let other = others.choose(chance).copied().unwrap_or(Self::Stop);
                let more = Box::pin(other.strike(stand, clock, in_flight, chance)).await?;
                Ok(Stroke { kills: killed.kills, doubt: killed.doubt + more.doubt })
            }
        }
    }
}

fn plan<S: Server>(stand: &Stand<S>, what: Match, fault: Fault, calls: usize) -> Stroke {
    stand.faults.plan(what, fault, calls);
    Stroke { kills: 0, doubt: u64::try_from(calls).unwrap_or(u64::MAX) }
}

/// The most that can be on its way at any time: rate × (round trip + tick).
#[must_use]
pub fn in_flight(rate: f64, latency: Duration) -> u64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred")]
    let most = (rate * (latency + TICK).as_secs_f64()).ceil() as u64;
    most.max(CLAIM)
}

/// A clock that can be set for one process: libfaketime, which takes what it adds to the time from a file.
#[derive(Debug)]
pub struct Clock {
    library: PathBuf,
    file: PathBuf,
}

impl Clock {
    /// Finds the library; `None` where it is not installed.
    ///
    /// # Errors
    /// When its file cannot be written.
    pub fn find(folder: &Path) -> anyhow::Result<Option<Self>> {
        let known = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/lib64"];
        let library = known.iter().map(|at| Path::new(at).join("faketime/libfaketimeMT.so.1")).find(|at| at.exists());
        let Some(library) = library else { return Ok(None) };
        let clock = Self { library, file: folder.join("clock") };
        clock.set(0)?;
        Ok(Some(clock))
    }

    /// Sets it so many seconds ahead.
    fn set(&self, ahead: i64) -> anyhow::Result<()> {
        Ok(fs::write(&self.file, format!("{ahead:+}\n"))?)
    }

    /// The variables of a process that lives by it.
    #[must_use]
    pub fn variables(&self) -> Vec<(String, String)> {
        [
            ("LD_PRELOAD", self.library.display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", self.file.display().to_string()),
            ("FAKETIME_CACHE_DURATION", "1".to_owned()),
            // What no administrator can set, no fault sets either.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }
}
