//! A stand-in, a bot that speaks to it, and a desk that says what a test wants.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use discord::ADAPTER;
use platform::{
    Attachment, BotKey, Chat, ChatEvent, ChatId, Desk, Invocation, Language, MenuEntry, Message, Outgoing, Picture,
    PictureFormat, PictureId, Platform, Reply, SendError, SendKey, Suggestion, Uploaded,
};
use sandbox::discord::{Discord, Settings};
use sandbox::{Entry, Faults, Ledger};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) const READER: u64 = 2001;
pub(crate) const GUILD: u64 = 3001;
pub(crate) const CHANNEL: u64 = 4001;

/// A stand-in with one reader's direct messages and one server channel, and a bot.
pub(crate) struct Stage {
    pub(crate) discord: Discord,
    pub(crate) ledger: Ledger,
    pub(crate) faults: Faults,
    pub(crate) bot: Arc<dyn Platform>,
    pub(crate) dm: u64,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let (ledger, faults) = (Ledger::default(), Faults::default());
        let discord = Discord::start(settings, ledger.clone(), faults.clone()).await.unwrap();
        let dm = discord.add_dm(READER, "reader", "zh-CN");
        discord.add_channel(GUILD, CHANNEL, "news");
        let bot = bot(&discord.url(), &discord.token());
        Self { discord, ledger, faults, bot, dm }
    }

    pub(crate) fn dm(&self) -> ChatId {
        ChatId(self.dm.to_string())
    }

    /// What readers of a chat see.
    pub(crate) fn seen(&self, chat: &ChatId) -> Vec<Entry> {
        self.ledger.accepted_in(&chat.0)
    }

    pub(crate) async fn send(&self, chat: &ChatId, text: &str) -> Result<String, SendError> {
        let key = SendKey(text.to_owned());
        self.bot.send(chat, &words(text), &key).await.map(|sent| sent.id.0)
    }

    /// Waits until readers of a chat have seen so many calls.
    pub(crate) async fn until_seen(&self, chat: &ChatId, times: usize) -> Vec<Entry> {
        let enough = |entries: &[Entry]| {
            entries.iter().filter(|entry| entry.chat == chat.0 && entry.accepted()).count() >= times
        };
        soon(self.ledger.wait_until(enough)).await;
        self.seen(chat)
    }

    /// Starts to listen, and waits until the bot is connected and has registered its commands.
    pub(crate) async fn listen(&self, desk: &Arc<ScriptedDesk>) -> Listening {
        let listening = self.listen_unready(desk);
        soon(self.discord.ready()).await;
        listening
    }

    pub(crate) fn listen_unready(&self, desk: &Arc<ScriptedDesk>) -> Listening {
        let (bot, desk, stop) = (self.bot.clone(), desk.clone(), CancellationToken::new());
        let stopping = stop.clone();
        let task = tokio::spawn(async move { bot.listen(desk, stopping).await });
        Listening { task, stop }
    }
}

pub(crate) fn bot(url: &str, token: &str) -> Arc<dyn Platform> {
    let env = |name: &str| match name {
        "DISCORD_TOKEN" => Some(token.to_owned()),
        "DISCORD_API_URL" => Some(url.to_owned()),
        "SEND_TIMEOUT" => Some("1".to_owned()),
        _ => None,
    };
    (ADAPTER.connect)(&env).unwrap().remove(0)
}

/// A bot that listens.
pub(crate) struct Listening {
    task: JoinHandle<Result<(), SendError>>,
    stop: CancellationToken,
}

impl Listening {
    /// Stops it, and gives what it ended with.
    pub(crate) async fn stop(self) -> Result<(), SendError> {
        self.stop.cancel();
        self.ended().await
    }

    /// Waits until it ends by itself.
    pub(crate) async fn ended(self) -> Result<(), SendError> {
        soon(self.task).await.unwrap()
    }
}

/// Nothing here takes longer, unless it never happens.
pub(crate) async fn soon<T>(wait: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), wait).await.expect("it never happened")
}

pub(crate) fn words(text: &str) -> Outgoing {
    let payload = json!({ "content": text, "allowed_mentions": { "parse": [] } });
    outgoing(payload, &[])
}

pub(crate) fn outgoing(payload: Value, pictures: &[Arc<Picture>]) -> Outgoing {
    let attachments = pictures.iter().map(|picture| Attachment { picture: picture.clone(), uploaded: None });
    let ids = pictures.iter().map(|picture| picture.id.clone()).collect();
    let message = Message { method: "createMessage".into(), payload, pictures: ids };
    Outgoing { message, attachments: attachments.collect() }
}

/// An embed with a picture.
pub(crate) fn illustrated(text: &str) -> Outgoing {
    let embed = json!({ "description": text, "image": { "url": "attachment://picture0.png" } });
    let attachments = json!([{ "id": 0, "filename": "picture0.png", "description": "a cloud of words" }]);
    outgoing(json!({ "embeds": [embed], "attachments": attachments }), &[picture()])
}

/// The head of a PNG: as much of one as anybody looks at here.
pub(crate) fn picture() -> Arc<Picture> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend([0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0]);
    Arc::new(Picture { id: PictureId("p".into()), format: PictureFormat::Png, width: 3, height: 2, bytes })
}

type Script = dyn Fn(&Invocation) -> Reply + Send + Sync;

/// A desk that answers by a script and passes on what it was asked.
pub(crate) struct ScriptedDesk {
    script: Box<Script>,
    /// Whether another process listens by now.
    pub(crate) over: AtomicBool,
    asked: mpsc::UnboundedSender<Invocation>,
    noticed: mpsc::UnboundedSender<(Chat, ChatEvent)>,
    pub(crate) invocations: Mutex<mpsc::UnboundedReceiver<Invocation>>,
    pub(crate) events: Mutex<mpsc::UnboundedReceiver<(Chat, ChatEvent)>>,
}

impl ScriptedDesk {
    pub(crate) fn new(script: impl Fn(&Invocation) -> Reply + Send + Sync + 'static) -> Arc<Self> {
        let (asked, invocations) = mpsc::unbounded_channel();
        let (noticed, events) = mpsc::unbounded_channel();
        let (invocations, events) = (Mutex::new(invocations), Mutex::new(events));
        Arc::new(Self { script: Box::new(script), over: AtomicBool::new(false), asked, noticed, invocations, events })
    }

    /// Answers everything with one line.
    pub(crate) fn saying(text: &'static str) -> Arc<Self> {
        Self::new(move |_| Reply { messages: vec![words(text)], ..Reply::default() })
    }

    pub(crate) fn last_asked(&self) -> Invocation {
        self.invocations.lock().unwrap().try_recv().expect("the desk was not asked")
    }
}

fn code(language: Option<Language>) -> &'static str {
    language.map_or("any", Language::code)
}

#[async_trait]
impl Desk for ScriptedDesk {
    async fn handle(&self, invocation: Invocation) -> Reply {
        let reply = (self.script)(&invocation);
        self.asked.send(invocation).unwrap();
        reply
    }

    fn may_answer(&self, _: &BotKey) -> bool {
        !self.over.load(Ordering::SeqCst)
    }

    async fn noticed(&self, _: &BotKey, chat: &Chat, event: ChatEvent) -> Reply {
        self.noticed.send((chat.clone(), event)).unwrap();
        Reply::default()
    }

    async fn suggest_days(&self, language: Option<Language>, typed: &str) -> Vec<Suggestion> {
        let label = format!("{} {typed}", code(language));
        (1..=30).map(|day| Suggestion { label: label.clone(), value: format!("2025-11-{day:02}") }).collect()
    }

    fn no_place(&self, language: Option<Language>) -> String {
        format!("{} no place", code(language))
    }

    fn menu(&self, language: Option<Language>) -> Vec<MenuEntry> {
        let entry = |name, argument: Option<&'static str>, optional, admin_only| MenuEntry {
            name,
            summary: format!("{} {name}", code(language)),
            argument: argument.map(|argument| (argument, format!("{} {argument}", code(language)))),
            optional,
            admin_only,
        };
        vec![
            entry("start", Some("feed"), true, false),
            entry("digest", Some("day"), true, false),
            entry("status", None, true, false),
            entry("broadcast", Some("text"), false, true),
        ]
    }

    async fn uploaded(&self, _: &BotKey, _: &[Uploaded]) {}
}
