//! Reports from folders into the archive and out.

mod arriving;
mod choosing;
mod firing;
mod house;
