//! The stand on which the delivery of the real program is measured and tormented: a private Postgres, a stand-in of
//! a platform's server in this process, and any number of `paperboy serve` processes.
//!
//! - [`stand`]: the surroundings, the readers and the broadcasts.
//! - [`fleet`]: the processes, and what can be done to them.
//! - [`postgres`]: the database server, and how it dies.
//! - [`server`]: the platform, as far as the stand needs it.
//! - [`outbox`]: what the outbox says, for the judge.
//! - [`soak`]: rounds of faults, each judged.
//! - [`mod@bench`]: what is measured.
//! - [`figures`]: medians, percentiles and memory.

pub mod bench;
pub mod figures;
pub mod fleet;
pub mod outbox;
pub mod postgres;
pub mod server;
pub mod soak;
pub mod stand;
