//! What the clock sends out.

use chrono::{DateTime, TimeDelta, Utc};
use paperboy::{
    clock::Clock,
    schedule::Publish,
    scheduler::{Scheduler, Stepped},
    store,
};

use super::house::House;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_firing_runs_once_however_many_look_at_the_clock() {
    let house = House::new().await;
    let mut schedulers: Vec<_> = (0..4).map(|_| house.scheduler(Publish::Firing)).collect();
    for scheduler in &mut schedulers {
        scheduler.step().await;
    }
    house.report(23);
    for scheduler in &mut schedulers {
        house.settle(scheduler).await;
    }
    assert_eq!((house.count("reports").await, house.published().await), (1, Vec::new()));

    // 16:00 in Shanghai.
    house.clock.advance(at("2026-11-23T08:00:00Z") - house.clock.now());
    let steps = schedulers.iter_mut().map(Scheduler::step);
    let stepped = futures::future::join_all(steps).await;
    assert_eq!(stepped.iter().map(|stepped| stepped.fired).sum::<usize>(), 1);
    assert_eq!(stepped.iter().map(|stepped| stepped.published).sum::<usize>(), 1);
    assert_eq!(house.published().await, ["11-23"]);
    house.pass(1_000);
    for scheduler in &mut schedulers {
        assert_eq!(scheduler.step().await, Stepped::default());
    }
    let done = "firings where fires_at = '2026-11-23T08:00:00Z' and finished_at is not null";
    assert_eq!(house.count(done).await, 1);
}

#[tokio::test]
async fn of_several_missed_firings_one_is_caught_up() {
    let house = House::new().await;
    house.scheduler(Publish::Firing).step().await;
    house.clock.advance(TimeDelta::days(5));
    let mut scheduler = house.scheduler(Publish::Firing);
    assert_eq!(scheduler.step().await.fired, 1);
    assert_eq!(scheduler.step().await.fired, 0);
    let caught_up = "firings where fires_at = '2026-11-27T08:00:00Z'";
    assert_eq!((house.count("firings").await, house.count(caught_up).await), (2, 1));
}

#[tokio::test]
async fn a_firing_that_nobody_finished_is_taken_anew() {
    let house = House::new().await;
    let mut scheduler = house.scheduler(Publish::Firing);
    house.report(23);
    house.settle(&mut scheduler).await;
    let due = at("2026-11-23T08:00:00Z");
    house.clock.advance(due - house.clock.now());
    // Another process claims the firing and dies.
    let long_ago = due - TimeDelta::minutes(5);
    store::firings::claim(house.db(), "ai", due, long_ago, due).await.unwrap().unwrap();
    assert_eq!(scheduler.step().await.fired, 0);
    house.clock.advance(TimeDelta::minutes(5));
    assert_eq!(scheduler.step().await.fired, 1);
    assert_eq!(house.published().await, ["11-23"]);
}
