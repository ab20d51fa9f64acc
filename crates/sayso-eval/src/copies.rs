//! Scores copies: `sayso eval copies GOLD.jsonl`.
//!
//! Gold is one JSON object a line, either a document (`doc_id` or `id`, `text`, and `copy_of`, the id of the document that
//! it copies or null) or a pair (`a`, `b`: two texts; `copy`: true or false). A pair of documents is a copy where one is
//! reached from the other by `copy_of`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    io::Write,
    path::Path,
};

use sayso_compare::{Shingles, copies};
use serde::Serialize;
use serde_json::{Value, json};

use crate::EvalError;

/// How well copies are found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CopyReport {
    /// Documents or pairs read.
    pub items: usize,
    /// Pairs that are copies and were found.
    pub right: usize,
    /// Pairs called copies.
    pub found: usize,
    /// Pairs that are copies.
    pub gold: usize,
    /// Share of the found that are right; null where nothing was found.
    pub precision: Option<f64>,
    /// Share of gold that was found; null where gold has no copies.
    pub recall: Option<f64>,
    /// Their harmonic mean; null where either is.
    pub f1: Option<f64>,
    #[serde(skip)]
    predictions: Vec<Value>,
}

impl CopyReport {
    fn new(
        items: usize,
        found: &BTreeSet<(String, String)>,
        gold: &BTreeSet<(String, String)>,
        predictions: Vec<Value>,
    ) -> Self {
        let right = found.intersection(gold).count();
        let share = |whole: usize| (whole > 0).then(|| right as f64 / whole as f64);
        let (precision, recall) = (share(found.len()), share(gold.len()));
        let f1 = precision.zip(recall).map(|(p, r)| if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 });
        Self { items, right, found: found.len(), gold: gold.len(), precision, recall, f1, predictions }
    }

    /// Writes what was found, one JSON object a line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_predictions(&self, mut out: impl Write) -> std::io::Result<()> {
        self.predictions.iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

impl fmt::Display for CopyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |x: Option<f64>| x.map_or_else(|| "-".to_owned(), |x| format!("{:.2}", 100.0 * x));
        writeln!(
            f,
            "items {}, pairs of copies {} in gold, {} found, {} right",
            self.items, self.gold, self.found, self.right
        )?;
        writeln!(f, "  P {}  R {}  F1 {}", percent(self.precision), percent(self.recall), percent(self.f1))
    }
}

/// Finds the copies of a file and scores them.
///
/// # Errors
/// [`EvalError::Open`]; [`EvalError::Form`] for a line that is neither a document nor a pair.
pub fn run(path: &Path) -> Result<CopyReport, EvalError> {
    let file =
        std::fs::read_to_string(path).map_err(|source| EvalError::Open { path: path.to_owned(), source })?;
    let mut documents: Vec<(String, String, Option<String>)> = Vec::new();
    let (mut found, mut gold, mut predictions) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let mut items = 0;
    let word = |value: &Value| match value {
        Value::String(word) => Some(word.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    for (number, line) in file.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let form = |what: &str| EvalError::Form {
            path: path.to_owned(),
            message: format!("line {}: {what}", number + 1),
        };
        let value: Value = serde_json::from_str(line).map_err(|e| form(&e.to_string()))?;
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        items += 1;
        if let (Some(a), Some(b)) = (text("a"), text("b")) {
            let pair = (number.to_string(), String::new());
            let copy = Shingles::of(a).is_copy(&Shingles::of(b));
            predictions.push(json!({"line": number + 1, "copy": copy}));
            if copy {
                found.insert(pair.clone());
            }
            if value.get("copy").and_then(Value::as_bool) == Some(true) {
                gold.insert(pair);
            }
            continue;
        }
        let id = value.get("doc_id").or_else(|| value.get("id")).and_then(word);
        let (Some(id), Some(text)) = (id, text("text")) else {
            return Err(form("expected a document (doc_id, text, copy_of) or a pair (a, b, copy)"));
        };
        documents.push((id, text.to_owned(), value.get("copy_of").and_then(word)));
    }
    let texts: Vec<&str> = documents.iter().map(|(_, text, _)| text.as_str()).collect();
    let links: Vec<(usize, usize)> = copies(&texts).iter().map(|c| (c.original, c.copy)).collect();
    let name = |at: &usize| documents.get(*at).map_or("", |(id, ..)| id.as_str()).to_owned();
    predictions.extend(links.iter().map(|(a, b)| json!({"id": name(b), "copy_of": name(a)})));
    let at: BTreeMap<&str, usize> =
        documents.iter().enumerate().map(|(n, (id, ..))| (id.as_str(), n)).collect();
    let told: Vec<(usize, usize)> = documents
        .iter()
        .enumerate()
        .filter_map(|(n, (.., of))| Some((*at.get(of.as_deref()?)?, n)))
        .collect();
    for (links, pairs) in [(links, &mut found), (told, &mut gold)] {
        for group in groups(documents.len(), &links) {
            for (n, a) in group.iter().enumerate() {
                pairs.extend(group.iter().skip(n + 1).map(|b| (name(a), name(b))));
            }
        }
    }
    Ok(CopyReport::new(items, &found, &gold, predictions))
}

/// Documents that links join, each group by place.
fn groups(count: usize, links: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut group: Vec<usize> = (0..count).collect();
    for (a, b) in links {
        let (Some(&x), Some(&y)) = (group.get(*a), group.get(*b)) else { continue };
        for g in &mut group {
            if *g == x.max(y) {
                *g = x.min(y);
            }
        }
    }
    let mut by_group: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (n, g) in group.into_iter().enumerate() {
        by_group.entry(g).or_default().push(n);
    }
    by_group.into_values().filter(|g| g.len() > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn links_join_groups() {
        assert_eq!(groups(5, &[(0, 2), (2, 4)]), [vec![0, 2, 4]]);
    }
}
