//! Rounds of faults on the real program, each judged by what the platform accepted.
//!
//! - [`kind`]: what goes wrong, and how much doubt each stroke may leave behind.
//! - [`round`]: one round, from the broadcast to the judgement.
//! - [`report`]: the table and the last line.

pub mod kind;
pub mod report;
pub mod round;

use std::time::Duration;

use rand::{SeedableRng as _, rngs::StdRng};
use sandbox::telegram::crowd;

use crate::{
    fleet::built_program,
    stand::{Setup, Stand},
};
use kind::{Clock, Kind};
use report::Line;
use round::Round;

/// How long the stand-in takes to answer.
const LATENCY: Duration = Duration::from_millis(80);
/// The program is told to stay so far below the limit, as everybody should: what is claimed in one window may arrive in
/// the next.
const HEADROOM: f64 = 0.95;
/// Kept short, so that claims of dead processes are soon taken over.
const SEND_TIMEOUT: u64 = 1;
/// Messages that each reader gets in all rounds together.
const MESSAGES_A_READER: u64 = 22;

/// How much of it.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// SIGKILLs.
    pub kills: u64,
    /// Messages.
    pub messages: u64,
    /// The platform's limit, in messages a second.
    pub limit: f64,
    /// Decides what is struck when.
    pub seed: u64,
}

/// Runs all rounds, printing a line after each; whether every promise was kept.
///
/// # Errors
/// When the stand itself fails.
pub async fn run(plan: Plan) -> anyhow::Result<bool> {
    let setup = Setup {
        rate: (plan.limit * HEADROOM).floor(),
        send_timeout: SEND_TIMEOUT,
        crowd: crowd::Settings { latency: LATENCY, per_second: None },
    };
    let mut stand = Stand::set_up(built_program()?, setup).await?;
    let mut chance = StdRng::seed_from_u64(plan.seed);
    let clock = Clock::find(stand.folder.path())?;
    stand.serve(1).await?;
    stand.readers(i64::try_from(plan.messages.div_ceil(MESSAGES_A_READER))?).await?;
    report::head(&plan, setup.rate);
    let mut lines: Vec<Line> = Vec::new();
    for (number, round) in rounds(plan.kills, clock.is_some()).into_iter().enumerate() {
        let line = round.run(&mut stand, number, &plan, clock.as_ref(), &mut chance).await?;
        println!("{line}");
        lines.push(line);
    }
    if clock.is_none() {
        println!("{:<28} not run: libfaketime is missing (apt-get install faketime)", Kind::ClockJump.name());
    }
    let (total, kept) = report::total(&lines);
    println!("{total}");
    Ok(kept)
}

/// Twenty-two messages for each reader. Half of the kills come alone, half among all the other faults.
fn rounds(kills: u64, has_clock: bool) -> Vec<Round> {
    let few = kills.div_ceil(20).max(2);
    let mut rounds = vec![
        Round { kind: Kind::Kill, processes: 1, strokes: kills / 4, broadcasts: vec![1, 1, 1] },
        Round { kind: Kind::Kill, processes: 4, strokes: kills / 4, broadcasts: vec![1, 2] },
        Round { kind: Kind::Stop, processes: 3, strokes: few, broadcasts: vec![1] },
        Round { kind: Kind::PostgresCrash, processes: 2, strokes: few.min(5), broadcasts: vec![1] },
        Round { kind: Kind::Failover, processes: 2, strokes: 2, broadcasts: vec![1] },
        Round { kind: Kind::CutConnections, processes: 3, strokes: few, broadcasts: vec![1] },
        Round { kind: Kind::ReadOnly, processes: 3, strokes: few.min(5), broadcasts: vec![1] },
        Round { kind: Kind::SlowDisk, processes: 2, strokes: few.min(5), broadcasts: vec![1] },
        Round { kind: Kind::AcceptThenDrop, processes: 2, strokes: few, broadcasts: vec![1] },
        Round { kind: Kind::AcceptThenHang, processes: 1, strokes: few, broadcasts: vec![1] },
        Round { kind: Kind::Hang, processes: 1, strokes: few, broadcasts: vec![1] },
        Round { kind: Kind::HalfAnswer, processes: 2, strokes: few, broadcasts: vec![1] },
        Round { kind: Kind::BadGateway, processes: 2, strokes: few, broadcasts: vec![1] },
        Round { kind: Kind::ChatLimit, processes: 3, strokes: few, broadcasts: vec![1] },
        Round { kind: Kind::BotLimit, processes: 4, strokes: few.min(5), broadcasts: vec![1] },
    ];
    if has_clock {
        rounds.push(Round { kind: Kind::ClockJump, processes: 2, strokes: few.min(6), broadcasts: vec![1] });
    }
    let rest = kills - kills / 4 * 2;
    rounds.push(Round { kind: Kind::Everything, processes: 4, strokes: rest, broadcasts: vec![2, 1] });
    rounds
}
