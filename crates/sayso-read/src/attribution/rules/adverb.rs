//! "reportedly", "allegedly": said by somebody who is not named.

use sayso_model::{Construction, Upos};

use super::Scene;
use crate::attribution::{
    cues::{CueKind, cue},
    draft::{Draft, without},
};

/// The attribution whose cue is an adverb.
pub(super) fn find(scene: &Scene<'_>, adverb: u32) -> Option<Draft> {
    cue(&scene.tree.lemma(adverb).to_lowercase(), CueKind::Adverb)?;
    let head = scene.tree.head(adverb)?;
    let clause =
        matches!(scene.upos(head), Upos::Verb | Upos::Aux) || scene.child(head, &["nsubj", "cop"]).is_some();
    let whole = if clause { scene.subtree(head) } else { scene.sentence(adverb) };
    let content = without(&whole, &(adverb..adverb + 1));
    (!content.is_empty()).then(|| Draft {
        source: Vec::new(),
        cue: vec![adverb..adverb + 1],
        content,
        anchor: adverb,
        construction: Construction::Adverb,
    })
}
