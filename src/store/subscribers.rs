//! The table `subscribers`.
