//! Told when it matters: rules on what comes in and on the past, and every way out against a real server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should say where"
)]

use std::{fs, path::Path, process::Command};

use serde_json::Value;

use crate::site::receive;

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sayso"))
        .args(args)
        .current_dir(folder)
        .env("SAYSO_LEDGER", folder.join("l.db"))
        .env("HOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

fn report(folder: &Path, name: &str, outlet: &str, day: u32, headline: &str, text: &str) {
    let file = format!(
        "title: {headline}\npublisher: {outlet}\npublished: 2024-03-0{day}\nurl: https://{outlet}/{name}\n\n{text}\n"
    );
    fs::write(folder.join(format!("{name}.txt")), file).unwrap();
}

/// A ferry strikes a pier: the toll rises, a second origin speaks, an outlet changes a figure.
fn ferry(folder: &Path) {
    let place = "when the ferry Alma struck the pier at Lower Brenn harbour on Monday night";
    report(
        folder,
        "1",
        "courier.test",
        5,
        "Ferry Alma strikes pier at Lower Brenn, seven killed",
        &format!(
            "At least seven people were killed {place}, the Harbour Office said on Tuesday.\n\nDivers searched the water around the ferry Alma for passengers."
        ),
    );
    report(
        folder,
        "2",
        "tribune.test",
        6,
        "Ferry Alma toll at Lower Brenn rises to 12",
        &format!(
            "Twelve people were killed {place}, the Harbour Office said on Wednesday.\n\nDivers searched the water around the ferry Alma for passengers, said Ida Holm, the head of the Coast Guard."
        ),
    );
    report(
        folder,
        "3",
        "echo.test",
        7,
        "Ferry Alma: Coast Guard says 15 killed at Lower Brenn",
        &format!(
            "Fifteen people were killed {place}, the Coast Guard said on Thursday.\n\nDivers searched the water around the ferry Alma for passengers, the Coast Guard said."
        ),
    );
}

const RULES: &str = r#"
[[rule]]
name = "toll"
on = "figure"
category = "killed"
passes = 10
[[rule]]
name = "holm"
on = "speaker"
speaker = "Ida Holm"
words = "ferry alma"
[[rule]]
name = "origins"
on = "origin"
category = "killed"
[[rule]]
name = "edits"
on = "silent_edit"
"#;

#[test]
fn rules_are_tried_on_the_past_first() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    ferry(at);
    fs::write(at.join("rules.toml"), RULES).unwrap();
    assert_eq!(run(at, &["add", "1.txt", "2.txt", "3.txt"]).0, 0);
    let (code, out, err) =
        run(at, &["alerts", "--rules", "rules.toml", "--replay", "2024-03-06..2024-03-07", "--json"]);
    assert_eq!(code, 0, "{err}");
    let told: Vec<Value> = out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let of = |rule: &str| told.iter().filter(|t| t["rule"] == rule).collect::<Vec<_>>();
    let toll = of("toll");
    assert_eq!((toll.len(), &toll[0]["day"]), (1, &"2024-03-06".into()), "{out}");
    let line = &toll[0]["lines"][0];
    assert_eq!(line["outlet"], "tribune.test", "{out}");
    assert!(line["exact"].as_str().unwrap().contains("Twelve"), "{line}");
    assert!(line["chain"].as_array().unwrap().iter().any(|c| c == "Harbour Office"), "{line}");
    assert!(toll[0]["before"].as_str().is_some(), "what was known before is said: {}", toll[0]);
    assert_eq!(of("holm").len(), 1, "{out}");
    assert!(
        of("origins")
            .iter()
            .any(|t| t["day"] == "2024-03-07" && t["why"].as_str().unwrap().contains("Coast Guard")),
        "{out}"
    );
    // Nothing was kept or sent.
    assert_eq!(run(at, &["alerts", "--list"]).1, "");
    let (code, _, err) = run(at, &["alerts", "--rules", "1.txt"]);
    assert!(code == 1 && err.contains("rules cannot be read"), "{err}");
}

#[test]
fn each_alert_goes_out_once_on_every_way() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    ferry(at);
    // The hook fails once, the mail server puts off once; both have it in the end, once.
    let (hook, posted) = receive::posts(|_, number| (if number == 0 { 500 } else { 204 }, String::new()));
    let (server, mails) = receive::mails(1);
    let ways = format!(
        "{RULES}\n[[way]]\nkind = \"terminal\"\nname = \"here\"\n[[way]]\nkind = \"jsonl\"\nname = \"lines\"\npath = \"alerts.jsonl\"\n\
         [[way]]\nkind = \"atom\"\nname = \"feed\"\npath = \"alerts.xml\"\n[[way]]\nkind = \"webhook\"\nname = \"hook\"\nurl = \"{hook}/in\"\nsecret_env = \"HOOK_SECRET\"\n\
         [[way]]\nkind = \"smtp\"\nname = \"mail\"\nserver = \"{server}\"\nfrom = \"sayso@desk.test\"\nto = [\"ida@desk.test\"]\ntls = \"none\"\n"
    );
    fs::write(at.join("rules.toml"), ways).unwrap();
    let tell = || run(at, &["alerts", "--rules", "rules.toml"]);
    run(at, &["add", "1.txt"]);
    let (code, out, err) = tell();
    assert!((code, out.as_str()) == (0, "") && err.contains("from now on"), "{out}{err}");
    run(at, &["add", "2.txt"]);
    let (code, out, err) = tell();
    assert_eq!(code, 3, "{err}");
    assert!(out.contains("has reached 12") && out.contains("Ida Holm speaks"), "{out}");
    let kept = run(at, &["alerts", "--list", "--json"]).1.lines().count();
    assert!(kept >= 2, "{kept}");
    // What failed is due in a minute; the trial does not wait for it.
    let db = rusqlite::Connection::open(at.join("l.db")).unwrap();
    db.execute("UPDATE delivery SET due_at = 0 WHERE state = 'waiting'", []).unwrap();
    drop(db);
    let (code, out, err) = tell();
    assert_eq!((code, out.as_str()), (0, ""), "what has arrived is not sent again: {err}");
    let posted = posted.lock().unwrap().clone();
    assert_eq!(posted.len(), kept + 1);
    let again = posted.iter().filter(|p| p.header("webhook-id") == posted[0].header("webhook-id")).count();
    assert_eq!(again, 2, "tried again under the same id");
    assert!(posted.iter().all(|p| p.header("webhook-signature").starts_with("v1,")));
    let mails = mails.lock().unwrap().clone();
    assert_eq!(mails.len(), kept);
    assert!(
        mails.iter().any(|m| m.contains("To: ida@desk.test") && m.contains("on the word of")),
        "{mails:?}"
    );
    let lines = fs::read_to_string(at.join("alerts.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), kept);
    let (_, feed, err) = run(at, &["read", "alerts.xml"]);
    assert!(feed.contains("has reached 12"), "our own reader takes the feed: {feed}{err}");
}

#[test]
fn what_cannot_be_sent_is_kept_and_can_be_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    ferry(at);
    let rules =
        format!("{RULES}\n[[way]]\nkind = \"webhook\"\nname = \"hook\"\nurl = \"http://127.0.0.1:9/\"\n");
    fs::write(at.join("rules.toml"), rules).unwrap();
    run(at, &["add", "1.txt"]);
    run(at, &["alerts", "--rules", "rules.toml"]);
    run(at, &["add", "2.txt"]);
    for _ in 0..10 {
        assert!(!dead(at));
        assert_eq!(run(at, &["alerts", "--rules", "rules.toml"]).0, 3);
        let db = rusqlite::Connection::open(at.join("l.db")).unwrap();
        db.execute("UPDATE delivery SET due_at = 0 WHERE state = 'waiting'", []).unwrap();
    }
    assert!(dead(at));
    let (hook, posted) = receive::posts(|_, _| (200, String::new()));
    fs::write(
        at.join("rules.toml"),
        format!("{RULES}\n[[way]]\nkind = \"webhook\"\nname = \"hook\"\nurl = \"{hook}\"\n"),
    )
    .unwrap();
    let (code, _, err) = run(at, &["alerts", "--rules", "rules.toml", "--retry"]);
    assert!(code == 0 && !posted.lock().unwrap().is_empty() && !dead(at), "{err}");
}

fn dead(at: &Path) -> bool {
    !run(at, &["alerts", "--dead"]).1.is_empty()
}

#[test]
fn an_edit_without_a_note_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    ferry(at);
    fs::write(at.join("rules.toml"), format!("{RULES}\n[[way]]\nkind = \"terminal\"\nname = \"here\"\n"))
        .unwrap();
    run(at, &["add", "1.txt"]);
    run(at, &["alerts", "--rules", "rules.toml"]);
    let text = fs::read_to_string(at.join("1.txt"))
        .unwrap()
        .replace("At least seven people", "At least eight people");
    fs::write(at.join("1.txt"), text).unwrap();
    run(at, &["add", "1.txt"]);
    let (_, out, err) = run(at, &["alerts", "--rules", "rules.toml"]);
    assert!(
        out.contains("a figure (killed) in the lede went from") && out.contains("without a note"),
        "{out}{err}"
    );
}
