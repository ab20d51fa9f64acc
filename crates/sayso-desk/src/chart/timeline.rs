//! Which outlet reported when: one row per outlet, one dot per day.

use std::{collections::BTreeMap, fmt::Write};

use sayso_model::{Date, story::Story};

use super::{axis, svg::escape};
use crate::words::plain;

/// Outlets drawn, the earliest ones; the others are counted.
const ROWS: usize = 16;
const TOP: f64 = 12.0;
const FOOT: f64 = 34.0;
/// Half a date has room behind the last day.
const HALF: f64 = 38.0;
/// Headlines listed for one dot.
const HEADLINES: usize = 2;

/// How wide the picture is, so that its text can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wide {
    /// On a screen: names are on the left of their rows.
    Screen,
    /// On a telephone: names are above their rows.
    Telephone,
}

impl Wide {
    fn width(self) -> f64 {
        if self == Self::Screen { 900.0 } else { 340.0 }
    }

    /// Where rows begin.
    fn left(self) -> f64 {
        if self == Self::Screen { 200.0 } else { 12.0 }
    }

    fn row(self) -> f64 {
        if self == Self::Screen { 24.0 } else { 42.0 }
    }

    /// Maximum characters of a name.
    fn letters(self) -> usize {
        if self == Self::Screen { 28 } else { 46 }
    }

    /// The name of a row.
    fn name(self, name: &str, y: f64) -> String {
        let (x, y, anchor) = match self {
            Self::Screen => (self.left() - 12.0, y + 4.0, "end"),
            Self::Telephone => (self.left(), y - 12.0, "start"),
        };
        format!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>", escape(name))
    }
}

/// The reports of a story as a picture; `href` says where a report leads, by its number. Nothing if no report is dated.
#[must_use]
pub fn timeline(story: &Story, wide: Wide, href: &dyn Fn(i64) -> String) -> Option<String> {
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
    let (left, width, high) = (wide.left(), wide.width(), wide.row());
    let right = width - HALF;
    // The first day has room for half a date, too.
    let begin = left.max(HALF);
    let x = |day: i64| {
        if first == last {
            f64::midpoint(begin, right)
        } else {
            begin + (day - first) as f64 / (last - first) as f64 * (right - begin)
        }
    };
    let foot = TOP + high * (rows.len() + usize::from(more > 0)) as f64;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {}\" font-family=\"sans-serif\" font-size=\"12\" \
         fill=\"currentColor\" role=\"group\" aria-label=\"When which outlet reported\">\n",
        foot + FOOT
    );
    for (n, (outlet, days)) in rows.iter().enumerate() {
        let y = TOP + high * (n as f64 + if wide == Wide::Screen { 0.5 } else { 0.7 });
        let _ = writeln!(
            out,
            "<path d=\"M{left} {y}H{right}\" stroke=\"currentColor\" stroke-opacity=\".15\"/>{}",
            wide.name(&short(outlet, wide.letters()), y)
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
        let _ = writeln!(out, "{}", wide.name(&format!("and {more} more"), foot - high / 2.0));
    }
    let _ = writeln!(out, "<path d=\"M{left} {foot}H{right}\" stroke=\"currentColor\"/>");
    let mut behind = f64::MIN;
    for number in axis::days(first, last) {
        let (x, day) = (x(number), axis::day(number).map(|d| d.to_string()).unwrap_or_default());
        let _ = writeln!(out, "<path d=\"M{x:.1} {foot}v5\" stroke=\"currentColor\"/>");
        if x - HALF >= behind {
            behind = x + HALF;
            let _ =
                writeln!(out, "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{day}</text>", foot + 20.0);
        }
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
        "<a href=\"{}\" aria-label=\"{told}\"><circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y}\" r=\"{radius:.1}\" fill=\"currentColor\" \
         stroke=\"currentColor\"><title>{told}</title></circle></a>",
        escape(&href(first.key))
    );
}

fn short(name: &str, letters: usize) -> String {
    let name = plain(name);
    if name.chars().count() <= letters {
        return name;
    }
    name.chars().take(letters).chain(['…']).collect()
}
