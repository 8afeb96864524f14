//! What Discord refuses in a message. Lengths are in code points.

mod attachments;
mod components;
mod embeds;
mod layout;

use serde_json::Value;

use super::body::{Body, File};
use super::problem::{Complaints, Problem};

/// The flag of a message made of Components V2.
pub(super) const COMPONENTS_V2: u64 = 1 << 15;
/// The flag of a message that only the person who asked sees; for interactions only.
pub(super) const EPHEMERAL: u64 = 1 << 6;
const SUPPRESS_EMBEDS: u64 = 1 << 2;
const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;

/// Which call a body belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// A new message of the bot.
    Create,
    /// A new message that answers an interaction.
    Answer,
    /// An edit: what is absent stays.
    Edit,
}

/// Checks the body of a message.
pub(super) fn message(body: &Body, call: Call) -> Result<(), Problem> {
    let payload = &body.payload;
    let mut complaints = Complaints::default();
    let flags = payload["flags"].as_u64().unwrap_or(0);
    let ephemeral = if call == Call::Answer { EPHEMERAL } else { 0 };
    if flags & !(SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2 | ephemeral) != 0 {
        complaints.add("flags", "BASE_TYPE_CHOICES", "This flag cannot be set here.");
    }
    match &payload["content"] {
        Value::String(content) => complaints.at_most("content", content.trim().chars().count(), 2000),
        Value::Null => {}
        _ => complaints.add("content", "BASE_TYPE_BAD_TYPE", "Could not interpret value as string."),
    }
    nonce(payload, &mut complaints);
    attachments::check(body, &mut complaints);
    let names = attachments::names(body);
    embeds::check(&payload["embeds"], &names, &mut complaints);
    if flags & COMPONENTS_V2 == 0 {
        components::check(&payload["components"], &mut complaints);
    } else {
        layout::check(payload, &names, &mut complaints);
    }
    complaints.into_result()?;
    attachments::sizes(body)?;
    if flags & COMPONENTS_V2 != 0 {
        layout::weigh(&payload["components"])?;
    }
    if call != Call::Edit && is_empty(payload) && body.files.is_empty() {
        return Err(Problem::empty());
    }
    Ok(())
}

/// Whether a message with these fields would show nothing.
pub(super) fn is_empty(message: &Value) -> bool {
    let blank = |field: &str| message[field].as_array().is_none_or(Vec::is_empty);
    let silent = message["content"].as_str().is_none_or(|content| content.trim().is_empty());
    let dark = message["embeds"].as_array().is_none_or(|embeds| embeds.iter().all(embeds::is_empty));
    silent && dark && blank("components") && blank("attachments")
}

fn nonce(payload: &Value, complaints: &mut Complaints) {
    match &payload["nonce"] {
        Value::Null | Value::Number(_) => {}
        Value::String(nonce) => complaints.at_most("nonce", nonce.chars().count(), 25),
        _ => complaints.add("nonce", "BASE_TYPE_BAD_TYPE", "Could not interpret value as string or integer."),
    }
}

/// The number of an attachment in a payload, or the id of one in a message.
pub(super) fn attachment_number(attachment: &Value) -> Option<u64> {
    attachments::number(attachment)
}

/// What a file will be called.
pub(super) fn attachment_name<'a>(body: &'a Body, file: &'a File) -> &'a str {
    attachments::name_of(body, file.number).unwrap_or(&file.name)
}

/// How long a text is for Discord, which does not count space at its ends.
fn length(text: &Value) -> usize {
    text.as_str().map_or(0, |text| text.trim().chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(payload: Value) -> (u16, u32) {
        check(payload, Vec::new()).map_or_else(|problem| (problem.status, problem.code), |()| (200, 0))
    }

    fn check(payload: Value, files: Vec<File>) -> Result<(), Problem> {
        message(&Body { payload, files }, Call::Create)
    }

    fn embeds(embeds: impl Into<Value>) -> (u16, u32) {
        refusal(json!({ "embeds": embeds.into() }))
    }

    #[test]
    fn text_is_measured_in_code_points_without_the_space_around_it() {
        assert_eq!(refusal(json!({ "content": "字".repeat(2000) })), (200, 0));
        assert_eq!(refusal(json!({ "content": "🎈".repeat(2000) })), (200, 0));
        assert_eq!(refusal(json!({ "content": format!("  {}\n", "a".repeat(2000)) })), (200, 0));
        assert_eq!(refusal(json!({ "content": "字".repeat(2001) })), (400, 50035));
        assert_eq!(refusal(json!({ "content": " \n " })), (400, 50006));
        assert_eq!(refusal(json!({})), (400, 50006));
    }

    #[test]
    fn embeds_have_limits_each_and_together() {
        let text = |length: usize| "字".repeat(length);
        assert_eq!(embeds(json!([{ "title": text(256), "description": text(4096) }])), (200, 0));
        assert_eq!(embeds(json!([{ "title": text(257) }])), (400, 50035));
        assert_eq!(embeds(json!([{ "description": text(4097) }])), (400, 50035));
        assert_eq!(embeds(json!([{ "description": text(4096) }, { "description": text(1904) }])), (200, 0));
        assert_eq!(embeds(json!([{ "description": text(4096) }, { "description": text(1905) }])), (400, 50035));
        assert_eq!(embeds(json!([{ "footer": { "text": text(2049) } }])), (400, 50035));
        assert_eq!(embeds(vec![json!({ "title": "t" }); 11]), (400, 50035));
        assert_eq!(embeds(json!([{ "image": { "url": "attachment://missing.jpg" } }])), (400, 50035));
        assert_eq!(embeds(json!([{ "title": "t", "url": "javascript:alert(1)" }])), (400, 50035));
    }

    #[test]
    fn buttons_come_in_five_rows_of_five_with_ids_of_their_own() {
        let button = |id: &str| json!({ "type": 2, "style": 1, "label": "L", "custom_id": id });
        let row = |buttons: Vec<Value>| json!({ "type": 1, "components": buttons });
        let message = |rows: Vec<Value>| refusal(json!({ "content": "c", "components": rows }));
        assert_eq!(message(vec![row(vec![button("1"), button("2")])]), (200, 0));
        assert_eq!(message(vec![row(vec![button("1"), button("1")])]), (400, 50035));
        assert_eq!(message(vec![row((0..6).map(|n| button(&n.to_string())).collect())]), (400, 50035));
        assert_eq!(message((0..6).map(|n| row(vec![button(&n.to_string())])).collect()), (400, 50035));
        assert_eq!(message(vec![row(vec![button(&"x".repeat(101))])]), (400, 50035));
        assert_eq!(message(vec![row(vec![json!({ "type": 2, "style": 1, "label": "L" })])]), (400, 50035));
        assert_eq!(message(vec![button("1")]), (400, 50035));
    }

    #[test]
    fn components_v2_break_beyond_a_number_of_bytes() {
        let v2 = |texts: &[String]| {
            let components: Vec<Value> = texts.iter().map(|text| json!({ "type": 10, "content": text })).collect();
            refusal(json!({ "flags": COMPONENTS_V2, "components": components }))
        };
        assert_eq!(v2(&["字".repeat(3386)]), (200, 0));
        assert_eq!(v2(&["字".repeat(3387)]), (500, 0));
        assert_eq!(v2(&["a".repeat(4000)]), (200, 0));
        assert_eq!(v2(&["a".repeat(4001)]), (400, 50035));
        assert_eq!(v2(&vec!["a".to_owned(); 41]), (400, 50035));
        assert_eq!(refusal(json!({ "flags": COMPONENTS_V2, "content": "c" })), (400, 50035));
    }

    #[test]
    fn files_have_a_size_and_a_number() {
        let file = |number, bytes| File { number, name: "a.jpg".into(), mime: "image/jpeg".into(), bytes };
        assert_eq!(check(json!({}), vec![file(0, vec![0; 10 << 20])]), Ok(()));
        let code = |files| check(json!({}), files).map_err(|problem| problem.code);
        assert_eq!(code(vec![file(0, vec![0; (10 << 20) + 1])]), Err(40005));
        assert_eq!(code((0..11).map(|n| file(n, vec![0])).collect()), Err(50035));
    }

    #[test]
    fn a_nonce_has_at_most_25_characters() {
        assert_eq!(refusal(json!({ "content": "c", "nonce": "n".repeat(25) })), (200, 0));
        assert_eq!(refusal(json!({ "content": "c", "nonce": "n".repeat(26) })), (400, 50035));
    }
}
