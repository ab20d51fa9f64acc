//! Scores the language core against a treebank in CoNLL-U: on the treebank's own tokens, on its raw text, and on its
//! tokens in capitals; and measures speed, start-up and memory.
//!
//! Raw text is reconstructed from the tokens: `SpaceAfter=No` is honoured, `# newpar` and `# newdoc` begin a paragraph (a blank
//! line), each document is analysed separately. On raw text, a token counts if its span is a gold one, its tag if span and tag
//! are, its head if the head's span is the gold head's (both being the root counts too), a sentence if its first and last token
//! are; all as F1. Entities are read from `NER=B-PER` and the like in MISC (PER, ORG, LOC; others are ignored) and count if span
//! and kind match exactly. What the gold does not give is not scored.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

use sayso_model::{Document, EntityKind, Span};
use sayso_text::{Gap, RawToken, Segmentation};
use serde::Serialize;

use crate::EvalError;

/// Shares of right answers, in per cent; `None` if the gold does not give the answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Scores {
    /// Token spans, F1 (100 on gold tokens).
    pub tokens: f64,
    /// Sentence spans, F1 (100 on gold tokens).
    pub sentences: f64,
    /// Universal parts of speech.
    pub upos: Option<f64>,
    /// Penn tags.
    pub xpos: Option<f64>,
    /// Lemmas.
    pub lemma: Option<f64>,
    /// Heads.
    pub uas: Option<f64>,
    /// Heads with their relation.
    pub las: Option<f64>,
    /// Entities, precision.
    pub entity_precision: Option<f64>,
    /// Entities, recall.
    pub entity_recall: Option<f64>,
    /// Entities, F1.
    pub entity_f1: Option<f64>,
}

/// How fast and how big.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Cost {
    /// Words (gold tokens) per second from raw text to entities, on one thread.
    pub words_per_second: f64,
    /// The same by processor time, which a busy machine affects less; `None` if the system does not provide it.
    pub words_per_cpu_second: Option<f64>,
    /// From the first call to the first document: loading the model and analysing two words, in milliseconds.
    pub start_up_ms: f64,
    /// Resident memory after the first document, in MB; `None` if the system does not provide it.
    pub resident_start_mb: Option<f64>,
    /// Peak resident memory of the whole process, including the gold, in MB.
    pub resident_peak_mb: Option<f64>,
}

/// All scores over one treebank.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TextReport {
    /// Sentences in the gold.
    pub sentences: usize,
    /// Tokens in the gold.
    pub tokens: usize,
    /// On the gold's sentences and tokens.
    pub gold_tokens: Scores,
    /// From raw text.
    pub raw: Scores,
    /// On the gold's sentences and tokens, all written in capitals.
    pub capitals: Scores,
    /// Speed and size.
    pub cost: Cost,
}

impl fmt::Display for TextReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} sentences, {} tokens", self.sentences, self.tokens)?;
        writeln!(
            f,
            "{:<14}{:>7}{:>7}{:>7}{:>7}{:>7}{:>7}{:>7}{:>7}{:>7}{:>7}",
            "", "token", "sent", "upos", "xpos", "lemma", "uas", "las", "ent P", "ent R", "ent F1"
        )?;
        for (name, s) in
            [("gold tokens", &self.gold_tokens), ("raw text", &self.raw), ("in capitals", &self.capitals)]
        {
            write!(f, "{name:<14}{:>7.2}{:>7.2}", s.tokens, s.sentences)?;
            for v in [s.upos, s.xpos, s.lemma, s.uas, s.las, s.entity_precision, s.entity_recall, s.entity_f1]
            {
                match v {
                    Some(v) => write!(f, "{v:>7.2}")?,
                    None => write!(f, "{:>7}", "-")?,
                }
            }
            writeln!(f)?;
        }
        let c = &self.cost;
        let mb = |v: Option<f64>| v.map_or_else(|| "?".to_owned(), |v| format!("{v:.0}"));
        writeln!(
            f,
            "{:.0} words/s on one thread, start-up {:.1} ms, resident {} MB after the first document, {} MB at most",
            c.words_per_second,
            c.start_up_ms,
            mb(c.resident_start_mb),
            mb(c.resident_peak_mb)
        )
    }
}

/// One word of the gold.
#[derive(Debug, Clone, Default)]
struct Word {
    form: String,
    lemma: String,
    upos: String,
    xpos: String,
    /// 0 is the root, 1 the sentence's first word.
    head: usize,
    relation: String,
    entity: String,
    /// Its span in the document's raw text.
    span: (usize, usize),
}

/// One document of the gold.
#[derive(Debug, Clone, Default)]
struct Doc {
    text: String,
    sentences: Vec<Vec<Word>>,
}

/// Scores `gold`; writes the predictions on raw text as CoNLL-U if `predictions` is given.
///
/// # Errors
/// [`EvalError`] if the gold cannot be read or is not CoNLL-U, or the predictions cannot be written.
pub fn evaluate(gold: &Path, predictions: Option<&mut dyn Write>) -> Result<TextReport, EvalError> {
    let before = Instant::now();
    let _ = sayso_text::analyze("Hello world.");
    let start_up_ms = before.elapsed().as_secs_f64() * 1000.0;
    let resident_start_mb = resident("VmRSS:");
    let docs = read(gold)?;
    let sentences = docs.iter().map(|d| d.sentences.len()).sum();
    let tokens = docs.iter().flat_map(|d| &d.sentences).map(Vec::len).sum();

    let mut gold_tokens = Counts::default();
    let mut capitals = Counts::default();
    let mut raw = Counts::default();
    let mut out = predictions;
    for doc in &docs {
        gold_tokens.add(doc, &on_gold_tokens(doc, false), true);
        capitals.add(doc, &on_gold_tokens(doc, true), true);
        let document = sayso_text::analyze(&doc.text);
        raw.add(doc, &document, false);
        if let Some(out) = out.as_mut() {
            write_conllu(out, &doc.text, &document)
                .map_err(|source| EvalError::Open { path: "predictions".into(), source })?;
        }
    }
    let mut words = 0;
    let (before, cpu) = (Instant::now(), on_cpu());
    while before.elapsed().as_secs_f64() < 2.0 {
        for doc in &docs {
            std::hint::black_box(sayso_text::analyze(&doc.text));
        }
        words += tokens;
    }
    let words_per_second = words as f64 / before.elapsed().as_secs_f64();
    let words_per_cpu_second = cpu.zip(on_cpu()).map(|(a, b)| words as f64 / (b - a).max(1e-9));
    Ok(TextReport {
        sentences,
        tokens,
        gold_tokens: gold_tokens.scores(),
        raw: raw.scores(),
        capitals: capitals.scores(),
        cost: Cost {
            words_per_second,
            words_per_cpu_second,
            start_up_ms,
            resident_start_mb,
            resident_peak_mb: resident("VmHWM:"),
        },
    })
}

/// Processor seconds used by this thread.
fn on_cpu() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

fn resident(field: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix(field))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? / 1024.0)
}

/// The document analysed on the gold's sentences and tokens; spans are those of the forms joined by spaces.
fn on_gold_tokens(doc: &Doc, capitals: bool) -> Document {
    let mut text = String::new();
    let mut cut = Segmentation::default();
    for s in &doc.sentences {
        let first = cut.tokens.len() as u32;
        for w in s {
            let start = text.len();
            text.push_str(&if capitals { w.form.to_uppercase() } else { w.form.clone() });
            cut.tokens.push(RawToken { span: Span::new(start, text.len()), gap: Gap::Space });
            text.push(' ');
        }
        cut.sentences.push(first..cut.tokens.len() as u32);
    }
    cut.paragraphs.push(0..cut.tokens.len() as u32);
    sayso_text::analyze_segmented(&text, cut)
}

#[derive(Debug, Default)]
struct Counts {
    gold_words: usize,
    own_words: usize,
    words: usize,
    gold_sentences: usize,
    own_sentences: usize,
    sentences: usize,
    /// For tag, Penn tag, lemma, head, head and relation: how many the gold gives, and how many are right.
    said: [usize; 5],
    right: [usize; 5],
    gold_names: usize,
    own_names: usize,
    names: usize,
}

impl Counts {
    /// Adds one document. `aligned`: tokens are the gold's, one by one.
    fn add(&mut self, doc: &Doc, own: &Document, aligned: bool) {
        let gold: Vec<&Word> = doc.sentences.iter().flatten().collect();
        // Gold index of each of our tokens.
        let at: BTreeMap<(usize, usize), usize> = gold.iter().enumerate().map(|(i, w)| (w.span, i)).collect();
        let key = |i: usize| own.tokens.get(i).map(|t| (t.span.start, t.span.end));
        let matched: Vec<Option<usize>> = (0..own.tokens.len())
            .map(|i| if aligned { Some(i) } else { key(i).and_then(|k| at.get(&k).copied()) })
            .collect();
        self.gold_words += gold.len();
        self.own_words += own.tokens.len();
        self.words += matched.iter().flatten().count();
        let mut starts = BTreeSet::new();
        let mut first = 0;
        let mut offset_of = Vec::with_capacity(gold.len());
        for s in &doc.sentences {
            starts.insert((first, first + s.len()));
            offset_of.extend(std::iter::repeat_n(first, s.len()));
            first += s.len();
        }
        self.gold_sentences += doc.sentences.len();
        self.own_sentences += own.sentences.len();
        self.sentences += own
            .sentences
            .iter()
            .filter(|s| {
                let ends = |i: usize| matched.get(i).copied().flatten();
                match (ends(s.tokens.start as usize), ends((s.tokens.end as usize).wrapping_sub(1))) {
                    (Some(a), Some(b)) => starts.contains(&(a, b + 1)),
                    _ => false,
                }
            })
            .count();
        for w in &gold {
            let says = [w.upos != "_", w.xpos != "_", w.lemma != "_", w.relation != "_", w.relation != "_"];
            for (n, s) in self.said.iter_mut().zip(says) {
                *n += usize::from(s);
            }
        }
        for (token, g) in own.tokens.iter().zip(&matched) {
            let Some((g, w)) = g.and_then(|g| Some((g, *gold.get(g)?))) else { continue };
            let base = offset_of.get(g).copied().unwrap_or(0);
            let head = match token.head {
                None => w.head == 0,
                Some(h) => {
                    w.head > 0 && matched.get(h as usize).copied().flatten() == Some(base + w.head - 1)
                }
            };
            let right = [
                w.upos == token.upos.as_str(),
                w.xpos == token.xpos,
                w.lemma == token.lemma,
                head,
                head && w.relation == token.relation,
            ];
            for (n, r) in self.right.iter_mut().zip(right) {
                *n += usize::from(r);
            }
        }
        let gold_names = names(&gold);
        self.gold_names += gold_names.len();
        self.own_names += own.entities.len();
        self.names += own
            .entities
            .iter()
            .filter(|e| {
                let ends = |i: u32| matched.get(i as usize).copied().flatten();
                let kind = match e.kind {
                    EntityKind::Person => "PER",
                    EntityKind::Organization => "ORG",
                    EntityKind::Location => "LOC",
                };
                match (ends(e.tokens.start), ends(e.tokens.end.wrapping_sub(1))) {
                    (Some(a), Some(b)) => gold_names.contains(&(a, b + 1, kind.to_owned())),
                    _ => false,
                }
            })
            .count();
    }

    fn scores(&self) -> Scores {
        let f1 = |right: usize, gold: usize, own: usize| {
            if gold + own == 0 { 0.0 } else { 200.0 * right as f64 / (gold + own) as f64 }
        };
        // On raw text, a right tag is one of the gold's and one of ours: F1 over both numbers of tokens.
        let extra = self.own_words as f64 / self.gold_words.max(1) as f64;
        let share = |i: usize| {
            let (said, right) = (self.said.get(i).copied()?, self.right.get(i).copied()?);
            (said > 0).then(|| 200.0 * right as f64 / (said as f64 * (1.0 + extra)))
        };
        let percent = |a: usize, b: usize| {
            (self.gold_names > 0).then(|| if b == 0 { 0.0 } else { 100.0 * a as f64 / b as f64 })
        };
        Scores {
            tokens: f1(self.words, self.gold_words, self.own_words),
            sentences: f1(self.sentences, self.gold_sentences, self.own_sentences),
            upos: share(0),
            xpos: share(1),
            lemma: share(2),
            uas: share(3),
            las: share(4),
            entity_precision: percent(self.names, self.own_names),
            entity_recall: percent(self.names, self.gold_names),
            entity_f1: (self.gold_names > 0).then(|| f1(self.names, self.gold_names, self.own_names)),
        }
    }
}

fn names(words: &[&Word]) -> BTreeSet<(usize, usize, String)> {
    let mut out = BTreeSet::new();
    let mut open: Option<(usize, &str)> = None;
    for (i, tag) in words.iter().map(|w| w.entity.as_str()).chain([""]).enumerate() {
        let kind = tag.get(2..).unwrap_or("");
        if let Some((start, k)) = open
            && !(tag.starts_with("I-") && kind == k)
        {
            out.insert((start, i, k.to_owned()));
            open = None;
        }
        if !kind.is_empty() && open.is_none() {
            open = Some((i, kind));
        }
    }
    out
}

fn read(path: &Path) -> Result<Vec<Doc>, EvalError> {
    let open = |source| EvalError::Open { path: path.to_owned(), source };
    let form = |line: usize, message: &str| EvalError::Form {
        path: path.to_owned(),
        message: format!("line {line}: {message}; CoNLL-U is expected"),
    };
    let file = std::io::BufReader::new(std::fs::File::open(path).map_err(open)?);
    let mut docs: Vec<Doc> = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    let mut paragraph = true;
    let mut space = true;
    // A word written as several: how many are left, and where in the text the next one is.
    let mut group = (0usize, 0usize, 0usize);
    for (number, line) in file.lines().enumerate() {
        let line = line.map_err(open)?;
        if line.starts_with("# newdoc") {
            docs.push(Doc::default());
            paragraph = true;
        } else if line.starts_with("# newpar") {
            paragraph = true;
        } else if line.is_empty() {
            if !words.is_empty()
                && let Some(doc) = docs.last_mut()
            {
                doc.sentences.push(std::mem::take(&mut words));
            }
        } else if !line.starts_with('#') {
            let f: Vec<&str> = line.split('\t').collect();
            let &[id, surface, lemma, upos, xpos, _, head, relation, _, misc] = f.as_slice() else {
                return Err(form(number + 1, "a token has ten fields"));
            };
            if id.contains('.') {
                continue;
            }
            if docs.is_empty() {
                docs.push(Doc::default());
            }
            let Some(doc) = docs.last_mut() else { continue };
            let touching = misc.split('|').any(|m| m == "SpaceAfter=No");
            let mut place = |doc: &mut Doc, surface: &str| {
                if !doc.text.is_empty() {
                    if paragraph {
                        doc.text.push_str("\n\n");
                    } else if space {
                        doc.text.push(' ');
                    }
                }
                paragraph = false;
                let start = doc.text.len();
                doc.text.push_str(surface);
                (start, doc.text.len())
            };
            if let Some((a, b)) = id.split_once('-') {
                let (a, b) = (a.parse::<usize>().unwrap_or(0), b.parse::<usize>().unwrap_or(0));
                let (start, end) = place(doc, surface);
                group = ((b + 1).saturating_sub(a), start, end);
                space = !touching;
                continue;
            }
            let span = if group.0 > 0 {
                // The parts of a fused token share its letters, in order; the last takes what is left.
                group.0 -= 1;
                let end = if group.0 == 0 { group.2 } else { (group.1 + surface.len()).min(group.2) };
                let span = (group.1, end);
                group.1 = end;
                span
            } else {
                let span = place(doc, surface);
                space = !touching;
                span
            };
            let entity = misc
                .split('|')
                .find_map(|m| m.strip_prefix("NER="))
                .filter(|t| matches!(t.get(2..), Some("PER" | "ORG" | "LOC")))
                .unwrap_or_default();
            words.push(Word {
                form: surface.to_owned(),
                lemma: lemma.to_owned(),
                upos: upos.to_owned(),
                xpos: xpos.to_owned(),
                head: head.parse().unwrap_or(0),
                relation: relation.to_owned(),
                entity: entity.to_owned(),
                span,
            });
        }
    }
    if !words.is_empty()
        && let Some(doc) = docs.last_mut()
    {
        doc.sentences.push(words);
    }
    if docs.iter().all(|d| d.sentences.is_empty()) {
        return Err(form(1, "no sentence was found"));
    }
    Ok(docs)
}

fn write_conllu(out: &mut dyn Write, text: &str, document: &Document) -> std::io::Result<()> {
    writeln!(out, "# newdoc")?;
    let mut names = document.entities.iter().peekable();
    let mut paragraph = None;
    for s in &document.sentences {
        if paragraph != Some(s.paragraph) {
            writeln!(out, "# newpar")?;
            paragraph = Some(s.paragraph);
        }
        writeln!(out, "# text = {}", s.span.cut(text).split_whitespace().collect::<Vec<_>>().join(" "))?;
        for t in s.tokens.clone() {
            let Some(token) = document.tokens.get(t as usize) else { continue };
            while names.peek().is_some_and(|n| n.tokens.end <= t) {
                names.next();
            }
            let mut misc = Vec::new();
            if let Some(n) = names.peek().filter(|n| n.tokens.contains(&t)) {
                let kind = match n.kind {
                    EntityKind::Person => "PER",
                    EntityKind::Organization => "ORG",
                    EntityKind::Location => "LOC",
                };
                misc.push(format!("NER={}-{kind}", if n.tokens.start == t { "B" } else { "I" }));
            }
            if document.tokens.get(t as usize + 1).is_some_and(|n| n.span.start == token.span.end) {
                misc.push("SpaceAfter=No".to_owned());
            }
            writeln!(
                out,
                "{}\t{}\t{}\t{}\t{}\t_\t{}\t{}\t_\t{}",
                t - s.tokens.start + 1,
                token.span.cut(text),
                token.lemma,
                token.upos.as_str(),
                token.xpos,
                token.head.map_or(0, |h| h - s.tokens.start + 1),
                token.relation,
                if misc.is_empty() { "_".to_owned() } else { misc.join("|") }
            )?;
        }
        writeln!(out)?;
    }
    Ok(())
}
