//! A desk with a feed, two bots that note what they are asked to edit, and a clock that stands still.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use paperboy::{
    clock::{Clock, ManualClock},
    config::Admin,
    desk::{FrontDesk, Settings, progress::Progress},
    platforms::Platforms,
    report,
    store::{
        bots,
        feeds::{self, Declaration, Titles},
        pictures,
        reports::{self, Fresh},
    },
};
use platform::{ChatEvent, Desk, Language, Picture, PictureFormat, PictureId, Platform, Reply, UserId};
use rand::{SeedableRng, rngs::StdRng};
use sqlx::PgPool;

use super::{notebook::Notebook, reader::Reader};
use crate::database::{TestDatabase, database};

/// The admin, on Telegram only.
pub(super) const ADMIN: &str = "900";

/// Ten in the morning in Shanghai, on the day after the newest report.
pub(super) const NOW: &str = "2025-11-28T02:00:00Z";

/// A desk and all around it.
pub(super) struct Counter {
    pub(super) database: TestDatabase,
    pub(super) clock: Arc<ManualClock>,
    pub(super) bots: [Arc<Notebook>; 2],
    pub(super) desk: Arc<FrontDesk>,
}

impl Counter {
    /// With the feed `twitter_ai` and no report.
    pub(super) async fn new() -> Self {
        Self::with_feeds(&["twitter_ai"]).await
    }

    pub(super) async fn with_feeds(names: &[&str]) -> Self {
        let database = database().await;
        let bots = ["telegram", "discord"].map(|platform| Arc::new(Notebook::of(platform)));
        for bot in &bots {
            bots::register(&database.pool, bot.key(), bot.pace()).await.unwrap();
        }
        let titles = |name: &str| -> Titles {
            let (zh, en) = if name == "twitter_ai" { ("推特 AI 日报", "Twitter AI daily") } else { (name, name) };
            [(Language::Zh, zh.to_owned()), (Language::En, en.to_owned())].into()
        };
        let titles: Vec<Titles> = names.iter().map(|name| titles(name)).collect();
        let declared: Vec<Declaration<'_>> = names
            .iter()
            .zip(&titles)
            .map(|(name, titles)| Declaration { name, titles, zone: Tz::Asia__Shanghai })
            .collect();
        feeds::declare(&database.pool, &declared).await.unwrap();
        let clock = Arc::new(ManualClock::at(NOW.parse().unwrap()));
        let desk = front_desk(&database.pool, &bots, &clock);
        Self { database, clock, bots, desk }
    }

    /// A process that starts anew on the same database.
    pub(super) fn restarted(&self) -> FrontDesk {
        Arc::into_inner(front_desk(&self.database.pool, &self.bots, &self.clock)).unwrap()
    }

    pub(super) fn platforms(&self) -> Platforms {
        platforms(&self.bots)
    }

    pub(super) fn progress(&self) -> Progress {
        Progress::new(self.db().clone(), self.platforms(), self.clock.clone())
    }

    pub(super) fn db(&self) -> &PgPool {
        &self.database.pool
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(super) fn wait(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }

    /// Puts a report of each of these days into the archive.
    pub(super) async fn archive(&self, feed: &str, days: &[&str]) {
        for day in days {
            self.archive_text(feed, day, &format!("# {feed} {day}\n\n今天的要点。\n")).await;
        }
    }

    /// Puts this report of one day into the archive.
    pub(super) async fn archive_text(&self, feed: &str, day: &str, text: &str) {
        let row = feeds::by_name(self.db(), feed).await.unwrap().unwrap();
        let compact = day.parse::<NaiveDate>().unwrap().format("%Y%m%d");
        let file_name = format!("{feed}_{compact}_{compact}.md");
        let report = report::parse(&file_name, text).unwrap();
        let fresh = Fresh { feed: row.id, report: &report, file_name: &file_name, text, picture: None };
        reports::record(self.db(), &fresh, self.now()).await.unwrap();
    }

    /// The same with a picture; gives its id.
    pub(super) async fn archive_with_picture(&self, feed: &str, day: &str) -> PictureId {
        self.archive(feed, &[day]).await;
        let picture = Picture {
            id: PictureId("0".repeat(64)),
            format: PictureFormat::Jpeg,
            width: 600,
            height: 400,
            bytes: vec![1; 10],
        };
        pictures::put(self.db(), &picture).await.unwrap();
        sqlx::query("update reports set picture = $1").bind(&picture.id.0).execute(self.db()).await.unwrap();
        picture.id
    }

    pub(super) async fn says(&self, reader: &Reader, line: &str) -> Reply {
        self.desk.handle(reader.says(line)).await
    }

    pub(super) async fn presses(&self, reader: &Reader, action: &str, message: &str) -> Reply {
        self.desk.handle(reader.presses(action, message)).await
    }

    pub(super) async fn notices(&self, reader: &Reader, event: ChatEvent) -> Reply {
        self.desk.noticed(&reader.bot, &reader.chat, event).await
    }

    /// The feeds that a chat receives, by name; empty when it has ended.
    pub(super) async fn received(&self, reader: &Reader) -> Vec<String> {
        sqlx::query_scalar(
            "select f.name from subscriptions x join feeds f on f.id = x.feed join subscribers s on s.id = x.subscriber
             join bots b on b.id = s.bot
             where s.chat = $1 and b.platform = $2 and s.ended_at is null order by f.name",
        )
        .bind(&reader.chat.id.0)
        .bind(reader.bot.platform)
        .fetch_all(self.db())
        .await
        .unwrap()
    }

    pub(super) async fn count(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement).fetch_one(self.db()).await.unwrap()
    }
}

fn platforms(bots: &[Arc<Notebook>; 2]) -> Platforms {
    Platforms::new(bots.iter().map(|bot| Arc::clone(bot) as Arc<dyn Platform>).collect())
}

fn front_desk(db: &PgPool, bots: &[Arc<Notebook>; 2], clock: &Arc<ManualClock>) -> Arc<FrontDesk> {
    let admins = vec![Admin { platform: "telegram", user: UserId(ADMIN.to_owned()) }];
    let settings = Settings { admins, default_language: Language::Zh };
    Arc::new(FrontDesk::new(db.clone(), platforms(bots), clock.clone(), settings, StdRng::seed_from_u64(7)))
}
