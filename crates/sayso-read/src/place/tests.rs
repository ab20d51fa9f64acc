use sayso_model::{Place, PlaceLevel};

fn places(text: &str) -> Vec<Place> {
    super::find(&sayso_text::analyze(text), text)
}

fn resolved(text: &str) -> Vec<(String, Option<String>, String)> {
    places(text)
        .into_iter()
        .map(|p| {
            (
                p.name,
                p.resolved.map(|e| format!("{} {:?} {}", e.name, e.level, e.country.unwrap_or_default())),
                p.rule,
            )
        })
        .collect()
}

#[test]
fn a_country_next_to_a_name_decides() {
    let found = resolved("The mayor of Lima, Ohio, met colleagues in Lima, Peru.");
    assert_eq!(found[0].1.as_deref(), Some("Lima City US"), "{found:?}");
    assert!(found.iter().any(|f| f.0 == "Lima" && f.1.as_deref() == Some("Lima City PE")), "{found:?}");
}

#[test]
fn a_division_is_known_by_the_town_in_it() {
    for (text, town) in [
        ("Two people died in Naples, Florida, police said.", "Naples City US"),
        ("Two people died in Melbourne, Florida, police said.", "Melbourne City US"),
        ("Two people died in Naples, Fla., police said.", "Naples City US"),
        ("Officials in St Petersburg, Florida, said two people died.", "St. Petersburg City US"),
        ("Officials in St. Petersburg, Florida, said two people died.", "St. Petersburg City US"),
    ] {
        let found = resolved(text);
        assert_eq!(found.first().and_then(|f| f.1.as_deref()), Some(town), "{text}: {found:?}");
        assert_eq!(found.get(1).and_then(|f| f.1.as_deref()), Some("Florida Admin US"), "{text}: {found:?}");
    }
}

#[test]
fn a_town_is_not_sought_outside_the_state_behind_it() {
    for text in ["Two people died in Vienna, Va., police said.", "A fire broke out in Odessa, TX, on Monday."]
    {
        let found = resolved(text);
        assert!(found[0].1.as_ref().is_none_or(|place| place.ends_with(" US")), "{text}: {found:?}");
        assert!(found[1].1.as_ref().is_some_and(|place| place.ends_with("Admin US")), "{text}: {found:?}");
    }
    assert_eq!(resolved("Two people died in Vienna, In the evening it rained.").len(), 1);
}

#[test]
fn a_longer_name_is_not_a_place() {
    for text in [
        "Paris Hilton met Jordan Peele and Dallas Roberts, police said.",
        "He works for Jordan Industries, police said.",
        "Berlin Packaging will close the plant, police said.",
    ] {
        assert_eq!(resolved(text), [], "{text}");
    }
}

#[test]
fn divisions_and_cities_part() {
    let found = resolved("Troops crossed into Russia's Kursk region, while the city of Kursk was shelled.");
    assert!(found.iter().any(|f| f.1.as_deref() == Some("Kursk Oblast Admin RU")), "{found:?}");
    assert!(found.iter().any(|f| f.1.as_deref() == Some("Kursk City RU")), "{found:?}");
}

#[test]
fn two_georgias_stay_two() {
    let place = places("Protests went on in Georgia.").remove(0);
    assert_eq!(place.resolved, None);
    assert_eq!(place.candidates.len(), 2);
    assert_eq!(place.candidates[0].level, PlaceLevel::Country);
}

#[test]
fn the_people_of_a_country_are_not_a_place() {
    assert!(places("Ten North Korean soldiers met Peruvian officers.").is_empty());
}

/// Design, section 8: "a second Paris" next to the one that the report is about.
#[test]
fn one_report_means_one_place_by_a_name() {
    let found = resolved("Two people died in Paris on Sunday. The mayor of Paris, Texas, said so.");
    let paris: Vec<_> = found.iter().filter(|f| f.0 == "Paris").collect();
    assert_eq!(paris.len(), 2, "{found:?}");
    assert!(paris.iter().all(|f| f.1.as_deref() == Some("Paris City US")), "{found:?}");
    assert_eq!(paris[0].2, "same_name_placed");
    let two = resolved("Guests from Paris met in Lima, Ohio, and flew to Lima, Peru, and then to Lima.");
    assert_eq!(two.last().and_then(|f| f.1.as_deref()), Some("Lima City PE"), "the well-known one: {two:?}");
}
