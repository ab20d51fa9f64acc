//! UCDP: one row per event candidate, in the columns of the Georeferenced Event Dataset (GED).
//!
//! What is for a coder to decide (conflict, dyad, actors, type of violence) and what no report states stay empty.
//! `best`, `high` and `low` are bounds that reports state; `number_of_sources` counts independent origins, not reports.

use std::collections::BTreeSet;

use sayso_compare::{GroupKind, group_kind};
use serde_json::Value;

use crate::{
    event::{Event, Tally, length, place_precision, sum},
    incident::{Sides, joined, outlet},
    rows,
    table::{Column, Row, day, integer, number, text},
};

/// The columns, in the order of GED.
pub(crate) const COLUMNS: &[Column] = &[
    integer("id", "Number of the candidate"),
    text("relid", "Id of the candidate: its story and its position there; `event` in the sources table"),
    integer("year", "Year of `date_start`, if stated"),
    integer("active_year", "For the coder"),
    text("code_status", "For the coder"),
    integer("type_of_violence", "For the coder"),
    integer("conflict_dset_id", "For the coder"),
    integer("conflict_new_id", "For the coder"),
    text("conflict_name", "For the coder"),
    integer("dyad_dset_id", "For the coder"),
    integer("dyad_new_id", "For the coder"),
    text("dyad_name", "For the coder"),
    integer("side_a_dset_id", "For the coder"),
    integer("side_a_new_id", "For the coder"),
    text("side_a", "The group named with --side-a"),
    integer("side_b_dset_id", "For the coder"),
    integer("side_b_new_id", "For the coder"),
    text("side_b", "The group named with --side-b"),
    integer(
        "number_of_sources",
        "Independent origins; reports that relay the same word count once. 0 beside a filled `best`: no origin is named whose \
         independence is established",
    ),
    text("source_article", "Reports: outlet, day, headline; in the order of `source_office`"),
    text("source_office", "Their outlets"),
    text("source_date", "Their days of publication"),
    text("source_headline", "Their headlines"),
    text("source_original", "On whose word they are: origins, by report"),
    integer("where_prec", "1 town, 3 district, 4 province, 6 country; empty if the place is uncertain"),
    text("where_coordinates", "Name of the place in the gazetteer"),
    text("where_description", "Places as the reports write them"),
    text("adm_1", "First-level division, if the place is one"),
    text("adm_2", "Second-level division, if the place is one"),
    number(
        "latitude",
        "Of the town's centre, in degrees to a hundredth; empty for areas and where only the name says which town it is",
    ),
    number("longitude", "Likewise"),
    text("geom_wkt", "Both as a point, longitude first"),
    integer("priogrid_gid", "For the coder"),
    text(
        "country",
        "Country of the place, by its name; of the places that are known, if they are all in one",
    ),
    integer("country_id", "For the coder"),
    text("region", "For the coder"),
    integer("event_clarity", "1 for one stated day, 2 for a stated range of days; empty if no day is stated"),
    integer(
        "date_prec",
        "1 a day, 2 up to six days, 3 a week, 4 up to a month, 5 longer; empty if not stated",
    ),
    day("date_start", "First day, if the reports state one"),
    day("date_end", "Last day, if the reports state one"),
    integer("deaths_a", "Dead of the group named with --side-a"),
    integer("deaths_b", "Dead of the group named with --side-b"),
    integer("deaths_civilians", "Dead whom reports call civilians"),
    integer("deaths_unknown", "The other dead: with the three columns before, they add up to `best`"),
    integer(
        "best",
        "The value that most independent origins give, otherwise the newest; if nobody counts all, the sum of the sides",
    ),
    integer("high", "The highest upper bound stated by a counted origin"),
    integer("low", "The lowest lower bound stated by a counted origin"),
    integer("gwnoa", "For the coder"),
    integer("gwnob", "For the coder"),
];

/// The dead by side, and all of them. In GED the sides add up to `best`.
struct Deaths {
    a: Option<i64>,
    b: Option<i64>,
    civilians: Option<i64>,
    unknown: Option<i64>,
    all: Tally,
    /// Why the dead are not given by side although reports count them so.
    note: Option<String>,
}

impl Deaths {
    fn of(event: &Event<'_>, sides: &Sides) -> Self {
        let a = sides.a.as_deref();
        let b = sides.b.as_deref().filter(|b| !a.is_some_and(|a| same(a, b)));
        let civilians = Some(CIVILIANS).filter(|c| ![a, b].into_iter().flatten().any(|side| same(side, c)));
        let named: Vec<&str> = [a, b, civilians].into_iter().flatten().collect();
        let of = |group: Option<&str>| group.and_then(|group| event.killed_of(group));
        let (a, b, civilians) = (of(a), of(b), of(civilians));
        let parts: Vec<&Tally> = [&a, &b, &civilians].into_iter().flatten().collect();
        let groups = event.groups();
        let others = groups.iter().filter(|(group, _)| !named.iter().any(|n| same(n, group)));
        // If nobody counts all of them, the whole is what GED takes it to be: the sum of the sides.
        let (all, unknown) = match event.killed() {
            Some(all) => (Some(all), None),
            None if sides.a.is_none()
                && sides.b.is_none()
                && !apart(groups.iter().map(|(group, _)| *group)) =>
            {
                (None, None)
            }
            None => {
                let rest: Vec<&Tally> = others.filter(|(group, _)| is_side(group)).map(|(_, t)| t).collect();
                let unknown = sum(rest.iter().copied());
                (Some(sum(parts.iter().copied().chain(rest.iter().copied()))), unknown.best)
            }
        };
        let best = |tally: &Option<Tally>| tally.as_ref().and_then(|t| t.best);
        let (a, b, civilians) = (best(&a), best(&b), best(&civilians));
        let by_side = [a, b, civilians].into_iter().flatten().fold(unknown.unwrap_or(0), i64::saturating_add);
        let all = all.unwrap_or_default();
        match all.best.map(|best| best.saturating_sub(by_side)) {
            Some(rest) if rest < 0 => Self {
                a: None,
                b: None,
                civilians: None,
                unknown: None,
                note: Some(format!(
                    "the dead by group add up to {by_side}, more than best ({}): the deaths_ columns are empty",
                    all.best.unwrap_or_default()
                )),
                all,
            },
            rest => {
                let unknown = rest.map(|rest| rest.saturating_add(unknown.unwrap_or(0)));
                Self { a, b, civilians, unknown, all, note: None }
            }
        }
    }
}

/// The group of the dead whom GED counts as civilians.
const CIVILIANS: &str = "civilians";

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// True for groups that nobody can be in two of, so that their dead add up: all are kinds of people that are sides of an
/// event ("soldiers", "civilians"), or all are countries.
fn apart<'g>(groups: impl Iterator<Item = &'g str>) -> bool {
    let kinds: BTreeSet<GroupKind> = groups.map(group_kind).collect();
    kinds.len() == 1 && !kinds.contains(&GroupKind::Part)
}

fn is_side(group: &str) -> bool {
    group_kind(group) != GroupKind::Part
}

/// Why the row of a candidate does not give the dead by side although reports count them so.
pub(crate) fn note(event: &Event<'_>, sides: &Sides) -> Option<String> {
    Deaths::of(event, sides).note
}

/// The row of a candidate.
pub(crate) fn row(event: &Event<'_>, sides: &Sides) -> Row {
    let deaths = Deaths::of(event, sides);
    let place = event.place();
    let days = event.days();
    let level = |wanted| place.filter(|p| p.level == wanted).map(|p| p.name.clone());
    let country = event.country().map(|country| country.name);
    let (latitude, longitude) = event.coordinates().unzip();
    let reports = Sources::of(event);
    COLUMNS
        .iter()
        .map(|column| match column.name {
            "id" => event.id().into(),
            "relid" => event.name().into(),
            "year" => days.map(|d| d.0.year()).into(),
            "side_a" => sides.a.clone().into(),
            "side_b" => sides.b.clone().into(),
            "number_of_sources" => event.independent_origins().into(),
            "source_article" => joined(&reports.article),
            "source_office" => joined(&reports.office),
            "source_date" => joined(&reports.date),
            "source_headline" => joined(&reports.headline),
            "source_original" => joined(&reports.original),
            "where_prec" => place.and_then(|p| place_precision(p.level)).into(),
            "where_coordinates" => place.map(|p| p.name.clone()).into(),
            "where_description" => joined(&event.places()),
            "adm_1" => level(sayso_model::PlaceLevel::Admin).into(),
            "adm_2" => level(sayso_model::PlaceLevel::District).into(),
            "latitude" => latitude.into(),
            "longitude" => longitude.into(),
            "geom_wkt" => {
                latitude.zip(longitude).map(|(north, east)| format!("POINT ({east} {north})")).into()
            }
            "country" => country.into(),
            "event_clarity" => days.map(|d| if d.0 == d.1 { 1 } else { 2 }).into(),
            "date_prec" => days.map(|d| date_precision(length(d))).into(),
            "date_start" => rows::day(days.map(|d| d.0)),
            "date_end" => rows::day(days.map(|d| d.1)),
            "deaths_a" => deaths.a.into(),
            "deaths_b" => deaths.b.into(),
            "deaths_civilians" => deaths.civilians.into(),
            "deaths_unknown" => deaths.unknown.into(),
            "best" => deaths.all.best.into(),
            "high" => deaths.all.high.into(),
            "low" => deaths.all.low.into(),
            _ => Value::Null,
        })
        .collect()
}

/// UCDP's date precision for a range of this many days.
fn date_precision(days: i64) -> i64 {
    match days {
        ..=1 => 1,
        2..=6 => 2,
        7 => 3,
        8..=31 => 4,
        _ => 5,
    }
}

/// The lists of sources, each with one element per report.
#[derive(Default)]
struct Sources {
    article: Vec<String>,
    office: Vec<String>,
    date: Vec<String>,
    headline: Vec<String>,
    original: Vec<String>,
}

impl Sources {
    fn of(event: &Event<'_>) -> Self {
        let origins = event.origins_of_reports();
        let mut sources = Self::default();
        for place in event.reports() {
            let Some(report) = event.loaded.story.reports.get(place) else { continue };
            let date = report.published.map(|d| d.to_string()).unwrap_or_default();
            let headline = report.headline.clone().unwrap_or_default();
            let office = outlet(report).unwrap_or_default();
            sources.article.push(format!("{office},{date},{headline}"));
            sources.office.push(office);
            sources.date.push(date);
            sources.headline.push(headline);
            sources.original.push(origins.get(&place).map(|names| names.join(", ")).unwrap_or_default());
        }
        sources
    }
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, date_precision};

    #[test]
    fn columns_are_those_of_ged() {
        let names: Vec<&str> = COLUMNS.iter().map(|c| c.name).collect();
        assert_eq!(names.len(), 49);
        assert_eq!(names.last(), Some(&"gwnob"));
        let at = |name| names.iter().position(|n| *n == name);
        assert_eq!(
            (at("best"), at("high"), at("low")),
            (Some(44), Some(45), Some(46)),
            "GED has high before low"
        );
    }

    #[test]
    fn precision_of_dates() {
        let found: Vec<i64> = [1, 2, 6, 7, 8, 31, 32].into_iter().map(date_precision).collect();
        assert_eq!(found, [1, 2, 2, 3, 4, 4, 5]);
    }
}
