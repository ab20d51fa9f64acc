//! Lists of figures and of what words find: the same whatever index they are read from, at a cost that does not grow with what
//! is not shown.

#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod one_figure;

use std::time::{Duration, Instant};

use sayso_ledger::{
    Anchored, DecisionKind, EntryKind, FigureFilter, FigurePlace, Ledger, NewDecision, Prepared, Provenance,
    ReportId, StoryId, Subject,
};
use sayso_model::{Date, Head, Report};
use sha2::{Digest, Sha256};

use self::one_figure::{reading, stated};

fn add(ledger: &mut Ledger, n: usize, text: &str, day: Option<i8>, killed: bool) -> ReportId {
    let report = Report {
        raw_hash: format!("raw {n}"),
        text_hash: Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect(),
        text: text.to_owned(),
        head: Head {
            headline: stated(format!("Ferry strikes pier {n}")),
            outlet: stated("Coast Courier".to_owned()),
            published: day.and_then(|day| Date::new(2024, 3, day)).and_then(stated),
            ..Head::default()
        },
        diagnostics: Vec::new(),
    };
    let mut reading = reading(report, "Nine passengers", 9);
    reading.figures[0].said_on = None;
    if killed {
        reading.figures[0].category = sayso_model::Category::KILLED;
    }
    let provenance = Provenance { origin: format!("{n}.txt"), ..Provenance::default() };
    ledger.add(&Prepared::read(reading, provenance).unwrap()).unwrap().id()
}

fn many() -> Ledger {
    let mut ledger = Ledger::in_memory().unwrap();
    for n in 0..40_usize {
        let text = format!("Nine passengers were hurt on trip {n}.");
        let day = (n % 5 != 0).then_some(1 + (n * 7 % 28) as i8);
        add(&mut ledger, n, &text, day, n % 3 == 0);
    }
    ledger
}

/// Places of a list, in its order.
fn places(ledger: &Ledger, filter: &FigureFilter) -> Vec<FigurePlace> {
    ledger.figures(filter).unwrap().iter().map(sayso_ledger::FoundFigure::place).collect()
}

#[test]
fn pages_of_a_list_are_the_list() {
    let ledger = many();
    let filters = [
        FigureFilter::default(),
        FigureFilter { category: Some("killed".into()), ..FigureFilter::default() },
        FigureFilter {
            since: Date::new(2024, 3, 9),
            until: Date::new(2024, 3, 20),
            ..FigureFilter::default()
        },
        FigureFilter { since: Date::new(2024, 3, 9), ..FigureFilter::default() },
        FigureFilter { until: Date::new(2024, 3, 20), ..FigureFilter::default() },
    ];
    for whole in filters {
        let all = places(&ledger, &whole);
        assert!(all.len() > 5, "{whole:?}");
        let mut sorted = all.clone();
        sorted.sort_by(|a, b| {
            (a.day.is_none(), &a.day, a.report, a.figure).cmp(&(b.day.is_none(), &b.day, b.report, b.figure))
        });
        assert_eq!(all, sorted, "by day, without a day last");
        let bounded = whole.since.is_some() || whole.until.is_some();
        assert_eq!(
            all.iter().any(|place| place.day.is_none()),
            !bounded,
            "what has no day lies in no span of days"
        );
        let mut paged: Vec<FigurePlace> = Vec::new();
        loop {
            let page = FigureFilter { after: paged.last().cloned(), limit: Some(4), ..whole.clone() };
            let page = places(&ledger, &page);
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, all);
    }
}

#[test]
fn categories_are_those_of_figures() {
    let ledger = many();
    assert_eq!(ledger.categories().unwrap().len(), 2);
    assert!(Ledger::in_memory().unwrap().categories().unwrap().is_empty());
}

/// A page of figures is read from an index in its order: nothing is sorted and no table gone through.
#[test]
fn a_page_of_figures_is_a_look_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.db");
    drop(Ledger::open(&path).unwrap());
    let db = rusqlite::Connection::open(&path).unwrap();
    let day = "coalesce(k.as_of, k.said_on, k.published, 'undated')";
    for (condition, index) in [("1", "figure_listed"), ("k.category = 'killed'", "figure_listed_category")] {
        let question = format!(
            "EXPLAIN QUERY PLAN SELECT k.report, k.entry FROM figure k CROSS JOIN report r ON r.id = k.report
             WHERE r.latest AND {condition} AND {day} >= '2024-01-01' ORDER BY {day}, k.report, k.entry LIMIT 100"
        );
        let mut plan = db.prepare(&question).unwrap();
        let plan: Vec<String> =
            plan.query_map([], |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
        assert!(plan[0].contains(&format!("INDEX {index} (")), "{plan:?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");
    }
}

/// SQLite's own function for the words around matches compares each with each: a minute for this report.
#[test]
fn a_word_that_a_report_has_very_often_is_found_in_linear_time() {
    let mut ledger = Ledger::in_memory().unwrap();
    let text = format!("Nine passengers were hurt. {}They swam.", "The fog was dense. ".repeat(60_000));
    add(&mut ledger, 1, &text, Some(1), false);
    let begun = Instant::now();
    let hits = ledger.search("fog", 5).unwrap();
    assert!(hits[0].snippet.contains("[fog]"), "{}", hits[0].snippet);
    // What stands at the end is found there; in the headline, there.
    assert!(ledger.search("swam", 5).unwrap()[0].snippet.contains("[swam]"));
    assert!(ledger.search("\"strikes pier\" fog", 5).unwrap()[0].snippet.contains('['));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn what_has_come_since_is_found_alone() {
    let mut ledger = many();
    let before = ledger.last_report().unwrap();
    assert!(ledger.search_lines("passengers", before, 10).unwrap().is_empty());
    let new = add(&mut ledger, 90, "Nine passengers were hurt again.", Some(2), false);
    let found = ledger.search_lines("passengers", before, 10).unwrap();
    assert_eq!(found.iter().map(|line| line.id).collect::<Vec<_>>(), [new]);
    assert_eq!(ledger.search_lines("passengers", ReportId(0), 100).unwrap().len(), 41);
    assert_eq!(
        ledger.words_around("again", new).unwrap().as_deref(),
        Some("Nine passengers were hurt [again].")
    );
    assert_eq!(ledger.words_around("absent", new).unwrap(), None);
}

#[test]
fn saved_searches_and_visits_belong_to_one_person() {
    let mut ledger = many();
    let last = ledger.last_report().unwrap();
    ledger.save_search("ida", "q=ferry").unwrap();
    ledger.save_search("ida", "q=ferry").unwrap();
    ledger.save_search("per", "q=ferry").unwrap();
    let saved = ledger.saved_searches("ida").unwrap();
    assert_eq!(saved.len(), 1);
    assert_eq!((saved[0].query.as_str(), saved[0].seen), ("q=ferry", last));
    ledger.saw_search("per", saved[0].id, ReportId(3)).unwrap();
    ledger.forget_search("per", saved[0].id).unwrap();
    assert_eq!(ledger.saved_searches("ida").unwrap(), saved, "another's searches are not his to change");
    ledger.saw_search("ida", saved[0].id, ReportId(3)).unwrap();
    assert_eq!(ledger.saved_searches("ida").unwrap()[0].seen, ReportId(3));
    ledger.forget_search("ida", saved[0].id).unwrap();
    assert!(ledger.saved_searches("ida").unwrap().is_empty());
    assert_eq!(ledger.visit("ida").unwrap(), None);
    ledger.set_visit("ida", last).unwrap();
    assert_eq!((ledger.visit("ida").unwrap(), ledger.visit("per").unwrap()), (Some(last), None));
}

/// What is made of a story is made anew when its reports, their readings or what people decided change, and only then.
#[test]
fn the_state_of_a_story_follows_what_is_compared() {
    let mut ledger = many();
    let put = |ledger: &mut Ledger, report: i64, story: i64| {
        let write = ledger.derived().unwrap();
        write.put_report(ReportId(report), StoryId(story)).unwrap();
        write.commit().unwrap();
    };
    let states = |ledger: &Ledger| [1, 2].map(|story| ledger.story_state(StoryId(story)).unwrap());
    let write = ledger.derived().unwrap();
    for story in 1..=2 {
        write.put_story(StoryId(story), "Ferry strikes pier", None).unwrap();
    }
    write.commit().unwrap();
    put(&mut ledger, 1, 1);
    put(&mut ledger, 2, 1);
    let mut before = states(&ledger);
    let mut changed = |ledger: &Ledger| {
        let now = states(ledger);
        let changed = [now[0] != before[0], now[1] != before[1]];
        before = now;
        changed
    };
    put(&mut ledger, 2, 2);
    assert_eq!(changed(&ledger), [true, true], "a report that moves");
    let decide = |ledger: &mut Ledger, kind: DecisionKind| {
        let reading = ledger.as_read(ReportId(1)).unwrap().unwrap();
        let entry = Anchored::new(ReportId(1), &reading, EntryKind::Figure, 0).unwrap();
        let note = Some("asked the harbour".to_owned());
        let subject = Subject::Entries(vec![entry]);
        ledger.decide(&NewDecision { by: "ida".into(), kind, subject, value: None, note }).unwrap();
    };
    decide(&mut ledger, DecisionKind::Note);
    decide(&mut ledger, DecisionKind::Accept);
    assert_eq!(changed(&ledger), [false, false], "what changes nothing that is compared");
    decide(&mut ledger, DecisionKind::Reject);
    assert_eq!(changed(&ledger), [true, false]);
    decide(&mut ledger, DecisionKind::Accept);
    assert_eq!(changed(&ledger), [true, false], "accepting what was rejected brings it back");
    let reading = ledger.as_read(ReportId(2)).unwrap().unwrap();
    ledger.reread(ReportId(2), reading).unwrap();
    assert_eq!(changed(&ledger), [false, true], "a report that was read again");
    assert_eq!(changed(&ledger), [false, false]);
}

/// A name is found by a part of it, and by its initials, without going through all names.
#[test]
fn speakers_are_found_by_a_part_of_their_name() {
    let ledger = many();
    for name in ["Lund Harbour Office", "harbour office", "Harbour", "office", "LHO"] {
        assert_eq!(ledger.speakers(name).unwrap().len(), 40, "{name}");
    }
    for name in ["lund office", "arbour", "offic", "harbour \"office"] {
        let found = ledger.speakers(name).unwrap().len();
        assert_eq!(found, if name.contains('"') { 40 } else { 0 }, "{name}");
    }
}
