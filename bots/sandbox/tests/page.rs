//! The demo's page over a real socket, as a browser uses it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use futures::StreamExt;
use reqwest::{Client, StatusCode};
use sandbox::discord::{self, Discord};
use sandbox::page::{Chat, Page, Place, Stage};
use sandbox::telegram::{self, Telegram};
use sandbox::{Fault, Faults, Ledger, Match};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

const READER: i64 = 1001;

struct Visit {
    page: Page,
    client: Client,
    telegram: Telegram,
    discord: Discord,
    faults: Faults,
    folder: TempDir,
}

async fn visit() -> Visit {
    let (ledger, faults, folder) = (Ledger::default(), Faults::default(), tempfile::tempdir().unwrap());
    let telegram = Telegram::start(telegram::Settings::default(), ledger.clone(), faults.clone()).await.unwrap();
    let discord = Discord::start(discord::Settings::default(), ledger.clone(), faults.clone()).await.unwrap();
    telegram.add_private(READER, "Lin", "zh-hans");
    let channel = discord.add_dm(2001, "Ada", "en-GB");
    let chat = |place| Chat {
        place,
        title: "Paperboy".into(),
        note: "bot".into(),
        reader: "Lin".into(),
        language: "zh".into(),
        private: true,
    };
    let chats =
        vec![chat(Place::Telegram { chat: READER, user: READER }), chat(Place::Discord { channel, user: 2001 })];
    let stage = Stage {
        telegram: telegram.clone(),
        discord: discord.clone(),
        ledger,
        faults: faults.clone(),
        chats,
        folder: folder.path().to_owned(),
        write_today: Box::new(|| Ok("today.md".into())),
    };
    let page = Page::serve(TcpListener::bind("127.0.0.1:0").await.unwrap(), stage).unwrap();
    Visit { page, client: Client::new(), telegram, discord, faults, folder }
}

impl Visit {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.page.url())
    }

    /// A request as the page's own scripts make it.
    fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.post(self.url(path)).header("origin", self.page.url().trim_end_matches('/'))
    }

    /// The first things that a browser is told, without how old the ledger is.
    async fn told(&self, count: usize) -> Vec<Value> {
        let mut stream = self.client.get(self.url("events")).send().await.unwrap().bytes_stream();
        let mut text = String::new();
        loop {
            let told: Vec<Value> = text
                .split("\n\n")
                .filter(|event| !event.contains("event: age") && text.contains(&format!("{event}\n\n")))
                .filter_map(|event| {
                    serde_json::from_str(event.lines().find_map(|line| line.strip_prefix("data: "))?).ok()
                })
                .collect();
            if told.len() >= count {
                return told;
            }
            text.push_str(std::str::from_utf8(&stream.next().await.unwrap().unwrap()).unwrap());
        }
    }

    async fn bot_says(&self, text: &str) {
        let url = format!("{}/bot{}/sendMessage", self.telegram.url(), self.telegram.token());
        self.client.post(url).json(&json!({ "chat_id": READER, "text": text })).send().await.unwrap();
    }
}

#[tokio::test]
async fn what_readers_and_bots_say_is_told_in_order_also_to_a_late_visitor() {
    let visit = visit().await;
    let said = visit.post("say").json(&json!({ "chat": 0, "text": "/start" })).send().await.unwrap();
    assert_eq!(said.status(), StatusCode::NO_CONTENT);
    visit.bot_says("welcome").await;
    let told = visit.told(2).await;
    assert_eq!((&told[0]["kind"], &told[0]["text"]), (&json!("said"), &json!("/start")));
    assert_eq!((&told[1]["kind"], &told[1]["entry"]["payload"]["text"]), (&json!("call"), &json!("welcome")));
    assert_eq!(visit.telegram.unconfirmed(), 1, "the bot has an update to fetch");
}

#[tokio::test]
async fn the_page_and_its_files_are_served_under_a_strict_policy() {
    let visit = visit().await;
    for file in ["", "page.js", "telegram.js", "discord.js", "page.css", "icon.svg"] {
        let answer = visit.client.get(visit.url(file)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{file}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    }
    let chats: Value = visit.client.get(visit.url("chats")).send().await.unwrap().json().await.unwrap();
    assert_eq!((&chats[0]["platform"], &chats[0]["chat"]), (&json!("telegram"), &json!("1001")));
    assert_eq!(chats[1]["platform"], "discord");
}

#[tokio::test]
async fn another_page_can_neither_speak_nor_write() {
    let visit = visit().await;
    let said = json!({ "chat": 0, "text": "/stop" });
    let foreign = visit.client.post(visit.url("say")).header("origin", "http://evil.example").json(&said);
    assert_eq!(foreign.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let rebound = visit.client.get(visit.url("chats")).header("host", "evil.example");
    assert_eq!(rebound.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(visit.telegram.unconfirmed(), 0);
}

#[tokio::test]
async fn a_dropped_report_is_in_the_folder_whole_and_nowhere_else() {
    let visit = visit().await;
    let answer = visit.post("upload?name=..%2F..%2Fday.md").body("# Day").send().await.unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "told": "day.md" }));
    assert_eq!(std::fs::read_to_string(visit.folder.path().join("day.md")).unwrap(), "# Day");
    assert_eq!(std::fs::read_dir(visit.folder.path()).unwrap().count(), 1);
    let refused = visit.post("upload?name=run.sh").body("x").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let today: Value = visit.post("today").json(&json!({})).send().await.unwrap().json().await.unwrap();
    assert_eq!(today, json!({ "told": "today.md" }));
}

#[tokio::test]
async fn the_fault_buttons_strike_posts_and_can_be_undone() {
    let visit = visit().await;
    visit.post("fault").json(&json!({ "fault": "bad_gateway" })).send().await.unwrap();
    assert_eq!(visit.faults.strike("telegram", "sendPhoto", "1"), Some(Fault::BadGateway { accepted: false }));
    assert_eq!(visit.faults.strike("discord", "interactionResponse", "1"), None);
    visit.post("fault").json(&json!({ "fault": "none" })).send().await.unwrap();
    assert_eq!(visit.faults.strike("telegram", "sendMessage", "1"), None);
}

#[tokio::test]
async fn a_call_that_fails_is_told_too() {
    let visit = visit().await;
    visit.faults.plan(Match::default(), Fault::Blocked, 1);
    visit.bot_says("never read").await;
    let told = visit.told(1).await;
    assert_eq!(told[0]["entry"]["outcome"]["refused"][0], 403);
}

#[tokio::test]
async fn a_listener_that_others_can_reach_is_refused() {
    let visit = visit().await;
    let open = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let stage = Stage {
        telegram: visit.telegram.clone(),
        discord: visit.discord.clone(),
        ledger: Ledger::default(),
        faults: Faults::default(),
        chats: Vec::new(),
        folder: visit.folder.path().to_owned(),
        write_today: Box::new(|| Ok(String::new())),
    };
    assert_eq!(Page::serve(open, stage).unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
}
