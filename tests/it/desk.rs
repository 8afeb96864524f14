//! What readers and admins are answered, against a real database.

mod broadcasts;
mod chats;
mod controls;
mod counter;
mod digests;
mod figures;
mod layouts;
mod notebook;
mod reader;
mod recalls;
mod shown;
mod subscribing;
