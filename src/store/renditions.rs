//! The table `renditions`.
