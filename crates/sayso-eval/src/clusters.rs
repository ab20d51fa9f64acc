//! Scores clusters of documents (stories).
//!
//! The measures are those of coreference resolution and clustering, as defined by the usual reference scorers: pairwise F1,
//! B-cubed (Bagga & Baldwin 1998), MUC (Vilain et al. 1995), CEAF-e (Luo 2005), LEA (Moosavi & Strube 2016), the adjusted Rand
//! index and normalised mutual information with arithmetic mean.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    io::Write,
    path::Path,
};

use sayso_compare::{Member, StoryIndex, TermVector};
use sayso_model::Date;
use serde::{Deserialize, Serialize};

use crate::EvalError;

/// A document and its gold story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: String,
    /// Its story.
    pub story: String,
    /// Part of the gold that it belongs to ("train"), if there are parts.
    pub split: Option<String>,
    /// Day of publication, if known.
    pub day: Option<Date>,
    /// Its text.
    pub text: String,
}

/// Reads documents, one JSON object per line: `doc_id` or `id`, `text`, one of `story`, `subtopic`, `cluster`, and optionally
/// `split`, `title`, `published` or `date`.
///
/// # Errors
/// [`EvalError::Form`] for a line without these, or a repeated id; [`EvalError::Open`].
pub fn documents(path: &Path) -> Result<Vec<Document>, EvalError> {
    #[derive(Deserialize)]
    struct Line {
        #[serde(alias = "id")]
        doc_id: serde_json::Value,
        text: String,
        #[serde(alias = "subtopic", alias = "cluster")]
        story: serde_json::Value,
        split: Option<String>,
        title: Option<String>,
        #[serde(alias = "date")]
        published: Option<String>,
    }
    let word = |value: serde_json::Value| match value {
        serde_json::Value::String(word) => word,
        other => other.to_string(),
    };
    let file =
        std::fs::read_to_string(path).map_err(|source| EvalError::Open { path: path.to_owned(), source })?;
    let mut seen = BTreeSet::new();
    let mut documents = Vec::new();
    for (number, line) in file.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let form = |message: String| EvalError::Form { path: path.to_owned(), message };
        let line: Line = serde_json::from_str(line).map_err(|e| {
            form(format!(
                "line {}: {e}; expected an object with doc_id, text and story or subtopic",
                number + 1
            ))
        })?;
        let id = word(line.doc_id);
        if !seen.insert(id.clone()) {
            return Err(form(format!("line {}: the id '{id}' occurs twice; ids must be unique", number + 1)));
        }
        documents.push(Document {
            id,
            story: word(line.story),
            split: line.split,
            day: line.published.as_deref().and_then(Date::parse),
            text: match line.title {
                Some(title) => format!("{title}\n\n{}", line.text),
                None => line.text,
            },
        });
    }
    Ok(documents)
}

/// Assigns documents to stories in the given order; returns the number of each document's story.
#[must_use]
pub fn predict(documents: &[&Document]) -> Vec<i64> {
    let mut index = StoryIndex::default();
    for (report, document) in (0..).zip(documents) {
        index.add(Member { report, day: document.day, vector: TermVector::of(&document.text) });
    }
    let mut stories = vec![0; documents.len()];
    for (story, reports) in index.stories() {
        for report in reports {
            if let Some(of) = usize::try_from(*report).ok().and_then(|at| stories.get_mut(at)) {
                *of = *story;
            }
        }
    }
    stories
}

/// Precision, recall and F1, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measure {
    /// Precision.
    pub precision: f64,
    /// Recall.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

impl Measure {
    fn of(right_of_predicted: f64, predicted: f64, right_of_gold: f64, gold: f64) -> Self {
        let share = |part: f64, whole: f64| if whole == 0.0 { 0.0 } else { part / whole };
        let (precision, recall) = (share(right_of_predicted, predicted), share(right_of_gold, gold));
        Self { precision, recall, f1: share(2.0 * precision * recall, precision + recall) }
    }
}

/// How well predicted clusters agree with the gold ones.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scores {
    /// Documents scored.
    pub items: usize,
    /// Clusters in the gold.
    pub gold_clusters: usize,
    /// Clusters predicted.
    pub predicted_clusters: usize,
    /// Over pairs of documents in the same cluster.
    pub pairwise: Measure,
    /// B-cubed.
    pub bcubed: Measure,
    /// MUC.
    pub muc: Measure,
    /// CEAF with the entity similarity phi4.
    pub ceafe: Measure,
    /// LEA.
    pub lea: Measure,
    /// Mean F1 of MUC, B-cubed and CEAF-e.
    pub conll: f64,
    /// Adjusted Rand index.
    pub ari: f64,
    /// Normalised mutual information.
    pub nmi: f64,
}

/// Scores clusters, given each document's cluster in the gold and in the prediction.
#[must_use]
pub fn score<G: Ord, P: Ord>(items: &[(G, P)]) -> Scores {
    let table = Table::new(items);
    let (bcubed, muc, ceafe) = (table.bcubed(), table.muc(), table.ceafe());
    let (ari, nmi) = table.information();
    Scores {
        items: items.len(),
        gold_clusters: table.gold.len(),
        predicted_clusters: table.predicted.len(),
        pairwise: table.pairwise(),
        bcubed,
        muc,
        ceafe,
        lea: table.lea(),
        // The reference scorer first rounds the three to a hundredth of a percent.
        conll: [bcubed.f1, muc.f1, ceafe.f1].iter().map(|f1| (f1 * 1e4).round() / 1e4).sum::<f64>() / 3.0,
        ari,
        nmi,
    }
}

/// How many documents each gold cluster shares with each predicted one.
struct Table {
    cells: BTreeMap<(usize, usize), f64>,
    gold: Vec<f64>,
    predicted: Vec<f64>,
    items: f64,
}

fn pairs(n: f64) -> f64 {
    n * (n - 1.0) / 2.0
}

impl Table {
    fn new<G: Ord, P: Ord>(items: &[(G, P)]) -> Self {
        let number = |n: usize, all: &mut Vec<f64>| {
            if n == all.len() {
                all.push(0.0);
            }
            if let Some(count) = all.get_mut(n) {
                *count += 1.0;
            }
            n
        };
        let (mut gold_of, mut predicted_of) = (BTreeMap::new(), BTreeMap::new());
        let mut table = Self {
            cells: BTreeMap::new(),
            gold: Vec::new(),
            predicted: Vec::new(),
            items: items.len() as f64,
        };
        for (gold, predicted) in items {
            let next = gold_of.len();
            let gold = number(*gold_of.entry(gold).or_insert(next), &mut table.gold);
            let next = predicted_of.len();
            let predicted = number(*predicted_of.entry(predicted).or_insert(next), &mut table.predicted);
            *table.cells.entry((gold, predicted)).or_default() += 1.0;
        }
        table
    }

    fn gold_size(&self, at: usize) -> f64 {
        self.gold.get(at).copied().unwrap_or(0.0)
    }

    fn predicted_size(&self, at: usize) -> f64 {
        self.predicted.get(at).copied().unwrap_or(0.0)
    }

    fn pairwise(&self) -> Measure {
        let sum = |counts: &[f64]| counts.iter().copied().map(pairs).sum::<f64>();
        let right: f64 = self.cells.values().copied().map(pairs).sum();
        Measure::of(right, sum(&self.predicted), right, sum(&self.gold))
    }

    fn bcubed(&self) -> Measure {
        let precision: f64 = self.cells.iter().map(|((_, p), n)| n * n / self.predicted_size(*p)).sum();
        let recall: f64 = self.cells.iter().map(|((g, _), n)| n * n / self.gold_size(*g)).sum();
        Measure::of(precision, self.items, recall, self.items)
    }

    fn muc(&self) -> Measure {
        let (mut in_gold, mut in_predicted) = (vec![0.0; self.gold.len()], vec![0.0; self.predicted.len()]);
        for (g, p) in self.cells.keys() {
            for (parts, at) in [(&mut in_gold, *g), (&mut in_predicted, *p)] {
                if let Some(count) = parts.get_mut(at) {
                    *count += 1.0;
                }
            }
        }
        let links = |sizes: &[f64], parts: &[f64]| {
            sizes
                .iter()
                .zip(parts)
                .filter(|(size, _)| **size >= 2.0)
                .fold((0.0, 0.0), |(right, all), (size, parts)| (right + size - parts, all + size - 1.0))
        };
        let (right_gold, gold) = links(&self.gold, &in_gold);
        let (right_predicted, predicted) = links(&self.predicted, &in_predicted);
        Measure::of(right_predicted, predicted, right_gold, gold)
    }

    fn lea(&self) -> Measure {
        let side =
            |sizes: &[f64], of: &dyn Fn(&(usize, usize)) -> usize, other: &dyn Fn(&(usize, usize)) -> f64| {
                let mut resolved = vec![0.0; sizes.len()];
                for (key, n) in &self.cells {
                    let size = sizes.get(of(key)).copied().unwrap_or(0.0);
                    let gain = if size == 1.0 {
                        f64::from(u8::from(other(key) == 1.0))
                    } else {
                        size * pairs(*n) / pairs(size)
                    };
                    if let Some(sum) = resolved.get_mut(of(key)) {
                        *sum += gain;
                    }
                }
                (resolved.iter().sum::<f64>(), sizes.iter().sum::<f64>())
            };
        let (right_gold, gold) = side(&self.gold, &|k| k.0, &|k| self.predicted_size(k.1));
        let (right_predicted, predicted) = side(&self.predicted, &|k| k.1, &|k| self.gold_size(k.0));
        Measure::of(right_predicted, predicted, right_gold, gold)
    }

    /// The best one-to-one alignment of clusters, computed for each connected component of the table.
    fn ceafe(&self) -> Measure {
        let (mut of_gold, mut of_predicted) =
            (BTreeMap::<usize, Vec<usize>>::new(), BTreeMap::<usize, Vec<usize>>::new());
        for (g, p) in self.cells.keys() {
            of_gold.entry(*g).or_default().push(*p);
            of_predicted.entry(*p).or_default().push(*g);
        }
        let mut total = 0.0;
        let mut seen = BTreeSet::new();
        for first in 0..self.gold.len() {
            if !seen.insert(first) {
                continue;
            }
            let (mut rows, mut columns, mut open) = (Vec::new(), BTreeSet::new(), vec![first]);
            while let Some(row) = open.pop() {
                rows.push(row);
                for column in of_gold.get(&row).into_iter().flatten() {
                    if columns.insert(*column) {
                        open.extend(
                            of_predicted.get(column).into_iter().flatten().filter(|g| seen.insert(**g)),
                        );
                    }
                }
            }
            let phi = |row: &usize, column: &usize| {
                let shared = self.cells.get(&(*row, *column)).copied().unwrap_or(0.0);
                2.0 * shared / (self.gold_size(*row) + self.predicted_size(*column))
            };
            let matrix: Vec<Vec<f64>> = if rows.len() <= columns.len() {
                rows.iter().map(|row| columns.iter().map(|column| phi(row, column)).collect()).collect()
            } else {
                columns.iter().map(|column| rows.iter().map(|row| phi(row, column)).collect()).collect()
            };
            total += best_assignment(&matrix);
        }
        Measure::of(total, self.predicted.len() as f64, total, self.gold.len() as f64)
    }

    fn information(&self) -> (f64, f64) {
        let sum = |counts: &[f64]| counts.iter().copied().map(pairs).sum::<f64>();
        let shared: f64 = self.cells.values().copied().map(pairs).sum();
        let (a, b) = (sum(&self.gold), sum(&self.predicted));
        let chance = if self.items > 1.0 { a * b / pairs(self.items) } else { 0.0 };
        let most = (a + b) / 2.0;
        let ari = if most == chance { 1.0 } else { (shared - chance) / (most - chance) };
        let entropy =
            |counts: &[f64]| -counts.iter().map(|n| n / self.items * (n / self.items).ln()).sum::<f64>();
        let mutual: f64 = self
            .cells
            .iter()
            .map(|((g, p), n)| {
                n / self.items * (n * self.items / (self.gold_size(*g) * self.predicted_size(*p))).ln()
            })
            .sum();
        let both = entropy(&self.gold) + entropy(&self.predicted);
        (ari, if both == 0.0 { 1.0 } else { 2.0 * mutual / both })
    }
}

/// Weight of the heaviest assignment of every row to a column of its own (Kuhn & Munkres, cubic); no more rows than columns.
#[allow(clippy::indexing_slicing, reason = "every index is below the size of the matrix by construction")]
fn best_assignment(weights: &[Vec<f64>]) -> f64 {
    let (n, m) = (weights.len(), weights.first().map_or(0, Vec::len));
    let (mut row_potential, mut column_potential) = (vec![0.0; n + 1], vec![0.0; m + 1]);
    // Row (from 1) that a column (from 1) is assigned to; 0 for none. Column 0 represents the row being placed.
    let mut given = vec![0_usize; m + 1];
    for row in 1..=n {
        given[0] = row;
        let mut column = 0;
        let mut least = vec![f64::INFINITY; m + 1];
        let mut before = vec![0_usize; m + 1];
        let mut used = vec![false; m + 1];
        loop {
            used[column] = true;
            let (at, mut step, mut next) = (given[column], f64::INFINITY, 0);
            for j in (1..=m).filter(|j| !used[*j]) {
                let cost = -weights[at - 1][j - 1] - row_potential[at] - column_potential[j];
                if cost < least[j] {
                    least[j] = cost;
                    before[j] = column;
                }
                if least[j] < step {
                    step = least[j];
                    next = j;
                }
            }
            for j in 0..=m {
                if used[j] {
                    row_potential[given[j]] += step;
                    column_potential[j] -= step;
                } else {
                    least[j] -= step;
                }
            }
            column = next;
            if given[column] == 0 {
                break;
            }
        }
        while column != 0 {
            let previous = before[column];
            given[column] = given[previous];
            column = previous;
        }
    }
    (1..=m).filter(|j| given[*j] > 0).map(|j| weights[given[j] - 1][j - 1]).sum()
}

/// Scores of one run over a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClusterReport {
    /// All documents together.
    pub all: Scores,
    /// Each part of the gold, clustered separately; empty if there are no parts.
    pub splits: BTreeMap<String, Scores>,
    /// B-cubed F1 in the order of the file, reversed, and in three fixed shuffles: how much the order matters.
    pub bcubed_f1_by_order: Vec<f64>,
    /// The prediction for all documents, in the form of the reference scorer: id and cluster.
    #[serde(skip)]
    pub predictions: Vec<(String, i64)>,
}

impl ClusterReport {
    /// Writes the prediction as the reference scorer reads it: one object with `id` and `cluster` per line.
    ///
    /// # Errors
    /// Errors of the writer.
    pub fn write_predictions(&self, mut out: impl Write) -> std::io::Result<()> {
        for (id, cluster) in &self.predictions {
            writeln!(out, "{}", serde_json::json!({"id": id, "cluster": cluster}))?;
        }
        Ok(())
    }
}

/// Clusters the documents of a file and scores the clusters.
///
/// # Errors
/// The errors of [`documents`].
pub fn run(path: &Path) -> Result<ClusterReport, EvalError> {
    let documents = documents(path)?;
    let scores = |some: &[&Document]| {
        let predicted = predict(some);
        let items: Vec<(&str, i64)> =
            some.iter().map(|d| d.story.as_str()).zip(predicted.iter().copied()).collect();
        (score(&items), predicted)
    };
    let in_order: Vec<&Document> = documents.iter().collect();
    let (all, predicted) = scores(&in_order);
    let mut by_split: BTreeMap<&str, Vec<&Document>> = BTreeMap::new();
    for document in &documents {
        if let Some(split) = &document.split {
            by_split.entry(split).or_default().push(document);
        }
    }
    let splits = by_split.iter().map(|(split, some)| ((*split).to_owned(), scores(some).0)).collect();
    let mut orders =
        vec![all.bcubed.f1, scores(&in_order.iter().rev().copied().collect::<Vec<_>>()).0.bcubed.f1];
    orders.extend((1..=3).map(|seed| scores(&shuffled(&in_order, seed)).0.bcubed.f1));
    Ok(ClusterReport {
        all,
        splits,
        bcubed_f1_by_order: orders,
        predictions: documents.iter().map(|d| d.id.clone()).zip(predicted).collect(),
    })
}

/// A fixed shuffle for each seed: Fisher-Yates with the generator of Knuth's MMIX.
fn shuffled<'d>(documents: &[&'d Document], seed: u64) -> Vec<&'d Document> {
    let mut order = documents.to_vec();
    let mut state = seed;
    for last in (1..order.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from((state >> 33) % (last as u64 + 1)).unwrap_or(last);
        order.swap(last, other);
    }
    order
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "items {}, clusters {} in gold, {} predicted",
            self.items, self.gold_clusters, self.predicted_clusters
        )?;
        for (name, m) in [
            ("pairwise", self.pairwise),
            ("B-cubed", self.bcubed),
            ("MUC", self.muc),
            ("CEAF-e", self.ceafe),
            ("LEA", self.lea),
        ] {
            let (p, r, f1) = (100.0 * m.precision, 100.0 * m.recall, 100.0 * m.f1);
            writeln!(f, "  {name:<9} P {p:6.2}  R {r:6.2}  F1 {f1:6.2}")?;
        }
        let (conll, ari, nmi) = (100.0 * self.conll, 100.0 * self.ari, 100.0 * self.nmi);
        write!(f, "  CoNLL {conll:.2}  ARI {ari:.2}  NMI {nmi:.2}")
    }
}

impl fmt::Display for ClusterReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (split, scores) in &self.splits {
            writeln!(f, "{split}: {scores}")?;
        }
        writeln!(f, "all: {}", self.all)?;
        let orders: Vec<String> =
            self.bcubed_f1_by_order.iter().map(|f1| format!("{:.2}", 100.0 * f1)).collect();
        writeln!(f, "B-cubed F1 in file order, reversed, shuffled three times: {}", orders.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_clusters_score_full() {
        let items = [("a", 1), ("a", 1), ("b", 2), ("c", 3)];
        let scores = score(&items);
        for measure in [scores.pairwise, scores.bcubed, scores.muc, scores.ceafe, scores.lea] {
            assert!((measure.f1 - 1.0).abs() < 1e-12);
        }
        assert!((scores.ari - 1.0).abs() < 1e-12 && (scores.nmi - 1.0).abs() < 1e-12);
    }

    /// Computed by hand: gold {1,2,3} {4,5} {6}, predicted {1,2} {3,4,5} {6}.
    #[test]
    fn measures_equal_those_computed_by_hand() {
        let items = [("x", 1), ("x", 1), ("x", 2), ("y", 2), ("y", 2), ("z", 3)];
        let scores = score(&items);
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
        near(scores.pairwise.precision, 2.0 / 4.0);
        near(scores.pairwise.recall, 2.0 / 4.0);
        near(scores.bcubed.precision, (2.0 + 1.0 / 3.0 + 4.0 / 3.0 + 1.0) / 6.0);
        near(scores.bcubed.recall, (4.0 / 3.0 + 1.0 / 3.0 + 2.0 + 1.0) / 6.0);
        near(scores.muc.recall, (3.0 - 2.0 + 2.0 - 1.0) / 3.0);
        near(scores.ceafe.precision, (0.8 + 0.8 + 1.0) / 3.0);
        near(scores.lea.recall, (3.0 * (1.0 / 3.0) + 2.0 + 1.0) / 6.0);
    }

    #[test]
    fn the_best_assignment_is_found() {
        let weights = vec![vec![1.0, 0.9, 0.0], vec![0.9, 0.1, 0.0]];
        assert!((best_assignment(&weights) - 1.8).abs() < 1e-12);
    }

    #[test]
    fn two_stories_are_kept_apart() {
        let document = |id: &str, story: &str, text: &str| Document {
            id: id.into(),
            story: story.into(),
            split: None,
            day: None,
            text: text.into(),
        };
        let all = [
            document("1", "flood", "Floods in Hollow Vale drove 300 from their homes, mayor Ada Brook said."),
            document("2", "vote", "Parliament in Kesh rejected the budget of minister Tomas Ilves."),
            document("3", "flood", "Ada Brook, mayor of Hollow Vale, said 340 had fled the floods."),
        ];
        assert_eq!(predict(&all.iter().collect::<Vec<_>>()), [0, 1, 0]);
    }
}
