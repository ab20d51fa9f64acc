//! Contents mended before statements are made of them: what a cue's grammar or the sentence's shape makes certain.

use sayso_model::{Attribution, Span, Upos};

use super::chain::cue_token;
use crate::tree::{Tree, base};

/// Mends the contents of attributions in place.
pub(crate) fn contents(tree: &Tree<'_>, attributions: &mut [Attribution]) {
    for attribution in attributions {
        if let Some(content) = quoted_as_saying(tree, attribution)
            .or_else(|| from_the_start(tree, attribution))
            .or_else(|| whole_clause(tree, attribution))
        {
            attribution.content = vec![content];
        }
    }
}

/// "CONTENT, X quoted Y as saying" and "X quoted Y as saying CONTENT": "Y as saying" is no content.
fn quoted_as_saying(tree: &Tree<'_>, attribution: &Attribution) -> Option<Span> {
    let cue = cue_token(tree, attribution).filter(|&c| matches!(tree.lemma(c), "quote" | "cite"))?;
    let sentence = tree.sentence(cue)?;
    let limit = sentence.tokens.end.min(cue + 14);
    let saying = (cue + 1..limit).find(|&t| {
        tree.lemma(t.saturating_sub(1)) == "as"
            && matches!(tree.lemma(t), "say" | "tell" | "claim" | "report" | "warn" | "add")
    })?;
    let after = tree.span(saying + 1..sentence.tokens.end).filter(|s| !s.is_empty());
    if after.is_some() {
        return after;
    }
    let source = Span::hull(&attribution.source).map_or(cue, |s| tree.document.tokens_in(s).start.min(cue));
    tree.span(sentence.tokens.start..source)
}

/// A content behind its verb that breaks off within the clause or list which the verb governs is all of that.
fn whole_clause(tree: &Tree<'_>, attribution: &Attribution) -> Option<Span> {
    let [content] = attribution.content[..] else { return None };
    let cue = cue_token(tree, attribution)
        .filter(|&c| tree.token(c).is_some_and(|t| t.upos == Upos::Verb && t.span.end <= content.start))?;
    let governed = tree.children(cue).iter().copied().filter(|&c| {
        c > cue
            && matches!(base(tree.relation(c)), "ccomp" | "obj")
            && tree.span(tree.subtree(c)).is_some_and(|s| s.overlaps(content))
    });
    let clause = governed.filter_map(|c| tree.span(tree.subtree(c))).reduce(Span::cover)?;
    let apart = attribution.source.iter().chain(&attribution.cue).all(|s| !s.overlaps(clause));
    let quoted = clause.cut(tree.text).contains(['"', '“', '”']);
    // Never less than was found, and never much more than a clause.
    (apart && !quoted && clause.contains(content) && clause != content && clause.len() <= content.len() * 4)
        .then_some(clause)
}

/// A content before its source and cue reaches back to the sentence's start where only a phrase in front of its own
/// clause stands there ("Of roughly 9,000 sent, about 400 were hurt, officials said").
fn from_the_start(tree: &Tree<'_>, attribution: &Attribution) -> Option<Span> {
    let [content] = attribution.content[..] else { return None };
    let cue = cue_token(tree, attribution)?;
    let sentence = tree.sentence(cue)?;
    let first = tree.document.tokens_in(content).start;
    let roles = Span::hull(&attribution.source).unwrap_or(content);
    let before = content.end <= tree.token(cue)?.span.start && content.end <= roles.start.max(content.end);
    if !before
        || first <= sentence.tokens.start
        || tree.token(first.checked_sub(1)?)?.span.cut(tree.text) != ","
    {
        return None;
    }
    let in_front = sentence.tokens.start..first;
    let clause = in_front.clone().any(|t| {
        tree.token(t).is_some_and(|x| {
            (x.upos == Upos::Verb && matches!(x.xpos, "VBD" | "VBZ" | "VBP"))
                || x.upos == Upos::Aux
                || matches!(x.span.cut(tree.text), "\"" | "“" | "”" | ":" | ";")
        })
    });
    let phrase = tree.token(in_front.start).is_some_and(|t| t.upos == Upos::Adp);
    let roles_in_front = attribution.source.iter().chain(&attribution.cue).any(|s| s.start < content.start);
    (phrase && !clause && !roles_in_front)
        .then(|| tree.document.span_of(in_front).map(|s| s.cover(content)))
        .flatten()
}
