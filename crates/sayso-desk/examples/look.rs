//! What a look at the largest story of a ledger costs, in processor time: as it was left, again where nothing has changed, after one
//! report more and after a decision, by itself and in a process that remembers. `eval/README.md` has the numbers.
//!
//! ```text
//! cargo run --release -p sayso-desk --example look -- LEDGER
//! ```
//!
//! Adds reports and decisions to the ledger: give it a copy of one that `grow` made.

use std::{env, error::Error, fs, path::Path, sync::Arc};

use sayso_ingest::HeadOverrides;
use sayso_ledger::{
    Anchored, DecisionKind, EntryKind, Ledger, NewDecision, Prepared, Provenance, ReportId, Subject,
};

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("expected LEDGER")?;
    let mut ledger = Ledger::open(Path::new(&path))?;
    let stories = ledger.story_lines(1, None, None)?;
    let story = stories.iter().max_by_key(|line| line.reports).ok_or("there is no story")?.id.0;
    look(&mut ledger, story, "as it was left")?;
    look(&mut ledger, story, "again")?;
    look(&mut ledger, story, "again")?;
    let begun = processor_time();
    add(&mut ledger, story, "One report more.")?;
    println!("placing one report: {:.3} s", (processor_time() - begun) as f64 / 1e9);
    look(&mut ledger, story, "after one report more")?;
    look(&mut ledger, story, "again")?;
    println!("in a process that remembers:");
    sayso_desk::remember(&mut ledger, &Arc::default());
    decide(&mut ledger, story, 41)?;
    look(&mut ledger, story, "for the first time")?;
    for best in 42..45 {
        decide(&mut ledger, story, best)?;
        look(&mut ledger, story, "after one decision more")?;
    }
    look(&mut ledger, story, "again")?;
    add(&mut ledger, story, "And another.")?;
    look(&mut ledger, story, "after one report more")
}

/// Adds a report to the story and has it placed.
fn add(ledger: &mut Ledger, story: i64, more: &str) -> Result<(), Box<dyn Error>> {
    let mut reading = ledger.as_read(ReportId(story))?.ok_or("its first report has no reading")?;
    let text = format!("{}\n\n{more}", reading.report.text);
    reading.report = sayso_ingest::text(text.as_bytes(), &HeadOverrides::default())?;
    let provenance = Provenance { origin: "more.txt".to_owned(), ..Provenance::default() };
    ledger.add(&Prepared::read(reading, provenance)?)?;
    Ok(sayso_desk::catch_up(ledger)?)
}

/// Corrects the first figure of the story's first report.
fn decide(ledger: &mut Ledger, story: i64, best: i64) -> Result<(), Box<dyn Error>> {
    let reading = ledger.as_read(ReportId(story))?.ok_or("its first report has no reading")?;
    let figure = Anchored::new(ReportId(story), &reading, EntryKind::Figure, 0).ok_or("it has no figure")?;
    ledger.decide(&NewDecision {
        by: "ida".to_owned(),
        kind: DecisionKind::Correct,
        subject: Subject::Entries(vec![figure]),
        value: Some(serde_json::json!({ "best": best })),
        note: None,
    })?;
    Ok(())
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
