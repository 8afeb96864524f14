//! Hears readers.
