//! Snapshots of every message of the sample and of the nasty reports in `tests/fixtures`.

use std::path::{Path, PathBuf};

use paperboy::{platforms::ADAPTERS, preview::Preview};
use platform::{Language, Layout};

fn snapshot(name: &str, file: &Path) {
    let mut out = Vec::new();
    let mut err = Vec::new();
    for adapter in ADAPTERS {
        for &layout in adapter.dialect.layouts() {
            let files = [file.to_owned()];
            let preview = Preview {
                files: &files,
                platforms: vec![adapter],
                layouts: vec![layout],
                language: Language::Zh,
                json: true,
                pages: true,
            };
            preview.write(&mut out, &mut err).expect("writing to memory");
        }
    }
    let lines = String::from_utf8(out).expect("JSON is UTF-8");
    let messages: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| {
            let mut line: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
            line.as_object_mut().expect("an object").remove("file");
            line
        })
        .collect();
    insta::with_settings!({ snapshot_path => "../../fixtures/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_json_snapshot!(name, messages);
    });
}

#[test]
fn every_message_of_every_fixture_is_as_it_was_last_read_by_a_person() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = ["reports", "tests/fixtures"]
        .into_iter()
        .flat_map(|folder| paperboy::report::folder::list(&root.join(folder)).expect("a folder of reports"))
        .map(|found| found.path)
        .collect();
    files.sort();
    for file in files {
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        snapshot(&name, &file);
    }
}

#[test]
fn the_sample_takes_two_messages_on_telegram_and_one_on_discord() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let files = [root.join("reports/2025-11-27-twitter_ai_20251127_20251127.md")];
    let count = |platform: &str, layout: Layout| {
        let platforms = ADAPTERS.iter().filter(|adapter| adapter.name == platform).collect();
        let preview = Preview {
            files: &files,
            platforms,
            layouts: vec![layout],
            language: Language::Zh,
            json: true,
            pages: false,
        };
        let mut out = Vec::new();
        assert!(preview.write(&mut out, &mut Vec::new()).expect("writing to memory"));
        let lines = String::from_utf8(out).expect("JSON is UTF-8");
        lines.lines().count()
    };
    assert_eq!(count("telegram", Layout::Full), 2);
    assert_eq!(count("telegram", Layout::Brief), 1);
    assert_eq!(count("telegram", Layout::Rich), 1);
    assert_eq!(count("discord", Layout::Full), 1);
    assert_eq!(count("discord", Layout::Brief), 1);
}
