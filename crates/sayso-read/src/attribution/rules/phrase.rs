//! "According to X, ...", "..., according to X", "in the words of X".

use std::ops::Range;

use sayso_model::{Construction, Sentence, Upos};

use super::{Scene, source};
use crate::{
    attribution::{
        cues::phrases,
        draft::{Draft, Pieces, tidy},
    },
    words::{self, Set},
};

/// The attributions of a sentence whose cue is a phrase.
pub(super) fn find(scene: &Scene<'_>, sentence: &Sentence) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for first in sentence.tokens.clone() {
        if let Some(phrase) = phrases().iter().find(|p| stands_at(scene, first, p)) {
            let cue = first..first + phrase.len() as u32;
            drafts.extend(attribution(scene, sentence, cue));
        }
    }
    drafts
}

fn stands_at(scene: &Scene<'_>, first: u32, phrase: &[&str]) -> bool {
    phrase.iter().zip(first..).all(|(word, i)| scene.is(i, &[word]))
}

fn attribution(scene: &Scene<'_>, sentence: &Sentence, cue: Range<u32>) -> Option<Draft> {
    let head = governor(scene, &cue)?;
    let mut source = source::noun_phrase(scene, head, None);
    for piece in &mut source {
        piece.start = piece.start.max(cue.end);
    }
    let source =
        tidy(source.into_iter().filter(|p| p.start < p.end).map(|p| until_clause(scene, p)).collect());
    let end = source.last()?.end;
    let content = content(scene, sentence, &cue, end)?;
    let anchor = cue.start;
    Some(Draft { source, cue: vec![cue], content, anchor, construction: Construction::AccordingTo })
}

/// The head of the noun phrase after the cue.
fn governor(scene: &Scene<'_>, cue: &Range<u32>) -> Option<u32> {
    let mut at = scene.tree.head(cue.start);
    for _ in 0..4 {
        match at {
            Some(h) if h >= cue.end => return Some(h),
            Some(h) => at = scene.tree.head(h).filter(|_| cue.contains(&h)),
            None => break,
        }
    }
    // the tree does not say: the first noun after the cue that does not precede another noun
    let sentence = scene.sentence(cue.start);
    let noun = |i: u32| matches!(scene.upos(i), Upos::Noun | Upos::Propn | Upos::Pron);
    (cue.end..sentence.end.min(cue.end + 12)).find(|&i| noun(i) && !noun(i + 1))
}

/// A source ends before a clause that the tree wrongly attached to it: a comma followed by a subject and verb.
fn until_clause(scene: &Scene<'_>, piece: Range<u32>) -> Range<u32> {
    let comma = piece.clone().skip(1).find(|&i| {
        scene.is(i, &[",", ";"])
            && (i + 1..piece.end)
                .any(|j| matches!(crate::tree::base(scene.tree.relation(j)), "nsubj" | "aux" | "cop"))
            && !words::is(Set::Relatives, &scene.tree.form(i + 1).to_lowercase())
            && !scene.is(i + 1, &["that"])
    });
    piece.start..comma.unwrap_or(piece.end)
}

/// What the phrase is about: the whole sentence before it or, if it comes first, everything after it; in the middle of a
/// sentence, the part before and, if a comma closes the phrase, the part after.
fn content(scene: &Scene<'_>, sentence: &Sentence, cue: &Range<u32>, end: u32) -> Option<Pieces> {
    let whole = sentence.tokens.clone();
    let whole = whole.start.max(cue.start.saturating_sub(super::REACH))..whole.end.min(end + super::REACH);
    let before = whole.start..cue.start;
    let after = end.max(cue.end)..whole.end;
    let words = |r: &Range<u32>| r.clone().filter(|&i| scene.upos(i) != Upos::Punct).count();
    let pieces = match (words(&before), words(&after)) {
        (0..=1, 0) => return quotation_before(scene, sentence, cue),
        (0..=1, _) => vec![after],
        (_, 0) => vec![before],
        _ if scene.is(after.start, &[",", ")"]) => vec![before, after],
        // "..., according to X and Y said": another clause
        _ => vec![before],
    };
    Some(tidy(pieces))
}

/// “...,” according to X: the quotation may be a sentence of its own.
fn quotation_before(scene: &Scene<'_>, sentence: &Sentence, cue: &Range<u32>) -> Option<Pieces> {
    let (_, q) = scene.quotations.before(cue.start)?;
    (q.paragraph == sentence.paragraph && q.tokens.end + 2 >= cue.start).then(|| vec![q.tokens.clone()])
}
