//! What is kept of stories and made anew only where something has changed says the same as what is worked out from nothing.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use sayso_ingest::HeadOverrides;
use sayso_ledger::{FigureFilter, Ledger, Prepared, Provenance};

const REPORTS: [&str; 3] = [
    "title: Floods at Lower Brenn\npublisher: Valley News\npublished: 2025-06-12\n\n\
     At least 40 people were killed when the Orla burst its banks at Lower Brenn, the Civil Defence Agency said on Thursday.",
    "title: Toll of the floods\npublisher: Northern Post\npublished: 2025-06-13\n\n\
     At least 40 people were killed when the Orla burst its banks at Lower Brenn, the Valley News reported. \
     The Civil Defence Agency said on Friday that 12 people were missing at Lower Brenn.",
    "title: Toll of the floods at Lower Brenn rises\npublisher: Northern Post\npublished: 2025-06-14\n\n\
     At least 43 people were killed when the Orla burst its banks at Lower Brenn, the Civil Defence Agency said on Saturday.",
];

fn ledger(reports: &[&str]) -> Ledger {
    let mut ledger = Ledger::in_memory().unwrap();
    add(&mut ledger, reports);
    ledger
}

fn add(ledger: &mut Ledger, reports: &[&str]) {
    for report in reports {
        let report = sayso_ingest::text(report.as_bytes(), &HeadOverrides::default()).unwrap();
        let provenance = Provenance { origin: report.text_hash.clone(), ..Provenance::default() };
        ledger.add(&Prepared::read(sayso_read::read(&report), provenance).unwrap()).unwrap();
    }
}

/// All chains and fates of a ledger, as they are printed.
fn told(ledger: &mut Ledger) -> Vec<String> {
    let figures = sayso_desk::figures(ledger, &FigureFilter::default()).unwrap();
    assert!(!figures.is_empty());
    let mut told = Vec::new();
    for figure in figures {
        let chain = sayso_desk::chain(ledger, &figure.name()).unwrap();
        told.push(format!(
            "{} {} {}",
            figure.name(),
            figure.standing(),
            serde_json::to_string(&chain).unwrap()
        ));
    }
    told
}

#[test]
fn chains_and_fates_are_the_same_when_they_are_asked_for_again() {
    let mut kept = ledger(&REPORTS);
    let first = told(&mut kept);
    assert_eq!(told(&mut kept), first);
    let joined = first.join("\n");
    assert!(joined.contains("superseded"), "{joined}");
    assert!(joined.contains("\"role\":\"origin\",\"name\":\"Civil Defence Agency\""), "{joined}");
}

#[test]
fn a_report_that_comes_in_changes_what_was_kept() {
    let mut grown = ledger(&REPORTS[..2]);
    let before = told(&mut grown);
    add(&mut grown, &REPORTS[2..]);
    let after = told(&mut grown);
    assert_ne!(after, before);
    assert_eq!(after, told(&mut ledger(&REPORTS)));
}

#[test]
fn the_statement_of_a_figure_goes_the_way_of_the_figure() {
    let mut ledger = ledger(&REPORTS);
    let of_figure = sayso_desk::chain(&mut ledger, "1:f0").unwrap();
    assert_eq!(sayso_desk::chain(&mut ledger, "1:s0").unwrap(), of_figure);
}

#[test]
fn what_is_not_there_is_told() {
    let mut ledger = ledger(&REPORTS);
    for (entry, why) in
        [("1:f99", "has no figure f99"), ("99:f0", "there is no report 99"), ("1:p0", "names no")]
    {
        let said = sayso_desk::chain(&mut ledger, entry).unwrap_err().to_string();
        assert!(said.contains(why), "{entry}: {said}");
    }
}
