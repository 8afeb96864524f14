//! The outbox on a real database, with a platform that answers as it is told. No test sleeps: time is moved in the tables.
#![allow(clippy::unwrap_used, reason = "a test ends where it fails, in its steps as well")]

mod claiming;
mod controlling;
mod crashing;
mod delivering;
mod double;
mod fair;
mod publishing;
mod redriving;
mod refusing;
mod running;
mod stage;
