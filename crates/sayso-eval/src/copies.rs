//! Scores copies: `sayso eval copies GOLD`.
//!
//! Gold is a JSONL file or a folder with a `copies.jsonl`. Each line is either a document (`doc_id` or `id`; `text`, or the path
//! of a `file` relative to the gold; `copy_of`, the id of the document that it copies or null; `corrected`, true if it corrects
//! that document) or a pair (`a`, `b`: two texts; `copy`; `corrected`). Documents are in order of publication.
//!
//! Two documents are copies if `copy_of` leads from one to the other over any number of steps, and they are corrected copies if
//! every such path has a corrected step. Both are scored over pairs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    io::Write,
    path::Path,
};

use sayso_compare::{CopyText, copies, likeness};
use serde::Serialize;
use serde_json::{Value, json};

use crate::EvalError;

/// How well pairs of one kind are found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pairs {
    /// Pairs of the kind that were found.
    pub right: usize,
    /// Pairs that were found.
    pub found: usize,
    /// Pairs of the kind in the gold.
    pub gold: usize,
    /// Share of the found pairs that are right; null if none were found.
    pub precision: Option<f64>,
    /// Share of gold pairs that were found; null if gold has none.
    pub recall: Option<f64>,
    /// Their harmonic mean; null if either is.
    pub f1: Option<f64>,
}

type Pair = (String, String);

impl Pairs {
    fn new(found: &BTreeSet<Pair>, gold: &BTreeSet<Pair>) -> Self {
        let right = found.intersection(gold).count();
        let share = |whole: usize| (whole > 0).then(|| right as f64 / whole as f64);
        let (precision, recall) = (share(found.len()), share(gold.len()));
        let f1 = precision.zip(recall).map(|(p, r)| if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 });
        Self { right, found: found.len(), gold: gold.len(), precision, recall, f1 }
    }
}

/// How well copies are found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CopyReport {
    /// Documents or pairs read.
    pub items: usize,
    /// Pairs of copies, including corrected ones.
    pub copies: Pairs,
    /// Pairs of copies in which one corrects the other.
    pub corrected: Pairs,
    /// Missed pairs and false ones, as `ID ID: what`.
    pub errors: Vec<String>,
    #[serde(skip)]
    predictions: Vec<Value>,
}

impl CopyReport {
    /// Writes the predictions, one JSON object per line.
    ///
    /// # Errors
    /// Errors of the writer.
    pub fn write_predictions(&self, mut out: impl Write) -> std::io::Result<()> {
        self.predictions.iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

impl fmt::Display for CopyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |x: Option<f64>| x.map_or_else(|| "-".to_owned(), |x| format!("{:.2}", 100.0 * x));
        writeln!(f, "items {}", self.items)?;
        for (name, pairs) in [("copies", &self.copies), ("corrected", &self.corrected)] {
            writeln!(
                f,
                "{name:<10} pairs {} in gold, {} found, {} right  P {}  R {}  F1 {}",
                pairs.gold,
                pairs.found,
                pairs.right,
                percent(pairs.precision),
                percent(pairs.recall),
                percent(pairs.f1)
            )?;
        }
        self.errors.iter().try_for_each(|error| writeln!(f, "{error}"))
    }
}

/// Pairs of both kinds.
#[derive(Debug, Default)]
struct Found {
    copies: BTreeSet<Pair>,
    corrected: BTreeSet<Pair>,
}

impl Found {
    fn add(&mut self, pair: Pair, corrected: bool) {
        if corrected {
            self.corrected.insert(pair.clone());
        }
        self.copies.insert(pair);
    }

    /// The pairs connected by links between documents: earlier, later, whether the later corrects the earlier.
    fn join(&mut self, ids: &[String], links: &[(usize, usize, bool)]) {
        let families = groups(ids.len(), links.iter().map(|l| (l.0, l.1)));
        let same = groups(ids.len(), links.iter().filter(|l| !l.2).map(|l| (l.0, l.1)));
        for (a, of_a) in families.iter().enumerate() {
            for (b, of_b) in families.iter().enumerate().skip(a + 1) {
                if let (true, Some(x), Some(y)) = (of_a == of_b, ids.get(a), ids.get(b)) {
                    self.add((x.clone(), y.clone()), same.get(a) != same.get(b));
                }
            }
        }
    }
}

/// A document in the gold.
struct Document {
    id: String,
    headline: Option<String>,
    text: String,
    copy_of: Option<String>,
    corrected: bool,
}

/// Finds the copies of a file or folder and scores them.
///
/// # Errors
/// [`EvalError::Open`]; [`EvalError::Form`] for a line that is neither a document nor a pair.
pub fn run(path: &Path) -> Result<CopyReport, EvalError> {
    let path = if path.is_dir() { path.join("copies.jsonl") } else { path.to_owned() };
    let lines =
        std::fs::read_to_string(&path).map_err(|source| EvalError::Open { path: path.clone(), source })?;
    let mut documents: Vec<Document> = Vec::new();
    let (mut found, mut gold, mut predictions) = (Found::default(), Found::default(), Vec::new());
    let mut items = 0;
    for (number, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let form = |what: &str| EvalError::Form {
            path: path.clone(),
            message: format!("line {}: {what}", number + 1),
        };
        let value: Value = serde_json::from_str(line).map_err(|e| form(&e.to_string()))?;
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        let is = |key: &str| value.get(key).and_then(Value::as_bool) == Some(true);
        items += 1;
        if let (Some(a), Some(b)) = (text("a"), text("b")) {
            let pair = (format!("line {}", number + 1), String::new());
            let like = likeness(a.into(), b.into());
            predictions.push(
                json!({"line": number + 1, "copy": like.is_some(), "corrected": like.is_some_and(|l| l.corrected)}),
            );
            if let Some(like) = like {
                found.add(pair.clone(), like.corrected);
            }
            if is("copy") {
                gold.add(pair, is("corrected"));
            }
            continue;
        }
        let Some(id) = value.get("doc_id").or_else(|| value.get("id")).and_then(word) else {
            return Err(form("expected a document (doc_id, text or file, copy_of) or a pair (a, b, copy)"));
        };
        let (headline, text) = match (text("text"), text("file")) {
            (Some(text), _) => (None, text.to_owned()),
            (None, Some(file)) => report(&path.with_file_name(file))?,
            (None, None) => return Err(form("the document has neither text nor file")),
        };
        let copy_of = value.get("copy_of").and_then(word);
        documents.push(Document { id, headline, text, copy_of, corrected: is("corrected") });
    }
    let ids: Vec<String> = documents.iter().map(|d| d.id.clone()).collect();
    let texts: Vec<CopyText<'_>> =
        documents.iter().map(|d| CopyText { headline: d.headline.as_deref(), text: &d.text }).collect();
    let links: Vec<(usize, usize, bool)> =
        copies(&texts).iter().map(|c| (c.original, c.copy, c.corrected)).collect();
    predictions.extend(
        links.iter().map(
            |(a, b, corrected)| json!({"id": ids.get(*b), "copy_of": ids.get(*a), "corrected": corrected}),
        ),
    );
    found.join(&ids, &links);
    let at: BTreeMap<&str, usize> = ids.iter().enumerate().map(|(n, id)| (id.as_str(), n)).collect();
    let mut told = Vec::new();
    for (n, document) in documents.iter().enumerate() {
        let Some(of) = document.copy_of.as_deref() else { continue };
        let original = *at.get(of).ok_or_else(|| EvalError::Form {
            path: path.clone(),
            message: format!("{} is a copy of {of}, which is missing", document.id),
        })?;
        told.push((original, n, document.corrected));
    }
    gold.join(&ids, &told);
    Ok(CopyReport {
        items,
        copies: Pairs::new(&found.copies, &gold.copies),
        corrected: Pairs::new(&found.corrected, &gold.corrected),
        errors: errors(&found, &gold),
        predictions,
    })
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(word) => Some(word.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Headline and text of a report as the ledger would store them.
fn report(path: &Path) -> Result<(Option<String>, String), EvalError> {
    let bytes = std::fs::read(path).map_err(|source| EvalError::Open { path: path.to_owned(), source })?;
    let report = sayso_ingest::text(&bytes, &sayso_ingest::HeadOverrides::default())
        .map_err(|e| EvalError::Form { path: path.to_owned(), message: e.to_string() })?;
    Ok((report.head.headline.map(|h| h.value), report.text))
}

fn errors(found: &Found, gold: &Found) -> Vec<String> {
    let lists = [
        (&gold.copies, &found.copies, "a copy, not found"),
        (&found.copies, &gold.copies, "found, not a copy"),
        (&gold.corrected, &found.corrected, "corrected, not found"),
        (&found.corrected, &gold.corrected, "found as corrected, is not"),
    ];
    lists
        .into_iter()
        .flat_map(|(these, those, what)| {
            these.difference(those).map(move |(a, b)| format!("{a} {b}: {what}"))
        })
        .collect()
}

/// For each document, the first one that links connect it with.
fn groups(count: usize, links: impl Iterator<Item = (usize, usize)>) -> Vec<usize> {
    let mut group: Vec<usize> = (0..count).collect();
    for (a, b) in links {
        let (Some(&x), Some(&y)) = (group.get(a), group.get(b)) else { continue };
        for g in &mut group {
            if *g == x.max(y) {
                *g = x.min(y);
            }
        }
    }
    group
}

#[cfg(test)]
mod tests {
    use super::{Found, groups};

    #[test]
    fn links_join_groups() {
        assert_eq!(groups(5, [(0, 2), (2, 4)].into_iter()), [0, 1, 0, 3, 0]);
    }

    #[test]
    fn a_pair_is_corrected_if_every_path_is() {
        let ids = ["a", "b", "c", "d"].map(str::to_owned);
        let mut found = Found::default();
        // b copies a; c corrects a; d copies c.
        found.join(&ids, &[(0, 1, false), (0, 2, true), (2, 3, false)]);
        assert_eq!(found.copies.len(), 6);
        let corrected: Vec<String> = found.corrected.iter().map(|(x, y)| format!("{x}{y}")).collect();
        assert_eq!(corrected, ["ac", "ad", "bc", "bd"]);
    }
}
