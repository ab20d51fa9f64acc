//! Measures the processor time of comparing and briefing a story of N made-up reports: `cargo run --release -p sayso-brief
//! --example growth -- 200 800 3200 5000`

#[path = "../tests/made_up/mod.rs"]
mod made_up;

use sayso_compare::{Constraints, Entry, story};
use sayso_model::Reading;

fn main() {
    let asked: Vec<usize> = std::env::args().skip(1).filter_map(|n| n.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![200, 800, 3200] } else { asked };
    println!("reports  story ms  brief ms  speakers  claims  conflicts  bytes of JSON");
    for size in sizes {
        let readings: Vec<Reading> = (0..size).map(|n| made_up::report(n, 60)).collect();
        let entries: Vec<Entry<'_>> =
            (1..).zip(&readings).map(|(key, reading)| Entry { key, reading }).collect();
        let begun = made_up::processor_time();
        let told = story(&entries, &Constraints::default(), None);
        let compared = made_up::processor_time();
        let by_key: Vec<&Reading> =
            told.reports.iter().filter_map(|r| readings.get(usize::try_from(r.key - 1).ok()?)).collect();
        let brief = sayso_brief::story::compose(&told, &by_key, &sayso_brief::story::Corrected::new(), None);
        let composed = made_up::processor_time();
        println!(
            "{size:>7}  {:>8}  {:>8}  {:>8}  {:>6}  {:>9}  {:>13}",
            (compared - begun) / 1_000_000,
            (composed - compared) / 1_000_000,
            told.speakers.len(),
            told.claims.len(),
            told.conflicts.len() + told.conflicts_left_out,
            serde_json::to_string(&brief).map_or(0, |json| json.len()),
        );
    }
}
