//! The network: word and affix tables, two BiLSTM layers, heads for tags, names and trees.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use sayso_model::{EntityKind, Upos};

use crate::boundary::Boundary;
use crate::features::{features, name_feature};
use crate::lemma::Lemmas;
use crate::network::{BiLstm, Level, Linear, Quantized, Table, Weights, WeightsError};
use crate::tree::Scores;

/// The bundled weights.
static WEIGHTS: &[u8] = include_bytes!("../model/text.weights");

/// Maximum number of word types whose gates are cached; beyond that the cache is cleared, so that memory stays bounded.
const TYPES: usize = 3000;

/// The network's output for one sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) upos: Vec<Upos>,
    pub(crate) xpos: Vec<&'static str>,
    /// Head within the sentence; `None` for the root.
    pub(crate) heads: Vec<Option<u32>>,
    pub(crate) relations: Vec<&'static str>,
    /// Names: first word, one past the last, kind.
    pub(crate) names: Vec<(u32, u32, EntityKind)>,
}

/// The network with its tables.
#[derive(Debug)]
pub(crate) struct Model {
    words: Vec<u64>,
    word: Table<'static>,
    affix: Table<'static>,
    /// Hashes of known names, the low byte of each replaced by a mask of name classes.
    names: Vec<u64>,
    rnn1: BiLstm,
    rnn2: BiLstm,
    tags: Linear,
    tree: Linear,
    root: Vec<f32>,
    arc: Linear,
    query_limit: f32,
    head_limit: f32,
    label: Linear,
    upos: Vec<Upos>,
    xpos: Vec<&'static str>,
    relations: Vec<&'static str>,
    root_relation: usize,
    pub(crate) boundary: Boundary,
    pub(crate) lemmas: Lemmas<'static>,
    pub(crate) level: Level,
}

impl Model {
    /// The bundled model, loaded once.
    pub(crate) fn shipped() -> &'static Self {
        static MODEL: OnceLock<Model> = OnceLock::new();
        MODEL.get_or_init(|| match Self::load(WEIGHTS, Level::detect()) {
            Ok(model) => model,
            // The file is part of the program and a test loads it: this is a broken build, not a broken input.
            #[allow(clippy::panic, reason = "the weights are part of the program")]
            Err(e) => panic!("the built-in weights do not load: {e}"),
        })
    }

    pub(crate) fn load(file: &'static [u8], level: Level) -> Result<Self, WeightsError> {
        let w = Weights::parse(file)?;
        let lines =
            |name: &str| -> Result<Vec<&'static str>, WeightsError> { Ok(w.text(name)?.lines().collect()) };
        let upos = lines("upos")?
            .iter()
            .map(|t| {
                Upos::ALL
                    .iter()
                    .find(|u| u.as_str() == *t)
                    .copied()
                    .ok_or_else(|| WeightsError::Tensor(format!("upos has {t}")))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let (xpos, relations) = (lines("xpos")?, lines("relations")?);
        let root_relation = relations
            .iter()
            .position(|r| *r == "root")
            .ok_or_else(|| WeightsError::Tensor("relations lack root".into()))?;
        let model = Self {
            words: w.integers("words")?,
            word: Table::load(&w, "word")?,
            affix: Table::load(&w, "affix")?,
            names: if w.has("names") { w.integers("names")? } else { Vec::new() },
            rnn1: BiLstm::load(&w, "rnn1")?,
            rnn2: BiLstm::load(&w, "rnn2")?,
            tags: Linear::load(&w, "tags")?,
            tree: Linear::load(&w, "tree")?,
            root: w.floats("root")?,
            arc: Linear::load(&w, "arc")?,
            query_limit: w.float("arc.query")?,
            head_limit: w.float("arc.head")?,
            label: Linear::load(&w, "label")?,
            boundary: Boundary::load(&w)?,
            lemmas: Lemmas::parse(w.text("lemmas")?),
            upos,
            xpos,
            relations,
            root_relation,
            level,
        };
        let tags = model.upos.len() + model.xpos.len() + NAMES;
        if model.tags.outputs() != tags
            || 2 * model.root.len() != model.tree.outputs()
            || model.label.outputs() != model.relations.len()
        {
            return Err(WeightsError::Tensor("heads and inventories differ in size".into()));
        }
        Ok(model)
    }

    /// Width of a token's state.
    pub(crate) fn state_width(&self) -> usize {
        self.rnn2.outputs()
    }

    /// States of the words of several sentences, in sequence.
    pub(crate) fn encode(&self, forms: &[&str], lengths: &[usize], types: &mut Types) -> Vec<f32> {
        let mut rows = Vec::with_capacity(forms.len());
        if types.index.len() > TYPES {
            types.index.clear();
            types.gates = Default::default();
        }
        let mut fresh: Vec<f32> = Vec::new();
        let width = self.word.columns() + self.affix.columns();
        for form in forms {
            let next = types.index.len() as u32;
            let row = match types.index.get(*form) {
                Some(row) => *row,
                None => {
                    types.index.insert((*form).to_owned(), next);
                    let f = features(form);
                    let from = fresh.len();
                    fresh.resize(from + width, 0.0);
                    if let Some((word, affix)) =
                        fresh.get_mut(from..).and_then(|x| x.split_at_mut_checked(self.word.columns()))
                    {
                        self.word.add(self.words.binary_search(&f.word).map_or(0, |i| i + 1), word);
                        for a in &f.affixes {
                            self.affix.add(*a as usize, affix);
                        }
                        let mask = self.name_classes(f.word);
                        for class in (0..8).filter(|c| mask >> c & 1 == 1) {
                            self.affix.add(name_feature(class), affix);
                        }
                    }
                    next
                }
            };
            rows.push(row);
        }
        let Types { gates: kept, scratch, fresh: gates, first, .. } = types;
        self.rnn1.project(self.level, &fresh, scratch, gates);
        for (all, new) in kept.iter_mut().zip(gates.iter()) {
            all.extend_from_slice(new);
        }
        self.rnn1.run(self.level, kept, &rows, lengths, first);
        self.rnn2.project(self.level, first, scratch, gates);
        let positions: Vec<u32> = (0..forms.len() as u32).collect();
        let mut states = Vec::new();
        self.rnn2.run(self.level, gates, &positions, lengths, &mut states);
        states
    }

    /// Mask of the name classes (first name, surname, city, country, part of a place's name) of a word.
    fn name_classes(&self, word: u64) -> u8 {
        let at = self.names.partition_point(|n| n >> 8 < word >> 8);
        self.names.get(at).filter(|n| *n >> 8 == word >> 8).map_or(0, |n| *n as u8)
    }

    /// Decodes tags, names and trees.
    pub(crate) fn read(&self, states: &[f32], lengths: &[usize]) -> Vec<Reading> {
        let mut q = Quantized::default();
        let (mut tags, mut tree) = (Vec::new(), Vec::new());
        self.tags.quantize(self.level, states, &mut q);
        self.tags.apply(self.level, &q, &mut tags);
        self.tree.apply(self.level, &q, &mut tree);
        let (arc_width, half) = (self.arc.inputs(), self.root.len());
        // Queries of all words at once.
        let total: usize = lengths.iter().sum();
        let mut dependents = Vec::with_capacity(total * arc_width);
        let mut heads = Quantized::default();
        let mut row = Vec::with_capacity(total * arc_width);
        for word in tree.chunks_exact(2 * half) {
            dependents.extend(word.iter().take(arc_width).map(|v| v.max(0.0)));
            row.extend(word.iter().skip(half).take(arc_width).map(|v| v.max(0.0)));
        }
        heads.fill(&row, arc_width, self.head_limit);
        let mut root = Quantized::default();
        let root_arc: Vec<f32> = self.root.iter().take(arc_width).map(|v| v.max(0.0)).collect();
        root.fill(&root_arc, arc_width, self.head_limit);
        let mut queries = Quantized::default();
        queries.fill(&self.arc.forward(self.level, &dependents), arc_width, self.query_limit);

        let mut out = Vec::with_capacity(lengths.len());
        let mut chosen: Vec<usize> = Vec::with_capacity(total);
        let mut start = 0;
        let mut scores = Vec::new();
        for n in lengths.iter().copied() {
            queries.products(self.level, start..start + n, root.row(0), &heads, &mut scores);
            chosen.extend(Scores { n, values: &scores }.tree());
            start += n;
        }
        // Labels of the chosen arcs of all words at once.
        let label_width = half - arc_width;
        let mut pairs = Vec::with_capacity(total * label_width);
        let mut start = 0;
        for n in lengths.iter().copied() {
            for d in 0..n {
                let dep = tree
                    .get((start + d) * 2 * half + arc_width..(start + d) * 2 * half + half)
                    .unwrap_or_default();
                let head = match chosen.get(start + d).copied().unwrap_or(0) {
                    0 => self.root.get(arc_width..).unwrap_or_default(),
                    h => {
                        let at = (start + h - 1) * 2 * half + half + arc_width;
                        tree.get(at..at + label_width).unwrap_or_default()
                    }
                };
                pairs.extend(dep.iter().zip(head).map(|(a, b)| (a + b).max(0.0)));
            }
            start += n;
        }
        let labels = self.label.forward(self.level, &pairs);
        let mut start = 0;
        for n in lengths.iter().copied() {
            let mut r = Reading::default();
            let mut names = Vec::with_capacity(n);
            for word in start..start + n {
                let tag = tags.chunks_exact(self.tags.outputs()).nth(word).unwrap_or_default();
                let (u, rest) = tag.split_at(self.upos.len().min(tag.len()));
                let (x, e) = rest.split_at(self.xpos.len().min(rest.len()));
                r.upos.push(self.upos.get(argmax(u)).copied().unwrap_or(Upos::X));
                r.xpos.push(self.xpos.get(argmax(x)).copied().unwrap_or("NN"));
                names.push(<[f32; NAMES]>::try_from(e).unwrap_or_default());
                let head = chosen.get(word).copied().unwrap_or(0);
                r.heads.push((head as u32).checked_sub(1));
                let scores = labels
                    .get(word * self.relations.len()..(word + 1) * self.relations.len())
                    .unwrap_or_default();
                let label =
                    if head == 0 { self.root_relation } else { argmax_but(scores, self.root_relation) };
                r.relations.push(self.relations.get(label).copied().unwrap_or("dep"));
            }
            r.names = decode_names(&names);
            out.push(r);
            start += n;
        }
        out
    }
}

/// What is known about the word types seen so far.
#[derive(Debug, Default)]
pub(crate) struct Types {
    /// Looked up, never iterated.
    index: FxHashMap<String, u32>,
    gates: [Vec<f32>; 2],
    /// A reused buffer.
    scratch: Quantized,
    fresh: [Vec<f32>; 2],
    first: Vec<f32>,
}

fn argmax(scores: &[f32]) -> usize {
    argmax_but(scores, usize::MAX)
}

fn argmax_but(scores: &[f32], but: usize) -> usize {
    let mut best = (f32::NEG_INFINITY, 0);
    for (i, s) in scores.iter().enumerate() {
        if *s > best.0 && i != but {
            best = (*s, i);
        }
    }
    best.1
}

/// O, then B and I of persons, organisations and locations.
const NAMES: usize = 7;

/// The best sequence in which every I follows a B or I of its kind.
fn decode_names(scores: &[[f32; NAMES]]) -> Vec<(u32, u32, EntityKind)> {
    let allowed = |from: usize, to: usize| to == 0 || to % 2 == 1 || from == to || from + 1 == to;
    let mut total = [f32::NEG_INFINITY; NAMES];
    let mut back: Vec<[u8; NAMES]> = Vec::with_capacity(scores.len());
    for (i, score) in scores.iter().enumerate() {
        let mut next = [f32::NEG_INFINITY; NAMES];
        let mut from = [0u8; NAMES];
        for (to, (n, s)) in next.iter_mut().zip(score).enumerate() {
            if i == 0 {
                if allowed(0, to) {
                    *n = *s;
                }
                continue;
            }
            for (f, t) in total.iter().enumerate() {
                if allowed(f, to) && t + s > *n {
                    *n = t + s;
                    if let Some(slot) = from.get_mut(to) {
                        *slot = f as u8;
                    }
                }
            }
        }
        total = next;
        back.push(from);
    }
    let mut tag = argmax(&total);
    let mut tags = vec![0usize; scores.len()];
    for (slot, from) in tags.iter_mut().zip(&back).rev() {
        *slot = tag;
        tag = from.get(tag).map_or(0, |t| *t as usize);
    }
    let mut out: Vec<(u32, u32, EntityKind)> = Vec::new();
    for (i, tag) in tags.iter().enumerate() {
        let kind = match tag.div_ceil(2) {
            1 => EntityKind::Person,
            2 => EntityKind::Organization,
            3 => EntityKind::Location,
            _ => continue,
        };
        match out.last_mut() {
            Some(last) if tag % 2 == 0 => last.1 = i as u32 + 1,
            _ => out.push((i as u32, i as u32 + 1, kind)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The promise of `network`: the same bits at every instruction level, and for any batch.
    #[test]
    fn all_instruction_levels_agree() {
        let text = "Maj. Gen. Ann Lee told the Harbour Board in Oslo on Friday that 12 boats \u{2014} all from Bergen \u{2014} were lost . \
                    \u{201c}We wait,\u{201d} she said ; NOBODY WAS HURT . It isn't over";
        let forms: Vec<&str> = text.split(' ').collect();
        let lengths = [forms.len() - 14, 5, 9];
        let mut seen: Option<(Vec<f32>, Vec<Reading>)> = None;
        for level in Level::available() {
            let model = Model::load(WEIGHTS, level).unwrap_or_else(|e| panic!("{e}"));
            let states = model.encode(&forms, &lengths, &mut Types::default());
            let readings = model.read(&states, &lengths);
            let alone = model.encode(
                forms.get(..lengths[0]).unwrap_or_default(),
                &lengths[..1],
                &mut Types::default(),
            );
            assert_eq!(alone, states.get(..alone.len()).unwrap_or_default());
            match &seen {
                Some(first) => assert!(first.0 == states && first.1 == readings, "{level:?}"),
                None => seen = Some((states, readings)),
            }
        }
    }
}
