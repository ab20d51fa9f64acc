//! Which outlet reported when: one row per outlet, one dot per day.

use std::{collections::BTreeMap, fmt::Write};

use sayso_model::{Date, story::Story};

use super::{axis, svg::escape};
use crate::words::plain;

/// Outlets drawn, the earliest ones; the others are counted.
const ROWS: usize = 16;
const WIDTH: f64 = 900.0;
const LEFT: f64 = 200.0;
/// Half a date has room behind the last day.
const RIGHT: f64 = 44.0;
const TOP: f64 = 12.0;
const ROW: f64 = 24.0;
const FOOT: f64 = 34.0;
/// Maximum characters of a name.
const LETTERS: usize = 28;
/// Headlines listed for one dot.
const HEADLINES: usize = 2;

/// The reports of a story as a picture; `href` says where a report leads, by its number. Nothing if no report is dated.
#[must_use]
pub fn timeline(story: &Story, href: &dyn Fn(i64) -> String) -> Option<String> {
    let mut rows: Vec<(&str, BTreeMap<Date, Vec<usize>>)> = Vec::new();
    for (n, report) in story.reports.iter().enumerate() {
        let Some(day) = report.published else { continue };
        let outlet = report.outlet.as_deref().unwrap_or("outlet not stated");
        let row = rows.iter().position(|(name, _)| *name == outlet).unwrap_or_else(|| {
            rows.push((outlet, BTreeMap::new()));
            rows.len() - 1
        });
        if let Some((_, days)) = rows.get_mut(row) {
            days.entry(day).or_default().push(n);
        }
    }
    let days = || rows.iter().flat_map(|(_, days)| days.keys()).map(|day| axis::number(*day));
    let (first, last) = (days().min()?, days().max()?);
    let more = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    let wide = WIDTH - LEFT - RIGHT;
    let x = |day: i64| {
        if first == last {
            LEFT + wide / 2.0
        } else {
            LEFT + (day - first) as f64 / (last - first) as f64 * wide
        }
    };
    let foot = TOP + ROW * (rows.len() + usize::from(more > 0)) as f64;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {}\" font-family=\"sans-serif\" font-size=\"12\" \
         fill=\"currentColor\" role=\"group\" aria-label=\"When which outlet reported\">\n",
        foot + FOOT
    );
    for (n, (outlet, days)) in rows.iter().enumerate() {
        let y = TOP + ROW * (n as f64 + 0.5);
        let _ = writeln!(
            out,
            "<path d=\"M{LEFT} {y}H{}\" stroke=\"currentColor\" stroke-opacity=\".15\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 12.0,
            y + 4.0,
            escape(&short(outlet))
        );
        for (day, reports) in days {
            dot(
                &mut out,
                story,
                reports,
                (x(axis::number(*day)), y),
                &format!("{}, {day}", plain(outlet)),
                href,
            );
        }
    }
    if more > 0 {
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">and {more} more</text>",
            LEFT - 12.0,
            foot - ROW / 2.0 + 4.0
        );
    }
    let _ = writeln!(out, "<path d=\"M{LEFT} {foot}H{}\" stroke=\"currentColor\"/>", WIDTH - RIGHT);
    for number in axis::days(first, last) {
        let day = axis::day(number).map(|d| d.to_string()).unwrap_or_default();
        let _ = writeln!(
            out,
            "<path d=\"M{0:.1} {foot}v5\" stroke=\"currentColor\"/><text x=\"{0:.1}\" y=\"{1}\" text-anchor=\"middle\">{day}</text>",
            x(number),
            foot + 20.0
        );
    }
    out.push_str("</svg>\n");
    Some(out)
}

/// What an outlet published on a day, linked to the first of its reports.
fn dot(
    out: &mut String,
    story: &Story,
    reports: &[usize],
    (x, y): (f64, f64),
    whose: &str,
    href: &dyn Fn(i64) -> String,
) {
    let known = || reports.iter().filter_map(|n| story.reports.get(*n));
    let Some(first) = known().next() else { return };
    let headline = |r: &sayso_model::story::StoryReport| {
        r.headline.as_deref().map_or_else(|| format!("report {}", r.key), |h| format!("“{}”", plain(h)))
    };
    let mut told: Vec<String> = known().take(HEADLINES).map(headline).collect();
    told.extend(reports.len().checked_sub(HEADLINES).filter(|more| *more > 0).map(|n| format!("{n} more")));
    let told = escape(&format!("{whose}: {}", told.join("; ")));
    let radius = 4.5 + (reports.len() as f64).ln() * 2.0;
    let _ = writeln!(
        out,
        "<a href=\"{}\" aria-label=\"{told}\"><circle cx=\"{x:.1}\" cy=\"{y}\" r=\"{radius:.1}\" fill=\"currentColor\" \
         stroke=\"currentColor\"><title>{told}</title></circle></a>",
        escape(&href(first.key))
    );
}

fn short(name: &str) -> String {
    let name = plain(name);
    if name.chars().count() <= LETTERS {
        return name;
    }
    name.chars().take(LETTERS).chain(['…']).collect()
}
