//! Where the events of a story happened: places of its figures and statements whose coordinates are known, on built-in
//! coastlines. A place without coordinates is named but not drawn; nothing is drawn where it is not.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use sayso_desk::{
    Loaded,
    places::{Places, coordinates},
};
use sayso_model::{Place, PlaceId, Reading, Span};

use super::story::code_points;
use crate::layout::line;

/// Coastlines, in tenths of a degree from the north-west corner of the world (`training/map/make.py`).
const COAST: &str = include_str!("../../assets/coast.txt");

/// The world's width and height.
const WORLD: (f64, f64) = (3600.0, 1800.0);
/// The smallest part of the world that a map shows, so that coastlines can be recognised.
const LEAST: (f64, f64) = (360.0, 180.0);
/// The minimum height of a map, relative to its width.
const FLATTEST: f64 = 0.4;
/// Places drawn: those with the most entries.
const PLACES: usize = 60;
/// Number of places up to which their names are written on the map.
const NAMED: usize = 12;
/// Entries listed for a place.
const ENTRIES: usize = 8;
/// Places that are not drawn that are named.
const UNDRAWN: usize = 12;

/// A place with the entries that name it: report, and span of the entry.
struct Drawn<'l> {
    name: &'l str,
    at: (f64, f64),
    entries: Vec<(usize, Span)>,
}

/// The map with the list of its places, and the places that are not on it; nothing if there is no place.
pub(super) fn section(loaded: &Loaded) -> Markup {
    let places = Places::of(loaded.readings.iter());
    // "Butte" next to "Butte County" is the county, not a town of that name elsewhere.
    let written = loaded.readings.iter().flat_map(|reading| &reading.places).map(|place| place.name.as_str());
    let counties: BTreeSet<&str> = written.filter_map(|name| name.strip_suffix(" County")).collect();
    let mut drawn: BTreeMap<u32, Drawn<'_>> = BTreeMap::new();
    let mut undrawn: BTreeMap<&str, usize> = BTreeMap::new();
    for (report, reading) in loaded.readings.iter().enumerate() {
        for (span, place) in named(reading) {
            let known = place.resolved.as_ref().filter(|entry| places.agree(entry));
            let known = known.filter(|entry| !counties.contains(entry.name.as_str()));
            match known.and_then(|entry| Some((entry, entry.geonames?, coordinates(entry)?))) {
                Some((entry, id, (latitude, longitude))) => {
                    let at = (1800.0 + longitude * 10.0, 900.0 - latitude * 10.0);
                    let new = || Drawn { name: &entry.name, at, entries: Vec::new() };
                    let entries = &mut drawn.entry(id).or_insert_with(new).entries;
                    if entries.last() != Some(&(report, span)) {
                        entries.push((report, span));
                    }
                }
                None => {
                    let name = known.map_or(place.name.as_str(), |entry| entry.name.as_str());
                    *undrawn.entry(name).or_default() += 1;
                }
            }
        }
    }
    // A place that is drawn is not named among the others, however it is written there.
    let drawn_names: BTreeSet<String> = drawn.values().map(|place| place.name.to_lowercase()).collect();
    let mut undrawn: Vec<(&str, usize)> =
        undrawn.into_iter().filter(|(name, _)| !drawn_names.contains(&name.to_lowercase())).collect();
    undrawn.sort_by_key(|(_, entries)| std::cmp::Reverse(*entries));
    let mut drawn: Vec<Drawn<'_>> = drawn.into_values().collect();
    drawn.sort_by_key(|place| std::cmp::Reverse(place.entries.len()));
    let more = drawn.len().saturating_sub(PLACES);
    drawn.truncate(PLACES);
    html! {
        @if !drawn.is_empty() || !undrawn.is_empty() {
            h2 { "Where" }
            @if !drawn.is_empty() { figure.chart.where tabindex="0" role="group" aria-label="Map" { (map(&drawn)) } }
            @if more > 0 { p.note { (more) " more places are not drawn." } }
            @if !undrawn.is_empty() {
                p.note {
                    "Not drawn, because they are areas, their coordinates are not known, or only a name says which place is meant: "
                    (undrawn.iter().take(UNDRAWN).map(|(name, _)| line(name)).collect::<Vec<_>>().join(", "))
                    @if undrawn.len() > UNDRAWN { " and " (undrawn.len() - UNDRAWN) " more" }
                    "."
                }
            }
            @for (n, place) in drawn.iter().enumerate() {
                details.place id=(format!("place-{n}")) open[drawn.len() <= 3] {
                    summary { (line(place.name)) " (" (place.entries.len()) ")" }
                    ul { @for (report, span) in place.entries.iter().take(ENTRIES) { li { (entry(loaded, *report, *span)) } } }
                    @if place.entries.len() > ENTRIES { p.note { "and " (place.entries.len() - ENTRIES) " more" } }
                }
            }
        }
    }
}

/// The figures and statements of a reading, with the places that they name.
fn named(reading: &Reading) -> impl Iterator<Item = (Span, &Place)> {
    let of = |ids: &[PlaceId], span: Span| -> Vec<(Span, &Place)> {
        ids.iter().filter_map(|id| reading.places.get(id.index())).map(|place| (span, place)).collect()
    };
    let figures = reading.figures.iter().flat_map(move |f| of(&f.places, f.span));
    let statements = reading
        .statements
        .iter()
        .flat_map(move |s| s.content.first().map(|span| of(&s.places, *span)).unwrap_or_default());
    figures.chain(statements)
}

/// The words of an entry, linked to where they are.
fn entry(loaded: &Loaded, report: usize, span: Span) -> Markup {
    let text = loaded.readings.text(report);
    let (start, end) = code_points(text, span);
    let key = loaded.key(report);
    html! { a href=(format!("/report/{key}?mark={start}-{end}#mark")) { (line(span.cut(text))) } " [" (key) "]" }
}

/// Height of letters in dots, so that they can be read on a telephone and are not huge on a screen.
const LETTERS: f64 = 4.2;

/// Where the names of places are written, by their left edges and base lines: on the right of a dot, otherwise on its left, above
/// it or below it, but never over a dot or another name. `within`: the left edge and the width of the map.
fn names(drawn: &[Drawn<'_>], narrow: f64, within: (f64, f64), dot: f64) -> Vec<Option<(f64, f64)>> {
    let (high, gap) = (dot * LETTERS, dot * 1.8);
    let at = |place: &Drawn<'_>| (place.at.0 * narrow, place.at.1);
    let mut taken: Vec<[f64; 4]> = Vec::new();
    taken.extend(drawn.iter().map(at).map(|(x, y)| [x - dot, y - dot, x + dot, y + dot]));
    let mut found = Vec::with_capacity(drawn.len());
    for place in drawn.iter().take(NAMED) {
        let ((x, y), wide) = (at(place), place.name.chars().count() as f64 * high * 0.65);
        let beside = y + high * 0.35;
        let sides = [
            (x + gap, beside),
            (x - gap - wide, beside),
            (x - wide / 2.0, y - gap),
            (x - wide / 2.0, y + gap + high * 0.7),
        ];
        let free = sides.into_iter().find_map(|(left, base)| {
            let own = [left, base - high, left + wide, base + high * 0.3];
            let inside = own[0] >= within.0 && own[2] <= within.0 + within.1;
            let meet = |o: &[f64; 4]| own[0] < o[2] && o[0] < own[2] && own[1] < o[3] && o[1] < own[3];
            (inside && !taken.iter().any(meet)).then_some((left, base, own))
        });
        taken.extend(free.map(|(.., own)| own));
        found.push(free.map(|(left, base, _)| (left, base)));
    }
    found
}

/// The coastlines around the places; each place is a dot linked to its entries.
fn map(drawn: &[Drawn<'_>]) -> Markup {
    let ends = |of: fn(&Drawn<'_>) -> f64| {
        drawn.iter().map(of).fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)))
    };
    let (west, east) = ends(|place| place.at.0);
    let (north, south) = ends(|place| place.at.1);
    // A degree of longitude is shorter the farther it is from the equator.
    let narrow = ((900.0 - (north + south) / 2.0) / 10.0).to_radians().cos().max(0.3);
    let frame = |low: f64, high: f64, least: f64, world: f64| {
        let size = ((high - low) * 1.3).max(least).min(world);
        let begin = ((low + high - size) / 2.0).clamp(0.0, world - size);
        (begin, size)
    };
    let (x, width) = frame(west, east, LEAST.0, WORLD.0);
    // Places on two continents do not get a narrow strip.
    let (y, height) = frame(north, south, LEAST.1.max(width * narrow * FLATTEST), WORLD.1);
    let dot = width.max(height * 2.0) * narrow / 150.0;
    let names = names(drawn, narrow, (x * narrow, width * narrow), dot);
    html! {
        svg.map xmlns="http://www.w3.org/2000/svg" role="group" aria-label="Places of this story"
            viewBox=(format!("{:.1} {:.1} {:.1} {:.1}", x * narrow, y, width * narrow, height)) {
            path.land d=(COAST.trim_end()) transform=(format!("scale({narrow:.4} 1)")) stroke-width=(format!("{:.2}", dot / 5.0)) {}
            @for (n, place) in drawn.iter().enumerate() {
                @let (cx, cy) = (format!("{:.1}", place.at.0 * narrow), format!("{:.1}", place.at.1));
                @let size = dot * (1.0 + (place.entries.len() as f64).ln() / 4.0);
                a href=(format!("#place-{n}")) aria-label=(format!("{}, {} entries", line(place.name), place.entries.len())) {
                    title { (line(place.name)) ", " (place.entries.len()) }
                    circle.dot cx=(cx) cy=(cy) r=(format!("{size:.1}")) stroke-width=(format!("{:.2}", dot / 4.0)) {}
                    @if let Some(Some((left, base))) = names.get(n) {
                        text x=(format!("{left:.1}")) y=(format!("{base:.1}")) font-size=(format!("{:.1}", dot * LETTERS)) {
                            (line(place.name))
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{COAST, Drawn, map};

    #[test]
    fn coastlines_are_a_path_of_a_sensible_size() {
        assert!(COAST.starts_with('M') && COAST.len() < 60_000);
    }

    #[test]
    fn names_of_near_places_are_not_written_over_each_other() {
        let place = |name, at| Drawn { name, at, entries: Vec::new() };
        let near: Vec<Drawn<'_>> =
            (0..8).map(|n| place("Paradise", (600.0 + f64::from(n) / 10.0, 500.0))).collect();
        let named = map(&near).into_string().matches(">Paradise</text>").count();
        assert!((1..=4).contains(&named), "{named} of eight at one place");
    }

    #[test]
    fn a_map_leads_to_entries_and_stays_in_the_world() {
        let place = |name, at| Drawn { name, at, entries: Vec::new() };
        let drawn = [place("<b>Suva", (3584.0, 1081.0)), place("Nuuk", (1283.0, 258.0))];
        let svg = map(&drawn).into_string();
        assert!(svg.contains("#place-1") && svg.contains("&lt;b&gt;Suva") && !svg.contains("<b>"), "{svg}");
        assert!(!svg.contains("style=") && !svg.contains("NaN"));
    }
}
