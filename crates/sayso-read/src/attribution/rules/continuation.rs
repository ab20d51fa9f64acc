//! Quotations that continue: in the next sentence of the paragraph, or in the next paragraph.

use std::collections::BTreeMap;

use sayso_model::Construction;

use super::Scene;
use crate::attribution::{
    draft::{Draft, tidy},
    quotation::Quotation,
};

/// Attributes quotations that no cue claims to the speaker of the quotation before them.
pub(super) fn extend(scene: &Scene<'_>, drafts: &mut Vec<Draft>) {
    let quotations = scene.quotations.all();
    let mut claimed: BTreeMap<usize, usize> = BTreeMap::new();
    for (d, draft) in drafts.iter().enumerate() {
        for piece in &draft.content {
            for (q, quotation) in scene.quotations.touching(piece) {
                // "LARSEN: ...": the name is inside the marks
                let turn = draft.construction == Construction::Colon
                    && draft.source.first().is_some_and(|s| s.start == quotation.inner.start);
                let begins = piece.start <= quotation.inner.start || turn;
                let whole = begins && quotation.inner.end <= piece.end;
                let better = claimed.get(&q).is_none_or(|&o| drafts[o].size() < draft.size());
                if whole && better {
                    claimed.insert(q, d);
                }
            }
        }
    }
    let mut last: Option<usize> = None;
    for (q, quotation) in quotations.iter().enumerate() {
        if let Some(&d) = claimed.get(&q) {
            last = Some(d).filter(|&d| spoken(&drafts[d]));
            continue;
        }
        let Some(speaker) = last else { continue };
        let Some(before) = q.checked_sub(1).and_then(|p| quotations.get(p)) else { continue };
        let between = before.tokens.end..quotation.tokens.start;
        let own_sentence = quotation.inner.len() > 3
            && (scene
                .tree
                .sentence(quotation.inner.start)
                .is_some_and(|s| s.tokens.start + 1 >= quotation.inner.start));
        if quotation.paragraph == before.paragraph {
            // “A,” he said. “B.”
            let own =
                |i: u32| drafts[speaker].cue.iter().chain(&drafts[speaker].source).any(|r| r.contains(&i));
            let short = between.len() <= 40 && between.clone().any(own);
            if own_sentence && short && only_the_cue(scene, between, &drafts[speaker]) {
                let draft = &mut drafts[speaker];
                draft.content.push(quotation.tokens.clone());
                draft.content = tidy(std::mem::take(&mut draft.content));
                continue;
            }
            last = None;
        } else if quotation.paragraph == before.paragraph + 1 {
            let opens = scene
                .tree
                .sentence(quotation.inner.start)
                .is_some_and(|s| s.tokens.start == quotation.tokens.start);
            // “A.” / “A,” he said of it.
            let rest = before.tokens.end..scene.paragraph_end(before.tokens.end - 1);
            let at_end = rest.is_empty() || (rest.len() <= 20 && only_the_cue(scene, rest, &drafts[speaker]));
            if opens && own_sentence && (at_end || !before.closed) {
                let source = drafts[speaker].source.clone();
                let anchor = drafts[speaker].anchor;
                drafts.push(Draft {
                    source,
                    cue: Vec::new(),
                    content: vec![quotation.tokens.clone()],
                    anchor,
                    construction: Construction::Continuation,
                });
                claimed.insert(q, drafts.len() - 1);
                last = Some(drafts.len() - 1);
                continue;
            }
            last = None;
        } else {
            last = None;
        }
    }
    // “A. / “B,” she said: a paragraph without a closing mark goes on in the next one, whose speaker is named there.
    for (q, quotation) in quotations.iter().enumerate().rev().filter(|(_, q)| !q.closed) {
        let next = quotations.get(q + 1).filter(|n| n.paragraph == quotation.paragraph + 1);
        let opens = |n: &&Quotation| {
            scene.tree.sentence(n.inner.start).is_some_and(|s| s.tokens.start == n.tokens.start)
        };
        let goes_on = next.filter(opens).and_then(|_| claimed.get(&(q + 1))).map(|&d| &drafts[d]);
        let Some(said) = goes_on.filter(|draft| spoken(draft) && !claimed.contains_key(&q)) else { continue };
        drafts.push(Draft {
            source: said.source.clone(),
            cue: Vec::new(),
            content: vec![quotation.tokens.clone()],
            anchor: said.anchor,
            construction: Construction::Continuation,
        });
        claimed.insert(q, drafts.len() - 1);
    }
}

fn spoken(draft: &Draft) -> bool {
    matches!(
        draft.construction,
        Construction::Verb
            | Construction::Colon
            | Construction::Headline
            | Construction::AccordingTo
            | Construction::Continuation
    )
}

/// True if between two quotations there is the end of one sentence and nothing about something else: no complete sentence.
fn only_the_cue(scene: &Scene<'_>, between: std::ops::Range<u32>, draft: &Draft) -> bool {
    let ends = between.clone().filter(|&i| scene.is(i, &[".", "!", "?"])).count();
    ends <= 1 && between.contains(&draft.anchor)
}
