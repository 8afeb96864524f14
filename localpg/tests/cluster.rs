//! The launcher against the machine's real PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs};

use localpg::{Cluster, Error, Settings};
use tempfile::TempDir;

/// Where tests that need a program of their own to kill find the cluster's folder.
const HOLD: &str = "LOCALPG_TEST_HOLD";

/// A folder that the account which runs the server can reach even if we are root.
fn home() -> TempDir {
    tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap()
}

fn start(home: &Path) -> Cluster {
    Cluster::start(home, &Settings::forgetful()).unwrap()
}

fn settings(line: &str) -> Settings {
    Settings { lines: vec![line.to_owned()], ..Settings::default() }
}

/// What a query answers, or what psql says against it.
fn query(url: &str, text: &str) -> Result<String, String> {
    let output = Command::new("psql").args(["-XAt", "-c", text, url]).output().unwrap();
    let said = if output.status.success() { &output.stdout } else { &output.stderr };
    let said = String::from_utf8_lossy(said).trim().to_owned();
    if output.status.success() { Ok(said) } else { Err(said) }
}

/// A connection that ends when the server does.
fn thread_to(home: &Path) -> UnixStream {
    let stream = UnixStream::connect(home.join("run/.s.PGSQL.5432")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

#[test]
fn what_was_written_is_there_after_a_restart() {
    let home = home();
    let cluster = start(home.path());
    let url = cluster.database("papers").unwrap();
    query(&url, "create table kept (word text); insert into kept values ('早报')").unwrap();
    drop(cluster);
    assert!(query(&url, "select 1").is_err(), "the last user has left, and the server still runs");

    let cluster = start(home.path());
    assert_eq!(cluster.database("papers").unwrap(), url);
    assert_eq!(query(&url, "select word from kept").unwrap(), "早报");
}

#[test]
fn the_server_runs_until_its_last_user_leaves() {
    let home = home();
    let first = start(home.path());
    let second = start(home.path());
    let url = second.database("shared").unwrap();
    drop(first);
    assert_eq!(query(&url, "select 1").unwrap(), "1");
    drop(second);
    assert!(query(&url, "select 1").is_err());
}

#[test]
fn a_server_that_lingers_is_there_for_the_next_program() {
    let home = home();
    let lingering = Settings { linger: Duration::from_secs(2), ..Settings::forgetful() };
    let first = Cluster::start(home.path(), &lingering).unwrap();
    let began = query(&first.url("postgres"), "select pg_postmaster_start_time()").unwrap();
    drop(first);
    let mut thread = thread_to(home.path());
    let second = start(home.path());
    assert_eq!(query(&second.url("postgres"), "select pg_postmaster_start_time()").unwrap(), began);
    drop(second);
    assert_eq!(thread.read(&mut [0; 1]).unwrap(), 0, "the server must hang up in the end");
}

#[test]
fn programs_that_start_at_once_share_one_server() {
    let home = home();
    let started: Vec<Cluster> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..3).map(|_| scope.spawn(|| start(home.path()))).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    let servers: Vec<String> =
        started.iter().map(|one| query(&one.url("postgres"), "select pg_postmaster_start_time()").unwrap()).collect();
    assert_eq!(servers, vec![servers[0].clone(); 3]);
}

#[test]
fn the_server_of_a_killed_program_stops_by_itself() {
    if let Some(home) = env::var_os(HOLD) {
        // We are the program that the other branch starts and kills.
        let _cluster = start(Path::new(&home));
        println!("started");
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
        return;
    }
    let home = home();
    let mut program = Command::new(env::current_exe().unwrap())
        .args(["--exact", "the_server_of_a_killed_program_stops_by_itself", "--nocapture"])
        .env(HOLD, home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("started")));
    let mut thread = thread_to(home.path());
    program.kill().unwrap();
    program.wait().unwrap();
    assert_eq!(thread.read(&mut [0; 1]).unwrap(), 0, "the server must hang up");

    let cluster = start(home.path());
    assert_eq!(query(&cluster.url("postgres"), "select 1").unwrap(), "1");
}

#[test]
fn a_process_id_that_a_dead_server_left_does_not_hinder_the_next_one() {
    let home = home();
    drop(start(home.path()));
    let owner = fs::metadata(home.path().join("data")).unwrap().uid();
    let mut stranger = Command::new("sleep").arg("600").uid(owner).spawn().unwrap();
    let data = home.path().join("data");
    let text = format!("{}\n{}\n1\n5432\n{}\n\n", stranger.id(), data.display(), home.path().join("run").display());
    fs::write(data.join("postmaster.pid"), text).unwrap();

    let cluster = Cluster::start(home.path(), &Settings::forgetful());
    stranger.kill().unwrap();
    stranger.wait().unwrap();
    assert_eq!(query(&cluster.unwrap().url("postgres"), "select 1").unwrap(), "1");
}

#[test]
fn a_path_that_is_too_long_for_a_socket_works_too() {
    let home = home();
    let deep = home.path().join("a".repeat(60)).join("b, it's \"c\"".repeat(5));
    let cluster = start(&deep);
    let url = cluster.database("deep").unwrap();
    assert_eq!(query(&url, "select current_database()").unwrap(), "deep");
    drop(cluster);
    assert!(query(&url, "select 1").is_err());
}

#[test]
fn a_path_with_strange_characters_works_too() {
    let home = home();
    let cluster = start(&home.path().join("my, \"papers\" é%"));
    assert_eq!(query(&cluster.url("postgres"), "show listen_addresses").unwrap(), "");
}

#[test]
fn the_settings_are_those_that_were_asked_for() {
    let home = home();
    let cluster = Cluster::start(home.path(), &settings("work_mem = '7MB'")).unwrap();
    assert_eq!(query(&cluster.url("postgres"), "show work_mem").unwrap(), "7MB");
    assert_eq!(query(&cluster.url("postgres"), "show fsync").unwrap(), "on");
}

#[test]
fn an_empty_database_has_nothing_of_the_one_before() {
    let home = home();
    let cluster = start(home.path());
    let url = cluster.database("papers").unwrap();
    query(&url, "create table old ()").unwrap();
    assert_eq!(cluster.empty_database("papers").unwrap(), url);
    assert_eq!(query(&url, "select to_regclass('old') is null").unwrap(), "t");
}

#[test]
fn a_name_that_could_be_read_as_sql_is_refused() {
    let home = home();
    let cluster = start(home.path());
    assert!(matches!(cluster.database("a\"; drop"), Err(Error::DatabaseName { .. })));
    assert!(matches!(cluster.database(""), Err(Error::DatabaseName { .. })));
}

#[test]
fn an_unknown_setting_is_an_error_with_what_postgres_says() {
    let home = home();
    let error = Cluster::start(home.path(), &settings("no_such_setting = 1")).unwrap_err();
    assert!(error.to_string().contains("no_such_setting"), "{error}");
}
