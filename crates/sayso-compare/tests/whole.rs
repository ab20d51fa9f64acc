//! Which counts cover the whole event, another one, a place or a list: one test for each rule of docs/stories.md.

#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use common::{compare, conflicts, hurt, reading, span, speaker, told};
use sayso_model::{
    Number, Place, PlaceEntry, PlaceId, PlaceLevel, Reading, Role, Span, SpeakerKind,
    story::{Claim, EventOf, Scope, Story},
};

/// A report of the Rescue Board's counts that name no group.
fn board(day: &str, text: &str, counts: &[(&str, i64)]) -> Reading {
    let counts: Vec<(&str, i64, &str)> =
        counts.iter().map(|(words, n)| (*words, *n, "Rescue Board")).collect();
    of_bodies(day, text, &counts)
}

fn of_bodies(day: &str, text: &str, counts: &[(&str, i64, &str)]) -> Reading {
    let mut report = told("tidewater.example", day, text, counts);
    for figure in &mut report.figures {
        figure.group = None;
    }
    report
}

fn claim(story: &Story, number: i64) -> &Claim {
    let holds = |c: &&Claim| {
        c.series.iter().flat_map(|s| &s.points).any(|p| p.value.best == Some(Number::whole(number)))
    };
    story.claims.iter().find(holds).unwrap()
}

fn city(report: &mut Reading, name: &str) -> PlaceId {
    let id = PlaceId::from(report.places.len());
    let at = span(report, name);
    report.places.push(Place {
        id,
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
    id
}

fn role(report: &mut Reading, n: usize, title: &str) {
    let at = span(report, title);
    report.speakers[n].roles.push(Role { title: title.into(), body: None, span: at, former: false });
}

#[test]
fn the_event_that_reports_name_first_is_the_storys() {
    let text = "The Brook Fire left 9 people hurt, the Rescue Board said. In the Vale Fire 12 more were hurt. The Vale \
                Fire burns, the Vale Fire grows.";
    let story = compare(&[board("2025-03-03", text, &[("9 people hurt", 9), ("12 more were hurt", 12)])]);
    assert_eq!(claim(&story, 9).event, EventOf::This);
    assert_eq!(claim(&story, 12).event, EventOf::Other { name: "Vale Fire".into() });
}

#[test]
fn an_event_is_known_by_its_name_where_something_is_its_own() {
    let first = board(
        "2025-03-03",
        "Hurricane Ada has left 9 people hurt, the Rescue Board said. Ada goes on. Hurricane Bert is over.",
        &[("9 people hurt", 9)],
    );
    let second = board(
        "2025-03-03",
        "Ada blows. The Rescue Board counts 9 people hurt in Hurricane Ada’s path.",
        &[("9 people hurt", 9)],
    );
    let story = compare(&[first, second]);
    assert_eq!(story.claims.len(), 1);
    assert_eq!(story.claims[0].event, EventOf::This);
}

#[test]
fn a_body_is_not_an_event() {
    let text = "The Vale Fire burns. The Vale Fire grows. Brook Fire counts 9 people hurt.";
    let story = compare(&[of_bodies("2025-03-03", text, &[("9 people hurt", 9, "Brook Fire")])]);
    assert_eq!(claim(&story, 9).event, EventOf::This);
}

#[test]
fn what_happened_to_the_place_of_the_story_is_its_event() {
    let report = |day: &str| {
        let mut report = board(
            day,
            "The Brook Fire burns near Kesh. In the Kesh Fire 9 people were hurt, the Rescue Board said.",
            &[("9 people were hurt", 9)],
        );
        city(&mut report, "Kesh");
        report
    };
    let story = compare(&[report("2025-03-03"), report("2025-03-04")]);
    assert_eq!(claim(&story, 9).event, EventOf::This);
}

#[test]
fn a_place_of_the_storms_name_is_none() {
    let text = "Hurricane Ada came. The Rescue Board counts 9 people hurt in Ada.";
    let mut report = board("2025-03-03", text, &[("9 people hurt", 9)]);
    let at = Span::new(text.len() - 4, text.len() - 1);
    let place = city(&mut report, "Ada");
    report.places[0].span = at;
    report.figures[0].places = vec![place];
    assert_eq!(claim(&compare(&[report]), 9).scope, Scope::Total);
}

/// A report in which the mayor of Kesh and the Rescue Board give counts.
fn mayor(day: &str, own: i64, of_board: i64) -> Reading {
    let (words, of_whole) = (format!("{own} people were hurt"), format!("{of_board} people have been hurt"));
    let text = format!("{words}, Ada Brook, the mayor of Kesh, said. {of_whole}, the Rescue Board said.");
    let mut report = reading("tidewater.example", day, &text);
    speaker(&mut report, "Ada Brook", SpeakerKind::Person, false);
    speaker(&mut report, "Rescue Board", SpeakerKind::Organization, false);
    role(&mut report, 0, "mayor of Kesh");
    hurt(&mut report, &words, None, own, Some("Ada Brook"), &[]);
    hurt(&mut report, &of_whole, None, of_board, Some("Rescue Board"), &[]);
    for figure in &mut report.figures {
        figure.group = None;
    }
    report
}

#[test]
fn an_offices_count_is_the_total_if_somebody_gives_it_as_the_total() {
    let apart = compare(&[mayor("2025-03-03", 9, 10)]);
    assert_eq!(claim(&apart, 9).scope, Scope::At { places: vec!["Kesh".into()] });
    let story = compare(&[mayor("2025-03-03", 9, 9)]);
    assert_eq!(story.claims.len(), 1);
    assert_eq!((&story.claims[0].scope, story.claims[0].series.len()), (&Scope::Total, 2));
}

#[test]
fn a_count_by_somebody_else_is_not_part_of_a_sum() {
    let text = "The Rescue Board counts 13 people hurt, four of them at sea. The Harbour Office counts nine people hurt.";
    let mut report = of_bodies(
        "2025-03-03",
        text,
        &[
            ("13 people hurt", 13, "Rescue Board"),
            ("four", 4, "Rescue Board"),
            ("nine people hurt", 9, "Harbour Office"),
        ],
    );
    assert_ne!(claim(&compare(&[report.clone()]), 9).scope, Scope::Part);
    // If one origin gives both, it is.
    let whole = (report.figures[0].origin.clone(), report.figures[0].origin_speaker);
    (report.figures[2].origin, report.figures[2].origin_speaker) = whole;
    assert_eq!(claim(&compare(&[report]), 9).scope, Scope::Part);
}

#[test]
fn a_part_with_a_place_is_what_is_counted_there() {
    let text = "The Rescue Board counts 20 people hurt: 12 people in Kesh and eight people in Tarven.";
    let mut report =
        board("2025-03-03", text, &[("20 people hurt", 20), ("12 people", 12), ("eight people", 8)]);
    let kesh = city(&mut report, "Kesh");
    report.figures[1].places = vec![kesh];
    let story = compare(&[report]);
    assert_eq!(claim(&story, 12).scope, Scope::At { places: vec!["Kesh".into()] });
    assert_eq!(claim(&story, 8).scope, Scope::Part);
}

#[test]
fn an_earlier_count_counts_what_the_count_next_to_it_counts() {
    let text = "In Kesh 42 people were hurt, the Rescue Board said. That is up from 29 people on Sunday.";
    let mut report = board("2025-03-03", text, &[("42 people were hurt", 42), ("29 people", 29)]);
    let kesh = city(&mut report, "Kesh");
    report.figures[0].places = vec![kesh];
    let story = compare(&[report]);
    assert_eq!(story.claims.len(), 1, "{:?}", story.claims);
    assert_eq!(story.claims[0].series[0].points.len(), 2);
}

#[test]
fn counts_of_one_list_are_parts() {
    let counts = |text: &str, counts: &[(&str, i64)]| {
        let mut report = board("2025-03-03", text, counts);
        for n in 0..counts.len() {
            let at = report.figures[n].span;
            let number = text[at.start..].find(' ').unwrap() + at.start;
            report.figures[n].number = Span::new(at.start, number);
            report.figures[n].counted = Some(Span::new(number + 1, at.end));
        }
        compare(&[report])
    };
    let list = counts(
        "Two cooks, three clerks and four porters were hurt, the Rescue Board said.",
        &[("Two cooks", 2), ("three clerks", 3), ("four porters", 4)],
    );
    for n in [2, 3, 4] {
        assert_eq!(claim(&list, n).scope, Scope::Part, "{n} of {:?}", list.claims);
    }
    let none = counts(
        "Nine people were hurt on Monday, the Rescue Board said, and 12 people in all.",
        &[("Nine people", 9), ("12 people", 12)],
    );
    assert_eq!(claim(&none, 12).scope, Scope::Total);
}

#[test]
fn people_of_two_countries_in_one_list_are_two_groups() {
    let text = "Nine Italians, seven Japanese were among the hurt, the Rescue Board said.";
    let mut report = board("2025-03-03", text, &[("Nine Italians", 9), ("seven Japanese", 7)]);
    for (n, number) in ["Nine", "seven"].iter().enumerate() {
        report.figures[n].number = span(&report, number);
        // What the reading has, which knows no noun in "seven Japanese".
        report.figures[n].group = Some("Italian".into());
    }
    let story = compare(&[report]);
    assert_eq!(claim(&story, 9).group.as_deref(), Some("Italy"));
    assert_eq!(claim(&story, 7).group.as_deref(), Some("Japan"));
}

#[test]
fn a_vague_word_does_not_exceed_a_total() {
    let of_place = |words: &str, low: i64, best: Option<i64>| {
        let text =
            format!("{words} in Kesh, the Harbour Office said. The Rescue Board counts 36 people hurt.");
        let mut report = of_bodies(
            "2025-03-03",
            &text,
            &[(words, low, "Harbour Office"), ("36 people hurt", 36, "Rescue Board")],
        );
        let kesh = city(&mut report, "Kesh");
        report.figures[0].places = vec![kesh];
        report.figures[0].low = Some(Number::whole(low));
        report.figures[0].best = best.map(Number::whole);
        conflicts(&compare(&[report]))
    };
    assert_eq!(of_place("Scores were hurt", 40, None), []);
    assert_eq!(of_place("40 people were hurt", 40, Some(40)), [(36, 40)], "a part is more than the whole");
}

#[test]
fn a_toll_of_the_first_days_may_grow_threefold() {
    let on = |day: &str, n: i64, body: &str| {
        let words = format!("{n} people hurt");
        of_bodies(day, &format!("The {body} counts {words}."), &[(&words, n, body)])
    };
    let pair = |n: i64| [on("2025-03-03", 11, "Rescue Board"), on("2025-03-05", n, "Harbour Office")];
    assert_eq!(conflicts(&compare(&pair(42))), []);
    assert_eq!(conflicts(&compare(&pair(60))), [(11, 60)]);
    let [first, second] = pair(42);
    let begun = on("2025-02-01", 1, "Health Office");
    assert_eq!(conflicts(&compare(&[begun, first, second])), [(11, 42)], "no first days any more");
}
