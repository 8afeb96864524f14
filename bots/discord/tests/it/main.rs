//! The adapter against the stand-in, over real sockets.

mod faults;
mod gateway;
mod posting;
mod readers;
mod stage;
