//! The table `deliveries`.
