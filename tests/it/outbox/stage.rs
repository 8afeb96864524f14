//! A database with one bot, some subscribers, and publications of plain messages.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use paperboy::{
    clock::{Clock, ManualClock},
    config::OnUncertain,
    deliver::{Delivered, Settings, Worker},
    platforms::Platforms,
    store::{
        self,
        deliveries::fan_out::{self, Audience},
        feeds::Declaration,
        publications::{Fresh, Kind},
    },
};
use platform::{Chat, ChatId, ChatKind, Language, Message, PictureId, Platform};
use sqlx::PgPool;

use super::double::Double;
use crate::database::{TestDatabase, database};

pub(super) const SEND_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct Stage {
    pub(super) double: Arc<Double>,
    pub(super) bot: i32,
    pub(super) clock: Arc<ManualClock>,
    pub(super) on_uncertain: OnUncertain,
    database: TestDatabase,
}

/// A delivery as tests look at it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Seen {
    pub(super) state: String,
    pub(super) next_message: i16,
    pub(super) message_ids: Vec<String>,
    pub(super) uncertain: Vec<i16>,
    pub(super) attempts: i16,
    pub(super) failed_as: Option<String>,
}

impl Stage {
    pub(super) async fn with(double: Double) -> Self {
        let database = database().await;
        let bot = store::bots::register(&database.pool, double.key(), double.pace()).await.unwrap();
        let titles = [(Language::En, "Daily".to_owned())].into();
        let declaration = Declaration { name: "stage", titles: &titles, zone: chrono_tz::UTC };
        store::feeds::declare(&database.pool, &[declaration]).await.unwrap();
        let clock = Arc::new(ManualClock::at("2026-01-02T03:04:05Z".parse().unwrap()));
        Self { double: Arc::new(double), bot, clock, on_uncertain: OnUncertain::Hold, database }
    }

    pub(super) fn db(&self) -> &PgPool {
        &self.database.pool
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(super) fn platforms(&self) -> Platforms {
        Platforms::new(vec![self.double.clone()])
    }

    pub(super) fn worker(&self) -> Worker {
        let settings = Settings { send_timeout: SEND_TIMEOUT, on_uncertain: self.on_uncertain };
        Worker::new(self.db().clone(), self.platforms(), self.clock.clone(), settings)
    }

    pub(super) async fn subscriber(&self, chat: &str, kind: ChatKind) -> i64 {
        let chat = Chat { id: ChatId(chat.to_owned()), kind };
        let id = store::subscribers::ensure(self.db(), self.bot, &chat, Language::En, self.now()).await.unwrap().id;
        store::subscriptions::add(self.db(), id, self.feed().await, self.now()).await.unwrap();
        id
    }

    /// The feed that every subscriber here receives: a broadcast goes only to those who receive one.
    async fn feed(&self) -> i32 {
        store::feeds::by_name(self.db(), "stage").await.unwrap().unwrap().id
    }

    /// Subscribers `chat 1`, `chat 2` … by one statement.
    pub(super) async fn crowd(&self, size: i32) {
        sqlx::query(
            "with made as (insert into subscribers (bot, chat, kind, language, started_at)
                           select $1, 'chat ' || n, 'private', 'en', now() from generate_series(1, $2) n returning id)
             insert into subscriptions select $3, id, now() from made",
        )
        .bind(self.bot)
        .bind(size)
        .bind(self.feed().await)
        .execute(self.db())
        .await
        .unwrap();
    }

    pub(super) async fn readers(&self, chats: &[&str]) {
        for chat in chats {
            self.subscriber(chat, ChatKind::Private).await;
        }
    }

    /// A broadcast of `count` messages, `name 0`, `name 1` …, to every subscriber.
    pub(super) async fn publish(&self, name: &str, count: usize) -> i64 {
        self.publish_with(name, count, &[]).await
    }

    /// The same, the first message with these pictures.
    pub(super) async fn publish_with(&self, name: &str, count: usize, pictures: &[PictureId]) -> i64 {
        let messages: Vec<Message> = (0..count)
            .map(|number| Message {
                method: "sendMessage".to_owned(),
                payload: serde_json::json!({ "text": format!("{name} {number}") }),
                pictures: if number == 0 { pictures.to_vec() } else { Vec::new() },
            })
            .collect();
        self.publish_layouts(name, &[("full", messages)]).await
    }

    /// A broadcast with these messages in each of these layouts, to every subscriber who wants one of them.
    pub(super) async fn publish_layouts(&self, name: &str, layouts: &[(&str, Vec<Message>)]) -> i64 {
        let fresh = Fresh { key: name.to_owned(), kind: Kind::Broadcast, title: name.to_owned(), progress: None };
        let day = self.now().date_naive();
        store::deliveries::ensure_partition(self.db(), day).await.unwrap();
        let mut tx = self.db().begin().await.unwrap();
        let publication = store::publications::insert(&mut tx, &fresh, self.now()).await.unwrap();
        let platform = self.double.key().platform;
        for (layout, messages) in layouts {
            store::renditions::insert(&mut tx, publication, platform, layout, "en", messages).await.unwrap();
        }
        let audience = Audience { feed: None, bots: &[self.bot] };
        let written = fan_out::fan_out(&mut tx, publication, day, audience, &[], self.now()).await.unwrap();
        store::publications::set_audience(&mut tx, publication, i64::try_from(written).unwrap()).await.unwrap();
        tx.commit().await.unwrap();
        publication
    }

    /// Moves time on until everything that waits is due and every chat and the bot are rested.
    pub(super) async fn pass_time(&self) {
        self.execute("update deliveries set due_at = '-infinity' where state = 'pending' and due_at < 'infinity'")
            .await;
        self.execute("update subscribers set quiet_until = '-infinity'").await;
        self.execute("update bots set tat = '-infinity', frozen_until = '-infinity'").await;
    }

    /// Moves time on until every claim in force is too old to be alive.
    pub(super) async fn pass_the_life_of_a_claim(&self) {
        let lasts = i32::try_from(3 * SEND_TIMEOUT.as_secs() + 1).unwrap();
        sqlx::query("update deliveries set claimed_at = claimed_at - make_interval(secs => $1)")
            .bind(f64::from(lasts))
            .execute(self.db())
            .await
            .unwrap();
    }

    /// Steps, time passing in between, until nothing is left to do.
    pub(super) async fn deliver_everything(&self, worker: &Worker) -> Delivered {
        let mut all = Delivered::default();
        for _ in 0..100 {
            self.pass_time().await;
            let delivered = worker.step().await.unwrap();
            if delivered == Delivered::default() {
                return all;
            }
            all += delivered;
        }
        panic!("no end after 100 steps: {all:?}");
    }

    /// Cuts every connection to the database, and refuses new ones until it is called with `true`.
    pub(super) async fn let_connect(&self, allowed: bool) {
        self.database.let_connect(allowed).await;
    }

    pub(super) async fn execute(&self, statement: &'static str) -> u64 {
        sqlx::query(statement).execute(self.db()).await.unwrap().rows_affected()
    }

    pub(super) async fn delivery(&self, publication: i64, chat: &str) -> Seen {
        sqlx::query_as(
            "select d.state::text, d.next_message, d.message_ids, d.uncertain, d.attempts, d.failed_as
             from deliveries d join subscribers s on s.id = d.subscriber where d.publication = $1 and s.chat = $2",
        )
        .bind(publication)
        .bind(chat)
        .fetch_one(self.db())
        .await
        .unwrap()
    }

    /// Seconds from now until the delivery is due, rounded.
    pub(super) async fn due_in(&self, publication: i64, chat: &str) -> i64 {
        sqlx::query_scalar(
            "select round(extract(epoch from d.due_at - now()))::bigint
             from deliveries d join subscribers s on s.id = d.subscriber where d.publication = $1 and s.chat = $2",
        )
        .bind(publication)
        .bind(chat)
        .fetch_one(self.db())
        .await
        .unwrap()
    }

    pub(super) async fn publication_state(&self, publication: i64) -> String {
        sqlx::query_scalar("select state from publications where id = $1")
            .bind(publication)
            .fetch_one(self.db())
            .await
            .unwrap()
    }

    pub(super) async fn end_reason(&self, chat: &str) -> Option<String> {
        let chat = ChatId(chat.to_owned());
        store::subscribers::find(self.db(), self.bot, &chat).await.unwrap().unwrap().end_reason
    }
}
