//! One round: broadcasts, strokes while they go out, and the judgement.

use std::time::Duration;

use rand::rngs::StdRng;
use sandbox::judge::Judgement;

use super::{
    LATENCY,
    kind::{Clock, Kind, Stroke, in_flight},
    report::Line,
};
use crate::{server::Server, stand::Stand};

/// Between two looks at how far it is.
const LOOK: Duration = Duration::from_millis(20);
/// Beyond the time that the rate takes: restarts, claims that must expire, waits before another try.
const PATIENCE: Duration = Duration::from_secs(60);
/// Characters that make a broadcast one of two messages.
const TWO_MESSAGES: usize = 4200;

/// What happens in it.
#[derive(Clone, Debug)]
pub struct Round {
    /// What goes wrong.
    pub kind: Kind,
    /// How many processes run.
    pub processes: usize,
    /// How often it goes wrong, evenly spread over the messages.
    pub strokes: u64,
    /// The broadcasts, all at once, each of one or two messages.
    pub broadcasts: Vec<usize>,
}

impl Round {
    /// Runs it.
    ///
    /// # Errors
    /// When the stand itself fails.
    pub async fn run<S: Server>(
        &self,
        stand: &mut Stand<S>,
        number: usize,
        limit: f64,
        clock: Option<&Clock>,
        chance: &mut StdRng,
    ) -> anyhow::Result<Line> {
        stand.fleet.resize(self.processes)?;
        if self.kind == Kind::ClockJump
            && let Some(clock) = clock
        {
            stand.fleet.resize(self.processes - 1)?;
            let variables = clock.variables();
            let variables: Vec<_> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            stand.fleet.start(&variables)?;
        }
        let (from, began) = (stand.server.accepted(), stand.server.age());
        let mut publications = Vec::new();
        for (at, messages) in self.broadcasts.iter().enumerate() {
            publications.push(stand.broadcast(&text(number, at, *messages)).await?);
        }
        let planned = self.messages_a_reader() * u64::try_from(stand.chats.len())?;
        let most_in_flight = in_flight(limit, LATENCY);
        let (mut struck, mut all, mut fallen) = (0, Stroke::default(), 0);
        let longest = PATIENCE + Duration::from_secs_f64(3.0 * self.strokes as f64 + 2.0 * planned as f64 / limit);
        let mut looks = 0_u32;
        let over = loop {
            let gone = u64::try_from(stand.server.accepted() - from)?;
            // Spread evenly, and a last one before the end.
            if struck < self.strokes && gone * (self.strokes + 1) >= planned * (struck + 1) {
                struck += 1;
                let stroke = self.kind.strike(stand, clock, most_in_flight, chance).await?;
                all.kills += stroke.kills;
                all.doubt += stroke.doubt;
                continue;
            }
            looks += 1;
            if looks.is_multiple_of(10) {
                fallen += stand.fleet.fallen()?;
                if stand.are_over(&publications).await {
                    break true;
                }
            }
            if stand.server.age() - began > longest {
                break false;
            }
            tokio::time::sleep(LOOK).await;
        };
        stand.faults.clear();
        let judged = stand.judged(&publications, from).await?;
        let missing = planned.abs_diff(judged.planned);
        Ok(Line {
            platform: S::PLATFORM,
            fault: self.kind.name(),
            processes: self.processes,
            strokes: struck,
            kills: all.kills,
            doubt: if S::DROPS_COPIES { 0 } else { all.doubt },
            limit,
            judged: Judgement { lost: judged.lost + missing, ..judged },
            fallen,
            over,
            took: stand.server.age() - began,
            log: if over { String::new() } else { stand.log() },
        })
    }

    /// How many messages each reader gets in it.
    #[must_use]
    pub fn messages_a_reader(&self) -> u64 {
        self.broadcasts.iter().map(|messages| *messages as u64).sum()
    }
}

/// A text like no other, for one message or two.
fn text(round: usize, at: usize, messages: usize) -> String {
    let first = format!("Round {round}, broadcast {at}.");
    if messages == 1 { first } else { format!("{first} {}", "All is well. ".repeat(TWO_MESSAGES / 13)) }
}
