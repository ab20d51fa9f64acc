//! When a statement was made: the time attached to its cue, outside its content.

use sayso_model::{Attribution, Granularity, TimeExpression, TimeRelation, Upos};

use super::{Sources, chain::cue_token};
use crate::tree::Tree;

/// The time expression that dates the statement.
pub(crate) fn of<'a>(sources: &Sources<'a, '_>, attribution: &Attribution) -> Option<&'a TimeExpression> {
    let tree = sources.tree;
    let cue = cue_token(tree, attribution)?;
    let sentence = tree.sentence(cue)?;
    let from = sources.times.partition_point(|t| t.span.start < sentence.span.start);
    sources.times[from..]
        .iter()
        .take_while(|t| t.span.start < sentence.span.end)
        .filter(|t| {
            matches!(
                t.granularity,
                Granularity::Day
                    | Granularity::Time
                    | Granularity::Weekend
                    | Granularity::Month
                    | Granularity::Week
            )
        })
        .filter(|t| matches!(t.relation, TimeRelation::At | TimeRelation::Past))
        .filter(|t| !attribution.content.iter().any(|c| c.overlaps(t.span)))
        .filter(|t| hangs_on(tree, t, cue, attribution))
        .min_by_key(|t| {
            let token = tree.document.tokens_in(t.span).start;
            token.abs_diff(cue)
        })
}

/// True if the first verb above the time is the cue, or if only a few words separate the two.
fn hangs_on(tree: &Tree<'_>, time: &TimeExpression, cue: u32, attribution: &Attribution) -> bool {
    let in_source = attribution.source.iter().any(|s| s.contains(time.span));
    // "The ministry on Friday cut its count to 301"
    if in_source {
        return true;
    }
    let Some(mut at) = tree.head_of(time.span) else { return false };
    for _ in 0..6 {
        if at == cue {
            return true;
        }
        let verb = tree.token(at).is_some_and(|t| t.upos == Upos::Verb);
        if verb {
            break;
        }
        match tree.head(at) {
            Some(head) => at = head,
            None => break,
        }
    }
    let token = tree.document.tokens_in(time.span).start;
    let (low, high) = (token.min(cue), token.max(cue));
    high - low <= 8
        && !(low + 1..high).any(|t| {
            tree.token(t).is_some_and(|x| x.upos == Upos::Verb)
                || matches!(tree.form(t), "," | ";" | "\"" | "“" | "”")
        })
}
