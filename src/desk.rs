//! What every chat command does.
