//! Exports and imports as a user runs them: what the formats' own tools do not check (`tests/formats` has those).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should say where"
)]

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command};

use serde_json::Value;

/// A folder with a ledger, `l.db`.
struct Folder(tempfile::TempDir);

impl Folder {
    /// Each report: publisher, day, text.
    fn with(reports: &[(&str, &str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (number, (publisher, day, text)) in reports.iter().enumerate() {
            let name = folder.at(&format!("{number}.txt"));
            let head = format!("title: Toll {number}\npublisher: {publisher}\npublished: {day}\n\n");
            fs::write(&name, format!("{head}{text}\n")).unwrap();
            assert_eq!(folder.run(&["add", name.to_str().unwrap()]).0, 0);
        }
        folder
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn path(&self, name: &str) -> String {
        self.at(name).to_str().unwrap().to_owned()
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sayso"));
        let output = command.args(args).env("SAYSO_LEDGER", self.at("l.db")).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
    }

    /// The only row of a table of incidents.
    fn row(&self, args: &[&str]) -> BTreeMap<String, String> {
        let (code, out, err) = self.run(&[&["export", "--format"], args].concat());
        assert_eq!(code, 0, "{err}");
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines.len(), 2, "{out}");
        cells(lines[0]).into_iter().zip(cells(lines[1])).collect()
    }
}

/// The cells of a line of CSV.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

const CLASH: &str = "Seventeen people, including 12 soldiers and five civilians, were killed on Saturday in a clash in Vilnius, \
                     the interior ministry said.";

const DATED: &str =
    "Seventeen people were killed in a clash in Vilnius on Saturday, the interior ministry said.";

#[test]
fn deaths_by_side_may_be_parts_of_a_count() {
    let folder = Folder::with(&[("Times", "2025-03-02", CLASH)]);
    let row = folder.row(&["ucdp", "--side-a", "soldiers"]);
    let deaths =
        ["deaths_a", "deaths_civilians", "deaths_unknown", "best"].map(|column| row[column].as_str());
    assert_eq!(deaths, ["12", "5", "0", "17"]);
    let (_, _, err) = folder.run(&["export", "--format", "ucdp", "--side-a", "nobody"]);
    assert!(err.contains("side_a is left empty") && err.contains("soldiers"), "{err}");
    assert_eq!(folder.row(&["ucdp", "--side-a", "nobody"])["side_a"], "");
}

/// The reading gives the place to the count next to it; the event is there all the same.
#[test]
fn counts_of_one_clause_share_its_place() {
    for (text, place) in [
        ("At least 14 people were killed and 30 injured in Lyon on Saturday, the prefecture said.", "Lyon"),
        ("The blast left 14 people dead and 30 wounded in Lyon, the prefecture said.", "Lyon"),
        // What stands behind the place may be about another.
        ("In the blast 30 people were injured in Lyon and 14 killed, the prefecture said.", ""),
        ("Fourteen people were killed, while 30 were injured in Lyon, the prefecture said.", ""),
        ("Fourteen people were killed, the prefecture said. In Lyon, 30 were injured.", ""),
        ("In the blast 30 people were injured in Lyon and 14 killed elsewhere, the prefecture said.", ""),
    ] {
        let folder = Folder::with(&[("Times", "2025-03-02", text)]);
        assert_eq!(folder.row(&["ucdp"])["where_description"], place, "{text}");
    }
}

#[test]
fn exports_are_narrowed_as_lists_are() {
    let injured =
        "Nine people were injured and 14 people were killed in a fire in Vilnius, the fire brigade said.";
    let folder = Folder::with(&[("Harbour Times", "2025-03-02", injured), ("Post", "2025-03-03", CLASH)]);
    let rows = |args: &[&str]| {
        let (code, out, err) = folder.run(&[&["export", "--format", "csv"], args].concat());
        assert_eq!(code, 0, "{err}");
        let lines: Vec<Vec<String>> = out.lines().map(cells).collect();
        let at = |name: &str| lines[0].iter().position(|cell| cell == name).unwrap();
        let (office, category) = (at("source_office"), at("category"));
        lines[1..].iter().map(|row| (row[office].clone(), row[category].clone())).collect::<Vec<_>>()
    };
    let of = |outlet: &str, category: &str| (outlet.to_owned(), category.to_owned());
    assert_eq!(rows(&["--category", "injured"]), [of("Harbour Times", "injured")]);
    assert_eq!(
        rows(&["--outlet", "harbour-times"]),
        [of("Harbour Times", "injured"), of("Harbour Times", "killed")]
    );
    assert!(rows(&["--outlet", "post", "--category", "injured"]).is_empty());
    let (_, out, _) = folder.run(&["export", "--outlet", "post"]);
    assert_eq!(out.lines().count(), 1, "whole readings are those of reports");
    let (_, _, err) = folder.run(&["export", "--format", "csv", "--category", "kiled"]);
    assert!(err.contains("none in this ledger counts 'kiled'"), "{err}");
    for args in [&["--format", "ucdp"][..], &["--format", "csv", "--what", "statements"], &[]] {
        let (code, _, err) = folder.run(&[&["export", "--category", "killed"], args].concat());
        assert!(code == 2 && err.contains("--category can only be used with tables of figures"), "{err}");
    }
}

/// What an outlet is called does not depend on what else is in the story of a report.
#[test]
fn an_outlet_is_called_the_same_in_every_story() {
    let named = "Storms closed the road to Kaunas on Monday, the roads office told Harbour Times.";
    let folder =
        Folder::with(&[("harbour-times.example", "2025-03-02", DATED), ("Post", "2025-06-03", named)]);
    let stories = folder.run(&["stories", "--json"]).1;
    assert_eq!(stories.lines().count(), 2, "{stories}");
    for format in ["csv", "ucdp", "acled", "ibc", "ninjs"] {
        let (_, out, _) = folder.run(&["export", "--format", format, "--story", "1"]);
        assert!(out.contains("Harbour Times") && !out.contains("harbour-times.example"), "{format}: {out}");
    }
    let (_, out, _) = folder.run(&["chain", "1:f0", "--json"]);
    assert!(out.contains("Harbour Times") && !out.contains("harbour-times.example"), "{out}");
}

#[test]
fn a_filter_without_anything_to_look_for_is_refused() {
    let folder = Folder::with(&[("Harbour Times", "2025-03-02", DATED)]);
    for (args, names) in [
        (&["export", "--outlet", "-"][..], "the outlet '-'"),
        (&["export", "--format", "ucdp", "--outlet", " . "], "the outlet ' . '"),
        (&["reports", "--outlet", ""], "the outlet ''"),
        (&["figures", "--origin", "-"], "the origin '-'"),
        (&["figures", "--category", ""], "the category ''"),
        (&["export", "--format", "csv", "--category", "-"], "the category '-'"),
        (&["who", "-"], "the speaker '-'"),
    ] {
        let (code, out, err) = folder.run(args);
        assert!(code == 2 && out.is_empty() && err.contains(names), "{args:?}: {code} {out} {err}");
    }
}

/// One report states its host, another of the ledger its name: every table has the name.
#[test]
fn an_outlet_is_called_the_same_in_every_format() {
    let named = "Seventeen people were killed in a clash in Vilnius on Saturday, the interior ministry told Harbour Times.";
    let folder =
        Folder::with(&[("harbour-times.example", "2025-03-02", DATED), ("Post", "2025-03-03", named)]);
    let story: Value = serde_json::from_str(&folder.run(&["story", "1", "--json"]).1).unwrap();
    assert_eq!(story["reports"][0]["outlet"], "Harbour Times", "{}", story["reports"]);
    for format in ["csv", "ucdp", "acled", "ibc", "ninjs", "schema-org", "prov", "ftm", "web-annotation"] {
        let (code, out, err) = folder.run(&["export", "--format", format]);
        assert_eq!(code, 0, "{err}");
        let said = out.replace("\\/", "/");
        assert!(said.contains("Harbour Times"), "{format}: {said}");
        assert!(!said.contains("harbour-times.example"), "{format}: {said}");
    }
    for what in ["statements", "reports"] {
        let (_, out, _) = folder.run(&["export", "--format", "csv", "--what", what]);
        assert!(!out.contains("harbour-times.example"), "{what}: {out}");
    }
    for list in [&["figures"][..], &["reports"], &["search", "Vilnius"], &["stories"]] {
        let (code, out, err) = folder.run(&[list, &["--json"]].concat());
        assert_eq!(code, 0, "{err}");
        assert!(out.contains("Harbour Times") && !out.contains("harbour-times.example"), "{list:?}: {out}");
    }
    // The report itself keeps what it states.
    let (_, out, _) = folder.run(&["show", "1", "--json"]);
    assert!(out.contains("harbour-times.example"), "{out}");
    assert_eq!(folder.run(&["reports", "--outlet", "Harbour Times", "--json"]).1.lines().count(), 1);
    // A report has one identifier, whichever export names it.
    let (_, citron, _) = folder.run(&["export", "--format", "citron"]);
    let (_, prov, _) = folder.run(&["export", "--format", "prov"]);
    for line in citron.lines() {
        let id = serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
        assert!(prov.contains(&format!("report:{id}")), "{id}: {prov}");
    }
}

#[test]
fn what_was_coded_by_hand_is_not_overwritten() {
    let folder = Folder::with(&[("Times", "2025-03-02", DATED)]);
    let export = ["export", "--format", "ucdp", "-o", &folder.path("ged")];
    assert_eq!(folder.run(&export).0, 0);
    assert_eq!(folder.run(&export).0, 0, "as it was written");
    let table = folder.at("ged/ucdp.csv");
    let coded = fs::read_to_string(&table).unwrap().replace("sayso-1-0,2025,,", "sayso-1-0,2025,2025,");
    fs::write(&table, &coded).unwrap();
    let (code, _, err) = folder.run(&export);
    assert!(code == 1 && err.contains("changed by hand") && err.contains("--force"), "{code} {err}");
    assert_eq!(fs::read_to_string(&table).unwrap(), coded);
    assert_eq!(folder.run(&[&export[..], &["--force"]].concat()).0, 0);
    assert_ne!(fs::read_to_string(&table).unwrap(), coded);
    fs::write(folder.at("file"), "").unwrap();
    let (code, _, err) = folder.run(&["export", "--format", "ucdp", "-o", &folder.path("file")]);
    assert!(code == 1 && err.contains("name a folder"), "{err}");
}

fn imported(folder: &Folder, table: &str, format: &str) -> Value {
    fs::write(folder.at("coded.csv"), table).unwrap();
    let coded = folder.path("coded.csv");
    let args = ["import", &coded, "--format", format, "--as", "ida", "--json"];
    let (_, out, err) = folder.run(&args);
    serde_json::from_str(&out).unwrap_or_else(|_| Value::String(err))
}

#[test]
fn tables_are_read_as_coders_and_spreadsheets_write_them() {
    let folder = Folder::with(&[("Times", "2025-03-02", DATED)]);
    for (format, table) in [
        ("acled", "sep=;\r\nEvent_Date;LOCATION;Fatalities\r\n01-Mar-25;VILNIUS City;~15\r\n"),
        ("acled", "event_date,location,fatalities\n01/03/2025,Vilnius,15\n25/03/2025,Riga,2\n"),
        ("acled", "event_date,location,fatalities\n\"March 1, 2025\",Vilnius,15\n"),
        ("ucdp", "best,low,high,date_start,where_coordinates\n15,10,20,2025/03/01,Vilnius city\n"),
    ] {
        let brought = imported(&folder, table, format);
        assert_eq!(brought["compared"][0]["coded"], 15, "{table}: {brought}");
    }
    let brought = imported(
        &folder,
        "event_id_cnty,event_date,location,fatalities\r\nA,01/03/2025,Vilnius,15\r\nsayso-1-0,,,-1\r\nsayso-1-0,,,5-7\r\n,,TOTAL,22\r\n",
        "acled",
    );
    let missed: Vec<&str> = brought["missed"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(missed[0].starts_with("line 2: '01/03/2025' may be two days"), "{missed:?}");
    assert!(missed[1].starts_with("line 3: '-1' is below zero"), "{missed:?}");
    assert!(missed[2].starts_with("line 5: says of no event"), "{missed:?}");
    let range = &brought["compared"][0];
    assert_eq!(
        (&range["line"], &range["coded_low"], &range["coded_high"]),
        (&4.into(), &5.into(), &7.into())
    );
    assert_eq!(range["verdict"], "below");
}

#[test]
fn a_story_that_is_not_there_is_no_empty_list() {
    let folder = Folder::with(&[("Times", "2025-03-02", CLASH)]);
    for verb in ["figures", "reports", "export"] {
        let (code, _, err) = folder.run(&[verb, "--story", "99"]);
        assert!(code == 1 && err.contains("there is no story 99"), "{verb}: {code} {err}");
        assert_eq!(folder.run(&[verb, "--story", "1"]).0, 0, "{verb}");
    }
    let (code, _, err) = folder.run(&["story", "abc"]);
    assert!(code == 2 && err.contains("given by its number"), "{err}");
}

#[test]
fn what_cannot_be_opened_is_said_to_be_what_it_is() {
    let folder = Folder::with(&[("Times", "2025-03-02", CLASH)]);
    let (code, _, err) = folder.run(&["restore", &folder.path("nope.db")]);
    assert!(code == 4 && err.contains("nope.db") && !err.contains("sayso add"), "{code} {err}");
    fs::create_dir(folder.at("sub")).unwrap();
    for verb in ["reports", "stories"] {
        let (_, _, err) = folder.run(&[verb, "--ledger", &folder.path("sub")]);
        assert!(err.contains("it is a folder"), "{err}");
    }
    let (_, _, err) = folder.run(&["agreement", "a", "b"]);
    assert!(err.contains("nobody has yet"), "{err}");
}

#[test]
fn acled_has_the_country_of_the_places_that_are_known() {
    let folder = Folder::with(&[
        (
            "Gazeta",
            "2025-03-03",
            "Four people were killed in a fire in the Bałucki district of Łódź, Poland, on Sunday, police said.",
        ),
        (
            "Gazeta",
            "2025-03-03",
            "ŁÓDŹ, Poland — Four people were killed in a fire in Łódź on Sunday, police said.",
        ),
    ]);
    let row = folder.row(&["acled"]);
    assert_eq!(row["country"], "Poland", "{row:?}");
    assert!(!row["location"].contains("ŁÓDŹ"), "{row:?}");
    assert!(!row["notes"].contains("Gazeta 2025-03-03, Gazeta 2025-03-03"), "{row:?}");
}

#[test]
fn bodies_are_mentioned_and_decided_ones_are_entities() {
    let text = "Nine people were killed in a fire in Vilnius on Saturday, the fire brigade said. A passer-by said he heard a bang.";
    let folder = Folder::with(&[("Times", "2025-03-02", text)]);
    let entities = || -> Vec<Value> {
        let (_, out, _) = folder.run(&["export", "--format", "ftm"]);
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let of = |schema: &str| entities().into_iter().filter(|e| e["schema"] == schema).count();
    let mentions: Vec<String> = entities()
        .iter()
        .filter(|e| e["schema"] == "Mention")
        .map(|e| e["properties"]["name"].to_string())
        .collect();
    assert!(mentions.iter().any(|name| name.contains("fire brigade")), "{mentions:?}");
    assert!(!mentions.iter().any(|name| name.contains("passer-by")), "{mentions:?}");
    assert_eq!(of("Organization"), 0);
    assert_eq!(folder.run(&["decide", "accept", "1:p0", "--by", "ida"]).0, 0);
    assert_eq!(of("Organization"), 1);
    let (_, item, _) = folder.run(&["export", "--format", "ninjs"]);
    assert!(item.contains("fire brigade"), "{item}");
}

#[test]
fn provenance_says_a_value_with_its_bounds() {
    let text = "Fewer than 100 homes were destroyed in a fire in Vilnius on Saturday, police said.";
    let folder = Folder::with(&[("Times", "2025-03-02", text)]);
    let correct = ["decide", "correct", "1:f0", "--value", "{\"group\": \"timber\"}", "--by", "ida"];
    assert_eq!(folder.run(&correct).0, 0);
    let (_, out, _) = folder.run(&["export", "--format", "prov"]);
    let document: Value = serde_json::from_str(&out).unwrap();
    let figure = document["entity"]
        .as_object()
        .unwrap()
        .values()
        .find(|e| e["prov:type"]["$"] == "sayso:Figure")
        .unwrap();
    assert_eq!(figure["sayso:high"], 100, "{figure}");
    assert_eq!(figure["sayso:highExclusive"], true, "{figure}");
    assert_eq!(figure["sayso:modality"], "asserted", "{figure}");
    let mut activities = document["activity"].as_object().unwrap().values();
    assert!(
        activities.any(|a| a["sayso:asRead"].as_str().is_some_and(|read| read.contains("group"))),
        "{out}"
    );
}

#[test]
fn news_items_are_read_back() {
    let folder = Folder::with(&[("Times", "2025-03-02", CLASH), ("Post", "2025-03-03", CLASH)]);
    let (_, items, _) = folder.run(&["export", "--format", "ninjs"]);
    for name in ["two.ninjs", "two.jsonl"] {
        fs::write(folder.at(name), &items).unwrap();
        let (code, out, err) =
            folder.run(&["add", &folder.path(name), "--ledger", &folder.path(&format!("{name}.db"))]);
        assert_eq!(code, 0, "{name}: {out}{err}");
    }
}
