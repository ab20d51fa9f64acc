//! The source of a verb, noun or adjective.

use std::ops::Range;

use sayso_model::Upos;

use super::Scene;
use crate::attribution::{
    cues::{CueKind, cue},
    draft::{Pieces, without},
};

/// A source as found in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Named here.
    Named(Pieces),
    /// Passive, impersonal or without subject: nobody is named.
    Nobody,
}

impl Found {
    pub(super) fn pieces(self) -> Pieces {
        match self {
            Self::Named(pieces) => pieces,
            Self::Nobody => Vec::new(),
        }
    }
}

/// The source of a verb (or of an adjective with a copula): its subject, that of the verb it is coordinated with, the noun that
/// it modifies, or the agent of a passive.
pub(super) fn of(scene: &Scene<'_>, verb: u32) -> Found {
    let mut at = verb;
    for _ in 0..6 {
        if is_passive(scene, at) {
            return agent(scene, at).map_or(Found::Nobody, |a| named(scene, a, verb));
        }
        if let Some(subject) = subject(scene, at) {
            if scene.is(subject, &["it", "there"]) && scene.child(at, &["expl"]) == Some(subject) {
                return Found::Nobody;
            }
            return named(scene, subject, verb);
        }
        let Some(head) = scene.tree.head(at) else { return Found::Nobody };
        match crate::tree::base(scene.tree.relation(at)) {
            "acl" | "amod" => return named(scene, head, verb),
            "conj" | "xcomp" | "advcl" | "parataxis" | "dep" if predicate(scene, head) => at = head,
            _ => return Found::Nobody,
        }
    }
    Found::Nobody
}

fn predicate(scene: &Scene<'_>, token: u32) -> bool {
    matches!(scene.upos(token), Upos::Verb | Upos::Aux | Upos::Adj) || scene.child(token, &["cop"]).is_some()
}

fn subject(scene: &Scene<'_>, verb: u32) -> Option<u32> {
    scene.child(verb, &["nsubj", "expl"]).or_else(|| inverted(scene, verb))
}

/// “...”, said X: a name or pronoun right after a reporting verb whose content comes before it is its subject, even if the tree
/// has it as the object.
fn inverted(scene: &Scene<'_>, verb: u32) -> Option<u32> {
    let entry = cue(&scene.tree.lemma(verb).to_lowercase(), CueKind::Verb).filter(|c| c.takes_quotation())?;
    let object = scene.child(verb, &["obj"]).filter(|_| !entry.takes_addressee())?;
    let range = scene.subtree(object);
    let follows = range.start == verb + 1;
    let after_content = verb > 0 && scene.is(verb - 1, &[",", "\"", "\u{201d}", "''", "?", "!"]);
    let named = matches!(scene.upos(object), Upos::Propn | Upos::Pron)
        || crate::lexicon::role_noun(scene.tree.lemma(object)).is_some();
    (follows && after_content && named).then_some(object)
}

/// True for a verb in the passive.
pub(super) fn is_passive(scene: &Scene<'_>, verb: u32) -> bool {
    scene
        .children(verb)
        .iter()
        .any(|&c| matches!(scene.tree.relation(c), "nsubj:pass" | "aux:pass" | "csubj:pass"))
}

/// "by X" with a passive verb or a noun.
pub(super) fn agent(scene: &Scene<'_>, token: u32) -> Option<u32> {
    scene.children(token).iter().copied().find(|&c| {
        matches!(crate::tree::base(scene.tree.relation(c)), "obl" | "nmod")
            && scene.case(c).is_some_and(|p| scene.is(p, &["by"]))
    })
}

fn named(scene: &Scene<'_>, head: u32, cue: u32) -> Found {
    let mut pieces = noun_phrase(scene, head, Some(cue));
    // "spokeswoman Ivy Larsen said": the tree may split it into two subjects
    let verb = scene.tree.head(head);
    if let (Some(verb), Some(last)) = (verb, pieces.last_mut()) {
        for &other in scene.children(verb) {
            let range = scene.subtree(other);
            let second = other > head && other < verb && scene.tree.relation(other).starts_with("nsubj");
            if second && range.start <= last.end + 1 && range.end <= verb && !range.contains(&cue) {
                last.end = range.end;
            }
        }
    }
    Found::Named(pieces)
}

/// A noun phrase without its preposition and without the part that contains the cue.
pub(super) fn noun_phrase(scene: &Scene<'_>, head: u32, cue: Option<u32>) -> Pieces {
    let mut range = scene.subtree(head);
    if let Some(case) = scene.child(head, &["case"]).filter(|&c| c < head) {
        range.start = range.start.max(case + 1);
    }
    // A comma after the cue that the tree hangs on the noun would draw the cue into the phrase.
    let within = |c: u32| scene.children(head).iter().any(|&child| scene.subtree(child).contains(&c));
    if let Some(cue) = cue.filter(|&c| head < c && !within(c)) {
        range.end = range.end.min(cue);
    }
    let mut cut: Option<Range<u32>> = None;
    for &child in scene.children(head) {
        let below = scene.subtree(child);
        let relation = scene.tree.relation(child);
        // what is attached to a noun only because the tree had nowhere else to put it
        let foreign =
            matches!(crate::tree::base(relation), "parataxis" | "advcl" | "cop" | "nsubj" | "aux" | "ccomp");
        if cue.is_some_and(|c| below.contains(&c)) || foreign {
            cut = Some(
                cut.map_or(below.clone(), |c: Range<u32>| c.start.min(below.start)..c.end.max(below.end)),
            );
        }
    }
    let pieces = cut.map_or_else(|| vec![range.clone()], |cut| without(&range, &cut));
    // the piece with the head is the source; what is beyond the cue is not
    pieces.into_iter().filter(|p| p.contains(&head)).collect()
}
