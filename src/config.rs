//! The settings, from the environment alone.
