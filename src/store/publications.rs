//! The table `publications`.
