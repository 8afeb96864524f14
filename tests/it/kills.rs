//! The kill matrix in small: the real program dies at every point where it matters, and the platform's own record says
//! what arrived. `script/soak` does the same at random and at length.

mod database_faults;
mod on_discord;
mod points;

use std::{path::PathBuf, time::Duration};

use delivery::stand::{Setup, Stand};
use sandbox::{judge::Judgement, telegram::crowd};

use crate::database::{TestDatabase, database};

/// Readers of each test; each gets two messages.
const READERS: u64 = 40;
/// Far above what anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_paperboy"))
}

/// A limit of a hundred a second, answers after 20 ms, and claims that last three seconds.
fn setup() -> Setup {
    let server = crowd::Settings { latency: Duration::from_millis(20), per_second: None };
    Setup { rate: 100.0, send_timeout: 1, server }
}

/// A stand on a database of its own, with its readers and no process.
async fn stand() -> (Stand, TestDatabase) {
    let database = database().await;
    let mut stand = Stand::on_database(program(), setup(), &database.url).await.unwrap();
    with_readers(&mut stand).await;
    (stand, database)
}

async fn with_readers(stand: &mut Stand) {
    stand.serve(1).await.unwrap();
    stand.readers(READERS).await.unwrap();
    stand.fleet.resize(0).unwrap();
}

/// A broadcast of two messages.
async fn two_messages(stand: &Stand) -> i64 {
    stand.broadcast(&format!("To everybody. {}", "All is well. ".repeat(330))).await.unwrap()
}

/// Lets `processes` finish the publication, and judges it by the promises that hold whatever happened.
async fn finished(stand: &mut Stand, publication: i64, processes: usize) -> Judgement {
    stand.serve(processes).await.unwrap();
    stand.until_over(&[publication], PATIENCE).await.unwrap();
    assert_eq!(stand.fleet.fallen().unwrap(), 0, "{}", stand.log());
    let judged = stand.judged(&[publication], 0).await.unwrap();
    assert_eq!((judged.lost, judged.doubled, judged.stray), (0, 0, 0), "{judged:?}");
    assert_eq!((judged.planned, judged.waiting, judged.refused), (2 * READERS, 0, 0), "{judged:?}");
    assert!(judged.most_in_a_second <= 100, "{judged:?}");
    assert!(judged.closest_in_a_chat.is_some_and(|closest| closest >= Duration::from_millis(999)), "{judged:?}");
    judged
}
