//! The table `feeds`.
