//! Files and what the payload says of them.

use serde_json::Value;

use super::super::body::Body;
use super::super::problem::{Complaints, Problem};

/// The most bytes of one file (10 MiB, without boosts).
const FILE: usize = 10 << 20;

pub(super) fn check(body: &Body, complaints: &mut Complaints) {
    let listed = body.payload["attachments"].as_array();
    let kept = listed.map_or(0, |listed| listed.iter().filter(|one| number(one).is_none_or(is_snowflake)).count());
    if body.files.len() + kept > 10 {
        complaints.add("attachments", "BASE_TYPE_BAD_LENGTH", "Must be 10 or fewer in length.");
    }
    for (at, one) in listed.into_iter().flatten().enumerate() {
        complaints.at_most(format!("attachments.{at}.description"), super::length(&one["description"]), 1024);
        let missing = |id| !is_snowflake(id) && body.files.iter().all(|file| file.number != id);
        match number(one) {
            None => complaints.required(format!("attachments.{at}.id")),
            Some(id) if missing(id) => {
                complaints.add(format!("attachments.{at}.id"), "ATTACHMENT_NOT_FOUND", format!("No file {id}."));
            }
            Some(_) => {}
        }
    }
}

/// Refuses files that are too large.
pub(super) fn sizes(body: &Body) -> Result<(), Problem> {
    if body.files.iter().any(|file| file.bytes.len() > FILE) { Err(Problem::too_large()) } else { Ok(()) }
}

/// The names that `attachment://` can refer to; `None` when an edit keeps files whose names are not repeated.
pub(super) fn names(body: &Body) -> Vec<String> {
    body.files.iter().map(|file| name_of(body, file.number).unwrap_or(&file.name).to_owned()).collect()
}

/// The name that the payload gives to a file.
pub(super) fn name_of(body: &Body, file: u64) -> Option<&str> {
    let listed = body.payload["attachments"].as_array()?;
    listed.iter().find(|one| number(one) == Some(file))?["filename"].as_str()
}

/// An attachment's id, written as a number or as text.
pub(super) fn number(attachment: &Value) -> Option<u64> {
    let id = &attachment["id"];
    id.as_u64().or_else(|| id.as_str()?.parse().ok())
}

/// Whether an id is one that Discord gave, rather than the number of a file in this request.
pub(super) fn is_snowflake(id: u64) -> bool {
    id > 1 << 22
}
