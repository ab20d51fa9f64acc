//! How fast pages respond: serves a ledger, requests each kind of page repeatedly, then lets many read while some
//! decide.
//!
//! ```text
//! cargo run --release -p sayso-server --example bench -- LEDGER [SECONDS] [URL...]
//! ```
//!
//! Prints for each page and API call the bytes and, over 100 responses one after another, the median and the 95th
//! percentile in milliseconds, and `over` behind those above a limit; then the same for 100 readers, 4 reviewers and one
//! person adding reports at once, for SECONDS (10), with the number of errors and of decisions in the ledger at the end.
//! What takes over a second is requested ten times. If `datasette` is installed (PyPI), it serves
//! the same file alongside, and its pages of the same rows are measured in the same way; each URL is a page of another
//! server on this machine. LEDGER is written to: work on a copy.

#![allow(clippy::print_stdout, reason = "it prints what it measures")]

use std::{
    env,
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use sayso_ingest::HeadOverrides;
use sayso_ledger::{Ledger, Prepared, Provenance, ReportFilter};

const ROUNDS: usize = 100;
const READERS: usize = 100;
const REVIEWERS: usize = 4;
/// The limits: of the 95th percentile, and of the first page's bytes.
const LIMIT: Duration = Duration::from_millis(100);
const FIRST_PAGE: usize = 200_000;
/// What takes this long is not requested a hundred times.
const SLOW: Duration = Duration::from_secs(1);
const SLOW_ROUNDS: usize = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let ledger = PathBuf::from(arguments.next().ok_or("name a ledger")?);
    let seconds: u64 = arguments.next().map_or(Ok(10), |n| n.parse())?;
    let others: Vec<String> = arguments.collect();
    let paths = paths(&ledger)?;
    let before = Ledger::open_existing(&ledger)?.decisions()?.len();
    let options = sayso_server::Options {
        ledger: ledger.clone(),
        address: ([127, 0, 0, 1], 0).into(),
        name: "bench".to_owned(),
        users: None,
        program: None,
        origins: Vec::new(),
    };
    let begun = Instant::now();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        sayso_server::serve(options, move |address| {
            let _ = tell.send(address);
        })
    });
    let address = told.recv_timeout(Duration::from_secs(20))?;
    println!("ready after {:.1} ms", milliseconds(begun.elapsed()));
    println!("{:<44} {:>9} {:>9} {:>9} {:>9}", "one after the other", "bytes", "first", "median", "95th");
    for path in &paths {
        one_by_one(address, &address.to_string(), path)?;
    }
    match Datasette::start(&ledger)? {
        None => println!("datasette is not installed: nothing beside"),
        Some(datasette) => {
            println!(
                "{:<44} {:>9} {:>9} {:>9} {:>9}",
                "datasette beside", "bytes", "first", "median", "95th"
            );
            for path in datasette.paths() {
                one_by_one(datasette.address, &datasette.address.to_string(), &path)?;
            }
        }
    }
    for url in &others {
        let rest = url.strip_prefix("http://").ok_or("an address begins with http://")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        one_by_one(host.parse()?, host, &format!("/{path}"))?;
    }
    let made = at_once(address, &ledger, &paths, Duration::from_secs(seconds))?;
    let after = Ledger::open_existing(&ledger)?.decisions()?.len();
    println!("decisions answered {made}, in the ledger {}", after - before);
    Ok(())
}

/// One page of each kind: the newest story, the largest one, the newest report.
fn paths(ledger: &Path) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut ledger = Ledger::open_existing(ledger)?;
    let stories = sayso_desk::stories(&mut ledger, 1)?;
    let newest = stories.first().map_or(1, |s| s.story);
    let largest = stories.iter().max_by_key(|s| s.reports).map_or(1, |s| s.story);
    let report = ledger.last_report()?.0;
    println!("{} reports, {} stories", ledger.count()?, stories.len());
    let of_largest = ReportFilter { story: Some(sayso_ledger::StoryId(largest)), ..ReportFilter::default() };
    let in_largest = ledger.reports(&of_largest)?;
    println!("largest story: {} with {} reports", largest, in_largest.len());
    let inside = in_largest.first().map_or(report, |line| line.id.0);
    let speaker =
        ledger.most_quoted(u32::MAX)?.into_iter().next().map_or_else(String::new, |quoted| quoted.name);
    let speaker = speaker.replace(' ', "+");
    // "The" occurs in every report.
    let mut paths: Vec<String> = [
        "/",
        "/style.css",
        "/app.js",
        "/figures",
        "/figures?category=killed",
        "/queue",
        "/speakers",
        "/search?q=flood",
        "/search?q=the",
        "/search?q=the&category=killed",
        "/alerts",
        "/audit",
        "/export",
        "/add",
        "/words",
        "/api/v1",
        "/api/v1/openapi.json",
        "/api/v1/stories",
        "/api/v1/reports",
        "/api/v1/figures",
        "/api/v1/search?q=the",
        "/api/v1/decisions",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.extend([format!("/speaker?name={speaker}"), format!("/api/v1/speakers?name={speaker}")]);
    for story in [newest, largest] {
        paths.extend([
            format!("/story/{story}"),
            format!("/story/{story}/speakers"),
            format!("/story/{story}/brief?form=md"),
            format!("/api/v1/stories/{story}"),
            format!("/api/v1/stories/{story}/brief"),
        ]);
    }
    for report in [report, inside] {
        paths.extend([
            format!("/report/{report}"),
            format!("/api/v1/reports/{report}"),
            format!("/api/v1/chains/{report}:f0"),
        ]);
    }
    Ok(paths)
}

fn one_by_one(address: SocketAddr, host: &str, path: &str) -> io::Result<()> {
    let first = get(address, host, path)?;
    let mut times = Vec::with_capacity(ROUNDS);
    let again = get(address, host, path)?.took;
    for _ in 0..if again > SLOW { SLOW_ROUNDS } else { ROUNDS } {
        times.push(get(address, host, path)?.took);
    }
    let shown = if host == address.to_string() && address.port() != 0 {
        path.to_owned()
    } else {
        format!("{host}{path}")
    };
    let (median, most) = (share(&mut times, 0.5), share(&mut times, 0.95));
    let mut over = if most > LIMIT { "  over" } else { "" }.to_owned();
    if path == "/" && first.bytes > FIRST_PAGE {
        over.push_str("  over in bytes");
    }
    if first.status != 200 {
        over.push_str(&format!("  status {}", first.status));
    }
    println!(
        "{shown:<44} {:>9} {:>9.1} {:>9.1} {:>9.1}{over}",
        first.bytes,
        milliseconds(first.took),
        milliseconds(median),
        milliseconds(most)
    );
    Ok(())
}

/// Readers and reviewers at once; returns the number of decisions that were answered.
fn at_once(address: SocketAddr, ledger: &Path, paths: &[String], long: Duration) -> io::Result<u64> {
    let token = text(address, "/report/1")?;
    let token = token.split("name=\"token\" value=\"").nth(1).and_then(|t| t.split('"').next());
    let token = token.map(str::to_owned).ok_or_else(|| io::Error::other("report 1 has no form"))?;
    let stop = Arc::new(AtomicBool::new(false));
    let (errors, made) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let reading: Vec<_> = (0..READERS)
        .map(|n| {
            let (stop, errors, paths) = (Arc::clone(&stop), Arc::clone(&errors), paths.to_vec());
            thread::spawn(move || {
                let mut times = Vec::new();
                for (at, path) in paths.iter().enumerate().cycle().skip(n) {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    match get(address, &address.to_string(), path) {
                        Ok(answer) if answer.status == 200 => times.push((at, answer.took)),
                        failed => {
                            errors.fetch_add(1, Ordering::Relaxed);
                            println!("{path}: {:?}", failed.map(|answer| answer.status));
                        }
                    }
                    // A reader takes some time.
                    thread::sleep(Duration::from_secs(1));
                }
                times
            })
        })
        .collect();
    let deciding: Vec<_> = (0..REVIEWERS)
        .map(|n| {
            let (stop, errors, made, token) =
                (Arc::clone(&stop), Arc::clone(&errors), Arc::clone(&made), token.clone());
            thread::spawn(move || {
                let mut times = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let report = 1 + (times.len() * REVIEWERS + n) % 50;
                    let body = format!(
                        "token={token}&by=reviewer{n}&what=note&note=seen&entry={report}%3Af0&back=%2Fwords"
                    );
                    match post(address, &body) {
                        Ok(answer) if answer.status == 303 => {
                            made.fetch_add(1, Ordering::Relaxed);
                            times.push(answer.took);
                        }
                        // A report without a figure.
                        Ok(answer) if answer.status == 422 => times.push(answer.took),
                        _ => drop(errors.fetch_add(1, Ordering::Relaxed)),
                    }
                    thread::sleep(Duration::from_millis(500));
                }
                times
            })
        })
        .collect();
    let adding = {
        let (stop, errors, ledger) = (Arc::clone(&stop), Arc::clone(&errors), ledger.to_owned());
        thread::spawn(move || {
            let mut times = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                match add(&ledger, times.len()) {
                    Ok(took) => times.push(took),
                    Err(_) => drop(errors.fetch_add(1, Ordering::Relaxed)),
                }
            }
            times
        })
    };
    println!("{:<44} {:>9} {:>9} {:>9} {:>9}", "at once", "responses", "", "median", "95th");
    thread::sleep(long);
    stop.store(true, Ordering::Relaxed);
    let read: Vec<(usize, Duration)> = reading.into_iter().filter_map(|t| t.join().ok()).flatten().collect();
    let of = |at: usize| read.iter().filter(move |(n, _)| *n == at).map(|(_, took)| *took).collect();
    for (at, path) in paths.iter().enumerate() {
        summed_up(path, of(at));
    }
    summed_up("100 readers at once", read.iter().map(|(_, took)| *took).collect());
    summed_up("4 reviewers at once", deciding.into_iter().filter_map(|t| t.join().ok()).flatten().collect());
    summed_up("1 who adds", adding.join().unwrap_or_default());
    println!("errors {}", errors.load(Ordering::Relaxed));
    Ok(made.load(Ordering::Relaxed))
}

/// One line of what was measured at once: how many, the median and the 95th percentile.
fn summed_up(name: &str, mut times: Vec<Duration>) {
    println!(
        "{name:<44} {:>9} {:>9} {:>9.1} {:>9.1}",
        times.len(),
        "",
        milliseconds(share(&mut times, 0.5)),
        milliseconds(share(&mut times, 0.95))
    );
}

/// Reads a report and adds it.
fn add(ledger: &Path, n: usize) -> Result<Duration, Box<dyn std::error::Error>> {
    let begun = Instant::now();
    let text = format!(
        "publisher: more-{}.example\npublished: 2025-06-12\n\nAt least {n} people were killed at bridge {n}, police said.",
        std::process::id()
    );
    let report = sayso_ingest::text(text.as_bytes(), &HeadOverrides::default())?;
    let provenance = Provenance { origin: format!("bench {n}"), ..Provenance::default() };
    Ledger::open_existing(ledger)?.add(&Prepared::read(sayso_read::read(&report), provenance)?)?;
    Ok(begun.elapsed())
}

/// Datasette on the same file, for as long as this value lives.
struct Datasette {
    process: Child,
    address: SocketAddr,
    file: String,
}

impl Datasette {
    /// `None` if it is not installed.
    fn start(ledger: &Path) -> io::Result<Option<Self>> {
        let free = std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let process = Command::new("datasette")
            .arg("serve")
            .arg(ledger)
            .args(["--host", "127.0.0.1", "--port", &free.port().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let process = match process {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            process => process?,
        };
        let file = ledger.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let this = Self { process, address: free, file };
        for _ in 0..300 {
            if TcpStream::connect(free).is_ok() {
                return Ok(Some(this));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Err(io::Error::other("datasette does not answer"))
    }

    /// Its pages equivalent to ours: stories, figures, reports, one report, a search.
    fn paths(&self) -> Vec<String> {
        [
            "story_line?_sort_desc=last&_size=50",
            "figure?_sort=published&_size=100",
            "figure.json?_sort=published&_size=100",
            "figure.json?category=killed&_sort=published&_size=100",
            "report.json?_size=100",
            "report/1.json",
            "report.json?_search=the&_size=50",
        ]
        .map(|path| format!("/{}/{path}", self.file))
        .to_vec()
    }
}

impl Drop for Datasette {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

struct Answer {
    status: u16,
    bytes: usize,
    took: Duration,
}

fn get(address: SocketAddr, host: &str, path: &str) -> io::Result<Answer> {
    ask(address, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).map(|(a, _)| a)
}

fn text(address: SocketAddr, path: &str) -> io::Result<String> {
    let (_, text) =
        ask(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"))?;
    Ok(text)
}

fn post(address: SocketAddr, body: &str) -> io::Result<Answer> {
    let request = format!(
        "POST /decide HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    ask(address, &request).map(|(a, _)| a)
}

fn ask(address: SocketAddr, request: &str) -> io::Result<(Answer, String)> {
    let begun = Instant::now();
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let took = begun.elapsed();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    let head = text.find("\r\n\r\n").map_or(0, |at| at + 4);
    Ok((Answer { status, bytes: text.len() - head, took }, text))
}

/// The time below which this share of them lies.
fn share(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    let at = (times.len() as f64 * share) as usize;
    times.get(at.min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
