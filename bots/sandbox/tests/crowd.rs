//! The stand-in for very many readers, as a client sees it.

#![allow(clippy::unwrap_used, reason = "the lint spares test functions only, not what they share")]

use reqwest::Client;
use sandbox::{
    Faults,
    telegram::crowd::{Crowd, Settings},
};
use serde_json::{Value, json};

async fn updates(crowd: &Crowd, offset: i64) -> Vec<(i64, String)> {
    let client = Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/bot{}/getUpdates", crowd.url(), crowd.token());
    let answer = client.post(url).json(&json!({ "offset": offset, "timeout": 0 })).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    let one = |update: &Value| {
        (update["update_id"].as_i64().unwrap(), update["message"]["text"].as_str().unwrap().to_owned())
    };
    answer["result"].as_array().unwrap().iter().map(one).collect()
}

#[tokio::test]
async fn what_is_said_after_everything_was_confirmed_is_heard_too() {
    let crowd = Crowd::start(Settings::default(), Faults::default()).await.unwrap();
    crowd.say(5, "one");
    crowd.say(6, "two");
    assert_eq!(updates(&crowd, 0).await, [(1, "one".to_owned()), (2, "two".to_owned())]);
    assert_eq!(updates(&crowd, 3).await, []);
    crowd.say(5, "three");
    assert_eq!(updates(&crowd, 3).await, [(3, "three".to_owned())]);
}
