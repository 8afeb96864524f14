//! What readers see, from the ledger.

use paperboy::{platforms, publish::sheet::Paper, store::reports};
use platform::{Language, Layout};
use sandbox::{Entry, Outcome};
use serde_json::Value;

use super::stage::Stage;

impl Stage {
    /// The texts that a chat shows now, in order: everything that was sent there, with what was edited and deleted since.
    pub(super) fn shown(&self, chat: &str) -> Vec<String> {
        let mut messages: Vec<(String, String)> = Vec::new();
        for entry in self.ledger.accepted_in(chat) {
            let Outcome::Accepted(id) = &entry.outcome else { continue };
            match entry.method.as_str() {
                "deleteMessage" => messages.retain(|(known, _)| known != id),
                method if method.starts_with("edit") => {
                    let old = messages.iter_mut().find(|(known, _)| known == id).expect("what is edited was sent");
                    old.1 = text_of(&entry.payload);
                }
                _ => messages.push((id.clone(), text_of(&entry.payload))),
            }
        }
        messages.into_iter().map(|(_, text)| text).collect()
    }

    /// What a chat on this platform is to show of the report as it is archived now.
    pub(super) async fn expected(&self, platform: &str, report: i64) -> Vec<String> {
        let archived = reports::by_id(self.db(), report).await.unwrap().unwrap();
        let paper = Paper::of_report(self.db(), &archived, self.platforms.most_messages()).await.unwrap();
        let messages = paper.render(platforms::dialect(platform).unwrap(), Layout::Full, Language::En);
        messages.iter().map(|message| text_of(&message.payload)).collect()
    }

    /// What was asked in a chat, by method, refused or not.
    pub(super) fn methods(&self, chat: &str) -> Vec<String> {
        self.asked(chat).into_iter().map(|entry| entry.method).collect()
    }

    pub(super) fn asked(&self, chat: &str) -> Vec<Entry> {
        self.ledger.entries().into_iter().filter(|entry| entry.chat == chat).collect()
    }
}

fn text_of(payload: &Value) -> String {
    let embeds = payload["embeds"].as_array().into_iter().flatten();
    let embeds: String = embeds.filter_map(|embed| embed["description"].as_str()).collect();
    let texts = [&payload["text"], &payload["caption"], &payload["media"]["caption"], &payload["content"]];
    texts.into_iter().find_map(Value::as_str).filter(|text| !text.is_empty()).map_or(embeds, str::to_owned)
}
