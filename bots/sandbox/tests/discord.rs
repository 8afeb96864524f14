//! Discord's stand-in refuses what Discord refuses.
#![allow(clippy::unwrap_used, reason = "what a test sets up must stand")]

use std::time::Duration;

use reqwest::{Client, Method, StatusCode};
use sandbox::discord::{Discord, Settings};
use sandbox::{Faults, Ledger};
use serde_json::{Value, json};

const APPLICATION: &str = "1100000000000000000";

struct Caller {
    discord: Discord,
    client: Client,
    dm: u64,
}

impl Caller {
    async fn new(settings: Settings) -> Self {
        let discord = Discord::start(settings, Ledger::default(), Faults::default()).await.unwrap();
        let dm = discord.add_dm(7, "reader", "zh-CN");
        Self { discord, client: Client::builder().no_proxy().build().unwrap(), dm }
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = self.client.request(method, format!("{}/api/v10{path}", self.discord.url()));
        let request = request.header("Authorization", format!("Bot {}", self.discord.token())).json(body);
        let response = request.send().await.unwrap();
        let status = response.status();
        (status, response.json().await.unwrap_or_default())
    }

    async fn post(&self, body: &Value) -> (StatusCode, Value) {
        self.call(Method::POST, &format!("/channels/{}/messages", self.dm), body).await
    }

    async fn code(&self, method: Method, path: &str, body: &Value) -> (u16, u64) {
        let (status, answer) = self.call(method, path, body).await;
        (status.as_u16(), answer["code"].as_u64().unwrap_or(0))
    }
}

#[tokio::test]
async fn a_message_comes_back_as_an_object_and_can_be_read_changed_and_deleted() {
    let caller = Caller::new(Settings::default()).await;
    let (status, message) = caller.post(&json!({ "content": "hello" })).await;
    assert_eq!((status.as_u16(), &message["content"]), (200, &json!("hello")));
    let path = format!("/channels/{}/messages/{}", caller.dm, message["id"].as_str().unwrap());
    let (_, changed) = caller.call(Method::PATCH, &path, &json!({ "content": "changed" })).await;
    assert_eq!(caller.call(Method::GET, &path, &json!({})).await.1, changed);
    assert_eq!(caller.code(Method::PATCH, &path, &json!({ "content": "" })).await, (400, 50006));
    assert_eq!(caller.code(Method::DELETE, &path, &json!({})).await, (204, 0));
    assert_eq!(caller.code(Method::GET, &path, &json!({})).await, (404, 10008));
}

#[tokio::test]
async fn a_wrong_token_a_wrong_channel_and_a_wrong_address_are_told_apart() {
    let caller = Caller::new(Settings::default()).await;
    let url = format!("{}/api/v10/users/@me", caller.discord.url());
    let response = caller.client.get(&url).header("Authorization", "Bot wrong").send().await.unwrap();
    assert_eq!(response.status().as_u16(), 401);
    assert_eq!(response.json::<Value>().await.unwrap(), json!({ "message": "401: Unauthorized", "code": 0 }));
    let hello = json!({ "content": "hello" });
    assert_eq!(caller.code(Method::POST, "/channels/1/messages", &hello).await, (404, 10003));
    assert_eq!(caller.code(Method::POST, "/channels/news/messages", &hello).await, (400, 50035));
    assert_eq!(caller.code(Method::POST, "/nowhere", &hello).await, (404, 0));
    assert_eq!(caller.discord.invalid_requests(), 1);
}

#[tokio::test]
async fn a_refusal_names_the_field() {
    let caller = Caller::new(Settings::default()).await;
    let (_, refusal) = caller.post(&json!({ "embeds": [{ "title": "t".repeat(257) }] })).await;
    let error = &refusal["errors"]["embeds"]["0"]["title"]["_errors"][0];
    assert_eq!((&refusal["code"], &error["code"]), (&json!(50035), &json!("BASE_TYPE_MAX_LENGTH")));
}

#[tokio::test]
async fn a_nonce_is_forgotten_after_its_window() {
    let copy = json!({ "content": "once", "nonce": "n", "enforce_nonce": true });
    for (window, same) in [(Duration::from_mins(3), true), (Duration::ZERO, false)] {
        let caller = Caller::new(Settings { nonce_window: window, ..Settings::default() }).await;
        let (first, second) = (caller.post(&copy).await.1, caller.post(&copy).await.1);
        assert_eq!(first["id"] == second["id"], same);
    }
    let caller = Caller::new(Settings::default()).await;
    let unenforced = json!({ "content": "once", "nonce": "n" });
    assert_ne!(caller.post(&unenforced).await.1["id"], caller.post(&unenforced).await.1["id"]);
}

#[tokio::test]
async fn buckets_are_told_in_headers_and_kept() {
    let caller = Caller::new(Settings::default()).await;
    let url = format!("{}/api/v10/channels/{}/messages", caller.discord.url(), caller.dm);
    for left in ["4", "3", "2", "1", "0", "0"] {
        let request = caller.client.post(&url).header("Authorization", format!("Bot {}", caller.discord.token()));
        let response = request.json(&json!({ "content": "hello" })).send().await.unwrap();
        assert_eq!(response.headers()["x-ratelimit-remaining"], left);
        assert!(response.headers().contains_key("x-ratelimit-reset-after"));
    }
    let (status, slow) = caller.post(&json!({ "content": "hello" })).await;
    assert_eq!((status.as_u16(), &slow["global"]), (429, &json!(false)));
    assert!(slow["retry_after"].as_f64().unwrap() > 0.0);
}

#[tokio::test]
async fn the_whole_bot_has_a_limit_too() {
    let caller = Caller::new(Settings { global_limit: 3, ..Settings::default() }).await;
    for _ in 0..3 {
        assert_eq!(caller.call(Method::GET, "/users/@me", &json!({})).await.0.as_u16(), 200);
    }
    let (status, slow) = caller.call(Method::GET, "/users/@me", &json!({})).await;
    assert_eq!((status.as_u16(), &slow["global"]), (429, &json!(true)));
}

#[tokio::test]
async fn too_many_direct_messages_cannot_be_opened() {
    let caller = Caller::new(Settings { dm_limit: 1, ..Settings::default() }).await;
    caller.discord.add_user(8, "one", "en-US");
    caller.discord.add_user(9, "two", "en-US");
    let open = |user: &'static str| (Method::POST, "/users/@me/channels", json!({ "recipient_id": user }));
    let known = open("7");
    assert_eq!(caller.call(known.0, known.1, &known.2).await.1["id"], caller.dm.to_string());
    for (user, expected) in [("8", (200, 0)), ("8", (200, 0)), ("9", (403, 40003)), ("10", (404, 10013))] {
        let (method, path, body) = open(user);
        assert_eq!(caller.code(method, path, &body).await, expected, "{user}");
    }
}

#[tokio::test]
async fn commands_are_checked_when_they_are_registered() {
    let caller = Caller::new(Settings::default()).await;
    let path = format!("/applications/{APPLICATION}/commands");
    let good = json!({ "name": "digest", "description": "Show a day", "description_localizations": { "zh-CN": "看" } });
    let (_, registered) = caller.call(Method::PUT, &path, &json!([good])).await;
    let (_, again) = caller.call(Method::PUT, &path, &json!([good])).await;
    assert_eq!(registered[0]["id"], again[0]["id"]);
    for bad in [
        json!({ "name": "Digest", "description": "Show a day" }),
        json!({ "name": "two words", "description": "Show a day" }),
        json!({ "name": "digest", "description": "" }),
        json!({ "name": "digest", "description": "d".repeat(101) }),
        json!({ "name": "digest", "description": "d", "description_localizations": { "zh": "看" } }),
        json!({ "name": "digest", "description": "d", "contexts": [3] }),
    ] {
        assert_eq!(caller.code(Method::PUT, &path, &json!([bad])).await, (400, 50035), "{bad}");
    }
    assert_eq!(caller.code(Method::PUT, &path, &json!([good, good])).await, (400, 50035));
    assert_eq!(caller.code(Method::PUT, "/applications/1/commands", &json!([good])).await, (403, 20012));
    assert_eq!(caller.discord.commands().len(), 1);
}

#[tokio::test]
async fn interactions_that_never_were_cannot_be_answered() {
    let caller = Caller::new(Settings::default()).await;
    let ack = json!({ "type": 5 });
    assert_eq!(caller.code(Method::POST, "/interactions/1/token/callback", &ack).await, (404, 10062));
    let path = format!("/webhooks/{APPLICATION}/token");
    assert_eq!(caller.code(Method::POST, &path, &json!({ "content": "c" })).await, (404, 10015));
}
