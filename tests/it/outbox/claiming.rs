//! The claim: exact for any number of workers, fair, and quick however long the outbox is.

use std::{collections::BTreeSet, time::Duration};

use paperboy::store::{
    self,
    deliveries::{
        Claim,
        claim::{self, Claimant, Claimed},
    },
};
use platform::{ChatKind, Pace};
use sqlx::PgPool;
use tokio::{task::JoinSet, time::Instant};

use super::{double::Double, stage::Stage};

async fn claim(db: &PgPool, worker: &str, bot: i32, turn: i64) -> Claimed {
    let intervals = [Duration::from_secs(1); 3];
    claim::claim(db, &Claimant { worker, bot, room: 32, intervals, turn }).await.unwrap()
}

/// The most messages whose turns any window of one second holds.
fn most_in_a_second(claims: &[Claim]) -> usize {
    let mut at: Vec<_> = claims.iter().map(|claim| (claim.claimed_at + claim.wait).timestamp_micros()).collect();
    at.sort_unstable();
    (0..at.len()).map(|first| at[first..].partition_point(|time| *time < at[first] + 1_000_000)).max().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_workers_never_exceed_the_pace_in_any_second_and_claim_nothing_twice() {
    let stage = Stage::with(Double::at_pace(100.0)).await;
    stage.crowd(1000).await;
    stage.publish("news", 1).await;
    let until = Instant::now() + Duration::from_millis(2500);
    let mut workers = JoinSet::new();
    for number in 0..4 {
        let (db, bot) = (stage.db().clone(), stage.bot);
        workers.spawn(async move {
            let mut claims = Vec::new();
            for turn in 0.. {
                if Instant::now() > until {
                    break;
                }
                claims.extend(claim(&db, &format!("worker {number}"), bot, turn).await.claims);
            }
            claims
        });
    }
    let claims: Vec<Claim> = workers.join_all().await.into_iter().flatten().collect();
    let subscribers: BTreeSet<i64> = claims.iter().map(|claim| claim.subscriber).collect();
    assert_eq!(subscribers.len(), claims.len());
    assert!(most_in_a_second(&claims) <= 100, "{}", most_in_a_second(&claims));
    // Two and a half seconds at 99 a second, less what a busy machine loses.
    assert!(claims.len() > 180, "{}", claims.len());
}

#[tokio::test]
async fn tokens_are_counted_exactly() {
    let stage = Stage::with(Double::new()).await;
    store::bots::register(stage.db(), platform::Platform::key(&*stage.double), Pace { per_second: 1.0 }).await.unwrap();
    // One message in ten seconds, and up to three at once; the tenth of a second is for the first turn after a rest.
    stage.execute("update bots set emission = '10 s', burst = '30.1 s'").await;
    stage.crowd(10).await;
    stage.publish("news", 1).await;
    let first = claim(stage.db(), "w", stage.bot, 0).await;
    assert_eq!(first.claims.len(), 3);
    assert!(first.next_turn.unwrap().abs_diff(Duration::from_secs(10)) < Duration::from_secs(1));
    assert_eq!(claim(stage.db(), "w", stage.bot, 1).await, Claimed::default());
    // Twenty seconds later there are two more, and what is not used is kept.
    stage.execute("update bots set tat = tat - interval '20 s'").await;
    assert_eq!(claim(stage.db(), "w", stage.bot, 2).await.claims.len(), 2);
    stage.execute("update bots set tat = '-infinity'").await;
    stage.execute("update deliveries set due_at = 'infinity' where state = 'pending'").await;
    assert_eq!(claim(stage.db(), "w", stage.bot, 3).await, Claimed::default());
    stage.execute("update deliveries set due_at = now() where state = 'pending'").await;
    assert_eq!(claim(stage.db(), "w", stage.bot, 4).await.claims.len(), 3, "an empty claim costs nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_send_everything_once() {
    let stage = Stage::with(Double::new()).await;
    stage.crowd(300).await;
    stage.publish("one", 2).await;
    stage.publish("two", 1).await;
    let (first, second) = (stage.worker(), stage.worker());
    let mut left = 100;
    while !(stage.double.came().len() == 900 || left == 0) {
        left -= 1;
        stage.pass_time().await;
        let (a, b) = tokio::join!(first.step(), second.step());
        assert_eq!(a.unwrap().lost + b.unwrap().lost, 0);
    }
    let came = stage.double.came();
    let different: BTreeSet<_> = came.iter().map(|came| (&came.chat, &came.text)).collect();
    assert_eq!((came.len(), different.len()), (900, 900));
    for chat in ["chat 1", "chat 150", "chat 300"] {
        let texts: Vec<_> = stage.double.texts(chat).into_iter().filter(|text| text.starts_with("one")).collect();
        assert_eq!(texts, ["one 0", "one 1"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_is_in_no_two_hands_at_once() {
    let stage = Stage::with(Double::new()).await;
    stage.crowd(20).await;
    for name in ["one", "two", "three"] {
        stage.publish(name, 1).await;
    }
    let mut workers = JoinSet::new();
    for number in 0..4 {
        let (db, bot) = (stage.db().clone(), stage.bot);
        workers.spawn(async move { claim(&db, &format!("worker {number}"), bot, number).await.claims });
    }
    let claims: Vec<Claim> = workers.join_all().await.into_iter().flatten().collect();
    let subscribers: BTreeSet<i64> = claims.iter().map(|claim| claim.subscriber).collect();
    assert_eq!(subscribers.len(), claims.len());
    // And none again while its message is on its way, however much time has passed.
    stage.pass_time().await;
    let rest = claim(stage.db(), "late", stage.bot, 9).await.claims;
    assert!(rest.iter().all(|claim| !subscribers.contains(&claim.subscriber)));
    assert_eq!(rest.len() + claims.len(), 20);
}

#[tokio::test]
async fn a_small_publication_gets_its_share_beside_a_large_one() {
    let stage = Stage::with(Double::at_pace(1.0)).await;
    stage.crowd(400).await;
    stage.publish("large", 1).await;
    stage.execute("delete from subscribers where id > 100").await;
    let small = stage.publish("small", 1).await;
    let mut of_small = 0;
    for turn in 0..40 {
        // One token at a time: the narrowest way there is.
        stage.execute("update bots set tat = '-infinity'").await;
        stage.execute("update subscribers set quiet_until = '-infinity', busy_with = null").await;
        let claims = claim(stage.db(), "w", stage.bot, turn).await.claims;
        assert_eq!(claims.len(), 1);
        of_small += claims.iter().filter(|claim| claim.publication == small).count();
    }
    assert!((10..=30).contains(&of_small), "{of_small} of 40");
}

#[tokio::test]
async fn a_delivery_that_has_begun_goes_before_those_that_have_not() {
    let stage = Stage::with(Double::at_pace(1.0)).await;
    stage.crowd(5).await;
    let publication = stage.publish("news", 2).await;
    let worker = stage.worker();
    assert_eq!(worker.step().await.unwrap().sent, 1);
    // Its second message is due later than all the first ones.
    stage.execute("update deliveries set due_at = now() - interval '1 hour' where next_message = 0").await;
    stage.execute("update deliveries set due_at = now() where next_message = 1").await;
    stage.execute("update bots set tat = '-infinity'").await;
    stage.execute("update subscribers set quiet_until = '-infinity'").await;
    assert_eq!(worker.step().await.unwrap().sent, 1);
    let came = stage.double.came();
    assert_eq!((&came[0].chat, came[1].text.as_str()), (&came[1].chat, "news 1"));
    assert_eq!(stage.publication_state(publication).await, "running");
}

#[tokio::test]
async fn another_bots_deliveries_are_left_alone() {
    let stage = Stage::with(Double::new()).await;
    stage.subscriber("a", ChatKind::Private).await;
    stage.publish("news", 1).await;
    let key = platform::BotKey { platform: "telegram", account: "another".into() };
    let other = store::bots::register(stage.db(), &key, Pace { per_second: 30.0 }).await.unwrap();
    assert_eq!(claim(stage.db(), "w", other, 0).await, Claimed::default());
}

/// The claim's plan, as the server would run it for any values: what a long-lived connection uses.
async fn plan(stage: &Stage) -> String {
    use sqlx::Row as _;
    let source = include_str!("../../../src/store/deliveries/claim.rs");
    let statement = source.split("r#\"").nth(1).and_then(|rest| rest.split("\"#").next()).unwrap();
    // The macro's markers for Rust's types are no SQL.
    let statement = statement.replace(['!', '"'], "");
    let mut connection = stage.db().acquire().await.unwrap().detach();
    let mut run = async |sql: String| {
        let rows = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>().join("\n")
    };
    run("set plan_cache_mode = force_generic_plan".to_owned()).await;
    run(format!("prepare claim (text, int, int, float8, float8, float8, bigint) as {statement}")).await;
    run(format!("explain execute claim ('w', {}, 32, 1, 3, 1, 0)", stage.bot)).await
}

#[tokio::test]
async fn a_claim_never_reads_the_whole_outbox() {
    let stage = Stage::with(Double::new()).await;
    stage.crowd(60_000).await;
    stage.publish("one", 1).await;
    stage.publish("two", 1).await;
    for statement in ["", "analyze"] {
        stage.execute(statement).await;
        let plan = plan(&stage).await;
        assert!(plan.contains("LockRows") && plan.contains("_publication_bot_expr_due_at_idx"), "{plan}");
        for table in ["deliveries", "subscribers"] {
            assert!(!plan.contains(&format!("Seq Scan on {table}")), "{plan}");
        }
    }
    // And it is as quick as that promises; a scan of 120,000 rows would take a hundred times as long.
    let mut times: Vec<Duration> = Vec::new();
    for turn in 0..20 {
        let began = Instant::now();
        assert_eq!(claim(stage.db(), "w", stage.bot, turn).await.claims.len(), 32);
        times.push(began.elapsed());
    }
    times.sort_unstable();
    assert!(times[10] < Duration::from_millis(50), "{times:?}");
}
