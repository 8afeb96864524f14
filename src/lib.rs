//! Paperboy publishes daily digests over chat.
//!
//! The modules in the order in which a report meets them:
//! [`report`] reads it, [`schedule`] and [`scheduler`] say when, [`picture`] draws its word cloud, [`publish`] turns it into messages and outbox rows,
//! [`deliver`] sends them, and [`control`] holds them back. [`listen`] hears readers and [`desk`] answers them, in the words of [`wording`]. [`store`] holds all SQL,
//! [`platforms`] the wiring, [`config`] the settings, [`clock`] the time and [`log`] what may be logged. ARCHITECTURE.md draws the whole.

pub mod check;
pub mod clock;
pub mod config;
pub mod control;
pub mod crash;
pub mod database;
pub mod deliver;
pub mod demo;
pub mod desk;
pub mod listen;
pub mod log;
pub mod picture;
pub mod platforms;
pub mod preview;
pub mod publish;
pub mod report;
pub mod schedule;
pub mod scheduler;
pub mod serve;
pub mod store;
pub mod wording;
