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
use sandbox::telegram::crowd::{self, Crowd};

use crate::{
    fleet::built_program,
    server::{self, Direct, Server},
    stand::{Setup, Stand},
};
use kind::{Clock, Kind};
use report::Line;
use round::Round;

/// How long a stand-in takes to answer.
const LATENCY: Duration = Duration::from_millis(80);
/// The program is told to stay so far below the limit, as everybody should: what is claimed in one window may arrive in
/// the next.
const HEADROOM: f64 = 0.95;
/// Kept short, so that claims of dead processes are soon taken over.
const SEND_TIMEOUT: u64 = 1;
/// Discord allows so many a second and no more, so few of the messages go there.
const DISCORD_LIMIT: f64 = 50.0;
/// One message in so many goes there, but some hundreds at least.
const ON_DISCORD: u64 = 50;
const LEAST_ON_DISCORD: u64 = 300;

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
    let messages = (plan.messages / ON_DISCORD).max(LEAST_ON_DISCORD);
    let on_discord = Plan { kills: (plan.kills / 10).max(4), messages, limit: DISCORD_LIMIT, ..plan };
    let kills = plan.kills.saturating_sub(on_discord.kills);
    let on_telegram = Plan { kills, messages: plan.messages.saturating_sub(messages), ..plan };
    report::head(&plan);
    let crowd = crowd::Settings { latency: LATENCY, per_second: None };
    let mut lines = torment::<Crowd>(on_telegram, crowd, rounds_on_telegram(kills)).await?;
    // It refuses nothing for the bot's limit, so that the judge sees what is sent beyond it.
    let direct = server::Settings { latency: LATENCY, global_limit: usize::MAX, ..server::Settings::default() };
    lines.extend(torment::<Direct>(on_discord, direct, rounds_on_discord(on_discord.kills)).await?);
    let (total, kept) = report::total(&lines);
    println!("{total}");
    Ok(kept)
}

/// These rounds on one platform.
async fn torment<S: Server>(plan: Plan, server: S::Settings, rounds: Vec<Round>) -> anyhow::Result<Vec<Line>> {
    let setup = Setup { rate: (plan.limit * HEADROOM).floor(), send_timeout: SEND_TIMEOUT, server };
    let mut stand = Stand::<S>::set_up(built_program()?, setup).await?;
    let mut chance = StdRng::seed_from_u64(plan.seed);
    let clock = Clock::find(stand.folder.path())?;
    stand.serve(1).await?;
    let each: u64 = rounds.iter().map(Round::messages_a_reader).sum();
    stand.readers(plan.messages.div_ceil(each).max(1)).await?;
    let mut lines = Vec::new();
    for (number, round) in rounds.into_iter().enumerate() {
        if round.kind == Kind::ClockJump && clock.is_none() {
            println!("{}: not run, since libfaketime is missing (apt-get install faketime)", round.kind.name());
            continue;
        }
        let line = round.run(&mut stand, number, plan.limit, clock.as_ref(), &mut chance).await?;
        println!("{line}");
        lines.push(line);
    }
    Ok(lines)
}

/// Half of the kills come alone, half among all the other faults.
fn rounds_on_telegram(kills: u64) -> Vec<Round> {
    let few = kills.div_ceil(20).max(2);
    let rest = (kills - kills / 4 * 2).max(1);
    vec![
        Round { kind: Kind::Kill, processes: 1, strokes: (kills / 4).max(1), broadcasts: vec![1, 1, 1] },
        Round { kind: Kind::Kill, processes: 4, strokes: (kills / 4).max(1), broadcasts: vec![1, 2] },
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
        Round { kind: Kind::ClockJump, processes: 2, strokes: few.min(6), broadcasts: vec![1] },
        Round { kind: Kind::Everything, processes: 4, strokes: rest, broadcasts: vec![2, 1] },
    ]
}

/// The same with fewer strokes, since there is time for fewer messages.
fn rounds_on_discord(kills: u64) -> Vec<Round> {
    let rest = (kills - kills / 4 * 2).max(1);
    vec![
        Round { kind: Kind::Kill, processes: 1, strokes: (kills / 4).max(1), broadcasts: vec![1, 1] },
        Round { kind: Kind::Kill, processes: 3, strokes: (kills / 4).max(1), broadcasts: vec![1] },
        Round { kind: Kind::PostgresCrash, processes: 2, strokes: 2, broadcasts: vec![1] },
        Round { kind: Kind::AcceptThenDrop, processes: 2, strokes: 2, broadcasts: vec![1] },
        Round { kind: Kind::AcceptThenHang, processes: 1, strokes: 2, broadcasts: vec![1] },
        Round { kind: Kind::HalfAnswer, processes: 2, strokes: 2, broadcasts: vec![1] },
        Round { kind: Kind::BadGateway, processes: 2, strokes: 2, broadcasts: vec![1] },
        Round { kind: Kind::ChatLimit, processes: 2, strokes: 2, broadcasts: vec![1] },
        Round { kind: Kind::BotLimit, processes: 2, strokes: 2, broadcasts: vec![1] },
        Round { kind: Kind::Everything, processes: 3, strokes: rest, broadcasts: vec![1] },
    ]
}
