//! The table `bots`.
