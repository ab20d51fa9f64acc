//! A story compared again is that which is compared from nothing, whatever came, went, changed or was decided in between.

#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use std::{collections::BTreeMap, sync::Arc};

use common::{reading, span, speaker, told};
use proptest::prelude::*;
use sayso_compare::{Compared, Constraints, Entry, story, story_again};
use sayso_model::{
    Construction, Modality, Number, Polarity, Reading, SpeakerId, SpeakerKind, Statement, StatementId,
    StatementKind, story::Story,
};

/// Something that happens to a story's reports.
#[derive(Debug, Clone)]
enum Change {
    /// A report comes in, or a revision of one.
    Comes { key: i64, text: usize, day: u8 },
    /// A report is moved to another story.
    Goes { key: i64 },
    /// Somebody corrects its first figure.
    Corrected { key: i64, best: i64 },
    /// Somebody rejects its first figure.
    Rejected { key: i64 },
    /// It is read again, as before.
    ReadAgain { key: i64 },
    /// Another name is read in it.
    Named { key: i64 },
    /// A statement is read in it, or no longer read.
    Stated { key: i64 },
    /// Another outlet is read in its head.
    Headed { key: i64 },
    /// Somebody decides that the first speakers of two reports are one, or are two.
    Decided { keys: [i64; 2], together: bool },
}

const TEXTS: [(&str, &str); 5] = [
    (
        "9 people hurt",
        "The flood left 9 people hurt at Port Anselm, the Rescue Board said, and Mari Tamm left.",
    ),
    (
        "12 people hurt",
        "The flood left 12 people hurt at Port Anselm, the Ostrian Rescue Board said, and Mari Tamm stayed.",
    ),
    (
        "9 people hurt",
        "With 9 people hurt at Port Anselm, the Rescue Board said, Tamm called the Harbour Office of Ostria.",
    ),
    (
        "30 people hurt",
        "The Harbour Office counts 30 people hurt at Port Anselm in Hurricane Ada, against the Rescue Board.",
    ),
    (
        "12 people hurt",
        "Hurricane Bert left 12 people hurt, the Rescue Board of Estonia said in the town of Hollow Vale.",
    ),
];

fn report(text: usize, day: u8) -> Reading {
    let (words, text) = TEXTS[text];
    let day = format!("2025-03-{:02}", 1 + day);
    let number = words.split(' ').next().unwrap().parse().unwrap();
    told("tidewater.example", &day, text, &[(words, number, "Rescue Board")])
}

/// What the first speaker of a report says in it.
fn statement(reading: &Reading) -> Statement {
    let text = reading.report.text.as_str();
    let content = text.split(',').next().unwrap_or(text);
    Statement {
        id: StatementId(0),
        kind: StatementKind::Indirect,
        construction: Construction::Verb,
        source: Vec::new(),
        cue: Vec::new(),
        content: vec![span(reading, content)],
        speaker: Some(SpeakerId::from(0)),
        chain: Vec::new(),
        channel: None,
        addressee: None,
        modality: Modality::Asserted,
        polarity: Polarity::Positive,
        modality_evidence: Vec::new(),
        said_on: None,
        said_at: None,
        places: Vec::new(),
        figures: Vec::new(),
        parent: None,
        same_words_as: None,
    }
}

fn change() -> impl Strategy<Value = Change> {
    let key = || 1_i64..12;
    prop_oneof![
        6 => (key(), 0..TEXTS.len(), 0_u8..6).prop_map(|(key, text, day)| Change::Comes { key, text, day }),
        1 => key().prop_map(|key| Change::Goes { key }),
        3 => (key(), 1_i64..20).prop_map(|(key, best)| Change::Corrected { key, best }),
        1 => key().prop_map(|key| Change::Rejected { key }),
        1 => key().prop_map(|key| Change::ReadAgain { key }),
        1 => key().prop_map(|key| Change::Named { key }),
        1 => key().prop_map(|key| Change::Stated { key }),
        1 => key().prop_map(|key| Change::Headed { key }),
        2 => ([key(), key()], any::<bool>()).prop_map(|(keys, together)| Change::Decided { keys, together }),
    ]
}

fn happen(change: Change, reports: &mut BTreeMap<i64, Arc<Reading>>, constraints: &mut Constraints) {
    let mut of = |key: i64, edit: &dyn Fn(&mut Reading)| {
        if let Some(reading) = reports.get_mut(&key) {
            let mut changed = Reading::clone(reading);
            edit(&mut changed);
            *reading = Arc::new(changed);
        }
    };
    match change {
        Change::Comes { key, text, day } => drop(reports.insert(key, Arc::new(report(text, day)))),
        Change::Goes { key } => drop(reports.remove(&key)),
        Change::Corrected { key, best } => of(key, &|reading| {
            reading.figures.iter_mut().take(1).for_each(|f| f.best = Some(Number::whole(best)));
        }),
        Change::Rejected { key } => of(key, &|reading| reading.figures.clear()),
        Change::ReadAgain { key } => of(key, &|_| {}),
        Change::Named { key } => of(key, &|reading| {
            if reading.report.text.contains("Mari Tamm") {
                speaker(reading, "Mari Tamm", SpeakerKind::Person, false);
            }
        }),
        Change::Stated { key } => of(key, &|reading| {
            if reading.statements.pop().is_none() {
                reading.statements.push(statement(reading));
            }
        }),
        Change::Headed { key } => of(key, &|reading| {
            reading.report.head.outlet.iter_mut().for_each(|o| o.value = "Harbour Office".to_owned());
        }),
        Change::Decided { keys: [a, b], together } => {
            let pair = ((a.min(b), SpeakerId::from(0)), (a.max(b), SpeakerId::from(0)));
            let (put, take) = match together {
                true => (&mut constraints.together, &mut constraints.apart),
                false => (&mut constraints.apart, &mut constraints.together),
            };
            take.retain(|known| *known != pair);
            put.push(pair);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_story_compared_again_is_that_which_is_compared_from_nothing(
        changes in prop::collection::vec((change(), any::<bool>()), 1..40),
    ) {
        let (mut reports, mut constraints) = (BTreeMap::new(), Constraints::default());
        let mut before = None;
        for (change, looks) in changes {
            happen(change, &mut reports, &mut constraints);
            if !looks {
                continue;
            }
            let compared = story_again(before.take(), &reports, &constraints);
            prop_assert_eq!(&**compared.story(), &from_nothing(&reports, &constraints));
            prop_assert!(compared.is_of(&reports, &constraints));
            before = Some(compared);
        }
    }
}

fn from_nothing(reports: &BTreeMap<i64, Arc<Reading>>, constraints: &Constraints) -> Story {
    let mut entries: Vec<Entry<'_>> =
        reports.iter().map(|(key, reading)| Entry { key: *key, reading }).collect();
    entries.reverse();
    story(&entries, constraints, None)
}

/// Compares again after each of some changes.
fn after_each(changes: impl IntoIterator<Item = Change>) {
    let (mut reports, mut constraints) = (BTreeMap::new(), Constraints::default());
    for key in 1..13 {
        let text = usize::try_from(key).unwrap() % TEXTS.len();
        let day = u8::try_from(key).unwrap() % 6;
        happen(Change::Comes { key, text, day }, &mut reports, &mut constraints);
    }
    let mut before: Compared = story_again(None, &reports, &constraints);
    for change in changes {
        let told = format!("{change:?}");
        happen(change, &mut reports, &mut constraints);
        let compared = story_again(Some(before), &reports, &constraints);
        assert!(**compared.story() == from_nothing(&reports, &constraints), "{told}");
        before = compared;
    }
}

#[test]
fn a_report_may_come_in_anywhere_in_the_order() {
    after_each((0..6).map(|day| Change::Comes { key: 20 + i64::from(day), text: usize::from(day) % 5, day }));
}

#[test]
fn a_report_may_go_from_anywhere_in_the_order() {
    after_each([6, 1, 12, 5, 7].map(|key| Change::Goes { key }));
}

#[test]
fn statements_alone_may_change() {
    after_each([1, 2, 6, 11, 6, 2].map(|key| Change::Stated { key }));
}

#[test]
fn readings_and_decisions_may_change() {
    after_each([
        Change::Corrected { key: 3, best: 14 },
        Change::Decided { keys: [1, 4], together: false },
        Change::Named { key: 5 },
        Change::ReadAgain { key: 5 },
        Change::Decided { keys: [1, 4], together: true },
        Change::Headed { key: 9 },
        Change::Rejected { key: 2 },
    ]);
}

#[test]
fn a_story_that_somebody_still_holds_stays_what_it_was() {
    let mut reports = BTreeMap::from([(1, Arc::new(report(0, 0))), (2, Arc::new(report(1, 1)))]);
    let compared = story_again(None, &reports, &Constraints::default());
    let (held, was) = (Arc::clone(compared.story()), Story::clone(compared.story()));
    reports.insert(3, Arc::new(report(2, 2)));
    let compared = story_again(Some(compared), &reports, &Constraints::default());
    assert_eq!(*held, was);
    assert_eq!(**compared.story(), from_nothing(&reports, &Constraints::default()));
}

#[test]
fn who_compares_again_must_have_the_very_readings() {
    let reports = BTreeMap::from([(1, Arc::new(reading("a.example", "2025-03-01", "Nobody came.")))]);
    let compared = story_again(None, &reports, &Constraints::default());
    let alike = BTreeMap::from([(1, Arc::new(Reading::clone(&reports[&1])))]);
    assert!(
        compared.is_of(&reports, &Constraints::default()) && !compared.is_of(&alike, &Constraints::default())
    );
    assert!(!compared.is_of(&BTreeMap::new(), &Constraints::default()));
}
