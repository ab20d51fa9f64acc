//! A story compared again is that which is compared from nothing, whatever came, went, changed or was decided in between.

#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use std::{collections::BTreeMap, sync::Arc};

use common::{reading, speaker, told};
use proptest::prelude::*;
use sayso_compare::{Constraints, Entry, story, story_again};
use sayso_model::{Number, Reading, SpeakerId, SpeakerKind};

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

fn change() -> impl Strategy<Value = Change> {
    let key = || 1_i64..12;
    prop_oneof![
        6 => (key(), 0..TEXTS.len(), 0_u8..6).prop_map(|(key, text, day)| Change::Comes { key, text, day }),
        1 => key().prop_map(|key| Change::Goes { key }),
        3 => (key(), 1_i64..20).prop_map(|(key, best)| Change::Corrected { key, best }),
        1 => key().prop_map(|key| Change::Rejected { key }),
        1 => key().prop_map(|key| Change::ReadAgain { key }),
        1 => key().prop_map(|key| Change::Named { key }),
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
            let (again, compared) = story_again(before.take(), &reports, &constraints);
            let mut entries: Vec<Entry<'_>> =
                reports.iter().map(|(key, reading)| Entry { key: *key, reading }).collect();
            entries.reverse();
            prop_assert_eq!(&again, &story(&entries, &constraints, None));
            prop_assert!(compared.is_of(&reports, &constraints));
            before = Some(compared);
        }
    }
}

#[test]
fn who_compares_again_must_have_the_very_readings() {
    let reports = BTreeMap::from([(1, Arc::new(reading("a.example", "2025-03-01", "Nobody came.")))]);
    let (_, compared) = story_again(None, &reports, &Constraints::default());
    let alike = BTreeMap::from([(1, Arc::new(Reading::clone(&reports[&1])))]);
    assert!(
        compared.is_of(&reports, &Constraints::default()) && !compared.is_of(&alike, &Constraints::default())
    );
    assert!(!compared.is_of(&BTreeMap::new(), &Constraints::default()));
}
