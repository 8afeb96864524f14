//! Local stand-ins for Telegram's and Discord's servers: for `paperboy demo`, tests and benches.
//!
//! Both are strict: what the real service would refuse is refused here, with its real error text. Everything they
//! accept is written to one [`Ledger`], which is the judge in tests and the picture on the demo page.
//! [`Faults`] makes them misbehave on demand.

mod connection;
pub mod discord;
pub mod fault;
pub mod judge;
pub mod ledger;
pub mod page;
pub mod telegram;

pub use fault::{Fault, Faults, Match};
pub use ledger::{Entry, Ledger, Outcome};
