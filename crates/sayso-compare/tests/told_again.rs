//! What several reports say about one number: one claim in other words, likely echoes, and how two values differ.
#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use common::{compare, conflicts, hurt, points, reading, span, speaker, told};
use sayso_compare::{compare as explain, differences};
use sayso_model::{
    Category, Construction, Modality, Number, Polarity, Reading, SpeakerKind, Statement, StatementId,
    StatementKind,
    story::{Difference, Scope, Story},
};

/// Counts of people hurt that name no group: words, number and origin, if any.
fn plain(day: &str, text: &str, counts: &[(&str, i64, Option<&str>)]) -> Reading {
    let mut report = reading("tidewater.example", day, text);
    for (words, count, body) in counts {
        if let Some(body) = body.filter(|b| !report.speakers.iter().any(|s| s.name == *b)) {
            let anonymous = !body.contains(' ') || body.starts_with("A ");
            let kind = if anonymous { SpeakerKind::Group } else { SpeakerKind::Organization };
            speaker(&mut report, body, kind, anonymous);
        }
        hurt(&mut report, words, None, *count, *body, &[]);
    }
    for figure in &mut report.figures {
        figure.group = None;
    }
    report
}

/// For each telling of a number: the report, and whether it is an echo, either likely or by its chain.
fn echoes(story: &Story, number: i64) -> Vec<(usize, bool)> {
    let all = story.claims.iter().flat_map(|c| &c.series).flat_map(|s| &s.points).flat_map(|p| &p.reports);
    let mut told: Vec<(usize, bool)> = all
        .filter(|a| a.value.best.and_then(Number::to_whole) == Some(number))
        .map(|a| (a.mark.report, a.echo || a.likely_echo.is_some()))
        .collect();
    told.sort_unstable();
    told
}

#[test]
fn an_exact_number_is_told_again_whoever_is_named() {
    let first = plain(
        "2025-03-03",
        "The storm hurt 42 people, officials said.",
        &[("42 people", 42, Some("officials"))],
    );
    let second = plain(
        "2025-03-04",
        "Forty-two are hurt, the Harbour Office said.",
        &[("Forty-two", 42, Some("Harbour Office"))],
    );
    let third = plain("2025-03-05", "At noon 42 were counted.", &[("42 were counted", 42, None)]);
    let story = compare(&[first, second, third]);
    assert_eq!(echoes(&story, 42), [(0, false), (1, true), (2, true)]);
    // An echo that is only likely takes no origin away.
    assert_eq!(story.claims[0].summary.independent, 1);
}

#[test]
fn two_who_are_named_count_each_for_himself() {
    let first =
        plain("2025-03-03", "The Rescue Board counts 42 hurt.", &[("42 hurt", 42, Some("Rescue Board"))]);
    let second =
        plain("2025-03-04", "The Harbour Office counts 42 hurt.", &[("42 hurt", 42, Some("Harbour Office"))]);
    assert_eq!(echoes(&compare(&[first, second]), 42), [(0, false), (1, false)]);
}

#[test]
fn small_and_round_numbers_do_not_prove_an_echo() {
    for number in [8, 40, 5000] {
        let words = format!("{number} people");
        let first = plain(
            "2025-03-03",
            &format!("The storm hurt {words}, officials said."),
            &[(&words, number, Some("officials"))],
        );
        let mut second =
            plain("2025-03-04", &format!("A baker saw {words} leave."), &[(&words, number, Some("A baker"))]);
        second.report.head.outlet = common::stated("island.example".to_owned());
        assert_eq!(echoes(&compare(&[first, second]), number), [(0, false), (1, false)], "{number}");
    }
}

#[test]
fn an_outlet_repeats_what_it_had_from_somebody() {
    let first = plain(
        "2025-03-03",
        "The Harbour Office counts 500 hurt.",
        &[("500 hurt", 500, Some("Harbour Office"))],
    );
    let second = plain("2025-03-04", "With 500 in bed, the town is quiet.", &[("500 in bed", 500, None)]);
    assert_eq!(echoes(&compare(&[first.clone(), second.clone()]), 500), [(0, false), (1, true)]);
    let mut elsewhere = second;
    elsewhere.report.head.outlet = common::stated("island.example".to_owned());
    assert_eq!(echoes(&compare(&[first, elsewhere]), 500), [(0, false), (1, false)]);
}

#[test]
fn one_exact_number_is_one_claim_in_other_words() {
    let first =
        plain("2025-03-03", "The Rescue Board counts 42 hurt.", &[("42 hurt", 42, Some("Rescue Board"))]);
    let second = plain(
        "2025-03-03",
        "The Harbour Office counts 42 badly hurt.",
        &[("42 badly hurt", 42, Some("Harbour Office"))],
    );
    // A number that is one of several in its report and the total in another is the total.
    let third = plain(
        "2025-03-04",
        "The Lake Watch counts 42 hurt. The Island Office has 900 on its list.",
        &[("42 hurt", 42, Some("Lake Watch")), ("900 on its list", 900, Some("Lake Watch"))],
    );
    let story = compare(&[first, second, third]);
    let claims: Vec<_> = story
        .claims
        .iter()
        .filter(|c| {
            c.series
                .iter()
                .flat_map(|s| &s.points)
                .any(|p| p.value.best.and_then(|n| n.to_whole()) == Some(42))
        })
        .collect();
    let [one] = claims.as_slice() else { panic!("{claims:?}") };
    assert_eq!((one.series.len(), &one.scope, &one.definition), (3, &Scope::Total, &None));
}

#[test]
fn a_toll_is_a_total_next_to_a_larger_count() {
    let scope = |text: &str, words: &str| {
        let report = plain(
            "2025-03-03",
            text,
            &[(words, 9, Some("Rescue Board")), ("30 were", 30, Some("Rescue Board"))],
        );
        let story = compare(&[report]);
        let nine = points(&story).into_iter().map(|(at, _)| at).find(|at| {
            sayso_compare::point(&story.claims, *at).unwrap().value.best.unwrap().to_whole() == Some(9)
        });
        story.claims[nine.unwrap().claim].scope.clone()
    };
    let rest = "Far off, where the Rescue Board went in May, 30 were hurt.";
    assert_eq!(scope(&format!("The toll of the raid stands at 9 hurt. {rest}"), "9 hurt"), Scope::Total);
    assert_eq!(scope(&format!("There were 9 hurt. {rest}"), "9 hurt"), Scope::OneOfSeveral);
}

#[test]
fn differences_say_what_the_words_around_two_values_tell() {
    let between = |a: &str, b: &str| {
        let first = plain("2025-03-03", a, &[("12 hurt", 12, Some("Rescue Board"))]);
        let second = plain("2025-03-04", b, &[("30 hurt", 30, Some("Harbour Office"))]);
        let story = compare(&[first, second]);
        let all = points(&story);
        differences(&story.claims, all[0].0, all[1].0)
    };
    let plain = between("The Rescue Board counts 12 hurt.", "The Harbour Office counts 30 hurt.");
    assert_eq!(plain, [Difference::Time]);
    let confirmed =
        between("The Rescue Board has confirmed 12 hurt.", "The Harbour Office has reports of 30 hurt.");
    assert_eq!(confirmed, [Difference::Time, Difference::Definition]);
    let happened = between(
        "The Rescue Board counts 12 hurt in clashes.",
        "The Harbour Office counts 30 hurt by the bomb.",
    );
    assert_eq!(happened, [Difference::Time, Difference::Event]);
}

#[test]
fn words_that_distinguish_nothing_do_not_prevent_a_conflict() {
    let first = plain(
        "2025-03-03",
        "The Rescue Board has confirmed 12 hurt.",
        &[("12 hurt", 12, Some("Rescue Board"))],
    );
    let second = plain(
        "2025-03-03",
        "The Harbour Office has reports of 30 hurt.",
        &[("30 hurt", 30, Some("Harbour Office"))],
    );
    let story = compare(&[first, second]);
    assert_eq!(conflicts(&story), [(12, 30)]);
    let all = points(&story);
    let said = explain(&story, all[0].0, all[1].0).unwrap();
    assert!(said.verdict.starts_with("in conflict"), "{}", said.verdict);
    assert!(
        said.differ
            .iter()
            .any(|(what, words)| *what == Difference::Definition && words.contains("confirmed"))
    );
}

#[test]
fn a_deniers_own_count_is_compared_with_the_count_denied() {
    let text =
        "The rebels said 24 people were hurt. The Rescue Board denied that, saying two clerks were hurt.";
    let mut report = told(
        "tidewater.example",
        "2025-03-03",
        text,
        &[("24 people were hurt", 24, "rebels"), ("two clerks were hurt", 2, "Rescue Board")],
    );
    report.figures[0].group = None;
    report.figures[1].group = Some("clerks".into());
    assert_eq!(conflicts(&compare(&[report.clone()])), []);
    report.statements.push(Statement {
        id: StatementId(0),
        kind: StatementKind::Indirect,
        construction: Construction::Verb,
        source: vec![span(&report, "The Rescue Board")],
        cue: vec![span(&report, "denied")],
        content: vec![span(&report, "24 people were hurt")],
        speaker: report.speakers.iter().find(|s| s.name == "Rescue Board").map(|s| s.id),
        chain: Vec::new(),
        channel: None,
        addressee: None,
        modality: Modality::Denied,
        polarity: Polarity::Positive,
        modality_evidence: Vec::new(),
        said_on: None,
        said_at: None,
        places: Vec::new(),
        figures: Vec::new(),
        parent: None,
        same_words_as: None,
    });
    let story = compare(&[report]);
    assert_eq!(conflicts(&story), [(2, 24)]);
    assert_eq!(story.conflicts[0].time, "one is given in denying the other");
    assert_eq!(story.claims[0].category, Category::INJURED);
}

#[test]
fn the_same_two_numbers_are_told_once() {
    let report = plain(
        "2025-03-03",
        "The Rescue Board counts 12 hurt. The Harbour Office counts 30 hurt. Officials count 30 hurt as well.",
        &[
            ("12 hurt", 12, Some("Rescue Board")),
            ("30 hurt", 30, Some("Harbour Office")),
            ("30 hurt as well", 30, Some("Officials")),
        ],
    );
    assert_eq!(conflicts(&compare(&[report])), [(12, 30)]);
}

#[test]
fn counts_of_another_scale_contradict_nothing() {
    let on = |number: i64| {
        let words = format!("{number} hurt");
        let text = format!("The Rescue Board counts 15 hurt. The Harbour Office counts {words}.");
        plain(
            "2025-03-03",
            &text,
            &[("15 hurt", 15, Some("Rescue Board")), (&words, number, Some("Harbour Office"))],
        )
    };
    let told = |number| conflicts(&compare(&[on(number)]));
    assert_eq!(told(20), [(15, 20)]);
    assert_eq!(told(4000), []);
}

#[test]
fn none_contradicts_a_count_of_the_same_day() {
    let trader = plain(
        "2025-03-03",
        "A trader said nobody was hurt. The Rescue Board counts two hurt.",
        &[("nobody was hurt", 0, Some("A trader")), ("two hurt", 2, Some("Rescue Board"))],
    );
    let later =
        plain("2025-03-03", "The Harbour Office counts 30 hurt.", &[("30 hurt", 30, Some("Harbour Office"))]);
    // It is listed against the count next to it.
    assert_eq!(conflicts(&compare(&[trader.clone(), later])), [(0, 2), (2, 30)]);
    // "Nobody" so far may be followed by any count.
    let nobody = plain(
        "2025-03-02",
        "The Harbour Office said nobody was hurt.",
        &[("nobody was hurt", 0, Some("Harbour Office"))],
    );
    let next =
        plain("2025-03-03", "The Rescue Board counts 30 hurt.", &[("30 hurt", 30, Some("Rescue Board"))]);
    assert!(conflicts(&compare(&[nobody.clone(), next])).is_empty());
    // A count conflicts with the previous days' count; one from weeks before is about something else.
    let on = |day: &str| {
        let board = plain(day, "The Rescue Board counts 30 hurt.", &[("30 hurt", 30, Some("Rescue Board"))]);
        conflicts(&compare(&[board, nobody.clone()]))
    };
    assert_eq!(on("2025-03-01"), [(0, 30)]);
    assert!(on("2025-02-20").is_empty());
}

#[test]
fn none_is_not_a_smaller_count() {
    let report = plain(
        "2025-03-03",
        "The Rescue Board counts 30 hurt. Much later in the day a trader who had seen it all said that in his view nobody was hurt.",
        &[("30 hurt", 30, Some("Rescue Board")), ("nobody was hurt", 0, None)],
    );
    let story = compare(&[report]);
    let nobody = story.claims.iter().find(|c| c.series.iter().any(|s| s.name.is_none())).unwrap();
    assert_eq!(nobody.scope, Scope::Total);
}

#[test]
fn the_same_two_numbers_are_told_once_of_all_who_are_unnamed() {
    let report = plain(
        "2025-03-03",
        "The Rescue Board counts 12 hurt. Officials count 30 hurt. Medics count 30 hurt as well.",
        &[
            ("12 hurt", 12, Some("Rescue Board")),
            ("30 hurt", 30, Some("Officials")),
            ("30 hurt as well", 30, Some("Medics")),
        ],
    );
    assert_eq!(conflicts(&compare(&[report])), [(12, 30)]);
}

#[test]
fn a_report_that_says_it_twice_does_not_echo_itself() {
    let twice = plain(
        "2025-03-03",
        "The Rescue Board counts 12 hurt. At noon it said 12 in all.",
        &[("12 hurt", 12, Some("Rescue Board")), ("12 in all", 12, Some("Rescue Board"))],
    );
    let again = plain("2025-03-04", "The Rescue Board said 12.", &[("12.", 12, Some("Rescue Board"))]);
    assert_eq!(echoes(&compare(&[twice, again]), 12), [(0, false), (0, false), (1, true)]);
}

#[test]
fn words_after_a_total_define_its_part() {
    let mut report = plain(
        "2025-03-03",
        "Ten of the 26 people who were hurt were in critical condition, the Rescue Board said.",
        &[
            ("Ten of the 26 people who were hurt were in critical condition", 10, Some("Rescue Board")),
            ("26 people who were hurt", 26, Some("Rescue Board")),
        ],
    );
    report.figures[0].number = span(&report, "Ten");
    let story = compare(&[report]);
    let definition = |number: i64| {
        let of = |c: &&sayso_model::story::Claim| {
            c.series
                .iter()
                .flat_map(|s| &s.points)
                .any(|p| p.value.best.and_then(Number::to_whole) == Some(number))
        };
        story.claims.iter().find(of).and_then(|c| c.definition.clone())
    };
    assert_eq!(definition(26), None);
    assert!(definition(10).is_some());
}
