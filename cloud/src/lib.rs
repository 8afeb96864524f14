//! Draws a word cloud from a text: text in, JPEG out, no I/O.
//!
//! [`text`] is what goes in, [`words`] finds what it is about, [`draw()`] makes the picture: `layout` finds the places
//! on the `space` that is free, [`font`] has the letters and [`look`] the colours. On the same `canvas`, [`card`] draws a
//! headline and [`chart`] figures. [`shrink`] makes any other picture small enough for a platform.

pub mod card;
pub mod chart;
pub mod font;
pub mod look;
pub mod shrink;
pub mod text;
pub mod words;

mod canvas;
mod draw;
mod layout;
mod space;

pub use draw::{Cloud, CloudError, Placed, Style, draw};
