//! The paths that a story's numbers took: from the outlets through the relays to the origins.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use maud::{Markup, PreEscaped, html};
use sayso_desk::Loaded;
use sayso_model::{
    ChainRole, Modality,
    story::{Series, Step, StorySpeaker},
};

use crate::layout::{line, term};

/// Paths drawn: those with the most reports.
const DRAWN: usize = 24;
/// Paths listed.
const LISTED: usize = 100;

/// One path: outlet, relay, origin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    outlet: String,
    relays: Option<String>,
    origin: String,
    /// True if the origin is somebody named, so that all its reports rest on one.
    one: bool,
}

impl Way {
    /// The path of one appearance of a value of an origin, everybody under the name that the matrix has.
    fn of(speakers: &[StorySpeaker], series: &Series, steps: &[Step]) -> Self {
        let merged = |step: &Step| step.speaker.and_then(|s| speakers.get(s)).map(|s| s.name.clone());
        let name = |step: &Step| {
            let name = merged(step).or_else(|| step.name.clone());
            name.map_or_else(|| "nobody named".to_owned(), |name| line(&name))
        };
        let with = |role| steps.iter().filter(move |s| s.role == role);
        let relays: Vec<String> = with(ChainRole::Relay).map(name).collect();
        // An outlet is called as its report calls it, not as others mention it.
        let outlet = with(ChainRole::Outlet).next().and_then(|s| s.name.as_deref());
        let outlet = outlet.map_or_else(|| "an unnamed outlet".to_owned(), line);
        let origin = match (&series.name, with(ChainRole::Origin).next_back()) {
            (Some(name), _) => line(name),
            (None, Some(_)) => "nobody named".to_owned(),
            // What an outlet says in its own voice is that outlet's alone.
            (None, None) => format!("{outlet}, in its own voice"),
        };
        Self {
            outlet,
            relays: (!relays.is_empty()).then(|| relays.join(", citing ")),
            origin,
            one: series.name.is_some(),
        }
    }
}

pub(super) fn section(loaded: &Loaded) -> Markup {
    let mut found: BTreeMap<Way, BTreeSet<usize>> = BTreeMap::new();
    let claims = loaded.story.claims.iter().filter(|c| c.modality == Modality::Asserted);
    for series in claims.flat_map(|c| &c.series) {
        for appearance in series.points.iter().flat_map(|p| &p.reports) {
            let way = Way::of(&loaded.story.speakers, series, &appearance.chain);
            found.entry(way).or_default().insert(appearance.mark.report);
        }
    }
    let mut ways: Vec<(Way, BTreeSet<usize>)> = found.into_iter().collect();
    ways.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
    if ways.is_empty() {
        return html! {};
    }
    let drawn = ways.get(..DRAWN.min(ways.len())).unwrap_or_default();
    html! {
        h2 { (term("chain", "Where the numbers came from")) }
        figure.chart.graph tabindex="0" role="group" aria-label="Chart: paths from outlets to origins" { (PreEscaped(svg(drawn))) }
        details {
            summary { "The same in words (" (ways.len()) " paths)" }
            div.wide { table {
                thead { tr { th scope="col" { "Outlet" } th scope="col" { "Relayed by" } th scope="col" { "Origin" } th.number scope="col" { "Reports" } } }
                tbody { @for (way, reports) in ways.iter().take(LISTED) {
                    tr {
                        td { (way.outlet) } td { (way.relays.as_deref().unwrap_or("–")) } td { (way.origin) }
                        td.number { (reports.len()) }
                    }
                } }
            } }
            @if ways.len() > LISTED { p.note { "Only those with the most reports are listed." } }
        }
    }
}

/// Where the columns are: the right edge of the outlets, the middle of the relays, the left edge of the origins.
const COLUMNS: [f64; 3] = [210.0, 430.0, 620.0];
const WIDTH: f64 = 980.0;
const ROW: f64 = 26.0;
/// Characters that fit in each column.
const LETTERS: [usize; 3] = [34, 29, 38];
/// Width of a character, about; and space between a label and a line.
const LETTER: f64 = 6.2;
const GAP: f64 = 6.0;

/// Names of one column, with the reports that go through them, in the order of first mention.
#[derive(Default)]
struct Column<'w>(Vec<(&'w str, BTreeSet<usize>)>);

impl<'w> Column<'w> {
    fn add(&mut self, name: &'w str, reports: &BTreeSet<usize>) -> usize {
        let at = self.0.iter().position(|(n, _)| *n == name).unwrap_or_else(|| {
            self.0.push((name, BTreeSet::new()));
            self.0.len() - 1
        });
        if let Some((_, all)) = self.0.get_mut(at) {
            all.extend(reports);
        }
        at
    }

    /// The position of a row; a column is centred vertically.
    fn y(&self, row: usize, rows: usize) -> f64 {
        let free = rows.saturating_sub(self.0.len()) as f64 * ROW / 2.0;
        20.0 + free + row as f64 * ROW
    }
}

fn svg(ways: &[(Way, BTreeSet<usize>)]) -> String {
    let mut columns: [Column<'_>; 3] = Default::default();
    let mut paths: Vec<(usize, Option<usize>, usize, usize)> = Vec::new();
    let [outlets, relays, origins] = &mut columns;
    for (way, reports) in ways {
        let from = outlets.add(&way.outlet, reports);
        let over = way.relays.as_deref().map(|name| relays.add(name, reports));
        paths.push((from, over, origins.add(&way.origin, reports), reports.len()));
    }
    let rows = columns.iter().map(|c| c.0.len()).max().unwrap_or(0);
    let height = 30.0 + rows as f64 * ROW;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"12\" \
         fill=\"currentColor\" role=\"img\" aria-label=\"Paths from outlets to origins; the same in words below\">\n"
    );
    let [outlets, relays, origins] = &columns;
    let curve = |out: &mut String, from: (f64, f64), to: (f64, f64), reports: usize| {
        let middle = (from.0 + to.0) / 2.0;
        let width = 1.0 + (reports as f64).log2();
        let _ = writeln!(
            out,
            "<path d=\"M{} {}C{middle} {} {middle} {} {} {}\" fill=\"none\" stroke=\"currentColor\" stroke-opacity=\".35\" stroke-width=\"{width:.1}\"/>",
            from.0, from.1, from.1, to.1, to.0, to.1
        );
    };
    for (from, over, to, reports) in paths {
        let start = (COLUMNS[0] + 6.0, outlets.y(from, rows));
        let end = (COLUMNS[2] - 6.0, origins.y(to, rows));
        match over {
            Some(over) => {
                let y = relays.y(over, rows);
                // The lines reach the label, however short it is.
                let letters = relays.0.get(over).map_or(0, |(name, _)| name.chars().count());
                let half = letters.min(LETTERS[1] + 1) as f64 * LETTER / 2.0 + GAP;
                curve(&mut out, start, (COLUMNS[1] - half, y), reports);
                curve(&mut out, (COLUMNS[1] + half, y), end, reports);
            }
            None => curve(&mut out, start, end, reports),
        }
    }
    let places = COLUMNS.into_iter().zip(["end", "middle", "start"]).zip(LETTERS);
    for (column, ((x, anchor), letters)) in columns.iter().zip(places) {
        for (row, (name, reports)) in column.0.iter().enumerate() {
            let y = column.y(row, rows) + 4.0;
            let mut shown: String = name.chars().take(letters).collect();
            if name.chars().count() > letters {
                shown.push('…');
            }
            let count = if anchor == "start" && reports.len() > 1 {
                let one = if ways.iter().any(|(way, _)| way.one && way.origin == *name) {
                    ", 1 origin"
                } else {
                    ""
                };
                format!(" – {} reports{one}", reports.len())
            } else {
                String::new()
            };
            let (name, shown) = (escape(name), escape(&shown));
            let _ = writeln!(
                out,
                "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{shown}<title>{name}</title><tspan fill-opacity=\".75\">{count}</tspan></text>"
            );
        }
    }
    out.push_str("</svg>\n");
    out
}

fn escape(text: &str) -> String {
    line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sayso_model::{
        ChainRole, SpeakerKind,
        story::{Independence, Series, Step, StorySpeaker},
    };

    use super::{Way, svg};

    #[test]
    fn echoes_are_folded_and_names_escaped() {
        let way = |outlet: &str, relays: Option<&str>| Way {
            outlet: outlet.to_owned(),
            relays: relays.map(str::to_owned),
            origin: "Agency".to_owned(),
            one: true,
        };
        let ways =
            [(way("A", None), BTreeSet::from([0, 1])), (way("<b>", Some("Wire")), BTreeSet::from([2, 3]))];
        let picture = svg(&ways);
        assert_eq!(picture.matches("Agency<title>").count(), 1);
        assert!(picture.contains("4 reports, 1 origin") && !picture.contains("<b>"));
        assert_eq!(picture.matches("<path").count(), 3);
    }

    #[test]
    fn outlets_that_name_nobody_are_not_one_origin() {
        let way = |outlet: &str| Way {
            outlet: outlet.to_owned(),
            relays: None,
            origin: format!("{outlet}, in its own voice"),
            one: false,
        };
        let ways = [(way("A"), BTreeSet::from([0, 1])), (way("B"), BTreeSet::from([2]))];
        let picture = svg(&ways);
        assert!(picture.contains("2 reports") && !picture.contains("1 origin"), "{picture}");
        assert!(picture.contains("A, in its own voice") && picture.contains("B, in its own voice"));
    }

    #[test]
    fn everybody_has_the_name_that_the_matrix_has() {
        let speakers = [StorySpeaker {
            name: "Talaura Coast Guard".to_owned(),
            kind: SpeakerKind::Organization,
            anonymous: false,
            country: None,
            names: Vec::new(),
            members: Vec::new(),
            roles: Vec::new(),
            parents: Vec::new(),
        }];
        let series = |name: Option<&str>| Series {
            origin: None,
            name: name.map(str::to_owned),
            independence: Independence::NoOrigin,
            points: Vec::new(),
        };
        let step = |role, name: &str, speaker| Step {
            role,
            name: Some(name.to_owned()),
            speaker,
            report: None,
            evidence: Vec::new(),
        };
        let outlet = step(ChainRole::Outlet, "Courier", None);
        let relay = step(ChainRole::Relay, "coast guard", Some(0));
        let origin = step(ChainRole::Origin, "Talaura's coast guard", Some(0));
        let named = series(Some("Talaura Coast Guard"));
        let way = Way::of(&speakers, &named, &[outlet.clone(), origin]);
        assert_eq!((way.origin.as_str(), way.one), ("Talaura Coast Guard", true));
        let way = Way::of(&speakers, &series(None), &[outlet, relay]);
        assert_eq!(way.relays.as_deref(), Some("Talaura Coast Guard"));
        assert_eq!((way.origin.as_str(), way.one), ("Courier, in its own voice", false));
    }
}
