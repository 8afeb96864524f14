//! The table `firings`.
