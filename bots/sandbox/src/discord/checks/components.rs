//! Rows of buttons and select menus.

use std::collections::HashSet;

use serde_json::Value;

use super::super::problem::Complaints;
use super::length;

const ROW: u64 = 1;
const BUTTON: u64 = 2;
const SELECT: u64 = 3;
const LINK: u64 = 5;

/// The components of an ordinary message: action rows only.
pub(super) fn check(components: &Value, complaints: &mut Complaints) {
    let Some(rows) = components.as_array() else { return };
    if rows.len() > 5 {
        complaints.add("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
    }
    let mut ids = HashSet::new();
    for (at, row) in rows.iter().enumerate() {
        let path = format!("components.{at}");
        if row["type"].as_u64() == Some(ROW) {
            self::row(row, &path, &mut ids, complaints);
        } else {
            complaints.add(
                format!("{path}.type"),
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1,).",
            );
        }
    }
}

/// One action row.
pub(super) fn row(row: &Value, path: &str, ids: &mut HashSet<String>, complaints: &mut Complaints) {
    let parts = row["components"].as_array().map_or(&[][..], Vec::as_slice);
    let selects = parts.iter().filter(|part| part["type"].as_u64() == Some(SELECT)).count();
    if parts.is_empty() || parts.len() > 5 || (selects > 0 && parts.len() > 1) {
        complaints.add(format!("{path}.components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
    }
    for (at, part) in parts.iter().enumerate() {
        let path = format!("{path}.components.{at}");
        match part["type"].as_u64() {
            Some(BUTTON) => button(part, &path, ids, complaints),
            Some(SELECT) => select(part, &path, ids, complaints),
            _ => complaints.add(format!("{path}.type"), "UNION_TYPE_CHOICES", "This type cannot stand in a row."),
        }
    }
}

/// A button, in a row or beside a section.
pub(super) fn button(button: &Value, path: &str, ids: &mut HashSet<String>, complaints: &mut Complaints) {
    complaints.at_most(format!("{path}.label"), length(&button["label"]), 80);
    if length(&button["label"]) == 0 && button["emoji"].is_null() {
        complaints.required(format!("{path}.label"));
    }
    match button["style"].as_u64() {
        Some(LINK) => {
            complaints.at_most(format!("{path}.url"), length(&button["url"]), 512);
            if length(&button["url"]) == 0 {
                complaints.required(format!("{path}.url"));
            }
        }
        Some(1..=4) => custom_id(button, path, ids, complaints),
        _ => complaints.add(format!("{path}.style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6}."),
    }
}

fn select(select: &Value, path: &str, ids: &mut HashSet<String>, complaints: &mut Complaints) {
    custom_id(select, path, ids, complaints);
    let options = select["options"].as_array().map_or(&[][..], Vec::as_slice);
    if options.is_empty() || options.len() > 25 {
        complaints.add(format!("{path}.options"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.");
    }
    for (at, option) in options.iter().enumerate() {
        for field in ["label", "value"] {
            let path = format!("{path}.options.{at}.{field}");
            if length(&option[field]) == 0 {
                complaints.required(path.clone());
            }
            complaints.at_most(path, length(&option[field]), 100);
        }
    }
}

fn custom_id(part: &Value, path: &str, ids: &mut HashSet<String>, complaints: &mut Complaints) {
    let path = format!("{path}.custom_id");
    match part["custom_id"].as_str() {
        None | Some("") => complaints.required(path),
        Some(id) if id.chars().count() > 100 => complaints.at_most(path, id.chars().count(), 100),
        Some(id) if !ids.insert(id.to_owned()) => {
            complaints.add(path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
        }
        Some(_) => {}
    }
}
