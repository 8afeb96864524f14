//! The house rules that a machine can check.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use paperboy::{config, platforms::ADAPTERS};

/// Every Rust file below these folders of the project, with its text.
fn sources(folders: &[&str]) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.strip_prefix(root).unwrap().to_owned(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "no sources found");
    found
}

/// The files that say something they must not, each with the word.
fn offenders(files: &[(PathBuf, String)], words: &[&str]) -> Vec<String> {
    let code = |text: &str| -> String {
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    };
    let says = |(path, text): &(PathBuf, String)| {
        let code = code(text);
        words
            .iter()
            .filter(|word| code.contains(*word))
            .map(|word| format!("{}: {word}", path.display()))
            .collect::<Vec<_>>()
    };
    files.iter().flat_map(says).collect()
}

#[test]
fn the_contract_and_the_cloud_do_no_input_or_output() {
    let io = ["std::fs", "std::net", "std::process", "tokio::", "reqwest", "sqlx", "File::", "println!"];
    assert_eq!(offenders(&sources(&["bots/platform/src", "cloud/src"]), &io), [""; 0]);
}

#[test]
fn the_engine_never_names_an_sdk() {
    assert_eq!(offenders(&sources(&["src"]), &["teloxide", "serenity::", "use serenity"]), [""; 0]);
}

#[test]
fn adapters_never_name_the_database() {
    assert_eq!(offenders(&sources(&["bots"]), &["sqlx"]), [""; 0]);
}

#[test]
fn queries_stand_in_the_store_only() {
    let mut files = sources(&["src"]);
    files.retain(|(path, _)| !path.starts_with("src/store") && path != Path::new("src/store.rs"));
    assert_eq!(offenders(&files, &["sqlx::query", "query!(", "query_as!(", "query_scalar!("]), [""; 0]);
}

#[test]
fn a_file_has_room_for_one_idea() {
    let files = sources(&["src", "bots", "cloud", "localpg", "tests"]);
    let long = files.iter().filter(|(_, text)| text.lines().count() > 300);
    assert_eq!(long.map(|(path, _)| path.display().to_string()).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn every_variable_that_is_read_is_explained_and_every_explained_one_is_read() {
    let example = include_str!("../../.env.example");
    let named = |line: &str| line.trim_start_matches('#').split_once('=').map(|(name, _)| name.to_owned());
    let is_name =
        |name: &String| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let explained: BTreeSet<String> = example.lines().filter_map(named).filter(is_name).collect();
    let adapters = ADAPTERS.iter().flat_map(|adapter| adapter.variables);
    let read: BTreeSet<String> = config::VARIABLES.iter().chain(adapters).map(|&name| name.to_owned()).collect();
    assert_eq!(explained, read);
}
