//! The table `reports`.
