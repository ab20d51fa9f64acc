//! "the claim by X that ...", "X's fear of ...", "X is certain that ...".

use sayso_model::Construction;

use super::{Scene, source};
use crate::attribution::{
    cues::{CueKind, cue},
    draft::{Draft, Pieces, cut_out},
};

/// The attribution whose cue is a noun with a clause.
pub(super) fn noun(scene: &Scene<'_>, noun: u32) -> Option<Draft> {
    cue(&scene.tree.lemma(noun).to_lowercase(), CueKind::Noun)?;
    let clause = scene.children(noun).iter().copied().find(|&c| {
        c > noun
            && matches!(scene.tree.relation(c), "acl" | "ccomp")
            && scene.child(c, &["mark"]).is_some_and(|m| scene.is(m, &["that", "to"]))
    })?;
    let source = holder(scene, noun);
    let content = vec![scene.subtree(clause)];
    let content: Pieces = source.iter().fold(content, |c, s| cut_out(&c, s));
    (!content.is_empty()).then(|| Draft {
        source,
        cue: vec![noun..noun + 1],
        content,
        anchor: noun,
        construction: Construction::Noun,
    })
}

/// The source of a claim: "X's claim", "the claim by X", "X made the claim".
fn holder(scene: &Scene<'_>, noun: u32) -> Pieces {
    for &child in scene.children(noun) {
        if scene.tree.relation(child) == "nmod:poss" {
            let mut range = scene.subtree(child);
            if scene.is(range.end.saturating_sub(1), &["'s", "\u{2019}s", "'", "\u{2019}"]) {
                range.end -= 1;
            }
            return vec![range];
        }
        let from = scene.case(child).is_some_and(|p| scene.is(p, &["by", "from", "among", "of"]));
        if crate::tree::base(scene.tree.relation(child)) == "nmod" && from {
            return source::noun_phrase(scene, child, None);
        }
    }
    match scene.tree.head(noun) {
        Some(verb) if crate::tree::base(scene.tree.relation(noun)) == "obj" => {
            source::of(scene, verb).pieces()
        }
        _ => Vec::new(),
    }
}

/// The attribution whose cue is an adjective with a clause.
pub(super) fn adjective(scene: &Scene<'_>, adjective: u32) -> Option<Draft> {
    cue(&scene.tree.lemma(adjective).to_lowercase(), CueKind::Adjective)?;
    let verb = scene.child(adjective, &["cop"])?;
    let clause = scene.child(adjective, &["ccomp", "xcomp"]).filter(|&c| c > adjective)?;
    let source = source::of(scene, adjective).pieces();
    if source.is_empty() {
        return None;
    }
    let start = if verb + 3 >= adjective && verb < adjective { verb } else { adjective };
    Some(Draft {
        source,
        cue: vec![start..adjective + 1],
        content: vec![scene.subtree(clause)],
        anchor: adjective,
        construction: Construction::Adjective,
    })
}
