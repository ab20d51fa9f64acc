//! Sources that are not as they should be: nothing of them is lost without a word.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should say where"
)]

use std::{fs, path::Path, process::Command};

use serde_json::Value;

/// Exit code, stdout and stderr.
fn run(args: &[&str], folder: &Path) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sayso"))
        .args(args)
        .current_dir(folder)
        .env("SAYSO_LEDGER", folder.join("l.db"))
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

const FEED: &str = "<rss version='2.0'><channel><title>Coast Courier</title>\
    <item><title>Nine hurt as ferry strikes pier</title><link>https://coast-courier.test/1</link>\
    <pubDate>Tue, 05 Mar 2024 22:30:00 EST</pubDate>\
    <description>At least nine people were hurt on Tuesday when a ferry struck the pier, the harbour office said.</description></item>\
    <item><guid isPermaLink='false'>2</guid></item></channel></rss>";

#[test]
fn feeds_say_what_they_had_and_what_was_taken() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let declared = format!("<?xml version='1.0' encoding='UCS-2'?>{}", FEED.replace("/1<", "/utf16<"));
    let utf16: Vec<u8> = declared.encode_utf16().flat_map(u16::to_be_bytes).collect();
    fs::write(at.join("a.xml"), utf16).unwrap();
    fs::write(at.join("b.xml"), FEED).unwrap();
    fs::write(at.join("c.xml"), "<rss><channel><title>Coast Courier</title></channel></rss>").unwrap();
    let (code, out, err) = run(&["add", "--no-follow", "a.xml", "b.xml", "c.xml"], at);
    assert_eq!(
        (code, out.lines().next()),
        (0, Some("added 1, known 1, revised 0, skipped 2 (2 entry without text or address)")),
        "{err}"
    );
    for line in [
        "sayso: a.xml: 2 entries, taken 1, not 1 (1 entry without text or address)",
        "sayso: b.xml: 2 entries, taken 1, not 1 (1 entry without text or address)",
        "sayso: c.xml: 0 entries, taken 0",
    ] {
        assert!(err.lines().any(|l| l == line), "{line}\n{err}");
    }
    let (_, out, _) = run(&["add", "--json", "b.xml"], at);
    let source =
        out.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()).find(|l| !l["source"].is_null());
    let source = source.unwrap()["source"].clone();
    assert_eq!((&source["entries"], &source["taken"]), (&2.into(), &1.into()));
    assert_eq!(source["not_taken"]["entry without text or address"], 1);
    let (_, out, _) = run(&["export", "--format", "jsonl"], at);
    let reading: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    let head = &reading["report"]["head"];
    assert_eq!(head["published"]["value"], "2024-03-05", "the outlet's own day");
    assert_eq!(head["published_at"]["value"], "2024-03-05T22:30:00-05:00");
}

#[test]
fn a_feed_that_dates_only_changes_is_said_to() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let entry = |n: usize, dates: &str| {
        format!(
            "<entry><id>e{n}</id><title>{n} hurt on the ferry</title>{dates}<summary>{n} people were hurt, the harbour office said.</summary></entry>"
        )
    };
    let changed = "<updated>2024-03-05T22:57:00-05:00</updated>";
    let both = format!("{changed}<published>2024-03-04T10:00:00-05:00</published>");
    let feed = format!(
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Coast Courier</title>{}{}</feed>",
        entry(7, changed),
        entry(9, &both)
    );
    fs::write(at.join("a.xml"), feed).unwrap();
    let (code, out, err) = run(&["add", "--no-follow", "a.xml"], at);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains(
            "2 entries, taken 2; 1 without a day of publication, because only the day of a change is stated"
        ),
        "{err}"
    );
    assert!(out.starts_with("added 2, known 0, revised 0, dated only by a change 1\n"), "{out}");
    let (_, out, _) = run(&["export", "--format", "jsonl"], at);
    let readings: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let days: Vec<&Value> = readings.iter().map(|r| &r["report"]["head"]["published"]["value"]).collect();
    assert_eq!(days, [&Value::Null, &"2024-03-04".into()]);
    assert!(
        readings[0]["report"]["diagnostics"]
            .to_string()
            .contains("its feed only says that it was changed on 2024-03-05")
    );
    let (_, out, _) = run(&["add", "--no-follow", "--json", "--ledger", "other.db", "a.xml"], at);
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |name: &str| lines.iter().find(|line| !line[name].is_null()).unwrap()[name].clone();
    assert_eq!(
        (&of("source")["only_change_dated"], &of("summary")["only_change_dated"]),
        (&1.into(), &1.into())
    );
}

#[test]
fn languages_that_are_not_read_are_kept_out_of_stories() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let german = "title: Neun Verletzte bei Fährunglück\npublished: 2024-03-05\n\nBei dem Unglück sind nach Angaben der Behörde \
        mindestens neun Menschen verletzt worden. Die Fähre war am Morgen gegen die Mole gefahren, sagte ein Sprecher. \
        Warum das Schiff nicht rechtzeitig bremste, sei noch nicht bekannt.\n";
    fs::write(at.join("de.txt"), german).unwrap();
    fs::write(at.join("feed.xml"), FEED).unwrap();
    let (code, out, err) = run(&["add", "de.txt", "feed.xml"], at);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("added 2") && out.contains("not read because of their language 1 (1 de)"), "{out}");
    let (_, out, _) = run(&["reports"], at);
    assert!(out.contains("Fährunglück") && out.contains("not read (de)"), "{out}");
    let (_, out, _) = run(&["stories"], at);
    assert!(out.contains("Nine hurt") && !out.contains("Fährunglück"), "{out}");
}
