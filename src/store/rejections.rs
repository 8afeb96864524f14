//! The table `rejections`.
