//! The table `subscriptions`.
