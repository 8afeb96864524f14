//! The adapter against the stand-in, over real sockets.
#![allow(clippy::unwrap_used, reason = "what a test sets up must stand")]

mod amending;
mod faults;
mod gateway;
mod posting;
mod readers;
mod stage;
