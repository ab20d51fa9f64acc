//! Decisions from the command line: each changes what every command shows, at once and after `reread`.
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

use serde_json::{Value, json};
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

fn lines(args: &[&str], ledger: &Path) -> Vec<Value> {
    says(args, ledger).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A ledger with the example: four reports on one flood.
fn ledger(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("ledger.sqlite");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/flood");
    says(&["add", example.to_str().unwrap()], &path);
    says(&["stories"], &path);
    path
}

/// The first figure of a category in the body of report 1.
fn first(category: &str, ledger: &Path) -> (String, Value) {
    let all = lines(&["figures", "--category", category, "--json"], ledger);
    let headline = 58;
    let found =
        all.iter().find(|f| f["report"] == 1 && f["entry"]["span"]["start"].as_u64().unwrap() > headline);
    let found = found.expect("such a figure").clone();
    (format!("1:{}", found["figure"].as_str().unwrap()), found)
}

/// What all lists, exports and briefs say, one after the other.
fn everything(ledger: &Path, folder: &Path) -> Vec<(&'static str, String)> {
    let (svg, parquet) = (folder.join("chart.svg"), folder.join("figures.parquet"));
    says(&["figures", "--story", "1", "--category", "killed", "--svg", svg.to_str().unwrap()], ledger);
    says(&["export", "--format", "parquet", "-o", parquet.to_str().unwrap()], ledger);
    vec![
        ("figures", says(&["figures"], ledger).replace("7,654", "7654")),
        ("figures --json", says(&["figures", "--json"], ledger)),
        ("story", says(&["story", "1"], ledger)),
        ("story --json", says(&["story", "1", "--json"], ledger)),
        ("show", says(&["show", "1"], ledger)),
        (
            "chart",
            says(&["figures", "--story", "1", "--category", "killed", "--chart"], ledger)
                .replace("7,654", "7654"),
        ),
        ("svg", fs::read_to_string(svg).unwrap().replace("7,654", "7654")),
        ("readings", says(&["export"], ledger)),
        ("jsonl", says(&["export", "--what", "figures"], ledger)),
        ("csv", says(&["export", "--format", "csv"], ledger)),
        ("brief", says(&["brief", "1"], ledger).replace("7,654", "7654")),
        ("brief on the day", says(&["brief", "1", "--as-of", "2025-06-12"], ledger).replace("7,654", "7654")),
    ]
}

#[test]
fn a_correction_is_seen_everywhere_and_after_reading_again() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    let (entry, found) = first("killed", &ledger);
    let read = found["entry"]["best"].to_string();
    let before = everything(&ledger, folder.path());
    let parquet = fs::read(folder.path().join("figures.parquet")).unwrap();
    let value = "{\"low\": null, \"best\": 7654}";
    says(&["decide", "correct", &entry, "--value", value, "--note", "asked again"], &ledger);
    let after = everything(&ledger, folder.path());
    for ((what, before), (_, after)) in before.iter().zip(&after) {
        assert!(!before.contains("7654") && after.contains("7654"), "{what} does not show it: {after}");
    }
    assert_ne!(parquet, fs::read(folder.path().join("figures.parquet")).unwrap());
    // Where the value is, its decision is: who, when and why.
    let folder_of = folder.path().join("ucdp");
    says(&["export", "--format", "ucdp", "-o", folder_of.to_str().unwrap()], &ledger);
    let sources = fs::read_to_string(folder_of.join("sources.csv")).unwrap();
    let told =
        |what: &str| after.iter().find(|(name, _)| *name == what).map(|(_, told)| told.clone()).unwrap();
    for (what, told) in [
        ("figures", told("figures")),
        ("chart", told("chart")),
        ("brief", says(&["brief", "1"], &ledger)),
        ("chain", says(&["chain", &entry], &ledger)),
        ("sources.csv", sources),
    ] {
        assert!(told.contains("corrected by desk on ") && told.contains(": asked again"), "{what}: {told}");
    }
    let show = says(&["show", "1"], &ledger);
    for words in ["corrected by desk on ", ": asked again", &format!("best read as {read}, now 7654")] {
        assert!(show.contains(words), "{words} is not in {show}");
    }
    let again = says(&["reread", "--all"], &ledger);
    assert!(again.contains("4 reports read"), "{again}");
    assert_eq!(everything(&ledger, folder.path()), after);
    says(&["decide", "undo", "1"], &ledger);
    assert_eq!(everything(&ledger, folder.path()), before);
    let twice = run(&["decide", "undo", "1"], &ledger);
    assert_eq!(twice.code, 1);
    assert!(twice.err.contains("already been undone by decision 2"), "{}", twice.err);
}

#[test]
fn a_number_is_not_negative_and_about_goes_with_the_number_that_it_was_read_with() {
    let folder = TempDir::new().unwrap();
    let report = folder.path().join("report.txt");
    let text = "published: 2025-06-12\n\nAbout 300 people were killed, police said on Thursday.";
    fs::write(&report, text).unwrap();
    let ledger = folder.path().join("ledger.sqlite");
    says(&["add", report.to_str().unwrap()], &ledger);
    let refused = run(&["decide", "correct", "1:f0", "--value", "{\"best\": -5}"], &ledger);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("`best`: a count is not negative"), "{}", refused.err);
    assert_eq!(lines(&["figures", "--json"], &ledger)[0]["entry"]["approximate"], true);
    says(&["decide", "correct", "1:f0", "--value", "{\"best\": 312}"], &ledger);
    let corrected = &lines(&["figures", "--json"], &ledger)[0]["entry"];
    assert_eq!((&corrected["best"], &corrected["approximate"]), (&312.into(), &false.into()));
}

#[test]
fn a_headline_goes_with_the_figure_that_it_announces() {
    let folder = TempDir::new().unwrap();
    let report = folder.path().join("report.txt");
    let text = "title: At least 40 people killed in ferry sinking\npublished: 2025-06-12\n\nAt least 40 people were killed when a ferry sank, police said on Thursday.";
    fs::write(&report, text).unwrap();
    let ledger = folder.path().join("ledger.sqlite");
    says(&["add", report.to_str().unwrap()], &ledger);
    let all = lines(&["figures", "--category", "killed", "--json"], &ledger);
    assert_eq!(all.len(), 2, "{all:?}");
    let body = format!("1:{}", all[1]["figure"].as_str().unwrap());
    says(&["decide", "correct", &body, "--value", "{\"low\": 52, \"best\": 52}"], &ledger);
    let lows: Vec<Value> = lines(&["figures", "--category", "killed", "--json"], &ledger)
        .iter()
        .map(|f| f["entry"]["low"].clone())
        .collect();
    assert_eq!(lows, [52, 52]);
    let story = &lines(&["story", "1", "--json"], &ledger)[0];
    assert!(story["conflicts"].as_array().unwrap().is_empty(), "{}", story["conflicts"]);
}

#[test]
fn a_figure_says_that_its_statement_was_rejected() {
    let folder = TempDir::new().unwrap();
    let report = folder.path().join("report.txt");
    let text =
        "published: 2025-06-12\n\nAt least 40 people were killed, the Civil Defence Agency said on Thursday.";
    fs::write(&report, text).unwrap();
    let ledger = folder.path().join("ledger.sqlite");
    says(&["add", report.to_str().unwrap()], &ledger);
    says(&["decide", "reject", "1:s0", "--note", "made up"], &ledger);
    let told = says(&["figures"], &ledger);
    assert!(told.contains("statement s0 was rejected by desk (made up)"), "{told}");
    let csv = says(&["export", "--format", "csv", "--what", "figures"], &ledger);
    assert!(
        csv.contains("statement s0 was rejected by desk") && csv.contains("Civil Defence Agency"),
        "{csv}"
    );
}

#[test]
fn what_is_rejected_counts_nowhere_and_is_shown_when_asked_for() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    let (entry, found) = first("evacuated", &ledger);
    let words = found["words"].as_str().unwrap().to_owned();
    let claims = |ledger: &Path| {
        let story = &lines(&["story", "1", "--json"], ledger)[0];
        story["claims"].as_array().unwrap().iter().filter(|c| c["category"] == "evacuated").count()
    };
    assert!(claims(&ledger) > 0);
    says(&["decide", "reject", &entry, "--note", "not moved"], &ledger);
    for report in [2, 3, 4] {
        let all = lines(&["figures", "--category", "evacuated", "--json"], &ledger);
        for f in all.iter().filter(|f| f["report"] == report) {
            says(&["decide", "reject", &format!("{report}:{}", f["figure"].as_str().unwrap())], &ledger);
        }
    }
    assert_eq!(claims(&ledger), 0);
    let of_report_1 = |args: &[&str]| {
        let all = lines(args, &ledger);
        all.iter().filter(|f| f["report"] == 1 && f["words"] == words.as_str()).count()
    };
    assert_eq!(of_report_1(&["figures", "--json"]), 0);
    assert_eq!(of_report_1(&["figures", "--json", "--with-rejected"]), 1);
    assert_eq!(of_report_1(&["export", "--what", "figures"]), 0);
    assert_eq!(of_report_1(&["export", "--what", "figures", "--with-rejected"]), 1);
    assert!(says(&["figures", "--with-rejected"], &ledger).contains("rejected by desk"));
    assert!(says(&["show", "1"], &ledger).contains("rejected by desk"));
    let chain = run(&["chain", &entry], &ledger);
    assert!(chain.err.contains("has been rejected"), "{}", chain.err);
    // Whatever comes behind it keeps its name.
    let (killed, _) = first("killed", &ledger);
    assert!(says(&["chain", &killed], &ledger).contains("Civil Defence Agency"));
}

#[test]
fn every_list_gives_a_figures_status() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    let rows = lines(&["export", "--what", "figures"], &ledger);
    let header = says(&["export", "--format", "csv"], &ledger);
    for column in
        ["modality", "negated", "status", "status_by", "part_of", "additional", "decision", "reviewed_by"]
    {
        assert!(header.lines().next().unwrap().contains(column), "{column}");
        assert!(rows[0].get(column).is_some(), "{column}");
    }
    let status: Vec<&str> = rows.iter().filter_map(|r| r["status"].as_str()).collect();
    assert!(status.iter().any(|s| s.contains("superseded")), "{status:?}");
    assert!(status.iter().any(|s| s.contains("corrected") || s.contains("retracted")), "{status:?}");
    let figures = says(&["figures"], &ledger);
    assert!(figures.contains("superseded by ") && figures.contains("retracted by "), "{figures}");
    let statements = lines(&["export", "--what", "statements"], &ledger);
    for column in [
        "modality",
        "polarity",
        "negated",
        "status",
        "status_by",
        "part_of",
        "decision",
        "reviewed_by",
        "decided_at",
    ] {
        assert!(statements[0].get(column).is_some(), "{column}");
    }
    let superseded =
        statements.iter().find(|s| s["status"].as_str().is_some_and(|s| s.contains(" superseded")));
    let superseded = superseded.expect("a statement with a superseded figure");
    let figure = superseded["status"].as_str().unwrap().split(' ').next().unwrap();
    let same = |f: &&Value| f["report"] == superseded["report"] && f["figure"] == figure;
    let row = rows.iter().find(same).unwrap();
    assert!(row["status"].as_str().unwrap().contains("superseded"), "{row:#}");
    let name = superseded["speaker"].as_str().unwrap();
    assert!(says(&["who", name], &ledger).contains(&format!("{figure} superseded by ")));
    let said = lines(&["who", "--json", name], &ledger);
    assert!(said.iter().any(|s| s["status"][0]["what"] == "superseded"), "{said:#?}");
}

#[test]
fn what_cannot_be_decided_is_said() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    for (args, words) in [
        (&["decide", "correct", "1:f0", "--value", "480"][..], "JSON object of fields"),
        (&["decide", "correct", "1:f0", "--value", "{\"bst\":480}"], "`bst` is not a field of a figure"),
        (&["decide", "correct", "1:f0", "--value", "{\"best\":\"x\"}"], "`best` takes a number or null"),
        (&["decide", "correct", "1:f0", "--value", "{"], "--value is not JSON"),
        (&["decide", "correct", "1:f0"], "--value"),
        (&["decide", "correct", "1:f0", "--value", "{}"], "names no field"),
        (
            &["decide", "correct", "1:f0", "--value", "{\"category\":\"kiled\"}"],
            "'kiled' is none of killed, injured",
        ),
        (&["decide", "accept", "1:f0", "--by", ""], "say who decides"),
        (&["decide", "accept", "1:f0", "--by", " "], "say who decides"),
        (&["decide", "merge", "1:p0", "1:p0"], "named twice"),
        (
            &["decide", "add", "1", "--kind", "figure", "--words", "a closed meeting"],
            "`category`: has to be given",
        ),
        (
            &["decide", "add", "1", "--kind", "statement", "--words", "a closed meeting"],
            "`speaker`: has to be given",
        ),
        (
            &["decide", "add", "1", "--kind", "comment-request", "--words", "a closed meeting"],
            "`asked`: has to be given",
        ),
        (&["decide", "accept", "1:f0", "--value", "{}"], "can only be used with correct, add and note"),
        (&["decide", "accept", "1:f99"], "has no entry f99"),
        (&["decide", "accept", "1:q0"], "is not an entry of the form"),
        (&["decide", "reject", "99:f0"], "no report '99'"),
        (&["decide", "note", "1:f0"], "--note"),
        (&["decide", "merge", "1:p0"], "two or more speakers"),
        (&["decide", "merge", "1:p0", "1:f0"], "only speakers"),
        (&["decide", "add", "1"], "--kind"),
        (&["decide", "add", "1", "--kind", "figure", "--words", "no such words"], "does not have the words"),
        (&["decide", "add", "1", "--kind", "figure", "--words", "the"], "say which with --nth"),
        (&["decide", "undo", "7"], "no decision 7"),
        (&["agreement"], "decisions by two people"),
        (&["export", "--format", "gold"], "--output"),
    ] {
        let ran = run(args, &ledger);
        let wrongly_called = matches!(words, "--value is not JSON" | "--output");
        assert_eq!(ran.code, if wrongly_called { 2 } else { 1 }, "{args:?}: {}", ran.out);
        assert!(ran.err.contains(words), "{args:?}: {}", ran.err);
    }
    assert_eq!(says(&["decide", "--json"], &ledger), "");
}

#[test]
fn a_missed_figure_is_added_and_noted_on() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    let value = "{\"category\": \"trapped\", \"best\": 12}";
    let words = "a closed meeting";
    says(&["decide", "add", "1", "--kind", "figure", "--words", words, "--value", value], &ledger);
    let (entry, found) = first("trapped", &ledger);
    assert_eq!(found["decision"], "added");
    assert_eq!(found["decided"]["decision"]["by"], "desk");
    assert!(says(&["story", "1"], &ledger).contains("trapped"));
    says(&["decide", "note", &entry, "--note", "twelve by the minutes"], &ledger);
    assert!(says(&["figures", "--category", "trapped"], &ledger).contains("note: twelve by the minutes"));
    says(&["reread", "--all"], &ledger);
    assert_eq!(first("trapped", &ledger).0, entry);
    says(&["decide", "undo", "1"], &ledger);
    assert!(says(&["figures"], &ledger).lines().all(|line| !line.contains("trapped")));
    let trail = says(&["decide"], &ledger);
    assert!(trail.contains("its entry is no longer found"), "the note has lost its entry: {trail}");
}

#[test]
fn an_entry_of_every_kind_is_added_and_found_again() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    let words = "a closed meeting";
    for (kind, letter, value) in [
        ("speaker", 'p', None),
        ("expectation", 'e', None),
        ("correction", 'x', None),
        ("comment-request", 'c', Some("{\"asked\": [\"Jana Holt\"]}")),
        ("statement", 's', Some("{\"speaker\": \"Jana Holt\"}")),
        ("figure", 'f', Some("{\"category\": \"mules\", \"best\": 7}")),
    ] {
        let mut args = vec!["decide", "add", "1", "--kind", kind, "--words", words];
        args.extend(value.iter().flat_map(|value| ["--value", *value]));
        if kind == "figure" {
            assert!(run(&args, &ledger).err.contains("--new-category"));
            args.push("--new-category");
        }
        says(&args, &ledger);
        let show = says(&["show", "1"], &ledger);
        assert!(!show.contains("kept but has no effect"), "{kind}: {show}");
        assert!(show.contains("added by desk"), "{kind}: {show}");
        let show = &lines(&["show", "1", "--json"], &ledger)[0];
        let decided = show["decided"].as_array().unwrap();
        let of_kind = |d: &&Value| d["entry"].as_str().unwrap().starts_with(letter);
        let added = decided.iter().find(of_kind).unwrap();
        assert_eq!(added["decision"]["what"], "added", "{kind}: {added}");
        let name = format!("1:{}", added["entry"].as_str().unwrap());
        says(&["decide", "accept", &name], &ledger);
    }
    let trail = says(&["decide"], &ledger);
    assert!(!trail.contains("its entry is no longer read"), "{trail}");
}

#[test]
fn merged_speakers_are_found_under_either_name() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    let who = |name: &str| lines(&["who", name, "--json"], &ledger).len();
    let (orsik, holt) = (who("Pavel Orsik"), who("Jana Holt"));
    assert!(orsik > 0 && holt > 0);
    let speaker = |name: &str| {
        let found = lines(&["who", name, "--json"], &ledger);
        format!("{}:{}", found[0]["report"], found[0]["speaker"].as_str().unwrap())
    };
    says(&["decide", "merge", &speaker("Pavel Orsik"), &speaker("Jana Holt")], &ledger);
    assert!(who("Jana Holt") > holt);
    says(&["decide", "undo", "1"], &ledger);
    assert_eq!(who("Jana Holt"), holt);
}

#[test]
fn two_review_apart_and_a_third_settles() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    let (entry, _) = first("evacuated", &ledger);
    let (killed, _) = first("killed", &ledger);
    says(&["decide", "correct", &entry, "--value", "{\"best\": 7654}", "--as", "ida"], &ledger);
    says(&["decide", "accept", &killed, "--as", "ida"], &ledger);
    let seen_by = |name: &str| says(&["figures", "--as", name], &ledger);
    assert!(seen_by("ida").contains("7,654") && !seen_by("per").contains("7,654"));
    says(&["decide", "accept", &entry, &killed, "--as", "per"], &ledger);
    let agreement =
        || -> Value { serde_json::from_str(&says(&["agreement", "ida", "per", "--json"], &ledger)).unwrap() };
    let found = agreement();
    assert_eq!(found["entries"], 2);
    let field = |found: &Value, name: &str| {
        let all = found["fields"].as_array().unwrap();
        all.iter().find(|f| f["kind"] == "figure" && f["field"] == name).unwrap().clone()
    };
    assert_eq!(field(&found, "stands")["agreed"], 1.0);
    assert_eq!(field(&found, "best")["agreed"], 0.5);
    let differences = found["differences"].as_array().unwrap();
    // "Some" goes with the number that it was read with.
    let fields: Vec<&Value> = differences.iter().map(|d| &d["field"]).collect();
    assert_eq!(fields, ["best", "approximate"], "{differences:?}");
    assert_eq!(differences[0]["values"]["ida"], 7654);
    assert!(differences[0]["settled_by"].is_null());
    says(&["decide", "correct", &entry, "--value", "{\"best\": 7000}", "--by", "eva"], &ledger);
    // Each field is settled by itself.
    let settled = || -> Vec<Value> {
        agreement()["differences"].as_array().unwrap().iter().map(|d| d["settled_by"].clone()).collect()
    };
    assert_eq!(settled(), [json!("eva"), Value::Null]);
    assert!(says(&["figures"], &ledger).contains("7,000"));
    says(&["decide", "accept", &entry, "--by", "tor"], &ledger);
    assert_eq!(settled(), ["tor", "tor"], "the whole entry is right");
    says(&["decide", "correct", &entry, "--value", "{\"best\": 7654}", "--as", "ida"], &ledger);
    assert_eq!(settled(), [Value::Null, json!("tor")], "a reviewer opens it again");
    says(&["decide", "undo", "7"], &ledger);
    says(&["decide", "undo", "6"], &ledger);
    assert!(says(&["agreement", "ida", "per"], &ledger).contains("settled by eva"));
    let all = run(&["agreement"], &ledger);
    assert!(all.err.contains("eva, ida, per"), "{}", all.err);
}

#[test]
fn decisions_become_gold_that_is_read_back() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    let gold = folder.path().join("gold");
    let export = || run(&["export", "--format", "gold", "-o", gold.to_str().unwrap()], &ledger);
    assert!(export().err.contains("no gold to write"));
    says(&["decide", "accept", "1:f0"], &ledger);
    assert!(export().err.contains("figures are not reviewed"), "a part of a report is no gold");
    for report in ["1", "2", "3"] {
        says(&["decide", "accept", &format!("{report}:f*"), &format!("{report}:s*")], &ledger);
    }
    let written = export();
    assert_eq!(written.code, 0, "{}", written.err);
    let eval = |kind: &str, path: &Path| -> Value {
        serde_json::from_str(&says(&["eval", kind, path.to_str().unwrap(), "--json"], &ledger)).unwrap()
    };
    let figures = eval("figures", &gold);
    for aspect in ["found", "bounds", "origin", "chain", "matched"] {
        assert_eq!(figures[aspect]["f1"], 1.0, "{aspect} of what was accepted as it is: {figures}");
    }
    // Statements are more than attributions: the reading mends spans and carries sources on.
    let attribution = eval("attribution", &gold.join("attributions.jsonl"));
    let counted = attribution["gold"].as_u64().unwrap();
    assert!(written.out.contains(&format!("{counted} attributions of 3 reports")), "{}", written.out);
    assert!(attribution["relation_strict"]["f1"].as_f64().unwrap() > 0.8, "{attribution}");
    // A correction is a miss of the reader.
    let (entry, _) = first("evacuated", &ledger);
    says(&["decide", "correct", &entry, "--value", "{\"best\": 7654}"], &ledger);
    export();
    let again = eval("figures", &gold);
    assert_eq!(again["found"]["f1"], 1.0);
    assert!(again["bounds"]["right"].as_u64().unwrap() + 1 == figures["bounds"]["right"].as_u64().unwrap());
}

#[test]
fn a_story_is_split_and_joined_in_every_list_and_after_reading_again() {
    let folder = TempDir::new().unwrap();
    let ledger = ledger(&folder);
    let reports = |story: &str| lines(&["reports", "--story", story, "--json"], &ledger).len();
    assert_eq!(reports("1"), 4);
    let told = says(&["decide", "split-story", "3", "--note", "another river"], &ledger);
    assert_eq!(told, "decision 1\n");
    assert_eq!((reports("1"), reports("3")), (3, 1));
    assert_eq!(lines(&["stories", "--json"], &ledger).len(), 2);
    says(&["reread", "--all"], &ledger);
    assert_eq!((reports("1"), reports("3")), (3, 1));
    let trail = says(&["decide"], &ledger);
    assert!(trail.contains("split-story") && trail.contains("another river"), "{trail}");
    says(&["decide", "join-story", "1", "3"], &ledger);
    assert_eq!(reports("1"), 4);
    says(&["decide", "undo", "2"], &ledger);
    says(&["decide", "undo", "1"], &ledger);
    assert_eq!(reports("1"), 4);
    let all = run(&["decide", "split-story", "1", "2", "3", "4"], &ledger);
    assert!(all.code != 0 && all.err.contains("all the reports of story 1"), "{}", all.err);
}
