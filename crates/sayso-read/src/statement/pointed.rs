//! Figures whose source no rule finds, but the decider points to: "State television ran video of a few injured who were taken
//! away", "The ferry line gave the names of the twelve aboard".

use sayso_model::{Attribution, Construction, Figure, Span, StatementKind, Upos};

use super::{chain, owner};
use crate::{
    by_sentence::BySentence,
    decide::Decision,
    tree::{Tree, base},
};

/// Probability of "nobody" above which the decider points to no source.
const NOBODY: f32 = 0.2;
/// Minimum share of the pointer on one phrase.
const SURE: f32 = 0.6;

/// Attributions of figures that are in no content to sources that the decider points to in the same sentence. The cue is the verb
/// that they govern.
pub(crate) fn find(
    tree: &Tree<'_>,
    attributions: &[Attribution],
    figures: &[Figure],
    decisions: &[Option<Decision>],
) -> Vec<Attribution> {
    let near = BySentence::new(tree, attributions.iter().map(|a| a.source.as_slice()));
    let known = |decision: &Decision, sentence: Span| {
        let sources = near.at(tree, sentence.start).filter_map(|at| attributions.get(at));
        let spans: Vec<Span> = sources.flat_map(|a| a.source.iter().copied()).collect();
        decision.on(&spans) > 1.0 - SURE
    };
    let contents = BySentence::new(tree, attributions.iter().map(|a| a.content.as_slice()));
    let told = |figure: &Figure| {
        let mut near = contents.at(tree, figure.number.start).filter_map(|at| attributions.get(at));
        near.any(|a| !a.source.is_empty() && a.content.iter().any(|c| c.contains(figure.number)))
    };
    let pointed = figures.iter().filter(|f| !told(f)).filter_map(|figure| {
        let decision = decisions.get(figure.id.index())?.as_ref().filter(|d| d.nobody <= NOBODY)?;
        let sentence = tree.document.sentences.get(tree.sentence_at(figure.number.start))?.span;
        let inside = decision.points.iter().filter(|(piece, _)| sentence.contains(*piece));
        let (piece, _) = inside.max_by(|a, b| a.1.total_cmp(&b.1))?;
        let source = named(tree, *piece).filter(|s| !s.overlaps(figure.span))?;
        let cue = tree.head(tree.head_of(source)?).filter(|&verb| is_verb(tree, verb))?;
        let cue = tree.span(cue..cue + 1).filter(|c| !c.overlaps(figure.span) && !c.overlaps(source))?;
        let sure = decision.on(&[source]) >= SURE && !known(decision, sentence);
        (sure && owner::can_speak(tree, source)).then(|| Attribution {
            kind: StatementKind::Indirect,
            construction: Construction::Pointed,
            source: vec![source],
            cue: vec![cue],
            content: vec![figure.span.cover(figure.number)],
            source_head: None,
            cue_head: None,
            parent: None,
        })
    });
    let mut found: Vec<Attribution> = Vec::new();
    for attribution in pointed {
        match found.iter_mut().find(|f| f.source == attribution.source && f.cue == attribution.cue) {
            // Two numbers of one clause have the same source.
            Some(same) => {
                let hull = Span::hull(&[same.content.as_slice(), &attribution.content].concat());
                let apart =
                    |h: &Span| !attribution.source.iter().chain(&attribution.cue).any(|s| s.overlaps(*h));
                match hull.filter(apart) {
                    Some(whole) => same.content = vec![whole],
                    None => same.content.extend(attribution.content),
                }
            }
            None => found.push(attribution),
        }
    }
    found
}

/// The noun phrase that contains a word piece.
fn named(tree: &Tree<'_>, piece: Span) -> Option<Span> {
    let mut head = tree.document.tokens_in(piece).start;
    while matches!(base(tree.relation(head)), "compound" | "flat" | "amod" | "det" | "nmod" | "appos")
        && let Some(above) = tree.head(head)
    {
        head = above;
    }
    let tokens = tree.document.tokens_in(chain::phrase(tree, head)?);
    // "followed by state media"
    let preposition = |t: &u32| tree.token(*t).is_some_and(|t| t.upos == Upos::Adp);
    tree.span(tokens.clone().find(|t| !preposition(t))?..tokens.end)
}

fn is_verb(tree: &Tree<'_>, token: u32) -> bool {
    tree.token(token).is_some_and(|t| t.upos == Upos::Verb)
}
