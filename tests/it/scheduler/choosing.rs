//! Which of the archived reports go out.

use std::fs;

use chrono::TimeDelta;
use paperboy::{schedule::Publish, scheduler::Stepped};

use super::house::House;

#[tokio::test]
async fn a_fresh_install_archives_all_and_sends_only_the_newest_day() {
    let house = House::new().await;
    for day in [1, 2, 20, 21, 22] {
        house.report(day);
    }
    let mut scheduler = house.scheduler(Publish::Arrival);
    assert_eq!(house.settle(&mut scheduler).await, Stepped { archived: 5, published: 1, ..Stepped::default() });
    assert_eq!(house.published().await, ["11-22"]);

    let other = House::new().await;
    other.report(1);
    other.report(2);
    let mut scheduler = other.scheduler(Publish::Arrival);
    assert_eq!(other.settle(&mut scheduler).await, Stepped { archived: 2, ..Stepped::default() });
    // Touched by a person, an old report goes out.
    other.write("ai_20261101_20261101.md", "# Day 1\n\nsent by hand\n");
    assert_eq!(other.settle(&mut scheduler).await, Stepped { archived: 1, published: 1, ..Stepped::default() });
}

#[tokio::test]
async fn an_archive_that_is_copied_in_does_not_flood_the_readers() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Arrival);
    scheduler.step().await;
    for day in 1..=10 {
        house.report(day);
    }
    assert_eq!(house.settle(&mut scheduler).await, Stepped { archived: 10, published: 1, ..Stepped::default() });
    for day in 11..=20 {
        house.report(day);
        house.settle(&mut scheduler).await;
    }
    assert_eq!(house.published().await, ["11-10", "11-11", "11-12", "11-13", "11-14"]);
    house.report(23);
    assert_eq!(house.settle(&mut scheduler).await.published, 1);
}

#[tokio::test]
async fn what_came_while_nobody_looked_goes_out_at_the_next_start() {
    let house = House::new().await;
    house.report(21);
    house.clock.advance(TimeDelta::days(-1));
    house.settle(&mut house.scheduler(Publish::Arrival)).await;
    house.clock.advance(TimeDelta::days(1));
    house.report(22);
    house.report(23);
    house.settle(&mut house.scheduler(Publish::Arrival)).await;
    assert_eq!(house.published().await, ["11-21", "11-22", "11-23"]);

    // Also one of long ago, which somebody put there while the program was down.
    house.report(2);
    house.settle(&mut house.scheduler(Publish::Arrival)).await;
    assert_eq!(house.published().await, ["11-21", "11-22", "11-23", "11-02"]);
    // And it goes out once.
    house.settle(&mut house.scheduler(Publish::Arrival)).await;
    assert_eq!(house.count("publications").await, 4);
}

#[tokio::test]
async fn a_changed_report_changes_the_archive_and_is_not_sent_again() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Arrival);
    house.report(23);
    house.settle(&mut scheduler).await;
    house.write("ai_20261123_20261123.md", "# Day 23\n\ncorrected\n");
    assert_eq!(house.settle(&mut scheduler).await, Stepped { archived: 1, ..Stepped::default() });
    assert_eq!(house.count("reports where revision = 2 and text like '%corrected%'").await, 1);
    assert_eq!(house.published().await, ["11-23"]);
}

#[tokio::test]
async fn two_files_of_the_same_day_do_not_take_turns() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Arrival);
    house.report(23);
    house.write("zz_ai.md", "---\ntitle: ai_20261123_20261123\n---\nanother text");
    assert_eq!(
        house.settle(&mut scheduler).await,
        Stepped { archived: 1, published: 1, rejected: 1, ..Stepped::default() }
    );
    fs::remove_file(house.path("ai_20261123_20261123.md")).unwrap();
    scheduler.step().await;
    house.pass(300);
    scheduler.step().await;
    assert_eq!(house.count("reports where revision = 2 and text like '%another text%'").await, 1);
    assert_eq!(house.count("rejections").await, 0);
}

#[tokio::test]
async fn a_report_that_is_held_back_is_skipped_without_a_word_until_it_is_not() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Arrival);
    scheduler.step().await;
    house.write("ai_20261123_20261123.md", "---\npublished: false\n---\ntext");
    assert_eq!(house.settle(&mut scheduler).await, Stepped::default());
    assert_eq!((house.count("reports").await, house.count("rejections").await), (0, 0));
    house.write("ai_20261123_20261123.md", "---\npublished: true\n---\ntext");
    assert_eq!(house.settle(&mut scheduler).await.published, 1);
}
