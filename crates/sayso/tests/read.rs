//! `sayso read` as a user runs it.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{io::Write as _, path::PathBuf, process::Output};

use assert_cmd::Command;

fn sayso(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sayso")).args(args).output().expect("sayso runs")
}

fn example(name: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name).display().to_string()
}

/// A file with the given bytes, kept as long as the value lives.
fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".txt").tempfile().expect("a temporary file");
    file.write_all(bytes).expect("written");
    file
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

#[test]
fn the_brief_has_five_heads_and_a_mark_on_every_line() {
    let output = sayso(&["read", &example("flood/01-valley-news.txt")]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let brief = text(&output.stdout);
    for heading in ["What's New", "Why It Matters", "What To Know", "What People Are Saying", "What's Next"] {
        assert!(brief.contains(heading), "{heading} in\n{brief}");
    }
    for line in brief.lines().filter(|l| l.starts_with("  - ")) {
        assert!(line.trim_end().ends_with(']') && line.contains(" [1:"), "no mark on: {line}");
    }
}

#[test]
fn json_has_every_field_and_spans_that_cut_what_they_say() {
    let output = sayso(&["read", "--json", &example("flood/01-valley-news.txt")]);
    let reading: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    for key in [
        "report",
        "statements",
        "figures",
        "speakers",
        "times",
        "places",
        "comment_requests",
        "expected",
        "corrections",
        "diagnostics",
    ] {
        assert!(reading.get(key).is_some(), "{key}");
    }
    let report: Vec<char> = reading["report"]["text"].as_str().expect("text").chars().collect();
    let figures = reading["figures"].as_array().expect("figures");
    assert!(figures.len() >= 4, "{figures:#?}");
    for figure in figures {
        let span = &figure["span"];
        let (start, end) =
            (span["start"].as_u64().expect("start") as usize, span["end"].as_u64().expect("end") as usize);
        assert_eq!(report[start..end].iter().collect::<String>(), span["exact"].as_str().expect("exact"));
        for key in [
            "low",
            "best",
            "high",
            "unit",
            "group",
            "said_on",
            "as_of",
            "period",
            "cumulative",
            "statement",
            "origin",
        ] {
            assert!(figure.get(key).is_some(), "{key} is null, not left out");
        }
    }
}

#[test]
fn several_reports_give_one_line_each_and_stdin_is_a_dash() {
    let one = example("flood/01-valley-news.txt");
    let two = example("flood/02-northern-post.txt");
    let output = sayso(&["read", "--json", &one, &two]);
    assert_eq!(text(&output.stdout).lines().count(), 2);
    let piped = Command::new(env!("CARGO_BIN_EXE_sayso"))
        .args(["read", "-", "--json"])
        .write_stdin(std::fs::read(&one).expect("the example"))
        .output()
        .expect("sayso runs");
    assert_eq!(
        text(&piped.stdout).lines().next(),
        text(&output.stdout).lines().next(),
        "stdin reads like a file"
    );
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let path = example("flood/03-valley-news.txt");
    assert_eq!(sayso(&["read", "--json", &path]).stdout, sayso(&["read", "--json", &path]).stdout);
}

#[test]
fn each_bad_input_has_its_exit_code_and_a_message() {
    let directory = tempfile::tempdir().expect("a temporary folder");
    let path = |f: &tempfile::NamedTempFile| f.path().display().to_string();
    let empty = file(b"");
    let blank = file(b" \n\t\n ");
    let binary = file(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0");
    let german = file(
        "Die Regierung teilte am Montag mit, dass bei dem Hochwasser im Tal mindestens vierzig Menschen ums Leben \
         gekommen sind. Der Innenminister sagte, weitere Orte würden geräumt, und die Schulen blieben geschlossen."
            .as_bytes(),
    );
    let large = file(&vec![b'a'; 4096]);
    let cases: Vec<(Vec<String>, i32)> = vec![
        (vec!["/nonexistent/report.txt".to_owned()], 4),
        (vec![directory.path().display().to_string()], 5),
        (vec![path(&binary)], 6),
        (vec![path(&empty)], 7),
        (vec![path(&blank)], 7),
        (vec![path(&german)], 8),
        (vec![path(&large), "--max-bytes".to_owned(), "1000".to_owned()], 9),
        (vec![path(&empty), example("flood/01-valley-news.txt")], 3),
        (vec!["--published".to_owned(), "tomorrow".to_owned(), path(&large)], 2),
    ];
    for (args, code) in cases {
        let mut all = vec!["read"];
        all.extend(args.iter().map(String::as_str));
        let output = sayso(&all);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", text(&output.stderr));
        assert!(!output.stderr.is_empty(), "{args:?} says nothing");
    }
}

#[test]
fn doubtful_input_gives_an_honest_reading() {
    let headline_only = file(b"Dam bursts above Tarven\n");
    let invalid =
        file(b"At least 40 people were killed in the floods, the ministry said. \xff\xfe\xfa They left.\n");
    let hidden = file(
        "At least 4\u{200b}0 people were killed\u{202e} in the floods, the ministry said on Monday.\n"
            .as_bytes(),
    );
    let digits = file(
        format!("The ministry said that {} people were killed in the floods.\n", "7".repeat(400)).as_bytes(),
    );
    let quotes = file(
        format!("The ministry said {} and then it rained on the town.\n", "\"“".repeat(10_000)).as_bytes(),
    );
    for report in [&headline_only, &invalid, &hidden, &digits, &quotes] {
        let output = sayso(&["read", "--json", &report.path().display().to_string()]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let reading: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
        assert!(reading["report"]["text"].is_string());
    }
}

#[test]
fn a_missing_publication_date_is_said_and_nothing_is_resolved_against_today() {
    let report = file(b"Floods hit Tarven\n\nAt least 40 people were killed, the ministry said on Monday.\n");
    let output = sayso(&["read", "--json", &report.path().display().to_string()]);
    let reading: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert!(reading["report"]["head"]["published"].is_null());
    assert!(reading["times"][0]["start"].is_null(), "{}", reading["times"]);
    assert!(text(&output.stderr).contains("publication date"), "{}", text(&output.stderr));
}
