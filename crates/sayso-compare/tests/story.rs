//! A made-up story covered by four outlets, with readings made by hand: what comparing them must show.

#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use common::{compare, conflicts, hurt, points, reading, span, speaker, told};
use sayso_compare::{Constraints, Entry, differences, goes_by, point, story};
use sayso_model::{
    Correction, Date, FigureId, Number, Period, Reading, SpeakerId, SpeakerKind,
    story::{Difference, Note, OutlookOutcome, Status},
};

/// Tidewater has it from the rescue board, the Harbour Times from Tidewater, the Island Post from the Harbour Times.
fn handed_on() -> Vec<Reading> {
    let mut first = reading(
        "tidewater.example",
        "2025-03-03",
        "At least 40 passengers were hurt, Estonia's Rescue Board said after the ferries collided.",
    );
    speaker(&mut first, "Rescue Board", SpeakerKind::Organization, false);
    hurt(&mut first, "At least 40 passengers were hurt", Some(40), 40, Some("Rescue Board"), &[]);
    let mut second = reading(
        "harbour-times.example",
        "2025-03-03",
        "At least 40 were hurt, the Rescue Board said, Tidewater reported.",
    );
    speaker(&mut second, "Rescue Board", SpeakerKind::Organization, false);
    speaker(&mut second, "Tidewater", SpeakerKind::Outlet, false);
    hurt(&mut second, "At least 40 were hurt", Some(40), 40, Some("Rescue Board"), &["Tidewater"]);
    let mut third = reading(
        "The Island Post",
        "2025-03-04",
        "The Estonian rescue service counts 40 or more hurt, according to the Harbour Times.",
    );
    speaker(&mut third, "The Estonian rescue service", SpeakerKind::Organization, true);
    speaker(&mut third, "Harbour Times", SpeakerKind::Outlet, false);
    hurt(
        &mut third,
        "40 or more hurt",
        Some(40),
        40,
        Some("The Estonian rescue service"),
        &["Harbour Times"],
    );
    vec![first, second, third]
}

#[test]
fn three_reports_from_one_source_have_one_origin() {
    let story = compare(&handed_on());
    let all = points(&story);
    assert_eq!(all.len(), 1, "{all:?}");
    let only = point(&story.claims, all[0].0).unwrap();
    assert_eq!(
        only.reports.iter().map(|a| (a.mark.report, a.echo)).collect::<Vec<_>>(),
        [(0, false), (1, true), (2, true)]
    );
    let chain: Vec<&str> = only.reports[2].chain.iter().filter_map(|s| s.name.as_deref()).collect();
    assert_eq!(chain, ["The Island Post", "Harbour Times", "Tidewater", "Rescue Board"]);
    let board = story.speakers.iter().find(|s| s.name == "Rescue Board").unwrap();
    assert!(goes_by(board, "The Estonian rescue service"));
    let merged = board.members.iter().find(|m| m.report == 2).unwrap();
    assert!(!merged.evidence.marks.is_empty(), "a merge shows its evidence");
}

#[test]
fn a_merge_can_be_undone() {
    let readings = handed_on();
    let entries: Vec<Entry<'_>> = (1..).zip(&readings).map(|(key, reading)| Entry { key, reading }).collect();
    let apart = Constraints { together: Vec::new(), apart: vec![((1, SpeakerId(0)), (3, SpeakerId(0)))] };
    let story = story(&entries, &apart, None);
    assert_eq!(story.speakers.iter().filter(|s| s.kind == SpeakerKind::Organization).count(), 2);
}

#[test]
fn without_the_country_a_description_stays_apart() {
    let mut readings = handed_on();
    readings[0].report.text = readings[0].report.text.replace("Estonia's", "The local");
    readings[0].speakers.clear();
    readings[0].figures.clear();
    let mut first = readings.remove(0);
    speaker(&mut first, "Rescue Board", SpeakerKind::Organization, false);
    hurt(&mut first, "At least 40 passengers were hurt", Some(40), 40, Some("Rescue Board"), &[]);
    readings.insert(0, first);
    let story = compare(&readings);
    assert_eq!(story.speakers.iter().filter(|s| s.kind == SpeakerKind::Organization).count(), 2);
}

#[test]
fn the_order_of_entries_changes_nothing() {
    let readings = handed_on();
    let mut entries: Vec<Entry<'_>> =
        (1..).zip(&readings).map(|(key, reading)| Entry { key, reading }).collect();
    let forward = story(&entries, &Constraints::default(), None);
    entries.reverse();
    assert_eq!(story(&entries, &Constraints::default(), None), forward);
}

#[test]
fn newer_values_supersede_and_others_conflict() {
    let mut readings = handed_on();
    let mut later = reading(
        "tidewater.example",
        "2025-03-06",
        "The Rescue Board now counts 65 hurt. Captain Ivo Saar said 90 were hurt.",
    );
    speaker(&mut later, "Rescue Board", SpeakerKind::Organization, false);
    speaker(&mut later, "Ivo Saar", SpeakerKind::Person, false);
    hurt(&mut later, "65 hurt", None, 65, Some("Rescue Board"), &[]);
    hurt(&mut later, "90 were hurt", None, 90, Some("Ivo Saar"), &[]);
    readings.push(later);
    let story = compare(&readings);
    let [c] = story.conflicts.as_slice() else { panic!("{:?}", story.conflicts) };
    let (lower, higher) = (point(&story.claims, c.lower).unwrap(), point(&story.claims, c.higher).unwrap());
    assert_eq!((lower.value.best, higher.value.best), (Some(Number::whole(65)), Some(Number::whole(90))));
    let old = &story.claims[0].series[0].points[0];
    assert!(
        old.statuses
            .iter()
            .any(|s| matches!(s, Status::Superseded { on, .. } if *on == Date::parse("2025-03-06")))
    );
    let summary = &story.claims[0].summary;
    assert_eq!(
        (summary.low, summary.high, summary.independent),
        (Some(Number::whole(65)), Some(Number::whole(90)), 2)
    );
}

#[test]
fn a_week_is_not_the_total() {
    let mut total = reading("a.example", "2025-03-10", "Mayor Ada Brook said 400 had been hurt.");
    speaker(&mut total, "Ada Brook", SpeakerKind::Person, false);
    hurt(&mut total, "400 had been hurt", None, 400, Some("Ada Brook"), &[]);
    let mut week = reading("b.example", "2025-03-10", "Doctor Ivo Saar said 90 were hurt in a week.");
    speaker(&mut week, "Ivo Saar", SpeakerKind::Person, false);
    let id = hurt(&mut week, "90 were hurt in a week", None, 90, Some("Ivo Saar"), &[]);
    week.figures[id.index()].period =
        Date::parse("2025-03-03").zip(Date::parse("2025-03-10")).map(|(a, b)| Period(a, b));
    let story = compare(&[total, week]);
    assert!(story.conflicts.is_empty());
    let all = points(&story);
    assert_eq!(differences(&story.claims, all[0].0, all[1].0), [Difference::Period]);
}

#[test]
fn outlets_that_name_nobody_are_not_origins() {
    let mut a = reading("a.example", "2025-03-10", "Some 400 people had been hurt.");
    hurt(&mut a, "400 people had been hurt", None, 400, None, &[]);
    let mut b = reading("b.example", "2025-03-10", "Over there 400 people had been hurt.");
    hurt(&mut b, "400 people had been hurt", None, 400, None, &[]);
    let story = compare(&[a, b]);
    assert_eq!(story.claims[0].summary.independent, 0);
    assert_eq!(story.claims[0].summary.inputs, []);
}

#[test]
fn a_number_that_the_cited_outlet_does_not_hold_is_marked() {
    let notes = |readings: &[Reading]| -> Vec<Note> {
        let story = compare(readings);
        let points = story.claims.iter().flat_map(|c| &c.series).flat_map(|s| &s.points);
        points.flat_map(|p| &p.reports).flat_map(|a| a.notes.clone()).collect()
    };
    let mut readings = handed_on();
    readings[2].figures[0].low = Some(Number::whole(80));
    readings[2].figures[0].best = Some(Number::whole(80));
    let other = |n: &Note| matches!(n, Note::OtherValueInCited { report: 1, value } if value.best == Some(Number::whole(40)));
    assert!(notes(&readings).iter().any(other), "{:?}", notes(&readings));
    readings[1].figures.clear();
    let none = |n: &Note| matches!(n, Note::NotInCited { outlet, .. } if outlet == "Harbour Times");
    assert!(notes(&readings).iter().any(none), "{:?}", notes(&readings));
    let held = |n: &Note| matches!(n, Note::ConfirmedInCited { report: 1 });
    assert!(notes(&handed_on()).iter().any(held), "{:?}", notes(&handed_on()));
}

#[test]
fn a_correction_reaches_what_it_corrects() {
    let mut wrong = reading("tidewater.example", "2025-03-03", "The harbour said 400 were hurt.");
    speaker(&mut wrong, "The harbour", SpeakerKind::Organization, true);
    hurt(&mut wrong, "400 were hurt", None, 400, Some("The harbour"), &[]);
    let mut right = reading("Tidewater", "2025-03-04", "Tidewater wrote that 400 were hurt. It was 40 hurt.");
    let retracted = hurt(&mut right, "400 were hurt", None, 400, None, &[]);
    right.figures[retracted.index()].retracted = true;
    let to = hurt(&mut right, "40 hurt", None, 40, None, &[]);
    let words = span(&right, "Tidewater wrote that 400 were hurt. It was 40 hurt.");
    right.corrections.push(Correction {
        span: words,
        retracted: vec![retracted],
        corrected_to: vec![to],
        of: Some("Tidewater".into()),
        published: None,
    });
    let story = compare(&[wrong, right]);
    assert_eq!(story.corrections[0].of, Some(0));
    let fallen = story
        .claims
        .iter()
        .flat_map(|c| &c.series)
        .flat_map(|s| &s.points)
        .find(|p| p.value.best == Some(Number::whole(400)));
    assert!(fallen.unwrap().statuses.iter().any(|s| matches!(s, Status::Corrected { report: 1, .. })));
}

#[test]
fn only_reports_up_to_the_day_are_taken_in() {
    let readings = handed_on();
    let entries: Vec<Entry<'_>> = (1..).zip(&readings).map(|(key, reading)| Entry { key, reading }).collect();
    let told = story(&entries, &Constraints::default(), Date::parse("2025-03-03"));
    assert_eq!(told.reports.len(), 2);
}

/// A report in which bodies each give a count.
#[test]
fn the_ministries_of_two_countries_stay_two() {
    let first = told(
        "tidewater.example",
        "2025-03-03",
        "The Ostrian Defence Ministry counted 12 hurt. Merland's Ministry of Defence counted 40 hurt. Ostria and \
         Merland share a lake; Merlandish boats were out.",
        &[("12 hurt", 12, "Ostrian Defence Ministry"), ("40 hurt", 40, "Merland's Ministry of Defence")],
    );
    let second = told(
        "tidewater.example",
        "2025-03-04",
        "Ostria mourned. The Ministry of Defence of Ostria said 13 were hurt. The Merland defence ministry had no news.",
        &[("13 were hurt", 13, "Ministry of Defence")],
    );
    let story = compare(&[first, second]);
    let countries: Vec<_> = story.speakers.iter().map(|s| (s.name.as_str(), s.country.as_deref())).collect();
    let ministries = story.speakers.iter().filter(|s| s.name.contains("inistry")).count();
    assert!(ministries >= 2, "{countries:?}");
    for speaker in &story.speakers {
        let of = |country: &str| speaker.names.iter().any(|n| n.contains(country));
        assert!(!(of("Ostria") && of("Merland")), "{:?}", speaker.names);
    }
}

#[test]
fn a_body_is_one_under_all_orders_of_its_words() {
    let first = told(
        "tidewater.example",
        "2025-03-03",
        "Ostria's Ministry of Transport counted 12 hurt.",
        &[("12 hurt", 12, "Ostria's Ministry of Transport")],
    );
    let mut second =
        reading("The Island Post", "2025-03-04", "There are 15 hurt, the transport ministry says.");
    speaker(&mut second, "the transport ministry", SpeakerKind::Organization, true);
    hurt(&mut second, "15 hurt", None, 15, Some("the transport ministry"), &[]);
    let story = compare(&[first, second]);
    let [one] = story.speakers.as_slice() else { panic!("{:?}", story.speakers) };
    assert!(one.members.iter().all(|m| !m.evidence.marks.is_empty()), "every merge shows its evidence");
    let points = &story.claims[0].series[0].points;
    assert_eq!(points.len(), 2);
    assert!(points[0].statuses.iter().any(|s| matches!(s, Status::Superseded { .. })));
}

#[test]
fn a_toll_may_rise_and_may_not_fall() {
    let on = |day: &str, words: &str, count: i64, body: &str| {
        told("tidewater.example", day, &format!("The {body} counts {words}."), &[(words, count, body)])
    };
    let risen = compare(&[
        on("2025-03-03", "12 hurt", 12, "Harbour Office"),
        on("2025-03-09", "30 hurt", 30, "Rescue Board"),
    ]);
    assert_eq!(conflicts(&risen), []);
    let fallen = compare(&[
        on("2025-03-03", "30 hurt", 30, "Harbour Office"),
        on("2025-03-05", "12 hurt", 12, "Rescue Board"),
    ]);
    assert_eq!(conflicts(&fallen), [(12, 30)]);
    // A value that the same body has since given up contradicts nobody.
    let given_up = compare(&[
        on("2025-03-03", "12 hurt", 12, "Harbour Office"),
        on("2025-03-04", "30 hurt", 30, "Harbour Office"),
        on("2025-03-04", "31 hurt", 31, "Rescue Board"),
    ]);
    assert_eq!(conflicts(&given_up), [(30, 31)]);
}

#[test]
fn additions_parts_and_other_events_do_not_contradict_a_total() {
    let text = "The Rescue Board counts 30 hurt. The Harbour Office says seven more were hurt on Monday. In 1978, 90 were \
                hurt, the Lake Museum says. The Ferry Line says four of them are in care.";
    let mut report = told(
        "tidewater.example",
        "2025-03-04",
        text,
        &[
            ("30 hurt", 30, "Rescue Board"),
            ("seven more", 7, "Harbour Office"),
            ("90 were hurt", 90, "Lake Museum"),
            ("four of them", 4, "Ferry Line"),
        ],
    );
    report.figures[1].cumulative = Some(false);
    report.figures[2].period =
        Date::parse("1978-01-01").zip(Date::parse("1978-12-31")).map(|(a, b)| Period(a, b));
    report.figures[3].part_of = Some(FigureId::from(0_usize));
    let story = compare(&[report]);
    assert_eq!(conflicts(&story), []);
    let all = points(&story);
    let between = |a: usize, b: usize| differences(&story.claims, all[a].0, all[b].0);
    assert_eq!(between(0, 1), [Difference::Part]);
    assert!(between(0, 2).contains(&Difference::Event), "{:?}", between(0, 2));
    assert_eq!(between(0, 3), [Difference::Part]);
}

#[test]
fn an_increase_is_not_a_total() {
    let report = told(
        "tidewater.example",
        "2025-03-04",
        "Two divers were hurt, raising the number of those hurt to 29, the Rescue Board said.",
        &[("Two divers were hurt", 2, "Rescue Board"), ("29", 29, "Rescue Board")],
    );
    let story = compare(&[report]);
    let all = points(&story);
    assert_eq!(differences(&story.claims, all[0].0, all[1].0), [Difference::Part]);
    assert!(story.contradictions.is_empty());
}

#[test]
fn a_hospital_counts_those_within_it() {
    let mut report = told(
        "tidewater.example",
        "2025-03-04",
        "The Rescue Board counts 30 hurt. Lake Hospital has 12 hurt.",
        &[("30 hurt", 30, "Rescue Board"), ("12 hurt", 12, "Lake Hospital")],
    );
    report.figures[1].best = Some(Number::whole(12));
    let story = compare(&[report]);
    assert_eq!(conflicts(&story), []);
    assert_eq!(story.claims.len(), 2);
}

#[test]
fn a_mayor_counts_what_is_in_the_town() {
    let text = "The Rescue Board counts 30 hurt. Ivo Saar, mayor of Lakeside, counts 12 hurt.";
    let mut report = told("tidewater.example", "2025-03-04", text, &[("30 hurt", 30, "Rescue Board")]);
    let saar = speaker(&mut report, "Ivo Saar", SpeakerKind::Person, false);
    let role = span(&report, "mayor of Lakeside");
    report.speakers[saar.index()].roles.push(sayso_model::Role {
        title: "mayor of Lakeside".into(),
        body: None,
        span: role,
        former: false,
    });
    hurt(&mut report, "12 hurt", None, 12, Some("Ivo Saar"), &[]);
    let story = compare(&[report]);
    assert_eq!(conflicts(&story), []);
    let all = points(&story);
    assert_eq!(differences(&story.claims, all[0].0, all[1].0), [Difference::Place]);
}

#[test]
fn a_spokesman_continues_the_series_of_the_body() {
    let first = told(
        "tidewater.example",
        "2025-03-03",
        "The Rescue Board counts 30 hurt.",
        &[("30 hurt", 30, "Rescue Board")],
    );
    let mut second =
        reading("tidewater.example", "2025-03-05", "Rescue Board spokesman Ivo Saar counts 44 hurt.");
    let saar = speaker(&mut second, "Ivo Saar", SpeakerKind::Person, false);
    let role = span(&second, "Rescue Board spokesman");
    second.speakers[saar.index()].roles.push(sayso_model::Role {
        title: "Rescue Board spokesman".into(),
        body: None,
        span: role,
        former: false,
    });
    hurt(&mut second, "44 hurt", None, 44, Some("Ivo Saar"), &[]);
    let story = compare(&[first, second]);
    assert_eq!(conflicts(&story), []);
    let series = &story.claims[0].series;
    assert_eq!(series.len(), 1, "one body, one series");
    assert_eq!(series[0].name.as_deref(), Some("Rescue Board"));
    let voices: Vec<&str> =
        series[0].points.iter().filter_map(|p| p.reports.last()?.chain.last()?.name.as_deref()).collect();
    assert_eq!(voices, ["Rescue Board", "Ivo Saar"], "the chain shows who said it");
    assert!(series[0].points[0].statuses.iter().any(
        |s| matches!(s, Status::Superseded { on, by } if *on == Date::parse("2025-03-05") && by.point == 1)
    ));
    assert_eq!(story.claims[0].summary.independent, 1);
}

#[test]
fn an_origin_that_lowers_its_count_takes_the_old_one_back() {
    let first = told(
        "tidewater.example",
        "2025-03-03",
        "The Rescue Board counts 48 hurt.",
        &[("48 hurt", 48, "Rescue Board")],
    );
    let mut second = told(
        "The Island Post",
        "2025-03-05",
        "The Rescue Board now counts 46 hurt, revised down from 48.",
        &[("46 hurt", 46, "Rescue Board"), ("revised down from 48", 48, "Rescue Board")],
    );
    second.figures[1].retracted = true;
    let words = span(&second, "46 hurt, revised down from 48");
    second.corrections.push(Correction {
        span: words,
        retracted: vec![FigureId::from(1_usize)],
        corrected_to: vec![FigureId::from(0_usize)],
        of: None,
        published: None,
    });
    let story = compare(&[first, second]);
    let old = &story.claims[0].series[0].points[0];
    assert!(
        old.statuses.iter().any(|s| matches!(s, Status::Corrected { report: 1, .. })),
        "{:?}",
        old.statuses
    );
}

/// Design, section 8: one event counted 366 times by its copies.
#[test]
fn copies_of_one_report_are_one_count() {
    let text = "The Rescue Board counts 30 hurt after two ferries struck each other in fog off the outer pier, where boats \
                had lain at anchor since the storm of the night before.";
    let copies: Vec<Reading> = (0..40)
        .map(|n| told(&format!("paper-{n}.example"), "2025-03-03", text, &[("30 hurt", 30, "Rescue Board")]))
        .collect();
    let story = compare(&copies);
    assert_eq!(points(&story).len(), 1);
    let only = &story.claims[0].series[0].points[0];
    assert_eq!((only.reports.len(), only.reports.iter().filter(|a| !a.echo).count()), (40, 1));
    assert_eq!(story.claims[0].summary.independent, 1);
    assert_eq!(story.copies.len(), 39);
}

/// Design, section 8: stories "corroborated" by one publisher.
#[test]
fn one_publisher_corroborates_nothing() {
    let own_voice = |day: &str| {
        let mut report = reading("tidewater.example", day, "Some 30 people were hurt off the pier.");
        hurt(&mut report, "30 people were hurt", None, 30, None, &[]);
        report
    };
    let mut cited = reading("The Island Post", "2025-03-04", "Tidewater reported 30 hurt.");
    speaker(&mut cited, "Tidewater", SpeakerKind::Outlet, false);
    hurt(&mut cited, "30 hurt", None, 30, None, &["Tidewater"]);
    let story = compare(&[own_voice("2025-03-03"), own_voice("2025-03-04"), cited]);
    assert!(story.claims.iter().all(|c| c.summary.independent == 0), "{:?}", story.claims);
}

#[test]
fn a_revision_told_in_passing_takes_back_the_earlier_count() {
    let first = told(
        "tidewater.example",
        "2025-03-03",
        "The Rescue Board counts nine hurt.",
        &[("nine hurt", 9, "Rescue Board")],
    );
    let second = told(
        "harbour-times.example",
        "2025-03-04",
        "Revising its initial count of nine hurt, the Rescue Board said that six were hurt.",
        &[("nine hurt", 9, "Rescue Board"), ("six were hurt", 6, "Rescue Board")],
    );
    let story = compare(&[first, second]);
    assert_eq!(story.corrections.len(), 1);
    let link = &story.corrections[0];
    assert_eq!(link.retracted[0].1.best, Some(Number::whole(9)));
    assert_eq!(link.corrected_to[0].1.best, Some(Number::whole(6)));
    let nine = points(&story)
        .into_iter()
        .filter_map(|(at, _)| point(&story.claims, at))
        .find(|p| p.value.best == Some(Number::whole(9)))
        .unwrap();
    assert!(nine.statuses.iter().any(|s| matches!(s, Status::Corrected { report: 1, .. })), "{nine:?}");
}

#[test]
fn the_sentence_after_a_revision_may_give_the_first_count() {
    let of = |word: &str| {
        let text = format!(
            "The Rescue Board has a revised list of 130 people hurt. Most are old. Some 230 people were {word} listed."
        );
        let counts = [("130 people hurt", 130, "Rescue Board"), ("230 people", 230, "Rescue Board")];
        compare(&[told("tidewater.example", "2025-03-03", &text, &counts)]).corrections
    };
    let link = &of("initially")[0];
    assert_eq!(link.retracted[0].1.best, Some(Number::whole(230)));
    assert_eq!(link.corrected_to[0].1.best, Some(Number::whole(130)));
    assert!(of("also").iter().all(|link| link.retracted.is_empty()));
}

#[test]
fn an_undated_report_keeps_its_place_of_arrival() {
    let count = |day: &str, outlet: &str| {
        told(outlet, day, "The Rescue Board counts nine hurt.", &[("nine hurt", 9, "Rescue Board")])
    };
    let mut undated = count("2025-03-03", "tidewater.example");
    undated.report.head.published = None;
    let readings =
        [count("2025-03-03", "harbour-times.example"), undated, count("2025-03-05", "island-post.example")];
    let story = compare(&readings);
    let keys: Vec<i64> = story.reports.iter().map(|r| r.key).collect();
    assert_eq!(keys, [1, 2, 3]);
    assert_eq!(story.reports[1].published, None);
}

#[test]
fn what_was_expected_is_met_or_missed_where_a_later_report_says_so() {
    let expecting = |what: &str| {
        let mut report =
            reading("tidewater.example", "2025-03-03", &format!("{what} on Friday, officials said."));
        let at = span(&report, what);
        report.expected.push(sayso_model::Expectation {
            span: at,
            cue: at,
            statement: None,
            modality: sayso_model::Modality::Expected,
            time: None,
            by: None,
        });
        report
    };
    let first = expecting("The governor will visit the flooded valley villages");
    let outcome = |later: &str, day: &str| {
        let second = reading("harbour-times.example", day, later);
        compare(&[first.clone(), second]).expected[0].outcome.clone()
    };
    let met = outcome("Fog lay. The governor visited the flooded valley villages.", "2025-03-08");
    assert!(matches!(met, Some(OutlookOutcome::Met { mark }) if mark.report == 1), "{met:?}");
    let missed = outcome("The governor did not visit the flooded villages of the valley.", "2025-03-08");
    assert!(matches!(missed, Some(OutlookOutcome::Missed { .. })), "{missed:?}");
    assert_eq!(outcome("The governor will visit the flooded valley villages.", "2025-03-08"), None);
    assert_eq!(
        outcome("The governor visited the flooded valley villages.", "2025-03-03"),
        None,
        "no later day"
    );
    assert_eq!(outcome("The governor was in the harbour.", "2025-03-08"), None);
}

#[test]
fn an_earlier_count_is_an_earlier_point_of_the_series() {
    let mut report = told(
        "tidewater.example",
        "2025-03-03",
        "The Rescue Board counts 30 hurt, up from eight hurt a day before.",
        &[("30 hurt", 30, "Rescue Board")],
    );
    hurt(&mut report, "eight hurt", None, 8, None, &[]);
    let story = compare(&[report]);
    let [claim] = story.claims.as_slice() else { panic!("{:?}", story.claims) };
    let [series] = claim.series.as_slice() else { panic!("{:?}", claim.series) };
    assert_eq!(series.name.as_deref(), Some("Rescue Board"));
    let status = |n: i64| {
        let of = series.points.iter().find(|p| p.value.best == Some(Number::whole(n)));
        of.map(|p| p.statuses.clone()).unwrap_or_default()
    };
    assert!(matches!(status(8).as_slice(), [Status::Superseded { .. }]), "{:?}", status(8));
    assert!(matches!(status(30).as_slice(), [Status::Current]), "{:?}", status(30));
    assert!(story.contradictions.is_empty());
}

#[test]
fn an_earlier_count_in_another_sentence_has_no_source() {
    let mut report = told(
        "tidewater.example",
        "2025-03-03",
        "The Rescue Board counts 30 hurt. The price has risen from 8 to nine.",
        &[("30 hurt", 30, "Rescue Board")],
    );
    hurt(&mut report, "8", None, 8, None, &[]);
    let story = compare(&[report]);
    let names: Vec<Option<&str>> = points(&story).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names.iter().filter(|n| n.is_none()).count(), 1, "{names:?}");
}
