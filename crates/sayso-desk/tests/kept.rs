//! What is cached for stories, and rebuilt only when something has changed, equals what is computed from scratch.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{ops::ControlFlow, sync::Arc};

use sayso_desk::{Loaded, Memory, Parts};
use sayso_ingest::HeadOverrides;
use sayso_ledger::{
    Anchored, DecisionKind, EntryKind, FigureFilter, Ledger, NewDecision, Prepared, Provenance, ReportId,
    Subject,
};
use sayso_model::{Date, Reading};
use sha2::{Digest, Sha256};

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

fn read(text: &str) -> Reading {
    sayso_read::read(&sayso_ingest::text(text.as_bytes(), &HeadOverrides::default()).unwrap())
}

/// The reading of a report that says the same in an outlet of its own, on another day.
fn another(of: &Reading, n: usize) -> Reading {
    let mut reading = of.clone();
    let report = &mut reading.report;
    report.text.push_str(&format!("\n\nPage {n}."));
    report.text_hash = Sha256::digest(&report.text).iter().map(|byte| format!("{byte:02x}")).collect();
    report.head.outlet.as_mut().unwrap().value = format!("Outlet {n}");
    let day = i8::try_from(10 + n * 5 % 9).unwrap();
    report.head.published.as_mut().unwrap().value = Date::new(2025, 6, day).unwrap();
    reading
}

fn keep(ledger: &mut Ledger, reading: Reading) {
    let provenance = Provenance { origin: reading.report.text_hash.clone(), ..Provenance::default() };
    ledger.add(&Prepared::read(reading, provenance).unwrap()).unwrap();
}

/// A loaded story, whole.
fn whole(loaded: &Loaded) -> String {
    let story = serde_json::to_string(&loaded.printed()).unwrap();
    format!("{story}\n{:?}\n{}", loaded.corrected, serde_json::to_string(&loaded.readings()).unwrap())
}

#[test]
fn a_story_that_was_kept_is_that_which_is_compared_from_nothing_whatever_came_in_or_was_decided() {
    kept_is_compared_from_nothing(Ledger::in_memory().unwrap());
}

#[test]
fn a_story_that_is_compared_by_who_remembers_it_is_that_which_is_compared_from_nothing() {
    let mut ledger = Ledger::in_memory().unwrap();
    sayso_desk::remember(&mut ledger, &Arc::new(Memory::of_stories_from(2)));
    kept_is_compared_from_nothing(ledger);
}

fn kept_is_compared_from_nothing(mut ledger: Ledger) {
    let read: Vec<Reading> = REPORTS.into_iter().map(read).collect();
    let decide = |ledger: &mut Ledger, kind, of: &[(i64, EntryKind)], value| {
        let anchored = |(report, kind): &(i64, EntryKind)| {
            Anchored::new(ReportId(*report), &ledger.as_read(ReportId(*report)).unwrap().unwrap(), *kind, 0)
        };
        let entries = of.iter().map(|entry| anchored(entry).unwrap()).collect();
        let subject = Subject::Entries(entries);
        ledger.decide(&NewDecision { by: "ida".to_owned(), kind, subject, value, note: None }).unwrap();
    };
    let mut told = Vec::new();
    for step in 0..34 {
        let report = i64::try_from(1 + step * 3 % 20).unwrap();
        match step {
            0..24 | 30 | 32 => keep(&mut ledger, another(&read[step % 3], step)),
            24 => decide(&mut ledger, DecisionKind::Reject, &[(4, EntryKind::Figure)], None),
            25 => {
                let value = serde_json::json!({"best": 44});
                decide(&mut ledger, DecisionKind::Correct, &[(report, EntryKind::Figure)], Some(value));
            }
            26 | 29 => {
                let speakers = [(1, EntryKind::Speaker), (report, EntryKind::Speaker)];
                let kind = if step == 26 { DecisionKind::Split } else { DecisionKind::Merge };
                decide(&mut ledger, kind, &speakers, None);
            }
            27 => {
                let mut again = ledger.as_read(ReportId(5)).unwrap().unwrap();
                again.figures[0].group = Some("clerks".to_owned());
                ledger.reread(ReportId(5), again).unwrap();
            }
            28 => {
                let subject = Subject::Decision(1);
                let undo = NewDecision {
                    by: "per".to_owned(),
                    kind: DecisionKind::Undo,
                    subject,
                    value: None,
                    note: None,
                };
                ledger.decide(&undo).unwrap();
            }
            _ => {}
        }
        let kept = whole(&sayso_desk::load(&mut ledger, 1, None).unwrap());
        assert_eq!(whole(&sayso_desk::load(&mut ledger, 1, None).unwrap()), kept, "step {step}: again");
        let anew = whole(&sayso_desk::load_placed(&ledger, 1, None).unwrap());
        assert_eq!(kept, anew, "step {step}: from nothing");
        let one_by_one = sayso_desk::load_where(&ledger, 1, None, &|line| line.latest).unwrap().unwrap();
        assert_eq!(kept, whole(&one_by_one), "step {step}: report by report");
        assert_eq!(ledger.value("story compared", "1").unwrap().is_some(), step >= 19, "step {step}");
        told.push(kept);
    }
    told.dedup();
    assert!(told.len() >= 28, "what came in changed what is told");
}

#[test]
fn reports_that_come_in_one_by_one_give_the_row_in_the_list_that_all_at_once_give() {
    let read: Vec<Reading> = REPORTS.into_iter().map(read).collect();
    let (mut grown, mut at_once) = (Ledger::in_memory().unwrap(), Ledger::in_memory().unwrap());
    let lines = |ledger: &mut Ledger| {
        sayso_desk::catch_up(ledger).unwrap();
        ledger.story_lines(0, None, None).unwrap()
    };
    for step in 0..12 {
        let reading = another(&read[step % 3], step);
        keep(&mut grown, reading.clone());
        lines(&mut grown);
        keep(&mut at_once, reading);
    }
    let line = lines(&mut grown);
    assert_eq!(line.iter().map(|line| line.reports).max(), Some(12));
    assert_eq!(line, lines(&mut at_once));
}

#[test]
fn a_large_story_is_compared_before_anybody_looks_where_much_has_come_in() {
    let reading = read(REPORTS[0]);
    let mut ledger = Ledger::in_memory().unwrap();
    let parts = |_: &Loaded| Ok(Parts::from([("one".to_owned(), "made".to_owned())]));
    let ahead = |ledger: &mut Ledger| {
        sayso_desk::catch_up(ledger).unwrap();
        sayso_desk::keep_ahead(ledger, &[("test", &parts)], &mut || ControlFlow::Continue(())).unwrap();
    };
    let is_kept = |ledger: &mut Ledger| {
        let mut kept = true;
        let make = |_: &Loaded| {
            kept = false;
            Ok(Parts::new())
        };
        let parts = sayso_desk::kept(ledger, 1, "test", &["one".to_owned()], make).unwrap();
        assert_eq!(parts.contains_key("one"), kept);
        kept
    };
    (0..499).for_each(|n| keep(&mut ledger, another(&reading, n)));
    ahead(&mut ledger);
    assert!(ledger.value("story compared", "1").unwrap().is_none(), "it is not large");
    keep(&mut ledger, another(&reading, 499));
    ahead(&mut ledger);
    assert!(is_kept(&mut ledger));
    keep(&mut ledger, another(&reading, 500));
    ahead(&mut ledger);
    assert!(!is_kept(&mut ledger), "one more report is not much");
    (501..580).for_each(|n| keep(&mut ledger, another(&reading, n)));
    ahead(&mut ledger);
    assert!(is_kept(&mut ledger));
}
