//! Twice the reports take little more than twice the time.

#![allow(clippy::panic, reason = "a test fails by panicking")]

mod made_up;

use sayso_compare::{Constraints, Entry, story};
use sayso_model::Reading;

/// The maximum ratio when the reports double.
const LIMIT: f64 = 2.4;
/// Number of measurements of both sizes before it fails.
const RUNS: usize = 10;

fn cost(size: usize) -> f64 {
    let readings: Vec<Reading> = (0..size).map(|n| made_up::report(n, 60)).collect();
    let entries: Vec<Entry<'_>> = (1..).zip(&readings).map(|(key, reading)| Entry { key, reading }).collect();
    let refs: Vec<&Reading> = readings.iter().collect();
    let begun = made_up::processor_time();
    let told = story(&entries, &Constraints::default(), None);
    let _ = sayso_brief::story::compose(&told, &refs, &sayso_brief::story::Corrected::new(), None);
    (made_up::processor_time() - begun) as f64
}

#[test]
fn doubling_the_reports_of_a_story_doubles_its_cost() {
    // A busy machine only makes a run slower, so the fastest of each counts, in alternation, so that both see the same load.
    let (mut small, mut large, mut least) = (f64::INFINITY, f64::INFINITY, f64::INFINITY);
    for _ in 0..RUNS {
        small = small.min(cost(500));
        large = large.min(cost(2000));
        least = large / small;
        if least <= LIMIT * LIMIT {
            break;
        }
    }
    assert!(least <= LIMIT * LIMIT, "four times the reports cost {least:.2} times as much");
}
