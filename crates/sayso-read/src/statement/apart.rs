//! Separates what two speakers of one sentence say: "X said A; his son, Y, said B", "X said A, but Y said B", "rumours that A
//! were false, X said".

use sayso_model::{Attribution, Construction, Span};

use super::{chain::cue_token, owned, tells};
use crate::tree::Tree;

/// Tokens on either side of a cue within which a semicolon or a ", but" separates two speakers.
const REACH: u32 = 120;

/// Maximum number of cues examined per sentence.
const MOST_CUES: usize = 8;

/// Repairs sources and contents that extend over another speaker's clause, and drops the second of two attributions of one cue.
pub(super) fn keep(tree: &Tree<'_>, attributions: &mut Vec<Attribution>) {
    let mut cues: Vec<(u32, Option<Span>)> =
        attributions.iter().filter_map(|a| Some((cue_token(tree, a)?, Span::hull(&a.source)))).collect();
    cues.sort_unstable();
    for attribution in attributions.iter_mut() {
        own_subject(tree, attribution);
        if let Some(clause) = own_clause(tree, attribution, &cues) {
            attribution.content.retain(|content| content.overlaps(clause));
            for content in &mut attribution.content {
                *content = Span::new(content.start.max(clause.start), content.end.min(clause.end));
            }
        }
        nearest_source(tree, attribution);
    }
    let whole: Vec<(Span, Span)> = attributions
        .iter()
        .filter(|a| a.source.len() == 1)
        .filter_map(|a| Some((Span::hull(&a.cue)?, Span::hull(&a.content)?)))
        .collect();
    attributions.retain(|a| {
        let (Some(cue), Some(content)) = (Span::hull(&a.cue), Span::hull(&a.content)) else { return true };
        let from = whole.partition_point(|(_, c)| c.start < content.start);
        // They are in text order of their contents.
        let near = whole.iter().take(from).rev().take(4);
        !near.into_iter().any(|(other, all)| *other == cue && all.contains(content) && *all != content)
    });
}

/// "X said A; the son, Y, said B": the source of a reporting verb after a semicolon is what is between the two, whatever was
/// taken for it before the semicolon.
fn own_subject(tree: &Tree<'_>, attribution: &mut Attribution) {
    let Some(cue) = says(tree, attribution) else { return };
    let Some(mark) = parted_before(tree, cue) else { return };
    let between = mark + 1..cue;
    let own = attribution.source.iter().all(|s| tree.document.tokens_in(*s).start > mark);
    if own && !attribution.source.is_empty()
        || between.is_empty()
        || between.clone().any(|t| tree.is_finite(t))
    {
        return;
    }
    let end = if tree.form(cue - 1) == "," { cue - 1 } else { cue };
    let Some(source) = tree.span(between.start..end) else { return };
    if owned::is_speaker(tree, source, true) {
        attribution.source_head = tree.head_of(source);
        attribution.source = vec![source];
        attribution.construction = Construction::Verb;
    }
}

/// The clause of a cue between semicolons and the like, if there is another speaker's cue on the other side of one.
fn own_clause(tree: &Tree<'_>, attribution: &Attribution, cues: &[(u32, Option<Span>)]) -> Option<Span> {
    let cue = says(tree, attribution)?;
    let sentence = tree.sentence(cue)?.tokens.clone();
    let own = Span::hull(&attribution.source)?;
    let apart = |tokens: std::ops::Range<u32>| {
        let from = cues.partition_point(|(other, _)| *other < tokens.start);
        let inside = cues.iter().skip(from).take_while(|(other, _)| *other < tokens.end).take(MOST_CUES);
        inside
            .into_iter()
            .any(|(other, source)| source.is_some_and(|s| !s.overlaps(own)) && tree.is_finite(*other))
    };
    let before = parted_before(tree, cue).filter(|&at| apart(sentence.start..at));
    let after = (cue..sentence.end.min(cue + REACH))
        .find(|&t| parts(tree, t))
        .filter(|&at| apart(at + 1..sentence.end));
    if before.is_none() && after.is_none() {
        return None;
    }
    tree.span(before.map_or(sentence.start, |b| b + 1)..after.unwrap_or(sentence.end))
}

/// "Rumours that 12 had died were false, police said": the one next to the cue speaks, and what was taken for a second source is
/// the beginning of the content.
fn nearest_source(tree: &Tree<'_>, attribution: &mut Attribution) {
    let Some(cue) = says(tree, attribution) else { return };
    let ([first, last], [content]) = (&attribution.source[..], &attribution.content[..]) else { return };
    let (first, last, content) = (*first, *last, *content);
    let at_cue = tree.document.tokens_in(last).end == cue;
    let whole = tree.span(tree.document.tokens_in(first).start..tree.document.tokens_in(content).end);
    let leads = first.end <= content.start && content.end <= last.start;
    let touches = leads
        && (tree.document.tokens_in(first).end..tree.document.tokens_in(content).start)
            .all(|t| tree.form(t) == ",");
    if let Some(whole) = whole.filter(|_| at_cue && touches) {
        attribution.source = vec![last];
        attribution.source_head = tree.head_of(last);
        attribution.content = vec![whole];
    }
}

/// The cue of an attribution, if it is a finite reporting verb.
fn says(tree: &Tree<'_>, attribution: &Attribution) -> Option<u32> {
    cue_token(tree, attribution).filter(|&c| tree.is_finite(c) && tells(tree, c))
}

fn parted_before(tree: &Tree<'_>, at: u32) -> Option<u32> {
    let start = tree.sentence(at)?.tokens.start;
    (start.max(at.saturating_sub(REACH))..at).rev().find(|&t| parts(tree, t))
}

/// True for a semicolon, and for "but" or "while" after a comma.
fn parts(tree: &Tree<'_>, at: u32) -> bool {
    let comma = || at.checked_sub(1).is_some_and(|before| tree.form(before) == ",");
    tree.form(at) == ";" || matches!(tree.form(at), "but" | "while" | "whereas") && comma()
}
