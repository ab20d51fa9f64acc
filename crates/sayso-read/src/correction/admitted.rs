//! Numbers that somebody owns up to after having denied them: "acknowledged, after weeks of denials, that two people had been shot".
//!
//! No number is taken back; what is admitted stands instead of the denial.

use sayso_model::{Category, Correction, Figure, Modality};

use crate::tree::{Tree, base};
use crate::words::{self, Set};

/// Words after "after" within which the denial is named.
const REACH: u32 = 6;

/// The admissions of a report that are told as no other correction.
pub(super) fn find(tree: &Tree<'_>, figures: &[Figure], known: &[Correction]) -> Vec<Correction> {
    let mut found = Vec::new();
    for sentence in &tree.document.sentences {
        let overlaps = || known.iter().any(|c| c.span.overlaps(sentence.span));
        let admits = |&verb: &u32| words::is(Set::Admitting, tree.lemma(verb)) && tree.is_finite(verb);
        let Some(verb) = sentence.tokens.clone().find(admits).filter(|_| !overlaps()) else { continue };
        if !sentence.tokens.clone().any(|t| is_after_denial(tree, t, sentence.tokens.end)) {
            continue;
        }
        let Some(content) = tree.child(verb, &["ccomp", "obj"]).and_then(|c| tree.span(tree.subtree(c)))
        else {
            continue;
        };
        let from = figures.partition_point(|f| f.number.start < content.start);
        let admitted: Vec<&Figure> = figures[from..]
            .iter()
            .take_while(|f| f.number.end <= content.end)
            .filter(|f| f.category != Category::OTHER && f.unit.is_none() && f.modality == Modality::Asserted)
            .collect();
        let Some(first) = admitted.first() else { continue };
        found.push(Correction {
            span: sentence.span,
            retracted: Vec::new(),
            corrected_to: admitted.iter().map(|f| f.id).collect(),
            of: first.origin.clone(),
            published: None,
        });
    }
    found
}

/// "after two weeks of denials", "after repeatedly denying", "having denied": what the one who now admits it did before.
fn is_after_denial(tree: &Tree<'_>, token: u32, end: u32) -> bool {
    let reach = token + 1..end.min(token + 1 + REACH);
    let denies = |t: u32| matches!(tree.lemma(t), "denial" | "deny");
    match tree.form(token).to_lowercase().as_str() {
        "after" | "following" => reach.take_while(|&t| tree.form(t) != ",").any(denies),
        "having" | "had" => {
            let verb = reach.take_while(|&t| tree.form(t) != ",").find(|&t| denies(t));
            verb.is_some_and(|v| matches!(base(tree.relation(v)), "advcl" | "acl"))
        }
        _ => false,
    }
}
