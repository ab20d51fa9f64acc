//! Who is who across reports, by what is next to their names.

#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use common::{compare, hurt, reading, speaker, stated};
use sayso_compare::goes_by;
use sayso_model::{SpeakerKind, story::Story};

/// The names of the speakers that a name refers to.
fn called<'s>(story: &'s Story, name: &str) -> Vec<&'s str> {
    story.speakers.iter().filter(|s| goes_by(s, name)).map(|s| s.name.as_str()).collect()
}

#[test]
fn an_office_means_its_only_holder() {
    let mut first = reading(
        "tidewater.example",
        "2025-03-03",
        "Nine people were hurt, Ostria's interior minister said. Mari Tamm, the Ostrian interior minister, left.",
    );
    speaker(&mut first, "Ostria's interior minister", SpeakerKind::Person, true);
    speaker(&mut first, "Mari Tamm", SpeakerKind::Person, false);
    hurt(&mut first, "Nine people were hurt", None, 9, Some("Ostria's interior minister"), &[]);
    let story = compare(&[first]);
    assert_eq!(story.speakers.len(), 1, "{:?}", story.speakers);
    assert_eq!(story.speakers[0].name, "Mari Tamm");
    assert_eq!(story.speakers[0].members[1].evidence.rule, "the only one in that office");
    assert_eq!(story.claims[0].series[0].name.as_deref(), Some("Mari Tamm"));
}

#[test]
fn an_office_that_two_hold_identifies_nobody() {
    let mut first = reading(
        "tidewater.example",
        "2025-03-03",
        "The harbour commander said nine were hurt. Mari Tamm, a harbour commander, and Ada Brook, another harbour \
         commander, left.",
    );
    speaker(&mut first, "The harbour commander", SpeakerKind::Person, true);
    speaker(&mut first, "Mari Tamm", SpeakerKind::Person, false);
    speaker(&mut first, "Ada Brook", SpeakerKind::Person, false);
    assert_eq!(compare(&[first]).speakers.len(), 3);
}

#[test]
fn words_next_to_a_name_are_a_name_and_a_role() {
    let mut first = reading(
        "tidewater.example",
        "2025-03-03",
        "\"It sank,\" said Mari Tamm, owner of the Lark. The medical charity Nurses of the Lake (NOL) treated nine.",
    );
    speaker(&mut first, "Mari Tamm", SpeakerKind::Person, false);
    let story = compare(&[first]);
    assert_eq!(called(&story, "owner of the Lark"), ["Mari Tamm"]);
    let role = &story.speakers[0].roles[0];
    assert_eq!((role.title.as_str(), role.body.as_deref()), ("owner of the Lark", Some("Lark")));
}

#[test]
fn a_surname_may_have_particles() {
    let mut first = reading("tidewater.example", "2025-03-03", "Mari van Tamm and Ada al-Brook left.");
    speaker(&mut first, "Mari van Tamm", SpeakerKind::Person, false);
    speaker(&mut first, "Ada al-Brook", SpeakerKind::Person, false);
    let mut second = reading("harbour-times.example", "2025-03-04", "van Tamm came back, al-Brook said.");
    speaker(&mut second, "van Tamm", SpeakerKind::Person, false);
    speaker(&mut second, "al-Brook", SpeakerKind::Person, false);
    let story = compare(&[first, second]);
    assert_eq!(story.speakers.len(), 2, "{:?}", story.speakers);
    assert_eq!(called(&story, "van Tamm"), ["Mari van Tamm"]);
    assert_eq!(called(&story, "Al-Brook"), ["Ada al-Brook"]);
}

#[test]
fn a_body_is_called_by_its_noun_and_by_its_short_name() {
    let mut first = reading(
        "tidewater.example",
        "2025-03-03",
        "Nine were hurt, the Lake Observatory for Boats said. The city-based Observatory counts boats.",
    );
    speaker(&mut first, "Lake Observatory for Boats", SpeakerKind::Organization, false);
    let story = compare(&[first]);
    assert_eq!(called(&story, "the city-based Observatory"), ["Lake Observatory for Boats"]);
    assert_eq!(called(&story, "Lake Observatory for Boats (LOB)"), ["Lake Observatory for Boats"]);
}

#[test]
fn an_unnamed_source_of_the_same_sentence_is_the_same_one() {
    let on = |outlet: &str, day: &str, text: &str| {
        let mut report = reading(outlet, day, text);
        speaker(&mut report, "aid workers", SpeakerKind::Group, true);
        hurt(&mut report, "eight people were hurt", None, 8, Some("aid workers"), &[]);
        report
    };
    let sentence = "At least eight people were hurt, aid workers said by telephone on Monday.";
    let copied = [
        on("tidewater.example", "2025-03-03", sentence),
        on("tidewater.example", "2025-03-04", &format!("Rain fell on the lake. {sentence}")),
    ];
    let story = compare(&copied);
    assert_eq!(story.speakers.len(), 1, "{:?}", story.speakers);
    assert_eq!(story.speakers[0].members[1].evidence.rule, "the same sentence, word for word");
    assert!(story.claims[0].series[0].points[0].reports[1].echo);
    let other = "On the lake eight people were hurt when the pier fell, aid workers have told us.";
    let [first, _] = copied;
    assert_eq!(compare(&[first, on("tidewater.example", "2025-03-04", other)]).speakers.len(), 2);
}

#[test]
fn research_of_one_institution_is_one_origin() {
    let on = |day: &str, who: &str| {
        let mut report = reading("tidewater.example", day, &format!("{who} put the number of hurt at 30."));
        speaker(&mut report, who, SpeakerKind::Group, true);
        report
    };
    let story = compare(&[
        on("2025-03-03", "Lakeside researchers"),
        on("2025-03-04", "a Lakeside University-led research team"),
        on("2025-03-05", "An Inland University study"),
    ]);
    assert_eq!(story.speakers.len(), 2, "{:?}", story.speakers);
    assert_eq!(story.speakers[0].members[1].evidence.rule, "research of one institution");
    let mut body = reading("tidewater.example", "2025-03-03", "Lakeside University counts 30 hurt.");
    speaker(&mut body, "Lakeside University", SpeakerKind::Organization, false);
    assert_eq!(compare(&[body, on("2025-03-04", "the Lakeside study")]).speakers.len(), 1);
}

#[test]
fn a_wing_of_a_body_shares_it() {
    let mut report = reading(
        "tidewater.example",
        "2025-03-03",
        "The Harbour Office counts 9 hurt. The Harbour Office's Northern Command counts 9 injured.",
    );
    speaker(&mut report, "Harbour Office", SpeakerKind::Organization, false);
    speaker(&mut report, "Northern Command", SpeakerKind::Organization, false);
    hurt(&mut report, "9 hurt", None, 9, Some("Harbour Office"), &[]);
    hurt(&mut report, "9 injured", None, 9, Some("Northern Command"), &[]);
    let story = compare(&[report]);
    let wing = story.speakers.iter().find(|s| s.name == "Northern Command").unwrap();
    assert_eq!(wing.parents[0].evidence.rule, "a wing of the body");
    assert_eq!(story.claims[0].summary.independent, 1);
}

#[test]
fn a_title_belongs_to_the_name_after_it_and_a_short_name_to_the_full_one() {
    let mut report = reading(
        "tidewater.example",
        "2025-03-03",
        "Harbour Minister Ada Brook spoke on Broadcaster LTV. Mari Tamm left, TANO said.",
    );
    speaker(&mut report, "Ada Brook", SpeakerKind::Unknown, false);
    let title = common::span(&report, "Harbour Minister");
    report.speakers[0].roles.push(sayso_model::Role {
        title: "Harbour Minister".into(),
        body: None,
        span: title,
        former: false,
    });
    speaker(&mut report, "Broadcaster LTV", SpeakerKind::Outlet, false);
    speaker(&mut report, "Mari Tamm", SpeakerKind::Unknown, false);
    speaker(&mut report, "TANO", SpeakerKind::Outlet, false);
    let story = compare(&[report]);
    assert_eq!(called(&story, "Harbour Minister Brook"), ["Ada Brook"]);
    assert_eq!(called(&story, "HM Brook"), ["Ada Brook"]);
    assert_eq!(called(&story, "LTV"), ["Broadcaster LTV"]);
    assert_eq!(called(&story, "the cook Mari Tamm"), ["Mari Tamm"]);
    assert_eq!(called(&story, "Ostria's news agency TANO"), ["TANO"]);
}

#[test]
fn an_office_that_the_text_gives_to_another_is_left_open() {
    let mut first = reading(
        "tidewater.example",
        "2025-03-03",
        "The ferry clerk said nine were hurt. Another ferry clerk, Mari Tamm, left.",
    );
    speaker(&mut first, "The ferry clerk", SpeakerKind::Person, true);
    speaker(&mut first, "Mari Tamm", SpeakerKind::Person, false);
    assert_eq!(compare(&[first]).speakers.len(), 2);
}

#[test]
fn possessions_mean_the_only_holder() {
    let mut first = reading(
        "tidewater.example",
        "2025-03-03",
        "Nine were hurt, the ship's owner said. \"It sank,\" said Mari Tamm, owner of the Lark.",
    );
    speaker(&mut first, "the ship's owner", SpeakerKind::Person, true);
    speaker(&mut first, "Mari Tamm", SpeakerKind::Person, false);
    assert_eq!(compare(&[first]).speakers.len(), 1);
}

#[test]
fn a_short_name_in_an_office_is_written_out() {
    let mut first = reading(
        "tidewater.example",
        "2025-03-03",
        "The Harbour Rescue Force, or HRF, came. An HRF spokesman left.",
    );
    speaker(&mut first, "An HRF spokesman", SpeakerKind::Person, true);
    let mut second = reading(
        "harbour-times.example",
        "2025-03-04",
        "\"It sank,\" said Mari Tamm, spokeswoman for the Harbour Rescue Force. Ada Brook, spokesman for the Harbour Rescue \
         Force, left.",
    );
    speaker(&mut second, "Ada Brook", SpeakerKind::Person, false);
    assert_eq!(called(&compare(&[first, second]), "An HRF spokesman"), ["Ada Brook"]);
}

#[test]
fn the_full_name_of_a_short_one_tells_what_the_body_is_called() {
    let mut first =
        reading("tidewater.example", "2025-03-03", "UNHCR said so. Nine were hurt, the agency said.");
    speaker(&mut first, "UNHCR", SpeakerKind::Organization, false);
    speaker(&mut first, "agency", SpeakerKind::Organization, true);
    first.speakers[1].mentions[0].span = common::span(&first, "the agency");
    let story = compare(&[first.clone()]);
    assert_eq!(story.speakers.len(), 2, "the full name has another noun: {:?}", story.speakers);
    let mut second =
        reading("tidewater.example", "2025-03-03", "FEMA said so. Nine were hurt, the agency said.");
    speaker(&mut second, "FEMA", SpeakerKind::Organization, false);
    speaker(&mut second, "agency", SpeakerKind::Organization, true);
    second.speakers[1].mentions[0].span = common::span(&second, "the agency");
    assert_eq!(compare(&[second]).speakers.len(), 1);
}

#[test]
fn a_surname_is_not_a_country() {
    let mut first = reading(
        "tidewater.example",
        "2025-03-03",
        "Tamm Ostria, the chief of the harbour, said so. Ostria's police left. \"It sank,\" Ostria said.",
    );
    speaker(&mut first, "Tamm Ostria", SpeakerKind::Unknown, false);
    let story = compare(&[first]);
    assert_eq!((story.speakers[0].kind, story.speakers[0].country.as_deref()), (SpeakerKind::Person, None));
}

#[test]
fn the_unnamed_are_known_by_the_words_next_to_their_description() {
    let mut first = reading(
        "tidewater.example",
        "2025-03-03",
        "The witness, a ferry clerk who saw it all, said nine were hurt. The ferry clerk said it sank.",
    );
    speaker(&mut first, "The witness", SpeakerKind::Person, true);
    speaker(&mut first, "The ferry clerk", SpeakerKind::Person, true);
    first.speakers[1].name = "ferry clerk".to_owned();
    let story = compare(&[first]);
    assert_eq!(story.speakers.len(), 1, "{:?}", story.speakers);
    assert_eq!(called(&story, "a ferry clerk who saw it all"), ["The witness"]);
}

#[test]
fn the_people_of_a_body_speak_for_it() {
    let mut first = reading(
        "tidewater.example",
        "2025-03-03",
        "The Lake Watch counted nine. Monitors of the Lake Watch saw it. The Lake Watch's staff left. Fishers of the Lake Watch slept.",
    );
    speaker(&mut first, "Lake Watch", SpeakerKind::Organization, false);
    for people in ["Monitors of the Lake Watch", "The Lake Watch's staff", "Fishers of the Lake Watch"] {
        speaker(&mut first, people, SpeakerKind::Group, true);
    }
    let story = compare(&[first]);
    assert_eq!(story.speakers.len(), 2, "{:?}", story.speakers);
    assert_eq!(story.speakers[0].members.len(), 3);
    assert_eq!(story.speakers[0].members[1].evidence.rule, "the people of the body");
    let mut second =
        reading("tidewater.example", "2025-03-03", "Estonia slept. Estonia's general staff left.");
    speaker(&mut second, "Estonia", SpeakerKind::Government, false);
    speaker(&mut second, "Estonia's general staff", SpeakerKind::Organization, true);
    assert_eq!(compare(&[second]).speakers.len(), 2);
}

#[test]
fn a_group_of_a_country_may_be_any() {
    let mut first = reading("tidewater.example", "2025-03-03", "Nine were hurt, an Estonian group said.");
    speaker(&mut first, "an Estonian group", SpeakerKind::Organization, true);
    hurt(&mut first, "Nine were hurt", None, 9, Some("an Estonian group"), &[]);
    let story = compare(&[first]);
    assert_eq!(story.claims[0].series[0].independence, sayso_model::story::Independence::NotEstablished);
}

#[test]
fn a_title_alone_means_its_only_holder_if_the_report_names_him() {
    let mut first = reading("tidewater.example", "2025-03-03", "Mari Tamm, the governor of Kesh, left.");
    speaker(&mut first, "Mari Tamm", SpeakerKind::Person, false);
    let asks = |outlet: &str, text: &str| {
        let mut report = reading(outlet, "2025-03-04", text);
        speaker(&mut report, "The governor", SpeakerKind::Person, true);
        report
    };
    let mut second = asks("harbour-times.example", "Mari Tamm came. The governor said so.");
    speaker(&mut second, "Mari Tamm", SpeakerKind::Person, false);
    let third = asks("lake-post.example", "The governor said so.");
    let story = compare(&[first, second, third]);
    assert_eq!(story.speakers.len(), 2, "{:?}", story.speakers);
    assert_eq!(story.speakers[0].members.len(), 3);
}

#[test]
fn the_seat_of_a_government_speaks_for_it() {
    let report = |day: &str, town: Option<&str>, text: &str| {
        let mut report = reading("tidewater.example", day, text);
        report.report.head.dateline = town.map(|town| sayso_model::Stated {
            span: Some(sayso_model::Span::new(0, town.len())),
            ..stated(town.to_owned()).unwrap()
        });
        report
    };
    let mut first =
        report("2025-03-03", Some("Kesh"), "Kesh - Nine were hurt, the Ostrian navy said. Ostria is at sea.");
    speaker(&mut first, "Ostrian navy", SpeakerKind::Organization, false);
    let mut second = report("2025-03-04", None, "Ostria slept. Ostrian boats left. Kesh denied it.");
    speaker(&mut second, "Ostria", SpeakerKind::Government, false);
    speaker(&mut second, "Kesh", SpeakerKind::Unknown, false);
    let story = compare(&[first, second]);
    assert_eq!(story.speakers.len(), 2, "{:?}", story.speakers);
    assert_eq!(called(&story, "Kesh"), ["Ostria"]);
}
