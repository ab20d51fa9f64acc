//! Stories from the command line: what comes of the example, decisions about speakers, one by one against all at once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should say where"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run(args: &[&str], ledger: &Path) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sayso"));
    let output = command.args(args).env("SAYSO_LEDGER", ledger).env("USER", "desk").output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What a command prints; it must succeed.
fn says(args: &[&str], ledger: &Path) -> String {
    let ran = run(args, ledger);
    assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
    ran.out
}

fn example() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/flood");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files
}

/// A ledger with the example.
fn ledger(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("ledger.sqlite");
    let files = example();
    let mut args = vec!["add"];
    args.extend(files.iter().map(|f| f.to_str().unwrap()));
    says(&args, &path);
    path
}

fn json(args: &[&str], ledger: &Path) -> Value {
    serde_json::from_str(&says(args, ledger)).unwrap()
}

#[test]
fn the_example_is_one_story() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    let stories = says(&["stories"], &ledger);
    assert_eq!(stories.lines().filter(|l| l.contains("Orla")).count(), 1, "{stories}");
    insta::assert_snapshot!("story", says(&["story", "1"], &ledger));
    insta::assert_snapshot!("speakers", says(&["story", "1", "--speakers"], &ledger));
    let unknown = run(&["story", "99"], &ledger);
    assert_eq!(unknown.code, 1);
    assert!(unknown.err.contains("no story 99"), "{}", unknown.err);
}

/// A reference means the same report on a page, in a brief and to `sayso show`: the number in the ledger.
#[test]
fn a_brief_names_reports_by_their_numbers_in_the_ledger() {
    let folder = TempDir::new().unwrap();
    let ledger = folder.path().join("ledger.sqlite");
    let add = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::write(&file, format!("title: {name}\npublisher: Post\npublished: 2025-03-02\n\n{text}\n"))
            .unwrap();
        says(&["add", file.to_str().unwrap()], &ledger);
    };
    add("Council", "The council votes on a new school on Friday, its chair said.");
    add("Clash", "Seventeen people were killed in a clash in Vilnius, the interior ministry said.");
    let stories = says(&["stories", "--json"], &ledger);
    let clash: Value = serde_json::from_str(stories.lines().find(|l| l.contains("Clash")).unwrap()).unwrap();
    let story = clash["story"].to_string();
    let brief: Value = serde_json::from_str(&says(&["brief", &story, "--format", "json"], &ledger)).unwrap();
    assert_eq!(brief["sources"][0]["report"], 2, "{brief}");
    for format in ["text", "md", "html"] {
        let brief = says(&["brief", &story, "--format", format], &ledger).replace('\\', "");
        assert!(brief.contains("[2:") && brief.contains("[2]") && !brief.contains("[1"), "{format}: {brief}");
    }
}

#[test]
fn the_brief_of_a_story_at_a_day() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    insta::assert_snapshot!("brief", says(&["brief", "1", "--format", "text"], &ledger));
    let first_day = says(&["brief", "1", "--format", "text", "--as-of", "2025-06-12"], &ledger);
    insta::assert_snapshot!("brief_first_day", first_day);
    // What was expected for Friday the 13th has passed on the 14th, and had not on the 12th.
    assert!(!first_day.contains("passed"), "{first_day}");
    let later = says(&["brief", "1", "--format", "text", "--as-of", "2025-06-14"], &ledger);
    assert!(later.contains("passed"), "{later}");
    // Without a day the story is told up to its newest report.
    let whole = says(&["brief", "1", "--format", "text"], &ledger);
    assert!(whole.contains("by 2025-06-13, which has passed"), "{whole}");
    let story: Value = serde_json::from_str(&says(&["story", "1", "--json"], &ledger)).unwrap();
    assert!(
        story["expected"].as_array().unwrap().iter().any(|e| e["passed"] == true),
        "{}",
        story["expected"]
    );
    for (format, begins) in [("md", "#"), ("html", "<"), ("json", "{")] {
        let brief = says(&["brief", "1", "--format", format], &ledger);
        assert!(brief.trim_start().starts_with(begins), "{format}: {brief}");
        assert_eq!(
            brief,
            says(&["brief", "1", "--format", format], &ledger),
            "{format} is not the same twice"
        );
    }
}

#[test]
fn as_of_a_day_reports_without_a_day_are_left_out() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    let first = fs::read_to_string(&example()[0]).unwrap();
    let head =
        |line: &&str| !["published:", "url:", "publisher:"].iter().any(|field| line.starts_with(field));
    let undated: Vec<&str> = first.lines().filter(head).collect();
    let file = folder.path().join("undated.txt");
    fs::write(&file, undated.join("\n").replace("At least 40", "At least 41")).unwrap();
    says(&["add", file.to_str().unwrap()], &ledger);
    let reports = |more: &[&str]| {
        let story = json(&[&["story", "1", "--json"], more].concat(), &ledger);
        story["reports"].as_array().unwrap().len()
    };
    assert_eq!((reports(&[]), reports(&["--as-of", "2025-06-12"])), (5, 2));
    let brief = says(&["brief", "1", "--as-of", "2025-06-12"], &ledger);
    assert!(brief.contains("reports without a date are left out") && !brief.contains("41"), "{brief}");
}

#[test]
fn a_brief_says_what_is_counted_explains_bounds_once_and_says_what_it_leaves_out() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    let brief = says(&["brief", "1"], &ledger);
    assert_eq!(brief.matches("Newest value of each counted origin").count(), 1, "{brief}");
    for words in ["killed: 57 people", "killed: 90", "Civil Defence Agency: “57 people”; Mara Sandt: “90”"]
    {
        assert!(brief.contains(words), "{words}: {brief}");
    }
    assert!(!brief.contains(" says “"), "nobody's number is guessed: {brief}");
    let brief = json(&["brief", "1", "--format", "json"], &ledger);
    let claims = json(&["story", "1", "--json"], &ledger)["claims"].as_array().unwrap().len();
    assert!(brief["folded"].as_u64().unwrap_or(0) < u64::try_from(claims).unwrap(), "{}", brief["folded"]);
}

#[test]
fn a_chain_leads_from_the_outlet_to_the_origin() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    let story = json(&["story", "1", "--json"], &ledger);
    let echo = story["claims"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|c| c["series"].as_array().unwrap())
        .flat_map(|s| s["points"].as_array().unwrap())
        .flat_map(|p| p["reports"].as_array().unwrap())
        .find(|a| a["echo"] == true && a["chain"].as_array().unwrap().len() > 2)
        .expect("no echo through another outlet");
    let figure = format!(
        "{}:{}",
        story["reports"][echo["mark"]["report"].as_u64().unwrap() as usize]["key"],
        echo["figure"].as_str().unwrap()
    );
    insta::assert_snapshot!("chain", says(&["chain", &figure], &ledger));
    assert_ne!(run(&["chain", "1:f99"], &ledger).code, 0);
    // A figure of the headline goes the way of the one that it announces.
    assert!(says(&["chain", "1:f0"], &ledger).contains("Civil Defence Agency"));
}

#[test]
fn series_are_drawn() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    let chart = says(&["figures", "--story", "1", "--category", "killed", "--chart"], &ledger);
    assert!(chart.contains("Civil Defence Agency"), "{chart}");
    assert!(chart.contains("57"), "{chart}");
    let svg = folder.path().join("series.svg");
    says(&["figures", "--story", "1", "--category", "killed", "--svg", svg.to_str().unwrap()], &ledger);
    let svg = fs::read_to_string(svg).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("Civil Defence Agency"), "{svg}");
}

/// Speakers of the story with the members of each, as `REPORT:pN`.
fn speakers(ledger: &Path) -> Vec<(String, Vec<String>)> {
    let story = json(&["story", "1", "--json"], ledger);
    story["speakers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| {
            let members = s["members"].as_array().unwrap().iter().map(|m| {
                let report = &story["reports"][m["report"].as_u64().unwrap() as usize]["key"];
                format!("{report}:{}", m["speaker"].as_str().unwrap())
            });
            (s["name"].as_str().unwrap().to_owned(), members.collect())
        })
        .collect()
}

#[test]
fn people_merge_and_split_speakers_and_undo_it() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    let before = speakers(&ledger);
    let agency = before.iter().find(|(_, m)| m.len() > 2).expect("a speaker of three reports");
    let (first, last) = (agency.1[0].as_str(), agency.1.last().unwrap().as_str());
    assert!(
        says(&["decide", "split", first, last, "--note", "another agency"], &ledger).contains("decision 1")
    );
    let split = speakers(&ledger);
    assert!(!split.iter().any(|(_, m)| m.iter().any(|x| x == first) && m.iter().any(|x| x == last)));
    says(&["decide", "undo", "1"], &ledger);
    assert_eq!(speakers(&ledger), before);
    let other = &before.iter().find(|(name, _)| name != &agency.0).unwrap().1[0];
    says(&["decide", "merge", first, other], &ledger);
    let merged = speakers(&ledger);
    assert!(merged.iter().any(|(_, m)| m.iter().any(|x| x == first) && m.contains(other)), "{merged:?}");
    // The newer decision about a pair holds.
    says(&["decide", "split", first, other], &ledger);
    assert_eq!(speakers(&ledger), before);
    let trail = says(&["decide"], &ledger);
    for words in ["desk", "split", "another agency", "undone by 2", "merge"] {
        assert!(trail.contains(words), "{words} is not in {trail}");
    }
    assert_ne!(run(&["decide", "merge", first], &ledger).code, 0);
    assert_ne!(run(&["decide", "merge", first, "1:f0"], &ledger).code, 0);
}

#[test]
fn one_by_one_is_as_all_at_once() {
    let folder = TempDir::new().unwrap();
    let all = ledger(&folder);
    let one = folder.path().join("one.sqlite");
    for file in example() {
        says(&["add", file.to_str().unwrap()], &one);
    }
    for args in [["story", "1"], ["brief", "1"]] {
        assert_eq!(says(&args, &all), says(&args, &one), "{args:?}");
    }
    // In another order the reports have other numbers; what they come to together is the same.
    let backwards = folder.path().join("backwards.sqlite");
    for file in example().iter().rev() {
        says(&["add", file.to_str().unwrap()], &backwards);
    }
    let stories: Vec<Value> =
        says(&["stories", "--json"], &backwards).lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(stories.len(), 1, "{stories:?}");
    let id = says(&["stories", "--json"], &backwards);
    let id: Value = serde_json::from_str(id.lines().next().unwrap()).unwrap();
    let id = id["id"].as_i64().or_else(|| id["story"].as_i64()).expect("the story's number").to_string();
    let summaries = |story: Value| -> Vec<Value> {
        story["claims"].as_array().unwrap().iter().map(|c| c["summary"]["best"].clone()).collect()
    };
    assert_eq!(
        summaries(json(&["story", &id, "--json"], &backwards)),
        summaries(json(&["story", "1", "--json"], &all))
    );
}
