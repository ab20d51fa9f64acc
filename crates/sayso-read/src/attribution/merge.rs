//! What the labeller and the rules found, made one: a cue has one content, quotations stay whole, and of two that
//! contradict each other the surer one stays.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::Construction;

use super::{
    draft::{Draft, Pieces, cut_out, holds, tidy},
    learned::Labelled,
    quotation::Quotations,
};

/// Merges both.
pub(super) fn merge(labelled: Vec<Labelled>, rules: Vec<Draft>, quotations: &Quotations) -> Vec<Draft> {
    let mut kept = outermost(labelled);
    for draft in &mut kept {
        whole_quotations(draft, quotations);
    }
    let mut at_anchor: BTreeMap<u32, usize> = kept.iter().enumerate().map(|(i, d)| (d.anchor, i)).collect();
    let mut by_cue: BTreeSet<u32> = kept.iter().flat_map(|d| d.cue.iter().cloned().flatten()).collect();
    let mut spoken: BTreeSet<u32> = kept.iter().flat_map(|d| d.content.iter().cloned().flatten()).collect();
    for rule in rules {
        let known = at_anchor.get(&rule.anchor).copied().filter(|_| !rule.cue.is_empty());
        if let Some(own) = known.and_then(|i| kept.get_mut(i)) {
            own.construction = rule.construction;
            continue;
        }
        if rule.cue.iter().cloned().flatten().any(|t| by_cue.contains(&t)) {
            continue;
        }
        let nested = spoken.contains(&rule.anchor);
        let repeats = rule.content.iter().cloned().flatten().filter(|t| spoken.contains(t)).count() as u32
            * 2
            > rule.size();
        if !nested && (repeats || !trusted(&rule)) && rule.construction != Construction::Citing {
            continue;
        }
        by_cue.extend(rule.cue.iter().cloned().flatten());
        at_anchor.insert(rule.anchor, kept.len());
        if !nested {
            spoken.extend(rule.content.iter().cloned().flatten());
        }
        kept.push(rule);
    }
    kept
}

/// Constructions that a rule tells more exactly than it is trusted to guess.
fn trusted(draft: &Draft) -> bool {
    matches!(
        draft.construction,
        Construction::AccordingTo
            | Construction::Citing
            | Construction::Headline
            | Construction::Colon
            | Construction::Continuation
    )
}

/// Of the labeller's attributions those that it believes, surest first, without those whose cue stands in the content
/// of a surer one or holds such a cue in its own.
fn outermost(mut labelled: Vec<Labelled>) -> Vec<Draft> {
    labelled.retain(|l| l.score >= 0.0);
    labelled.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.draft.anchor.cmp(&b.draft.anchor)));
    let (mut spoken, mut cues) = (BTreeSet::new(), BTreeSet::new());
    let mut kept: Vec<Draft> = Vec::new();
    for Labelled { draft, .. } in labelled {
        if spoken.contains(&draft.anchor) || cues.contains(&draft.anchor) {
            continue;
        }
        spoken.extend(draft.content.iter().cloned().flatten());
        cues.extend(draft.cue.iter().cloned().flatten());
        kept.push(draft);
    }
    kept.retain(|d| !spoken.contains(&d.anchor) || holds(&d.content, d.anchor));
    kept.sort_by_key(|d| d.anchor);
    kept
}

/// A content that takes most of a quotation takes all of it, and one that takes a word at its edge takes none.
fn whole_quotations(draft: &mut Draft, quotations: &Quotations) {
    let mut pieces: Pieces = draft.content.clone();
    let Some(low) = pieces.first().map(|p| p.start) else { return };
    let Some(high) = pieces.last().map(|p| p.end) else { return };
    for (_, q) in quotations.touching(&(low..high)) {
        if draft.cue.iter().chain(&draft.source).any(|r| r.start < q.tokens.end && q.tokens.start < r.end) {
            continue;
        }
        let inside: u32 = draft
            .content
            .iter()
            .map(|p| p.end.min(q.inner.end).saturating_sub(p.start.max(q.inner.start)))
            .sum();
        if inside * 2 >= q.inner.len() as u32 {
            pieces.push(q.tokens.clone());
        } else if inside <= 1 {
            pieces = cut_out(&pieces, &q.tokens);
        }
    }
    draft.content = tidy(pieces);
}
