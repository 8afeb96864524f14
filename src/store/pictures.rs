//! The table `pictures`.
