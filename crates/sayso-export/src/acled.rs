//! ACLED: one row per event candidate, in ACLED's columns and by its rules for counts
//! (`docs/book/src/reference/acled.md`).
//!
//! `fatalities` is a single number by ACLED's rules, not a range: vague words have the numbers in
//! `data/acled_vague.tsv`, the lowest of differing values counts, and the notes list every source. What is for a coder
//! to decide stays empty.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use sayso_compare::point;
use sayso_desk::words::{amount, plain};
use sayso_model::{
    Figure, Number, PlaceLevel,
    story::{Bounds, Point},
};
use serde_json::Value;

use crate::{
    event::{Event, counted, length, points},
    incident::{joined, outlet},
    rows,
    table::{Column, Row, day, integer, number, text},
};

/// The columns, in ACLED's order.
pub(crate) const COLUMNS: &[Column] = &[
    text(
        "event_id_cnty",
        "Id of the candidate: its story and its position there; `event` in the sources table",
    ),
    day("event_date", "First day, if the reports state one"),
    integer("year", "Its year"),
    integer("time_precision", "1 a day, 2 a week, 3 longer; empty where no day is stated"),
    text("disorder_type", "For the coder"),
    text("event_type", "For the coder"),
    text("sub_event_type", "For the coder"),
    text("actor1", "For the coder"),
    text("assoc_actor_1", "For the coder"),
    text("inter1", "For the coder"),
    text("actor2", "For the coder"),
    text("assoc_actor_2", "For the coder"),
    text("inter2", "For the coder"),
    text("interaction", "For the coder"),
    text("civilian_targeting", "For the coder"),
    integer("iso", "ISO 3166-1 numeric code of the country of the place"),
    text("region", "For the coder"),
    text(
        "country",
        "Country of the place, by its name; of the places that are known, if they are all in one",
    ),
    text("admin1", "First-level division, if the place is one"),
    text("admin2", "Second-level division, if the place is one"),
    text("admin3", "For the coder"),
    text("location", "Places as the reports write them"),
    number(
        "latitude",
        "Of the town's centre, in degrees to a hundredth; empty for areas and where only the name says which town it is",
    ),
    number("longitude", "Likewise"),
    integer("geo_precision", "1 town, 2 district, 3 province or country; empty if the place is uncertain"),
    text("source", "Outlets, without repetition"),
    text("source_scale", "For the coder"),
    text("notes", "Every value, on whose word it is, and which reports carry it"),
    integer("fatalities", "By ACLED's rules: the most conservative of the counted values"),
    text("tags", "For the coder"),
    integer("timestamp", "For the coder"),
];

/// The row of a candidate.
pub(crate) fn row(event: &Event<'_>) -> Row {
    let place = event.place();
    let days = event.days();
    let level = |wanted| place.filter(|p| p.level == wanted).map(|p| p.name.clone());
    let country = event.country();
    let (latitude, longitude) = event.coordinates().unzip();
    COLUMNS
        .iter()
        .map(|column| match column.name {
            "event_id_cnty" => event.name().into(),
            "event_date" => rows::day(days.map(|d| d.0)),
            "year" => days.map(|d| d.0.year()).into(),
            "time_precision" => days.map(|d| time_precision(length(d))).into(),
            "iso" => country.and_then(|country| country.number).into(),
            "country" => country.map(|country| country.name).into(),
            "admin1" => level(PlaceLevel::Admin).into(),
            "admin2" => level(PlaceLevel::District).into(),
            "location" => joined(&event.places()),
            "latitude" => latitude.into(),
            "longitude" => longitude.into(),
            "geo_precision" => place.and_then(|p| geo_precision(p.level)).into(),
            "source" => joined(&outlets(event)),
            "notes" => notes(event).into(),
            "fatalities" => fatalities(event).into(),
            _ => Value::Null,
        })
        .collect()
}

fn time_precision(days: i64) -> i64 {
    match days {
        ..=1 => 1,
        2..=7 => 2,
        _ => 3,
    }
}

fn geo_precision(level: PlaceLevel) -> Option<i64> {
    match level {
        PlaceLevel::City => Some(1),
        PlaceLevel::District => Some(2),
        PlaceLevel::Admin | PlaceLevel::Country => Some(3),
        PlaceLevel::Region => None,
    }
}

/// The most conservative of the counted values; `None` if none has a lower end.
fn fatalities(event: &Event<'_>) -> Option<i64> {
    let claims = &event.loaded.story.claims;
    let values = counted(claims, event.whole_killed()?).into_iter().filter_map(|at| {
        let point = point(claims, at)?;
        coded(point, event.figure(point.reports.first()?))
    });
    values.min()
}

/// A value as ACLED codes it: a vague word by its number, otherwise the lower end, otherwise the value itself. The number in
/// "fewer than 20" is only an upper end.
fn coded(point: &Point, figure: Option<&Figure>) -> Option<i64> {
    let word = figure.and_then(|figure| figure.vague.as_deref()).and_then(vague);
    let value = &point.value;
    let best = value.best.filter(|_| !value.high_exclusive);
    word.or_else(|| value.low.or(best).and_then(Number::to_whole))
}

fn vague(word: &str) -> Option<i64> {
    static WORDS: OnceLock<BTreeMap<&str, i64>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        let lines = sayso_data::ACLED_VAGUE.lines().filter(|l| !l.starts_with('#'));
        lines
            .filter_map(|line| line.split_once('\t'))
            .filter_map(|(w, n)| Some((w, n.parse().ok()?)))
            .collect()
    });
    words.get(word.to_lowercase().as_str()).copied()
}

fn outlets(event: &Event<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for report in event.reports().into_iter().filter_map(|r| event.loaded.story.reports.get(r)) {
        names.extend(outlet(report).filter(|name| !names.contains(name)));
    }
    names
}

/// A value in words: the report's own for a vague word and for an upper end alone, which numbers would not give back.
fn said(value: &Bounds, figure: Option<(&Figure, &str)>) -> String {
    let own =
        figure.filter(|(figure, _)| figure.vague.is_some() || (value.low.is_none() && value.high.is_some()));
    if let Some((figure, text)) = own {
        return format!("\"{}\"", plain(figure.number.cut(text)));
    }
    match (value.low, value.best, value.high) {
        (Some(low), Some(best), None) if low == best && !value.low_exclusive => format!("at least {low}"),
        (Some(low), Some(best), None) if low == best => format!("more than {low}"),
        _ => amount(value),
    }
}

/// Every value of the dead: the newest of each origin first, on whose word it is, who carries it, and that they differ.
fn notes(event: &Event<'_>) -> String {
    let story = &event.loaded.story;
    if let Some(place) = event.whole_killed() {
        return format!("Deaths reported: {}", of_claim(event, place));
    }
    let groups = event.killed_claims().into_iter().filter_map(|place| {
        let group = story.claims.get(place)?.group.as_deref()?;
        Some(format!("{group}: {}", of_claim(event, place)))
    });
    let groups: Vec<String> = groups.collect();
    format!("The dead are counted by group only. Deaths reported of {}", groups.join(" Of "))
}

/// The values of a claim.
fn of_claim(event: &Event<'_>, place: usize) -> String {
    let story = &event.loaded.story;
    let current = counted(&story.claims, place);
    let (mut now, mut before) = (Vec::new(), Vec::new());
    for (at, value) in points(&story.claims, place) {
        let whose = event.origin(at).unwrap_or("nobody named");
        let mut seen = BTreeSet::new();
        let carriers: Vec<String> = value
            .reports
            .iter()
            .filter_map(|appearance| story.reports.get(appearance.mark.report))
            .map(|r| {
                let day = r.published.map(|d| format!(" {d}")).unwrap_or_default();
                format!("{}{day}", outlet(r).unwrap_or_else(|| "an unnamed outlet".to_owned()))
            })
            .filter(|carrier| seen.insert(carrier.clone()))
            .collect();
        let first = value.reports.first();
        let text = first.map_or("", |first| event.loaded.readings.text(first.mark.report));
        let figure = first.and_then(|first| event.figure(first)).map(|figure| (figure, text));
        let line = format!("{} ({whose}, in {})", said(&value.value, figure), carriers.join(", "));
        if current.contains(&at) { now.push(line) } else { before.push(line) }
    }
    let differ =
        if now.len() > 1 { " The sources differ, as listed; the lowest value is coded." } else { "" };
    let not_counted =
        if before.is_empty() { String::new() } else { format!(" Not counted: {}.", before.join("; ")) };
    format!("{}.{differ}{not_counted}", now.join("; "))
}

#[cfg(test)]
mod tests {
    use sayso_model::{
        Category, Figure, FigureId, Number, Span,
        story::{Bounds, Point},
    };

    use super::{COLUMNS, coded, said, vague};

    fn point(low: Option<i64>, best: Option<i64>, high: Option<i64>) -> Point {
        let number = |n: Option<i64>| n.map(Number::whole);
        let (low, best, high) = (number(low), number(best), number(high));
        let value =
            Bounds { low, best, high, low_exclusive: false, high_exclusive: false, approximate: false };
        Point { on: None, known_by: None, as_of: None, value, reports: Vec::new(), statuses: Vec::new() }
    }

    #[test]
    fn an_upper_end_alone_is_no_count() {
        assert_eq!(coded(&point(None, None, Some(12)), None), None, "up to 12");
        assert_eq!(coded(&point(Some(200), None, None), None), Some(200), "more than 200");
        assert_eq!(coded(&point(Some(150), None, Some(200)), None), Some(150), "150 to 200");
        assert_eq!(coded(&point(None, Some(57), None), None), Some(57));
        let mut fewer = point(None, Some(20), Some(20));
        fewer.value.high_exclusive = true;
        assert_eq!(coded(&fewer, None), None, "fewer than 20");
    }

    #[test]
    fn notes_say_what_reports_say() {
        assert_eq!(said(&point(Some(40), Some(40), None).value, None), "at least 40");
        assert_eq!(said(&point(None, Some(57), None).value, None), "57");
        let text = "Nearly 40 people were killed.";
        let mut figure = Figure::of(FigureId(0), Span::new(0, 28), Span::new(0, 9), Category::KILLED);
        let mut nearly = point(None, Some(40), Some(40));
        nearly.value.high_exclusive = true;
        assert_eq!(said(&nearly.value, Some((&figure, text))), "\"Nearly 40\"");
        let dozens = "Dozens of people were killed.";
        figure.number = Span::new(0, 6);
        figure.vague = Some("dozens".to_owned());
        assert_eq!(said(&point(Some(24), None, Some(99)).value, Some((&figure, dozens))), "\"Dozens\"");
    }

    #[test]
    fn columns_are_acleds() {
        let names: Vec<&str> = COLUMNS.iter().map(|c| c.name).collect();
        assert_eq!(names.len(), 31);
        assert_eq!((names.first(), names.last()), (Some(&"event_id_cnty"), Some(&"timestamp")));
    }

    #[test]
    fn vague_words_have_acleds_numbers() {
        for (word, number) in [("tens", 10), ("dozens", 12), ("Hundreds", 100), ("thousands", 1000)] {
            assert_eq!(vague(word), Some(number), "{word}");
        }
        assert_eq!(vague("several"), None, "its range begins at 3, as ACLED codes it outside of war zones");
    }
}
