//! What one more report costs a ledger, by its size: grows a ledger with made-up reports and times `sayso add` (reading,
//! keeping, placing into stories) of some new ones at each size.
//!
//! ```text
//! cargo build --release -p sayso && cargo run --release -p sayso --example incremental -- 5000 10000 20000 50000
//! ```
//!
//! Prints for each size the milliseconds for one report, by the clock and of processor time (Linux only: what
//! `/proc/self/stat` says of ended children, in steps of 10 ms a call): the median of [`ROUNDS`] calls that each add
//! [`AT_ONCE`], less what a call takes that adds nothing; then the ratio of the largest to the smallest size. On a machine
//! that does other work the processor time is the one to trust.

#![allow(clippy::print_stdout, reason = "it prints what it measures")]

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// New reports in one call, so that the start of the program weighs little.
const AT_ONCE: usize = 50;
/// Calls at each size.
const ROUNDS: usize = 7;
/// Reports on one event.
const A_STORY: usize = 10;

fn main() -> io::Result<()> {
    let mut sizes: Vec<usize> = env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![5_000, 10_000, 20_000, 50_000];
    }
    // Examples lie in a folder beside the program.
    let own = env::current_exe()?;
    let sayso = own.parent().and_then(Path::parent).unwrap_or(Path::new(".")).join("sayso");
    let folder = env::temp_dir().join(format!("sayso-incremental-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let bench = Bench { sayso, ledger: folder.join("ledger.sqlite"), dump: folder.join("dump.jsonl") };
    let mut written = 0;
    let mut costs = Vec::new();
    println!("reports   ms a report, clock   processor");
    for size in sizes {
        bench.add(written, size)?;
        written = size;
        let nothing = Cost::median((0..ROUNDS).map(|_| bench.add(0, AT_ONCE)).collect::<io::Result<_>>()?);
        let mut calls = Vec::new();
        for _ in 0..ROUNDS {
            calls.push(bench.add(written, written + AT_ONCE)?);
            written += AT_ONCE;
        }
        let cost = Cost::median(calls).less(nothing);
        println!("{size:>7} {:>20.2} {:>11.2}", a_report(cost.clock), a_report(cost.processor));
        io::stdout().flush()?;
        costs.push(cost);
    }
    if let (Some(first), Some(last)) = (costs.first(), costs.last()) {
        let ratio = |of: fn(&Cost) -> Duration| of(last).as_secs_f64() / of(first).as_secs_f64();
        println!("largest to smallest {:>8.2} {:>11.2}", ratio(|c| c.clock), ratio(|c| c.processor));
    }
    fs::remove_dir_all(folder)
}

/// What one call took.
#[derive(Clone, Copy, Default)]
struct Cost {
    clock: Duration,
    processor: Duration,
}

impl Cost {
    fn median(calls: Vec<Self>) -> Self {
        let middle = |of: fn(&Self) -> Duration| {
            let mut times: Vec<Duration> = calls.iter().map(of).collect();
            times.sort();
            times.get(times.len() / 2).copied().unwrap_or_default()
        };
        Self { clock: middle(|c| c.clock), processor: middle(|c| c.processor) }
    }

    fn less(self, other: Self) -> Self {
        Self {
            clock: self.clock.saturating_sub(other.clock),
            processor: self.processor.saturating_sub(other.processor),
        }
    }
}

/// Milliseconds of one report of [`AT_ONCE`].
fn a_report(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0 / AT_ONCE as f64
}

/// Processor time of all children that have ended: fields 16 and 17 of `/proc/self/stat` (proc(5)), in ticks of 10 ms.
fn children() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 =
        behind_name.split_whitespace().skip(13).take(2).filter_map(|t| t.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

struct Bench {
    sayso: PathBuf,
    ledger: PathBuf,
    dump: PathBuf,
}

impl Bench {
    /// Adds the reports of some numbers and says what the call took.
    fn add(&self, from: usize, to: usize) -> io::Result<Cost> {
        fs::write(&self.dump, (from..to).map(report).collect::<String>())?;
        let (start, before) = (Instant::now(), children());
        let done = Command::new(&self.sayso)
            .arg("add")
            .arg(&self.dump)
            .env("SAYSO_LEDGER", &self.ledger)
            .env_remove("RUST_LOG")
            .output()?;
        if done.status.success() {
            Ok(Cost { clock: start.elapsed(), processor: children().saturating_sub(before) })
        } else {
            Err(io::Error::other(String::from_utf8_lossy(&done.stderr).into_owned()))
        }
    }
}

/// A made-up report as a line of JSON: [`A_STORY`] of them are on one event, the words are drawn anew for each.
fn report(number: usize) -> String {
    let mut event = Draw(number / A_STORY + 1);
    let (town, river, mayor) = (event.name(), event.name(), format!("{} {}", event.name(), event.name()));
    let mut own = Draw(number + 7_000_000);
    let hurt = 10 + own.below(400);
    let mut text = format!(
        "{town} — At least {hurt} people were hurt when the {river} burst its banks at {town}, mayor {mayor} said on Tuesday. "
    );
    for _ in 0..5 {
        let said = ["said", "added", "told reporters", "warned"].get(own.below(4)).copied().unwrap_or("said");
        text.push_str(&format!(
            "{} {said} that {} houses near {} and {} were under water and {} people had left for {}. ",
            own.name(),
            own.below(900),
            own.name(),
            river,
            own.below(5_000),
            own.name(),
        ));
    }
    let day = 1 + event.below(28);
    format!(
        "{{\"title\": \"{hurt} hurt as the {river} floods {town}\", \"outlet\": \"Courier {}\", \"published\": \
         \"2025-03-{day:02}\", \"url\": \"https://courier-{}.example/{number}\", \"text\": \"{text}\"}}\n",
        number % 40,
        number % 40
    )
}

/// Numbers that look drawn by lot and are always the same (a linear congruential generator).
struct Draw(usize);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit.max(1)
    }

    fn name(&mut self) -> String {
        const PARTS: [&str; 24] = [
            "bar", "den", "fol", "gri", "hul", "jos", "kel", "lom", "mar", "nes", "ost", "pra", "qui", "ros",
            "sel", "tor", "ulm", "ver", "wal", "xan", "yor", "zed", "ath", "eri",
        ];
        let mut name = String::new();
        for _ in 0..3 {
            name.push_str(PARTS.get(self.below(PARTS.len())).copied().unwrap_or(""));
        }
        let mut letters = name.chars();
        letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }
}
