//! Claims a due firing and runs its job.
