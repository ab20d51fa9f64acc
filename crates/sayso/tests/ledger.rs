//! The ledger from the command line: durability, bad inputs, the questions that can be asked of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should say where"
)]

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use flate2::{Compression, write::GzEncoder};
use sayso_ledger::{Ledger, ReportFilter, ReportId};
use serde_json::Value;

fn sayso() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sayso"));
    command.env_remove("SAYSO_LEDGER");
    command
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run(args: &[&str], ledger: &Path) -> Ran {
    let output = sayso().args(args).env("SAYSO_LEDGER", ledger).output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// JSON lines of reports, each with a number of its own.
fn dump(count: usize) -> String {
    (0..count)
        .map(|n| {
            let report = serde_json::json!({
                "title": format!("Ferry number {n} strikes the pier in Lund"),
                "outlet": format!("Coast Courier {}", n % 7),
                "published": "2024-03-05",
                "url": format!("https://coast-courier.test/{n}"),
                "text": format!("LUND — At least {} people were hurt on Tuesday when ferry {n} struck the pier, the harbour office said.", n % 90 + 2),
            });
            format!("{report}\n")
        })
        .collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Every acknowledged report is there, whole; nothing that is there is half there; SQLite finds no damage.
fn check(path: &Path, acknowledged: &BTreeSet<i64>) -> usize {
    let ledger = Ledger::open(path).unwrap();
    assert!(ledger.damage().unwrap().is_empty());
    let all = ledger.ids_after(ReportId(0), usize::MAX).unwrap();
    let there: BTreeSet<i64> = all.iter().map(|id| id.0).collect();
    assert!(
        acknowledged.is_subset(&there),
        "acknowledged and missing: {:?}",
        acknowledged.difference(&there)
    );
    for id in all {
        let reading = ledger.reading(id).unwrap().expect("a report without its reading");
        let words = reading.report.head.headline.unwrap().value;
        assert!(
            ledger.search(&format!("\"{words}\""), 5).unwrap().iter().any(|h| h.line.id == id),
            "not in the index of words"
        );
    }
    there.len()
}

#[cfg(unix)]
#[test]
fn what_is_acknowledged_survives_two_hundred_kills() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("dump.jsonl");
    fs::write(&input, dump(500)).unwrap();
    let ledger = folder.path().join("l.db");
    let mut acknowledged = BTreeSet::new();
    // A generator of its own, so that the instants are the same on every run of the test, if not of the machine.
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let (mut fresh, mut interrupted) = (0, 0);
    for round in 0..200 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let mut child = sayso()
            .args(["add", "--json", "--threads", "2"])
            .arg(&input)
            .env("SAYSO_LEDGER", &ledger)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = child.stdout.take().unwrap();
        let (first, acknowledges) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            let mut seen = Vec::new();
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if let Ok(value) = serde_json::from_str::<Value>(&line)
                    && let Some(id) = value["report"].as_i64()
                {
                    seen.push(id);
                    let _ = first.send(());
                }
            }
            seen
        });
        // Every other one is killed while it writes, which is where it could go wrong; the rest at any time.
        if round % 2 == 0 {
            let _ = acknowledges.recv_timeout(Duration::from_secs(10));
            std::thread::sleep(Duration::from_micros(random % 60_000));
        } else {
            std::thread::sleep(Duration::from_micros(random % 200_000));
        }
        interrupted += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(reader.join().unwrap());
        if round % 25 == 24 {
            let there = check(&ledger, &acknowledged);
            if there == 500 {
                // All are in: from the beginning, so that there is something to interrupt.
                fresh += 1;
                for end in ["", "-wal", "-shm"] {
                    let _ = fs::remove_file(folder.path().join(format!("l.db{end}")));
                }
                acknowledged.clear();
            }
        }
    }
    assert!(interrupted >= 150, "only {interrupted} of 200 were killed at work");
    let done = run(&["add", input.to_str().unwrap()], &ledger);
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(check(&ledger, &acknowledged), 500, "resumed after {fresh} fresh starts: every report once");
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_a_clear_error_and_an_intact_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("dump.jsonl");
    fs::write(&input, dump(500)).unwrap();
    let ledger = folder.path().join("l.db");
    // No file may grow over half a megabyte; the signal that would end the program is ignored, as on a full disk.
    let script = format!(
        "trap '' XFSZ; ulimit -f 1024; exec '{}' add --json '{}'",
        env!("CARGO_BIN_EXE_sayso"),
        input.display()
    );
    let output = Command::new("sh").args(["-c", &script]).env("SAYSO_LEDGER", &ledger).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.contains("disk is full"), "{err}");
    let acknowledged: BTreeSet<i64> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(|l| serde_json::from_str::<Value>(l).ok()?["report"].as_i64())
        .collect();
    let there = check(&ledger, &acknowledged);
    assert!(there < 500);
    assert_eq!(run(&["add", input.to_str().unwrap()], &ledger).code, 0, "with room again it goes on");
    assert_eq!(check(&ledger, &acknowledged), 500);
}

#[test]
fn two_adds_and_a_reader_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let all = dump(400);
    let lines: Vec<&str> = all.lines().collect();
    // The halves overlap, so that both know some of the same reports.
    let (a, b) = (folder.path().join("a.jsonl"), folder.path().join("b.jsonl"));
    fs::write(&a, lines[..250].join("\n")).unwrap();
    fs::write(&b, lines[150..].join("\n")).unwrap();
    let ledger = folder.path().join("l.db");
    drop(Ledger::open(&ledger).unwrap());
    let mut children: Vec<_> = [&a, &b]
        .iter()
        .map(|input| {
            sayso().arg("add").arg(input).env("SAYSO_LEDGER", &ledger).stdout(Stdio::null()).spawn().unwrap()
        })
        .collect();
    let reader = Ledger::open(&ledger).unwrap();
    let mut last = 0;
    while children.iter_mut().any(|c| c.try_wait().unwrap().is_none()) {
        let now = reader.reports(&ReportFilter::default()).unwrap().len();
        assert!(now >= last, "a reader never sees reports go");
        last = now;
        std::thread::sleep(Duration::from_millis(5));
    }
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(check(&ledger, &BTreeSet::new()), 400);
}

#[test]
fn bad_inputs_are_named_and_cost_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    let good = "title: Nine hurt as ferry strikes pier\npublisher: coast-courier.test\npublished: 2024-03-05\n\n\
        LUND — Nine people were hurt on Tuesday, the harbour office said.\n";
    file("a-good.txt", good.as_bytes());
    file("b-truncated.txt.gz", &gzip(good.as_bytes())[..60]);
    file("c-lying.warc", b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 99999\r\n\r\nshort");
    let mut bomb = String::from("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaaaaaaaaaaaa\">");
    for n in 1..12 {
        bomb.push_str(&format!(
            "<!ENTITY a{n} \"{}\">",
            format!("&a{};", if n == 1 { String::new() } else { (n - 1).to_string() }).repeat(10)
        ));
    }
    bomb.push_str("]><rss version=\"2.0\"><channel><title>&a11;</title></channel></rss>");
    file("d-bomb.xml", bomb.as_bytes());
    file("e-deep.html", format!("<html><body>{}x", "<div>".repeat(100_000)).as_bytes());
    file("f-empty.html", b"<html><head><title>Nothing here</title></head><body></body></html>");
    let latin = encoding_latin1(
        "<html><head><meta charset=\"utf-8\"></head><body><article><p>Der B\u{fc}rgermeister erkl\u{e4}rte, neun Menschen seien verletzt worden, als die F\u{e4}hre gegen die Mole fuhr.</p>\
        <p>Die Ursache war zun\u{e4}chst nicht bekannt, sagte er am Dienstag.</p></article></body></html>",
    );
    file("g-wrong-label.html", &latin);
    file("h-new\nline.txt", b"\x89PNG\r\n\x1a\n not text");
    file(
        "i-binary.txt",
        &(0..2000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<_>>(),
    );
    file("j-zero.txt", b"");
    let feed = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Large</title>{}</channel></rss>",
        "<item><title>One of many</title><link>https://a.test/x</link><description>A line.</description></item>".repeat(480_000)
    );
    assert!(feed.len() > 45 << 20);
    file("k-large.xml", feed.as_bytes());
    file("z-last.txt", good.replace("Nine", "Ten").as_bytes());
    let ledger = folder.path().join("l.db");
    let input = folder.path().join("in");
    let ran = run(&["add", input.to_str().unwrap()], &ledger);
    assert_eq!(ran.code, 3, "{}\n{}", ran.out, ran.err);
    let stored = Ledger::open(&ledger).unwrap();
    assert!(stored.damage().unwrap().is_empty());
    let lines = stored.reports(&ReportFilter::default()).unwrap();
    let origins: Vec<String> = lines
        .iter()
        .map(|l| Path::new(&l.origin).file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    for name in ["a-good.txt", "z-last.txt", "g-wrong-label.html"] {
        assert!(origins.iter().any(|o| o == name), "{name} is missing: {origins:?}\n{}", ran.err);
    }
    let german = lines.iter().find(|l| l.origin.ends_with("g-wrong-label.html")).unwrap();
    assert!(stored.report(german.id).unwrap().unwrap().report.text.contains("Bürgermeister"));
    assert_eq!(german.language.as_deref(), Some("de"));
    for name in ["b-truncated", "c-lying", "e-deep", "f-empty", "h-new line", "i-binary", "j-zero"] {
        let said: Vec<&str> = ran.err.lines().filter(|l| l.contains(name)).collect();
        assert_eq!(said.len(), 1, "one clear line for {name}:\n{}", ran.err);
    }
    let again = run(&["add", input.to_str().unwrap()], &ledger);
    // The three and the entries of the large feed, as many as are allowed.
    assert!(again.out.contains("added 0, known 50003"), "{}", again.out);
}

fn encoding_latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

#[test]
fn the_ledger_answers() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("l.db");
    let missing = run(&["reports"], &ledger);
    assert_eq!(missing.code, 1);
    assert!(missing.err.contains("sayso add"), "{}", missing.err);
    let path = folder.path().join("a.txt");
    let text = "title: Nine hurt as ferry strikes pier\npublisher: coast-courier.test\npublished: 2024-03-05\nurl: https://coast-courier.test/ferry\n\n\
        LUND — Nine people were killed on Tuesday when a ferry struck the pier, the Lund Harbour Office said.\n";
    fs::write(&path, text).unwrap();
    let add = || run(&["add", path.to_str().unwrap()], &ledger);
    assert_eq!(add().out, "added 1, known 0, revised 0\n");
    assert_eq!(add().out, "added 0, known 1, revised 0\n");
    fs::write(&path, text.replace("Nine people", "Eleven people")).unwrap();
    assert_eq!(add().out, "added 0, known 0, revised 1\n");
    let json = |args: &[&str]| -> Vec<Value> {
        let ran = run(args, &ledger);
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    };
    let reports = json(&["reports", "--json"]);
    assert_eq!((reports.len(), reports[0]["revision"].as_i64()), (1, Some(2)));
    assert_eq!(json(&["search", "--json", "ferries"]).len(), 1);
    assert!(json(&["search", "--json", "submarine"]).is_empty());
    let shown = json(&["show", "https://coast-courier.test/ferry", "--json"]);
    assert_eq!(shown[0]["ledger"]["id"], 2);
    assert_eq!(shown[0]["reading"]["report"]["head"]["outlet"]["value"], "coast-courier.test");
    let changes = json(&["show", "1", "--changes", "--json"]);
    assert_eq!((changes[0]["before"].as_i64(), changes[0]["now"].as_i64()), (Some(1), Some(2)));
    assert!(!changes[0]["changes"].as_array().unwrap().is_empty());
    let figures = json(&["figures", "--category", "killed", "--json"]);
    for figure in &figures {
        assert_eq!(figure["report"], 2, "only the newest revision");
        assert_eq!(figure["entry"]["span"]["exact"], figure["words"]);
    }
    for format in ["jsonl", "csv", "parquet"] {
        let out = folder.path().join(format);
        let ran = run(&["export", "--format", format, "-o", out.to_str().unwrap()], &ledger);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let bytes = fs::read(out).unwrap();
        match format {
            // What is in them is read back in the ledger's own tests.
            "parquet" => assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1")),
            "csv" => assert!(bytes.starts_with(b"report,text_hash,source_office")),
            _ => assert_eq!(
                serde_json::from_slice::<Value>(&bytes).unwrap()["report"]["head"]["outlet"]["value"],
                "coast-courier.test"
            ),
        }
    }
    assert_eq!(run(&["show", "99"], &ledger).code, 1);
    assert_eq!(run(&["reread", "--all"], &ledger).out, "2 reports read\n");
}

#[test]
fn stdin_and_folders_are_sources() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("l.db");
    let mut child = sayso()
        .args(["add", "-", "--json"])
        .env("SAYSO_LEDGER", &ledger)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&gzip(dump(3).as_bytes())).unwrap();
    let output = child.wait_with_output().unwrap();
    let lines: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let origins: Vec<&str> = lines.iter().filter_map(|l| l["origin"].as_str()).collect();
    assert_eq!(origins, ["-:1", "-:2", "-:3"], "in the order of the input");
    assert_eq!((&lines[3]["source"]["entries"], &lines[3]["source"]["taken"]), (&3.into(), &3.into()));
    assert_eq!(lines[4]["summary"]["added"], 3);
}

#[test]
fn nothing_found_is_said_and_entries_can_be_named() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("l.db");
    let path = folder.path().join("a.txt");
    fs::write(
        &path,
        "LUND — Nine people were killed when a ferry struck the pier, the Lund Harbour Office said.\n",
    )
    .unwrap();
    assert_eq!(run(&["add", path.to_str().unwrap()], &ledger).code, 0);
    let figures = run(&["figures", "--category", "dead"], &ledger);
    assert_eq!(figures.code, 0);
    assert!(figures.err.contains("'dead'") && figures.err.contains("killed"), "{}", figures.err);
    assert!(run(&["search", "submarine"], &ledger).err.contains("no report has"));
    assert!(run(&["reports", "--since", "2031-01-01"], &ledger).err.contains("no such report"));
    let shown = run(&["show", "1"], &ledger).out;
    let line = shown.lines().find(|l| l.trim_start().starts_with("f0 ")).unwrap_or_else(|| panic!("{shown}"));
    assert!(line.contains("killed, on the word of Lund Harbour Office"), "{line}");
    assert_eq!(
        run(&["decide", "accept", "1:f0"], &ledger).code,
        0,
        "the name that is shown can be decided about"
    );
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("l.db");
    let input = folder.path().join("dump.jsonl");
    fs::write(&input, dump(300)).unwrap();
    assert_eq!(run(&["add", input.to_str().unwrap()], &ledger).code, 0);
    for args in [
        &["reports"][..],
        &["reports", "--json"],
        &["figures"],
        &["export"],
        &["export", "--format", "csv"],
        &["export", "--format", "parquet"],
        &["show", "1"],
    ] {
        let mut child = sayso()
            .args(args)
            .env("SAYSO_LEDGER", &ledger)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()),
            (Some(0), ""),
            "{args:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn pipes_and_what_cannot_be_opened_cost_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("l.db");
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    let good = |name: &str| {
        fs::write(
            input.join(name),
            format!("At least nine people were hurt on the {name}, the harbour office said."),
        )
        .unwrap()
    };
    good("a.txt");
    good("z.txt");
    let fifo = |path: &Path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    fifo(&input.join("m.fifo"));
    std::os::unix::fs::symlink("/nowhere", input.join("n.txt")).unwrap();
    let ran =
        run(&["add", input.to_str().unwrap(), folder.path().join("missing.txt").to_str().unwrap()], &ledger);
    assert_eq!((ran.code, ran.out.as_str()), (3, "added 2, known 0, revised 0, failed 3\n"), "{}", ran.err);
    for name in ["m.fifo", "n.txt", "missing.txt"] {
        assert_eq!(ran.err.lines().filter(|l| l.contains(name)).count(), 1, "{name}: {}", ran.err);
    }
    // Named by itself, a pipe is read; one that nobody writes to is given up.
    let pipe = folder.path().join("pipe");
    fifo(&pipe);
    let written = pipe.clone();
    let writer =
        std::thread::spawn(move || fs::write(written, "Ten people were hurt, the harbour office said."));
    let ran = run(&["add", pipe.to_str().unwrap()], &ledger);
    assert_eq!((ran.code, ran.out.as_str()), (0, "added 1, known 0, revised 0\n"), "{}", ran.err);
    writer.join().unwrap().unwrap();
    let ran = run(&["add", pipe.to_str().unwrap(), input.join("a.txt").to_str().unwrap()], &ledger);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("nobody wrote to it"), "{}", ran.err);
    assert!(ran.out.contains("known 1"), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn an_interrupted_add_says_so_and_resumes_when_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("l.db");
    let input = folder.path().join("dump.jsonl");
    fs::write(&input, dump(3000)).unwrap();
    let mut child = sayso()
        .args(["add", "--json", input.to_str().unwrap()])
        .env("SAYSO_LEDGER", &ledger)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    assert!(first.contains("\"added\""), "{first}");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let summary: Value = serde_json::from_str(rest.last().unwrap()).unwrap();
    assert_eq!(summary["summary"]["interrupted"], true);
    let acknowledged = summary["summary"]["added"].as_i64().unwrap();
    assert!((1..3000).contains(&acknowledged), "{acknowledged} of 3000 before it was interrupted");
    let again = run(&["add", input.to_str().unwrap()], &ledger);
    assert_eq!(again.code, 0, "{}", again.err);
    assert_eq!(again.out, format!("added {}, known {acknowledged}, revised 0\n", 3000 - acknowledged));
}

#[test]
fn no_name_steers_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("l.db");
    let missing = "no\u{1b}[31mthere\u{9b}2J\u{202e}.txt";
    let good = folder.path().join("a.txt");
    fs::write(
        &good,
        "title: Nine \u{1b}]0;owned\u{7} hurt\npublisher: a\u{1b}[2J.test\n\nNine people were hurt, the \u{1b}[31moffice said.\n",
    )
    .unwrap();
    let good = good.to_str().unwrap();
    assert_eq!(run(&["add", good], &ledger).code, 0);
    for args in [
        &["read", missing][..],
        &["add", missing],
        &["show", missing],
        &["search", missing],
        &["who", missing],
        &["chain", missing],
        &["decide", "accept", missing],
        &["eval", "clusters", missing],
        &["export", "-o", "/nowhere\u{1b}[31m/x"],
        &["reports", "--ledger", missing],
        &["read", good],
        &["read", good, "--table", "statements"],
        &["show", "1"],
        &["reports"],
        &["story", "1"],
        &["brief", "1"],
    ] {
        let ran = run(args, &ledger);
        for c in ran.out.chars().chain(ran.err.chars()) {
            assert!(
                c == '\n' || !(c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)),
                "{args:?}: {:?} {:?}",
                ran.out,
                ran.err
            );
        }
    }
}

#[test]
fn a_proxy_is_used_and_not_asked_for_private_names() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let (asked, was_asked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut first = String::new();
            let _ = BufReader::new(stream.try_clone().unwrap()).read_line(&mut first);
            let body = if first.contains("robots.txt") {
                ""
            } else {
                "<html><body><article><p>Nine people were hurt on Tuesday when a ferry struck the pier in Lund, the harbour \
                 office said.</p><p>The ferry had left Brenn in the morning, and its captain saw nothing.</p></article>"
            };
            let _ = asked.send(first);
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n", body.len());
            let _ = stream.write_all(format!("{head}Connection: close\r\n\r\n{body}").as_bytes());
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let fetch = |url: &str| {
        let mut command = sayso();
        command.args(["add", "--delay", "0", url]).env("SAYSO_LEDGER", folder.path().join("l.db"));
        for name in
            ["HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"]
        {
            command.env_remove(name);
        }
        let output = command.env("http_proxy", &proxy).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for url in ["http://intranet/a", "http://db.internal/a", "http://localhost/a", "http://10.0.0.1/a"] {
        let (code, err) = fetch(url);
        assert_eq!(code, Some(3), "{url}: {err}");
        assert!(err.contains("not on the public network"), "{url}: {err}");
    }
    assert!(was_asked.try_recv().is_err(), "the proxy was not asked");
    // The proxy's own name is private, and the user's choice.
    let (code, err) = fetch("http://coast-courier.nowhere-at-all/ferry");
    assert_eq!(code, Some(0), "{err}");
    assert!(was_asked.try_iter().any(|first| first.contains("http://coast-courier.nowhere-at-all/ferry")));
}

#[test]
fn half_a_surrogate_pair_does_not_cost_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("l.db");
    let input = folder.path().join("dump.jsonl");
    let lines = [
        r#"{"title": "Nine hurt \udfff", "text": "Nine people were hurt on Tuesday, the harbour office said. \ud83d"}"#,
        r#"{"title": "Ten hurt \ud83d\ude00", "text": "Ten people were hurt on Friday, the harbour office said."}"#,
    ];
    fs::write(&input, lines.join("\n")).unwrap();
    let ran = run(&["add", input.to_str().unwrap()], &ledger);
    assert_eq!((ran.code, ran.out.as_str()), (0, "added 2, known 0, revised 0\n"), "{}", ran.err);
    let reports = run(&["reports", "--json"], &ledger).out;
    assert!(reports.contains("Nine hurt \u{FFFD}") && reports.contains("Ten hurt \u{1F600}"), "{reports}");
}

#[test]
fn what_is_not_done_on_postgres_is_refused_without_the_password() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.txt");
    fs::write(&file, "Nine people were hurt when a ferry struck the pier, the harbour office said.").unwrap();
    let (file, copy) = (file.to_str().unwrap(), folder.path().join("copy.db"));
    // Nobody listens there.
    let address = Path::new("postgres://ida:hunter2@127.0.0.1:1/news");
    for args in [&["repair"][..], &["backup", copy.to_str().unwrap()], &["restore", file], &["vacuum"]] {
        let ran = run(args, address);
        assert!(ran.code == 1 && ran.err.contains("PostgreSQL yet"), "{args:?}: {} {}", ran.code, ran.err);
        assert!(ran.out.is_empty() && !ran.err.contains("hunter2"), "{args:?}: {}{}", ran.out, ran.err);
    }
    // What is done there needs a server, and a program that was built with PostgreSQL.
    for args in [
        &["add", file][..],
        &["reports"],
        &["search", "ferry"],
        &["figures"],
        &["who", "ida"],
        &["show", "1"],
        &["stories"],
        &["story", "1"],
        &["chain", "1:f0"],
        &["brief", "1"],
        &["digest", "--since", "2024-01-01"],
        &["decide"],
        &["agreement", "ida", "per"],
        &["export"],
        &["import", file, "--format", "gold", "--as", "ida"],
        &["reread"],
        &["doctor"],
        &["serve", "--port", "0"],
        &["mcp"],
        &["watch", file, "--once"],
        &["sources"],
        &["verify", "--archive", folder.path().to_str().unwrap()],
        &["copy", address.to_str().unwrap(), copy.to_str().unwrap()],
    ] {
        let ran = run(args, address);
        assert!(ran.code == 1 && ran.out.is_empty(), "{args:?}: {}", ran.out);
        assert!(!ran.err.contains("hunter2") && !ran.err.contains("PostgreSQL yet"), "{args:?}: {}", ran.err);
    }
    assert!(!copy.exists());
}
