//! Report or broadcast → publication, renditions and outbox rows, in one transaction.
