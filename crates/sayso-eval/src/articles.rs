//! Scores main text and head of pages with the measures of `bodyscore.py` and `metascore.py`.
//!
//! Gold is JSON Lines: `id`, `html` (path of a page relative to the gold, `.gz` or not), `url`, and whichever of `body` (string
//! or list), `with`, `without`, `title`, `authors`, `date` are known.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    io::Write,
    path::Path,
    time::Instant,
};

use sayso_ingest::{Article, HeadOverrides, IngestError, Limits, gzip, html};
use sayso_model::Head;
use serde::Serialize;
use serde_json::{Value, json};

use crate::EvalError;

/// The scores for a set of pages.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Pages in the gold.
    pub pages: usize,
    /// Pages that no article could be made from.
    pub failed: usize,
    /// Four-word shingles of bodies; null if the gold has none.
    pub shingle: Option<Score>,
    /// Pieces that must and must not be included; null if the gold has none.
    pub chunks: Option<Score>,
    /// Headlines; null if the gold has none.
    pub title: Option<Field>,
    /// Bylines; null if the gold has none.
    pub authors: Option<Field>,
    /// Dates; null if the gold has none.
    pub date: Option<Field>,
    /// Mean time per page, in milliseconds.
    pub mean_ms: f64,
    /// Maximum time for a page, in milliseconds.
    pub max_ms: f64,
}

/// Precision, recall and their harmonic mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// Share of what was found that is right.
    pub precision: f64,
    /// Share of gold that was found.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

/// How well a head field was found, in percent of the pages whose gold has it, rounded like the reference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Field {
    /// Pages whose gold has it.
    pub n: usize,
    /// Coverage: share with some value.
    pub cov: f64,
    /// Precision: share of the given values that are right.
    pub prec: f64,
    /// Accuracy: share that is right.
    pub acc: f64,
    /// Titles: right or nearly so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near: Option<f64>,
    /// Authors: mean F1 of the names' words.
    #[serde(rename = "tokF1", skip_serializing_if = "Option::is_none")]
    pub token_f1: Option<f64>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "pages     {} ({} without an article)", self.pages, self.failed)?;
        for (name, score) in [("shingle", &self.shingle), ("chunks", &self.chunks)] {
            if let Some(s) = score {
                writeln!(f, "{name:<9} P {:.4}  R {:.4}  F1 {:.4}", s.precision, s.recall, s.f1)?;
            }
        }
        for (name, field) in [("title", &self.title), ("authors", &self.authors), ("date", &self.date)] {
            if let Some(x) = field {
                write!(f, "{name:<9} accuracy {:.1}  precision {:.1}  coverage {:.1}", x.acc, x.prec, x.cov)?;
                if let Some(near) = x.near {
                    write!(f, "  near {near:.1}")?;
                }
                if let Some(token_f1) = x.token_f1 {
                    write!(f, "  token F1 {token_f1:.1}")?;
                }
                writeln!(f, "  (n {})", x.n)?;
            }
        }
        writeln!(f, "time      mean {:.1} ms, longest {:.1} ms a page", self.mean_ms, self.max_ms)
    }
}

/// Reads every page of the gold and scores the results. Predictions are written as `{"id", "body", "title", "author", "date"}`,
/// one per line, as read by `bodyscore.py`; [`heads`] converts them into what `metascore.py` reads.
///
/// # Errors
/// [`EvalError::Open`] and [`EvalError::Form`].
pub fn evaluate(gold: &Path, mut predictions: Option<&mut dyn Write>) -> Result<Report, EvalError> {
    let open =
        |path: &Path| fs::read(path).map_err(|source| EvalError::Open { path: path.to_owned(), source });
    let form = |message: String| EvalError::Form { path: gold.to_owned(), message };
    let text = String::from_utf8(open(gold)?).map_err(|_| form("it is not UTF-8".to_owned()))?;
    let folder = gold.parent().unwrap_or(Path::new("."));
    let mut tally = Tally::default();
    for (number, line) in text.lines().enumerate() {
        let row: Value =
            serde_json::from_str(line).map_err(|e| form(format!("line {} is not JSON: {e}", number + 1)))?;
        let path = row
            .get("html")
            .and_then(Value::as_str)
            .ok_or_else(|| form(format!("line {} has no `html`", number + 1)))?;
        let bytes = open(&folder.join(path))?;
        let begin = Instant::now();
        let article = article(&bytes, row.get("url").and_then(Value::as_str));
        tally.times.push(begin.elapsed().as_secs_f64() * 1000.0);
        tally.failed += usize::from(article.is_err());
        let found = Found::new(article.ok());
        if let Some(out) = predictions.as_mut() {
            let line = json!({"id": row.get("id"), "body": found.body, "title": found.title, "author": found.authors, "date": found.date});
            writeln!(out, "{line}")
                .map_err(|source| EvalError::Open { path: "the predictions".into(), source })?;
        }
        tally.add(&row, &found);
    }
    Ok(tally.report())
}

/// Converts predictions into one object by id, for `metascore.py`.
///
/// # Errors
/// Errors of the writer; lines that are not predictions are skipped.
pub fn heads(predictions: &str, out: &mut dyn Write) -> std::io::Result<()> {
    let rows = predictions.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let by_id: serde_json::Map<String, Value> = rows
        .filter_map(|mut row| {
            let id = row.get("id")?.as_str()?.to_owned();
            row.as_object_mut()?.remove("body");
            Some((id, row))
        })
        .collect();
    writeln!(out, "{}", Value::Object(by_id))
}

fn article(bytes: &[u8], url: Option<&str>) -> Result<Article, IngestError> {
    let limits = Limits::default();
    let known = Head {
        url: url.and_then(|u| sayso_ingest::head::stated(u, &sayso_model::HeadSource::Record)),
        ..Head::default()
    };
    let unzipped;
    let page = if gzip::is_gzip(bytes) {
        unzipped = gzip::gunzip(bytes, limits.report_bytes, &limits)?;
        unzipped.as_slice()
    } else {
        bytes
    };
    html::article(page, None, &known, &HeadOverrides::default(), &limits)
}

/// The result for a page.
#[derive(Debug, Default)]
struct Found {
    body: String,
    title: Option<String>,
    authors: Vec<String>,
    date: Option<String>,
}

impl Found {
    fn new(article: Option<Article>) -> Self {
        let Some(article) = article else { return Self::default() };
        Self {
            body: article.body,
            title: article.head.headline.map(|h| h.value),
            authors: article.head.byline.into_iter().map(|n| n.value).collect(),
            date: article.head.published.map(|d| d.value.to_string()),
        }
    }
}

#[derive(Default)]
struct Tally {
    pages: usize,
    failed: usize,
    shingles: Vec<(f64, f64)>,
    kept: usize,
    lost: usize,
    let_in: usize,
    title: Counts,
    authors: Counts,
    date: Counts,
    times: Vec<f64>,
}

#[derive(Default)]
struct Counts {
    n: usize,
    given: usize,
    right: usize,
    near: usize,
    f1: f64,
}

impl Tally {
    fn add(&mut self, row: &Value, found: &Found) {
        self.pages += 1;
        let body = match row.get("body") {
            Some(Value::String(body)) => body.clone(),
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
            _ => String::new(),
        };
        if !body.is_empty() {
            self.shingles.push(shingle_scores(&body, &found.body));
        }
        for piece in strings(row.get("with")) {
            if found.body.contains(piece) { self.kept += 1 } else { self.lost += 1 }
        }
        self.let_in += strings(row.get("without")).filter(|piece| found.body.contains(*piece)).count();
        if let Some(gold) = row.get("title").and_then(Value::as_str).filter(|t| !t.is_empty()) {
            self.title.n += 1;
            let (a, b) = (normal(found.title.as_deref().unwrap_or("")), normal(gold));
            if !a.is_empty() {
                self.title.given += 1;
                self.title.right += usize::from(a == b);
                let near = a == b || b.contains(&a) || a.contains(&b) || token_f1(&a, &b) >= 0.8;
                self.title.near += usize::from(near);
            }
        }
        let gold: BTreeSet<String> =
            strings(row.get("authors")).map(author).filter(|a| !a.is_empty()).collect();
        if row.get("authors").and_then(Value::as_array).is_some_and(|a| !a.is_empty()) {
            self.authors.n += 1;
            let mine: BTreeSet<String> =
                found.authors.iter().map(|a| author(a)).filter(|a| !a.is_empty()).collect();
            if !mine.is_empty() {
                self.authors.given += 1;
                self.authors.right += usize::from(mine == gold);
                let join = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(" ");
                self.authors.f1 += token_f1(&join(&mine), &join(&gold));
            }
        }
        if let Some(gold) = row.get("date").and_then(Value::as_str).filter(|d| !d.is_empty()) {
            self.date.n += 1;
            if let Some(date) = &found.date {
                self.date.given += 1;
                self.date.right += usize::from(gold.get(..10) == Some(date));
            }
        }
    }

    fn report(self) -> Report {
        let shingle = (!self.shingles.is_empty()).then(|| {
            let n = self.shingles.len() as f64;
            let (p, r) = self.shingles.iter().fold((0.0, 0.0), |(p, r), (x, y)| (p + x, r + y));
            score(p / n, r / n)
        });
        let chunks = (self.kept + self.lost > 0).then(|| {
            score(
                self.kept as f64 / (self.kept + self.let_in).max(1) as f64,
                self.kept as f64 / (self.kept + self.lost) as f64,
            )
        });
        let field = |c: &Counts| {
            let percent =
                |n: usize, of: usize| (1000.0 * n as f64 / of.max(1) as f64).round_ties_even() / 10.0;
            (c.n > 0).then(|| Field {
                n: c.n,
                cov: percent(c.given, c.n),
                prec: percent(c.right, c.given),
                acc: percent(c.right, c.n),
                near: None,
                token_f1: None,
            })
        };
        Report {
            pages: self.pages,
            failed: self.failed,
            shingle,
            chunks,
            title: field(&self.title).map(|f| Field {
                near: Some((1000.0 * self.title.near as f64 / f.n as f64).round_ties_even() / 10.0),
                ..f
            }),
            authors: field(&self.authors).map(|f| Field {
                token_f1: Some((1000.0 * self.authors.f1 / f.n as f64).round_ties_even() / 10.0),
                ..f
            }),
            date: field(&self.date),
            mean_ms: self.times.iter().sum::<f64>() / self.times.len().max(1) as f64,
            max_ms: self.times.iter().copied().fold(0.0, f64::max),
        }
    }
}

fn strings(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn score(precision: f64, recall: f64) -> Score {
    let sum = precision + recall;
    Score { precision, recall, f1: if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 } }
}

/// Words as matched by Python's `\w+`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty())
}

fn shingles(text: &str) -> BTreeMap<Vec<&str>, usize> {
    let words: Vec<&str> = words(text).collect();
    let mut out = BTreeMap::new();
    if words.is_empty() {
        return out;
    }
    for window in words.windows(words.len().min(4)) {
        *out.entry(window.to_vec()).or_default() += 1;
    }
    out
}

fn shingle_scores(gold: &str, found: &str) -> (f64, f64) {
    let (g, p) = (shingles(gold), shingles(found));
    let hit: usize = p.iter().map(|(s, n)| (*n).min(g.get(s).copied().unwrap_or(0))).sum();
    let size = |m: &BTreeMap<Vec<&str>, usize>| m.values().sum::<usize>() as f64;
    let flag = |empty: bool| f64::from(u8::from(empty));
    (
        if p.is_empty() { flag(g.is_empty()) } else { hit as f64 / size(&p) },
        if g.is_empty() { flag(p.is_empty()) } else { hit as f64 / size(&g) },
    )
}

/// Lower case, with everything except letters, digits and underscores replaced by a single space. The reference also applies
/// NFKC, which changes no comparison unless one side has compatibility characters.
fn normal(text: &str) -> String {
    words(&text.to_lowercase()).collect::<Vec<_>>().join(" ")
}

fn author(name: &str) -> String {
    let trimmed = name.trim_start();
    let lower = trimmed.to_lowercase();
    let rest = ["by ", "von ", "par "]
        .iter()
        .find(|p| lower.starts_with(**p))
        .and_then(|p| trimmed.get(p.len()..))
        .unwrap_or(trimmed);
    normal(rest)
}

fn token_f1(a: &str, b: &str) -> f64 {
    let (a, b): (BTreeSet<&str>, BTreeSet<&str>) =
        (a.split_whitespace().collect(), b.split_whitespace().collect());
    if a.is_empty() && b.is_empty() {
        return 1.0;
    }
    2.0 * a.intersection(&b).count() as f64 / (a.len() + b.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::{Found, Tally, author, normal, shingle_scores};

    #[test]
    fn shingles_are_scored_as_by_the_reference() {
        assert_eq!(shingle_scores("a b c d e", "a b c d e"), (1.0, 1.0));
        assert_eq!(shingle_scores("a b c d e f", "a b c d e"), (1.0, 2.0 / 3.0));
        assert_eq!(shingle_scores("a", ""), (0.0, 0.0));
        assert_eq!(shingle_scores("", ""), (1.0, 1.0));
    }

    #[test]
    fn heads_are_scored_as_by_the_reference() {
        let mut tally = Tally::default();
        let row = serde_json::json!({"title": "Nine hurt in Lund", "authors": ["Ida Holm", "Per Lind"], "date": "2024-03-05 07:00", "with": ["x"], "without": ["y"]});
        let found = Found {
            body: "x y".into(),
            title: Some("Nine hurt in Lund harbour".into()),
            authors: vec!["By Per Lind".into(), "IDA HOLM".into()],
            date: Some("2024-03-05".into()),
        };
        tally.add(&row, &found);
        tally.add(&row, &Found::default());
        let report = tally.report();
        assert_eq!(report.title.map(|t| (t.acc, t.near)), Some((0.0, Some(50.0))));
        assert_eq!(report.authors.map(|a| (a.acc, a.token_f1)), Some((50.0, Some(50.0))));
        assert_eq!(report.date.map(|d| (d.n, d.acc, d.cov, d.prec)), Some((2, 50.0, 50.0, 100.0)));
        assert_eq!(report.chunks.map(|c| (c.precision, c.recall)), Some((0.5, 0.5)));
        assert_eq!((author("von Ida Holm").as_str(), normal("A—b_c!").as_str()), ("ida holm", "a b_c"));
    }
}
