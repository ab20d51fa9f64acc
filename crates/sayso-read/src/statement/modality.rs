//! Modality and polarity of a statement: asserted, denied, possible, expected, planned or demanded; affirmed or negated. The
//! degrees follow FactBank (Saurí and Pustejovsky 2009), the speech acts common newsroom usage.

use sayso_model::{Attribution, Modality, Polarity, Span, Upos};

use super::chain::cue_token;
use crate::tree::{Tree, base};
use crate::words::{self, Set};

/// Words after a claim within which it is called untrue.
const NAMED_REACH: u32 = 7;

/// Modality and polarity of an attribution's content, with the words that show them.
pub(crate) fn of(tree: &Tree<'_>, attribution: &Attribution) -> (Modality, Polarity, Vec<Span>) {
    let mut evidence = Vec::new();
    let cue = cue_token(tree, attribution);
    let root = Span::hull(&attribution.content).and_then(|c| root_in(tree, c));
    let polarity = match root.and_then(|r| negation(tree, r)) {
        Some(not) => {
            evidence.extend(tree.token(not).map(|t| t.span));
            Polarity::Negative
        }
        None => Polarity::Positive,
    };
    if super::chain::is_missing_proof(tree, attribution) {
        evidence.extend(attribution.cue.iter().copied());
        return (Modality::Denied, polarity, evidence);
    }
    let by_cue = attribution.cue.iter().find_map(|&span| {
        let tokens = tree.document.tokens_in(span);
        tokens
            .into_iter()
            .filter(|&t| !names(tree, t))
            .find_map(|t| cue_modality(tree.lemma(t)).map(|m| (m, span)))
    });
    if let Some((modality, span)) = by_cue {
        // "did not deny", "no plans": negation cancels a cue's own force.
        let negated = cue.and_then(|c| negation(tree, c)).is_some();
        evidence.push(span);
        return (if negated { Modality::Possible } else { modality }, polarity, evidence);
    }
    if let Some(untrue) = cue.and_then(|cue| said_untrue(tree, attribution, cue)) {
        evidence.extend(tree.token(untrue).map(|t| t.span));
        return (Modality::Denied, polarity, evidence);
    }
    if is_intention(tree, &attribution.cue) {
        evidence.extend(attribution.cue.iter().copied());
        return (Modality::Planned, polarity, evidence);
    }
    if attribution.construction == sayso_model::Construction::Adverb {
        evidence.extend(attribution.cue.iter().copied());
        return (Modality::Possible, polarity, evidence);
    }
    match root.and_then(|r| clause(tree, r)) {
        Some((modality, span)) => {
            evidence.push(span);
            (modality, polarity, evidence)
        }
        None => (Modality::Asserted, polarity, evidence),
    }
}

/// The word by which somebody says that a claim is untrue: "called the report a lie", "the figure of 40 is "invented", he said".
fn said_untrue(tree: &Tree<'_>, attribution: &Attribution, cue: u32) -> Option<u32> {
    let first = attribution.content.first()?;
    let is_untrue = |t: u32| {
        words::is(Set::Untrue, tree.lemma(t)) || words::is(Set::Untrue, &tree.form(t).to_lowercase())
    };
    let tokens = tree.document.tokens_in(*first);
    if words::is(Set::Naming, tree.lemma(cue)) {
        let claim = tokens.clone().find(|&t| is_claim(tree, t))?;
        return (claim + 1..tokens.end.min(claim + NAMED_REACH)).find(|&t| is_untrue(t));
    }
    // Who admits it takes back what is his own.
    if words::is(Set::Admitting, tree.lemma(cue)) {
        return None;
    }
    let root = root_in(tree, *first).filter(|&r| is_untrue(r) && negation(tree, r).is_none())?;
    let subject = tree.child(root, &["nsubj", "csubj"])?;
    let mut about = tree.subtree(subject);
    let number = || about.clone().any(|t| tree.token(t).is_some_and(|x| x.upos == Upos::Num));
    let what = || tree.form(about.start).eq_ignore_ascii_case("what");
    let told = is_claim(tree, subject) || number() || what();
    let is = tree.child(root, &["cop", "aux"]).is_some_and(|b| tree.lemma(b) == "be");
    (told && is && about.all(|t| !words::is(Set::Earlier, &tree.form(t).to_lowercase()))).then_some(root)
}

/// True for a noun for what somebody has claimed, or a pronoun for it.
fn is_claim(tree: &Tree<'_>, token: u32) -> bool {
    words::is(Set::Claimed, tree.lemma(token))
        || matches!(tree.form(token).to_lowercase().as_str(), "it" | "that" | "this" | "these" | "those")
}

/// True for "called the reports fiction": only what somebody calls for or on is demanded.
fn names(tree: &Tree<'_>, cue: u32) -> bool {
    tree.lemma(cue) == "call" && !matches!(tree.form(cue + 1), "for" | "on" | "upon")
}

/// True if every cue word expresses will, not speech: what is wanted is nobody's claim.
pub(crate) fn is_intention(tree: &Tree<'_>, cue: &[Span]) -> bool {
    let Some(hull) = Span::hull(cue) else { return false };
    let tokens = tree.document.tokens_in(hull);
    tokens.clone().any(|t| words::is(Set::Wanting, tree.lemma(t)))
        && !tokens.into_iter().any(|t| words::is(Set::Announcing, tree.lemma(t)))
}

/// True for a cue that denies its content, unless it is itself negated ("did not deny").
pub(crate) fn is_denial(tree: &Tree<'_>, cue: &[Span]) -> bool {
    let Some(hull) = Span::hull(cue) else { return false };
    tree.document
        .tokens_in(hull)
        .into_iter()
        .any(|t| cue_modality(tree.lemma(t)) == Some(Modality::Denied) && negation(tree, t).is_none())
}

/// Modality that a cue gives its content.
fn cue_modality(lemma: &str) -> Option<Modality> {
    const CUES: [(Set, Modality); 5] = [
        (Set::Denying, Modality::Denied),
        (Set::Expecting, Modality::Expected),
        (Set::Suspecting, Modality::Possible),
        (Set::Planning, Modality::Planned),
        (Set::Demanding, Modality::Demanded),
    ];
    CUES.into_iter().find(|(set, _)| words::is(*set, lemma)).map(|(_, modality)| modality)
}

/// Modality of the clause that a token heads, with the word that shows it.
pub(crate) fn clause(tree: &Tree<'_>, root: u32) -> Option<(Modality, Span)> {
    let span = |t: u32| tree.token(t).map(|x| x.span);
    for &child in tree.children(root) {
        let found = match (tree.lemma(child), base(tree.relation(child))) {
            // Somebody who "could not be reached" was not reached.
            ("could", "aux") if matches!(tree.form(child + 1).to_lowercase().as_str(), "not" | "n't") => {
                continue;
            }
            (may, "aux") if words::is(Set::May, may) => Modality::Possible,
            (will, "aux") if words::is(Set::Will, will) => Modality::Expected,
            ("would", "aux") if !has_condition(tree, root) => Modality::Expected,
            // "Should the dyke fail, ..." is a condition.
            ("should", "aux") if tree.child(root, &["nsubj"]).is_some_and(|s| s > child) => {
                Modality::Possible
            }
            ("should" | "must" | "ought", "aux") => Modality::Demanded,
            (adverb, "advmod") if words::is(Set::Perhaps, adverb) => Modality::Possible,
            _ => continue,
        };
        return Some((found, span(child)?));
    }
    let found = match tree.lemma(root) {
        lemma
            if words::is(Set::Bound, lemma)
                && tree.child(root, &["xcomp", "ccomp", "csubj"]).is_some()
                && tree.child(root, &["aux"]).is_some() =>
        {
            Modality::Expected
        }
        lemma
            if words::is(Set::Preparing, lemma)
                && tree.child(root, &["xcomp", "obj", "advcl", "obl"]).is_some() =>
        {
            Modality::Planned
        }
        "appear" | "seem" if tree.child(root, &["xcomp"]).is_some() => Modality::Possible,
        lemma if words::is(Set::Likely, lemma) => Modality::Possible,
        "risk" if tree.token(root)?.upos == Upos::Noun => Modality::Possible,
        "necessary" | "vital" => Modality::Demanded,
        _ => return None,
    };
    Some((found, span(root)?))
}

fn has_condition(tree: &Tree<'_>, root: u32) -> bool {
    tree.children(root).iter().any(|&c| {
        base(tree.relation(c)) == "advcl"
            && tree.children(c).iter().any(|&m| matches!(tree.lemma(m), "if" | "unless"))
    })
}

/// The word that negates a predicate.
pub(crate) fn negation(tree: &Tree<'_>, root: u32) -> Option<u32> {
    tree.children(root)
        .iter()
        .copied()
        .find(|&c| tree.is_negation(c))
        .or_else(|| {
            let subject = tree.child(root, &["nsubj"])?;
            let none = words::is(Set::Nobody, tree.lemma(subject));
            let no = || tree.children(subject).iter().copied().find(|&c| tree.lemma(c) == "no");
            none.then_some(subject).or_else(no)
        })
        .or_else(|| (matches!(tree.lemma(root), "nobody" | "none")).then_some(root))
}

/// The predicate of a span: the topmost verb or noun in it.
pub(crate) fn root_in(tree: &Tree<'_>, span: Span) -> Option<u32> {
    tree.head_of(span)
}
