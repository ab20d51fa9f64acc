//! Scores attributions against gold: `sayso eval attribution GOLD.jsonl`.
//!
//! The usual measure for PolNeAR: everything is counted in word tokens, so that a stray space or mark costs nothing. A relation
//! is found if, after one-to-one matching by content, the content's Jaccard index is at least 0.8 (strict) or 0.5 (lenient) and
//! the sources agree (at least 0.5, or both empty). Gold without nesting is compared with the outermost attributions only.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, Write},
    sync::OnceLock,
    time::{Duration, Instant},
};

use regex::Regex;
use sayso_ingest::HeadOverrides;
use sayso_model::Span;
use serde::{Deserialize, Serialize};

/// Pieces of a role: start and end in Unicode code points, end exclusive.
pub type Pieces = Vec<(usize, usize)>;

/// One attribution in the form of gold and predictions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    /// Who says it; empty if nobody is named.
    #[serde(default)]
    pub source: Pieces,
    /// What links source and content.
    #[serde(default)]
    pub cue: Pieces,
    /// What is attributed.
    #[serde(default)]
    pub content: Pieces,
}

/// One document of a gold file.
#[derive(Debug, Clone, Deserialize)]
pub struct GoldDocument {
    /// Its name, by which predictions refer to it.
    pub doc_id: String,
    /// Its text.
    pub text: String,
    /// Its attributions.
    pub attributions: Vec<Relation>,
    /// The report that the text is of, as a text file with its head. With it, the statements of its whole reading are scored,
    /// as gold that people have made by reviewing statements (`sayso export --format gold`) requires. Without it, the spans
    /// that the attribution model finds in the text are scored.
    #[serde(default)]
    pub report: Option<String>,
}

/// One document of a prediction file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PredictedDocument {
    /// Name of the gold document.
    pub doc_id: String,
    /// What was found in it.
    pub attributions: Vec<Relation>,
}

/// Why attributions could not be scored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AttributionError {
    /// The gold or the predictions could not be read or written.
    #[error("line {line} could not be read or written: {source}")]
    Io {
        /// Line of the file, counted from 1.
        line: usize,
        /// The system's error.
        source: std::io::Error,
    },
    /// The report of a gold document does not have the document's text.
    #[error("line {line}: reading \"report\" does not give \"text\"; export the gold again")]
    Text {
        /// Line of the file, counted from 1.
        line: usize,
    },
    /// A line is not a gold document.
    #[error(
        "line {line} is not a gold document: {source}; expected one JSON object per line with \"doc_id\", \"text\" and \"attributions\""
    )]
    Form {
        /// Line of the file, counted from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// Precision, recall and their harmonic mean, each from 0 to 1, rounded to four places.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Prf {
    /// Share of what was found that is right.
    pub precision: f64,
    /// Share of gold that was found.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
}

/// Relations with one kind of content: how many there are and how many of them were found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct KindScore {
    /// Number in gold.
    pub gold: usize,
    /// Share of gold found (strict); `None` without gold.
    pub recall: Option<f64>,
    /// Share of predictions right (strict); `None` without predictions.
    pub precision: Option<f64>,
}

/// The scores of a corpus.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct AttributionScore {
    /// Number of gold documents.
    pub documents: usize,
    /// Number of gold attributions with content.
    pub gold: usize,
    /// Number of predicted attributions with content.
    pub pred: usize,
    /// Tokens of each role, ignoring nesting.
    pub roles: BTreeMap<&'static str, Prf>,
    /// Content at least 0.8, sources agree.
    pub relation_strict: Prf,
    /// Content at least 0.5, sources agree.
    pub relation_lenient: Prf,
    /// Content at least 0.8.
    pub content_strict: Prf,
    /// Content at least 0.5.
    pub content_lenient: Prf,
    /// Strict relations by kind of content: direct, mixed, indirect.
    pub kinds_strict: BTreeMap<&'static str, KindScore>,
}

/// Scores and the time that the readings took.
#[derive(Debug, Clone, Serialize)]
pub struct AttributionReport {
    /// The scores.
    #[serde(flatten)]
    pub score: AttributionScore,
    /// Words (runs of letters and digits) read.
    pub words: usize,
    /// Seconds for text and attribution together, one thread.
    pub seconds: f64,
    /// Words per second, one thread: language core and attribution.
    pub words_per_second: f64,
    /// Words per second for attribution alone.
    pub attribution_words_per_second: f64,
    /// What was missed and what was found in error, in words; left out if there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
}

impl AttributionReport {
    /// Keeps only the first `count` errors.
    #[must_use]
    pub fn with_errors(mut self, count: usize) -> Self {
        self.errors.truncate(count);
        self
    }
}

impl std::fmt::Display for AttributionReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let s = &self.score;
        writeln!(f, "{} documents, {} attributions in gold, {} found", s.documents, s.gold, s.pred)?;
        writeln!(f, "{:<18} {:>9} {:>9} {:>9}", "", "precision", "recall", "F1")?;
        let rows = [
            ("relation strict", s.relation_strict),
            ("relation lenient", s.relation_lenient),
            ("content strict", s.content_strict),
            ("content lenient", s.content_lenient),
        ];
        let roles = s.roles.iter().map(|(role, prf)| (*role, *prf));
        for (name, prf) in rows.into_iter().chain(roles) {
            writeln!(f, "{name:<18} {:>9.4} {:>9.4} {:>9.4}", prf.precision, prf.recall, prf.f1)?;
        }
        for (kind, k) in &s.kinds_strict {
            let say = |x: Option<f64>| x.map_or_else(|| "-".to_owned(), |x| format!("{x:.4}"));
            writeln!(f, "{kind:<18} {:>9} {:>9} of {}", say(k.precision), say(k.recall), k.gold)?;
        }
        writeln!(
            f,
            "{} words in {:.2} s: {:.0} words/s (attribution alone {:.0})",
            self.words, self.seconds, self.words_per_second, self.attribution_words_per_second
        )?;
        self.errors.iter().try_for_each(|error| writeln!(f, "{error}"))
    }
}

type Tokens = BTreeSet<usize>;

struct Roles {
    source: Tokens,
    cue: Tokens,
    content: Tokens,
}

const ROLES: [&str; 3] = ["source", "cue", "content"];

impl Roles {
    fn get(&self, role: &str) -> &Tokens {
        match role {
            "source" => &self.source,
            "cue" => &self.cue,
            _ => &self.content,
        }
    }
}

/// A text's tokens in code points, and which of them are words.
struct Tokenised {
    bounds: Vec<(usize, usize)>,
    is_word: Vec<bool>,
    quoted: Vec<bool>,
}

impl Tokenised {
    /// Words and single marks, as matched by Python's `\w+|[^\w\s]`.
    fn new(text: &str) -> Self {
        static TOKEN: OnceLock<Option<Regex>> = OnceLock::new();
        let token = TOKEN.get_or_init(|| Regex::new(r"[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s\x1c-\x1f]").ok());
        let (mut bounds, mut is_word) = (Vec::new(), Vec::new());
        let (mut at_byte, mut at_char) = (0, 0);
        for found in token.iter().flat_map(|t| t.find_iter(text)) {
            at_char += text.get(at_byte..found.start()).map_or(0, |s| s.chars().count());
            let len = found.as_str().chars().count();
            bounds.push((at_char, at_char + len));
            is_word.push(found.as_str().chars().next().is_some_and(is_word_char));
            at_char += len;
            at_byte = found.end();
        }
        Self { bounds, is_word, quoted: quoted(text) }
    }

    /// The word tokens that are entirely within any of the pieces.
    fn covered(&self, pieces: &Pieces) -> Tokens {
        let mut hit = Tokens::new();
        for &(start, end) in pieces {
            let first = self.bounds.partition_point(|b| b.0 < start);
            let inside = self.bounds.iter().enumerate().skip(first).take_while(|(_, b)| b.0 < end);
            hit.extend(inside.filter(|&(i, b)| b.1 <= end && self.is_word[i]).map(|(i, _)| i));
        }
        hit
    }

    fn roles(&self, relation: &Relation) -> Roles {
        Roles {
            source: self.covered(&relation.source),
            cue: self.covered(&relation.cue),
            content: self.covered(&relation.content),
        }
    }

    fn kind(&self, content: &Tokens) -> &'static str {
        let inside = content.iter().filter(|&&i| self.quoted[self.bounds[i].0]).count();
        match inside as f64 / content.len().max(1) as f64 {
            share if share >= 0.9 => "direct",
            share if share > 0.0 => "mixed",
            _ => "indirect",
        }
    }
}

fn is_word_char(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// For each code point, whether it is inside double quotation marks; an unclosed mark ends with its paragraph.
fn quoted(text: &str) -> Vec<bool> {
    let mut open = false;
    text.chars()
        .map(|c| {
            match c {
                '\n' | '\u{201d}' => open = false,
                '\u{201c}' => open = true,
                '"' => open = !open,
                _ => return open,
            }
            false
        })
        .collect()
}

fn jaccard(a: &Tokens, b: &Tokens) -> f64 {
    let shared = a.intersection(b).count();
    let all = a.len() + b.len() - shared;
    if all == 0 { 1.0 } else { shared as f64 / all as f64 }
}

fn round(x: f64) -> f64 {
    format!("{x:.4}").parse().unwrap_or(x)
}

fn prf(hits: usize, pred: usize, gold: usize) -> Prf {
    let share = |n: usize| if n == 0 { 0.0 } else { hits as f64 / n as f64 };
    let (p, r) = (share(pred), share(gold));
    let f1 = if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
    Prf { precision: round(p), recall: round(r), f1: round(f1) }
}

/// Pairs gold with predictions one to one, greedily by content, then by source; ties go to the later pair.
fn matches(gold: &[Roles], pred: &[Roles]) -> Vec<(usize, usize, f64, f64)> {
    let mut pairs = Vec::new();
    for (i, g) in gold.iter().enumerate() {
        for (j, p) in pred.iter().enumerate() {
            if !g.content.is_disjoint(&p.content) {
                pairs.push((i, j, jaccard(&g.content, &p.content), jaccard(&g.source, &p.source)));
            }
        }
    }
    pairs.sort_by(|a, b| b.2.total_cmp(&a.2).then(b.3.total_cmp(&a.3)).then((b.0, b.1).cmp(&(a.0, a.1))));
    let (mut used_gold, mut used_pred) = (BTreeSet::new(), BTreeSet::new());
    pairs.retain(|&(i, j, ..)| {
        let free = !used_gold.contains(&i) && !used_pred.contains(&j);
        if free {
            used_gold.insert(i);
            used_pred.insert(j);
        }
        free
    });
    pairs
}

#[derive(Default)]
struct Count {
    hits: usize,
    pred: usize,
    gold: usize,
}

#[derive(Default)]
struct KindCount {
    gold: usize,
    pred: usize,
    hit_gold: usize,
    hit_pred: usize,
}

/// Scores predictions (by document name) against gold; a missing document counts as having none.
#[must_use]
pub fn score(gold: &[GoldDocument], predictions: &BTreeMap<String, Vec<Relation>>) -> AttributionScore {
    let mut roles: BTreeMap<&'static str, Count> = ROLES.iter().map(|&r| (r, Count::default())).collect();
    let mut kinds: BTreeMap<&'static str, KindCount> = BTreeMap::new();
    let (mut total_gold, mut total_pred) = (0, 0);
    let (mut strict, mut lenient, mut content_strict, mut content_lenient) = (0, 0, 0, 0);
    for document in gold {
        let text = Tokenised::new(&document.text);
        let with_content = |relations: &[Relation]| -> Vec<Roles> {
            relations.iter().map(|r| text.roles(r)).filter(|r| !r.content.is_empty()).collect()
        };
        let gold = with_content(&document.attributions);
        let pred = with_content(predictions.get(&document.doc_id).map_or(&[], Vec::as_slice));
        for (role, count) in &mut roles {
            let all =
                |side: &[Roles]| side.iter().flat_map(|r| r.get(role).iter().copied()).collect::<Tokens>();
            let (g, p) = (all(&gold), all(&pred));
            count.hits += g.intersection(&p).count();
            count.gold += g.len();
            count.pred += p.len();
        }
        total_gold += gold.len();
        total_pred += pred.len();
        for g in &gold {
            kinds.entry(text.kind(&g.content)).or_default().gold += 1;
        }
        for p in &pred {
            kinds.entry(text.kind(&p.content)).or_default().pred += 1;
        }
        for (i, j, by_content, by_source) in matches(&gold, &pred) {
            let agrees = by_source >= 0.5;
            content_strict += usize::from(by_content >= 0.8);
            content_lenient += usize::from(by_content >= 0.5);
            lenient += usize::from(by_content >= 0.5 && agrees);
            if by_content >= 0.8 && agrees {
                strict += 1;
                kinds.entry(text.kind(&gold[i].content)).or_default().hit_gold += 1;
                kinds.entry(text.kind(&pred[j].content)).or_default().hit_pred += 1;
            }
        }
    }
    let share = |hits: usize, of: usize| (of > 0).then(|| round(hits as f64 / of as f64));
    AttributionScore {
        documents: gold.len(),
        gold: total_gold,
        pred: total_pred,
        roles: roles.into_iter().map(|(role, c)| (role, prf(c.hits, c.pred, c.gold))).collect(),
        relation_strict: prf(strict, total_pred, total_gold),
        relation_lenient: prf(lenient, total_pred, total_gold),
        content_strict: prf(content_strict, total_pred, total_gold),
        content_lenient: prf(content_lenient, total_pred, total_gold),
        kinds_strict: kinds
            .into_iter()
            .map(|(kind, c)| {
                let score = KindScore {
                    gold: c.gold,
                    recall: share(c.hit_gold, c.gold),
                    precision: share(c.hit_pred, c.pred),
                };
                (kind, score)
            })
            .collect(),
    }
}

/// What was missed and what was found in error by the strict measure, in the order of the documents.
#[must_use]
pub fn errors(gold: &[GoldDocument], predictions: &BTreeMap<String, Vec<Relation>>) -> Vec<String> {
    let mut errors = Vec::new();
    for document in gold {
        let text = Tokenised::new(&document.text);
        let of = |relations: &'_ [Relation]| -> (Vec<Relation>, Vec<Roles>) {
            let all = relations.iter().map(|r| (r.clone(), text.roles(r)));
            all.filter(|(_, roles)| !roles.content.is_empty()).unzip()
        };
        let (gold, gold_roles) = of(&document.attributions);
        let (pred, pred_roles) = of(predictions.get(&document.doc_id).map_or(&[], Vec::as_slice));
        let right: Vec<(usize, usize)> = matches(&gold_roles, &pred_roles)
            .into_iter()
            .filter(|(_, _, content, source)| *content >= 0.8 && *source >= 0.5)
            .map(|(i, j, ..)| (i, j))
            .collect();
        let letters: Vec<char> = document.text.chars().collect();
        let words = |pieces: &Pieces| {
            let cut = pieces.iter().map(|(start, end)| letters.get(*start..*end).unwrap_or_default());
            let cut: Vec<String> = cut.map(|piece| piece.iter().collect()).collect();
            cut.join(" … ").split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let mut list = |what: &str, relations: &[Relation], is_right: &dyn Fn(usize) -> bool| {
            for (_, r) in relations.iter().enumerate().filter(|(at, _)| !is_right(*at)) {
                let source = if r.source.is_empty() { "(no source)".to_owned() } else { words(&r.source) };
                errors.push(format!(
                    "{what} {}: {source} | {} | {}",
                    document.doc_id,
                    words(&r.cue),
                    words(&r.content)
                ));
            }
        };
        list("missed", &gold, &|at| right.iter().any(|(i, _)| *i == at));
        list("false", &pred, &|at| right.iter().any(|(_, j)| *j == at));
    }
    errors
}

/// Reads a gold file, one document per line.
///
/// # Errors
/// If a line cannot be read or is not a gold document.
pub fn read_gold(gold: impl BufRead) -> Result<Vec<GoldDocument>, AttributionError> {
    let mut documents = Vec::new();
    for (at, line) in gold.lines().enumerate() {
        let line = line.map_err(|source| AttributionError::Io { line: at + 1, source })?;
        if !line.trim().is_empty() {
            documents.push(
                serde_json::from_str(&line)
                    .map_err(|source| AttributionError::Form { line: at + 1, source })?,
            );
        }
    }
    Ok(documents)
}

/// Reads every gold text, finds its attributions and scores them. Predictions are written, one document per line, in the form of
/// the gold.
///
/// # Errors
/// If the gold cannot be read or the predictions cannot be written.
pub fn evaluate(
    gold: impl BufRead,
    mut predictions: Option<&mut dyn Write>,
) -> Result<AttributionReport, AttributionError> {
    let gold = read_gold(gold)?;
    let mut found = BTreeMap::new();
    let (mut words, mut whole, mut own) = (0, Duration::ZERO, Duration::ZERO);
    for (at, document) in gold.iter().enumerate() {
        let points = CodePoints::new(&document.text);
        let relation = |source: &[Span], cue: &[Span], content: &[Span]| Relation {
            source: points.pieces(source),
            cue: points.pieces(cue),
            content: points.pieces(content),
        };
        let began = Instant::now();
        let relations: Vec<Relation> = if let Some(written) = &document.report {
            let report = sayso_ingest::text(written.as_bytes(), &HeadOverrides::default());
            let report = report.ok().filter(|report| report.text == document.text);
            let reading = sayso_read::read(&report.ok_or(AttributionError::Text { line: at + 1 })?);
            whole += began.elapsed();
            own += began.elapsed();
            let outermost = reading.statements.iter().filter(|s| s.parent.is_none() && !s.cue.is_empty());
            outermost.map(|s| relation(&s.source, &s.cue, &s.content)).collect()
        } else {
            let analysed = sayso_read::analyze(&document.text);
            let analysis = began.elapsed();
            let attributions = sayso_read::attribution::find(&analysed, &document.text);
            whole += began.elapsed();
            own += began.elapsed().saturating_sub(analysis);
            let outermost = attributions.iter().filter(|a| a.parent.is_none() && !a.cue.is_empty());
            outermost.map(|a| relation(&a.source, &a.cue, &a.content)).collect()
        };
        words += document.text.split_whitespace().count();
        let predicted = PredictedDocument { doc_id: document.doc_id.clone(), attributions: relations };
        if let Some(out) = predictions.as_deref_mut() {
            let line = serde_json::to_string(&predicted)
                .map_err(|source| AttributionError::Form { line: at + 1, source })?;
            writeln!(out, "{line}").map_err(|source| AttributionError::Io { line: at + 1, source })?;
        }
        found.insert(predicted.doc_id, predicted.attributions);
    }
    let rate = |time: Duration| words as f64 / time.as_secs_f64().max(1e-9);
    Ok(AttributionReport {
        score: score(&gold, &found),
        errors: errors(&gold, &found),
        words,
        seconds: whole.as_secs_f64(),
        words_per_second: rate(whole),
        attribution_words_per_second: rate(own),
    })
}

/// Converts byte offsets to code points.
struct CodePoints {
    starts: Vec<usize>,
}

impl CodePoints {
    fn new(text: &str) -> Self {
        Self { starts: text.char_indices().map(|(i, _)| i).collect() }
    }

    fn pieces(&self, spans: &[Span]) -> Pieces {
        let at = |byte: usize| self.starts.partition_point(|&s| s < byte);
        spans.iter().map(|s| (at(s.start), at(s.end))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLD: &str = r#"{"doc_id":"a","text":"Ivy said that it rained. \u201cGo on,\u201d Olaf told us.\nNobody knows why, Müller_2 thinks: \"half\" of them x² left.","attributions":[{"source":[[0,3]],"cue":[[4,8]],"content":[[9,23]]},{"source":[[34,38]],"cue":[[39,43]],"content":[[25,33]]},{"source":[[66,74]],"cue":[[75,81]],"content":[[48,64],[83,105]]}]}
{"doc_id":"b","text":"The mayor denied it.","attributions":[{"source":[[0,9]],"cue":[[10,16]],"content":[[17,19]]}]}"#;

    /// What `attribution_score.py GOLD PREDICTIONS` prints.
    const REFERENCE: &str = r#"{
 "documents": 2,
 "gold": 4,
 "pred": 3,
 "roles": {
  "source": {
   "precision": 1.0,
   "recall": 0.4,
   "f1": 0.5714
  },
  "cue": {
   "precision": 1.0,
   "recall": 0.75,
   "f1": 0.8571
  },
  "content": {
   "precision": 1.0,
   "recall": 0.7857,
   "f1": 0.88
  }
 },
 "relation_strict": {
  "precision": 0.3333,
  "recall": 0.25,
  "f1": 0.2857
 },
 "relation_lenient": {
  "precision": 0.6667,
  "recall": 0.5,
  "f1": 0.5714
 },
 "content_strict": {
  "precision": 0.6667,
  "recall": 0.5,
  "f1": 0.5714
 },
 "content_lenient": {
  "precision": 1.0,
  "recall": 0.75,
  "f1": 0.8571
 },
 "kinds_strict": {
  "direct": {
   "gold": 1,
   "recall": 0.0,
   "precision": 0.0
  },
  "indirect": {
   "gold": 2,
   "recall": 0.0,
   "precision": 0.0
  },
  "mixed": {
   "gold": 1,
   "recall": 1.0,
   "precision": 1.0
  }
 }
}"#;

    fn predictions() -> BTreeMap<String, Vec<Relation>> {
        let relation = |source: &[(usize, usize)], cue: &[(usize, usize)], content: &[(usize, usize)]| {
            Relation { source: source.to_vec(), cue: cue.to_vec(), content: content.to_vec() }
        };
        let first = relation(&[(0, 3)], &[(4, 8)], &[(14, 23)]);
        let second = relation(&[], &[(39, 43)], &[(25, 33)]);
        let third = relation(&[(66, 74)], &[(75, 81)], &[(48, 64), (83, 100)]);
        BTreeMap::from([("a".to_owned(), vec![first, second, third])])
    }

    /// The numbers are those that the Python scorer of the gold data prints for the same input.
    #[test]
    fn scores_are_those_of_the_reference() {
        let gold = read_gold(GOLD.as_bytes()).expect("gold");
        let reference: serde_json::Value = serde_json::from_str(REFERENCE).expect("JSON");
        assert_eq!(serde_json::to_value(score(&gold, &predictions())).expect("JSON"), reference);
    }

    #[test]
    fn gold_against_itself_is_perfect() {
        let gold = read_gold(GOLD.as_bytes()).expect("gold");
        let own = gold.iter().map(|d| (d.doc_id.clone(), d.attributions.clone())).collect();
        let score = score(&gold, &own);
        assert_eq!(score.relation_strict, Prf { precision: 1.0, recall: 1.0, f1: 1.0 });
        assert_eq!(score.kinds_strict["direct"].recall, Some(1.0));
    }

    #[test]
    fn what_differs_is_listed() {
        let gold = read_gold(GOLD.as_bytes()).expect("gold");
        let listed = errors(&gold, &predictions());
        assert!(listed.contains(&"missed b: The mayor | denied | it".to_owned()), "{listed:?}");
        assert_eq!(listed.iter().filter(|line| line.starts_with("missed")).count(), 3, "{listed:?}");
        assert_eq!(listed.iter().filter(|line| line.starts_with("false")).count(), 2, "{listed:?}");
    }

    /// A gold document that says which report it is of is compared with what reading the report gives.
    #[test]
    fn gold_of_statements_is_compared_with_statements() {
        let written = "publisher: valley-news.example\npublished: 2025-06-12\n\n\"The water came in minutes,\" the agency's \
            director, Pavel Orsik, said. He said that nine people had died.\n";
        let report = sayso_ingest::text(written.as_bytes(), &HeadOverrides::default()).expect("a report");
        let reading = sayso_read::read(&report);
        let points = CodePoints::new(&report.text);
        let attributions: Vec<Relation> = reading
            .statements
            .iter()
            .filter(|s| s.parent.is_none() && !s.cue.is_empty())
            .map(|s| Relation {
                source: points.pieces(&s.source),
                cue: points.pieces(&s.cue),
                content: points.pieces(&s.content),
            })
            .collect();
        assert!(!attributions.is_empty());
        let line = |written: &str| {
            serde_json::json!({"doc_id": "0001", "text": report.text, "attributions": attributions, "report": written})
                .to_string()
        };
        let scored = evaluate(line(written).as_bytes(), None).expect("scores");
        assert_eq!(scored.score.relation_strict, Prf { precision: 1.0, recall: 1.0, f1: 1.0 });
        assert!(scored.errors.is_empty() && scored.to_string().ends_with('\n'));
        let wrong = evaluate(line("another text").as_bytes(), None).expect_err("another text");
        assert!(wrong.to_string().starts_with("line 1: reading \"report\""), "{wrong}");
    }

    #[test]
    fn a_line_that_is_not_gold_is_named() {
        let error = read_gold("\n{\"doc_id\": 3}".as_bytes()).expect_err("no gold");
        assert!(error.to_string().starts_with("line 2 is not a gold document"), "{error}");
    }
}
