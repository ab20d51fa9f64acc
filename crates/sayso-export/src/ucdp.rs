//! UCDP: one row per event candidate, in the columns of the Georeferenced Event Dataset (GED).
//!
//! What is for a coder to decide (conflict, dyad, actors, type of violence) and what no report states stay empty.
//! `best`, `high` and `low` are bounds that reports state; `number_of_sources` counts independent origins, not reports.

use serde_json::Value;

use crate::{
    event::{Event, Tally, length, place_precision, sum},
    incident::{Sides, joined, outlet},
    rows,
    table::{Column, Row, day, integer, number, text},
};

/// The columns, in the order of GED.
pub(crate) const COLUMNS: &[Column] = &[
    integer("id", "Number of the candidate; `event` in the sources table"),
    text("relid", "Id of the candidate: its story and its position there"),
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
    integer("number_of_sources", "Independent origins; reports that relay the same word count once"),
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
    number("latitude", "For the coder: the gazetteer has names but no coordinates"),
    number("longitude", "For the coder"),
    text("geom_wkt", "For the coder"),
    integer("priogrid_gid", "For the coder"),
    text("country", "Country, if the place is one; otherwise its ISO 3166-1 code"),
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
    integer("deaths_unknown", "Dead whose side no report states"),
    integer("best", "The value that most independent origins give, otherwise the newest"),
    integer("high", "The highest upper bound stated by a counted origin"),
    integer("low", "The lowest lower bound stated by a counted origin"),
    integer("gwnoa", "For the coder"),
    integer("gwnob", "For the coder"),
];

/// The row of a candidate.
pub(crate) fn row(event: &Event<'_>, sides: &Sides) -> Row {
    let of = |group: Option<&String>| group.and_then(|group| event.killed_of(group));
    let (a, b) = (of(sides.a.as_ref()), of(sides.b.as_ref()));
    let civilians = event.killed_of("civilians");
    let parts: Vec<&Tally> = [&a, &b, &civilians].into_iter().flatten().collect();
    // If nobody counts all of them, the whole is what GED takes it to be: the sum of the sides.
    let all = event.killed().unwrap_or_else(|| sum(parts.iter().copied()));
    let unknown = if event.names_groups() { None } else { all.best };
    let place = event.place();
    let days = event.days();
    let level = |wanted| place.filter(|p| p.level == wanted).map(|p| p.name.clone());
    let country = level(sayso_model::PlaceLevel::Country).or_else(|| place.and_then(|p| p.country.clone()));
    let best = |tally: &Option<Tally>| Value::from(tally.as_ref().and_then(|t| t.best));
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
            "country" => country.clone().into(),
            "event_clarity" => days.map(|d| if d.0 == d.1 { 1 } else { 2 }).into(),
            "date_prec" => days.map(|d| date_precision(length(d))).into(),
            "date_start" => rows::day(days.map(|d| d.0)),
            "date_end" => rows::day(days.map(|d| d.1)),
            "deaths_a" => best(&a),
            "deaths_b" => best(&b),
            "deaths_civilians" => best(&civilians),
            "deaths_unknown" => unknown.into(),
            "best" => all.best.into(),
            "high" => all.high.into(),
            "low" => all.low.into(),
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
