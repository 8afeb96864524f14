//! The one integration binary: everything that needs Postgres or more than one crate.
mod database;
mod demo;
mod desk;
mod formatter;
mod nasty_reports;
mod outbox;
mod scheduler;
mod taken;
