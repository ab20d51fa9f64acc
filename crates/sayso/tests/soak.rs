//! A soak on loopback: feeds that change, lie, break, redirect and hang, and a watch that is killed again and again. In the end
//! every item is there, each once.
//!
//! The short form takes seconds. Two hours in ten minutes, with 60 feeds and 100 kills:
//!
//!     SAYSO_SOAK=full cargo test --release -p sayso --test all soak:: -- --nocapture
//!
//! `SAYSO_SOAK=long` kills nothing and has ten times the items, for what memory does over time. `SAYSO_SOAK_PROGRAM` names another
//! build of the program to try.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should say where"
)]
#![cfg(target_os = "linux")]

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::site;

/// How long the trial is, and what is in it.
struct Plan {
    feeds: u64,
    items: u64,
    kills: u64,
    /// Real time between the first item and the last.
    length: Duration,
    /// How many times faster the clock of the watch runs.
    rate: u64,
}

impl Plan {
    fn of_environment() -> Self {
        match std::env::var("SAYSO_SOAK").as_deref() {
            Ok("full") => {
                Self { feeds: 60, items: 8, kills: 100, length: Duration::from_secs(600), rate: 12 }
            }
            Ok("long") => Self { feeds: 60, items: 80, kills: 0, length: Duration::from_secs(900), rate: 12 },
            _ => Self { feeds: 10, items: 3, kills: 6, length: Duration::from_secs(12), rate: 300 },
        }
    }

    /// How many items a feed has so far.
    fn out(&self, begun: Instant) -> u64 {
        let share = begun.elapsed().as_secs_f64() / self.length.as_secs_f64();
        (share * self.items as f64).ceil().clamp(1.0, self.items as f64) as u64
    }
}

/// The feed with a number, on an address of its own so that each is a host.
struct Feed {
    number: u64,
    base: String,
    asked: AtomicU64,
}

impl Feed {
    fn headline(&self, item: u64) -> String {
        format!("Ferry {} strikes pier {item} at Lower Brenn", self.number)
    }

    /// What is answered to a path: the whole answer, or nothing for ever.
    fn answer(&self, path: &str, plan: &Plan, begun: Instant) -> Option<Vec<u8>> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        let ok = |media: &str, body: &str| {
            format!("HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
                .into_bytes()
        };
        let empty = |status: &str, more: &str| {
            format!("HTTP/1.1 {status}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
        };
        if path == "/robots.txt" {
            return Some(empty("404 Not Found", ""));
        }
        // What goes wrong, goes wrong every third time; which way depends on the feed.
        let bad = turn % 3 == 1;
        match (self.number % 10, bad) {
            (1, true) => return Some(empty("500 Internal Server Error", "")),
            (2, true) => return Some(empty("503 Service Unavailable", "Retry-After: 30\r\n")),
            (3, true) => return None,
            (4, true) => {
                return Some(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss><channel>".to_vec());
            }
            (5, _) if path == "/feed" => return Some(empty("302 Found", "Location: /moved\r\n")),
            (6, true) => return Some(b"\x00\x01 no protocol".to_vec()),
            (7, true) if path == "/feed" => return Some(ok("image/png", "<rss><channel><item><title")),
            (8, true) => return Some(empty("302 Found", &format!("Location: {}{path}\r\n", self.base))),
            // A body in Brotli that ends in its middle, with the length that says so.
            (0, true) => {
                let whole = in_brotli("application/rss+xml", &"<rss><channel><item>".repeat(40));
                return Some(whole.get(..whole.len() / 2).unwrap_or_default().to_vec());
            }
            _ => {}
        }
        let Some(item) = path.strip_prefix("/item/").and_then(|n| n.parse::<u64>().ok()) else {
            let media = if self.number.is_multiple_of(2) { "application/rss+xml" } else { "text/plain" };
            return Some(self.coded(media, &self.feed(plan.out(begun)), ok));
        };
        let words = format!(
            "At least {} people were hurt on Tuesday when ferry {} struck pier {item} at Lower Brenn, the harbour office said.",
            20 + item,
            self.number
        );
        let page = site::article(&self.headline(item), &[&words]);
        Some(self.coded("text/html; charset=utf-8", &page, ok))
    }

    /// A response; every tenth feed sends its own, and its pages, in Brotli.
    fn coded(&self, media: &str, body: &str, plainly: impl Fn(&str, &str) -> Vec<u8>) -> Vec<u8> {
        if self.number.is_multiple_of(10) { in_brotli(media, body) } else { plainly(media, body) }
    }

    fn feed(&self, out: u64) -> String {
        let items: String = (0..out)
            .rev()
            .map(|item| {
                let title = self.headline(item);
                // Every tenth feed has its texts itself.
                let text = if self.number % 10 == 9 {
                    format!("<content:encoded><![CDATA[<p>{}</p>]]></content:encoded>", format!("In case {item} of ferry {}, at least nine people were hurt when it struck the pier, the harbour office said. ", self.number).repeat(8))
                } else {
                    String::new()
                };
                format!(
                    "<item><title>{title}</title><link>{}/item/{item}</link><pubDate>Tue, 05 Mar 2024 0{}:00:00 GMT</pubDate>{text}</item>",
                    self.base,
                    item % 10
                )
            })
            .collect();
        format!(
            "<rss version='2.0' xmlns:content='c'><channel><title>Courier {}</title>{items}</channel></rss>",
            self.number
        )
    }
}

/// A response in the content coding `br`, of the kind that stores its bytes as they are: at most 64 KiB.
fn in_brotli(media: &str, text: &str) -> Vec<u8> {
    let head = 1 << 20 | (u32::try_from(text.len()).unwrap() - 1) << 4;
    let body = [&head.to_le_bytes()[..3], text.as_bytes(), &[3]].concat();
    let status = format!("HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nContent-Encoding: br");
    let head = format!("{status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [head.as_bytes(), &body].concat()
}

fn serve(number: u64, plan: &Arc<Plan>, begun: Instant) -> Option<Arc<Feed>> {
    // Addresses of loopback that are this machine, too; where they are not, all are one host and the trial is slower.
    let address = format!("127.0.{}.{}:0", 1 + number / 200, 1 + number % 200);
    let listener = TcpListener::bind(address).or_else(|_| TcpListener::bind("127.0.0.1:0")).ok()?;
    let feed = Arc::new(Feed {
        number,
        base: format!("http://{}", listener.local_addr().ok()?),
        asked: AtomicU64::new(0),
    });
    let (own, plan) = (Arc::clone(&feed), Arc::clone(plan));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (feed, plan) = (Arc::clone(&own), Arc::clone(&plan));
            thread::spawn(move || handle(stream, &feed, &plan, begun));
        }
    });
    Some(feed)
}

fn handle(mut stream: TcpStream, feed: &Feed, plan: &Plan, begun: Instant) {
    let mut first = String::new();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let _ = reader.read_line(&mut first);
    for line in reader.lines() {
        if line.is_ok_and(|l| l.is_empty()) {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or("/").to_owned();
    match feed.answer(&path, plan, begun) {
        Some(answer) => drop(stream.write_all(&answer)),
        None => thread::sleep(Duration::from_secs(4)),
    }
}

fn program() -> OsString {
    std::env::var_os("SAYSO_SOAK_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_sayso").into())
}

fn watch(folder: &Path, clock: &str, once: bool) -> Child {
    let mut command = Command::new(program());
    command
        .current_dir(folder)
        .env("SAYSO_LEDGER", folder.join("l.db"))
        .args([
            "watch",
            "feeds.opml",
            "--every",
            "2m",
            "--allow-private",
            "--delay",
            "0",
            "--timeout",
            "1",
            "--hosts",
            "16",
        ])
        .args(["--archive", "kept", "--fast-clock", clock])
        .stdout(Stdio::null())
        .stderr(fs::File::options().create(true).append(true).open(folder.join("errors.txt")).unwrap());
    if once {
        command.arg("--once");
    }
    command.spawn().unwrap()
}

/// Memory of a process, in KiB.
fn memory(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn sayso(folder: &Path, args: &[&str]) -> (i32, String) {
    let output = Command::new(program())
        .args(args)
        .current_dir(folder)
        .env("SAYSO_LEDGER", folder.join("l.db"))
        .output()
        .unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn nothing_is_lost_and_nothing_comes_twice() {
    let plan = Arc::new(Plan::of_environment());
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let begun = Instant::now();
    let feeds: Vec<Arc<Feed>> = (0..plan.feeds).map(|n| serve(n, &plan, begun).unwrap()).collect();
    let outlines: String = feeds.iter().map(|f| format!("<outline xmlUrl='{}/feed'/>", f.base)).collect();
    fs::write(at.join("feeds.opml"), format!("<opml version='2.0'><body>{outlines}</body></opml>")).unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let clock = format!("{now}:{}", plan.rate);

    // Killed at instants that are the same in each trial, over three quarters of its length.
    let mut random = 88_172_645_463_325_252_u64;
    let mean = plan.length.mul_f64(0.75) / u32::try_from(plan.kills).unwrap().max(1);
    for _ in 0..plan.kills {
        let mut child = watch(at, &clock, false);
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        thread::sleep(mean.mul_f64((random % 1000) as f64 / 500.0));
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself: {}", errors(at));
        child.kill().unwrap();
        child.wait().unwrap();
    }

    // Then it runs on until all is there.
    let mut child = watch(at, &clock, false);
    let mut seen: Vec<(u64, u64)> = Vec::new();
    let expected = plan.feeds * plan.items;
    let patience = plan.length * 10 + Duration::from_secs(240);
    let from = Instant::now();
    loop {
        thread::sleep(Duration::from_secs(1));
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself: {}", errors(at));
        seen.extend(memory(&child).map(|kib| (from.elapsed().as_secs(), kib)));
        let (code, reports) = sayso(at, &["reports", "--json"]);
        assert_eq!(code, 0);
        let there = reports.lines().count() as u64;
        if there >= expected && begun.elapsed() > plan.length {
            break;
        }
        assert!(
            from.elapsed() < patience,
            "{there} of {expected} after {:?}: {}",
            begun.elapsed(),
            errors(at)
        );
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let (_, reports) = sayso(at, &["reports", "--json", "--all-revisions"]);
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for line in reports.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        *found.entry(line["headline"].as_str().unwrap_or("-").to_owned()).or_default() += 1;
    }
    for feed in &feeds {
        for item in 0..plan.items {
            let count = found.remove(&feed.headline(item));
            assert_eq!(count, Some(1), "feed {} item {item}", feed.number);
        }
    }
    assert!(found.is_empty(), "{found:?}");
    let (code, verified) = sayso(at, &["verify", "--archive", "kept"]);
    assert_eq!(code, 0, "{verified}");
    let (code, doctor) = sayso(at, &["doctor"]);
    assert_eq!(code, 0, "{doctor}");
    let requests: u64 = feeds.iter().map(|f| f.asked.load(Ordering::SeqCst)).sum();
    let most = seen.iter().map(|(_, kib)| *kib).max().unwrap_or(0);
    println!(
        "{} feeds, {} items, {} kills, {} requests in {:?}: each item once; at most {} MiB\n{verified}",
        plan.feeds,
        expected,
        plan.kills,
        requests,
        begun.elapsed(),
        most >> 10
    );
    for (second, kib) in seen.iter().step_by((seen.len() / 10).max(1)) {
        println!("  after {second:>4} s: {} MiB", kib >> 10);
    }
}

fn errors(at: &Path) -> String {
    let text = fs::read_to_string(at.join("errors.txt")).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().rev().take(20).rev().copied().collect::<Vec<_>>().join("\n")
}
