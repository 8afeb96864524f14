//! A database, both sandboxes, and a feed with one report that changes.

use std::{sync::Arc, time::Duration};

use chrono::NaiveDate;
use paperboy::{
    clock::{Clock as _, ManualClock},
    config::OnUncertain,
    deliver::{Delivered, Settings, Worker},
    platforms::Platforms,
    publish::{
        self, Published,
        correct::{Corrected, correct},
        recall::recall,
    },
    store::{
        self,
        feeds::Declaration,
        publications::chain,
        reports::{self, Fresh},
    },
};
use platform::{Chat, ChatId, ChatKind, Language, Picture, PictureFormat, PictureId};
use sandbox::{Faults, Ledger, discord, discord::Discord, telegram, telegram::Telegram};
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;

use crate::database::{TestDatabase, database};

const SEND_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct Stage {
    pub(super) telegram: Telegram,
    pub(super) discord: Discord,
    pub(super) ledger: Ledger,
    pub(super) faults: Faults,
    pub(super) clock: Arc<ManualClock>,
    pub(super) platforms: Platforms,
    pub(super) database: TestDatabase,
    pub(super) feed: i32,
}

impl Stage {
    pub(super) async fn new() -> Self {
        let (ledger, faults) = (Ledger::default(), Faults::default());
        let telegram = Telegram::start(telegram::Settings::default(), ledger.clone(), faults.clone()).await.unwrap();
        let discord = Discord::start(discord::Settings::default(), ledger.clone(), faults.clone()).await.unwrap();
        let platforms = Platforms::connect(&|name| match name {
            "TELEGRAM_TOKEN" => Some(telegram.token()),
            "TELEGRAM_API_URL" => Some(telegram.url()),
            "DISCORD_TOKEN" => Some(discord.token()),
            "DISCORD_API_URL" => Some(discord.url()),
            _ => None,
        })
        .unwrap();
        let database = database().await;
        for bot in platforms.bots() {
            store::bots::register(&database.pool, bot.key(), bot.pace()).await.unwrap();
        }
        let titles = [(Language::En, "Daily".to_owned())].into();
        let declaration = Declaration { name: "ai", titles: &titles, zone: chrono_tz::UTC };
        store::feeds::declare(&database.pool, &[declaration]).await.unwrap();
        let feed = store::feeds::by_name(&database.pool, "ai").await.unwrap().unwrap().id;
        let clock = Arc::new(ManualClock::at("2026-01-02T03:04:05Z".parse().unwrap()));
        Self { telegram, discord, ledger, faults, clock, platforms, database, feed }
    }

    pub(super) fn db(&self) -> &PgPool {
        &self.database.pool
    }

    pub(super) fn worker(&self) -> Worker {
        let settings = Settings { send_timeout: SEND_TIMEOUT, on_uncertain: OnUncertain::Hold };
        Worker::new(self.db().clone(), self.platforms.clone(), self.clock.clone(), settings)
    }

    /// A person on Telegram who receives the feed; gives the chat.
    pub(super) async fn on_telegram(&self, user: i64) -> String {
        self.telegram.add_private(user, "Lin", "en");
        self.subscribe("telegram", user.to_string()).await
    }

    /// The same on Discord.
    pub(super) async fn on_discord(&self, user: u64) -> String {
        let dm = self.discord.add_dm(user, "lin", "en");
        self.subscribe("discord", dm.to_string()).await
    }

    async fn subscribe(&self, platform: &str, chat: String) -> String {
        let bot = self.platforms.bots().iter().find(|bot| bot.key().platform == platform).unwrap();
        let bot = store::bots::id(self.db(), bot.key()).await.unwrap().unwrap();
        let place = Chat { id: ChatId(chat.clone()), kind: ChatKind::Private };
        let now = self.clock.now();
        let subscriber = store::subscribers::ensure(self.db(), bot, &place, Language::En, now).await.unwrap();
        store::subscriptions::add(self.db(), subscriber.id, self.feed, now).await.unwrap();
        chat
    }

    /// Puts the report of 1 January into the archive, with one message's worth of text for each of `parts`.
    pub(super) async fn write(&self, parts: &[&str], picture: Option<&[u8]>) -> i64 {
        self.write_with("", parts, picture).await
    }

    /// The same with a line of front matter.
    pub(super) async fn write_with(&self, front: &str, parts: &[&str], picture: Option<&[u8]>) -> i64 {
        let body: Vec<String> = parts.iter().map(|part| format!("{part}。").repeat(3_000 / 2)).collect();
        let text = format!("---\ntitle: A day\n{front}\n---\n\n{}\n", body.join("\n\n"));
        let file_name = "ai_20260101_20260101.md";
        let report = paperboy::report::parse(file_name, &text).unwrap();
        let picture = match picture {
            Some(bytes) => Some(self.picture(bytes).await),
            None => None,
        };
        let fresh = Fresh { feed: self.feed, report: &report, file_name, text: &text, picture: picture.as_ref() };
        reports::record(self.db(), &fresh, self.clock.now()).await.unwrap().id()
    }

    async fn picture(&self, bytes: &[u8]) -> PictureId {
        let id = PictureId(hex::encode(Sha256::digest(bytes)));
        let (width, height, bytes) = (600, 400, bytes.to_vec());
        let picture = Picture { id: id.clone(), format: PictureFormat::Jpeg, width, height, bytes };
        store::pictures::put(self.db(), &picture).await.unwrap();
        id
    }

    pub(super) async fn publish(&self, report: i64) -> i64 {
        publish::digest(self.db(), &self.platforms, report, self.clock.now()).await.unwrap().publication()
    }

    pub(super) async fn correct(&self, report: i64) -> Corrected {
        correct(self.db(), &self.platforms, report, self.clock.now()).await.unwrap()
    }

    pub(super) async fn recall(&self, publication: i64) -> Published {
        let root = chain::root(self.db(), publication).await.unwrap().unwrap();
        recall(self.db(), &root, None, self.clock.now()).await.unwrap()
    }

    /// Whether readers are shown the report.
    pub(super) async fn is_shown(&self) -> bool {
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        reports::on_day(self.db(), self.feed, day).await.unwrap().is_some()
    }

    /// Everything that waits is due, and every chat and bot is rested.
    pub(super) async fn pass_time(&self) {
        self.execute("update deliveries set due_at = '-infinity' where state = 'pending' and due_at < 'infinity'")
            .await;
        self.execute("update subscribers set quiet_until = '-infinity'").await;
        self.execute("update bots set tat = '-infinity', frozen_until = '-infinity'").await;
    }

    /// Every claim in force is too old to be alive.
    pub(super) async fn pass_the_life_of_a_claim(&self) {
        self.execute("update deliveries set claimed_at = claimed_at - interval '31 seconds'").await;
    }

    pub(super) async fn deliver(&self) -> Delivered {
        self.deliver_with(&self.worker()).await
    }

    /// Steps, time passing in between, until every publication is done.
    pub(super) async fn deliver_with(&self, worker: &Worker) -> Delivered {
        let mut all = Delivered::default();
        for _ in 0..60 {
            self.pass_time().await;
            all += worker.step().await.unwrap();
            if self.count("select count(*) from publications where state <> 'done'").await == 0 {
                return all;
            }
            // Discord tells when a channel takes more; the adapter obeys for as long as that.
            tokio::task::yield_now().await;
        }
        panic!("no end after 60 steps: {all:?}");
    }

    pub(super) async fn execute(&self, statement: &'static str) {
        sqlx::query(statement).execute(self.db()).await.unwrap();
    }

    pub(super) async fn count(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement).fetch_one(self.db()).await.unwrap()
    }
}
