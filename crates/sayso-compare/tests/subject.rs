//! What values are about, and which of them can be compared: one test for each rule of docs/stories.md.

#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use common::{compare, conflicts, hurt, points, reading, span, speaker, told};
use sayso_model::{
    Category, Date, Granularity, Number, PlaceEntry, PlaceId, PlaceLevel, Reading, Role, SpeakerKind, Stated,
    TimeExpression, TimeId, TimeRelation,
    story::{Difference, EventOf, Independence, Scope, Status, Story, SumFinding, Sureness},
};

/// A report in which figures name no group.
fn ungrouped(outlet: &str, day: &str, text: &str, counts: &[(&str, i64, &str)]) -> Reading {
    let mut report = told(outlet, day, text, counts);
    for figure in &mut report.figures {
        figure.group = None;
    }
    report
}

fn year(report: &mut Reading, words: &str, relation: TimeRelation) {
    let n = words.rsplit(' ').next().and_then(|w| w.parse().ok()).unwrap_or(1978);
    report.times.push(TimeExpression {
        id: TimeId::from(report.times.len()),
        span: span(report, words),
        start: Date::new(n, 1, 1),
        end: Date::new(n, 12, 31),
        granularity: Granularity::Year,
        relation,
        rule: String::new(),
    });
}

fn city(report: &mut Reading, name: &str) {
    let at = span(report, name);
    report.places.push(sayso_model::Place {
        id: PlaceId::from(report.places.len()),
        span: at,
        name: name.into(),
        resolved: Some(PlaceEntry {
            geonames: None,
            name: name.into(),
            level: PlaceLevel::City,
            country: None,
            admin: None,
            population: None,
        }),
        candidates: Vec::new(),
        rule: String::new(),
    });
}

fn scope_of(story: &Story, number: i64) -> &Scope {
    let holds = |c: &&sayso_model::story::Claim| {
        c.series.iter().flat_map(|s| &s.points).any(|p| p.value.best == Some(Number::whole(number)))
    };
    &story.claims.iter().find(holds).unwrap().scope
}

#[test]
fn another_event_is_told_apart_and_named() {
    let text =
        "The Rescue Board counts 56 hurt, the most since 1978. In 1933 the Lake Museum counted 29 hurt.";
    let mut report = ungrouped(
        "tidewater.example",
        "2025-03-03",
        text,
        &[("56 hurt", 56, "Rescue Board"), ("29 hurt", 29, "Lake Museum")],
    );
    year(&mut report, "1978", TimeRelation::At);
    year(&mut report, "In 1933", TimeRelation::At);
    let story = compare(&[report]);
    let all = points(&story);
    assert_eq!(story.claims[all[0].0.claim].event, EventOf::This);
    assert!(matches!(story.claims[all[1].0.claim].event, EventOf::Earlier { .. }));
    assert_eq!(conflicts(&story), []);
    let said = sayso_compare::compare(&story, all[0].0, all[1].0).unwrap();
    assert!(said.verdict.contains("other event"), "{}", said.verdict);
    assert!(said.differ.iter().any(|(_, words)| words.contains("1933")), "{:?}", said.differ);
}

#[test]
fn a_course_of_years_is_wider_than_the_event() {
    let mut report = ungrouped(
        "tidewater.example",
        "2025-03-03",
        "The Rescue Board counts 12 hurt. The Harbour Office counts 5,000 hurt since 2006.",
        &[("12 hurt", 12, "Rescue Board"), ("5,000 hurt", 5000, "Harbour Office")],
    );
    year(&mut report, "since 2006", TimeRelation::Since);
    let story = compare(&[report]);
    let all = points(&story);
    assert!(matches!(story.claims[all[1].0.claim].event, EventOf::Wider { .. }));
    assert_eq!(conflicts(&story), []);
}

/// "The heaviest fire since the two signed a truce in 1994" is of today; "since the war began in 2006" is of all these years.
#[test]
fn since_may_begin_a_clause() {
    for (words, is_of_today) in [
        (
            "The Rescue Board counts 14 hurt in the heaviest fire since the two lands signed a truce in 1994.",
            true,
        ),
        ("The Rescue Board counts 14 hurt since the two lands went to war in 1994.", false),
    ] {
        let mut report =
            ungrouped("tidewater.example", "2025-03-03", words, &[("14 hurt", 14, "Rescue Board")]);
        year(&mut report, "1994", TimeRelation::At);
        let event = &compare(&[report]).claims[0].event;
        assert_eq!(matches!(event, EventOf::This), is_of_today, "{words}: {event:?}");
        assert_eq!(matches!(event, EventOf::Wider { .. }), !is_of_today, "{words}: {event:?}");
    }
}

#[test]
fn two_values_of_one_earlier_event_conflict_whenever_they_are_told() {
    let on = |day: &str, count: i64, body: &str| {
        let text = format!("In 1933 the {body} counted {count} hurt.");
        let words = format!("{count} hurt");
        let mut report = ungrouped("tidewater.example", day, &text, &[(&words, count, body)]);
        year(&mut report, "In 1933", TimeRelation::At);
        report
    };
    let story = compare(&[on("2025-03-03", 31, "Lake Museum"), on("2025-03-09", 29, "Fire Office")]);
    assert_eq!(conflicts(&story), [(29, 31)]);
    assert_eq!(story.conflicts[0].sure, Sureness::Sure);
}

#[test]
fn a_defined_count_is_not_a_plain_one() {
    let text = "The Rescue Board counts 64 hurt. The Health Office says 11 people are in critical condition.";
    let story = compare(&[ungrouped(
        "tidewater.example",
        "2025-03-03",
        text,
        &[("64 hurt", 64, "Rescue Board"), ("11 people", 11, "Health Office")],
    )]);
    let all = points(&story);
    let found = sayso_compare::differences(&story.claims, all[0].0, all[1].0);
    assert!(found.contains(&Difference::Definition), "{found:?}");
    assert_eq!(conflicts(&story), []);
}

#[test]
fn a_group_is_not_all_where_a_report_counts_both() {
    let mut report = ungrouped(
        "tidewater.example",
        "2025-03-03",
        "The Rescue Board counts 19 hurt. The Harbour Office counts four Estonians hurt.",
        &[("19 hurt", 19, "Rescue Board"), ("four Estonians hurt", 4, "Harbour Office")],
    );
    report.figures[1].group = Some("Estonians".into());
    let story = compare(&[report]);
    let all = points(&story);
    assert_eq!(story.claims[all[0].0.claim].group, None);
    assert_eq!(story.claims[all[1].0.claim].group.as_deref(), Some("Estonia"));
    assert_eq!(conflicts(&story), []);
}

#[test]
fn a_count_without_a_group_takes_the_group_that_its_origin_names_elsewhere() {
    let mut named = told(
        "tidewater.example",
        "2025-03-03",
        "The Rescue Board counts 30 Estonians hurt. The Harbour Office counts 9 Latvians hurt.",
        &[("30 Estonians hurt", 30, "Rescue Board"), ("9 Latvians hurt", 9, "Harbour Office")],
    );
    named.figures[0].group = Some("Estonians".into());
    named.figures[1].group = Some("Latvians".into());
    let bare = ungrouped(
        "island.example",
        "2025-03-03",
        "The Rescue Board counts 30 hurt.",
        &[("30 hurt", 30, "Rescue Board")],
    );
    let story = compare(&[named, bare]);
    let thirty: Vec<_> = story
        .claims
        .iter()
        .filter(|c| c.series.iter().flat_map(|s| &s.points).any(|p| p.value.best == Some(Number::whole(30))))
        .collect();
    let [one] = thirty.as_slice() else { panic!("{thirty:?}") };
    assert_eq!(one.group.as_deref(), Some("Estonia"));
    assert_eq!(one.series[0].points[0].reports.len(), 2);
}

#[test]
fn a_rival_count_has_the_place_of_the_count_before_it() {
    let mut report = ungrouped(
        "tidewater.example",
        "2025-03-03",
        "In Kesh the Rescue Board counts 30 hurt. The Harbour Office counts 12 hurt.",
        &[("30 hurt", 30, "Rescue Board"), ("12 hurt", 12, "Harbour Office")],
    );
    city(&mut report, "Kesh");
    report.figures[0].places = vec![PlaceId::from(0_usize)];
    let story = compare(&[report]);
    assert_eq!(scope_of(&story, 12), &Scope::At { places: vec!["Kesh".into()] });
    assert_eq!(conflicts(&story), [(12, 30)]);
}

#[test]
fn a_small_count_next_to_a_large_one_is_not_the_toll() {
    let report = |day: &str| {
        let far = "The road along the lake was shut. ".repeat(15);
        let far = far.trim_end();
        let text =
            format!("The Rescue Board counts 30 hurt. {far} The Harbour Office says six were hurt in a van.");
        ungrouped(
            "tidewater.example",
            day,
            &text,
            &[("30 hurt", 30, "Rescue Board"), ("six were hurt", 6, "Harbour Office")],
        )
    };
    let story = compare(&[report("2025-03-03")]);
    assert_eq!(scope_of(&story, 6), &Scope::OneOfSeveral);
    assert_eq!(conflicts(&story), []);
    assert!(story.contradictions.is_empty());
}

#[test]
fn half_of_another_origins_count_is_its_rival() {
    let far = "The road along the lake was shut. ".repeat(15);
    let scope = |all: i64, own: i64, country: Option<&str>| {
        let office = format!("{}Harbour Office", country.unwrap_or(""));
        let text = format!(
            "The Estonian Rescue Board counts {all} missing. {far}The {office} says {own} are missing."
        );
        let words = [format!("{all} missing"), format!("{own} are missing")];
        let counts =
            [(words[0].as_str(), all, "Estonian Rescue Board"), (words[1].as_str(), own, office.as_str())];
        let story = compare(&[ungrouped("tidewater.example", "2025-03-03", &text, &counts)]);
        scope_of(&story, own).clone()
    };
    assert_eq!(scope(30, 16, None), Scope::Total);
    assert_eq!(scope(30, 14, None), Scope::OneOfSeveral);
    assert_eq!(scope(12, 8, None), Scope::OneOfSeveral);
    assert_eq!(scope(30, 16, Some("Latvian ")), Scope::OneOfSeveral);
}

#[test]
fn a_deputy_is_of_no_place_of_that_name() {
    let counts = [("81 moved", 81, "Deputy governor Ada Brook"), ("56 moved", 56, "Lake Agency")];
    let text = "Deputy governor Ada Brook says 81 moved. The Lake Agency counts 56 moved.";
    let mut report = ungrouped("tidewater.example", "2025-03-03", text, &counts);
    report.speakers[0].kind = SpeakerKind::Person;
    assert_eq!(scope_of(&compare(&[report]), 81), &Scope::Total);
}

#[test]
fn a_higher_count_of_a_later_day_is_an_update() {
    let on = |day: &str, words: &str, count: i64, body: &str| {
        ungrouped("tidewater.example", day, &format!("The {body} counts {words}."), &[(words, count, body)])
    };
    let next_day =
        [on("2025-03-03", "42 hurt", 42, "Rescue Board"), on("2025-03-04", "43 hurt", 43, "Harbour Office")];
    assert_eq!(conflicts(&compare(&next_day)), []);
    let same_day =
        [on("2025-03-03", "42 hurt", 42, "Rescue Board"), on("2025-03-03", "43 hurt", 43, "Harbour Office")];
    let story = compare(&same_day);
    assert_eq!(conflicts(&story), [(42, 43)]);
    assert_eq!(story.conflicts[0].sure, Sureness::Likely);
    // The time shows that it has grown within the day.
    let at = |mut report: Reading, hour: &str| {
        let from = sayso_model::HeadSource::Key;
        report.report.head.published_at =
            Some(Stated { value: format!("2025-03-03T{hour}:00:00Z"), from, span: None });
        report
    };
    let [early, late] = same_day;
    assert_eq!(conflicts(&compare(&[at(early, "08"), at(late, "20")])), []);
}

#[test]
fn an_outlets_own_number_takes_part_where_its_report_gives_both() {
    let mut report = ungrouped(
        "tidewater.example",
        "2025-03-03",
        "Some 239 people were hurt. The Harbour Office counts 238 hurt.",
        &[("238 hurt", 238, "Harbour Office")],
    );
    hurt(&mut report, "239 people were hurt", None, 239, None, &[]);
    report.figures[1].group = None;
    assert_eq!(conflicts(&compare(&[report])), [(238, 239)]);
}

#[test]
fn measures_of_nothing_named_are_never_in_conflict() {
    let mut report = ungrouped(
        "tidewater.example",
        "2025-03-03",
        "The Rescue Board asks for 20 million. The Harbour Office asks for 3 million.",
        &[("20 million", 20, "Rescue Board"), ("3 million", 3, "Harbour Office")],
    );
    for figure in &mut report.figures {
        figure.category = Category::MONEY;
    }
    assert_eq!(conflicts(&compare(&[report])), []);
}

#[test]
fn parts_that_add_up_support_the_whole() {
    let report = ungrouped(
        "tidewater.example",
        "2025-03-03",
        "The Ferry Line counts 201 hurt: 187 from the cabins and 14 from the bridge.",
        &[("201 hurt", 201, "Ferry Line"), ("187", 187, "Ferry Line"), ("14", 14, "Ferry Line")],
    );
    let story = compare(&[report]);
    let [sum] = story.sums.as_slice() else { panic!("{:?}", story.sums) };
    assert_eq!((sum.sum, sum.finding), (Number::whole(201), SumFinding::Supports));
    assert_eq!((scope_of(&story, 187), scope_of(&story, 14)), (&Scope::Part, &Scope::Part));
    assert!(story.contradictions.is_empty());
}

#[test]
fn parts_may_not_exceed_the_whole() {
    let mut report = ungrouped(
        "tidewater.example",
        "2025-03-03",
        "The Ferry Line counts 64 hurt, of them 70 from the bridge.",
        &[("64 hurt", 64, "Ferry Line"), ("70", 70, "Ferry Line")],
    );
    report.figures[1].part_of = Some(report.figures[0].id);
    let story = compare(&[report]);
    assert_eq!(story.sums[0].finding, SumFinding::Exceeds);
}

#[test]
fn a_bare_number_in_anothers_words_is_likely_an_echo() {
    let sentence = "nine divers were hurt when the outer pier gave way during the storm on Monday night";
    let first = ungrouped(
        "tidewater.example",
        "2025-03-03",
        &format!("The Harbour Office said that {sentence}."),
        &[("nine divers were hurt", 9, "Harbour Office")],
    );
    let mut second = reading("island.example", "2025-03-04", &format!("In Kesh {sentence}."));
    hurt(&mut second, "nine divers were hurt", None, 9, None, &[]);
    second.figures[0].group = None;
    let story = compare(&[first, second]);
    let bare = story.claims[0].series.iter().find(|s| s.name.is_none()).unwrap();
    let echo = bare.points[0].reports[0].likely_echo.as_ref().unwrap();
    assert_eq!((echo.origin.as_str(), echo.of.report, echo.days), ("Harbour Office", 0, Some(1)));
    assert_eq!(story.claims[0].summary.independent, 1);
}

#[test]
fn the_country_before_a_name_is_the_speakers() {
    let mut report = reading(
        "tidewater.example",
        "2025-03-03",
        "Estonian Prime Minister Ada Brook counts 30 hurt. Estonia's prime minister spoke at noon.",
    );
    let brook = speaker(&mut report, "Ada Brook", SpeakerKind::Person, false);
    let role = span(&report, "Prime Minister");
    report.speakers[brook.index()].roles.push(Role {
        title: "Prime Minister".into(),
        body: None,
        span: role,
        former: false,
    });
    hurt(&mut report, "30 hurt", None, 30, Some("Ada Brook"), &[]);
    let story = compare(&[report]);
    assert_eq!(story.speakers[0].country.as_deref(), Some("Estonia"));
    assert!(sayso_compare::goes_by(&story.speakers[0], "Estonia's prime minister"));
    assert!(!sayso_compare::goes_by(&story.speakers[0], "Latvia's prime minister"));
}

#[test]
fn names_are_one_over_accents_blanks_and_lengths() {
    let on = |day: &str, name: &str, kind: SpeakerKind| {
        let mut report = reading("tidewater.example", day, &format!("{name} counts 30 hurt."));
        speaker(&mut report, name, kind, false);
        hurt(&mut report, "30 hurt", None, 30, Some(name), &[]);
        report
    };
    let people = |names: &[&str], kind: SpeakerKind| {
        let reports: Vec<Reading> = names.iter().map(|name| on("2025-03-03", name, kind)).collect();
        compare(&reports).speakers.len()
    };
    let person = SpeakerKind::Person;
    assert_eq!(people(&["Inés Peña", "Ines Pena"], person), 1);
    assert_eq!(people(&["Tayo Erdem", "Rece Tayo Erdem"], person), 1);
    assert_eq!(people(&["Ada Brook", "Ada Stone"], person), 2);
    // There are two longer names, and nothing says which is meant.
    assert_eq!(people(&["Tayo Erdem", "Rece Tayo Erdem", "Mika Tayo Erdem"], person), 3);
    let body = SpeakerKind::Organization;
    assert_eq!(people(&["Tide Watch", "TideWatch", "the Tide Watch monitoring group"], body), 1);
    assert_eq!(people(&["Lake County Rescue Office", "the rescue office in Lake County"], body), 1);
    assert_eq!(people(&["Federal Emergency Management Agency", "Fema"], body), 1);
}

#[test]
fn a_value_stands_until_its_origin_gives_another() {
    let on = |day: &str, words: &str, count: i64, body: &str| {
        ungrouped("tidewater.example", day, &format!("The {body} counts {words}."), &[(words, count, body)])
    };
    let story = compare(&[
        on("2025-03-03", "12 hurt", 12, "Rescue Board"),
        on("2025-03-04", "20 hurt", 20, "Harbour Office"),
        on("2025-03-05", "30 hurt", 30, "Rescue Board"),
    ]);
    let by_origin =
        |name: &str| story.claims[0].series.iter().find(|s| s.name.as_deref() == Some(name)).unwrap();
    let board = by_origin("Rescue Board");
    assert!(matches!(board.points[0].statuses[0], Status::Superseded { by, .. } if by.point == 1));
    assert_eq!(board.points[1].statuses[0], Status::Current);
    assert_eq!(by_origin("Harbour Office").points[0].statuses[0], Status::Current);
}

#[test]
fn an_event_of_another_name_is_another_event() {
    let first = ungrouped(
        "tidewater.example",
        "2025-03-03",
        "Hurricane Ada came to the lake. The Rescue Board counts 50 hurt. Ada goes on. Hurricane Bert left 1,800 hurt, \
         the Lake Museum says.",
        &[("50 hurt", 50, "Rescue Board"), ("1,800 hurt", 1800, "Lake Museum")],
    );
    let second = ungrouped(
        "harbour-times.example",
        "2025-03-03",
        "Ada blew on. Bert was over at sea. The storm has left 17 hurt, the Harbour Office says.",
        &[("17 hurt", 17, "Harbour Office")],
    );
    let story = compare(&[first, second]);
    let event = |number: i64| {
        let holds = |c: &&sayso_model::story::Claim| {
            c.series.iter().flat_map(|s| &s.points).any(|p| p.value.best == Some(Number::whole(number)))
        };
        &story.claims.iter().find(holds).unwrap().event
    };
    assert_eq!(event(50), &EventOf::This);
    assert_eq!(event(1800), &EventOf::Other { name: "Hurricane Bert".into() });
    assert_eq!(event(17), &EventOf::Other { name: "Hurricane Bert".into() });
    assert_eq!(conflicts(&story), [(17, 1800)], "two counts of the other event");
}

#[test]
fn a_count_in_another_town_is_of_that_town() {
    let main = |outlet: &str, count: i64, body: &str| {
        let text =
            format!("{count} people were hurt in the city of Tarven, the {body} said. Fog lay on Tarven.");
        let words = format!("{count} people were hurt");
        let mut report = ungrouped(outlet, "2025-03-03", &text, &[(&words, count, body)]);
        city(&mut report, "Tarven");
        report
    };
    let mut other = ungrouped(
        "lake-post.example",
        "2025-03-03",
        "Tarven burned. Eight were hurt in the town of Hollow Vale, the Army Office said.",
        &[("Eight were hurt", 8, "Army Office")],
    );
    city(&mut other, "Tarven");
    let story = compare(&[
        main("tidewater.example", 9, "Rescue Board"),
        main("harbour-times.example", 9, "Harbour Office"),
        main("island-post.example", 9, "Health Office"),
        other,
    ]);
    assert_eq!(scope_of(&story, 8), &Scope::At { places: vec!["Hollow Vale".into()] });
    assert_eq!(scope_of(&story, 9), &Scope::Total);
    assert_eq!(conflicts(&story), []);
}

#[test]
fn a_vague_word_does_not_contradict_a_number() {
    let mut vague = ungrouped(
        "tidewater.example",
        "2025-03-03",
        "Scores were hurt, the Rescue Board said.",
        &[("Scores were hurt", 40, "Rescue Board")],
    );
    vague.figures[0].low = Some(Number::whole(40));
    vague.figures[0].best = None;
    let exact = ungrouped(
        "harbour-times.example",
        "2025-03-03",
        "36 people were hurt, the Harbour Office said.",
        &[("36 people were hurt", 36, "Harbour Office")],
    );
    assert_eq!(conflicts(&compare(&[vague, exact])), []);
}

#[test]
fn an_outlets_own_number_contradicts_the_one_next_to_it() {
    let report = |apart: &str, own: i64| {
        let text = format!("{own} people were hurt.{apart} The Harbour Office counts 238 hurt.");
        let words = format!("{own} people were hurt");
        let mut report =
            ungrouped("tidewater.example", "2025-03-03", &text, &[("238 hurt", 238, "Harbour Office")]);
        hurt(&mut report, &words, None, own, None, &[]);
        report.figures[1].group = None;
        report.figures.swap(0, 1);
        for (n, figure) in report.figures.iter_mut().enumerate() {
            figure.id = sayso_model::FigureId::from(n);
        }
        report
    };
    let far = " Fog lay on the lake.".repeat(30);
    assert_eq!(conflicts(&compare(&[report("", 239)])), [(238, 239)]);
    assert_eq!(conflicts(&compare(&[report(&far, 239)])), [(238, 239)], "nearly the same number");
    assert_eq!(conflicts(&compare(&[report("", 300)])), [(238, 300)]);
    assert_eq!(conflicts(&compare(&[report(&far, 300)])), [], "not side by side");
}

#[test]
fn a_rival_count_is_not_of_a_place_of_the_storms_name() {
    let mut report = ungrouped(
        "tidewater.example",
        "2025-03-03",
        "Hurricane Ada came. In Ada the Rescue Board counts 30 hurt. The Harbour Office counts 12 hurt.",
        &[("30 hurt", 30, "Rescue Board"), ("12 hurt", 12, "Harbour Office")],
    );
    city(&mut report, "Ada");
    report.places[0].span = span(&report, "Ada the");
    report.figures[0].places = vec![PlaceId::from(0_usize)];
    let story = compare(&[report]);
    assert_eq!(scope_of(&story, 12), &Scope::Total);
    assert_eq!(conflicts(&story), [(12, 30)]);
}

#[test]
fn an_unnamed_spokesman_counts_for_his_body() {
    let independence = |who: &str| {
        let text = format!("{who} said that nine people were hurt.");
        let mut report = reading("tidewater.example", "2025-03-03", &text);
        speaker(&mut report, who, SpeakerKind::Person, true);
        hurt(&mut report, "nine people were hurt", None, 9, Some(who), &[]);
        compare(&[report]).claims[0].series[0].independence.clone()
    };
    assert_eq!(independence("An Estonian government spokesman"), Independence::Independent);
    assert_eq!(independence("An Estonian diver"), Independence::NotEstablished);
    assert_eq!(independence("A spokesman"), Independence::NotEstablished);
}
