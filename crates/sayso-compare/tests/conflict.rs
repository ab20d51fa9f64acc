//! Differences that are not conflicts, and conflicts that are listed once: one test for each rule of docs/stories.md.

#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use common::{compare, conflicts, hurt, points, reading, span, speaker, told};
use sayso_model::{
    Category, Date, Modality, Number, Period, Reading, SpeakerKind,
    story::{EventOf, Scope, Status, Story},
};

/// A report of counts that name no group, each attributed to a body or to somebody unnamed ("a trader").
fn report(day: &str, text: &str, counts: &[(&str, i64, &str)]) -> Reading {
    let mut report = reading("tidewater.example", day, text);
    for (words, count, who) in counts {
        if !report.speakers.iter().any(|s| s.name == *who) {
            let unnamed = who.starts_with(char::is_lowercase);
            let kind = if unnamed { SpeakerKind::Group } else { SpeakerKind::Organization };
            speaker(&mut report, who, kind, unnamed);
        }
        hurt(&mut report, words, None, *count, Some(who), &[]);
    }
    for figure in &mut report.figures {
        figure.group = None;
    }
    report
}

fn of(mut report: Reading, category: Category, figures: &[usize]) -> Reading {
    for n in figures {
        report.figures[*n].category = category.clone();
    }
    report
}

fn added(mut report: Reading, figure: usize) -> Reading {
    report.figures[figure].cumulative = Some(false);
    report
}

fn numbers(story: &Story) -> Vec<(i64, i64, Option<&str>)> {
    let whole = |at| {
        let point = sayso_compare::point(&story.claims, at).unwrap();
        point.value.best.and_then(Number::to_whole).unwrap()
    };
    let name = |at: sayso_model::story::PointRef| story.claims[at.claim].series[at.series].name.as_deref();
    story.conflicts.iter().map(|c| (whole(c.lower), whole(c.higher), name(c.higher))).collect()
}

const BOARD: &str = "The Rescue Board counts 9 hurt.";

#[test]
fn an_addition_turns_the_lower_count_into_the_higher() {
    let board = report("2025-03-03", BOARD, &[("9 hurt", 9, "Rescue Board")]);
    let text = "The Lake Watch found 4 more hurt, bringing the toll to 13 hurt.";
    let watch =
        report("2025-03-03", text, &[("4 more hurt", 4, "Lake Watch"), ("13 hurt", 13, "Lake Watch")]);
    assert!(conflicts(&compare(&[board.clone(), added(watch.clone(), 0)])).is_empty());
    // If three were added, there were ten before.
    let mut other = added(watch, 0);
    other.figures[0].best = Some(Number::whole(3));
    assert_eq!(conflicts(&compare(&[board, other])), [(9, 13)]);
}

#[test]
fn who_is_no_longer_missing_is_among_the_dead() {
    let count = |who: &str, missing: i64, dead: i64| {
        let text = format!("The {who} has {missing} missing and {dead} dead.");
        let (lost, killed) = (format!("{missing} missing"), format!("{dead} dead"));
        let made =
            report("2025-03-03", &text, &[(lost.as_str(), missing, who), (killed.as_str(), dead, who)]);
        of(of(made, Category::MISSING, &[0]), Category::KILLED, &[1])
    };
    let missing = |story: &Story| {
        let of_missing =
            |c: &&sayso_model::story::Conflict| story.claims[c.lower.claim].category == Category::MISSING;
        story.conflicts.iter().filter(of_missing).count()
    };
    let board = count("Rescue Board", 6, 3);
    assert_eq!(missing(&compare(&[board.clone(), count("Lake Watch", 4, 5)])), 0);
    assert_eq!(missing(&compare(&[board, count("Lake Watch", 4, 3)])), 1);
}

#[test]
fn who_has_died_since_is_no_longer_among_the_hurt() {
    let board = report("2025-03-03", "The Rescue Board counts 37 hurt.", &[("37 hurt", 37, "Rescue Board")]);
    let watch = |dead: &str, n: i64| {
        let text = format!("The Lake Watch has 11 dead and 36 hurt after {dead} died of his wounds.");
        let counts = [("11 dead", 11, "Lake Watch"), ("36 hurt", 36, "Lake Watch"), (dead, n, "Lake Watch")];
        of(report("2025-03-03", &text, &counts), Category::KILLED, &[0, 2])
    };
    assert!(conflicts(&compare(&[board.clone(), watch("one victim", 1)])).is_empty());
    assert_eq!(conflicts(&compare(&[board, watch("two victims", 2)])), [(36, 37)]);
}

#[test]
fn a_count_of_which_there_may_be_more_is_a_least_one() {
    let watch = report("2025-03-03", "The Lake Watch counts 37 hurt.", &[("37 hurt", 37, "Lake Watch")]);
    let board = |rest: &str| {
        let text = format!("{BOARD} {rest}");
        report("2025-03-03", &text, &[("9 hurt", 9, "Rescue Board")])
    };
    assert_eq!(conflicts(&compare(&[board("It rained."), watch.clone()])), [(9, 37)]);
    let more = compare(&[board("There may be more, it said."), watch]);
    assert!(conflicts(&more).is_empty());
    assert_eq!(more.claims[0].series[0].points[0].value.low, Some(Number::whole(9)));
}

#[test]
fn none_is_compared_with_the_count_of_the_nearest_day() {
    let before = report("2025-03-01", "The Lake Watch counts 7 hurt.", &[("7 hurt", 7, "Lake Watch")]);
    let mut of_day = report(
        "2025-03-03",
        "The Island Office counts 12 clerks hurt.",
        &[("12 clerks hurt", 12, "Island Office")],
    );
    of_day.figures[0].group = Some("clerks".into());
    let nobody = report(
        "2025-03-03",
        "The Rescue Board said nobody was hurt.",
        &[("nobody was hurt", 0, "Rescue Board")],
    );
    assert_eq!(conflicts(&compare(&[before, of_day, nobody])), [(0, 12)]);
}

#[test]
fn a_later_unnamed_source_adds_nothing() {
    let board = report("2025-03-03", BOARD, &[("9 hurt", 9, "Rescue Board")]);
    let watch = report("2025-03-03", "The Lake Watch counts 30 hurt.", &[("30 hurt", 30, "Lake Watch")]);
    let school =
        |day| report(day, "It is 30 hurt, school officials say.", &[("30 hurt", 30, "school officials")]);
    let once = compare(&[board.clone(), watch.clone(), school("2025-03-04")]);
    assert_eq!(numbers(&once), [(9, 30, Some("Lake Watch"))]);
    // Whoever says it first is listed too.
    let both = compare(&[school("2025-03-02"), board, watch]);
    assert_eq!(numbers(&both).len(), 2);
}

#[test]
fn a_rounded_number_is_not_listed_with_the_exact_one() {
    let board =
        report("2025-03-03", "The Rescue Board counts 4,645 hurt.", &[("4,645 hurt", 4645, "Rescue Board")]);
    let watch =
        report("2025-03-03", "The Lake Watch counts 2,975 hurt.", &[("2,975 hurt", 2975, "Lake Watch")]);
    let mut office = report(
        "2025-03-03",
        "The Island Office counts nearly 3,000 hurt.",
        &[("nearly 3,000 hurt", 3000, "Island Office")],
    );
    office.figures[0].high = Some(Number::whole(3000));
    office.figures[0].high_exclusive = true;
    assert_eq!(conflicts(&compare(&[board.clone(), watch, office.clone()])), [(2975, 4645)]);
    assert_eq!(conflicts(&compare(&[board, office])), [(3000, 4645)]);
}

#[test]
fn an_exact_number_that_one_says_is_so_is_more_than_possible() {
    let mut may = report(
        "2025-03-03",
        "Some 2,975 hurt could be due to it, says the Lake Watch.",
        &[("2,975 hurt", 2975, "Lake Watch")],
    );
    may.figures[0].modality = Modality::Possible;
    let is = report(
        "2025-03-04",
        "There were 2,975 hurt, the Island Office says.",
        &[("2,975 hurt", 2975, "Island Office")],
    );
    let story = compare(&[may.clone(), is]);
    assert_eq!((story.claims.len(), story.claims[0].modality), (1, Modality::Asserted));
    assert_eq!(compare(&[may]).claims[0].modality, Modality::Possible);
}

#[test]
fn members_of_a_family_are_a_part() {
    let text =
        "The Rescue Board counts 9 hurt. Six members of the same family were hurt, the Lake Watch said.";
    let mut made = report(
        "2025-03-03",
        text,
        &[("9 hurt", 9, "Rescue Board"), ("Six members of the same family were hurt", 6, "Lake Watch")],
    );
    made.figures[1].counted = Some(span(&made, "members"));
    let story = compare(&[made]);
    assert!(conflicts(&story).is_empty());
    let six = story.claims.iter().find(|c| c.group.is_some()).unwrap();
    assert_eq!(six.group.as_deref(), Some("relatives"));
}

#[test]
fn passengers_are_not_all_who_are_aboard() {
    let count = |who: &str, n: i64, noun: &str| {
        let words = format!("{n} {noun}");
        let text = format!("The boat had {words}, the {who} said.");
        let mut made = report("2025-03-03", &text, &[(words.as_str(), n, who)]);
        made.figures[0].counted = Some(span(&made, noun));
        of(made, Category::ABOARD, &[0])
    };
    let board = count("Rescue Board", 201, "people");
    assert!(conflicts(&compare(&[board.clone(), count("Lake Watch", 187, "passengers")])).is_empty());
    assert_eq!(conflicts(&compare(&[board, count("Lake Watch", 187, "people")])), [(187, 201)]);
}

#[test]
fn an_event_called_by_its_year_is_an_earlier_one() {
    let event = |text: &str| {
        let made = report("2025-03-03", text, &[("90 people", 90, "Rescue Board")]);
        compare(&[made]).claims[0].event.clone()
    };
    let year = Period(Date::parse("1978-01-01").unwrap(), Date::parse("1978-12-31").unwrap());
    assert_eq!(
        event("The flood of 1978 hurt 90 people, the Rescue Board says."),
        EventOf::Earlier { period: year }
    );
    assert_eq!(
        event("The flood hurt 90 people, the most since that of 1978, the Rescue Board says."),
        EventOf::This
    );
    assert_eq!(event("The flood hurt 90 people of 2025, the Rescue Board says."), EventOf::This);
}

#[test]
fn hospital_staff_in_general_belong_to_no_one_hospital() {
    let scope = |who: &str| {
        let text = format!("There are 26 hurt, the {who} said.");
        let story = compare(&[report("2025-03-03", &text, &[("26 hurt", 26, who)])]);
        let (at, _) = points(&story)[0];
        story.claims[at.claim].scope.clone()
    };
    assert_eq!(scope("hospital staff"), Scope::Total);
    assert_eq!(scope("Kesh Hospital"), Scope::At { places: vec!["Kesh Hospital".into()] });
}

#[test]
fn measures_are_never_in_conflict() {
    let strength = |who: &str, words: &str, n: i64, unit: bool| {
        let text = format!("The {who} measured {words}.");
        let mut made = report("2025-03-03", &text, &[(words, n, who)]);
        made.figures[0].unit = unit.then(|| "force".to_owned());
        of(made, Category("force".into()), &[0])
    };
    let both =
        |unit| [strength("Rescue Board", "force 5", 5, unit), strength("Lake Watch", "force 7", 7, unit)];
    assert!(conflicts(&compare(&both(true))).is_empty());
    assert_eq!(conflicts(&compare(&both(false))), [(5, 7)]);
}

#[test]
fn a_count_that_is_told_only_to_be_denied_is_denied_in_other_reports() {
    let watch = report("2025-03-03", "The Lake Watch counts 9 hurt.", &[("9 hurt", 9, "Lake Watch")]);
    let board = |negated| {
        let text = "The Rescue Board has 6 hurt for sure, but not 9 hurt.";
        let counts = [("6 hurt", 6, "Rescue Board"), ("9 hurt", 9, "Rescue Board")];
        let mut made = report("2025-03-04", text, &counts);
        made.figures[0].low = Some(Number::whole(6));
        made.figures[1].negated = negated;
        made
    };
    let story = compare(&[watch.clone(), board(true)]);
    assert_eq!(conflicts(&story), [(6, 9)]);
    assert_eq!(story.conflicts[0].time, "one is given in denying the other");
    assert!(conflicts(&compare(&[watch, board(false)])).is_empty());
}

#[test]
fn who_gives_a_count_that_he_denied_before_has_ended_his_denial() {
    let watch = report("2025-03-03", "The Lake Watch counts 9 hurt.", &[("9 hurt", 9, "Lake Watch")]);
    let denial = |day: &str| {
        let text = "The Rescue Board has 6 hurt for sure, but not 9 hurt.";
        let counts = [("6 hurt", 6, "Rescue Board"), ("9 hurt", 9, "Rescue Board")];
        let mut made = report(day, text, &counts);
        made.figures[1].negated = true;
        made
    };
    let later = |day: &str| report(day, "The Rescue Board counts 9 hurt.", &[("9 hurt", 9, "Rescue Board")]);
    let is_withdrawn = |reports: &[Reading]| {
        let story = compare(reports);
        let points = story.claims.iter().flat_map(|c| &c.series).flat_map(|s| &s.points);
        let statuses: Vec<&Status> = points.flat_map(|p| &p.statuses).collect();
        statuses.iter().any(|s| matches!(s, Status::Denied { .. } | Status::Disowned { .. }))
    };
    assert!(is_withdrawn(&[watch.clone(), denial("2025-03-04")]));
    assert!(!is_withdrawn(&[watch.clone(), denial("2025-03-04"), later("2025-03-05")]));
    // What it said before is what it takes back, and a later denial is the one that stands.
    assert!(is_withdrawn(&[watch.clone(), later("2025-03-03"), denial("2025-03-04")]));
    assert!(is_withdrawn(&[watch, denial("2025-03-04"), later("2025-03-05"), denial("2025-03-06")]));
}

#[test]
fn two_bodies_that_count_for_days_disagree_once() {
    let board = |day: &str, text: &str, count: i64| {
        report(day, text, &[(&format!("{count} hurt"), count, "Rescue Board")])
    };
    let watch = report("2025-03-03", "The Lake Watch counts 30 hurt.", &[("30 hurt", 30, "Lake Watch")]);
    let first = board("2025-03-03", "The Rescue Board counts 10 hurt.", 10);
    let next = board("2025-03-05", "The Rescue Board counts 12 hurt.", 12);
    let later = board("2025-03-07", "The Rescue Board counts 14 hurt.", 14);
    let all = [first, watch.clone(), next.clone(), later.clone()];
    assert_eq!(conflicts(&compare(&all)), [(10, 30)], "at one time");
    assert_eq!(conflicts(&compare(&[watch, next, later])), [(12, 30)], "otherwise the nearest in time");
}

#[test]
fn a_single_low_count_long_after_is_of_something_smaller() {
    let board = report("2025-03-03", "The Rescue Board counts 30 hurt.", &[("30 hurt", 30, "Rescue Board")]);
    let watch = |day| report(day, "The Lake Watch counts 7 hurt.", &[("7 hurt", 7, "Lake Watch")]);
    assert_eq!(conflicts(&compare(&[board.clone(), watch("2025-03-05")])), [(7, 30)]);
    assert!(conflicts(&compare(&[board.clone(), watch("2025-03-20")])).is_empty());
    // Who keeps a count has not lost sight of the whole.
    let next = report("2025-03-22", "The Lake Watch counts 8 hurt.", &[("8 hurt", 8, "Lake Watch")]);
    assert!(!conflicts(&compare(&[board, watch("2025-03-20"), next])).is_empty());
}

#[test]
fn a_rival_count_is_of_the_same_years() {
    let text =
        "Fires have hurt 31 people since 2005, the Lake Watch said. The Harbour Company acknowledges 25.";
    let counts = [("31 people since 2005", 31, "Lake Watch"), ("25", 25, "Harbour Company")];
    let mut both = report("2025-03-03", text, &counts);
    both.figures[0].period =
        Some(Period(Date::parse("2005-01-01").unwrap(), Date::parse("2025-03-03").unwrap()));
    let story = compare(&[both]);
    assert_eq!(conflicts(&story), [(25, 31)]);
    assert!(matches!(story.claims[0].event, EventOf::Wider { .. }));
}

/// A report of two counts, 20 and 29, each with the day on which it says that it was given.
fn dated(category: Category, days: [Option<&str>; 2]) -> Reading {
    let text = "The Rescue Board counted 20 of them. The Lake Watch counts 29 of them.";
    let counts = [("20 of them", 20, "Rescue Board"), ("29 of them", 29, "Lake Watch")];
    let mut report = told("tidewater.example", "2025-03-09", text, &counts);
    for (figure, day) in report.figures.iter_mut().zip(days) {
        figure.category = category.clone();
        figure.said_on = day.and_then(Date::parse);
    }
    report
}

#[test]
fn counts_that_one_report_dates_apart_are_of_two_times() {
    let of = |days| conflicts(&compare(&[dated(Category::MISSING, days)]));
    assert_eq!(of([Some("2025-03-06"), Some("2025-03-09")]), []);
    assert_eq!(of([Some("2025-03-06"), None]), [(20, 29)]);
}
