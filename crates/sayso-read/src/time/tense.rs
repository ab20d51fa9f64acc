//! The tense of the verb that a time expression belongs to.

use std::ops::Range;

use sayso_model::{Document, Upos};

use crate::word::{Words, dependents};
use crate::words::{self, Set};

/// When a verb places its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tense {
    Past,
    Present,
    Future,
    Unknown,
}

/// The tense of the verb that governs some words of a sentence.
///
/// Climbs the tree to the nearest verb; if the tree has none, the nearby words decide.
pub(super) fn of(document: &Document, words: &Words<'_>, at: &Range<usize>, within: &Range<usize>) -> Tense {
    let tokens = words.get(at.start).zip(words.get(at.end - 1)).map(|(a, b)| a.token..b.token + 1);
    let by_tree = tokens.map_or(Tense::Unknown, |tokens| of_tokens(document, &tokens));
    if by_tree != Tense::Unknown {
        return by_tree;
    }
    // No verb above: the nearby words. A full stop, semicolon or colon ends the context.
    let from = at.start.saturating_sub(10).max(within.start);
    let to = (at.end + 8).min(within.end);
    let near = words.all.get(from..to).unwrap_or(&[]);
    if near.iter().any(|w| words::is(Set::CertainlyAhead, &w.lower)) {
        return Tense::Future;
    }
    Tense::Unknown
}

/// The tense of the verb above some tokens.
fn of_tokens(document: &Document, tokens: &Range<u32>) -> Tense {
    let token = tokens.end - 1;
    let mut at = token;
    let mut below = None;
    for _ in 0..12 {
        let Some(this) = document.tokens.get(at as usize) else { return Tense::Unknown };
        if at != token || this.upos == Upos::Verb {
            // A verb's present tense refers to the time only if the time modifies that verb itself.
            let dated = below.is_some_and(|b| tokens.contains(&b)) && !tokens.contains(&at);
            if dated && (is_on_a_day(document, at) || is_called_for(document, at, below)) {
                return Tense::Future;
            }
            let tense = of_predicate(document, at);
            if tense != Tense::Unknown {
                return tense;
            }
        }
        let Some(head) = this.head else { return Tense::Unknown };
        below = Some(at);
        at = head;
    }
    Tense::Unknown
}

/// True for something called for a given day: "the strike that the unions called for Monday".
fn is_called_for(document: &Document, at: u32, day: Option<u32>) -> bool {
    let called =
        document.tokens.get(at as usize).is_some_and(|t| matches!(t.lemma.as_str(), "call" | "schedule"));
    called && day.is_some_and(|day| dependents(document, day).any(|c| c.lemma == "for"))
}

/// True for a present tense for scheduled events: "reopens on Monday", "is meeting on Monday".
fn is_on_a_day(document: &Document, at: u32) -> bool {
    let Some(this) = document.tokens.get(at as usize).filter(|t| t.upos == Upos::Verb) else { return false };
    match this.xpos {
        "VBZ" | "VBP" => words::is(Set::OnADay, this.lemma.as_str()),
        "VBG" => dependents(document, at)
            .any(|c| c.relation.starts_with("aux") && c.lemma == "be" && matches!(c.xpos, "VBZ" | "VBP")),
        _ => false,
    }
}

fn of_predicate(document: &Document, at: u32) -> Tense {
    let Some(this) = document.tokens.get(at as usize) else { return Tense::Unknown };
    let lemma = this.lemma.as_str();
    let mut auxiliaries =
        dependents(document, at).filter(|c| matches!(c.relation.split(':').next(), Some("aux" | "cop")));
    let verbal = matches!(this.upos, Upos::Verb | Upos::Aux);
    let mut seen = Tense::Unknown;
    if words::is(Set::Ahead, lemma) || verbal && words::is(Set::PlanningAhead, lemma) {
        return Tense::Future;
    }
    // "is due from Oslo on Friday", where "due" is attached to the town.
    let due = dependents(document, at).any(|c| c.lemma == "due" && matches!(c.upos, Upos::Adj | Upos::Adp));
    if due && (!verbal || this.xpos == "VB") {
        return Tense::Future;
    }
    // "Talks could follow in May" is about the future; what somebody could hear or could not do is past.
    let could = this.xpos == "VB" && !words::is(Set::Perceiving, lemma);
    let could =
        could && !dependents(document, at).any(|c| matches!(c.lemma.as_str(), "not" | "n't" | "have"));
    for auxiliary in &mut auxiliaries {
        match (auxiliary.lemma.as_str(), auxiliary.xpos) {
            ("will" | "shall" | "'ll" | "wo", _) => return Tense::Future,
            // "He said that it would end on Monday": future relative to the statement, unless it did not happen ("would have").
            // The same goes for "may".
            ("could", _) if could => seen = Tense::Future,
            ("would" | "may" | "might", _) => seen = Tense::Future,
            (_, "VBD") => seen = Tense::Past,
            ("have", _) => seen = Tense::Past,
            ("be" | "do", "VBZ" | "VBP") if seen == Tense::Unknown => seen = Tense::Present,
            (_, "MD") if seen == Tense::Unknown => seen = Tense::Present,
            _ => {}
        }
    }
    // "is to meet on Monday", "plans to vote on Monday", "preparing to leave".
    let infinitive =
        this.xpos == "VB" && dependents(document, at).any(|c| c.lemma == "to" && c.relation == "mark");
    let passive =
        this.xpos == "VBN" && dependents(document, at).any(|c| c.lemma == "to" && c.relation == "mark");
    let is_to = (infinitive || passive)
        && this
            .head
            .and_then(|h| document.tokens.get(h as usize))
            .into_iter()
            .chain(dependents(document, at))
            .any(|b| b.lemma == "be" && matches!(b.xpos, "VBZ" | "VBP"));
    // "Troops were to arrive on Monday, she said": ahead of what is told.
    let told = this.relation == "ccomp" || this.relation == "parataxis";
    let was_to = infinitive
        && told
        && dependents(document, at).any(|b| b.lemma == "be" && b.xpos == "VBD")
        && !dependents(document, at).any(|b| b.lemma == "have");
    if is_to || was_to {
        return Tense::Future;
    }
    if infinitive && this.relation == "xcomp" && seen == Tense::Unknown {
        let head = this.head.and_then(|h| document.tokens.get(h as usize));
        let looks_ahead = head.is_some_and(|h| words::is(Set::LookingAhead, &h.lemma));
        return if looks_ahead { Tense::Future } else { Tense::Unknown };
    }
    if seen != Tense::Unknown {
        // "is meeting on Monday" and "is leaving" are about the future or now: present.
        return seen;
    }
    match this.xpos {
        "VBD" => Tense::Past,
        "VBZ" | "VBP" => Tense::Present,
        // A participle without an auxiliary ("killed on Monday", "held on Monday").
        "VBN" if verbal => Tense::Past,
        _ => Tense::Unknown,
    }
}
