//! The one integration binary: everything that needs Postgres or more than one crate.
#![allow(clippy::unwrap_used, reason = "a test that meets an error fails, in its helpers too")]

mod admins_pictures;
mod command_line;
mod corrections;
mod database;
mod demo;
mod desk;
mod end_to_end;
mod expected;
mod fair;
mod formatter;
mod kills;
mod nasty_reports;
mod outbox;
mod picture;
mod readers;
mod roles;
mod rules;
mod scheduler;
mod secrets;
mod several_bots;
mod stage;
mod stopping;
mod taken;
mod turns;
