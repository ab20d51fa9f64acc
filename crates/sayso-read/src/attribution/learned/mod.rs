//! Attributions by a learned labeller.
//!
//! Two steps: classify every token as cue or not; then, for each cue, label every token of its paragraph with its role for that
//! cue. Trained on PolNeAR with the features of our own language core (`training/attribution`).

mod features;
mod network;

use std::{ops::Range, sync::OnceLock};

use sayso_model::{Construction, Document, Token, Upos};
use sayso_text::network::{Weights, WeightsError};

use self::{
    features::{Features, Memo, Vocabulary},
    network::{CONTENT, CUE, LABELS, Network, OTHER, SOURCE},
};
use super::draft::{Draft, tidy};
use crate::{encode, foreign};

static FILE: &[u8] = include_bytes!("../../../model/attribution.bin");

/// Minimum number of tokens encoded at once; a stretch ends with a paragraph.
const STRETCH: usize = 512;
/// Maximum number of tokens encoded at once, in a text without paragraphs.
const LONGEST: usize = 4096;
/// Log odds above which a token is considered as a cue.
const CANDIDATE: f32 = -1.2;
/// At most one token in this many of a stretch is considered as a cue, whatever the text.
const TOKENS_PER_CANDIDATE: usize = 6;
/// The numbers of rows that the tables of the weights must have.
const _: () =
    assert!(features::TOKEN_ROWS <= u16::MAX as usize && features::PAIR_ROWS <= features::TOKEN_ROWS);

/// An attribution as the labeller returns it.
#[derive(Debug, Clone)]
pub(super) struct Labelled {
    pub(super) draft: Draft,
    /// The labeller's confidence, as a sum of log odds; above 0 it is more likely right than not.
    pub(super) score: f32,
}

struct Labeller {
    network: Network<'static>,
    vocabulary: Vocabulary<'static>,
}

/// The bundled labeller; a test ensures that it loads.
fn labeller() -> Option<&'static Labeller> {
    static LABELLER: OnceLock<Option<Labeller>> = OnceLock::new();
    let load = || -> Result<Labeller, WeightsError> {
        let weights = Weights::parse(foreign::file("SAYSO_ATTRIBUTION", FILE))?;
        Ok(Labeller {
            network: Network::load(&weights)?,
            vocabulary: Vocabulary::new(weights.text("words")?),
        })
    };
    LABELLER.get_or_init(|| load().ok()).as_ref()
}

/// The attributions that the labeller finds, in text order of their cues. Their contents may overlap.
pub(super) fn find(document: &Document, text: &str) -> Vec<Labelled> {
    let Some(Labeller { network, vocabulary }) = labeller() else { return Vec::new() };
    let features = Features::new(document, text, vocabulary);
    let states = encode::words(document, text, &network.states).unwrap_or_default();
    let mut memo = Memo::default();
    let mut found = Vec::new();
    for stretch in features.stretches(STRETCH, LONGEST) {
        label(network, &features, &states, document, stretch, &mut memo, &mut found);
    }
    found
}

fn label(
    network: &Network<'_>,
    features: &Features<'_>,
    states: &[f32],
    document: &Document,
    stretch: Range<usize>,
    memo: &mut Memo,
    found: &mut Vec<Labelled>,
) {
    let first = stretch.start;
    let (Some(rows), Some(words)) = (features.rows.get(stretch.clone()), features.words.get(stretch.clone()))
    else {
        return;
    };
    let heads: Vec<usize> = stretch
        .clone()
        .map(|t| Some(features.head(t)).filter(|h| stretch.contains(h)).unwrap_or(t) - first)
        .collect();
    let width = network.states.outputs();
    let states = states.get(first * width..stretch.end * width).unwrap_or_default();
    let encoded = network.encode(rows, words, states, &heads);
    let mut candidates: Vec<(usize, f32)> =
        encoded.anchors.iter().copied().enumerate().filter(|&(_, odds)| odds > CANDIDATE).collect();
    candidates.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    candidates.truncate(stretch.len() / TOKENS_PER_CANDIDATE + 2);
    candidates.sort_by_key(|c| c.0);
    for (place, odds) in candidates {
        let anchor = (first + place) as u32;
        let window = features.window(anchor);
        let window = window.start.max(first as u32)..window.end.min(stretch.end as u32);
        let pairs = features.pairs(anchor, &window, memo);
        let inner = window.start as usize - first..window.end as usize - first;
        let up = |t: u32| Some(features.head(t as usize) as u32).filter(|h| window.contains(h)).unwrap_or(t);
        let heads: Vec<usize> = window.clone().map(|t| (up(t) - window.start) as usize).collect();
        let Some(scores) = network.roles(&encoded, inner, place, &pairs, &heads) else { continue };
        let path = best_path(&scores.labels, &network.transitions);
        let role = |label: usize| {
            let mut pieces: Vec<Range<u32>> = Vec::new();
            for (&l, t) in path.iter().zip(window.clone()) {
                if l == label {
                    match pieces.last_mut() {
                        Some(last) if last.end == t => last.end = t + 1,
                        _ => pieces.push(t..t + 1),
                    }
                }
            }
            pieces
        };
        let mut cue = role(CUE);
        if cue.is_empty() {
            cue = vec![anchor..anchor + 1];
        }
        let content = role(CONTENT);
        let source = nearest(role(SOURCE), &content, anchor);
        let construction = match construction(document.tokens.get(anchor as usize)) {
            Construction::Verb if source.is_empty() => Construction::Agentless,
            other => other,
        };
        let draft = Draft { source, cue: tidy(cue), content, anchor, construction };
        if !draft.content.is_empty() {
            found.push(Labelled { draft, score: 0.5 * (odds + scores.valid) - network.threshold });
        }
    }
}

/// Number of content tokens between two pieces of a source that make them two sources: "Sheriff: Michigan office shooting kills
/// 1, injures 2 ..., police said".
const APART: u32 = 8;

/// The pieces of a source, without those separated by that much content from the piece nearest to the cue.
fn nearest(source: Vec<Range<u32>>, content: &[Range<u32>], anchor: u32) -> Vec<Range<u32>> {
    let far = |p: &Range<u32>| p.start.abs_diff(anchor).min(p.end.abs_diff(anchor));
    let Some(own) = source.iter().min_by_key(|p| far(p)).cloned() else { return source };
    let between = |p: &Range<u32>| {
        let (from, to) = (p.end.min(own.end), p.start.max(own.start));
        content.iter().map(|c| c.end.min(to).saturating_sub(c.start.max(from))).sum::<u32>()
    };
    source.into_iter().filter(|p| between(p) < APART).collect()
}

/// The construction of an attribution, by its cue's part of speech.
fn construction(token: Option<&Token>) -> Construction {
    let Some(token) = token else { return Construction::Verb };
    match token.upos {
        Upos::Noun | Upos::Propn => Construction::Noun,
        Upos::Adj => Construction::Adjective,
        Upos::Adv => Construction::Adverb,
        Upos::Punct | Upos::Sym => Construction::Colon,
        _ if token.lemma.eq_ignore_ascii_case("accord") || token.lemma.eq_ignore_ascii_case("according") => {
            Construction::AccordingTo
        }
        _ => Construction::Verb,
    }
}

/// The label sequence with the highest total of scores and transitions (Viterbi).
fn best_path(scores: &[[f32; LABELS]], transitions: &[[f32; LABELS]; LABELS]) -> Vec<usize> {
    let Some((first, rest)) = scores.split_first() else { return Vec::new() };
    let mut best = *first;
    let mut from: Vec<[usize; LABELS]> = Vec::with_capacity(rest.len());
    for row in rest {
        let mut next = [0.0; LABELS];
        let mut back = [OTHER; LABELS];
        for (to, slot) in next.iter_mut().enumerate() {
            let (label, score) = (0..LABELS)
                .map(|l| (l, best[l] + transitions[l][to]))
                .fold((OTHER, f32::NEG_INFINITY), |a, b| if b.1 > a.1 { b } else { a });
            back[to] = label;
            *slot = score + row[to];
        }
        best = next;
        from.push(back);
    }
    let mut label = (0..LABELS).fold(OTHER, |a, b| if best[b] > best[a] { b } else { a });
    let mut path = vec![label];
    for back in from.iter().rev() {
        label = back[label];
        path.push(label);
    }
    path.reverse();
    path
}

/// All features of a text as lines, for comparison with those of the training script.
#[doc(hidden)]
#[must_use]
pub fn feature_dump(document: &Document, text: &str) -> String {
    use std::fmt::Write;
    let Some(Labeller { vocabulary, .. }) = labeller() else { return String::new() };
    let features = Features::new(document, text, vocabulary);
    let mut memo = Memo::default();
    let mut out = String::new();
    for (words, row) in features.words.iter().zip(&features.rows) {
        let _ = writeln!(out, "{words:?} {row:?}");
    }
    for anchor in (0..features.rows.len() as u32).step_by(7) {
        let window = features.window(anchor);
        let pairs = features.pairs(anchor, &window, &mut memo);
        let _ = writeln!(out, "{anchor} {window:?} {pairs:?}");
    }
    out
}
