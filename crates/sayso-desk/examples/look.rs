//! What a look at the largest story of a ledger costs, in processor time: as it was left, again where nothing has changed, and after
//! one report more. `eval/README.md` has the numbers.
//!
//! ```text
//! cargo run --release -p sayso-desk --example look -- LEDGER
//! ```
//!
//! Adds a report to the ledger: give it a copy of one that `grow` made.

use std::{env, error::Error, fs, path::Path};

use sayso_ingest::HeadOverrides;
use sayso_ledger::{Ledger, Prepared, Provenance, ReportId};

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("expected LEDGER")?;
    let mut ledger = Ledger::open(Path::new(&path))?;
    let stories = ledger.story_lines(1, None, None)?;
    let story = stories.iter().max_by_key(|line| line.reports).ok_or("there is no story")?.id.0;
    look(&mut ledger, story, "as it was left")?;
    look(&mut ledger, story, "again")?;
    look(&mut ledger, story, "again")?;
    let mut reading = ledger.as_read(ReportId(story))?.ok_or("its first report has no reading")?;
    reading.report.text.push_str("\n\nOne report more.");
    let text = std::mem::take(&mut reading.report.text);
    reading.report = sayso_ingest::text(text.as_bytes(), &HeadOverrides::default())?;
    let provenance = Provenance { origin: "more.txt".to_owned(), ..Provenance::default() };
    ledger.add(&Prepared::read(reading, provenance)?)?;
    let begun = processor_time();
    sayso_desk::catch_up(&mut ledger)?;
    println!("placing one report: {:.3} s", (processor_time() - begun) as f64 / 1e9);
    look(&mut ledger, story, "after one report more")?;
    look(&mut ledger, story, "again")
}

fn look(ledger: &mut Ledger, story: i64, when: &str) -> Result<(), Box<dyn Error>> {
    let begun = processor_time();
    let loaded = sayso_desk::load(ledger, story, None)?;
    let seconds = (processor_time() - begun) as f64 / 1e9;
    println!("{} reports, {when}: {seconds:.3} s", loaded.story.reports.len());
    Ok(())
}

/// Processor time that this thread has used, in nanoseconds, where the system tells it.
fn processor_time() -> u64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split(' ').next().and_then(|time| time.parse().ok()).unwrap_or(0)
}
