//! Who is who across reports, by what stands beside names.

#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use common::{compare, hurt, reading, speaker};
use sayso_compare::goes_by;
use sayso_model::{SpeakerKind, story::Story};

/// The speaker that goes by a name, and how many do.
fn called<'s>(story: &'s Story, name: &str) -> Vec<&'s str> {
    story.speakers.iter().filter(|s| goes_by(s, name)).map(|s| s.name.as_str()).collect()
}

#[test]
fn who_alone_holds_an_office_is_meant_by_it() {
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
fn an_office_that_two_hold_is_nobody_s() {
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
fn what_stands_beside_a_name_is_a_name_and_a_role() {
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
fn a_body_goes_by_its_noun_and_with_its_short_name() {
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
