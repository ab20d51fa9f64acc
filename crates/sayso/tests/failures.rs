//! What others are known to get wrong and sayso must visibly not: one named test for each, on the binary as a user runs it.

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

/// What a command prints on a ledger of its own in a folder; it must succeed.
fn says(args: &[&str], folder: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sayso"))
        .args(args)
        .env("SAYSO_LEDGER", folder.join("ledger.sqlite"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(args: &[&str], folder: &Path) -> Value {
    serde_json::from_str(&says(args, folder)).unwrap()
}

fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

fn reading(text: &str) -> Value {
    let folder = TempDir::new().unwrap();
    let path = written(folder.path(), "report.txt", text);
    json(&["read", "--json", path.to_str().unwrap()], folder.path())
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().expect(key)
}

/// The one claim of a story on the dead.
fn killed(story: &Value) -> &Value {
    let of: Vec<&Value> = list(story, "claims").iter().filter(|c| c["category"] == "killed").collect();
    assert_eq!(of.len(), 1, "{of:#?}");
    of[0]
}

fn story(reports: &[String]) -> Value {
    let folder = TempDir::new().unwrap();
    let files: Vec<PathBuf> = reports
        .iter()
        .enumerate()
        .map(|(n, text)| written(folder.path(), &format!("{n:02}.txt"), text))
        .collect();
    let mut args = vec!["add"];
    args.extend(files.iter().map(|f| f.to_str().unwrap()));
    says(&args, folder.path());
    json(&["story", "1", "--json"], folder.path())
}

#[test]
fn one_event_told_in_its_copies_is_counted_once() {
    let body = "A gas explosion in the Torvald mine killed seven miners on Sunday, the Valley Rescue Service said.\n\n\
        Eleven others were brought up alive from the second level before the shaft was closed, and the search for the \
        last two of the shift was called off in the evening because of smoke.\n\n\
        The mine was opened in 1961 and employs more people than anything else in the valley.";
    let reports: Vec<String> = (1..=20)
        .map(|n| format!("title: Blast in mine\npublisher: paper-{n}.test\npublished: 2026-03-02\n\n{body}"))
        .collect();
    let story = story(&reports);
    assert_eq!(list(&story, "reports").len(), 20);
    assert_eq!(list(&story, "copies").len(), 19);
    let claim = killed(&story);
    assert_eq!(
        (&claim["summary"]["independent"], &claim["summary"]["best"]),
        (&Value::from(1), &Value::from(7))
    );
    let series = list(claim, "series");
    assert_eq!(series.len(), 1, "{series:#?}");
    let reports = list(&series[0]["points"][0], "reports");
    assert_eq!(reports.iter().filter(|r| r["echo"] == false).count(), 1);
}

#[test]
fn one_publisher_behind_many_reports_corroborates_nothing() {
    let first = "title: Ferry sinks\npublisher: Harbour Gazette\npublished: 2026-03-02\n\n\
        Nineteen people were killed when the ferry Marit sank off Orrin on Monday night in a storm.";
    let mut reports = vec![first.to_owned()];
    for (n, outlet) in ["Inland Post", "The Hill Letter", "Morning Slate", "Quay Weekly"].iter().enumerate() {
        reports.push(format!(
            "title: Dead after ferry sinks off Orrin\npublisher: {outlet}\npublished: 2026-03-0{}\n\n\
             The Harbour Gazette reported that 19 people were killed when the ferry Marit sank off Orrin. \
             Readers of this paper in district {n} knew the ferry well.",
            n + 3
        ));
    }
    let story = story(&reports);
    assert_eq!(list(&story, "reports").len(), 5);
    let claim = killed(&story);
    assert_eq!(claim["summary"]["independent"], 0, "{claim:#}");
    assert!(
        list(claim, "series").iter().all(|s| s["independence"]["independence"] == "no_origin"),
        "an outlet that names nobody is no origin: {claim:#}"
    );
}

#[test]
fn a_name_of_several_places_is_put_nowhere_by_guess() {
    let reading = reading(
        "title: Help sent\npublisher: plain-post.test\npublished: 2026-03-02\n\n\
         PARIS, Texas - Two people were killed in a fire in Paris on Sunday. Georgia sent help.",
    );
    let places = list(&reading, "places");
    let named = |name: &str| -> Vec<&Value> {
        places.iter().filter(|p| p["name"].as_str().unwrap().eq_ignore_ascii_case(name)).collect()
    };
    assert!(named("Paris").len() >= 2);
    for paris in named("Paris") {
        assert_eq!(paris["resolved"]["country"], "US", "one Paris in one report: {paris:#}");
    }
    let georgia = named("Georgia")[0];
    assert_eq!((&georgia["resolved"], &georgia["rule"]), (&Value::Null, &Value::from("ambiguous")));
    assert_eq!(list(georgia, "candidates").len(), 2);
    let text = reading.to_string();
    assert!(!text.contains("latitude") && !text.contains("\"lat\""), "no point on the map is made up");
}

#[test]
fn a_report_without_a_date_gets_none() {
    let reading = reading(
        "title: Fire at the mill\npublisher: north-post.test\n\n\
         Four people were killed on Tuesday when the mill burned down, the fire chief said on Wednesday.",
    );
    assert_eq!(reading["report"]["head"]["published"], Value::Null);
    for time in list(&reading, "times") {
        assert_eq!((&time["start"], &time["end"]), (&Value::Null, &Value::Null), "{time:#}");
        assert_eq!(time["rule"], "no_publication_date");
    }
    for figure in list(&reading, "figures") {
        for day in ["said_on", "as_of", "period"] {
            assert_eq!(figure[day], Value::Null, "{figure:#}");
        }
    }
    let codes: Vec<&Value> = list(&reading["report"], "diagnostics").iter().map(|d| &d["code"]).collect();
    assert!(codes.contains(&&Value::from("no_publication_date")), "and it is said so: {codes:?}");
}

#[test]
fn a_count_without_a_source_is_recorded_as_such() {
    let reading = reading(
        "title: Fire at the mill\npublisher: north-post.test\npublished: 2026-03-03\n\n\
         4 people were killed. Nobody has said how the fire began.",
    );
    let figures = list(&reading, "figures");
    assert_eq!(figures.len(), 1, "{figures:#?}");
    assert_eq!((&figures[0]["category"], &figures[0]["best"]), (&Value::from("killed"), &Value::from(4)));
    assert_eq!((&figures[0]["origin"], &figures[0]["statement"]), (&Value::Null, &Value::Null));
}

#[test]
fn the_end_of_a_long_report_is_read_like_its_beginning() {
    let filler = "The river went on rising through the afternoon and the people of the lower town watched it from the \
        steps of the church, where the council had put out chairs and soup.\n\n";
    let text = format!(
        "title: A long night\npublisher: north-post.test\npublished: 2026-03-03\n\n{}\
         In the end 31 people were killed, Fire Chief Olga Brandt said.",
        filler.repeat(400)
    );
    let reading = reading(&text);
    let figure = list(&reading, "figures").last().expect("a figure");
    assert_eq!((&figure["best"], &figure["origin"]), (&Value::from(31), &Value::from("Olga Brandt")));
}

#[test]
fn what_is_not_read_is_named() {
    let german = "Bei dem Brand in der Mühle am Fluss sind in der Nacht zum Dienstag vier Menschen ums Leben gekommen, teilte \
        die Feuerwehr am Morgen mit. Neun weitere wurden verletzt, zwei davon schwer.";
    let folder = TempDir::new().unwrap();
    let path =
        written(folder.path(), "brand.txt", &format!("title: Brand\npublisher: nordpost.test\n\n{german}"));
    let output = Command::new(env!("CARGO_BIN_EXE_sayso")).args(["read"]).arg(&path).output().unwrap();
    assert_eq!(output.status.code(), Some(8));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("brand.txt") && said.contains("'de'") && said.contains("nothing was read"),
        "{said}"
    );
    // The ledger keeps it and says the same.
    let output = Command::new(env!("CARGO_BIN_EXE_sayso"))
        .args(["add", "--json"])
        .arg(&path)
        .env("SAYSO_LEDGER", folder.path().join("ledger.sqlite"))
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("\"not_read\":{\"de\":1}"), "{said}");
    assert!(says(&["show", "1"], folder.path()).contains("ums Leben gekommen"));
}

#[test]
fn every_quotation_is_cut_from_the_report() {
    let text = "title: Bridge shut\npublisher: river-herald.test\npublished: 2026-03-03\n\n\
         “It stays shut,” Mayor Pia Solberg said — “until somebody who knows concrete better than I do signs.” She said \
         the engineers had found “dozens of cracks”. A spokesman for the firm said that it was \"not aware\" of them.";
    let folder = TempDir::new().unwrap();
    let path = written(folder.path(), "report.txt", text);
    let path = path.to_str().unwrap();
    let reading = json(&["read", "--json", path], folder.path());
    let report: Vec<char> = reading["report"]["text"].as_str().unwrap().chars().collect();
    let mut spans = 0;
    each_span(&reading, &mut |start, end, exact| {
        assert_eq!(report[start..end].iter().collect::<String>(), exact);
        spans += 1;
    });
    assert!(spans > 20, "{spans} spans");
    let brief = says(&["read", path], folder.path());
    let body: String = report.iter().collect();
    for quoted in brief.split('“').skip(1).filter_map(|rest| rest.split('”').next()) {
        assert!(body.contains(quoted), "the brief quotes what is not there: {quoted}");
    }
}

fn each_span(value: &Value, found: &mut impl FnMut(usize, usize, &str)) {
    match value {
        Value::Object(map) => match (map.get("start"), map.get("end"), map.get("exact")) {
            (Some(Value::Number(start)), Some(Value::Number(end)), Some(Value::String(exact))) => {
                let at = |n: &serde_json::Number| usize::try_from(n.as_u64().unwrap()).unwrap();
                found(at(start), at(end), exact);
            }
            _ => map.values().for_each(|v| each_span(v, found)),
        },
        Value::Array(items) => items.iter().for_each(|v| each_span(v, found)),
        _ => {}
    }
}

#[test]
fn former_is_not_added_and_hedges_are_not_dropped() {
    let text = "title: Fire at the mill\npublisher: north-post.test\npublished: 2026-03-03\n\n\
        Former mayor Ada Brook said at least 20 families may have lost their homes. Mayor Nils Roth said nearly 300 \
        people had been moved to schools. Up to 40 people could still be missing, the fire brigade said. Police said the \
        fire was allegedly laid.";
    let reading = reading(text);
    let former: Vec<(&str, bool)> = list(&reading, "speakers")
        .iter()
        .flat_map(|s| list(s, "roles").iter().map(|r| (s["name"].as_str().unwrap(), r["former"] == true)))
        .collect();
    assert!(former.contains(&("Ada Brook", true)) && former.contains(&("Nils Roth", false)), "{former:?}");
    let folder = TempDir::new().unwrap();
    let path = written(folder.path(), "report.txt", text);
    says(&["add", path.to_str().unwrap()], folder.path());
    let of_report = says(&["read", path.to_str().unwrap()], folder.path());
    assert!(of_report.contains("allegedly"), "{of_report}");
    for brief in [of_report, says(&["brief", "1"], folder.path())] {
        assert!(!brief.contains("former"), "{brief}");
        assert!(brief.matches("Former").count() <= 1, "{brief}");
        for hedged in ["at least 20", "may have lost", "nearly 300", "Up to 40", "could still be"] {
            assert!(brief.contains(hedged), "{hedged} is gone from\n{brief}");
        }
    }
}

#[test]
fn the_date_in_the_page_beats_the_date_in_its_address() {
    let folder = TempDir::new().unwrap();
    let page = "<!doctype html><html lang=en><head><title>Fire at the mill</title>\
        <link rel=canonical href='https://north-post.test/2026/03/01/fire-at-the-mill'>\
        <meta property='article:published_time' content='2026-03-04T07:30:00Z'></head><body><article>\
        <h1>Fire at the mill</h1><p>Four people were killed on Tuesday when the old mill on the river burned down, and nine \
        others were hurt, two of them badly, the fire chief said.</p><p>The mill had stood empty for years, and people in the \
        lower town had asked the council to have it pulled down before somebody came to harm in it.</p></article></body></html>";
    let path = written(folder.path(), "page.html", page);
    let reading = json(&["read", "--json", path.to_str().unwrap()], folder.path());
    let published = &reading["report"]["head"]["published"];
    assert_eq!(published["value"], "2026-03-04", "{published}");
    assert_ne!(published["from"], "url");
    assert_eq!(reading["times"][0]["start"], "2026-03-03", "Tuesday is told from that day");
}
