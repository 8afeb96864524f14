//! The database goes away, and comes back: what was sent is kept in memory until it is written, nothing is claimed
//! meanwhile, and the program stays up and says so.

use delivery::stand::Stand;
use sqlx::{Connection as _, PgConnection};

use super::{finished, program, setup, stand, two_messages, with_readers};

/// What one claim of each of two processes takes at most: it may be committed, and its rows never come.
const TWO_CLAIMS: u64 = 64;

/// Cuts every other connection to the database.
const CUT: &str = "select pg_terminate_backend(pid) from pg_stat_activity
                   where datname = current_database() and pid <> pg_backend_pid()";

/// Waits until so many messages have arrived.
async fn until_accepted(stand: &Stand, count: usize) {
    while stand.server.accepted() < count {
        tokio::task::yield_now().await;
    }
}

/// How often the program has tried to write what a full disk did not take.
async fn tries(stand: &Stand) -> i64 {
    sqlx::query_scalar("select last_value from tries").fetch_one(&stand.db).await.unwrap()
}

async fn until_tried(stand: &Stand, times: i64) {
    while tries(stand).await < times {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_server_that_crashes_and_restarts_loses_no_message_and_doubles_none() {
    let mut stand = Stand::set_up(program(), setup()).await.unwrap();
    with_readers(&mut stand).await;
    let publication = two_messages(&stand).await;
    stand.serve(2).await.unwrap();
    for arrived in [10, 50] {
        until_accepted(&stand, arrived).await;
        let postgres = stand.postgres.as_mut().unwrap();
        tokio::task::block_in_place(|| postgres.crash().and_then(|()| postgres.restart())).unwrap();
    }
    let judged = finished(&mut stand, publication, 2).await;
    assert!(judged.uncertain <= 2 * TWO_CLAIMS, "{judged:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failover_to_a_synchronous_standby_loses_no_message_and_doubles_none() {
    let mut stand = Stand::set_up(program(), setup()).await.unwrap();
    with_readers(&mut stand).await;
    let standby = tokio::task::block_in_place(|| stand.postgres.as_ref().unwrap().standby()).unwrap();
    let publication = two_messages(&stand).await;
    stand.serve(2).await.unwrap();
    until_accepted(&stand, 10).await;
    tokio::task::block_in_place(|| stand.postgres.as_mut().unwrap().fail_over(standby)).unwrap();
    let judged = finished(&mut stand, publication, 2).await;
    assert!(judged.uncertain <= TWO_CLAIMS, "{judged:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_takes_no_writes_for_a_while_is_waited_for_also_at_the_start() {
    let (mut stand, database) = stand().await;
    let publication = two_messages(&stand).await;
    stand.serve(1).await.unwrap();
    until_accepted(&stand, 10).await;
    // What is connected already goes on writing, so it is cut.
    let mut connection = PgConnection::connect(&database.url).await.unwrap();
    let name: String = sqlx::query_scalar("select current_database()").fetch_one(&mut connection).await.unwrap();
    let alter = |what: &str| sqlx::AssertSqlSafe(format!("alter database {name} {what}"));
    sqlx::raw_sql(alter("set default_transaction_read_only = on")).execute(&mut connection).await.unwrap();
    sqlx::query(CUT).execute(&mut connection).await.unwrap();
    // One more process starts while nothing can be written.
    stand.fleet.start(&[]).unwrap();
    while !stand.log().contains("cannot ") {
        tokio::task::yield_now().await;
    }
    sqlx::raw_sql(alter("reset default_transaction_read_only")).execute(&mut connection).await.unwrap();
    sqlx::query(CUT).execute(&mut connection).await.unwrap();
    let judged = finished(&mut stand, publication, 2).await;
    assert!(judged.uncertain <= 2 * TWO_CLAIMS, "{judged:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_cut_lose_no_message_and_double_none() {
    let (mut stand, database) = stand().await;
    let publication = two_messages(&stand).await;
    stand.serve(2).await.unwrap();
    for arrived in [5, 25, 45] {
        until_accepted(&stand, arrived).await;
        let mut connection = PgConnection::connect(&database.url).await.unwrap();
        sqlx::query(CUT).execute(&mut connection).await.unwrap();
    }
    let judged = finished(&mut stand, publication, 2).await;
    assert!(judged.uncertain <= 3 * TWO_CLAIMS, "{judged:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_the_claims_and_what_was_sent_is_written_when_there_is_room_again() {
    let (mut stand, _database) = stand().await;
    let publication = two_messages(&stand).await;
    // The sequence counts the tries, since it forgets nothing when they fail.
    let full = "create sequence tries;
                create function full_disk() returns trigger language plpgsql as $$
                begin perform nextval('tries'); raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
                create trigger full_disk before update on deliveries for each row
                when (old.state = 'sending') execute function full_disk()";
    sqlx::raw_sql(full).execute(&stand.db).await.unwrap();
    stand.serve(1).await.unwrap();
    until_accepted(&stand, 1).await;
    while !stand.log().contains("cannot write what was sent") {
        tokio::task::yield_now().await;
    }
    // What was on its way has arrived by the second try; then it is quiet, since nothing is claimed.
    let tries = tries(&stand).await;
    until_tried(&stand, tries + 2).await;
    let quiet = stand.server.accepted();
    until_tried(&stand, tries + 5).await;
    assert_eq!(stand.server.accepted(), quiet);
    sqlx::raw_sql("drop trigger full_disk on deliveries").execute(&stand.db).await.unwrap();
    let judged = finished(&mut stand, publication, 1).await;
    assert_eq!(judged.uncertain, 0);
    assert!(judged.planned > u64::try_from(quiet).unwrap());
}
