//! A report's picture: which it is and whether it can be shown. Where it may lie is the matter of [`super::folder`].

pub mod check;
mod complete;
pub mod link;

pub use check::{PictureProblem, check};
pub use link::PictureLink;
