//! Revisions: a body that lowers its own count of the dead ("46, revised down from 48").
//!
//! A count that rises is news. But the dead do not become fewer, so a lower count retracts the higher one.

use sayso_model::{Category, Correction, Figure, Span};

use crate::tree::Tree;
use crate::words::{self, Set};

/// The revisions in a report outside notices; marks the retracted figures.
pub(super) fn find(tree: &Tree<'_>, figures: &mut [Figure], notices: &[Span]) -> Vec<Correction> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < figures.len() {
        let sentence = tree.sentence_at(figures[at].number.start);
        let end = figures[at..]
            .iter()
            .position(|f| tree.sentence_at(f.number.start) != sentence)
            .map_or(figures.len(), |n| at + n);
        let here = &mut figures[at..end];
        at = end;
        let Some(sentence) = tree.document.sentences.get(sentence) else { continue };
        let told = sentence.tokens.clone().any(|t| words::is(Set::Revised, tree.lemma(t)));
        if told && !notices.iter().any(|n| n.contains(sentence.span)) {
            found.extend(lowered(tree, here, sentence.span));
        }
    }
    found
}

/// The figure after "from" that is higher than another of its kind in the sentence.
fn lowered(tree: &Tree<'_>, figures: &mut [Figure], sentence: Span) -> Option<Correction> {
    let counts = [Category::KILLED, Category::KILLED_OR_INJURED];
    let old = figures
        .iter()
        .position(|f| counts.contains(&f.category) && word_before(tree, f.number.start) == "from")?;
    let new = figures.iter().position(|f| {
        f.category == figures[old].category
            && f.best.zip(figures[old].best).is_some_and(|(new, old)| new < old)
            && (f.origin_speaker == figures[old].origin_speaker || figures[old].origin_speaker.is_none())
    })?;
    figures[old].retracted = true;
    Some(Correction {
        span: sentence,
        retracted: vec![figures[old].id],
        corrected_to: vec![figures[new].id],
        of: figures[new].origin.clone(),
        published: None,
    })
}

/// The word before an offset, in lower case.
fn word_before(tree: &Tree<'_>, offset: usize) -> String {
    let before = tree.text.get(..offset).unwrap_or_default().trim_end();
    before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase()
}
