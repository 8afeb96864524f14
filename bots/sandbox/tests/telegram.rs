//! The Telegram stand-in as any client sees it: plain HTTP.

#![allow(clippy::unwrap_used, reason = "the lint spares test functions only, not what they share")]

use std::time::Duration;

use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response};
use sandbox::telegram::{Settings, Telegram};
use sandbox::{Faults, Ledger};
use serde_json::{Value, json};

struct Api {
    telegram: Telegram,
    ledger: Ledger,
    client: Client,
}

impl Api {
    async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    async fn with(settings: Settings) -> Self {
        let ledger = Ledger::default();
        let telegram = Telegram::start(settings, ledger.clone(), Faults::default()).await.unwrap();
        telegram.add_private(1, "Ann", "en");
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().unwrap();
        Self { telegram, ledger, client }
    }

    fn address(&self, method: &str) -> String {
        format!("{}/bot{}/{method}", self.telegram.url(), self.telegram.token())
    }

    async fn call(&self, method: &str, arguments: Value) -> Value {
        self.client.post(self.address(method)).json(&arguments).send().await.unwrap().json().await.unwrap()
    }

    async fn refusal(&self, method: &str, arguments: Value) -> String {
        self.call(method, arguments).await["description"].as_str().unwrap_or("accepted").to_owned()
    }

    async fn photo(&self, bytes: Vec<u8>) -> Value {
        let form = Form::new().text("chat_id", "1").part("photo", Part::bytes(bytes).file_name("a.png"));
        let answer = self.client.post(self.address("sendPhoto")).multipart(form).send().await.unwrap();
        answer.json().await.unwrap()
    }
}

/// As much of a PNG as the stand-in looks at.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
    bytes.extend(b"\x08\x02\0\0\0\0\0\0\0\0\0\0\0IEND\xae\x42\x60\x82");
    bytes
}

async fn told(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    (status, answer.json::<Value>().await.unwrap()["description"].as_str().unwrap_or("").to_owned())
}

#[tokio::test]
async fn names_are_taken_in_any_case_and_unknown_ones_are_not_found() {
    let api = Api::new().await;
    assert_eq!(api.call("GETME", json!({})).await["result"]["username"], json!("paperboy_bot"));
    let unknown = api.client.post(api.address("sendPigeon")).send().await.unwrap();
    assert_eq!(told(unknown).await, (404, "Not Found: method not found".to_owned()));
}

#[tokio::test]
async fn a_wrong_token_is_unauthorized_and_a_broken_one_not_found() {
    let api = Api::new().await;
    let with = |token: &str| api.client.post(format!("{}/bot{token}/getMe", api.telegram.url())).send();
    let other = with("7000000001:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB").await.unwrap();
    assert_eq!(told(other).await, (401, "Unauthorized".to_owned()));
    assert_eq!(told(with("nonsense").await.unwrap()).await, (404, "Not Found".to_owned()));
}

#[tokio::test]
async fn every_kind_of_body_gives_the_same_message() {
    let api = Api::new().await;
    let entities = r#"[{"type":"bold","offset":0,"length":1}]"#;
    let fields = [("chat_id", "1"), ("text", "a+b &c"), ("entities", entities)];
    let post = || api.client.post(api.address("sendMessage"));
    post().form(&fields).send().await.unwrap();
    post().query(&fields).send().await.unwrap();
    let form = fields.iter().fold(Form::new(), |form, (name, value)| form.text(*name, *value));
    post().multipart(form).send().await.unwrap();
    let parsed: Value = serde_json::from_str(entities).unwrap();
    let expected = json!({ "chat_id": 1, "text": "a+b &c", "entities": parsed });
    let seen: Vec<Value> = api.ledger.accepted_in("1").into_iter().map(|entry| entry.payload).collect();
    assert_eq!(seen, [expected.clone(), expected.clone(), expected]);
}

#[tokio::test]
async fn a_parse_mode_is_refused() {
    let api = Api::new().await;
    let refusal = api.refusal("sendMessage", json!({ "chat_id": 1, "text": "*a*", "parse_mode": "MarkdownV2" })).await;
    assert!(refusal.contains("parse_mode"), "{refusal}");
}

#[tokio::test]
async fn photos_are_checked_as_the_service_does() {
    let api = Api::new().await;
    assert_eq!(api.photo(png(800, 600)).await["ok"], json!(true));
    for (width, height) in [(9000, 1001), (2100, 100), (0, 5)] {
        let refusal = api.photo(png(width, height)).await["description"].clone();
        assert_eq!(refusal, json!("Bad Request: PHOTO_INVALID_DIMENSIONS"), "{width}x{height}");
    }
    let mut cut = png(800, 600);
    cut.truncate(30);
    for broken in [cut, b"no picture".to_vec()] {
        assert_eq!(api.photo(broken).await["description"], json!("Bad Request: IMAGE_PROCESS_FAILED"));
    }
    let mut big = png(800, 600);
    big.splice(33..33, vec![0; 10 * 1024 * 1024]);
    let refusal = api.photo(big).await["description"].clone();
    assert!(refusal.as_str().unwrap().contains("too big for a photo"), "{refusal}");
    let unknown = api.refusal("sendPhoto", json!({ "chat_id": 1, "photo": "AgACunknown" })).await;
    assert_eq!(unknown, "Bad Request: wrong file identifier/HTTP URL specified");
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_sent() {
    let api = Api::new().await;
    let sent = api.photo(png(800, 600)).await;
    let id = sent["result"]["photo"][1]["file_id"].as_str().unwrap();
    let path = api.call("getFile", json!({ "file_id": id })).await["result"]["file_path"].clone();
    let address = format!("{}/file/bot{}/{}", api.telegram.url(), api.telegram.token(), path.as_str().unwrap());
    assert_eq!(api.client.get(address).send().await.unwrap().bytes().await.unwrap(), png(800, 600));
}

#[tokio::test]
async fn private_chats_and_basic_groups_share_one_counter_of_messages() {
    let api = Api::new().await;
    api.telegram.add_group(-5, "Basic", &[1]);
    api.telegram.add_group(-1005, "Super", &[1]);
    let mut ids = Vec::new();
    for chat in [1, -5, -1005, 1, -1005] {
        let sent = api.call("sendMessage", json!({ "chat_id": chat, "text": "a" })).await;
        ids.push(sent["result"]["message_id"].as_i64().unwrap());
    }
    assert_eq!(ids, [1, 2, 1, 3, 2]);
}

#[tokio::test]
async fn too_many_messages_in_a_chat_are_refused_with_a_wait() {
    let api = Api::with(Settings { enforce_limits: true, ..Settings::default() }).await;
    let send = || api.client.post(api.address("sendMessage")).json(&json!({ "chat_id": 1, "text": "a" })).send();
    for _ in 0..4 {
        assert_eq!(send().await.unwrap().status(), 200);
    }
    let refused = send().await.unwrap();
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (429, &"1".parse().unwrap()));
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["parameters"]["retry_after"], json!(1));
}

#[tokio::test]
async fn edits_are_refused_in_the_services_words() {
    let api = Api::new().await;
    let theirs = api.telegram.say(1, 1, "hello");
    let ours = api.call("sendMessage", json!({ "chat_id": 1, "text": "a" })).await["result"]["message_id"].clone();
    let photo = api.photo(png(800, 600)).await["result"]["message_id"].clone();
    let edit = |message: &Value, text: &str| {
        let arguments = json!({ "chat_id": 1, "message_id": message, "text": text });
        api.refusal("editMessageText", arguments)
    };
    assert!(edit(&ours, "a").await.starts_with("Bad Request: message is not modified"));
    assert_eq!(edit(&ours, "b").await, "accepted");
    assert_eq!(edit(&json!(99), "b").await, "Bad Request: message to edit not found");
    assert_eq!(edit(&json!(theirs), "b").await, "Bad Request: message can't be edited");
    assert_eq!(edit(&photo, "b").await, "Bad Request: there is no text in the message to edit");
    let delete = |message: &Value| api.refusal("deleteMessage", json!({ "chat_id": 1, "message_id": message }));
    assert_eq!(delete(&ours).await, "accepted");
    assert_eq!(delete(&ours).await, "Bad Request: message to delete not found");
    let many = json!({ "chat_id": 1, "message_ids": [ours, photo] });
    assert_eq!(api.refusal("deleteMessages", many).await, "accepted");
    assert_eq!(api.telegram.message(1, 3), None);
}

#[tokio::test]
async fn updates_stay_until_they_are_confirmed_and_come_as_they_were_asked_for() {
    let api = Api::new().await;
    let poll =
        |arguments: Value| async { api.call("getUpdates", arguments).await["result"].as_array().unwrap().clone() };
    api.telegram.say(1, 1, "one");
    let first = poll(json!({})).await;
    assert_eq!(poll(json!({})).await, first);
    let next = first[0]["update_id"].as_i64().unwrap() + 1;
    assert_eq!(poll(json!({ "offset": next, "allowed_updates": ["my_chat_member"] })).await, [] as [Value; 0]);
    api.telegram.say(1, 1, "unwanted");
    api.telegram.block(1);
    let kinds = poll(json!({})).await;
    assert_eq!((kinds.len(), kinds[0]["my_chat_member"]["new_chat_member"]["status"].as_str()), (1, Some("kicked")));
}

#[tokio::test]
async fn a_second_poll_ends_the_first_one() {
    let api = Api::new().await;
    let address = api.address("getUpdates?timeout=30");
    let client = api.client.clone();
    let first = tokio::spawn(async move { told(client.get(address).send().await.unwrap()).await });
    // Polls again and again, because the first one may not have arrived yet.
    while !first.is_finished() {
        api.call("getUpdates", json!({})).await;
    }
    let (status, text) = first.await.unwrap();
    assert_eq!(status, 409);
    assert!(text.starts_with("Conflict: terminated by other getUpdates request"), "{text}");
}

#[tokio::test]
async fn a_press_is_answered_once() {
    let api = Api::new().await;
    api.call("sendMessage", json!({ "chat_id": 1, "text": "a" })).await;
    let press = api.telegram.press(1, 1, 1, "/help");
    let answer = || api.refusal("answerCallbackQuery", json!({ "callback_query_id": press, "text": "hi" }));
    assert_eq!(answer().await, "accepted");
    assert!(answer().await.contains("query is too old"));
    assert_eq!(api.telegram.answers()[0].text, "hi");
}

#[tokio::test]
async fn an_ended_stand_in_answers_nobody() {
    let Api { telegram, client, .. } = Api::new().await;
    let address = format!("{}/bot{}/getMe", telegram.url(), telegram.token());
    assert!(client.get(&address).send().await.is_ok());
    drop(telegram);
    assert!(client.get(&address).send().await.is_err());
}
