//! Cues that attribute nothing: what somebody does or comes upon is reported by others.

use sayso_model::{Attribution, Construction, EntityKind, Span, Upos};

use super::measure;
use crate::{
    figure::names_people,
    lexicon::{self, RoleClass},
    tree::{Tree, base},
    words::{self, Set},
};

/// True if the cue is not a word of speech, writing, thought or counting, or says what the source came upon ("divers found 16
/// bodies"). A document "finds" and "shows" as its author does, and what is found "that ..." is said.
pub(crate) fn is_act(tree: &Tree<'_>, attribution: &Attribution) -> bool {
    if !matches!(attribution.construction, Construction::Verb | Construction::Agentless) {
        return false;
    }
    let Some(hull) = Span::hull(&attribution.cue) else { return false };
    if takes_lives(tree, attribution, hull) || is_admitted(tree, hull) {
        return true;
    }
    let mut cues = tree.document.tokens_in(hull).filter(|&t| {
        tree.token(t).is_some_and(|x| {
            !matches!(x.upos, Upos::Punct | Upos::Adv | Upos::Adp | Upos::Part | Upos::Aux | Upos::Pron)
        })
    });
    if !cues
        .clone()
        .any(|t| lexicon::cue_class(tree.lemma(t)).is_some() || measure::is_measure(tree.lemma(t)))
    {
        return true;
    }
    let finds = cues.all(|t| lexicon::cue_class(tree.lemma(t)) == Some("find"));
    finds && !attribution.source.iter().any(|s| is_document(tree, *s)) && is_thing(tree, &attribution.content)
}

/// "A doctor who asked not to be named", "also known as Abu Dira", "Editor's note:": how a source wants to be cited, a nickname
/// and a notice's heading are not statements.
pub(crate) fn says_nothing(tree: &Tree<'_>, attribution: &Attribution) -> bool {
    let ends = |spans: &[Span], set: Set| {
        let last = spans.last().map(|s| tree.document.tokens_in(*s)).and_then(|t| t.end.checked_sub(1));
        last.is_some_and(|t| words::is(set, &tree.form(t).to_lowercase()))
    };
    let calls = |t: u32| words::is(Set::Calling, &tree.form(t).to_lowercase()) && tree.form(t + 1) == "as";
    let called = Span::hull(&attribution.cue).is_some_and(|c| tree.document.tokens_in(c).any(calls));
    called
        || attribution.construction == Construction::Colon && ends(&attribution.source, Set::Notices)
        || keeps_a_name_back(tree, attribution)
        || is_example(tree, attribution)
        || acts_on_people(tree, attribution)
}

/// "The firm dismissed 80 workers", "prosecutors questioned a caretaker": the object of an action is not a statement.
fn acts_on_people(tree: &Tree<'_>, attribution: &Attribution) -> bool {
    let Some(content) = Span::hull(&attribution.content) else { return false };
    let Some(people) = tree.head_of(content) else { return false };
    let verb = tree
        .head(people)
        .filter(|&verb| attribution.cue.iter().any(|c| tree.document.tokens_in(*c).any(|t| t == verb)));
    let happens = |t: u32| tree.token(t).is_some_and(|x| matches!(x.upos, Upos::Verb | Upos::Aux));
    verb.is_some_and(|verb| words::is(Set::ActsOnPeople, tree.lemma(verb)))
        && matches!(base(tree.relation(people)), "obj" | "nsubj")
        && (names_people(&tree.form(people).to_lowercase()) || is_done_to_person(tree, people, content))
        && !tree.document.tokens_in(content).any(happens)
}

/// "Ada Brook, the harbour master, was dismissed": nobody says anything; where she is dismissed "as" something, somebody does.
fn is_done_to_person(tree: &Tree<'_>, subject: u32, content: Span) -> bool {
    tree.relation(subject) == "nsubj:pass"
        && tree.entity(subject).is_some_and(|e| e.kind == EntityKind::Person)
        && !tree.document.tokens_in(content).any(|t| tree.form(t) == "as")
}

/// "Citing its response to the flood as a success": what is cited is an example, whose word nothing is.
fn is_example(tree: &Tree<'_>, attribution: &Attribution) -> bool {
    let Some(source) = Span::hull(&attribution.source) else { return false };
    let cites = attribution.cue.iter().any(|c| tree.document.tokens_in(*c).any(|t| tree.lemma(t) == "cite"));
    let tokens = tree.document.tokens_in(source);
    cites && (tokens.start + 1..tokens.end + 1).any(|t| tree.form(t) == "as")
}

fn keeps_a_name_back(tree: &Tree<'_>, attribution: &Attribution) -> bool {
    let Some(content) = Span::hull(&attribution.content) else { return false };
    let words = content.cut(tree.text).to_lowercase();
    words
        .strip_prefix("not to be ")
        .and_then(|rest| rest.split(|c: char| !c.is_alphabetic()).next())
        .is_some_and(|verb| words::is(Set::NamingSources, verb))
}

/// "The clashes claimed the lives of five": nobody says anything.
fn takes_lives(tree: &Tree<'_>, attribution: &Attribution, cue: Span) -> bool {
    let claims = tree.document.tokens_in(cue).any(|t| tree.lemma(t) == "claim");
    let first = attribution.content.first().map(|c| tree.document.tokens_in(*c));
    claims && first.is_some_and(|content| content.take(5).any(|t| words::is(Set::Lives, tree.form(t))))
}

/// "31 others were admitted": to a hospital, not confessed.
fn is_admitted(tree: &Tree<'_>, cue: Span) -> bool {
    tree.document
        .tokens_in(cue)
        .any(|t| tree.lemma(t) == "admit" && tree.children(t).iter().any(|&c| tree.relation(c) == "aux:pass"))
}

fn is_document(tree: &Tree<'_>, span: Span) -> bool {
    let head = tree.head_of(span).and_then(|h| lexicon::role_noun(tree.lemma(h)));
    head.is_some_and(|r| r.class == RoleClass::Document)
}

/// True for a content that is a noun phrase without a clause of its own.
fn is_thing(tree: &Tree<'_>, content: &[Span]) -> bool {
    let Some(hull) = Span::hull(content) else { return false };
    let clause = tree.document.tokens_in(hull).any(|t| {
        tree.form(t).eq_ignore_ascii_case("that") && tree.token(t).is_some_and(|x| x.upos == Upos::Sconj)
    });
    let head = tree.head_of(hull).and_then(|h| tree.token(h));
    !clause && head.is_some_and(|h| matches!(h.upos, Upos::Noun | Upos::Num | Upos::Propn | Upos::Adj))
}
