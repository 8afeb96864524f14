//! All SQL: one file per table, one function per statement.

pub mod bots;
pub mod confirmations;
pub mod deliveries;
pub mod feeds;
pub mod firings;
pub mod pictures;
pub mod publications;
pub mod rejections;
pub mod renditions;
pub mod reports;
pub mod subscribers;
pub mod subscriptions;
