//! The cloud as its callers see it: text in, picture out.

#![allow(clippy::unwrap_used, reason = "what a test sets up must stand")]

mod measure;
mod picture;
mod report;
mod words;
