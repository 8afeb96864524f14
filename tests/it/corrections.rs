//! Corrections and recalls, from the archive to what readers see: the real worker and adapters against the sandbox.

mod correcting;
mod following;
mod recalling;
mod scheduled;
mod shown;
mod stage;
mod whole;
