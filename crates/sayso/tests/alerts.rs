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
         [[way]]\nkind = \"smtp\"\nname = \"mail\"\nserver = \"{server}\"\nfrom = \"sayso@desk.test\"\nto = [\"ida@desk.test\", \"nobody@desk.test\"]\ntls = \"none\"\n"
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
    assert!(err.contains("channel mail: nobody@desk.test: "), "a receiver that is refused is named: {err}");
    let posted = posted.lock().unwrap().clone();
    // The alerts of one story are one request and one mail.
    assert_eq!(posted.len(), 2, "{posted:?}");
    let body: Value = serde_json::from_str(&posted[1].body).unwrap();
    let whys: Vec<&str> =
        body["alerts"].as_array().unwrap().iter().map(|a| a["why"].as_str().unwrap()).collect();
    assert!(whys.len() == kept && whys.contains(&"Ida Holm speaks"), "{body}");
    assert!(
        body["alerts"].as_array().unwrap().iter().all(|a| a["id"].as_str().unwrap().starts_with("alert_"))
    );
    let again = posted.iter().filter(|p| p.header("webhook-id") == posted[0].header("webhook-id")).count();
    assert_eq!(again, 2, "tried again under the same id");
    assert!(posted.iter().all(|p| p.header("webhook-signature").starts_with("v1,")));
    let mails = mails.lock().unwrap().clone();
    assert_eq!(mails.len(), 1, "one that is refused does not cost the others theirs");
    assert!(mails[0].contains("MIME-Version: 1.0"), "{mails:?}");
    assert!(
        mails.iter().any(|m| m.contains("To: ida@desk.test") && m.contains("on the word of")),
        "{mails:?}"
    );
    assert!(mails[0].contains("has reached 12") && mails[0].contains("Ida Holm speaks"), "{mails:?}");
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

#[test]
fn a_receiver_who_is_put_off_does_not_cost_the_others_a_second_mail() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    ferry(at);
    let (server, mails) = receive::mails(0);
    let rules = format!(
        "{RULES}\n[[channel]]\nkind = \"smtp\"\nname = \"mail\"\nserver = \"{server}\"\nfrom = \"sayso@desk.test\"\n\
         to = [\"ida@desk.test\", \"late@desk.test\", \"Olav <olav@desk.test>\"]\ntls = \"none\"\n"
    );
    fs::write(at.join("rules.toml"), rules).unwrap();
    let tell = || run(at, &["alerts", "--rules", "rules.toml"]);
    run(at, &["add", "1.txt"]);
    tell();
    run(at, &["add", "2.txt"]);
    let (code, _, err) = tell();
    assert!(code == 3 && err.contains("channel mail: late@desk.test: "), "{err}");
    let db = rusqlite::Connection::open(at.join("l.db")).unwrap();
    db.execute("UPDATE delivery SET due_at = 0 WHERE state = 'waiting'", []).unwrap();
    drop(db);
    let (code, _, err) = tell();
    assert_eq!(code, 0, "{err}");
    let mails = mails.lock().unwrap().clone();
    let receivers: Vec<&str> = mails.iter().filter_map(|mail| mail.lines().next()).collect();
    assert_eq!(
        receivers,
        ["RCPT TO:<ida@desk.test>", "RCPT TO:<olav@desk.test>", "RCPT TO:<late@desk.test>"],
        "each has it once"
    );
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
    // The whole sentence, and on whose word it is.
    assert!(out.contains("- At least eight people were killed when the ferry Alma struck"), "{out}");
    assert!(out.contains("on the word of Harbour Office < courier.test"), "{out}");
}

/// What happens to the ferry, day by day: one thing for each kind of rule.
fn days_of_the_ferry(folder: &Path) {
    let struck = "when the ferry Alma struck the pier at Lower Brenn harbour on Monday night";
    let told = [
        (
            "courier.test",
            5,
            "Ferry Alma strikes pier at Lower Brenn, seven killed",
            format!(
                "At least seven people were killed {struck}, the Harbour Office said on Tuesday.\n\nDivers searched the water around the ferry Alma for passengers. Brenn Lines, which runs the ferry Alma, did not respond to a request for comment.\n\nThe Harbour Office said it expected to raise the ferry Alma by Thursday."
            ),
        ),
        (
            "tribune.test",
            6,
            "Ferry Alma toll at Lower Brenn rises to 12",
            format!(
                "Twelve people were killed {struck}, the Harbour Office said on Wednesday.\n\n\"We are cooperating with the investigation of the ferry Alma,\" Brenn Lines said in a statement on Wednesday."
            ),
        ),
        (
            "post.test",
            7,
            "Ferry Alma: divers count 60 dead at Lower Brenn",
            format!(
                "Sixty people were killed {struck}, the Divers' Union said on Thursday.\n\nIts chair, Olav Brandt, told reporters on the quay that the camera in the wheelhouse of the ferry Alma had been switched off hours before, and that nobody had asked the pilots why."
            ),
        ),
        (
            "post.test",
            8,
            "Correction: Ferry Alma at Lower Brenn",
            format!(
                "Correction: An earlier version of this report said that 60 people were killed {struck}. The Divers' Union said on Friday that 12 people were killed when the ferry Alma struck the pier at Lower Brenn harbour."
            ),
        ),
        (
            "echo.test",
            9,
            "Ferry Alma: Coast Guard says 15 killed at Lower Brenn",
            format!(
                "Fifteen people were killed {struck}, the Coast Guard said on Saturday.\n\nThe Harbour Office put the number of people killed on the ferry Alma at 12 on Saturday."
            ),
        ),
        (
            "herald.test",
            10,
            "Ferry Alma: Harbour Office denies that 15 were killed at Lower Brenn",
            format!(
                "The Harbour Office on Sunday denied that 15 people were killed {struck}, as the Coast Guard had said.\n\nDivers searched the water around the ferry Alma."
            ),
        ),
    ];
    for (n, (outlet, day, headline, text)) in told.into_iter().enumerate() {
        let name = n + 1;
        let file = format!(
            "title: {headline}\npublisher: {outlet}\npublished: 2024-03-{day:02}\nurl: https://{outlet}/{name}\n\n{text}\n"
        );
        fs::write(folder.join(format!("{name}.txt")), file).unwrap();
    }
}

#[test]
fn each_kind_of_rule_tells_what_it_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    days_of_the_ferry(at);
    let rules = [
        ("passes", "figure", "category = \"killed\"\npasses = 10"),
        ("moves", "figure", "category = \"killed\"\nmoves_percent = 50"),
        ("origin", "origin", "category = \"killed\""),
        ("conflict", "conflict", ""),
        ("correction", "correction", ""),
        ("denial", "denial", "category = \"killed\""),
        ("speaker", "speaker", "speaker = \"Brenn Lines\""),
        ("answer", "answer", ""),
        ("deadline", "deadline", ""),
        ("growth", "growth", "outlets = 2\ndays = 3"),
    ];
    let rules: String = rules
        .iter()
        .map(|(name, on, more)| format!("[[rule]]\nname = \"{name}\"\non = \"{on}\"\n{more}\n"))
        .collect();
    fs::write(at.join("rules.toml"), rules).unwrap();
    let files = ["add", "1.txt", "2.txt", "3.txt", "4.txt", "5.txt", "6.txt"];
    assert_eq!(run(at, &files).0, 0);
    let (code, out, err) =
        run(at, &["alerts", "--rules", "rules.toml", "--replay", "2024-03-05..2024-03-11", "--json"]);
    assert_eq!(code, 0, "{err}");
    let told: Vec<Value> = out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    // Rule, day, what it says, words of its first line, what was known before.
    for (rule, day, why, line, before) in [
        ("passes", "06", "has reached 12, which is 10 or more", "Twelve people were killed", "killed: 7"),
        ("moves", "06", "went from 7 to 12 (+71 %)", "Twelve people were killed", "killed: 7"),
        (
            "origin",
            "05",
            "Harbour Office gives the figure of killed for the first time",
            "At least seven",
            "",
        ),
        ("origin", "07", "Divers' Union gives the figure", "Sixty people", "known from Harbour Office"),
        ("conflict", "07", "a conflict opens: ", "Twelve people were killed", ""),
        ("conflict", "08", "a conflict closes: ", "Twelve people were killed", "in conflict: "),
        ("correction", "08", "post.test corrects what", "An earlier version", "Sixty people were killed"),
        (
            "denial",
            "10",
            "Harbour Office denies the figure of killed",
            "on Sunday denied that 15",
            "Fifteen people",
        ),
        ("speaker", "06", "Brenn Lines speaks", "We are cooperating", ""),
        (
            "answer",
            "06",
            "Brenn Lines, who was asked for comment, has spoken",
            "We are cooperating",
            "did not respond",
        ),
        (
            "deadline",
            "08",
            "2024-03-07 has passed, by which this was expected",
            "raise the ferry Alma by Thursday",
            "",
        ),
        ("growth", "07", "2 outlets since 2024-03-05", "", "1 outlets"),
    ] {
        let found = told.iter().any(|t| {
            t["rule"] == rule
                && text(&t["day"]) == format!("2024-03-{day}")
                && text(&t["why"]).contains(why)
                && text(&t["before"]).contains(before)
                && (line.is_empty() || text(&t["lines"][0]["text"]).contains(line))
        });
        assert!(found, "{rule} on {day}: {why}\n{out}");
    }
    // Each line is where the alert says that it is.
    for line in told.iter().flat_map(|t| t["lines"].as_array().unwrap()) {
        let (_, shown, _) = run(at, &["show", &line["report"].to_string(), "--json"]);
        let report: Value = serde_json::from_str(shown.lines().next().unwrap()).unwrap();
        let words = report.pointer("/reading/report/text").or(report.pointer("/report/text")).unwrap();
        let words: String = words.as_str().unwrap().chars().collect();
        let (start, end) = (line["start"].as_u64().unwrap() as usize, line["end"].as_u64().unwrap() as usize);
        let cut: String = words.chars().skip(start).take(end - start).collect();
        assert_eq!(cut, line["exact"].as_str().unwrap());
    }
}

#[test]
fn a_source_that_falls_silent_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let site = crate::site::Site::new();
    site.feed("/feed", &[("/1", "Nine hurt as ferry strikes pier")]);
    site.article(
        "/1",
        "Nine hurt as ferry strikes pier",
        &["At least nine people were hurt on Tuesday when a ferry struck the pier at Lower Brenn, the harbour office said."],
    );
    fs::write(
        at.join("rules.toml"),
        "[[rule]]\nname = \"quiet\"\non = \"silence\"\nafter = \"12h\"\n[[way]]\nkind = \"jsonl\"\nname = \"lines\"\npath = \"alerts.jsonl\"\n",
    )
    .unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    // A clock that shows so many hours from now, and runs at twice the speed of time.
    let look = |hours: u64| {
        let clock = format!("{}:2", 2 * now - (now + hours * 3600));
        let args = ["watch", "--once", "--allow-private", "--delay", "0", "--alerts", "rules.toml"];
        let feed = site.url("/feed");
        let (code, _, err) = run(at, &[&args[..], &["--fast-clock", clock.as_str(), feed.as_str()]].concat());
        assert_eq!(code, 0, "{err}");
        let lines = fs::read_to_string(at.join("alerts.jsonl")).unwrap_or_default();
        lines.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()).collect::<Vec<_>>()
    };
    assert!(look(0).is_empty());
    assert!(look(11).is_empty());
    let told = look(13);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0]["why"].as_str().unwrap().contains("has had nothing new since"), "{told:?}");
    assert_eq!(look(20).len(), 1, "once for each silence");
    site.feed("/feed", &[("/2", "Pier closed"), ("/1", "Nine hurt as ferry strikes pier")]);
    site.article(
        "/2",
        "Pier closed",
        &["The pier at Lower Brenn was closed on Wednesday, the harbour office said."],
    );
    assert_eq!(look(21).len(), 1);
    assert_eq!(look(34).len(), 2, "a new silence");
}

#[test]
fn a_source_that_never_had_anything_is_silent_and_one_that_fails_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let site = crate::site::Site::new();
    site.feed("/empty", &[]);
    fs::write(at.join("rules.toml"), "[[rule]]\nname = \"quiet\"\non = \"silence\"\nafter = \"12h\"\n")
        .unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let look = |hours: u64| {
        let clock = format!("{}:2", 2 * now - (now + hours * 3600));
        let args = ["watch", "--once", "--allow-private", "--delay", "0", "--alerts", "rules.toml"];
        let (empty, gone) = (site.url("/empty"), site.url("/none"));
        run(at, &[&args[..], &["--fast-clock", &clock, &empty, &gone]].concat());
        run(at, &["alerts", "--list"]).1
    };
    assert_eq!(look(0), "");
    look(2);
    let told = look(6);
    assert!(told.contains("/none has failed 3 times in a row") && !told.contains("Coast Courier"), "{told}");
    let told = look(13);
    assert!(told.contains("Coast Courier has had nothing at all since"), "{told}");
    assert_eq!(look(20).matches("Coast Courier has had nothing").count(), 1, "once");
}

#[test]
fn what_passed_and_was_undone_between_two_runs_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    days_of_the_ferry(at);
    let rules = "[[rule]]\nname = \"toll\"\non = \"figure\"\ncategory = \"killed\"\npasses = 50\n\
        [[rule]]\nname = \"conflict\"\non = \"conflict\"\n";
    fs::write(at.join("rules.toml"), rules).unwrap();
    run(at, &["add", "1.txt", "2.txt"]);
    run(at, &["alerts", "--rules", "rules.toml"]);
    let replayed = run(at, &["alerts", "--rules", "rules.toml", "--replay", "2024-03-07..2024-03-10"]).1;
    assert_eq!(replayed, "", "nothing yet");
    // Three days come in at once: 60 on the first of them, taken back on the second.
    run(at, &["add", "3.txt", "4.txt", "5.txt", "6.txt"]);
    let whys = |out: &str| -> std::collections::BTreeSet<String> {
        out.lines()
            .map(|l| serde_json::from_str::<Value>(l).unwrap()["why"].as_str().unwrap().to_owned())
            .collect()
    };
    let args = ["alerts", "--rules", "rules.toml", "--replay", "2024-03-07..2024-03-10", "--json"];
    let replayed = whys(&run(at, &args).1);
    run(at, &["alerts", "--rules", "rules.toml"]);
    let raised = whys(&run(at, &["alerts", "--list", "--json"]).1);
    assert!(!replayed.is_empty() && replayed.is_subset(&raised), "{replayed:?} {raised:?}");
}

#[test]
fn a_feed_with_its_texts_in_it_falls_silent_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let site = crate::site::Site::new();
    let text =
        "At least nine people were hurt when a ferry struck the pier, the harbour office said. ".repeat(10);
    let feed = format!(
        "<rss version='2.0'><channel><title>Coast Courier</title><item><title>Nine hurt</title><description>{text}</description></item></channel></rss>"
    );
    site.put("/feed", crate::site::Page::Body("application/rss+xml", feed));
    fs::write(at.join("rules.toml"), "[[rule]]\nname = \"quiet\"\non = \"silence\"\nafter = \"12h\"\n")
        .unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    for hours in [0, 13] {
        let clock = format!("{}:2", 2 * now - (now + hours * 3600));
        let args = ["watch", "--once", "--allow-private", "--delay", "0", "--alerts", "rules.toml"];
        let (code, _, err) = run(at, &[&args[..], &["--fast-clock", &clock, &site.url("/feed")]].concat());
        assert_eq!(code, 0, "{err}");
    }
    let told = run(at, &["alerts", "--list"]).1;
    assert!(told.contains("Coast Courier has had nothing new since"), "{told}");
}

#[test]
fn reports_from_time_zones_ahead_are_dated_correctly() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    ferry(at);
    let rules = "[[rule]]\nname = \"toll\"\non = \"figure\"\ncategory = \"killed\"\npasses = 10\n\
        [[way]]\nkind = \"terminal\"\nname = \"here\"\n";
    fs::write(at.join("rules.toml"), rules).unwrap();
    run(at, &["add", "1.txt"]);
    run(at, &["alerts", "--rules", "rules.toml"]);
    // A day that has not begun in UTC.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let tomorrow = sayso_ingest::head::instant(now + 24 * 3600);
    let text = fs::read_to_string(at.join("2.txt")).unwrap();
    fs::write(
        at.join("2.txt"),
        text.replace("2024-03-06", &tomorrow[..10]).replace("on Wednesday", "on 6 March 2024"),
    )
    .unwrap();
    run(at, &["add", "2.txt"]);
    let (_, out, err) = run(at, &["alerts", "--rules", "rules.toml"]);
    assert!(out.contains("has reached 12"), "{out}{err}");
}

#[test]
fn who_has_spoken_since_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    days_of_the_ferry(at);
    run(at, &["add", "1.txt"]);
    let waits = || run(at, &["brief", "1"]).1.contains("Brenn Lines: did not respond");
    assert!(waits());
    run(at, &["add", "2.txt"]);
    assert!(!waits(), "{}", run(at, &["brief", "1"]).1);
}

#[test]
fn a_digest_tells_what_is_new_since_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    days_of_the_ferry(at);
    fs::write(
        at.join("other.txt"),
        "title: Old bridge at Tarven gives way\npublisher: courier.test\npublished: 2024-03-06\n\nThree walkers were injured when the old bridge at Tarven gave way on Wednesday, the council chair, Per Lind, said on Wednesday.\n",
    )
    .unwrap();
    assert_eq!(run(at, &["add", "1.txt", "2.txt", "other.txt"]).0, 0);
    let (code, out, err) = run(at, &["digest", "--since", "2024-03-06"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("Twelve people were killed") && out.contains("Three walkers were injured"), "{out}");
    assert!(!out.contains("At least seven people were killed"), "it was told before: {out}");
    for head in ["What's New", "Why It Matters", "What To Know", "What People Are Saying", "What's Next"] {
        assert_eq!(out.matches(head).count(), 2, "{out}");
    }
    let (_, page, _) = run(at, &["digest", "--since", "2024-03-06", "--format", "html"]);
    assert_eq!((page.matches("<html").count(), page.matches("<h1>").count()), (1, 2), "one page: {page}");
    assert!(page.contains("#story-2-source-1") && page.contains("id=\"story-2-source-1\""), "{page}");
    let (_, json, _) = run(at, &["digest", "--since", "2024-03-06", "--format", "json", "--limit", "1"]);
    assert_eq!(json.lines().count(), 1, "one story, and that there are more is said on stderr");
    let (code, out, err) = run(at, &["digest", "--since", "2024-03-09"]);
    assert!(
        code == 0 && out.is_empty() && err.contains("no report was published since 2024-03-09"),
        "{out}{err}"
    );
    assert_eq!(
        run(at, &["digest", "--since", "2024-03-06"]).1,
        run(at, &["digest", "--since", "2024-03-06"]).1
    );
}
