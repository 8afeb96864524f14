//! The sandbox, a bot connected to it, and a desk that notes what it is asked.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use platform::{
    Attachment, BotKey, Chat, ChatEvent, ChatId, Desk, Invocation, Language, MenuEntry, Message, Outgoing, Picture,
    PictureFormat, PictureId, Platform, Reply, SendError, SendKey, Sent, Suggestion, Uploaded,
};
use sandbox::telegram::{Settings, Telegram};
use sandbox::{Faults, Ledger};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) struct Stage {
    pub(crate) telegram: Telegram,
    pub(crate) ledger: Ledger,
    pub(crate) faults: Faults,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let (ledger, faults) = (Ledger::default(), Faults::default());
        let telegram = Telegram::start(Settings::default(), ledger.clone(), faults.clone()).await.unwrap();
        Self { telegram, ledger, faults }
    }

    /// A stage with reader 1 on it.
    pub(crate) async fn with_reader() -> Self {
        let stage = Self::new().await;
        stage.telegram.add_private(1, "Ann", "en");
        stage
    }

    pub(crate) fn bot(&self) -> Arc<dyn Platform> {
        bot(&self.telegram.url(), &self.telegram.token())
    }

    /// A bot that listens with this desk; ends with the returned token.
    pub(crate) fn listen(&self, desk: &Arc<TestDesk>) -> (CancellationToken, JoinHandle<Result<(), SendError>>) {
        let (bot, stop) = (self.bot(), CancellationToken::new());
        let (desk, stopped) = (Arc::clone(desk), stop.clone());
        (stop, tokio::spawn(async move { bot.listen(desk, stopped).await }))
    }

    /// What the chat's readers see, once `count` messages have arrived.
    pub(crate) async fn seen(&self, chat: &str, count: usize) -> Vec<Value> {
        let enough = |entries: &[sandbox::Entry]| {
            entries.iter().filter(|entry| entry.chat == chat && entry.accepted()).count() >= count
        };
        soon(self.ledger.wait_until(enough)).await;
        self.ledger.accepted_in(chat).into_iter().map(|entry| entry.payload).collect()
    }
}

pub(crate) fn bot(url: &str, token: &str) -> Arc<dyn Platform> {
    let env = |name: &str| match name {
        "TELEGRAM_TOKEN" => Some(token.to_owned()),
        "TELEGRAM_API_URL" => Some(url.to_owned()),
        "SEND_TIMEOUT" => Some("1".to_owned()),
        _ => None,
    };
    (telegram::ADAPTER.connect)(&env).unwrap().remove(0)
}

/// Bounds a wait, so that a test that would hang fails.
pub(crate) async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(15), work).await.expect("this takes too long")
}

pub(crate) fn chat(id: &str) -> ChatId {
    ChatId(id.to_owned())
}

pub(crate) fn text(text: &str) -> Outgoing {
    plain("sendMessage", json!({ "text": text }))
}

pub(crate) fn plain(method: &str, payload: Value) -> Outgoing {
    Outgoing { message: Message { method: method.to_owned(), payload, pictures: vec![] }, attachments: vec![] }
}

pub(crate) fn photo(caption: &str, uploaded: Option<&str>) -> Outgoing {
    let picture = Arc::new(picture(800, 600));
    let payload = json!({ "photo": "attach://picture0", "caption": caption });
    let message = Message { method: "sendPhoto".to_owned(), payload, pictures: vec![picture.id.clone()] };
    Outgoing { message, attachments: vec![Attachment { picture, uploaded: uploaded.map(str::to_owned) }] }
}

/// The beginning and the end of a PNG of this size: as much as the sandbox looks at.
pub(crate) fn picture(width: u32, height: u32) -> Picture {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
    bytes.extend(b"\x08\x02\0\0\0\0\0\0\0\0\0\0\0IEND\xae\x42\x60\x82");
    let id = PictureId(format!("{width:032}{height:032}"));
    Picture { id, format: PictureFormat::Png, width, height, bytes }
}

pub(crate) async fn send(bot: &Arc<dyn Platform>, to: &str, outgoing: &Outgoing) -> Result<Sent, SendError> {
    soon(bot.send(&chat(to), outgoing, &SendKey("key".to_owned()))).await
}

type Script = Box<dyn Fn(&Invocation) -> Reply + Send + Sync>;

pub(crate) struct TestDesk {
    script: Script,
    asked: mpsc::UnboundedSender<Invocation>,
    events: mpsc::UnboundedSender<(Chat, ChatEvent)>,
    pub(crate) uploads: Mutex<Vec<Uploaded>>,
    /// Whether another process listens by now.
    pub(crate) over: Arc<AtomicBool>,
    /// Questions from this chat are answered only after a permit.
    pub(crate) slow_chat: Option<(ChatId, Arc<tokio::sync::Semaphore>)>,
}

pub(crate) type Asked = mpsc::UnboundedReceiver<Invocation>;
pub(crate) type Events = mpsc::UnboundedReceiver<(Chat, ChatEvent)>;

impl TestDesk {
    pub(crate) fn new(script: impl Fn(&Invocation) -> Reply + Send + Sync + 'static) -> (Self, Asked, Events) {
        let ((asked, hear), (events, see)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
        let uploads = Mutex::default();
        let (script, over) = (Box::new(script), Arc::default());
        (Self { script, asked, events, uploads, over, slow_chat: None }, hear, see)
    }

    /// A desk that answers everything with "ok".
    pub(crate) fn plain() -> (Arc<Self>, Asked, Events) {
        let (desk, asked, events) = Self::new(|_| below(vec![text("ok")]));
        (Arc::new(desk), asked, events)
    }
}

pub(crate) fn below(messages: Vec<Outgoing>) -> Reply {
    Reply { messages, ..Reply::default() }
}

#[async_trait]
impl Desk for TestDesk {
    async fn handle(&self, invocation: Invocation) -> Reply {
        let reply = (self.script)(&invocation);
        let chat = invocation.chat.id.clone();
        self.asked.send(invocation).ok();
        if let Some((slow, gate)) = &self.slow_chat
            && *slow == chat
        {
            gate.acquire().await.unwrap().forget();
        }
        reply
    }

    fn may_answer(&self, _bot: &BotKey) -> bool {
        !self.over.load(Ordering::SeqCst)
    }

    async fn noticed(&self, _bot: &BotKey, chat: &Chat, event: ChatEvent) -> Reply {
        self.events.send((chat.clone(), event)).ok();
        Reply::default()
    }

    async fn suggest_days(&self, _language: Option<Language>, _typed: &str) -> Vec<Suggestion> {
        Vec::new()
    }

    fn no_place(&self, _language: Option<Language>) -> String {
        String::new()
    }

    fn menu(&self, language: Option<Language>) -> Vec<MenuEntry> {
        let entry = |name, admin_only| {
            let summary = format!("{name} in {}", language.map_or("any", Language::code));
            MenuEntry { name, summary, argument: None, optional: true, admin_only }
        };
        vec![entry("start", false), entry("digest", false), entry("stats", true)]
    }

    async fn uploaded(&self, _bot: &BotKey, uploads: &[Uploaded]) {
        self.uploads.lock().unwrap().extend_from_slice(uploads);
    }
}
