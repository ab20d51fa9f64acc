//! Attributions: who says, thinks or wants what, as spans of source, cue and content.
//!
//! Combines two methods: rules for constructions that can be recognised precisely ([`rules`]), and a learned labeller for the
//! many others. The results of both are subject to the same constraints: quotations stay whole, a cue has one content, and no
//! token has two roles in one attribution.

mod cues;
mod draft;
mod learned;
mod merge;
mod nest;
mod post;
mod quotation;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{Attribution, Document, Span};

use self::{draft::Draft, quotation::Quotations, rules::Scene};
use crate::tree::Tree;

#[doc(hidden)]
pub use self::learned::feature_dump;

/// Which methods are used; for measuring what each contributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// Rules alone.
    Rules,
    /// The labeller alone.
    Learned,
    /// The labeller, and rules for what it misses.
    #[default]
    Both,
}

/// Finds the attributions of a text in the order of their first span, nested ones included.
#[must_use]
pub fn find(document: &Document, text: &str) -> Vec<Attribution> {
    find_by(document, text, Method::Both)
}

/// Like [`find`], with the given methods.
#[must_use]
pub fn find_by(document: &Document, text: &str, method: Method) -> Vec<Attribution> {
    find_in(&Tree::new(document, text), method).0
}

/// Maximum number of attributions per sentence. Prose has three or four; a sentence with "according to" a hundred times is not
/// prose, and each attribution would contain all others.
const MOST_IN_SENTENCE: usize = 16;
/// Maximum nesting depth: how many attributions may surround one, each in the content of the next. Prose has one or two.
const MOST_AROUND: usize = 4;

/// Like [`find_by`], on an existing tree; also returns the sentences with more attributions than are read.
#[must_use]
pub fn find_in(tree: &Tree<'_>, method: Method) -> (Vec<Attribution>, Vec<Span>) {
    let (document, text) = (tree.document, tree.text);
    let quotations = Quotations::new(tree);
    let scene = Scene { tree, quotations: &quotations };
    let by_rule = if method == Method::Learned { Vec::new() } else { rules::find(&scene) };
    let mut drafts = match method {
        Method::Rules => by_rule,
        Method::Learned | Method::Both => merge::merge(learned::find(document, text), by_rule, &scene),
    };
    drafts = merge::join_continuations(drafts);
    drafts.sort_by_key(|d| {
        (d.content.iter().chain(&d.source).map(|r| r.start).min(), d.anchor, d.construction)
    });
    drafts.retain(|draft| !cues::are_all_of_phrases(tree, &draft.source));
    let mut crowded = thin_out(tree, &mut drafts);
    let parents = nest::parents(&drafts, document.tokens.len());
    let around = |i: usize| std::iter::successors(parents[i], |p| parents[*p]).take(MOST_AROUND + 1).count();
    let mut index = vec![None; drafts.len()];
    let mut found = Vec::with_capacity(drafts.len());
    for (i, draft) in drafts.iter().enumerate() {
        if around(i) > MOST_AROUND {
            crowded.extend(sentence(tree, draft));
            continue;
        }
        if let Some(attribution) = draft.finish(tree, &quotations) {
            index[i] = Some(found.len());
            found.push((i, attribution));
        }
    }
    let attributions = found
        .into_iter()
        .map(|(i, mut attribution)| {
            attribution.parent = parents[i].and_then(|p| index[p]);
            attribution
        })
        .collect();
    let sentences = crowded.into_iter().filter_map(|index| document.sentences.get(index));
    (attributions, sentences.map(|s| s.span).collect())
}

/// Index of a draft's sentence.
fn sentence(tree: &Tree<'_>, draft: &Draft) -> Option<usize> {
    tree.token(draft.anchor).map(|t| tree.sentence_at(t.span.start))
}

/// Keeps the first attributions of each sentence; returns the sentences that had more.
fn thin_out(tree: &Tree<'_>, drafts: &mut Vec<Draft>) -> BTreeSet<usize> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    drafts.retain(|draft| {
        let Some(sentence) = sentence(tree, draft) else { return true };
        let count = counts.entry(sentence).or_default();
        *count += 1;
        *count <= MOST_IN_SENTENCE
    });
    counts.into_iter().filter(|&(_, count)| count > MOST_IN_SENTENCE).map(|(index, _)| index).collect()
}
