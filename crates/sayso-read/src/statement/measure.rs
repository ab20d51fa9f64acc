//! Figures that somebody counts or puts without a verb of speech: "The ministry put the toll at 40".

use sayso_model::{Attribution, Construction, Figure, Span, StatementKind, Upos};

use crate::{
    by_sentence::BySentence,
    tree::{Tree, base},
};

/// Verbs whose subject vouches for the number that they govern.
const VERBS: [&str; 19] = [
    "put",
    "estimate",
    "count",
    "place",
    "report",
    "record",
    "tally",
    "register",
    "confirm",
    "announce",
    "claim",
    "list",
    "give",
    "cite",
    "assess",
    "document",
    "verify",
    "revise",
    "calculate",
];

/// Attributions for figures that stand in no content yet.
pub(crate) fn find(tree: &Tree<'_>, attributions: &[Attribution], figures: &[Figure]) -> Vec<Attribution> {
    let mut found: Vec<Attribution> = Vec::new();
    let near = BySentence::new(tree, attributions.iter().map(|a| a.content.as_slice()));
    for figure in figures {
        let inside = |a: &Attribution| a.content.iter().any(|c| c.contains(figure.number));
        let held = near.at(tree, figure.number.start).any(|place| inside(&attributions[place]));
        if held || found.iter().rev().take(8).any(inside) {
            continue;
        }
        if let Some(attribution) = governed(tree, figure).or_else(|| before(tree, figure)) {
            found.push(attribution);
        }
    }
    found
}

fn governed(tree: &Tree<'_>, figure: &Figure) -> Option<Attribution> {
    let mut at = tree.head_of(figure.number)?;
    for _ in 0..8 {
        let head = tree.head(at)?;
        let token = tree.token(head)?;
        let clause_between = token.upos == Upos::Verb && !VERBS.contains(&token.lemma.as_str());
        if clause_between && base(token.relation) != "acl" {
            return None;
        }
        if token.upos == Upos::Verb
            && VERBS.contains(&token.lemma.as_str())
            && !matches!(base(tree.relation(at)), "nsubj" | "advcl")
        {
            let subject =
                tree.child(head, &["nsubj"]).filter(|&s| s < head && tree.relation(s) == "nsubj")?;
            let source = tree.span(tree.subtree(subject))?;
            let content = content(tree, head, figure.number)?;
            return (!source.overlaps(content)).then(|| Attribution {
                source: vec![source],
                cue: vec![token.span],
                content: vec![content],
                source_head: Some(subject),
                cue_head: Some(head),
                kind: StatementKind::Indirect,
                construction: Construction::Verb,
                parent: None,
            });
        }
        at = head;
    }
    None
}

/// The same by the order of words, where the tree leads astray: the nearest verb before the number, if it is one of
/// [`VERBS`] in the active and has a subject.
fn before(tree: &Tree<'_>, figure: &Figure) -> Option<Attribution> {
    let first = tree.document.tokens_in(figure.number).start;
    let sentence = tree.sentence(first)?;
    let verb = (sentence.tokens.start..first).rev().take(12).find(|&t| {
        tree.token(t).is_some_and(|x| x.upos == Upos::Verb || matches!(tree.form(t), "\"" | "“" | ";"))
    })?;
    let token = tree.token(verb).filter(|t| {
        VERBS.contains(&t.lemma.as_str()) && matches!(t.xpos, "VBD" | "VBZ" | "VBP" | "VBN" | "VB")
    })?;
    if tree.child(verb, &["nsubj"]).is_some_and(|s| tree.relation(s) == "nsubj:pass") {
        return None;
    }
    let mut holder = verb;
    while tree.child(holder, &["nsubj"]).is_none() && base(tree.relation(holder)) == "conj" {
        holder = tree.head(holder)?;
    }
    let subject = tree.child(holder, &["nsubj"]).filter(|&s| s < verb)?;
    let source = tree.span(tree.subtree(subject)).filter(|s| s.end <= token.span.start)?;
    let stop = |t: &u32| {
        tree.token(*t).is_some_and(|x| {
            matches!(tree.form(*t), "." | ";" | "," | ":")
                || (x.upos == Upos::Verb && x.xpos != "VBN" && *t > first)
        })
    };
    let last = tree.document.tokens_in(figure.span.cover(figure.number)).end.max(first + 1);
    let end = (last..sentence.tokens.end).find(stop).unwrap_or(sentence.tokens.end);
    let content = tree.span(verb + 1..end).filter(|s| s.contains(figure.number))?;
    Some(Attribution {
        source: vec![source],
        cue: vec![token.span],
        content: vec![content],
        source_head: Some(subject),
        cue_head: Some(verb),
        kind: StatementKind::Indirect,
        construction: Construction::Verb,
        parent: None,
    })
}

/// What follows the verb up to the end of its clause.
fn content(tree: &Tree<'_>, verb: u32, number: Span) -> Option<Span> {
    let end = tree
        .children(verb)
        .iter()
        .copied()
        .filter(|&c| c > verb && matches!(base(tree.relation(c)), "obj" | "obl" | "xcomp" | "ccomp" | "nmod"))
        .map(|c| tree.subtree(c).end)
        .max()?;
    tree.span(verb + 1..end).filter(|s| s.contains(number))
}
