//! "X said ..., citing Y": the same content, attributed to Y.

use sayso_model::Construction;

use super::{Scene, source};
use crate::{
    attribution::draft::{Draft, tidy, without},
    words::{self, Set},
};

/// The attribution whose cue is a verb of citing.
pub(super) fn find(scene: &Scene<'_>, verb: u32) -> Option<Draft> {
    if !words::is(Set::Citing, &scene.tree.form(verb).to_lowercase()) {
        return None;
    }
    let object = scene.child(verb, &["obj"]).filter(|&o| o > verb)?;
    let source = source::noun_phrase(scene, object, Some(verb));
    let own = scene.subtree(verb);
    let sentence = scene.sentence(verb);
    // what the governing verb reports; without one, the rest of the sentence
    let mut governor = scene.tree.head(verb);
    let mut content = None;
    for _ in 0..3 {
        let Some(at) = governor else { break };
        if let Some(clause) = scene.child(at, &["ccomp"]) {
            content = Some(scene.subtree(clause));
            break;
        }
        governor = scene.tree.head(at);
    }
    let content = tidy(without(&content.unwrap_or(sentence), &own));
    let cue = vec![verb..verb + 1];
    (!content.is_empty()).then_some(Draft {
        source,
        cue,
        content,
        anchor: verb,
        construction: Construction::Citing,
    })
}
