//! Stories that people join and split stay so when reports come in, and when everything derived is rebuilt.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use sayso_desk::Request;
use sayso_ingest::HeadOverrides;
use sayso_ledger::{DecisionKind, Ledger, Prepared, Provenance, Subject, View};

const FLOOD: &str = "title: Floods at Lower Brenn\npublisher: Valley News\npublished: 2025-06-12\n\n\
    At least 40 people were killed when the Orla river burst its banks at Lower Brenn, the Civil Defence Agency said.";
const FLOOD_TOLL: &str = "title: Toll of the Orla floods\npublisher: Northern Post\npublished: 2025-06-13\n\n\
    The Civil Defence Agency said on Friday that 43 people were killed when the Orla river burst its banks at Lower Brenn.";
const FLOOD_TRIAL: &str = "title: Orla dam warden in court over floods\npublisher: Northern Post\npublished: 2025-06-14\n\n\
    Prosecutors told a court that the warden Tomas Ilves of the Orla dam slept when the Orla river burst its banks at Lower \
    Brenn and people were killed. The court heard the warden Ilves and his lawyer.";
const TRIAL_LATER: &str = "title: Warden of the Orla dam denies guilt\npublisher: Valley News\npublished: 2025-06-15\n\n\
    The warden Tomas Ilves told the court that the Orla dam was closed when the Orla river burst its banks at Lower Brenn. \
    Prosecutors asked the court to hold the warden Ilves; his lawyer refused.";
const FLOOD_LATER: &str = "title: Orla floods: toll rises\npublisher: Northern Post\npublished: 2025-06-16\n\n\
    At least 45 people were killed when the Orla river burst its banks at Lower Brenn, the Civil Defence Agency said on Monday.";
const VOTE: &str = "title: Budget falls in Kesh\npublisher: Kesh Courier\npublished: 2025-06-12\n\n\
    Parliament in Kesh rejected the budget of finance minister Ada Brook on Tuesday.";
const VOTE_LATER: &str = "title: Kesh minister leaves over budget\npublisher: Kesh Courier\npublished: 2025-06-13\n\n\
    Finance minister Ada Brook resigned after parliament in Kesh rejected the budget of the minister.";

fn add(ledger: &mut Ledger, reports: &[&str]) {
    for report in reports {
        let report = sayso_ingest::text(report.as_bytes(), &HeadOverrides::default()).unwrap();
        let provenance = Provenance { origin: report.text_hash.clone(), ..Provenance::default() };
        ledger.add(&Prepared::read(sayso_read::read(&report), provenance).unwrap()).unwrap();
    }
}

fn ledger(reports: &[&str]) -> Ledger {
    let mut ledger = Ledger::in_memory().unwrap();
    add(&mut ledger, reports);
    ledger
}

/// Each story with its reports and its name.
fn stories(ledger: &mut Ledger) -> Vec<(i64, Vec<i64>, String)> {
    sayso_desk::catch_up(ledger).unwrap();
    let all = ledger.stories().unwrap();
    let reports = |id| ledger.story_reports(id).unwrap().into_iter().map(|r| r.0).collect();
    all.into_iter().map(|s| (s.id.0, reports(s.id), s.label)).collect()
}

fn numbers(ledger: &mut Ledger) -> Vec<(i64, Vec<i64>)> {
    let told: Vec<(i64, Vec<i64>)> =
        stories(ledger).into_iter().map(|(id, reports, _)| (id, reports)).collect();
    // Rebuilt from reports and decisions, it is the same.
    let before = stories(ledger);
    let write = ledger.derived().unwrap();
    write.clear().unwrap();
    write.commit().unwrap();
    assert_eq!(stories(ledger), before);
    told
}

fn decide(ledger: &mut Ledger, kind: DecisionKind, entries: &[&str]) -> Result<i64, String> {
    let request = Request {
        by: "ida".to_owned(),
        kind,
        entries: entries.iter().map(|e| (*e).to_owned()).collect(),
        value: None,
        note: None,
        added: None,
        words: None,
        nth: None,
        new_category: false,
    };
    let made = sayso_desk::decide(ledger, &request, View::Common).map_err(|e| e.to_string())?;
    assert_eq!(made.len(), 1);
    Ok(made.into_iter().next().unwrap())
}

#[test]
fn stories_that_are_joined_grow_together_until_that_is_undone() {
    let mut ledger = ledger(&[FLOOD, VOTE, FLOOD_TOLL]);
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 3]), (2, vec![2])]);
    let joined = decide(&mut ledger, DecisionKind::Merge, &["story:2", "story:1"]).unwrap();
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 2, 3])]);
    assert_eq!(sayso_desk::load(&mut ledger, 1, None).unwrap().story.reports.len(), 3);
    add(&mut ledger, &[VOTE_LATER]);
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 2, 3, 4])]);
    let kept = sayso_desk::trail(&ledger, None).unwrap();
    let last = &kept.last().unwrap().decision;
    assert_eq!((last.id, last.word(), last.by.as_str()), (joined, "join-story", "ida"));
    assert_eq!(last.subject, Subject::Reports(vec![1, 2]));
    decide(&mut ledger, DecisionKind::Undo, &[&joined.to_string()]).unwrap();
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 3]), (2, vec![2, 4])]);
    assert_eq!(stories(&mut ledger).last().unwrap().2, "Budget falls in Kesh");
}

#[test]
fn what_is_split_off_takes_later_reports_like_it_along() {
    let mut ledger = ledger(&[FLOOD, FLOOD_TOLL, FLOOD_TRIAL]);
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 2, 3])]);
    let split = decide(&mut ledger, DecisionKind::Split, &["report:3"]).unwrap();
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 2]), (3, vec![3])]);
    assert_eq!(stories(&mut ledger).last().unwrap().2, "Orla dam warden in court over floods");
    assert_eq!(sayso_desk::load(&mut ledger, 3, None).unwrap().story.reports.len(), 1);
    add(&mut ledger, &[TRIAL_LATER, FLOOD_LATER]);
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 2, 5]), (3, vec![3, 4])]);
    assert_eq!(sayso_desk::trail(&ledger, None).unwrap().last().unwrap().decision.word(), "split-story");
    // Reread, it is the same.
    let read = ledger.as_read(sayso_ledger::ReportId(3)).unwrap().unwrap();
    ledger.reread(sayso_ledger::ReportId(3), read).unwrap();
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 2, 5]), (3, vec![3, 4])]);
    // Joined again by a later decision, and apart again when that is undone.
    let joined = decide(&mut ledger, DecisionKind::Merge, &["story:1", "story:3"]).unwrap();
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 2, 3, 4, 5])]);
    decide(&mut ledger, DecisionKind::Undo, &[&joined.to_string()]).unwrap();
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 2, 5]), (3, vec![3, 4])]);
    decide(&mut ledger, DecisionKind::Undo, &[&split.to_string()]).unwrap();
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 2, 3, 4, 5])]);
}

#[test]
fn of_joining_and_splitting_the_later_decision_wins() {
    let mut ledger = ledger(&[FLOOD, VOTE, FLOOD_TOLL]);
    let apart = [(1, vec![1, 3]), (2, vec![2])];
    let joined = decide(&mut ledger, DecisionKind::Merge, &["story:1", "story:2"]).unwrap();
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 2, 3])]);
    // What was a story of its own before becomes one again, under its number and headline.
    let split = decide(&mut ledger, DecisionKind::Split, &["report:2"]).unwrap();
    assert_eq!(numbers(&mut ledger), apart);
    assert_eq!(stories(&mut ledger).last().unwrap().2, "Budget falls in Kesh");
    let read = ledger.as_read(sayso_ledger::ReportId(2)).unwrap().unwrap();
    ledger.reread(sayso_ledger::ReportId(2), read).unwrap();
    assert_eq!(numbers(&mut ledger), apart);
    decide(&mut ledger, DecisionKind::Undo, &[&split.to_string()]).unwrap();
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 2, 3])]);
    let split = decide(&mut ledger, DecisionKind::Split, &["report:2"]).unwrap();
    add(&mut ledger, &[VOTE_LATER, FLOOD_LATER]);
    let grown = [(1, vec![1, 3, 5]), (2, vec![2, 4])];
    assert_eq!(numbers(&mut ledger), grown, "later reports go where they are closer");
    decide(&mut ledger, DecisionKind::Undo, &[&joined.to_string()]).unwrap();
    assert_eq!(numbers(&mut ledger), grown);
    let joined = decide(&mut ledger, DecisionKind::Merge, &["story:1", "story:2"]).unwrap();
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 2, 3, 4, 5])]);
    decide(&mut ledger, DecisionKind::Undo, &[&split.to_string()]).unwrap();
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 2, 3, 4, 5])]);
    // Split along another line than before, and what is left of both.
    decide(&mut ledger, DecisionKind::Split, &["report:1", "report:2"]).unwrap();
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 2]), (3, vec![3, 4, 5])]);
    decide(&mut ledger, DecisionKind::Undo, &[&joined.to_string()]).unwrap();
    numbers(&mut ledger);
}

#[test]
fn the_number_of_a_story_goes_with_its_first_report() {
    let mut ledger = ledger(&[FLOOD_TRIAL, FLOOD, FLOOD_TOLL]);
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 2, 3])]);
    decide(&mut ledger, DecisionKind::Split, &["report:1"]).unwrap();
    assert_eq!(numbers(&mut ledger), [(1, vec![1]), (2, vec![2, 3])]);
    add(&mut ledger, &[TRIAL_LATER, FLOOD_LATER]);
    assert_eq!(numbers(&mut ledger), [(1, vec![1, 4]), (2, vec![2, 3, 5])]);
}

#[test]
fn what_cannot_be_joined_or_split_is_told() {
    let mut ledger = ledger(&[FLOOD, VOTE, FLOOD_TOLL]);
    for (kind, entries, why) in [
        (DecisionKind::Merge, vec!["story:1"], "two or more stories"),
        (DecisionKind::Merge, vec!["story:1", "story:9"], "there is no story 9"),
        (DecisionKind::Merge, vec!["story:1", "1:p0"], "can only be joined with stories"),
        (DecisionKind::Split, vec!["report:1", "report:2"], "several stories"),
        (DecisionKind::Split, vec!["report:1", "report:3"], "all the reports of story 1"),
    ] {
        let said = decide(&mut ledger, kind, &entries).unwrap_err();
        assert!(said.contains(why), "{entries:?}: {said}");
    }
    assert_eq!(ledger.last_decision().unwrap(), 0);
}
