//! Scores figures against a story folder: `sayso eval figures DIR`.
//!
//! The folder holds the reports as `*.txt`, `figures.jsonl` with one gold figure a line (`report`, `text`, `category`,
//! `low`, `best`, `high`, `low_exclusive`, `high_exclusive`, `origin`, `via`) and perhaps `story.json` with `aliases`.
//!
//! A gold figure is *found* where a figure of the same report has the same category and a span that overlaps the gold
//! text; each figure answers for one gold figure at most. Of those found, *bounds* are right where low, best, high and
//! both exclusivities are the same; the *origin* where the name, or another name of the same speaker by the report or
//! by the story's aliases ("the ministry (report 04)" in that report alone), is the same without regard to case and
//! article; the *chain* where origin and all of `via`
//! are right, in order. A *match* has category, span, bounds and origin right.
//!
//! Precision counts as false alarms the figures that answer for no gold figure and count people killed, hurt, lost,
//! moved, arrested, infected, deployed or mobilised. Figures of other categories (money, shares, equipment, other) are
//! outside of what such gold lists, and so are figures in the headline, which the gold's body figures repeat.

use std::{collections::BTreeMap, fmt, io::Write, path::Path};

use sayso_model::{Figure, Number, Reading, Span};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{EvalError, alias::Alias, story};

/// Categories whose unmatched figures are false alarms.
const SCORED: [&str; 13] = [
    "killed",
    "injured",
    "killed_or_injured",
    "casualties",
    "missing",
    "captured",
    "displaced",
    "evacuated",
    "rescued",
    "arrested",
    "infected",
    "deployed",
    "mobilised",
];

/// Precision, recall and F1 of one aspect.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// Gold figures for which it is right.
    pub right: usize,
    /// Right, of what was predicted; 1 where nothing was.
    pub precision: f64,
    /// Right, of what gold lists; 1 where it lists nothing.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

impl Score {
    fn of(right: usize, predicted: usize, gold: usize) -> Self {
        let share = |of: usize| if of == 0 { 1.0 } else { right as f64 / of as f64 };
        let (precision, recall) = (share(predicted), share(gold));
        let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
        Self { right, precision, recall, f1 }
    }
}

/// Scores of the figures of a story.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FiguresReport {
    /// Gold figures.
    pub gold: usize,
    /// Figures that answer for one, and false alarms.
    pub predicted: usize,
    /// Category and span.
    pub found: Score,
    /// And bounds.
    pub bounds: Score,
    /// Category, span and origin.
    pub origin: Score,
    /// Category, span, origin and via.
    pub chain: Score,
    /// Category, span, bounds and origin.
    pub matched: Score,
    /// What is missed, wrong or a false alarm, by report.
    pub errors: Vec<String>,
}

impl FiguresReport {
    /// Keeps only the first so many errors.
    #[must_use]
    pub fn with_errors(mut self, count: usize) -> Self {
        self.errors.truncate(count);
        self
    }
}

impl fmt::Display for FiguresReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "figures      {} gold, {} predicted", self.gold, self.predicted)?;
        writeln!(f, "             precision  recall  F1")?;
        for (name, score) in [
            ("found", self.found),
            ("bounds right", self.bounds),
            ("origin right", self.origin),
            ("chain right", self.chain),
            ("match", self.matched),
        ] {
            writeln!(f, "{name:12} {:9.3}  {:6.3}  {:.3}", score.precision, score.recall, score.f1)?;
        }
        for error in &self.errors {
            writeln!(f, "{error}")?;
        }
        Ok(())
    }
}

#[derive(Debug, Deserialize)]
struct Gold {
    report: String,
    text: String,
    category: String,
    #[serde(default)]
    low: Option<Number>,
    #[serde(default)]
    best: Option<Number>,
    #[serde(default)]
    high: Option<Number>,
    #[serde(default)]
    low_exclusive: bool,
    #[serde(default)]
    high_exclusive: bool,
    #[serde(default)]
    origin: Option<String>,
    #[serde(default)]
    via: Vec<String>,
}

/// Reads the reports of a folder and scores their figures. Predictions are written one JSON object a line, in the
/// form of the gold.
///
/// # Errors
/// Those of [`story::readings`]; [`EvalError::Form`] for a `figures.jsonl` of another form or a gold text that stands
/// in no report.
pub fn run(folder: &Path, predictions: Option<&mut dyn Write>) -> Result<FiguresReport, EvalError> {
    let path = folder.join("figures.jsonl");
    let open = |source| EvalError::Open { path: path.clone(), source };
    let form = |message: String| EvalError::Form { path: path.clone(), message };
    let file = std::fs::read_to_string(&path).map_err(open)?;
    let mut gold: Vec<Gold> = Vec::new();
    for (number, line) in file.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let parsed = serde_json::from_str(line);
        gold.push(
            parsed.map_err(|e| form(format!("line {}: {e}; expected a figure as an object", number + 1)))?,
        );
    }
    let readings = story::readings(folder)?;
    if let Some(missing) = gold.iter().find(|g| !readings.iter().any(|(name, _)| *name == g.report)) {
        return Err(form(format!("report '{}' is not in the folder", missing.report)));
    }
    if let Some(out) = predictions {
        write(&readings, out).map_err(open)?;
    }
    Ok(score(&readings, &gold, &Aliases::read(folder)))
}

fn write(readings: &[(String, Reading)], out: &mut dyn Write) -> std::io::Result<()> {
    for (name, reading) in readings {
        let headline = headline(reading);
        for figure in &reading.figures {
            let line = json!({
                "report": name,
                "text": figure.span.cut(&reading.report.text),
                "category": figure.category,
                "group": figure.group,
                "low": figure.low,
                "best": figure.best,
                "high": figure.high,
                "low_exclusive": figure.low_exclusive,
                "high_exclusive": figure.high_exclusive,
                "approximate": figure.approximate,
                "origin": figure.origin,
                "anonymous": figure.origin_anonymous,
                "via": figure.via,
                "said_on": figure.said_on,
                "as_of": figure.as_of,
                "period": figure.period,
                "retracted": figure.retracted,
                "in_headline": headline.is_some_and(|h| h.contains(figure.number)),
            });
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn score(readings: &[(String, Reading)], gold: &[Gold], aliases: &Aliases) -> FiguresReport {
    let (mut found, mut bounds, mut origin, mut chain, mut matched, mut alarms) = (0, 0, 0, 0, 0, 0);
    let mut errors = Vec::new();
    for (name, reading) in readings {
        let text = &reading.report.text;
        let mut used = vec![false; reading.figures.len()];
        let mut taken: Vec<Span> = Vec::new();
        for gold in gold.iter().filter(|g| g.report == *name) {
            let Some(span) = locate(reading, &gold.text, &taken) else {
                errors.push(format!("{name}  not in the text: {}", gold.text));
                continue;
            };
            taken.push(span);
            let overlapping =
                reading.figures.iter().enumerate().filter(|(i, f)| !used[*i] && f.span.overlaps(span));
            let best = overlapping.clone().filter(|(_, f)| f.category.as_str() == gold.category).max_by_key(
                |(i, f)| {
                    let shared = f.span.end.min(span.end) - f.span.start.max(span.start);
                    (has_bounds(f, gold), aliases.is_origin(reading, f, gold), shared, std::cmp::Reverse(*i))
                },
            );
            let Some((index, figure)) = best else {
                let instead: Vec<String> = overlapping.map(|(_, f)| show(f, text)).collect();
                errors.push(format!(
                    "{name}  missed: {} [{}]; there: {}",
                    gold.text,
                    gold.category,
                    instead.join(" | ")
                ));
                continue;
            };
            used[index] = true;
            found += 1;
            let right_bounds = has_bounds(figure, gold);
            let right_origin = aliases.is_origin(reading, figure, gold);
            let right_via = figure.via.len() == gold.via.len()
                && figure
                    .via
                    .iter()
                    .zip(&gold.via)
                    .all(|(a, b)| aliases.same(name, a, b) || aliases.known_as(name, reading, a, b));
            bounds += usize::from(right_bounds);
            origin += usize::from(right_origin);
            chain += usize::from(right_origin && right_via);
            matched += usize::from(right_bounds && right_origin);
            if !right_bounds {
                errors.push(format!("{name}  bounds: {}; there: {}", gold.text, show(figure, text)));
            }
            if !right_origin {
                errors.push(format!(
                    "{name}  origin: {}: wanted {:?}, got {:?}",
                    gold.text, gold.origin, figure.origin
                ));
            } else if !right_via {
                errors
                    .push(format!("{name}  via: {}: wanted {:?}, got {:?}", gold.text, gold.via, figure.via));
            }
        }
        let headline = headline(reading);
        for (figure, _) in reading.figures.iter().zip(&used).filter(|(_, used)| !**used) {
            let in_headline = headline.is_some_and(|h| h.contains(figure.number));
            if SCORED.contains(&figure.category.as_str()) && !in_headline {
                alarms += 1;
                errors.push(format!("{name}  false alarm: {}", show(figure, text)));
            }
        }
    }
    let predicted = found + alarms;
    let of = |right| Score::of(right, predicted, gold.len());
    FiguresReport {
        gold: gold.len(),
        predicted,
        found: of(found),
        bounds: of(bounds),
        origin: of(origin),
        chain: of(chain),
        matched: of(matched),
        errors,
    }
}

fn headline(reading: &Reading) -> Option<Span> {
    reading.report.head.headline.as_ref().and_then(|h| h.span)
}

/// Where a gold text stands: behind the headline if it can, and not where another gold figure stands.
fn locate(reading: &Reading, wanted: &str, taken: &[Span]) -> Option<Span> {
    let text = &reading.report.text;
    let headline = headline(reading).map_or(0, |s| s.end);
    let all: Vec<Span> =
        text.match_indices(wanted).map(|(at, found)| Span::new(at, at + found.len())).collect();
    let free = |s: &&Span| !taken.contains(s);
    all.iter().filter(free).find(|s| s.start >= headline).or_else(|| all.iter().find(free)).copied()
}

fn has_bounds(figure: &Figure, gold: &Gold) -> bool {
    figure.low == gold.low
        && figure.best == gold.best
        && figure.high == gold.high
        && figure.low_exclusive == gold.low_exclusive
        && figure.high_exclusive == gold.high_exclusive
}

fn show(figure: &Figure, text: &str) -> String {
    let number = |n: Option<Number>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
    format!(
        "{} [{} {}{}/{}/{}{}]",
        figure.span.cut(text).replace('\n', " "),
        figure.category.as_str(),
        if figure.low_exclusive { ">" } else { "" },
        number(figure.low),
        number(figure.best),
        if figure.high_exclusive { "<" } else { "" },
        number(figure.high),
    )
}

/// A group of names that mean one speaker, and the reports in which a name does; none for all.
type InGroup = (usize, Option<Vec<String>>);

/// Names that mean the same speaker, as the story says.
struct Aliases {
    groups: BTreeMap<String, Vec<InGroup>>,
}

impl Aliases {
    /// The aliases of `story.json`; none where there is no such file or key.
    fn read(folder: &Path) -> Self {
        let value: Value = std::fs::read_to_string(folder.join("story.json"))
            .ok()
            .and_then(|file| serde_json::from_str(&file).ok())
            .unwrap_or_default();
        let mut groups: BTreeMap<String, Vec<InGroup>> = BTreeMap::new();
        for (index, names) in value["aliases"].as_array().into_iter().flatten().enumerate() {
            for name in names.as_array().into_iter().flatten().filter_map(Value::as_str) {
                let alias = Alias::of(name);
                let reports = alias.reports().map(|r| r.iter().map(|&r| r.to_owned()).collect());
                groups.entry(plain(alias.name)).or_default().push((index, reports));
            }
        }
        Self { groups }
    }

    fn same(&self, report: &str, a: &str, b: &str) -> bool {
        let (a, b) = (plain(a), plain(b));
        let groups = |name: &str| -> Vec<usize> {
            let named = self.groups.get(name).into_iter().flatten();
            named
                .filter(|(_, reports)| reports.as_ref().is_none_or(|r| r.iter().any(|r| r == report)))
                .map(|(group, _)| *group)
                .collect()
        };
        a == b || groups(&a).iter().any(|g| groups(&b).contains(g))
    }

    /// True where the report itself gives a speaker of one name the other one.
    fn known_as(&self, report: &str, reading: &Reading, name: &str, wanted: &str) -> bool {
        let speaker = reading.speakers.iter().find(|s| s.name == name);
        speaker.is_some_and(|s| {
            s.mentions.iter().any(|m| self.same(report, m.span.cut(&reading.report.text), wanted))
        })
    }

    fn is_origin(&self, reading: &Reading, figure: &Figure, gold: &Gold) -> bool {
        let report = gold.report.as_str();
        match (&figure.origin, &gold.origin) {
            (None, None) => true,
            (Some(found), Some(wanted)) => {
                let speaker = figure.origin_speaker.and_then(|s| reading.speakers.get(s.index()));
                self.same(report, found, wanted)
                    || speaker.is_some_and(|s| {
                        s.mentions.iter().any(|m| self.same(report, m.span.cut(&reading.report.text), wanted))
                    })
            }
            _ => false,
        }
    }
}

/// A name without case and leading article.
fn plain(name: &str) -> String {
    let lower = name.trim().to_lowercase().replace('’', "'");
    let bare = ["the ", "a ", "an "].iter().find_map(|article| lower.strip_prefix(article));
    bare.unwrap_or(&lower).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Aliases, Score, plain, run};

    fn folder(name: &str, report: &str, figures: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("sayso-figures-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("01.txt"), report).unwrap();
        std::fs::write(folder.join("figures.jsonl"), figures).unwrap();
        folder
    }

    #[test]
    fn names_are_compared_without_article_and_case() {
        assert_eq!(plain("The Lake Agency"), "lake agency");
        let group = |reports: Option<Vec<String>>| vec![(0, reports)];
        let groups = [
            ("la".to_owned(), group(None)),
            ("lake agency".to_owned(), group(None)),
            ("agency".to_owned(), group(Some(vec!["03".to_owned()]))),
        ];
        let aliases = Aliases { groups: groups.into() };
        assert!(aliases.same("01", "the Lake Agency", "LA") && !aliases.same("01", "LA", "Hill Agency"));
        assert!(aliases.same("03", "the agency", "LA") && !aliases.same("01", "the agency", "LA"));
    }

    #[test]
    fn scores_are_shares() {
        let score = Score::of(1, 2, 4);
        assert!((score.precision - 0.5).abs() < 1e-9 && (score.recall - 0.25).abs() < 1e-9);
        assert!((Score::of(0, 0, 0).f1 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_missing_figure_and_a_false_alarm_count() {
        let report = "title: Lake\npublished: 2023-07-05T00:00:00Z\n\nThe flood killed 12 people. Police arrested 30 men.\n";
        let gold = "{\"report\":\"01\",\"text\":\"12 people\",\"category\":\"killed\",\"best\":12}\n\
                    {\"report\":\"01\",\"text\":\"The flood\",\"category\":\"missing\",\"best\":3}\n";
        let found = run(&folder("both", report, gold), None).unwrap();
        assert_eq!(
            (found.found.right, found.bounds.right, found.predicted, found.gold),
            (1, 1, 2, 2),
            "{found}"
        );
        assert_eq!(found.errors.len(), 2, "{found}");
    }

    #[test]
    fn a_broken_line_is_named() {
        let error =
            run(&folder("broken", "The flood killed 12 people.\n", "{\"report\":1}\n"), None).unwrap_err();
        assert!(error.to_string().contains("line 1"), "{error}");
    }
}
