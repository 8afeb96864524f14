//! The scheduler sees that a file has changed.

use std::fs;

use chrono::TimeDelta;
use paperboy::{
    schedule,
    scheduler::{Scheduler, Stepped},
};
use tempfile::TempDir;

use super::stage::Stage;

const FILE: &str = "ai_20260101_20260101.md";

struct Folder(TempDir);

impl Folder {
    fn scheduler(&self, stage: &Stage) -> Scheduler {
        let text = "feed = \"ai\"\ntitle = { en = \"Daily\" }\nfolder = \".\"\ncron = \"0 16 * * *\"\nzone = \"UTC\"\n\
                    publish = \"arrival\"\ncloud = \"never\"";
        let schedule = schedule::parse("ai.toml", text, self.0.path()).unwrap();
        Scheduler::new(stage.db().clone(), stage.platforms.clone(), stage.clock.clone(), vec![schedule])
    }

    fn write(&self, text: &str) {
        fs::write(self.0.path().join(FILE), text).unwrap();
    }
}

/// Looks, waits until what it saw counts as complete, and looks again.
async fn settle(stage: &Stage, scheduler: &mut Scheduler) -> Stepped {
    scheduler.step().await;
    stage.clock.advance(TimeDelta::milliseconds(300));
    scheduler.step().await
}

#[tokio::test]
async fn a_file_that_is_saved_again_and_again_makes_one_correction() {
    let (stage, folder) = (Stage::new().await, Folder(tempfile::tempdir().unwrap()));
    let telegram = stage.on_telegram(101).await;
    let mut scheduler = folder.scheduler(&stage);
    scheduler.step().await;
    folder.write("# One\n");
    assert_eq!(settle(&stage, &mut scheduler).await, Stepped { archived: 1, published: 1, ..Stepped::default() });
    stage.deliver().await;
    for text in ["# One, mended\n", "# One, mended twice\n", "# Won\n"] {
        stage.clock.advance(TimeDelta::seconds(5));
        folder.write(text);
        assert_eq!(settle(&stage, &mut scheduler).await, Stepped { archived: 1, ..Stepped::default() });
    }
    stage.clock.advance(TimeDelta::milliseconds(9_900));
    assert_eq!(scheduler.step().await, Stepped::default());
    stage.clock.advance(TimeDelta::milliseconds(200));
    // Another process may see it first, and the correction is still made once.
    let mut other = folder.scheduler(&stage);
    assert_eq!(other.step().await.corrected, 1);
    assert_eq!(scheduler.step().await, Stepped::default());
    stage.deliver().await;
    assert_eq!(stage.shown(&telegram), ["Won"]);
    assert_eq!(stage.methods(&telegram), ["sendMessage", "editMessageText"]);
}

#[tokio::test]
async fn what_went_out_more_than_a_week_ago_is_left_alone() {
    let (stage, folder) = (Stage::new().await, Folder(tempfile::tempdir().unwrap()));
    let telegram = stage.on_telegram(101).await;
    let mut scheduler = folder.scheduler(&stage);
    scheduler.step().await;
    folder.write("# One\n");
    settle(&stage, &mut scheduler).await;
    stage.deliver().await;
    stage.clock.advance(TimeDelta::days(8));
    folder.write("# Two\n");
    settle(&stage, &mut scheduler).await;
    stage.clock.advance(TimeDelta::seconds(60));
    assert_eq!(scheduler.step().await.corrected, 0);
    assert_eq!(stage.shown(&telegram), ["One"]);
}

#[tokio::test]
async fn a_file_that_is_withheld_later_takes_nothing_back() {
    let (stage, folder) = (Stage::new().await, Folder(tempfile::tempdir().unwrap()));
    let telegram = stage.on_telegram(101).await;
    let mut scheduler = folder.scheduler(&stage);
    scheduler.step().await;
    folder.write("# One\n");
    settle(&stage, &mut scheduler).await;
    stage.deliver().await;
    folder.write("---\npublished: false\n---\n# One\n");
    settle(&stage, &mut scheduler).await;
    stage.clock.advance(TimeDelta::seconds(60));
    assert_eq!(scheduler.step().await, Stepped::default());
    assert_eq!(stage.shown(&telegram), ["One"]);
}
