//! The table `confirmations`.
