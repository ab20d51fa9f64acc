//! Charts of series: one line per origin, in the terminal or as SVG.

use std::fmt::Write;

use sayso_model::{
    Date, Number,
    story::{Claim, Status, StoryMark},
};

use crate::{
    Loaded,
    words::{grouped, plain, what},
};

mod axis;
mod svg;
mod timeline;

pub use svg::{Link, Linked, svg};
pub use timeline::{Wide, timeline};

/// A value with its day and its bounds, as drawn.
struct Dot {
    day: Date,
    at: f64,
    low: f64,
    high: f64,
    /// True if the words give only a lower bound.
    open: bool,
    /// True for a value that was taken back, denied or never verified.
    doubtful: bool,
    label: String,
    /// Where the first report gives it.
    mark: Option<StoryMark>,
    reports: usize,
    /// What people decided about it, where they gave it this value.
    decided: Option<String>,
}

/// One origin's values.
struct Line {
    name: String,
    /// False for the values that nobody is named for.
    named: bool,
    dots: Vec<Dot>,
}

/// How many values of a claim have a day, so that they can be drawn.
#[must_use]
pub fn dated(loaded: &Loaded, claim: &Claim) -> usize {
    lines(loaded, claim).iter().map(|line| line.dots.len()).sum()
}

fn lines(loaded: &Loaded, claim: &Claim) -> Vec<Line> {
    let story = &loaded.story;
    let number = |n: Option<Number>| n.map(Number::to_f64);
    claim
        .series
        .iter()
        .map(|s| Line {
            name: plain(s.name.as_deref().unwrap_or("nobody named")),
            named: s.name.is_some(),
            dots: s
                .points
                .iter()
                .filter_map(|p| {
                    let v = &p.value;
                    let published = || story.reports.get(p.reports.first()?.mark.report)?.published;
                    let at = number(v.best.or(v.low).or(v.high))?;
                    let open = v.low.is_some() && v.high.is_none();
                    let plus = if open { "+" } else { "" };
                    let about = if v.approximate { "~" } else { "" };
                    Some(Dot {
                        day: p.as_of.or(p.on).or_else(published)?,
                        at,
                        low: number(v.low).unwrap_or(at),
                        high: number(v.high).unwrap_or(at),
                        open,
                        doubtful: p.statuses.iter().any(doubtful),
                        label: grouped(&format!("{about}{}{plus}", v.best.or(v.low).or(v.high)?)),
                        mark: p.reports.first().map(|a| a.mark),
                        reports: p.distinct_reports(),
                        decided: p.reports.iter().find_map(|a| loaded.decided(a)).map(plain),
                    })
                })
                .collect(),
        })
        .filter(|l| !l.dots.is_empty())
        .collect()
}

fn doubtful(status: &Status) -> bool {
    !matches!(status, Status::Current | Status::Superseded { .. } | Status::InConflict { .. })
}

/// Width of a bar in the terminal.
const BAR: f64 = 48.0;

/// The claims of a category as text: one bar per value.
#[must_use]
pub fn text(loaded: &Loaded, claims: &[&Claim]) -> String {
    let mut out = String::new();
    for claim in claims {
        let lines = lines(loaded, claim);
        let top = lines.iter().flat_map(|l| &l.dots).map(|d| d.high.max(d.at)).fold(0.0, f64::max);
        if top <= 0.0 {
            continue;
        }
        let _ = writeln!(out, "{}", what(claim));
        for line in &lines {
            let _ = writeln!(out, "  {}", line.name);
            for dot in &line.dots {
                let cells = (dot.at / top * BAR).round().max(0.0) as usize;
                let decided = dot.decided.as_ref().map(|why| format!(", {why}")).unwrap_or_default();
                let bar = "█".repeat(cells.min(48));
                let _ = writeln!(out, "    {}  {bar:<48}  {}{decided}", dot.day, dot.label);
            }
        }
    }
    out
}
