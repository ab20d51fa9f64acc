//! A snapshot of whole readings over a fixed corpus, as counts and hashes: any change of what is read shows in review.
//!
//! `cargo insta review`, or `INSTA_UPDATE=always cargo test -p sayso --test all corpus::`, takes a change over.

#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use assert_cmd::Command;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Lists of a reading, in the order of the table.
const LISTS: [&str; 9] = [
    "statements",
    "figures",
    "speakers",
    "times",
    "places",
    "comment_requests",
    "expected",
    "corrections",
    "diagnostics",
];

#[test]
fn the_examples_read_as_before() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    insta::assert_snapshot!(table(&texts(&root), &root));
}

/// Counts and hashes alone: nothing of the given texts stands in the snapshot.
#[test]
fn the_given_stories_read_as_before() {
    let Some(gold) = std::env::var_os("SAYSO_GOLD").map(PathBuf::from) else {
        println!("SAYSO_GOLD is not set: no stories to read");
        return;
    };
    let mut files = texts(&gold.join("stories"));
    files.extend(texts(&gold.join("seed")));
    insta::assert_snapshot!(table(&files, &gold));
}

/// All text files below a folder, by name.
fn texts(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").map(|e| e.expect("an entry").path()) {
            if entry.is_dir() {
                open.push(entry);
            } else if entry.extension().is_some_and(|e| e == "txt") {
                found.push(entry);
            }
        }
    }
    found.sort();
    found
}

/// A row a file: how many entries of each kind, and the first bytes of the SHA-256 of its reading as JSON without the
/// version that read it.
fn table(files: &[PathBuf], root: &Path) -> String {
    let output = Command::cargo_bin("sayso")
        .expect("the program")
        .args(["read", "--json"])
        .args(files)
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let readings = String::from_utf8(output.stdout).expect("UTF-8");
    let mut table = format!("file {}\n", LISTS.join(" "));
    for (file, line) in files.iter().zip(readings.lines()) {
        let mut reading: Value = serde_json::from_str(line).expect("a reading");
        reading.as_object_mut().expect("an object").remove("reader");
        let hash = Sha256::digest(reading.to_string());
        let hash: String = hash.iter().take(8).fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let counts = LISTS.map(|l| reading[l].as_array().map_or(0, Vec::len).to_string());
        let name = file.strip_prefix(root).unwrap_or(file).display();
        let _ = writeln!(table, "{name} {} {hash}", counts.join(" "));
    }
    table
}
