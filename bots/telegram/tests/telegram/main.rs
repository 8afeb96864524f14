//! The Telegram adapter against the sandbox, over real sockets.

#![allow(clippy::unwrap_used, reason = "the lint spares test functions only, not what they share")]

mod amending;
mod faults;
mod listening;
mod posting;
mod stage;
mod turns;
