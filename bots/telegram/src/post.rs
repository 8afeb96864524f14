//! Posts messages.
