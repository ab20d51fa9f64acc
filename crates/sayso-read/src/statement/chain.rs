//! Chains: from the outlet through its relays to the origin.
//!
//! Taken from "X said, citing Y" (Y is deeper), "Y told X" (an outlet X is a relay), "X quoted Y as saying" (Y is deeper), "said
//! after a briefing by Y" (Y is deeper), and from the nesting of attributions.

use std::collections::BTreeMap;

use sayso_model::{
    Attribution, ChainLink, ChainRole, Construction, EntityKind, EntityMention, Head, Span, SpeakerId,
    SpeakerKind, Upos,
};

use crate::{
    correction,
    lexicon::{self, RoleClass},
    speaker::{Cast, MemberId, is_camel},
    tree::{Tree, base},
    words::{self, Set},
};

/// The phrases of one attribution that name somebody.
#[derive(Debug, Clone, Default)]
pub(crate) struct Voices {
    /// Who says so.
    pub(crate) source: Option<Span>,
    /// Whom the source in turn relies on, nearest first.
    pub(crate) deeper: Vec<Span>,
    /// Whom it is said to.
    pub(crate) addressee: Option<Span>,
    /// True if the addressee is an outlet and so relays the statement.
    pub(crate) addressee_relays: bool,
    /// An outlet that the end of the sentence credits with all of it.
    pub(crate) outer: Option<Span>,
    /// True if the source wants, plans, hopes, finds or does something but says nothing.
    pub(crate) says_nothing: bool,
    /// True if the source is an earlier publication of the outlet itself.
    pub(crate) source_is_own: bool,
    /// True if the source denies it, and whose claim it denies is another voice.
    pub(crate) denies: bool,
}

impl Voices {
    /// The addressee if it relays the statement.
    pub(crate) fn relay_addressee(&self) -> Option<Span> {
        self.addressee.filter(|_| self.addressee_relays)
    }
}

/// One step of a chain: who, and the words that show it.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) member: Option<MemberId>,
    pub(crate) evidence: Vec<Span>,
    /// True for somebody whom a statement was made to.
    pub(crate) addressed: bool,
    /// True for the outlet itself, in an earlier publication ("a report on our site").
    pub(crate) own: bool,
}

/// Finds the phrases of an attribution that name somebody.
pub(crate) fn voices(tree: &Tree<'_>, attribution: &Attribution) -> Voices {
    let source = main_piece(tree, attribution);
    let says_nothing =
        super::modality::is_intention(tree, &attribution.cue) || super::act::is_act(tree, attribution);
    // "... and claims to hold eight", if the model tags the verb as a noun: the source is that of the enclosing attribution.
    let verbal = source.is_none()
        && attribution.construction == Construction::Noun
        && attribution.content.first().is_some_and(|c| c.cut(tree.text).starts_with("to "));
    let says_nothing = says_nothing || verbal || is_said_by_nobody(tree, attribution);
    let denies = super::modality::is_denial(tree, &attribution.cue);
    let source_is_own = source.is_some_and(|s| is_own_document(tree, s));
    let mut voices = Voices { source, says_nothing, denies, source_is_own, ..Voices::default() };
    let Some(cue) = cue_token(tree, attribution) else { return voices };
    voices.deeper = deeper(tree, attribution, cue);
    voices.outer = outer(tree, attribution, cue)
        .or_else(|| quoted_by(tree, attribution, cue))
        .or_else(|| quoting(tree, cue))
        .or_else(|| credited(tree, attribution, cue))
        .or_else(|| source.and_then(|s| reached_by(tree, s)));
    if let Some(addressee) = addressee(tree, attribution, cue) {
        voices.addressee = Some(addressee);
        let hears = is_outlet_phrase(tree, addressee)
            || (tree.lemma(cue) == "tell" || source.is_some_and(|s| s.contains(addressee)))
                && is_unknown_body(tree, addressee);
        voices.addressee_relays = hears && !is_itself(tree, addressee);
    }
    voices
}

/// True for "none of the candidates said": nobody has said it.
pub(crate) fn is_said_by_nobody(tree: &Tree<'_>, attribution: &Attribution) -> bool {
    let Some(source) = attribution.source.first() else { return false };
    let first = tree.document.tokens_in(*source).start;
    let word = tree.form(first).to_lowercase();
    // "No 10" is the prime minister's office.
    let no = || word == "no" && tree.token(first + 1).is_some_and(|next| next.upos != Upos::Num);
    words::is(Set::Nobody, &word) || no()
}

/// True for a noun for evidence that is said not to exist: "no evidence that 130 had died".
pub(crate) fn is_missing_proof(tree: &Tree<'_>, attribution: &Attribution) -> bool {
    let Some(cue) = cue_token(tree, attribution) else { return false };
    let proof = words::is(Set::Proof, tree.lemma(cue));
    let before = cue.saturating_sub(3)..cue;
    proof
        && attribution.source.is_empty()
        && before.into_iter().any(|t| tree.form(t).eq_ignore_ascii_case("no"))
}

/// True if the source speaks about itself: "I" and "we" in somebody's statement mean the speaker.
pub(crate) fn is_first_person(tree: &Tree<'_>, voices: &Voices) -> bool {
    let Some(source) = voices.source.map(|s| tree.document.tokens_in(s)) else { return false };
    let Some(last) = source.end.checked_sub(1).filter(|t| source.contains(t)) else { return false };
    // "Most of all I fear": what comes before it is not a name.
    let names = |t: u32| tree.token(t).is_some_and(|x| matches!(x.upos, Upos::Noun | Upos::Propn));
    matches!(tree.form(last).to_lowercase().as_str(), "i" | "we") && !(source.start..last).any(names)
}

/// True for the outlet's own words for itself: "this station", "our newspaper".
fn is_itself(tree: &Tree<'_>, span: Span) -> bool {
    let first = tree.document.tokens_in(span).start;
    matches!(tree.form(first).to_lowercase().as_str(), "this" | "our")
}

/// True for "a report that appeared on our site".
fn is_own_document(tree: &Tree<'_>, span: Span) -> bool {
    let tokens = tree.document.tokens_in(span);
    let whole = tree.head_of(span).map_or(tokens.clone(), |h| tree.subtree(h));
    let own =
        whole.chain(tokens.clone()).any(|t| matches!(tree.form(t).to_lowercase().as_str(), "our" | "we"));
    // "Its article" belongs to an outlet named before.
    let possessed = matches!(tree.form(tokens.start).to_lowercase().as_str(), "its" | "their");
    let document = tokens.into_iter().find_map(|t| lexicon::role_noun(tree.lemma(t)));
    document.is_some_and(|r| {
        r.class == RoleClass::Document && (own || r.kin == "article" && !possessed && is_notice(tree, span))
    })
}

/// True in a correction notice: "an article" in it is the outlet's own.
fn is_notice(tree: &Tree<'_>, span: Span) -> bool {
    let paragraph = tree.paragraph_at(span.start);
    let head = tree.document.paragraphs.get(paragraph.saturating_sub(1)..=paragraph);
    head.unwrap_or_default().iter().any(|p| correction::opens_notice(p.cut(tree.text)))
}

/// Who quotes, in "X was quoted by Y as saying".
fn quoted_by(tree: &Tree<'_>, attribution: &Attribution, cue: u32) -> Option<Span> {
    let hull = Span::hull(&attribution.cue).map_or(cue..cue + 1, |c| tree.document.tokens_in(c));
    let quoted = hull.chain([cue]).find(|&t| is_quoted(tree, t))?;
    let limit = tree.sentence(quoted)?.tokens.end.min(quoted + 12);
    let by = (quoted + 1..limit.min(quoted + 3)).find(|&t| matches!(tree.form(t), "by" | "in"))?;
    let end = (by + 1..limit).find(|&t| matches!(tree.form(t), "as" | "," | "."))?;
    tree.span(by + 1..end).filter(|s| !s.is_empty())
}

/// The outlet that has it from a source that it names: "two diplomats quoted by the newspaper", "a doctor reached by X".
fn reached_by(tree: &Tree<'_>, source: Span) -> Option<Span> {
    let tokens = tree.document.tokens_in(source);
    let limit = tree.sentence(tokens.start)?.tokens.end.min(tokens.end + 10);
    let behind = if tree.form(tokens.end) == "," { tokens.end + 1 } else { tokens.end };
    let verb = (tokens.start + 1..behind.max(tokens.start + 1) + 1)
        .find(|&t| words::is(Set::SoughtOut, tree.form(t)) && tree.form(t + 1) == "by")?;
    let stop = |t: &u32| {
        matches!(tree.form(*t), "," | "." | ";" | ":" | "on" | "in" | "at")
            || tree.token(*t).is_some_and(|x| matches!(x.upos, Upos::Verb | Upos::Aux | Upos::Sconj))
    };
    let end = (verb + 2..limit).find(stop).unwrap_or(limit);
    tree.span(verb + 2..end).filter(|s| is_outlet_phrase(tree, *s))
}

/// The relay in "..., according to Y, as quoted by the radio".
fn credited(tree: &Tree<'_>, attribution: &Attribution, cue: u32) -> Option<Span> {
    let sentence = tree.sentence(cue)?;
    let verb = (sentence.tokens.start + 1..sentence.tokens.end).find(|&t| {
        tree.form(t - 1).eq_ignore_ascii_case("as")
            && words::is(Set::Credited, tree.form(t))
            && tree.form(t + 1) == "by"
    })?;
    let span = run_after(tree, verb + 1, sentence.tokens.end).filter(|s| !s.is_empty())?;
    let apart = attribution.source.iter().chain(&attribution.content).all(|s| !s.overlaps(span));
    apart.then_some(span)
}

/// The outlet that quotes, in "the Harbour Times, quoting X, put the toll at 12" and "..., the Harbour Times reports, quoting X".
fn quoting(tree: &Tree<'_>, cue: u32) -> Option<Span> {
    if !words::is(Set::Citing, tree.form(cue)) {
        return None;
    }
    let named = |verb: u32, span: Span| {
        is_outlet_phrase(tree, span) || tree.lemma(verb) == "report" && is_unknown_body(tree, span)
    };
    // The tree often misses a clause between commas.
    let verb =
        cue.checked_sub(2).filter(|&v| tree.form(v + 1) == "," && words::is(Set::ReportsIt, tree.form(v)));
    let between = verb.and_then(|verb| {
        let comma = (tree.sentence(cue)?.tokens.start..verb).rev().take(8).find(|&t| tree.form(t) == ",")?;
        tree.span(comma + 1..verb).filter(|s| named(verb, *s))
    });
    if between.is_some() {
        return between;
    }
    let head = tree.head(cue)?;
    let quoter = match base(tree.relation(cue)) {
        "acl" => head,
        _ => tree.child(head, &["nsubj"])?,
    };
    let start = tree.subtree(quoter).start;
    tree.span(start..quoter + 1).filter(|s| quoter < cue && named(head, *s))
}

/// True for "quoted" or "cited" in the passive.
fn is_quoted(tree: &Tree<'_>, token: u32) -> bool {
    words::is(Set::Quoting, tree.lemma(token))
        && tree.child(token, &["aux"]).is_some_and(|a| tree.lemma(a) == "be")
}

/// Gives "adding that ..." the source of the statement that it adds to.
pub(crate) fn inherit(tree: &Tree<'_>, attributions: &[Attribution], voices: &mut [Voices]) {
    for index in 0..voices.len() {
        let attribution = &attributions[index];
        if voices[index].source.is_some() || attribution.construction != Construction::Verb {
            continue;
        }
        let Some(cue) =
            cue_token(tree, attribution).filter(|&c| tree.token(c).is_some_and(|t| t.xpos == "VBG"))
        else {
            continue;
        };
        let near = index.saturating_sub(4)..(index + 5).min(voices.len());
        voices[index].source = near
            .filter(|&other| other != index)
            .find(|&other| cue_token(tree, &attributions[other]).is_some_and(|c| tree.head(cue) == Some(c)))
            .and_then(|other| voices[other].source);
    }
}

/// The piece of the source that names it: the one with the head token, otherwise the first.
fn main_piece(tree: &Tree<'_>, attribution: &Attribution) -> Option<Span> {
    let head = attribution.source_head.and_then(|h| tree.token(h)).map(|t| t.span);
    attribution
        .source
        .iter()
        .copied()
        .find(|s| head.is_some_and(|h| s.contains(h)))
        .or(attribution.source.first().copied())
}

/// The cue's head token.
pub(crate) fn cue_token(tree: &Tree<'_>, attribution: &Attribution) -> Option<u32> {
    attribution.cue_head.or_else(|| tree.head_of(Span::hull(&attribution.cue)?))
}

fn deeper(tree: &Tree<'_>, attribution: &Attribution, cue: u32) -> Vec<Span> {
    let mut found = Vec::new();
    let Some(sentence) = tree.sentence(cue) else { return found };
    let outside =
        |t: u32| tree.token(t).is_some_and(|x| !attribution.content.iter().any(|c| c.contains(x.span)));
    let hull = Span::hull(&attribution.cue).map_or(cue..cue + 1, |c| tree.document.tokens_in(c));
    let quoting = hull.chain([cue]).find(|&t| {
        words::is(Set::Quoting, tree.lemma(t))
            && !is_quoted(tree, t)
            && !words::is(Set::Citing, &tree.form(t).to_lowercase())
    });
    if let Some(quoting) = quoting {
        // "quoted Y as saying": Y is between the verb and "as".
        let limit = sentence.tokens.end.min(quoting + 14);
        match (quoting + 1..limit).find(|&t| tree.form(t) == "as") {
            Some(until) => found.extend(tree.span(quoting + 1..until).filter(|s| !s.is_empty())),
            None => found
                .extend(tree.child(quoting, &["obj"]).filter(|&o| o > quoting).and_then(|o| phrase(tree, o))),
        }
    }
    for t in sentence.tokens.clone().filter(|&t| t != cue) {
        if !outside(t) {
            if tree.lemma(t) == "attribute" {
                found.extend(attributed(tree, t, cue, sentence.tokens.end));
            }
            continue;
        }
        let form = tree.form(t).to_lowercase();
        match form.as_str() {
            word if words::is(Set::Citing, word) && belongs(tree, t, cue) => {
                found.extend(cited(tree, t, sentence.tokens.end));
            }
            // "relaying an assessment by Y", "giving Y as its source"
            word if words::is(Set::Relaying, word) && belongs(tree, t, cue) => {
                found.extend(given(tree, t, sentence.tokens.end));
            }
            word if words::is(Set::Briefings, word) => {
                found.extend(briefed(tree, attribution, t, sentence.tokens.end));
            }
            word if words::is(Set::Supplied, word) => found.extend(supplier(tree, t)),
            "after" | "once" => found.extend(told_before(tree, t, sentence.tokens.end)),
            "attributed" | "attributing" => found.extend(attributed(tree, t, cue, sentence.tokens.end)),
            _ => {}
        }
    }
    let source = main_piece(tree, attribution).map(|s| own_words(tree, s));
    let in_cue = |s: &Span| attribution.cue.iter().any(|c| c.overlaps(*s));
    found.retain(|s| source.is_none_or(|x| !x.overlaps(*s)) && !in_cue(s));
    found
}

/// Who briefed the speaker: "a briefing by Y", "Y's presentation", for lawmakers also "a hearing with Y".
fn briefed(tree: &Tree<'_>, attribution: &Attribution, at: u32, limit: u32) -> Option<Span> {
    let link = (at + 1..limit.min(at + 4)).find(|&t| matches!(tree.lemma(t), "by" | "from" | "with"));
    let form = tree.form(at);
    let held = matches!(form, "hearing" | "session");
    match link {
        Some(link) if tree.form(link) == "with" => {
            let source = attribution.source_head.and_then(|h| lexicon::role_noun(tree.lemma(h)));
            let lawmaker = source.is_some_and(|r| r.kin == "lawmaker")
                || main_piece(tree, attribution).is_some_and(|s| names_lawmaker(tree, s));
            (lawmaker && form != "briefed").then(|| run_after(tree, link, limit)).flatten()
        }
        Some(link) if !held => run_after(tree, link, limit),
        None if matches!(form, "briefing" | "presentation") => {
            // "after the agency's presentation"
            let owner = tree.child(at, &["nmod"]).filter(|&o| tree.relation(o) == "nmod:poss")?;
            let tokens = tree.subtree(owner);
            let end = (owner..at).find(|&t| tree.ends_possessor(t)).unwrap_or(owner + 1);
            (tree.token(owner)?.upos != Upos::Pron).then(|| tree.span(tokens.start..end)).flatten()
        }
        _ => None,
    }
}

fn names_lawmaker(tree: &Tree<'_>, source: Span) -> bool {
    let mut tokens = tree.document.tokens_in(source);
    tokens.any(|t| lexicon::role_noun(&tree.lemma(t).to_lowercase()).is_some_and(|r| r.kin == "lawmaker"))
}

/// Who supplied the numbers: "a hearing with Y, which had supplied the numbers".
fn supplier(tree: &Tree<'_>, verb: u32) -> Option<Span> {
    let number = |t: u32| words::is(Set::CountNouns, tree.lemma(t)) || tree.lemma(t) == "datum";
    let numbers = (verb + 1..verb + 5).any(number);
    let relative = (verb.saturating_sub(4)..verb).rev().find(|&t| words::is(Set::Relatives, tree.form(t)))?;
    let comma = relative.checked_sub(1).filter(|&c| tree.form(c) == ",")?;
    let sentence = tree.sentence(verb)?;
    let start = (sentence.tokens.start..comma).rev().find(|&t| {
        tree.token(t).is_some_and(|x| matches!(x.upos, Upos::Adp | Upos::Verb | Upos::Punct | Upos::Sconj))
            && tree.form(t) != "of"
            && tree.form(t) != "for"
    })?;
    (numbers && start + 1 < comma).then(|| tree.span(start + 1..comma)).flatten()
}

/// A source without a relative clause after it.
fn own_words(tree: &Tree<'_>, source: Span) -> Span {
    let tokens = tree.document.tokens_in(source);
    let relative = tokens.clone().find(|&t| words::is(Set::AfterSource, tree.form(t)));
    let end = relative.filter(|&t| t > tokens.start).unwrap_or(tokens.end);
    tree.document.span_of(tokens.start..end).unwrap_or(source)
}

/// Who said it before, in "... said after the service briefed the committee".
fn told_before(tree: &Tree<'_>, after: u32, limit: u32) -> Option<Span> {
    let verb = (after + 1..limit.min(after + 12)).find(|&t| {
        tree.token(t).is_some_and(|x| x.upos == Upos::Verb && matches!(x.xpos, "VBD" | "VBN" | "VBZ" | "VBP"))
    })?;
    if !words::is(Set::Informing, tree.lemma(verb)) {
        return None;
    }
    let start = (after + 1..verb).find(|&t| tree.token(t).is_some_and(|x| x.upos != Upos::Punct))?;
    let passive = (start..verb).any(|t| tree.lemma(t) == "be");
    if passive {
        let by = (verb + 1..limit.min(verb + 3)).find(|&t| tree.form(t) == "by")?;
        return run_after(tree, by, limit);
    }
    let end = (start..verb).find(|&t| tree.token(t).is_some_and(|x| x.upos == Upos::Aux)).unwrap_or(verb);
    tree.span(start..end)
}

/// Who the content of a cue is also attributed to: "wrote that ..., and attributed the number to X".
fn attributed(tree: &Tree<'_>, verb: u32, cue: u32, limit: u32) -> Option<Span> {
    let said = |t: u32| tree.token(t).is_some_and(|x| x.upos == Upos::Verb && t > cue);
    let to = (verb + 1..limit.min(verb + 6)).find(|&t| tree.form(t) == "to")?;
    let anaphor = (verb + 1..to).any(|t| words::is(Set::WhatIsAttributed, tree.lemma(t)));
    let active = said(verb) && !matches!(base(tree.relation(verb)), "acl" | "xcomp");
    let end =
        (to + 1..limit).find(|&t| matches!(tree.form(t), "," | "." | ";" | "and" | "but")).unwrap_or(limit);
    (anaphor && active).then(|| tree.span(to + 1..end)).flatten()
}

/// True if "citing" depends on the cue, or if the tree does not say and the cue is the last verb before it.
fn belongs(tree: &Tree<'_>, citing: u32, cue: u32) -> bool {
    if tree.is_under(citing, cue) || tree.head(citing) == tree.head(cue) {
        return true;
    }
    let (low, high) = (citing.min(cue), citing.max(cue));
    !(low + 1..high).any(|t| {
        tree.token(t).is_some_and(|x| x.upos == Upos::Verb && x.lemma != "say" && base(x.relation) != "acl")
    })
}

/// The noun phrase under a token, up to a relative clause or a second clause.
pub(super) fn phrase(tree: &Tree<'_>, head: u32) -> Option<Span> {
    let tokens = tree.subtree(head);
    let end = (head + 1..tokens.end)
        .find(|&t| {
            let token = tree.token(t);
            token.is_some_and(|x| {
                (x.upos == Upos::Sconj && x.lemma == "as")
                    || (tree.form(t).eq_ignore_ascii_case("as") && x.upos != Upos::Noun)
                    || (x.upos == Upos::Verb
                        && matches!(base(x.relation), "advcl" | "ccomp" | "acl")
                        && x.head.is_some_and(|h| h <= head))
            })
        })
        .unwrap_or(tokens.end);
    tree.span(tokens.start..end)
}

/// The outlet in "..., X said, the Harbour Times reported.": a reporting clause at the end of the sentence that belongs to no
/// content.
fn outer(tree: &Tree<'_>, attribution: &Attribution, cue: u32) -> Option<Span> {
    let sentence = tree.sentence(cue)?;
    let from = cue + 1;
    let verb =
        (from..sentence.tokens.end).rev().take(4).find(|&t| words::is(Set::ReportsIt, tree.form(t)))?;
    let comma = (from..verb).rev().take(8).find(|&t| tree.form(t) == ",")?;
    let span = tree.span(comma + 1..verb)?;
    let apart = attribution.source.iter().chain(&attribution.cue).all(|s| !s.overlaps(span));
    let reports = tree.lemma(verb) == "report" && is_unknown_body(tree, span);
    (apart && (reports || is_outlet_phrase(tree, span))).then_some(span)
}

/// What "citing" cites: the words after it up to the next clause, including an apposed name and "from X".
fn cited(tree: &Tree<'_>, citing: u32, limit: u32) -> Option<Span> {
    let mut end = run_after(tree, citing, limit).map(|s| tree.document.tokens_in(s).end)?;
    if words::is(Set::From, tree.form(end.saturating_sub(1))) {
        end = (end..limit).find(|&t| matches!(tree.form(t), "," | "." | ";")).unwrap_or(limit);
    }
    if tree.form(end) == "," {
        let title = |t: u32| lexicon::is_title(tree.form(t));
        let proper = |t: u32| {
            t < limit
                && (tree.token(t).is_some_and(|x| x.upos == Upos::Propn)
                    || title(t)
                    || tree.form(t) == "." && t.checked_sub(1).is_some_and(title))
        };
        let close = (end + 1..limit).find(|&t| !proper(t)).unwrap_or(limit);
        if close > end + 1 && (close == limit || matches!(tree.form(close), "," | "." | ";")) {
            end = close;
        }
    }
    tree.span(citing + 1..end)
}

/// Who is named in "relaying an assessment by Y" and "giving Y as its source".
fn given(tree: &Tree<'_>, verb: u32, limit: u32) -> Option<Span> {
    if tree.lemma(verb) == "relay" {
        let by = (verb + 1..limit.min(verb + 8)).find(|&t| words::is(Set::From, tree.form(t)))?;
        return run_after(tree, by, limit);
    }
    let until = (verb + 1..limit.min(verb + 12)).find(|&t| tree.form(t) == "as")?;
    let source = (until + 1..limit.min(until + 4)).any(|t| matches!(tree.lemma(t), "source" | "origin"));
    source.then(|| tree.span(verb + 1..until)).flatten().filter(|s| !s.is_empty())
}

/// The words after a token up to the end of the noun phrase, if the tree has none.
fn run_after(tree: &Tree<'_>, token: u32, limit: u32) -> Option<Span> {
    let end = (token + 1..limit)
        .find(|&t| {
            let x = tree.token(t);
            let link = words::is(Set::From, tree.form(t))
                || matches!(tree.form(t), "-" | ".")
                || x.is_some_and(|x| base(x.relation) == "amod");
            x.is_some_and(|x| matches!(x.upos, Upos::Verb | Upos::Aux | Upos::Sconj | Upos::Punct) && !link)
                && t > token + 1
        })
        .unwrap_or(limit);
    tree.span(token + 1..end)
}

/// Whom something is said to: the object of "tell", the phrase after "in an interview with", "speaking to".
fn addressee(tree: &Tree<'_>, attribution: &Attribution, cue: u32) -> Option<Span> {
    let sentence = tree.sentence(cue)?;
    let outside = |s: Span| {
        !attribution.content.iter().any(|c| c.overlaps(s))
            && !attribution.source.iter().any(|c| c.overlaps(s))
    };
    let telling = |t: u32| words::is(Set::Telling, tree.lemma(t));
    let hull = Span::hull(&attribution.cue).map_or(cue..cue + 1, |c| tree.document.tokens_in(c));
    // "denied telling X that ..."
    let cue = hull.rev().find(|&t| telling(t)).unwrap_or(cue);
    if telling(cue) {
        let object = tree.child(cue, &["iobj", "obj"]).filter(|&o| o > cue);
        if let Some(span) = object.and_then(|o| phrase(tree, o)).filter(|s| outside(*s)) {
            return Some(span);
        }
        let span = run_after(tree, cue, sentence.tokens.end)?;
        let pieces_start = attribution
            .content
            .iter()
            .map(|c| c.start)
            .filter(|&s| s > span.start)
            .min()
            .unwrap_or(usize::MAX);
        return Some(Span::new(span.start, span.end.min(pieces_start)))
            .filter(|s| outside(*s) && !s.is_empty());
    }
    if let Some(heard) = attribution.source.iter().find_map(|s| spoken_to(tree, *s)) {
        return Some(heard);
    }
    let source = Span::hull(&attribution.source).map_or(u32::MAX, |s| tree.document.tokens_in(s).start);
    let with = sentence.tokens.clone().find(|&t| {
        words::is(Set::SaidTo, tree.lemma(t))
            && matches!(tree.lemma(t + 1), "with" | "to")
            && tree.token(t).is_some_and(|x| outside(x.span))
    })?;
    let limit = if source > with + 1 { sentence.tokens.end.min(source) } else { sentence.tokens.end };
    run_after(tree, with + 1, limit).filter(|s| outside(*s))
}

/// "Two doctors, speaking to the Harbour Times on condition ...": the addressee, if it is in the source itself.
fn spoken_to(tree: &Tree<'_>, source: Span) -> Option<Span> {
    let tokens = tree.document.tokens_in(source);
    let to = tokens.clone().skip(2).find(|&t| {
        tree.form(t) == "to"
            && matches!(tree.form(t - 1), "speaking" | "talking")
            && tokens.contains(&(t + 1))
    })?;
    run_after(tree, to, tokens.end)
        .map(|s| {
            // "on condition of ..." depends on the verb.
            let on = tree.document.tokens_in(s).find(|&t| matches!(tree.form(t), "on" | "under" | "by"));
            on.and_then(|on| tree.span(to + 1..on)).unwrap_or(s)
        })
        .filter(|s| !s.is_empty())
}

/// True for the name of an outlet or a phrase about one ("the newspaper").
fn is_outlet_phrase(tree: &Tree<'_>, span: Span) -> bool {
    if lexicon::is_outlet(span.cut(tree.text)) {
        return true;
    }
    let tokens = tree.document.tokens_in(span);
    let named = tree.entities_in(tokens).any(|e| lexicon::is_outlet(e.span.cut(tree.text)));
    let described = tree.head_of(span).is_some_and(|h| {
        // "news agency" is one noun.
        let pair = h.checked_sub(1).map(|before| format!("{} {}", tree.lemma(before), tree.lemma(h)));
        pair.and_then(|p| lexicon::role_noun(&p))
            .or_else(|| lexicon::role_noun(tree.lemma(h)))
            .is_some_and(|r| r.class == RoleClass::Outlet)
    });
    // "the opposition newspaper Free Word"
    let titled = tree
        .head_of(span)
        .filter(|&h| tree.token(h).is_some_and(|t| t.upos == Upos::Propn))
        .is_some_and(|h| {
            tree.document.tokens_in(span).any(|t| {
                t < h && lexicon::role_noun(tree.lemma(t)).is_some_and(|r| r.class == RoleClass::Outlet)
            })
        });
    named || described || titled
}

/// A named body of unknown kind: whoever is "told" something and is not an authority, court or meeting is an outlet ("told Coast
/// Review").
pub(super) fn is_unknown_body(tree: &Tree<'_>, span: Span) -> bool {
    let tokens = tree.document.tokens_in(span);
    let name = tree.entities_in(tokens.clone()).find(|e| {
        e.kind == EntityKind::Organization || e.tokens.len() == 1 && is_camel(tree.form(e.tokens.start))
    });
    let whole = |e: &EntityMention| {
        tokens.clone().all(|t| e.tokens.contains(&t) || matches!(tree.form(t), "the" | "The"))
    };
    let is_body = |t: u32| {
        let word = tree.form(t).to_lowercase();
        lexicon::role_noun(&word).is_some_and(|r| r.class != RoleClass::Outlet)
            || words::is(Set::Hearers, &word)
            || word.chars().count() < 3
            || tree.form(t).chars().skip(1).all(char::is_uppercase) && lexicon::is_known_body(tree.form(t))
    };
    // "KVRT", which no tagger recognises
    let initials = |t: u32| {
        let capitals = tree.form(t).chars().all(char::is_uppercase) && tree.form(t).len() > 2;
        capitals && !lexicon::is_known_body(tree.form(t)) && lexicon::country(tree.form(t)).is_none()
    };
    name.filter(|e| whole(e)).is_some_and(|e| !e.tokens.clone().any(is_body))
        || tokens.len() == 1 && initials(tokens.start)
}

/// For each attribution, the one it is nested in: the smallest content that contains its cue. Of two with the same content, the
/// one at the end of the sentence or with "according to" is the outer one.
pub(crate) fn parents(tree: &Tree<'_>, attributions: &[Attribution]) -> Vec<Option<usize>> {
    let size = |a: &Attribution| a.content.iter().map(|s| s.len()).sum::<usize>();
    let mut order: Vec<usize> =
        (0..attributions.len()).filter(|&i| !attributions[i].content.is_empty()).collect();
    order.sort_by_key(|&i| Span::hull(&attributions[i].content).map_or(0, |s| s.start));
    let starts: Vec<usize> =
        order.iter().map(|&i| Span::hull(&attributions[i].content).map_or(0, |s| s.start)).collect();
    let mut parents: Vec<Option<usize>> = attributions
        .iter()
        .enumerate()
        .map(|(index, attribution)| {
            let cue = Span::hull(&attribution.cue)?;
            let until = starts.partition_point(|&s| s <= cue.end);
            // Contents nest only a few levels deep, so it is enough to look at those that begin shortly before the cue.
            let near = order[..until].iter().rev().take(40).copied();
            let holder = near
                .filter(|&other| other != index)
                .filter(|&other| {
                    !(holds_cue(attribution, &attributions[other])
                        && relays(tree, attributions, index, other))
                })
                .filter(|&other| attributions[other].content.iter().any(|c| c.contains(cue)))
                .min_by_key(|&other| (size(&attributions[other]), other));
            holder.or_else(|| outer_twin(tree, attributions, index))
        })
        .collect();
    break_rings(&mut parents);
    parents
}

/// Breaks cycles among attributions nested in each other ("according to the agency, according to the agency, ..."): none is
/// nested in itself.
fn break_rings(parents: &mut [Option<usize>]) {
    // The walk on which each was first visited.
    let mut walks = vec![usize::MAX; parents.len()];
    for start in 0..parents.len() {
        let mut at = start;
        while walks[at] == usize::MAX {
            walks[at] = start;
            match parents[at] {
                Some(above) if walks[above] == start => parents[at] = None,
                Some(above) => at = above,
                None => break,
            }
        }
    }
}

/// True if the other's cue is in this content.
fn holds_cue(attribution: &Attribution, other: &Attribution) -> bool {
    Span::hull(&other.cue).is_some_and(|cue| attribution.content.iter().any(|c| c.contains(cue)))
}

/// The attribution of the same content in the same sentence that relays this one.
fn outer_twin(tree: &Tree<'_>, attributions: &[Attribution], index: usize) -> Option<usize> {
    let near = index.saturating_sub(3)..(index + 4).min(attributions.len());
    near.filter(|&other| other != index).find(|&other| relays(tree, attributions, other, index))
}

/// True if one attribution relays what another of the same sentence says: "according to" takes precedence, then an outlet over a
/// source that is none, then the cue that the other's depends on.
fn relays(tree: &Tree<'_>, attributions: &[Attribution], outer: usize, inner: usize) -> bool {
    let (a, b) = (&attributions[outer], &attributions[inner]);
    let (Some(cue_a), Some(cue_b)) = (cue_token(tree, a), cue_token(tree, b)) else { return false };
    let (Some(content_a), Some(content_b)) = (Span::hull(&a.content), Span::hull(&b.content)) else {
        return false;
    };
    let same_sentence = tree.sentence(cue_a).is_some_and(|s| s.tokens.contains(&cue_b));
    let shorter = content_a.len().min(content_b.len());
    let shared = content_a.end.min(content_b.end).saturating_sub(content_a.start.max(content_b.start));
    if !same_sentence || shared * 10 < shorter * 6 || holds_cue(b, a) && !holds_cue(a, b) {
        return false;
    }
    let according = |x: &Attribution| x.construction == Construction::AccordingTo;
    if according(a) != according(b) {
        return according(a);
    }
    let outlet = |x: &Attribution| {
        let reports = || cue_token(tree, x).is_some_and(|c| tree.lemma(c) == "report");
        main_piece(tree, x)
            .is_some_and(|s| is_outlet_phrase(tree, s) || reports() && is_unknown_body(tree, s))
    };
    if outlet(a) != outlet(b) {
        return outlet(a);
    }
    tree.is_under(cue_b, cue_a) && cue_a != cue_b && content_a != content_b
}

/// Attributions that say no more than a chain already does: "citing Y" next to that of the one who cites.
pub(crate) fn absorbed(tree: &Tree<'_>, attributions: &[Attribution], voices: &[Voices]) -> Vec<bool> {
    (0..attributions.len())
        .map(|index| {
            let attribution = &attributions[index];
            // "saying" in "was quoted as saying" says what "quoted" does.
            let quoted = |c: u32| {
                let before = c.checked_sub(1).map_or("", |b| tree.form(b));
                before == "as" && tree.lemma(c) == "say" && tree.head(c).is_some_and(|h| is_quoted(tree, h))
            };
            if cue_token(tree, attribution).is_some_and(quoted) {
                return true;
            }
            let Some(source) = voices[index].source else { return false };
            let content = Span::hull(&attribution.content).unwrap_or(source);
            let Some(sentence) = cue_token(tree, attribution).and_then(|t| tree.sentence(t)) else {
                return false;
            };
            let near = index.saturating_sub(4)..(index + 5).min(attributions.len());
            near.clone().any(|other| {
                other != index
                    && voices[other].deeper.iter().any(|d| d.overlaps(source) || d.contains(content))
                    && cue_token(tree, &attributions[other]).is_some_and(|t| sentence.tokens.contains(&t))
            })
        })
        .collect()
}

/// The steps of a statement's chain, outermost first, without the outlet.
pub(crate) fn steps(
    cast: &mut Cast<'_, '_>,
    parents: &[Option<usize>],
    voices: &[Voices],
    index: usize,
) -> Vec<Step> {
    let mut line = vec![index];
    while let Some(parent) = line.last().and_then(|&i| parents[i]) {
        if line.len() > 32 || line.contains(&parent) {
            break;
        }
        line.push(parent);
    }
    let mut steps: Vec<Step> = Vec::new();
    for (depth, &at) in line.iter().enumerate().rev() {
        let own = &voices[at];
        // Whoever wants, hopes or finds something has not said it; the origin is whoever reports it. Whoever denies somebody's
        // claim does not relay it.
        if own.says_nothing || (own.denies && depth > 0) {
            continue;
        }
        // A source comes before what it cites, whichever of two cues the model took for the outer one.
        if depth > 0 && own.source.is_some_and(|s| voices[index].deeper.iter().any(|d| d.contains(s))) {
            continue;
        }
        let phrases = own
            .outer
            .into_iter()
            .chain(own.relay_addressee())
            .chain(own.source)
            .chain(own.deeper.iter().copied());
        let mut any = false;
        for span in phrases {
            let member = cast.meet(span).map(|m| cast.settled(m));
            any |= own.source == Some(span);
            // Whoever relayed the enclosing statement is not nearer to the origin for being found again.
            let hands_on = own.outer == Some(span) || own.relay_addressee() == Some(span);
            if let Some(known) =
                steps.iter_mut().find(|step| hands_on && member.is_some() && step.member == member)
            {
                known.evidence.push(span);
                continue;
            }
            match steps.last_mut() {
                Some(last) if last.member.is_some() && last.member == member => last.evidence.push(span),
                _ => steps.push(Step {
                    member,
                    evidence: vec![span],
                    addressed: own.relay_addressee() == Some(span),
                    own: own.source_is_own && own.source == Some(span),
                }),
            }
        }
        if !any && own.source.is_none() {
            steps.push(Step { member: None, evidence: Vec::new(), addressed: false, own: false });
        }
    }
    // Whoever occurs again nearer to the origin belongs there: "O reported, citing A" and "B said, citing A, O reported".
    let later: Vec<Option<MemberId>> = steps.iter().map(|s| s.member).collect();
    let mut at = 0;
    steps.retain(|step| {
        at += 1;
        step.member.is_none() || !later[at..].contains(&step.member)
    });
    steps
}

/// Gives a statement that adds to a count the chain of the one before, if its speaker is part of that: what a lawmaker adds from
/// a service ("A further 12 were captured, he said") is attributed to the service too.
pub(crate) fn carry_on(drafts: &mut [super::Draft], pairs: &[(usize, usize)]) {
    for &(before, adding) in pairs {
        let (Some(first), Some(second)) = (drafts.get(before), drafts.get(adding)) else { continue };
        let [own] = &second.steps[..] else { continue };
        let shared = own.member.is_some() && first.steps.iter().any(|s| s.member == own.member);
        if first.steps.len() < 2 || !shared {
            continue;
        }
        let mut steps = first.steps.clone();
        let evidence = own.evidence.clone();
        for step in steps.iter_mut().filter(|s| s.member == own.member) {
            step.evidence.extend(evidence.iter().copied());
        }
        if let Some(second) = drafts.get_mut(adding) {
            second.steps = steps;
        }
    }
}

/// Gives what somebody goes on to say ("he added") the outlet as a relay that was told the first part ("told the Harbour Times"):
/// reports name it once.
pub(crate) fn keep_hearers(drafts: &mut [super::Draft]) {
    let mut heard: BTreeMap<MemberId, Step> = BTreeMap::new();
    for draft in drafts {
        let Some(speaker) = draft.steps.last().and_then(|step| step.member) else { continue };
        if let Some(step) = draft.steps.iter().find(|step| step.addressed) {
            heard.insert(speaker, step.clone());
        } else if draft.steps.len() == 1
            && draft.statement.addressee.is_none()
            && let Some(step) = heard.get(&speaker)
        {
            draft.steps.insert(0, step.clone());
        } else {
            heard.remove(&speaker);
        }
    }
}

/// True if an outlet's head value and a name in the text are the same outlet: equal except for case, spaces, "the" and the ending
/// of a host name ("meridian-post.test", "Meridian Post").
pub(crate) fn same_outlet(head: &str, name: &str) -> bool {
    let plain = |s: &str| -> String {
        let s = s.to_lowercase();
        let s = s.strip_prefix("www.").unwrap_or(&s);
        let s = s.strip_prefix("the ").unwrap_or(s);
        let s = match s.rsplit_once('.') {
            Some((host, end)) if !s.contains(' ') && (2..=10).contains(&end.len()) => host,
            _ => s,
        };
        s.chars().filter(|c| c.is_alphanumeric()).collect()
    };
    let (a, b) = (plain(head), plain(name));
    !a.is_empty() && a == b
}

/// Like [`same_outlet`], for somebody to whom something was said: "the Gazette" in a report of the Amsel Gazette is itself.
fn is_own_short_name(head: &str, name: &str) -> bool {
    let name = name.trim_start_matches("the ").trim_start_matches("The ").to_lowercase();
    let head = head.to_lowercase();
    let host = head.rsplit_once('.').map_or(head.as_str(), |(host, _)| host);
    name.len() > 3 && host.split(|c: char| !c.is_alphanumeric()).next_back() == Some(name.as_str())
}

/// The chain as the reading stores it: the outlet, then the steps, the last of them the origin.
pub(crate) fn links(
    steps: &[Step],
    cast: &Cast<'_, '_>,
    head: &Head,
    ids: &BTreeMap<MemberId, SpeakerId>,
) -> Vec<ChainLink> {
    let outlet = head.outlet.as_ref();
    let mut links = vec![ChainLink {
        role: ChainRole::Outlet,
        name: outlet.map(|o| o.value.clone()),
        speaker: None,
        anonymous: false,
        evidence: outlet.and_then(|o| o.span).into_iter().collect(),
    }];
    let mut last: Option<MemberId> = None;
    for (index, step) in steps.iter().enumerate() {
        let member = step.member.map(|m| cast.settled(m));
        // The outlet that a statement was made to is the outlet itself, not another relay.
        let itself = step.addressed
            && member.zip(outlet).is_some_and(|(m, o)| {
                let label = cast.label(m);
                same_outlet(&o.value, label) || is_own_short_name(&o.value, label)
            });
        if itself || (member.is_some() && member == last) {
            continue;
        }
        last = member;
        if step.own {
            let named = outlet.and_then(|o| cast.masthead(|label| same_outlet(&o.value, label)));
            links.push(ChainLink {
                role: ChainRole::Relay,
                name: named.map(str::to_owned).or_else(|| outlet.map(|o| o.value.clone())),
                speaker: None,
                anonymous: false,
                evidence: step.evidence.clone(),
            });
            continue;
        }
        links.push(ChainLink {
            role: if index + 1 == steps.len() { ChainRole::Origin } else { ChainRole::Relay },
            name: member.map(|m| cast.label(m).to_owned()),
            speaker: member.and_then(|m| ids.get(&m).copied()),
            anonymous: member.is_none_or(|m| cast.is_anonymous(m) && cast.kind(m) != SpeakerKind::Document),
            evidence: step.evidence.clone(),
        });
    }
    if let Some(end) = links.last_mut().filter(|l| l.role == ChainRole::Relay) {
        end.role = ChainRole::Origin;
    }
    links
}

#[cfg(test)]
mod tests {
    use super::same_outlet;

    #[test]
    fn nobody_is_nested_in_himself() {
        let mut parents = [Some(1), Some(2), Some(0), Some(1), None, Some(5)];
        super::break_rings(&mut parents);
        assert_eq!(parents, [Some(1), Some(2), None, Some(1), None, None]);
    }

    #[test]
    fn outlets_are_known_by_host_and_by_name() {
        assert!(same_outlet("harbour-times.example", "Harbour Times"));
        assert!(same_outlet("The Harbour Times", "Harbour Times"));
        assert!(!same_outlet("harbour-times.example", "Harbour Post"));
        assert!(!same_outlet("", "the"));
    }
}
