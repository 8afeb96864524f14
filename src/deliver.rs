//! The worker: claim, send, record.
